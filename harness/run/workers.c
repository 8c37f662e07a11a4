/* Workers, seen by the runner: it gives them batches of cells and takes results as lines of JSON. It stays outside
 * their namespaces and does nothing else; when it dies, so do they. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ends.h"
#include "queue.h"
#include "run.h"
#include "stop.h"

/* Well above a cell's own deadline: a worker that is silent for so long is stuck. */
#define SILENCE_MS 180000

struct worker {
	pid_t pid;
	FILE *jobs;   /* batch numbers to it */
	int results;  /* lines from it; -1: closed */
	char *buffer; /* received part of the next line */
	size_t used, size;
	struct batch *batch; /* being run; NULL: idle */
	size_t lab;          /* of the suite, that it has built; NOT_FOUND: none */
	bool features;       /* it only tries out features */
};

static int worker_start(struct worker *worker, struct suite *suite, const struct workers_options *options,
                        struct features *features, unsigned number, bool try_features, struct error *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return fail(err, "socketpair: %s", strerror(errno));
	fflush(NULL);
	pid_t runner = getpid();
	pid_t pid = fork();
	if (pid < 0)
		return fail_to_fork(err);
	if (pid == 0) {
		close(pair[0]);
		worker_be(suite, options, features, number, try_features, runner, pair[1]);
	}
	close(pair[1]);
	*worker = (struct worker){ .pid = pid, .lab = NOT_FOUND, .features = try_features };
	worker->jobs = fdopen(dup(pair[0]), "w");
	worker->results = pair[0];
	return worker->jobs ? 0 : fail(err, "fdopen: %s", strerror(errno));
}

static size_t lab_of(const struct suite *suite, const struct batch *batch)
{
	return suite->cells[batch->cells[0]].lab;
}

struct workers {
	struct suite *suite;
	const struct workers_options *options;
	struct features *features;
	struct stages *stages;
	struct worker *workers;
	unsigned count;
	struct queue *queue;
	bool features_known;
	bool late; /* the deadline passed while batches waited */
	struct error *err;
	bool refused;
	struct leaks leaks;
	char *no_drops; /* why a worker gets no drop events; NULL: none has reported so */
	struct oom_watch oom;
};

/* A guest's NICs serve one lab at a time: one worker runs all cells that need them. */
static bool nics_are_lent(const struct workers *pool, const struct worker *asking)
{
	for (unsigned i = 0; i < pool->count; i++)
		if (&pool->workers[i] != asking && pool->workers[i].batch &&
		    batch_needs_nics(pool->suite, pool->workers[i].batch))
			return true;
	return false;
}

static struct batch *next_batch(struct workers *pool, const struct worker *worker)
{
	const double deadline = pool->options->deadline;

	pool->late |= deadline > 0 && clock_ms() > deadline;
	return pool->late ? NULL : queue_take(pool->queue, worker->lab, nics_are_lent(pool, worker));
}

static void give_work(struct workers *pool, struct worker *worker)
{
	struct batch *batch = next_batch(pool, worker);

	worker->batch = batch;
	if (!batch) {
		if (worker->jobs)
			fclose(worker->jobs); /* our half of the pair stays open for results still to come */
		worker->jobs = NULL;
		shutdown(worker->results, SHUT_WR);
		return;
	}
	size_t number = (size_t)(batch - pool->suite->batches);
	worker->lab = lab_of(pool->suite, batch);
	fprintf(worker->jobs, "%zu\n", number);
	fflush(worker->jobs); /* a worker that died is noticed where its results end */
}

static char *missing_for(const struct workers *pool, const struct suite_cell *cell, enum outcome *without)
{
	const struct suite *suite = pool->suite;
	struct error err = { 0 };
	owned(plan) made = NULL;
	const struct plan *plan;

	if (features_suffice(pool->features, suite_testcase(suite, cell), suite_lab(suite, cell)->topology) ||
	    !(plan = suite_cell_plan(&made, suite, cell, &err)))
		return NULL;
	return feature_missing(pool->features, plan, without);
}

/* If the kernel lacks a feature, that is reported instead of the outcome without it. */
static void tell(struct workers *pool, struct suite_cell *cell)
{
	enum outcome without;
	owned_text missing = missing_for(pool, cell, &without);

	if (missing && cell->result->outcome != OUTCOME_BROKEN)
		cell->result = result_without_trace(pool->suite->pool, suite_testcase(pool->suite, cell), cell->cell,
		                                    without, missing);
	if (pool->options->finished)
		pool->options->finished(pool->options->context, cell);
}

static void cell_finished(struct workers *pool, struct suite_cell *cell, struct result *result)
{
	cell->result = result;
	if (pool->features_known)
		tell(pool, cell);
}

/* Results wait until the kernel's features are known: a cell whose feature is missing is SKIP, whatever it saw. */
static void features_arrived(struct workers *pool, const json_t *features, const char *lost)
{
	owned(pool) told = pool_new();
	struct error err = { 0 };
	const struct result_kernel *kernel = features ? kernel_read(told, features, false, &err) : NULL;

	if (kernel)
		features_read(pool->features, kernel);
	else
		features_lost(pool->features, lost);
	pool->features_known = true;
	for (size_t i = 0; i < pool->suite->cell_count; i++)
		if (pool->suite->cells[i].result)
			tell(pool, &pool->suite->cells[i]);
}

static void leak_arrived(struct workers *pool, const json_t *leak)
{
	if (pool->options->leaked && pool->features_known && json_integer_value(json_object_get(leak, "labs")))
		pool->options->leaked(pool->options->context, leak);
	else
		leaks_add(&pool->leaks, leak);
}

static void result_arrived(struct workers *pool, struct suite_cell *cell, const json_t *json)
{
	struct error err = { 0 };
	struct result *result = result_read(pool->suite->pool, json, false, &err);

	if (!result)
		result = result_without_trace(pool->suite->pool, suite_testcase(pool->suite, cell), cell->cell,
		                              OUTCOME_BROKEN, error_line(&err));
	cell_finished(pool, cell, result);
}

static void line_arrived(struct workers *pool, struct worker *worker, const char *text)
{
	json_t *line = json_loads(text, 0, NULL);
	const json_t *part;

	if ((part = json_object_get(line, "refused"))) {
		if (!pool->refused)
			fail(pool->err, "%s", json_string_value(part));
		pool->refused = true;
	} else if ((part = json_object_get(line, "features"))) {
		features_arrived(pool, part, NULL);
	} else if ((part = json_object_get(line, "no-drop-events"))) {
		free(pool->no_drops);
		pool->no_drops = text_copy(json_string_value(part));
	} else if ((part = json_object_get(line, "leaked"))) {
		leak_arrived(pool, part);
	} else if ((part = json_object_get(line, "stages"))) {
		stages_add(pool->stages, part);
	} else if ((part = json_object_get(line, "starting")) && worker->jobs) {
		pool->options->starting(pool->options->context, &pool->suite->cells[json_integer_value(part)]);
		fputs("go\n", worker->jobs);
		fflush(worker->jobs);
	} else if ((part = json_object_get(line, "cell")) && worker->batch) {
		struct batch *batch = worker->batch;
		size_t index = (size_t)json_integer_value(part);
		if (batch->next < batch->count && batch->cells[batch->next] == index) {
			batch->next++;
			result_arrived(pool, &pool->suite->cells[index], json_object_get(line, "result"));
		}
		if (batch->next == batch->count)
			give_work(pool, worker);
	}
	json_decref(line);
}

static int worker_end(struct worker *worker)
{
	int status = 0;

	if (worker->jobs)
		fclose(worker->jobs);
	if (worker->results >= 0)
		close(worker->results);
	free(worker->buffer);
	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	*worker = (struct worker){ .results = -1 };
	return status;
}

/* The process that waits for the actual worker passes on its exit status. */
static char *ended_text(struct workers *pool, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);

	if (code == WORKER_STARVED)
		return starved_text();
	if (code == 128 + SIGKILL && oom_killed_one(&pool->oom))
		return oom_text(&pool->oom);
	if (code > 128)
		return text_format("the worker was ended by signal %d (%s) while this cell ran", code - 128,
		                   strsignal(code - 128));
	return text_format("the worker ended with status %d while this cell ran", code);
}

/* The cell that ran when a worker died is BROKEN; the rest of its batch goes to a new one. */
static void worker_lost(struct workers *pool, struct worker *worker, bool silent)
{
	struct batch *batch = worker->batch;
	bool features = worker->features;
	unsigned number = (unsigned)(worker - pool->workers);

	if (silent)
		kill(worker->pid, SIGKILL);
	int status = worker_end(worker);
	owned_text why =
	        silent ? text_format("the worker was silent for %d s", SILENCE_MS / 1000) : ended_text(pool, status);
	worker->batch = NULL;
	if (stop_signal())
		return;
	if (features) {
		if (!pool->features_known && !pool->refused)
			features_arrived(pool, NULL, why);
		return;
	}
	if (!batch || batch->next == batch->count || pool->refused)
		return;
	struct suite_cell *cell = &pool->suite->cells[batch->cells[batch->next++]];
	cell_finished(pool, cell,
	              result_without_trace(pool->suite->pool, suite_testcase(pool->suite, cell), cell->cell,
	                                   OUTCOME_BROKEN, why));
	queue_give_back(pool->queue, batch);
	if (worker_start(worker, pool->suite, pool->options, pool->features, number, false, pool->err) == 0)
		give_work(pool, worker);
}

/* Processes every complete line received; false at the end. */
static bool lines_read(struct workers *pool, struct worker *worker)
{
	ROOM(worker->buffer, worker->size, worker->used, 65536); /* what a pipe holds */
	ssize_t got = read(worker->results, worker->buffer + worker->used, worker->size - worker->used - 1);
	if (got < 0 && errno == EINTR)
		return true;
	if (got <= 0)
		return false;
	char *line = worker->buffer, *end;
	worker->used += (size_t)got;
	worker->buffer[worker->used] = 0;
	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = 0;
		line_arrived(pool, worker, line);
	}
	worker->used -= (size_t)(line - worker->buffer);
	memmove(worker->buffer, line, worker->used);
	return true;
}

static void worker_readable(struct workers *pool, struct worker *worker)
{
	if (!lines_read(pool, worker))
		worker_lost(pool, worker, false);
}

/* True while a worker runs and no signal has asked for the end. */
static bool pool_step(struct workers *pool)
{
	struct pollfd events[pool->count + 1];
	struct worker *alive[pool->count];
	nfds_t count = 0;

	for (unsigned i = 0; i < pool->count; i++) {
		if (!pool->workers[i].pid)
			continue;
		alive[count] = &pool->workers[i];
		events[count++] = (struct pollfd){ pool->workers[i].results, POLLIN, 0 };
	}
	if (!count || stop_signal())
		return false;
	events[count] = (struct pollfd){ stop_fd(), POLLIN, 0 };
	int ready = poll(events, count + 1, SILENCE_MS);
	for (nfds_t i = 0; i < count && !stop_signal(); i++) {
		if (ready == 0)
			worker_lost(pool, alive[i], true);
		else if (ready > 0 && events[i].revents)
			worker_readable(pool, alive[i]);
	}
	return true;
}

/* Until the kernel's features are known, a result cannot be classified. */
static void forget_untold(struct workers *pool)
{
	for (size_t i = 0; i < pool->suite->cell_count && !pool->features_known; i++)
		pool->suite->cells[i].result = NULL;
}

/* No cell goes missing: those that no worker was left for are BROKEN. */
static void say_unrun(struct workers *pool)
{
	owned_text last = text_line(pool->err->count ? pool->err->text : "they ended");
	owned_text why = text_format("no worker was left to run it: %s", last);

	if (!pool->features_known)
		features_arrived(pool, NULL, "no worker was left to try it");
	for (size_t i = 0; i < pool->suite->cell_count; i++) {
		struct suite_cell *cell = &pool->suite->cells[i];
		if (!cell->result)
			cell_finished(pool, cell,
			              result_without_trace(pool->suite->pool, suite_testcase(pool->suite, cell),
			                                   cell->cell, OUTCOME_BROKEN, why));
	}
}

/* Ends workers that still run, and reads what they had sent. A worker's last process keeps the line open: end of file
 * means that all processes of its namespaces are gone. */
static void workers_end(struct workers *pool)
{
	for (unsigned i = 0; i < pool->count; i++)
		if (pool->workers[i].pid && stop_signal())
			kill(pool->workers[i].pid, SIGKILL);
	for (unsigned i = 0; i < pool->count; i++) {
		struct worker *worker = &pool->workers[i];
		if (!worker->pid)
			continue;
		while (stop_signal() && lines_read(pool, worker))
			;
		worker_end(worker);
	}
}

int workers_run(struct suite *suite, const struct workers_options *options, struct features *features,
                struct stages *stages, struct error *err)
{
	unsigned count = options->count < suite->batch_count ? options->count : (unsigned)suite->batch_count;
	struct workers pool = { .suite = suite,
		                .options = options,
		                .features = features,
		                .stages = stages,
		                .workers = zalloc((count + 1) * sizeof *pool.workers),
		                .count = count + 1,
		                .queue = queue_new(suite),
		                .features_known = options->features_are_tried,
		                .err = err };
	oom_watch_start(&pool.oom);
	int result = 0;

	if (!pool.features_known)
		result = worker_start(&pool.workers[count], suite, options, features, count, true, err);

	/* The trial of features runs in parallel with the first cells, unless their judgement has to wait for it. */
	while (result == 0 && !pool.features_known && features_decide(suite, features) && pool_step(&pool))
		;
	for (unsigned i = 0; i < count && result == 0 && !pool.refused && !stop_signal(); i++) {
		result = worker_start(&pool.workers[i], suite, options, features, i, false, err);
		if (result == 0)
			give_work(&pool, &pool.workers[i]);
	}
	while (result == 0 && pool_step(&pool))
		;
	workers_end(&pool);
	if (stop_signal() || pool.late)
		forget_untold(&pool);
	else if (result == 0 && !pool.refused)
		say_unrun(&pool);
	leaks_tell(&pool.leaks, suite);
	features->ends_unknown = pool.leaks.unknown;
	leaks_clear(&pool.leaks);
	if (pool.no_drops)
		features_no_drops(features, pool.no_drops);
	free(pool.no_drops);
	oom_watch_clear(&pool.oom);
	free(pool.workers);
	queue_free(pool.queue);
	return result < 0 || pool.refused ? -1 : 0;
}
