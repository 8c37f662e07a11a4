/* The case as a value: its cells, and how it is freed. */
#include <stdlib.h>

#include "declare.h"

static void texts_free(char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
	free(texts);
}

static void settings_free(struct setting *settings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		setting_clear(&settings[i]);
	free(settings);
}

static void axes_free(struct axis *axes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < axes[i].value_count; j++) {
			free(axes[i].values[j].label);
			settings_free(axes[i].values[j].settings, axes[i].values[j].setting_count);
		}
		free(axes[i].values);
		free(axes[i].name);
	}
	free(axes);
}

static void counter_check_clear(struct counter_check *check)
{
	free(check->node);
	free(check->name);
	free(check->text);
}

static void all_checks_free(struct checks *checks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		checks_clear(&checks[i]);
	free(checks);
}

/* What it says of packets, counters and errors. */
static void seen_clear(struct expectation *e)
{
	all_checks_free(e->hops, e->hop_count);
	all_checks_free(e->icmp, e->icmp_count);
	for (size_t i = 0; i < e->counter_count; i++)
		counter_check_clear(&e->counters[i]);
	free(e->counters);
	if (e->retransmissions)
		counter_check_clear(e->retransmissions);
	free(e->retransmissions);
	free(e->refused);
}

static void expectation_clear(struct expectation *e)
{
	seen_clear(e);
	for (size_t i = 0; i < e->condition_count; i++)
		free(e->conditions[i].values);
	for (size_t i = 0; i < e->aggregation_count; i++)
		free(e->aggregation[i].hop);
	free(e->conditions);
	free(e->aggregation);
	for (size_t i = 0; i < e->srh_count; i++)
		free(e->srh[i].hop);
	free(e->srh);
	for (size_t i = 0; i < e->merged_count; i++) {
		free(e->merged[i].hop);
		free(e->merged[i].groups);
	}
	free(e->merged);
	texts_free(e->needs, e->need_count);
	free(e->kernel);
	free(e->qemu);
	free(e->at);
	free(e->reason);
	free(e->complaint);
	free(e->log);
	texts_free(e->bad_checksums.hops, e->bad_checksums.count);
	texts_free(e->oversize.hops, e->oversize.count);
	texts_free(e->altered.hops, e->altered.count);
	texts_free(e->contradicted.names, e->contradicted.count);
	free(e->because);
	free(e->reference);
	free(e->workaround);
}

static void expectations_free(struct expectation *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expectation_clear(&rows[i]);
	free(rows);
}

void testcase_free(struct testcase *testcase)
{
	if (!testcase)
		return;
	texts_free(testcase->topologies, testcase->topology_count);
	texts_free(testcase->needs, testcase->need_count);
	settings_free(testcase->base, testcase->base_count);
	axes_free(testcase->axes, testcase->axis_count);
	expectations_free(testcase->expect, testcase->expect_count);
	expectations_free(testcase->known, testcase->known_count);
	free(testcase->file);
	free(testcase->name);
	free(testcase->about);
	free(testcase->source);
	free(testcase);
}

size_t testcase_cells(const struct testcase *testcase)
{
	size_t cells = 1;

	for (size_t i = 0; i < testcase->axis_count; i++)
		cells *= testcase->axes[i].value_count;
	return cells;
}

size_t cell_choice(const struct testcase *testcase, size_t cell, size_t axis)
{
	for (size_t i = testcase->axis_count - 1; i > axis; i--)
		cell /= testcase->axes[i].value_count;
	return cell % testcase->axes[axis].value_count;
}

size_t testcase_flows(const struct testcase *testcase)
{
	return testcase->flows ? testcase->axes[testcase->axis_count - 1].value_count : 1;
}

size_t cell_flow(const struct testcase *testcase, size_t cell)
{
	return cell % testcase_flows(testcase);
}

struct cells_at_once cell_at_once(const struct testcase *testcase, size_t cell)
{
	struct cells_at_once cells = { cell, 1 };

	if (!testcase->flows)
		return cells;
	const struct axis *axis = &testcase->axes[testcase->axis_count - 1];
	size_t first = cell_flow(testcase, cell), end = first + 1;
	while (axis->values[first].beside)
		first--;
	while (end < axis->value_count && axis->values[end].beside)
		end++;
	cells.first -= cell_flow(testcase, cell) - first;
	cells.count = end - first;
	return cells;
}

size_t cell_rank(const struct testcase *testcase, size_t cell)
{
	size_t rank = 0;

	for (size_t a = 0; a < testcase->axis_count; a++) {
		const size_t values = testcase->axes[a].value_count, choice = cell_choice(testcase, cell, a);
		rank = rank * values + (rank % 2 ? values - 1 - choice : choice);
	}
	return rank;
}

char *cell_text(const struct testcase *testcase, size_t cell)
{
	char *text = text_copy("");

	for (size_t i = 0; i < testcase->axis_count; i++)
		text_append(&text, "%s%s=%s", i ? " " : "", testcase->axes[i].name,
		            testcase->axes[i].values[cell_choice(testcase, cell, i)].label);
	return text;
}

bool expectation_breaks(const struct expectation *row)
{
	for (size_t i = 0; i < INVARIANTS; i++)
		if (row->broken.has[i])
			return true;
	return false;
}

bool expectation_has_verdict(const struct expectation *row)
{
	return row->has_fate || row->at || row->reason || row->aggregation_count || row->srh_count || row->complaint ||
	       row->bad_checksums.count || row->oversize.count || row->altered.count || row->merged_count ||
	       expectation_breaks(row) || row->hop_count || row->counter_count || row->icmp_count || row->no_icmp ||
	       row->retransmissions || row->refused;
}

bool conditions_hold(const struct testcase *testcase, const struct condition *conditions, size_t count, size_t cell)
{
	for (size_t i = 0; i < count; i++) {
		size_t choice = cell_choice(testcase, cell, conditions[i].axis);
		bool among = false;
		for (size_t j = 0; j < conditions[i].value_count; j++)
			among = among || conditions[i].values[j] == choice;
		if (!among)
			return false;
	}
	return true;
}
