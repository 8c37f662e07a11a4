/* Whether the kernel has the counters that a cell's rows name: one that it does not have never moves. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "probe_internal.h"

/* Whether a text has a word, between blanks or ends of lines. */
static bool has_word(const char *text, size_t length, const char *word)
{
	const size_t size = strlen(word);

	for (const char *at = text; (at = memmem(at, length - (size_t)(at - text), word, size)); at++) {
		const char *end = at + size;
		bool begins = at == text || isspace((unsigned char)at[-1]);
		if (begins && (end == text + length || isspace((unsigned char)*end)))
			return true;
	}
	return false;
}

/* "Tcp: RtoMin InErrs" has TcpInErrs. */
static bool table_has(const char *line, const char *name)
{
	const size_t prefix = strcspn(line, ":\n");

	return line[prefix] == ':' && strncmp(line, name, prefix) == 0 &&
	       has_word(line + prefix + 1, strcspn(line + prefix + 1, "\n"), name + prefix);
}

bool counter_is_in(const char *text, const char *name)
{
	for (const char *line = text; line && *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const size_t first = strcspn(line, " \t\n");
		if ((strlen(name) == first && strncmp(line, name, first) == 0) || table_has(line, name))
			return true;
	}
	return false;
}

/* Those of ICMP types appear when the first one is counted; of devices there are some only. */
static bool exists(const struct counters *counters, const char *name)
{
	const char *colon = strchr(name, ':');

	if (colon)
		return counters_has_column(colon + 1);
	if (strncmp(name, "Icmp6InType", 11) == 0 || strncmp(name, "Icmp6OutType", 12) == 0)
		return true;
	for (size_t i = 0; i < COUNTER_FILES; i++)
		if (counter_is_in(counters->before[i].text, name) || counter_is_in(counters->now[i].text, name))
			return true;
	return false;
}

static void check_row(const struct expectation *row, const struct probe *probe, const struct plan *plan,
                      struct trace *trace)
{
	for (size_t i = 0; i < row->counter_count && !trace->skip; i++) {
		const struct counter_check *check = &row->counters[i];
		const size_t node = topology_node(plan->topology, check->node);
		if (node != NOT_FOUND && !exists(&probe->listeners.list[node].counters, check->name))
			trace->skip = text_format("%s: this kernel has no counter %s", check->node, check->name);
	}
}

void counters_named_check(const struct probe *probe, const struct plan *plan, struct trace *trace)
{
	const struct testcase *testcase = plan->testcase;

	for (size_t i = 0; i < testcase->expect_count; i++)
		if (conditions_hold(testcase, testcase->expect[i].conditions, testcase->expect[i].condition_count,
		                    plan->cell))
			check_row(&testcase->expect[i], probe, plan, trace);
}
