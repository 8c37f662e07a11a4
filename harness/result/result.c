/* One cell as a result; docs/results.md describes every member. */
#include <stdlib.h>
#include <string.h>

#include "result_internal.h"

/* How the program was called: commands that are printed are there to be copied. */
static const char *program = "hopcheck";

void result_program(const char *name)
{
	program = name;
}

static struct labels axes_of(struct pool *pool, const struct testcase *testcase, size_t cell)
{
	struct label labels[testcase->axis_count + 1]; /* NOLINT: a case has few */

	for (size_t i = 0; i < testcase->axis_count; i++)
		labels[i] = (struct label){ pool_text(pool, testcase->axes[i].name),
			                    pool_text(pool,
			                              testcase->axes[i].values[cell_choice(testcase, cell, i)].label) };
	return (struct labels){ pool_keep(pool, labels, testcase->axis_count * sizeof *labels), testcase->axis_count };
}

static void append_word(char **text, const char *word)
{
	owned_text quoted = shell_word(word);

	text_append(text, " %s", quoted);
}

/* What a person types to run just this cell. */
static const char *command_of(struct pool *pool, const char *subcommand, const struct testcase *testcase, size_t cell)
{
	owned_text command = text_format("%s %s", program, subcommand);

	append_word(&command, testcase->file ? testcase->file : testcase->name);
	for (size_t i = 0; i < testcase->axis_count; i++) {
		owned_text choice = text_format("%s=%s", testcase->axes[i].name,
		                                testcase->axes[i].values[cell_choice(testcase, cell, i)].label);
		text_append(&command, " --only");
		append_word(&command, choice);
	}
	return pool_text(pool, command);
}

void result_set_command(struct pool *pool, struct result *result, const char *subcommand,
                        const struct testcase *testcase, size_t cell)
{
	result->command = command_of(pool, subcommand, testcase, cell);
	GIVE(pool, result_members, result, command);
}

static struct result *result_new(struct pool *pool, const struct testcase *testcase, size_t cell, const char *topology,
                                 enum outcome outcome)
{
	struct result *result = pool_alloc(pool, sizeof *result);

	result->name = pool_text(pool, testcase->name);
	result->topology = text_or_null(pool, topology);
	result->axes = axes_of(pool, testcase, cell);
	result->outcome = (int)outcome;
	result->command = command_of(pool, "run", testcase, cell);
	return result;
}

static struct rules aggregation_of(struct pool *pool, const struct plan *plan, const struct verdict *verdict)
{
	struct rule *rules = zalloc((verdict->hop_count + 1) * sizeof *rules);
	size_t count = 0;

	for (size_t hop = 0; hop < verdict->hop_count; hop++)
		if (verdict->hops[hop].aggregation > 0)
			rules[count++] = (struct rule){ hop_name(pool, plan, hop),
				                        { .number = verdict->hops[hop].aggregation } };
	const void *kept = pool_keep(pool, rules, count * sizeof *rules);
	free(rules);
	return (struct rules){ kept, count };
}

/* Hops that saw a fault. */
static struct texts faults_of(struct pool *pool, const struct plan *plan, const struct verdict *verdict, bool oversize)
{
	const char **hops = zalloc((verdict->hop_count + 1) * sizeof *hops);
	size_t count = 0;

	for (size_t hop = 0; hop < verdict->hop_count; hop++)
		if (oversize ? verdict->hops[hop].oversize : verdict->hops[hop].checksum[CHECKSUM_BAD])
			hops[count++] = hop_name(pool, plan, hop);
	const void *kept = pool_keep(pool, hops, count * sizeof *hops);
	free(hops);
	return (struct texts){ kept, count };
}

static struct result_contradictions contradictions_of(struct pool *pool, const struct plan *plan,
                                                      const struct verdict *verdict)
{
	size_t count = verdict->contradiction_count;

	if (!count)
		return (struct result_contradictions){ 0 };
	struct result_contradiction *made = zalloc(count * sizeof *made);
	for (size_t i = 0; i < count; i++) {
		const struct contradiction *one = &verdict->contradictions[i];
		made[i].node = pool_text(pool, plan->topology->nodes[one->node].name);
		made[i].what = pool_text(pool, one->what);
		made[i].count = one->count;
	}
	struct result_contradictions kept = { pool_keep(pool, made, count * sizeof *made), count };
	free(made);
	return kept;
}

static const struct result_verdict *verdict_of(struct pool *pool, const struct plan *plan,
                                               const struct verdict *verdict)
{
	struct result_verdict made = { 0 };

	if (!verdict)
		return NULL;
	made.fate = (int)verdict->fate;
	made.at = text_or_null(pool, verdict->at);
	if (verdict->reason != REASON_NONE)
		made.reason = pool_text(pool, word_of(reason_words, (int)verdict->reason));
	if (verdict->last_hop != NOT_FOUND)
		made.last_hop = hop_name(pool, plan, verdict->last_hop);
	made.aggregation = aggregation_of(pool, plan, verdict);
	made.bad_checksums = faults_of(pool, plan, verdict, false);
	made.oversize = faults_of(pool, plan, verdict, true);
	made.contradicted_by = contradictions_of(pool, plan, verdict);
	made.broken = broken_of(pool, verdict);
	return pool_keep(pool, &made, sizeof made);
}

/* ---- rows of expect and known: only what the row gives */

static struct value rule_value(struct pool *pool, const struct aggregation_rule *rule)
{
	switch (rule->merging) {
	case MERGING_NONE:
		return (struct value){ .text = pool_text(pool, "none") };
	case MERGING_MERGED:
		return (struct value){ .text = pool_text(pool, "merged") };
	case MERGING_SPLIT:
		return (struct value){ .text = pool_text(pool, "split") };
	case MERGING_EXACTLY:
		break;
	case MERGING_AT_LEAST:
		return (struct value){ .text = pool_format(pool, ">=%g", rule->number) };
	}
	return (struct value){ .number = rule->number };
}

static struct rules expected_aggregation(struct pool *pool, const struct expectation *row)
{
	struct rule rules[row->aggregation_count + 1]; /* NOLINT: a row has few */

	for (size_t i = 0; i < row->aggregation_count; i++)
		rules[i] = (struct rule){ pool_text(pool, row->aggregation[i].hop),
			                  rule_value(pool, &row->aggregation[i]) };
	return row->aggregation_count ? (struct rules){ pool_keep(pool, rules, row->aggregation_count * sizeof *rules),
		                                        row->aggregation_count }
	                              : (struct rules){ 0 };
}

static struct texts names_of_list(struct pool *pool, bool any, char *const *names, size_t count)
{
	const char *kept[count + 1]; /* NOLINT: a list has few */

	if (!count)
		return (struct texts){ any ? any_text : NULL, 0 };
	for (size_t i = 0; i < count; i++)
		kept[i] = pool_text(pool, names[i]);
	return (struct texts){ pool_keep(pool, kept, count * sizeof *kept), count };
}

static struct texts hops_of_list(struct pool *pool, const struct hop_list *list)
{
	return names_of_list(pool, list->any, list->hops, list->count);
}

static struct rules expected_srh(struct pool *pool, const struct expectation *row)
{
	struct rule rules[row->srh_count + 1]; /* NOLINT: a row has few */

	for (size_t i = 0; i < row->srh_count; i++)
		rules[i] = (struct rule){ pool_text(pool, row->srh[i].hop), left_value(pool, row->srh[i].left) };
	return row->srh_count ? (struct rules){ pool_keep(pool, rules, row->srh_count * sizeof *rules), row->srh_count }
	                      : (struct rules){ 0 };
}

static struct rules expected_merged(struct pool *pool, const struct expectation *row)
{
	struct rule rules[row->merged_count + 1]; /* NOLINT: a row has few */

	for (size_t i = 0; i < row->merged_count; i++) {
		owned_text groups = packets_text(row->merged[i].groups, row->merged[i].count);
		rules[i] = (struct rule){ pool_text(pool, row->merged[i].hop), { .text = pool_text(pool, groups) } };
	}
	return row->merged_count
	               ? (struct rules){ pool_keep(pool, rules, row->merged_count * sizeof *rules), row->merged_count }
	               : (struct rules){ 0 };
}

static const struct result_row *row_of(struct pool *pool, const struct expectation *row)
{
	struct result_row made = { 0 };

	if (!row)
		return NULL;
	made.fate = row->has_fate ? (int)row->fate : NO_WORD;
	made.at = pool_text(pool, row->at);
	made.reason = pool_text(pool, row->reason);
	made.aggregation = expected_aggregation(pool, row);
	made.bad_checksums = hops_of_list(pool, &row->bad_checksums);
	made.oversize = hops_of_list(pool, &row->oversize);
	made.altered = hops_of_list(pool, &row->altered);
	made.contradicted =
	        names_of_list(pool, row->contradicted.any, row->contradicted.names, row->contradicted.count);
	made.broken = expected_broken(pool, row);
	made.srh = expected_srh(pool, row);
	made.merged = expected_merged(pool, row);
	expected_seen(pool, &made, row);
	made.complaint = pool_text(pool, row->complaint);
	made.log = pool_text(pool, row->log);
	made.kernel = pool_text(pool, row->kernel);
	made.qemu = pool_text(pool, row->qemu);
	if (row->deviation) {
		made.deviation = pool_text(pool, row->deviation->name);
		made.fixed = pool_text(pool, row->deviation->fixed);
		made.found = pool_text(pool, row->deviation->found);
	}
	made.because = pool_text(pool, row->because);
	made.ref = pool_text(pool, row->reference);
	made.workaround = pool_text(pool, row->workaround);
	return pool_keep(pool, &made, sizeof made);
}

struct result *result_make(struct pool *pool, const struct plan *plan, const struct trace *trace,
                           const struct judgement *judgement)
{
	struct result *result = result_new(pool, plan->testcase, plan->cell, plan->topology->name, judgement->outcome);

	result->verdict = verdict_of(pool, plan, judgement->verdict);
	result->expected = row_of(pool, judgement->expected);
	if (judgement->outcome == OUTCOME_KNOWN || judgement->outcome == OUTCOME_FIXED)
		result->known = row_of(pool, judgement->known);
	if (judgement->may_warn)
		result->warning = row_of(pool, judgement->known);
	if (judgement->like)
		result->like = pool_text(pool, judgement->like->name);
	result->differences = differences_of(pool, &judgement->differences);
	result->evidence = result_evidence_make(pool, plan, trace, judgement->verdict);
	result->why = pool_text(pool, judgement->why);
	result->ms = trace->milliseconds;
	return result;
}

/* A case with one topology has it; otherwise the axis called topology chooses. */
static const char *topology_name(const struct testcase *testcase, size_t cell)
{
	for (size_t i = 0; i < testcase->axis_count; i++)
		if (strcmp(testcase->axes[i].name, "topology") == 0)
			return testcase->axes[i].values[cell_choice(testcase, cell, i)].label;
	return testcase->topology_count ? testcase->topologies[0] : NULL;
}

struct result *result_without_trace(struct pool *pool, const struct testcase *testcase, size_t cell,
                                    enum outcome outcome, const char *why)
{
	struct result *result = result_new(pool, testcase, cell, topology_name(testcase, cell), outcome);

	result->evidence = result_evidence_none(pool);
	result->why = pool_text(pool, why);
	return result;
}

struct result *result_read(struct pool *pool, const json_t *json, bool answer, struct error *err)
{
	struct result *result = pool_alloc(pool, sizeof *result);
	struct reading reading = { .pool = pool, .answer = answer };

	return members_read(result, &result_members, json, &reading, err) < 0 ? NULL : result;
}

json_t *result_json(const struct result *result)
{
	return members_json(&result_members, result);
}

void result_change(struct pool *pool, struct result *result, enum outcome outcome, const char *why,
                   const struct texts *console)
{
	result->outcome = (int)outcome;
	GIVE(pool, result_members, result, outcome);
	result->why = pool_text(pool, why);
	GIVE(pool, result_members, result, why);
	if (!console->at)
		return;
	result->console = *console;
	GIVE(pool, result_members, result, console);
}

const struct result_kernel *kernel_read(struct pool *pool, const json_t *json, bool answer, struct error *err)
{
	struct reading reading = { .pool = pool, .answer = answer };
	struct result_kernel kernel = { 0 };

	return members_read(&kernel, &result_kernel_members, json, &reading, err) < 0
	               ? NULL
	               : pool_keep(pool, &kernel, sizeof kernel);
}

struct texts texts_read(struct pool *pool, const json_t *array)
{
	size_t count = json_array_size(array), i;
	const char **texts = zalloc((count + 1) * sizeof *texts);
	bool all = json_is_array(array);
	const json_t *text;

	json_array_foreach (array, i, text) {
		texts[i] = pool_text(pool, json_string_value(text));
		all &= texts[i] != NULL;
	}
	struct texts kept = { all ? pool_keep(pool, texts, count * sizeof *texts) : NULL, all ? count : 0 };
	free(texts);
	return kept;
}
