/* The only file that sees every room. A plan becomes a lab, a trace, a verdict, a result. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ends.h"
#include "journey.h"
#include "lab.h"
#include "probe.h"
#include "run.h"

/* All of a few cells; of many only those that need a look. */
enum ladders ladders_of(int verbose, size_t cells)
{
	if (verbose == 0)
		return LADDERS_NONE;
	if (cells <= 8)
		return LADDERS_ALL;
	return verbose == 1 ? LADDERS_FAIL : LADDERS_DEVIATING;
}

bool ladder_wanted(enum ladders ladders, enum outcome outcome)
{
	bool known = outcome == OUTCOME_KNOWN || outcome == OUTCOME_FIXED;

	return ladders == LADDERS_ALL || (ladders != LADDERS_NONE && outcome == OUTCOME_FAIL) ||
	       (ladders == LADDERS_DEVIATING && known);
}

static const struct {
	const char *name;
	size_t at;
	bool counts; /* an unsigned, else a double: ms */
} stage_rows[] = {
	{ "build", offsetof(struct stages, build), false },     { "open", offsetof(struct stages, open), false },
	{ "prepare", offsetof(struct stages, prepare), false }, { "record", offsetof(struct stages, record), false },
	{ "judge", offsetof(struct stages, judge), false },     { "close", offsetof(struct stages, close), false },
	{ "labs", offsetof(struct stages, labs), true },        { "cells", offsetof(struct stages, cells), true },
};

struct rules stages_rules(struct pool *pool, const struct stages *stages)
{
	struct rule rules[COUNT(stage_rows)] = { 0 };

	for (size_t i = 0; i < COUNT(stage_rows); i++) {
		const void *at = (const char *)stages + stage_rows[i].at;
		rules[i].hop = pool_text(pool, stage_rows[i].name);
		rules[i].value.integer = stage_rows[i].counts;
		rules[i].value.number = stage_rows[i].counts ? *(const unsigned *)at : *(const double *)at;
	}
	return (struct rules){ pool_keep(pool, rules, sizeof rules), COUNT(rules) };
}

json_t *stages_json(const struct stages *stages)
{
	json_t *json = json_object();

	for (size_t i = 0; i < COUNT(stage_rows); i++) {
		const void *at = (const char *)stages + stage_rows[i].at;
		json_object_set_new(json, stage_rows[i].name,
		                    stage_rows[i].counts ? json_integer(*(const unsigned *)at)
		                                         : json_real(*(const double *)at));
	}
	return json;
}

void stages_add(struct stages *all, const json_t *one)
{
	for (size_t i = 0; i < COUNT(stage_rows); i++) {
		void *at = (char *)all + stage_rows[i].at;
		double number = json_number_value(json_object_get(one, stage_rows[i].name));
		if (stage_rows[i].counts)
			*(unsigned *)at += (unsigned)number;
		else
			*(double *)at += number;
	}
}

/* Adds the time since *start to a stage. */
static void took(double *stage, double *start)
{
	double now = clock_ms();

	*stage += now - *start;
	*start = now;
}

/* The kernel removes a lab's namespaces some time after they are closed: hands over what shows when they are gone, and
 * the cells to charge if they stay. */
static void leave_end(struct cell_runner *runner)
{
	struct end end = { .cells = take(runner->cells),
		           .cell_count = runner->cell_count,
		           .topology = runner->topology };

	end.marks = zalloc(runner->lab->node_count * sizeof *end.marks);
	end.mark_count = lab_marks(runner->lab, end.marks);
	runner->cell_count = 0;
	ends_add(runner->ends, &end);
}

void cell_runner_leave_lab(struct cell_runner *runner)
{
	double start = clock_ms();

	probe_close(runner->probe);
	leave_end(runner);
	lab_setup_clear(&runner->setup);
	lab_free(runner->lab);
	runner->probe = NULL;
	runner->lab = NULL;
	took(&runner->stages.close, &start);
}

/* A new lab, heard at every node. What the next one needs is begun, in case there is one. */
static enum lab_status build_lab(struct cell_runner *runner, const struct plan *plan, struct error *err)
{
	const size_t nodes = plan->topology->node_count;
	double start = clock_ms();
	struct listeners listeners;

	if (lab_check_kernel(err) < 0)
		return LAB_SKIP;
	int opened = listeners_take(&listeners, runner->stock, nodes, err);
	took(&runner->stages.open, &start);
	if (opened < 0)
		return LAB_BROKEN;
	int *namespaces = listeners_namespaces(&listeners);
	enum lab_status status = lab_build(&runner->lab, plan, namespaces, runner->by_ip, err);
	free(namespaces);
	runner->topology = plan->given;
	*PUSH(runner->cells, runner->cell_count) = runner->number;
	took(&runner->stages.build, &start);
	if (status != LAB_READY) {
		listeners_close(&listeners, runner->stock);
		return status;
	}
	runner->stages.labs++;
	opened = probe_open(&runner->probe, runner->lab, runner->stock, &listeners, runner->drops, err);
	if (runner->more)
		stock_order(runner->stock, runner->fresh ? 2 * nodes : nodes);
	took(&runner->stages.open, &start);
	return opened < 0 ? LAB_BROKEN : LAB_READY;
}

/* What the kernel answered to a line that it did not take. */
static void note_refusal(struct trace *trace, struct lab *lab)
{
	trace->refused_line = take(lab->refused_line);
	trace->refusal = take(lab->refusal);
}

/* A flow runs in the lab as the one before it left it, or not at all. */
static enum lab_status follow_flow(struct cell_runner *runner, const struct plan *plan, struct error *err)
{
	const bool follows = runner->flow.testcase == plan->testcase && runner->flow.cell + 1 == plan->cell;

	if (follows && runner->flow.skip) {
		fail(err, "the flow before it: %s", runner->flow.skip);
		return LAB_SKIP;
	}
	if (!follows || !runner->lab || strcmp(runner->lab->key, plan->key) != 0) {
		fail(err, "the flow before it did not run in this lab");
		return LAB_BROKEN;
	}
	*PUSH(runner->cells, runner->cell_count) = runner->number;
	return LAB_READY;
}

/* What the next flow of the cell finds: this lab, unless it was BROKEN. */
static void note_flow(struct cell_runner *runner, const struct plan *plan, const struct trace *trace)
{
	const size_t next = cell_flow(plan->testcase, plan->cell) + 1;

	free(take(runner->flow.skip));
	runner->flow.testcase = NULL;
	if (next >= testcase_flows(plan->testcase) || trace->broken)
		return;
	runner->flow.testcase = plan->testcase;
	runner->flow.cell = plan->cell;
	runner->flow.skip = text_copy(trace->skip);
}

/* The lab for a plan: the current one if it has the same key. */
static enum lab_status enter_lab(struct cell_runner *runner, const struct plan *plan, struct trace *trace,
                                 struct error *err)
{
	const struct testcase *testcase = plan->testcase;

	if (cell_flow(testcase, plan->cell))
		return follow_flow(runner, plan, err);
	if (runner->lab && !runner->fresh && !testcase->flows && strcmp(runner->lab->key, plan->key) == 0) {
		*PUSH(runner->cells, runner->cell_count) = runner->number;
		return LAB_READY;
	}
	if (runner->lab)
		cell_runner_leave_lab(runner);
	enum lab_status status = build_lab(runner, plan, err);
	if (status != LAB_READY && runner->lab) {
		note_refusal(trace, runner->lab);
		cell_runner_leave_lab(runner);
	}
	return status;
}

/* What prevented the run goes into the trace: SKIP and BROKEN are decided by the judge, as all outcomes are. */
static void note_failure(struct trace *trace, enum lab_status status, struct error *err)
{
	if (status == LAB_SKIP && !trace->skip)
		trace->skip = text_copy(error_line(err));
	else if (status == LAB_BROKEN && !trace->broken)
		trace->broken = text_copy(error_line(err));
}

static void keep_trace(const struct cell_runner *runner, const struct plan *plan, const struct journeys *journeys,
                       struct trace *trace)
{
	owned_text dir = text_format("%s/%s-%zu", runner->keep, plan->testcase->name, plan->cell);
	struct error err = { 0 };

	if (trace_save(trace, plan, journeys, runner->keep_at, dir, &err) < 0)
		note_failure(trace, LAB_BROKEN, &err);
}

static bool learnt_a_path_mtu(const struct trace *trace)
{
	for (size_t i = 0; i < trace->counter_count; i++)
		if (strcmp(trace->counters[i].name, "Icmp6InPktTooBigs") == 0)
			return true;
	return false;
}

enum lab_status cell_prepare(struct lab *lab, struct lab_setup *setup, const struct plan *plan, struct trace *trace,
                             struct error *err)
{
	enum lab_status status = lab_prepare(lab, setup, plan, err);

	if (status != LAB_READY)
		note_refusal(trace, lab);
	trace->offload_count = setup->state_count;
	trace->offloads = take(setup->states);
	setup->state_count = 0;
	return status;
}

static void forget_traces(struct cell_runner *runner)
{
	for (size_t i = 0; i < runner->at_once.count; i++)
		trace_free(runner->at_once.traces[i]);
	free(runner->at_once.traces);
	memset(&runner->at_once, 0, sizeof runner->at_once);
}

void cell_runner_clear(struct cell_runner *runner)
{
	forget_traces(runner);
	free(take(runner->flow.skip));
}

/* The lab for flows that run at once, as each of them needs it. */
static enum lab_status make_ready(struct cell_runner *runner, const struct plan *const plans[], size_t count,
                                  const struct features *features, struct error *err)
{
	struct trace *const *traces = runner->at_once.traces;
	double start = clock_ms();

	for (size_t i = 0; i < count; i++)
		if ((traces[0]->skip = lab_missing(features, plans[i])))
			return LAB_SKIP;
	enum lab_status status = enter_lab(runner, plans[0], traces[0], err);
	start = clock_ms();
	for (size_t i = 0; i < count && status == LAB_READY; i++)
		status = cell_prepare(runner->lab, &runner->setup, plans[i], traces[i], err);
	took(&runner->stages.prepare, &start);
	return status;
}

/* All flows that run at once, into the runner's traces. */
static void run_flows(struct cell_runner *runner, const struct plan *const plans[], size_t count,
                      const struct features *features)
{
	struct error err = { 0 };

	forget_traces(runner);
	runner->at_once.testcase = plans[0]->testcase;
	runner->at_once.first = plans[0]->cell;
	for (size_t i = 0; i < count; i++)
		*PUSH(runner->at_once.traces, runner->at_once.count) = trace_new();
	struct trace *const *traces = runner->at_once.traces;
	enum lab_status status = make_ready(runner, plans, count, features, &err);
	double start = clock_ms();
	if (status == LAB_READY)
		traces_record(runner->probe, plans, traces, count);
	for (size_t i = 0; i < count && status != LAB_READY; i++) {
		if (i && traces[0]->skip)
			traces[i]->skip = text_copy(traces[0]->skip);
		note_failure(traces[i], status, &err);
	}
	took(&runner->stages.record, &start);
}

/* They were run when the first one's turn came, whose worker this is. */
static void find_flows(struct cell_runner *runner, const struct plan *plan, size_t count)
{
	struct error err = { 0 };

	if (runner->at_once.testcase == plan->testcase && runner->at_once.first == plan->cell - plan->flow) {
		if (runner->lab)
			*PUSH(runner->cells, runner->cell_count) = runner->number;
		return;
	}
	forget_traces(runner);
	fail(&err, "the flows that run at once with it did not run in this lab");
	for (size_t i = 0; i < count; i++) {
		*PUSH(runner->at_once.traces, runner->at_once.count) = trace_new();
		note_failure(runner->at_once.traces[i], LAB_BROKEN, &err);
	}
}

/* Evidence of flows that run at once, each of which knows the others'. */
static void read_traces(struct evidence *evidence[], const struct plan *const plans[], struct trace *const traces[],
                        size_t count)
{
	for (size_t i = 0; i < count; i++)
		evidence[i] = evidence_make(plans[i], traces[i]);
	evidence_beside(evidence, count);
}

static bool is_failure(enum outcome outcome)
{
	return outcome == OUTCOME_FAIL || outcome == OUTCOME_BROKEN;
}

/* A trace is judged with those of the flows that ran at once: they are kept together. */
static bool another_fails(struct evidence *const evidence[], size_t count, size_t own, const struct circumstances *in)
{
	bool fails = false;

	for (size_t i = 0; i < count && !fails; i++) {
		if (i == own)
			continue;
		owned(journeys) journeys = journeys_follow(evidence[i]);
		owned(judgement) judgement = judge(evidence[i], journeys, in);
		fails = is_failure(judgement->outcome);
	}
	return fails;
}

/* What is judged of a cell, and kept. */
static struct result *tell(struct cell_runner *runner, struct evidence *const evidence[], size_t count, size_t own,
                           const struct features *features, struct pool *pool)
{
	const struct circumstances in = { features->version, features->qemu, features->has };
	const struct plan *plan = evidence[own]->plan;
	struct trace *trace = runner->at_once.traces[own];
	owned(journeys) journeys = journeys_follow(evidence[own]);

	if (runner->keep && !runner->keep_failing && !trace->skip)
		keep_trace(runner, plan, journeys, trace);
	owned(judgement) judgement = judge(evidence[own], journeys, &in);
	/* A refusal that is judged is a trace too. */
	const bool judged = trace->skip && judgement->outcome != OUTCOME_SKIP;
	if (runner->keep &&
	    (runner->keep_failing ? is_failure(judgement->outcome) || another_fails(evidence, count, own, &in)
	                          : judged))
		keep_trace(runner, plan, journeys, trace);
	struct result *result = result_make(pool, plan, trace, judgement);
	result_tell(pool, result, plan, journeys, judgement->verdict ? judgement->verdict->breaches : NULL,
	            ladder_wanted(runner->ladders, judgement->outcome));
	return result;
}

struct result *cell_run(struct cell_runner *runner, const struct plan *const plans[], size_t count, size_t own,
                        const struct features *features, struct pool *pool)
{
	const struct plan *plan = plans[own];
	struct evidence *evidence[AT_ONCE_MOST] = { 0 };
	double begin = clock_ms();

	if (own == 0)
		run_flows(runner, plans, count, features);
	else
		find_flows(runner, plan, count);
	struct trace *trace = runner->at_once.traces[own];
	double start = clock_ms();
	read_traces(evidence, plans, runner->at_once.traces, count);
	trace->milliseconds = clock_ms() - begin;
	struct result *result = tell(runner, evidence, count, own, features, pool);
	for (size_t i = 0; i < count; i++)
		evidence_free(evidence[i]);
	took(&runner->stages.judge, &start);
	runner->stages.cells++;
	/* The next cell gets a new lab: this one may still have what made the cell BROKEN, or a path MTU that the
	 * kernel learnt. */
	note_flow(runner, plan, trace);
	const bool ends = runner->fresh || plan->testcase->flows || learnt_a_path_mtu(trace);
	if ((trace->broken || (ends && !runner->flow.testcase)) && runner->lab)
		cell_runner_leave_lab(runner);
	if (own + 1 == count)
		forget_traces(runner);
	return result;
}
