/* Trials: variants of a cell as the values of one axis of a case of their own, run by the same workers as every case.
 */
#include <stdlib.h>
#include <string.h>

#include "drops.h"
#include "journey.h"
#include "search.h"
#include "stop.h"

/* That case; everything but its arrays is borrowed from the given one. */
struct trial_case {
	struct testcase testcase;
	struct expectation expected;
	struct topology **topologies;
};

static void push_settings(struct setting **into, size_t *count, const struct setting *settings, size_t more)
{
	for (size_t i = 0; i < more; i++)
		*PUSH(*into, *count) = settings[i];
}

/* What the cell has without the axis of flows: `set`, `traffic`, and what its place on each axis sets. */
static void set_base(struct testcase *into, const struct testcase *from, size_t cell)
{
	const size_t axes = from->axis_count - from->flows;

	push_settings(&into->base, &into->base_count, from->base, from->base_count);
	for (size_t a = 0; a < axes; a++) {
		const struct axis_value *value = &from->axes[a].values[cell_choice(from, cell, a)];
		push_settings(&into->base, &into->base_count, value->settings, value->setting_count);
	}
}

/* A topology of a variant's own is chosen as a case chooses one: by a setting with its name. */
static size_t topology_of(struct trial_case *made, const struct topology *topology)
{
	struct testcase *testcase = &made->testcase;
	size_t count = testcase->topology_count;

	for (size_t i = 0; i < count; i++)
		if (made->topologies[i] == topology)
			return i;
	*PUSH(testcase->topologies, testcase->topology_count) = topology->name;
	*PUSH(made->topologies, count) = (struct topology *)topology;
	return count - 1;
}

static void add_variant(struct trial_case *made, struct axis *axis, const struct variant *variant,
                        const struct topology *usual)
{
	struct axis_value *value = PUSH(axis->values, axis->value_count);

	*value = (struct axis_value){ .label = text_format("%zu", axis->value_count - 1) };
	const size_t topology = topology_of(made, variant->topology ? variant->topology : usual);
	*PUSH(value->settings, value->setting_count) = (struct setting){ .key = "topology",
		                                                         .kind = SET_TOPOLOGY,
		                                                         .text = made->testcase.topologies[topology] };
	for (size_t i = 0; i < variant->count; i++)
		*PUSH(value->settings, value->setting_count) = *variant->settings[i];
}

/* The flows up to the cell's and those that run at once with it: in the same lab. */
static void add_flows(struct testcase *into, const struct testcase *from, size_t cell)
{
	if (!from->flows)
		return;
	const struct axis *flows = &from->axes[from->axis_count - 1];
	struct axis *axis = PUSH(into->axes, into->axis_count);
	*axis = *flows;
	const struct cells_at_once cells = cell_at_once(from, cell);
	axis->value_count = cell_flow(from, cells.first) + cells.count;
	into->flows = true;
}

static struct trial_case *trial_case_new(const struct trials *trials, const struct variant *variants, size_t count)
{
	const struct testcase *from = trials->testcase;
	struct trial_case *made = zalloc(sizeof *made);
	struct testcase *testcase = &made->testcase;

	testcase->file = from->file;
	testcase->name = from->name;
	testcase->needs = from->needs;
	testcase->need_count = from->need_count;
	made->expected = (struct expectation){ .has_fate = true, .fate = FATE_DELIVERED };
	if (trials->expected)
		made->expected = *trials->expected;
	made->expected.condition_count = made->expected.need_count = 0;
	made->expected.kernel = made->expected.qemu = NULL;
	testcase->expect = &made->expected;
	testcase->expect_count = 1;
	set_base(testcase, from, trials->cell);
	struct axis *axis = PUSH(testcase->axes, testcase->axis_count);
	*axis = (struct axis){ .name = "variant" };
	topology_of(made, trials->topology);
	for (size_t i = 0; i < count; i++)
		add_variant(made, axis, &variants[i], trials->topology);
	add_flows(testcase, from, trials->cell);
	return made;
}

static void trial_case_free(struct trial_case *made)
{
	struct axis *axis = &made->testcase.axes[0];

	for (size_t i = 0; i < axis->value_count; i++) {
		free(axis->values[i].label);
		free(axis->values[i].settings);
	}
	free(axis->values);
	free(made->testcase.axes);
	free(made->testcase.base);
	free(made->testcase.topologies);
	free(made->topologies);
	free(made);
}

/* What came of a cell of the suite, to its variant. */
struct running {
	struct trials *trials;
	struct suite *suite;
	struct variant *variants;
	size_t flows, flow; /* how many, and which of them is asked about */
};

static struct variant *variant_of(const struct running *running, const struct suite_cell *cell)
{
	return cell->cell % running->flows == running->flow ? &running->variants[cell->cell / running->flows] : NULL;
}

static void finished(void *context, struct suite_cell *cell)
{
	const struct running *running = context;
	const struct variant *variant = variant_of(running, cell);
	struct trials *trials = running->trials;

	if (variant && trials->finished)
		trials->finished(trials->context, (size_t)(variant - running->variants), cell->result);
}

static void conclude(const struct running *running, const struct suite_cell *cell)
{
	struct variant *variant = variant_of(running, cell);
	const struct result *result = cell->result;

	if (!variant || !result)
		return;
	variant->result = result;
	if (result->outcome == OUTCOME_PASS)
		variant->says = TRIAL_RIGHT;
	else if (result->verdict && result->outcome != OUTCOME_BROKEN && result->outcome != OUTCOME_SKIP)
		variant->says = TRIAL_WRONG;
	else
		variant->says = TRIAL_UNKNOWN;
	if (variant->says == TRIAL_UNKNOWN)
		variant->why = pool_text(running->trials->pool, said(result->why));
}

/* Chooses the cells of each variant that can be planned. */
static void choose(const struct running *running, size_t count)
{
	struct suite *suite = running->suite;
	const struct suite_case *one = &suite->cases[0];

	for (size_t i = 0; i < count; i++) {
		struct variant *variant = &running->variants[i];
		const struct topology *topology = variant->topology ? variant->topology : running->trials->topology;
		struct error err = { 0 };
		*variant = (struct variant){ variant->settings, variant->count, variant->topology, 0, NULL, NULL };
		for (size_t flow = 0; flow < running->flows && !err.count; flow++) {
			owned(plan) plan = NULL;
			plan_make(&plan, one->testcase, topology, i * running->flows + flow, suite->version, &err);
		}
		if (err.count) {
			variant->says = TRIAL_UNKNOWN;
			variant->why = pool_text(running->trials->pool, error_line(&err));
			continue;
		}
		for (size_t flow = 0; flow < running->flows; flow++)
			suite_add(suite, 0, i * running->flows + flow);
	}
}

static int run_suite(struct running *running, struct error *err)
{
	struct trials *trials = running->trials;
	struct suite *suite = running->suite;
	struct stages stages = { 0 };
	struct workers_options options = { .count = trials->workers,
		                           .keep = trials->keep,
		                           .keep_at = trials->keep ? trials->keep_at : -1,
		                           .facts = trials->facts,
		                           .ladders = trials->ladders,
		                           .features_are_tried = trials->tried,
		                           .deadline = trials->deadline,
		                           .finished = finished,
		                           .context = running };

	if (suite_plan(suite, err) < 0 || limits_check(suite, trials->workers, err) < 0)
		return -1;
	suite_batch(suite, false);
	int ran = workers_run(suite, &options, &trials->features, &stages, err);
	trials->tried |= ran == 0 && !stop_signal();
	trials->count += suite->cell_count;
	return ran;
}

int trials_run(struct trials *trials, struct variant *variants, size_t count, struct error *err)
{
	struct trial_case *made = trial_case_new(trials, variants, count);
	struct suite_case one = { &made->testcase, made->topologies, false };
	struct suite suite = { .cases = &one, .case_count = 1, .pool = trials->pool };
	struct running running = { trials, &suite, variants, testcase_flows(&made->testcase),
		                   cell_flow(trials->testcase, trials->cell) };
	int ran = 0;

	memcpy(suite.version, trials->features.version, sizeof suite.version);
	choose(&running, count);
	if (suite.cell_count)
		ran = run_suite(&running, err);
	for (size_t i = 0; i < suite.cell_count; i++)
		conclude(&running, &suite.cells[i]);
	/* The case and the pool are not the suite's. */
	suite.cases = NULL;
	suite.case_count = 0;
	suite.pool = NULL;
	suite_free(&suite);
	trial_case_free(made);
	return ran;
}

int trials_recall(struct recalled **ret, const struct trials *trials, const struct variant *variants, size_t count,
                  size_t index, struct error *err)
{
	owned(recalled) recalled = zalloc(sizeof *recalled);
	struct trial_case *made = trial_case_new(trials, variants, count);
	const struct topology *topology = variants[index].topology ? variants[index].topology : trials->topology;
	const size_t flow = cell_flow(trials->testcase, trials->cell);
	const size_t cell = index * testcase_flows(&made->testcase) + flow;
	owned_text dir = text_format("%s/%s-%zu", trials->keep, made->testcase.name, cell);

	recalled->testcase = made;
	if (plan_make(&recalled->plan, &made->testcase, topology, cell, trials->features.version, err) < 0 ||
	    trace_load(&recalled->trace, recalled->plan, dir, err) < 0)
		return -1;
	recalled->evidence = evidence_make(recalled->plan, recalled->trace);
	recalled->journeys = journeys_follow(recalled->evidence);
	recalled->verdict = verdict_reach(recalled->evidence, recalled->journeys);
	*ret = take(recalled);
	return 0;
}

void recalled_free(struct recalled *recalled)
{
	if (!recalled)
		return;
	verdict_free(recalled->verdict);
	journeys_free(recalled->journeys);
	evidence_free(recalled->evidence);
	trace_free(recalled->trace);
	plan_free(recalled->plan);
	trial_case_free(recalled->testcase);
	free(recalled);
}

void trials_open(struct trials *trials, const struct testcase *testcase, const struct topology *topology, size_t cell)
{
	*trials = (struct trials){
		.testcase = testcase, .topology = topology, .cell = cell, .keep_at = -1, .pool = pool_new()
	};
	features_look(&trials->features);
	trials->facts = features_look_at_drops(&trials->features, false);
}

void trials_close(struct trials *trials)
{
	kernel_facts_free(trials->facts);
	pool_free(trials->pool);
	*trials = (struct trials){ 0 };
}
