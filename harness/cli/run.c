#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "drops.h"
#include "stop.h"

static void finished(void *context, struct suite_cell *cell)
{
	if (context)
		progress_cell(context, cell->case_index, cell->result);
}

static struct progress *start_progress(const struct suite *suite)
{
	const char **names = zalloc(suite->case_count * sizeof *names);
	size_t *cells = zalloc(suite->case_count * sizeof *cells);

	for (size_t i = 0; i < suite->case_count; i++)
		names[i] = suite->cases[i].testcase->name;
	for (size_t i = 0; i < suite->cell_count; i++)
		cells[suite->cells[i].case_index]++;
	struct progress *progress = progress_start(stderr, report_style_of(stderr), names, cells, suite->case_count);
	free(names);
	free(cells);
	return progress;
}

static void print_stages(FILE *out, const struct stages *s, double seconds)
{
	double all = s->build + s->open + s->prepare + s->record + s->judge + s->close;
	const struct {
		const char *name;
		double ms;
	} rows[] = {
		{ "build labs", s->build },       { "open captures", s->open },  { "set offloads, routes", s->prepare },
		{ "traffic, fences", s->record }, { "judge, report", s->judge }, { "close captures, labs", s->close }
	};

	fprintf(out, "\n%u cells in %u labs, %.2f s, %.0f cells/s; time of the workers by stage:\n", s->cells, s->labs,
	        seconds, seconds > 0 ? s->cells / seconds : 0);
	for (size_t i = 0; i < COUNT(rows); i++)
		fprintf(out, "  %-22s %9.1f ms  %5.1f %%  %7.2f ms a cell\n", rows[i].name, rows[i].ms,
		        all > 0 ? 100 * rows[i].ms / all : 0, s->cells ? rows[i].ms / s->cells : 0);
}

struct run *run_of(const struct suite *suite, const struct features *features)
{
	struct run *run = run_new(suite->pool, suite->cell_count);

	run->hopcheck = HOPCHECK_VERSION;
	run->kernel = features_kernel(suite->pool, features);
	suite_add_topologies(suite, run);
	for (size_t i = 0; i < suite->cell_count; i++)
		if (suite->cells[i].result)
			run_add_cell(run, suite->cells[i].result);
	if (run->cells.count < suite->cell_count)
		run_set_partial(suite->pool, run, suite->cell_count - run->cells.count);
	return run;
}

static unsigned wants_stdout(const struct options *options)
{
	return outputs_to_stdout(&options->outputs) + (options->json && file_is_stdout(options->json));
}

static int report(const struct options *options, const struct suite *suite, const struct features *features,
                  const struct stages *stages, double seconds)
{
	struct results results = { .pool = suite->pool };
	struct run *run = run_of(suite, features);
	FILE *out = wants_stdout(options) ? stderr : stdout;
	struct report_style style = report_style_of(out);
	int code = cells_exit_code(&run->cells, &options->outputs.exit_rules);

	/* That of its case would name a directory that is gone by then. */
	for (size_t i = 0; options->unpacked && i < run->cells.count; i++)
		run->cells.at[i]->command = pool_text(suite->pool, options->command);
	if (options->json || options->outputs.path[FORMAT_HTML])
		run_embed(suite, run);
	results_add(&results, run);
	style.verbose = options->verbose;
	if (!options->quiet)
		report_ladders(out, style, suite->pool, run);
	if (!options->quiet)
		report_table(out, style, suite->pool, run, seconds);
	if (options->stages)
		print_stages(out, stages, seconds);
	if (!options->quiet)
		report_partial(out, style, &results);
	if (write_document(options->json, run_writer, run) != EXIT_OK)
		code = EXIT_BROKEN;
	if (outputs_write(&options->outputs, &results) != EXIT_OK)
		code = EXIT_BROKEN;
	return code;
}

/* The kept traces' own kernel stands beside them, for `hopcheck judge`. */
static int write_kernel(const struct options *options, int keep_at, const struct features *features)
{
	owned_text path = text_format("%s/kernel.json", options->keep);
	json_t *kernel = features_json(features);
	struct error err = { 0 };
	int made = file_put_at(keep_at, "kernel.json", path, json_writer, kernel, &err);

	json_decref(kernel);
	if (made < 0)
		say_errors(&err);
	return made < 0 ? EXIT_BROKEN : EXIT_OK;
}

/* What cannot be written is said before the first cell, not after the last. */
static int check_outputs(const struct options *options, const struct suite *suite, struct error *err)
{
	owned_text kernel = options->keep ? text_format("%s/kernel.json", options->keep) : NULL;
	struct file_claim claims[FORMATS + 3] = { [FORMATS] = { "json", options->json, false },
		                                  [FORMATS + 1] = { "keep", options->keep, true },
		                                  [FORMATS + 2] = { "keep", kernel, false } };

	outputs_claim(&options->outputs, claims);
	if (files_check(claims, FORMATS + 2, err) < 0)
		return -1;
	for (size_t i = 0; options->keep && i < suite->cell_count; i++) {
		owned_text dir = text_format("%s/%s-%zu", options->keep, suite_testcase(suite, &suite->cells[i])->name,
		                             suite->cells[i].cell);
		if (faccessat(AT_FDCWD, dir, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			return fail(err, "--keep %s: %s is there already; remove it, or name another directory",
			            options->keep, dir);
	}
	return options->keep && access(options->keep, F_OK) == 0 ? files_check(claims, COUNT(claims), err) : 0;
}

/* A cell that was ended may have begun to keep its trace: what has no result is not kept. */
static void forget_unfinished(int keep_at, const struct suite *suite)
{
	for (size_t i = 0; keep_at >= 0 && i < suite->cell_count; i++) {
		const struct suite_cell *cell = &suite->cells[i];
		if (cell->result)
			continue;
		owned_text dir =
		        text_format("/proc/self/fd/%d/%s-%zu", keep_at, suite_testcase(suite, cell)->name, cell->cell);
		files_remove(dir);
	}
}

static int run_workers(const struct options *options, struct suite *suite, struct workers_options *workers)
{
	struct features features = { 0 };
	struct stages stages = { 0 };
	struct error err = { 0 };
	double start = clock_ms();

	stop_catch();
	workers->context = options->quiet ? NULL : start_progress(suite);
	features_look(&features);
	owned(kernel_facts) facts = features_look_at_drops(&features, options->no_drop_events);
	workers->facts = facts;
	suite_batch(suite, options->fresh);
	int ran = workers_run(suite, workers, &features, &stages, &err);
	if (workers->context)
		progress_end(workers->context);
	if (ran < 0 && !stop_signal()) {
		say_errors(&err);
		return EXIT_BROKEN;
	}
	forget_unfinished(workers->keep_at, suite);
	if (options->keep && write_kernel(options, workers->keep_at, &features) != EXIT_OK)
		return EXIT_BROKEN;
	return report(options, suite, &features, &stages, (clock_ms() - start) / 1000);
}

static int run(const struct options *options, struct suite *suite)
{
	struct workers_options workers = { .count = options->workers,
		                           .keep = options->keep,
		                           .keep_at = -1,
		                           .fresh = options->fresh,
		                           .by_ip = options->by_ip,
		                           .ladders = ladders_of((int)options->verbose, suite->cell_count),
		                           .finished = finished };
	struct error err = { 0 };

	if (check_outputs(options, suite, &err) < 0) {
		say_errors(&err);
		return EXIT_USAGE;
	}
	bool there = options->keep && access(options->keep, F_OK) == 0;
	if (limits_check(suite, workers.count, &err) < 0 ||
	    (options->keep && (workers.keep_at = directory_open(options->keep, &err)) < 0)) {
		say_errors(&err);
		return EXIT_BROKEN;
	}
	int code = run_workers(options, suite, &workers);
	if (workers.keep_at >= 0)
		close(workers.keep_at);
	if (options->keep && !there)
		rmdir(options->keep); /* where nothing was kept */
	return code;
}

static int run_chosen(struct options *options)
{
	struct suite suite = { 0 };

	suite_for_this_kernel(&suite);
	int code = selection_plan(options, 0, &suite);
	if (code == EXIT_OK)
		code = suite.cell_count ? run(options, &suite) : selection_is_empty();
	code = selection_code(&suite, code);
	suite_free(&suite);
	return code;
}

static int command(struct options *options)
{
	char *unpacked = NULL;
	int code = EXIT_OK;

	for (size_t i = 0; i < options->operand_count && code == EXIT_OK && !unpacked; i++)
		if (is_bundle(options->operands[i]))
			code = bundle_enter(options, i, &unpacked);
	if (code == EXIT_OK)
		code = run_chosen(options);
	bundle_leave(options, &unpacked);
	return code;
}

const struct subcommand subcommand_run = {
	.command = COMMAND_RUN,
	.name = "run",
	.about = "run cases on the running kernel",
	.operands = "[CASE]...",
	.most = SIZE_MAX,
	.text = "Runs cases on the running kernel and says for every cell what happened, where and why.\n"
	        "CASE is a name in cases/ or a file; none means all. FILE.tar.gz of `hopcheck bundle` is one cell.\n",
	.codes = "0 every cell PASS, KNOWN, FIXED or SKIP; 1 a FAIL; 2 wrong usage or a bad file;\n"
	         "3 a BROKEN and no FAIL: the harness or the machine failed; 4 nothing ran, or all was "
	         "SKIP." SIGNAL_CODES,
	.run = command,
};
