/* What a case leaves open, around its own axes. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "sweep_internal.h"

#define CELLS_MOST 2000 /* of which each is planned once */

/* Whether a case sets something of a kind; of offloads, on this port. */
static bool settings_name(const struct setting *settings, size_t count, enum setting_kind kind, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (settings[i].kind == kind && (!key || fnmatch(settings[i].key, key, 0) == 0))
			return true;
	return false;
}

static bool case_names(const struct testcase *testcase, enum setting_kind kind, const char *key)
{
	bool named = settings_name(testcase->base, testcase->base_count, kind, key);

	for (size_t a = 0; a < testcase->axis_count; a++)
		for (size_t v = 0; v < testcase->axes[a].value_count && !named; v++)
			named = settings_name(testcase->axes[a].values[v].settings,
			                      testcase->axes[a].values[v].setting_count, kind, key);
	return named;
}

/* ---- a cell as a text */

struct given {
	const struct setting **at;
	size_t count;
};

static void add_given(struct given *given, const struct setting *settings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (settings[i].kind != SET_TOPOLOGY)
			*PUSH(given->at, given->count) = &settings[i];
}

/* A later one of the same key is there. */
static bool is_replaced(const struct given *given, size_t index)
{
	for (size_t i = index + 1; i < given->count; i++)
		if (strcmp(given->at[i]->key, given->at[index]->key) == 0)
			return true;
	return false;
}

static bool has_effect(const struct setting *setting, const struct traffic *traffic)
{
	return setting->kind != SET_TRAFFIC || setting->field->type == FIELD_TRANSPORT ||
	       (setting->field->modes & 1U << traffic->mode &&
	        traffic_field_fits(setting->field, traffic->transport, traffic->generator));
}

char *case_cell_text(const struct testcase *testcase, const unsigned *values)
{
	struct given given = { 0 };
	struct traffic traffic = { 0 };
	char *text = text_copy("");

	add_given(&given, testcase->base, testcase->base_count);
	for (size_t a = 0; a < testcase->axis_count; a++) {
		const struct axis_value *value = &testcase->axes[a].values[values[a]];
		add_given(&given, value->settings, value->setting_count);
	}
	for (size_t i = 0; i < given.count; i++)
		if (given.at[i]->kind == SET_TRAFFIC && given.at[i]->field->type == FIELD_TRANSPORT)
			traffic_choose(&traffic, given.at[i]->number);
		else if (given.at[i]->kind == SET_TRAFFIC && strcmp(given.at[i]->field->key, "mode") == 0)
			traffic.mode = (int)given.at[i]->number;
	for (size_t i = 0; i < given.count; i++)
		if (!is_replaced(&given, i) && has_effect(given.at[i], &traffic))
			setting_append(&text, given.at[i]);
	free(given.at);
	return text;
}

static void add_axes(struct sweep *sweep, const struct testcase *testcase)
{
	for (size_t a = 0; a < testcase->axis_count; a++) {
		struct factor *factor = factor_add(sweep, testcase->axes[a].name);
		factor->fixed = true;
		for (size_t v = 0; v < testcase->axes[a].value_count; v++) {
			const struct axis_value *value = &testcase->axes[a].values[v];
			factor_add_value(factor, value->label, ""); /* case_cell_text() has what it sets */
		}
	}
}

/* Factors of ports that the case sets itself go. */
static void leave_out_named(struct sweep *sweep, const struct testcase *testcase, size_t first)
{
	size_t kept = first;

	for (size_t f = first; f < sweep->count; f++) {
		struct factor *factor = &sweep->factors[f];
		if (!case_names(testcase, SET_OFFLOAD, factor->name) &&
		    !case_names(testcase, SET_MODEL, factor->name)) {
			sweep->factors[kept++] = *factor;
			continue;
		}
		factor_clear(factor);
	}
	sweep->count = kept;
}

/* The row of `expect` that counts for a cell of any kernel. */
static bool expects_delivery(const struct testcase *testcase, size_t cell)
{
	for (size_t i = 0; i < testcase->expect_count; i++) {
		const struct expectation *row = &testcase->expect[i];
		if (conditions_hold(testcase, row->conditions, row->condition_count, cell))
			return row->has_fate && row->fate == FATE_DELIVERED && !row->refused && !row->oversize.count &&
			       !row->bad_checksums.count && !row->altered.count;
	}
	return false;
}

static bool cell_delivers(const struct testcase *testcase, const struct topology *topology, size_t cell)
{
	struct error refused = { 0 };
	owned(plan) plan = NULL;

	return expects_delivery(testcase, cell) && plan_make(&plan, testcase, topology, cell, NULL, &refused) == 0 &&
	       forecast_delivers(plan);
}

static size_t ban_cells(struct sweep *sweep, const struct testcase *testcase)
{
	struct cover_choice *choices = zalloc((testcase->axis_count + 1) * sizeof *choices);
	const size_t cells = testcase_cells(testcase);

	for (size_t cell = 0; cell < cells; cell++) {
		if (cell_delivers(testcase, sweep->topology, cell)) {
			sweep->right++;
			continue;
		}
		for (size_t a = 0; a < testcase->axis_count; a++)
			choices[a] = (struct cover_choice){ a, (unsigned)cell_choice(testcase, cell, a) };
		if (testcase->axis_count)
			cover_space_ban(&sweep->cover, choices, testcase->axis_count);
	}
	sweep->tried = cells;
	free(choices);
	return sweep->right;
}

static int refuse(const struct testcase *testcase, struct error *err)
{
	if (testcase->topology_count > 1)
		return fail(err, "%s has several topologies; sweep takes a case with one", testcase->name);
	if (testcase->flows)
		return fail(err, "%s has several flows, which depend on each other; sweep takes a case with one",
		            testcase->name);
	if (testcase_cells(testcase) > CELLS_MOST)
		return fail(err, "%s has %zu cells; sweep takes a case of %d at most", testcase->name,
		            testcase_cells(testcase), CELLS_MOST);
	return 0;
}

int sweep_make_case(struct sweep *sweep, const struct testcase *testcase, const struct topology *topology,
                    struct error *err)
{
	owned(plan) plan = NULL;

	*sweep = (struct sweep){ .topology = topology, .testcase = testcase };
	if (refuse(testcase, err) < 0 || plan_make(&plan, testcase, topology, 0, NULL, err) < 0)
		return -1;
	add_axes(sweep, testcase);
	const size_t own = sweep->count;
	if (!case_names(testcase, SET_SEG6_FLOWLABEL, NULL))
		factors_add_labels(sweep);
	if (!case_names(testcase, SET_MTU, NULL))
		factors_add_mtus(sweep);
	factors_add_ports(sweep, plan);
	leave_out_named(sweep, testcase, own);
	factors_end(sweep);
	if (!ban_cells(sweep, testcase))
		return fail(err, "%s: no cell is both expected to be delivered and delivered by the standards",
		            testcase->name);
	return 0;
}
