/* A worker: a process in namespaces of its own, on one CPU, that runs the batches it is given. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drops.h"
#include "ends.h"
#include "probe.h"
#include "report.h"
#include "run.h"
#include "stop.h"

/* One CPU per worker: veth receives in softirq on the sending CPU, so what is sent is received before the worker
 * continues. */
static void stay_on_one_cpu(unsigned number)
{
	cpu_set_t allowed, one;
	unsigned count;

	if (sched_getaffinity(0, sizeof allowed, &allowed) < 0 || !(count = (unsigned)CPU_COUNT(&allowed)))
		return;
	number %= count;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &allowed) || number--)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof one, &one);
		return;
	}
}

static void send_line(FILE *out, json_t *line)
{
	owned_text text = json_dumps(line, JSON_COMPACT);

	json_decref(line);
	if (!text || fprintf(out, "%s\n", text) < 0 || fflush(out) != 0)
		_exit(3);
}

/* The runner answers once it has reported the start of the cell, in case the kernel does not survive it. */
static void ask_to_start(FILE *jobs, FILE *results, size_t cell)
{
	char go[3];

	send_line(results, json_pack("{s:I}", "starting", (json_int_t)cell));
	if (fscanf(jobs, " %2[go]", go) != 1)
		_exit(3);
}

/* Waits until closed labs are gone, or reports the cells of those that are not. */
static void see_ends(struct ends *ends, bool all, FILE *results)
{
	json_t *leak = ends_settle(ends, all);

	if (leak)
		send_line(results, json_pack("{s:o}", "leaked", leak));
}

/* Whether they can be planned was checked before the first cell. */
static struct result *run_cell(const struct suite *suite, const struct suite_cell *cell, struct cell_runner *runner,
                               const struct features *features, struct pool *pool)
{
	const struct testcase *testcase = suite_testcase(suite, cell);
	const struct cells_at_once cells = cell_at_once(testcase, cell->cell);
	const struct plan *plans[AT_ONCE_MOST] = { 0 };
	struct plan *made[AT_ONCE_MOST] = { 0 };
	struct result *result = NULL;
	struct error err = { 0 };
	bool planned = true;

	for (size_t i = 0; i < cells.count && planned; i++) {
		/* the others are beside it in the suite, whose cells are in order */
		plans[i] = suite_cell_plan(&made[i], suite, cell + i - (cell->cell - cells.first), &err);
		planned = plans[i] != NULL;
	}
	if (planned)
		result = cell_run(runner, plans, cells.count, cell->cell - cells.first, features, pool);
	else
		result = result_without_trace(pool, testcase, cell->cell, OUTCOME_BROKEN, error_line(&err));
	for (size_t i = 0; i < cells.count; i++)
		plan_free(made[i]);
	return result;
}

static void run_batches(struct suite *suite, const struct workers_options *options, const struct features *features,
                        FILE *jobs, FILE *results)
{
	struct ends_here here = { -1, -1 };
	struct ends ends = { .way = &ends_way_here, .way_context = &here, .most = ends_most() };
	struct cell_runner runner = { .keep = options->keep,
		                      .keep_at = options->keep_at,
		                      .keep_failing = options->keep_failing,
		                      .fresh = options->fresh,
		                      .by_ip = options->by_ip,
		                      .ladders = options->ladders,
		                      .ends = &ends };
	struct error err = { 0 };
	size_t number;

	runner.stock = stock_new(limits_ahead(suite));
	stock_order(runner.stock, suite->labs[suite->cells[0].lab].nodes); /* while drop events are prepared */
	if (options->facts && drops_open(&runner.drops, options->facts, &err) < 0)
		send_line(results, json_pack("{s:s}", "no-drop-events", err.text));
	while (fscanf(jobs, "%zu", &number) == 1 && number < suite->batch_count) {
		const struct batch *batch = &suite->batches[number];
		runner.more = number + 1 < suite->batch_count;
		for (size_t i = batch->next; i < batch->count; i++) {
			const struct suite_cell *cell = &suite->cells[batch->cells[i]];
			if (options->starting)
				ask_to_start(jobs, results, batch->cells[i]);
			runner.number = batch->cells[i];
			owned(pool) pool = pool_new();
			const struct result *result = run_cell(suite, cell, &runner, features, pool);
			send_line(results, json_pack("{s:I,s:o}", "cell", (json_int_t)batch->cells[i], "result",
			                             result_json(result)));
			see_ends(&ends, false, results);
		}
	}
	if (runner.lab)
		cell_runner_leave_lab(&runner);
	cell_runner_clear(&runner);
	stock_free(runner.stock);
	drops_close(runner.drops);
	send_line(results, json_pack("{s:o}", "stages", stages_json(&runner.stages)));
	see_ends(&ends, true, results); /* last: other work overlaps with the wait */
	ends_clear(&ends);
}

void worker_be(struct suite *suite, const struct workers_options *options, struct features *features, unsigned number,
               bool try_features, pid_t runner, int fd)
{
	struct error err = { 0 };
	FILE *jobs = fdopen(fd, "r"), *results = fdopen(dup(fd), "w");

	if (!jobs || !results)
		_exit(3);
	memory_ends_with(WORKER_STARVED);
	stop_ignore();
	stay_on_one_cpu(number);
	if (worker_isolate(runner, features->has[FEATURE_NIC], &err) < 0) {
		send_line(results, json_pack("{s:s}", "refused", error_line(&err)));
		_exit(4);
	}
	if (try_features) {
		features_try(features, options->by_ip);
		send_line(results, json_pack("{s:o}", "features", features_json(features)));
	} else {
		run_batches(suite, options, features, jobs, results);
	}
	_exit(0);
}
