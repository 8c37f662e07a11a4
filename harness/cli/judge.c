#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static int read_kernel(struct features *features, const char *dir, struct error *err)
{
	owned_text path = text_format("%s/kernel.json", dir);
	json_t *kernel = json_read(path, 0, err);
	owned(pool) pool = pool_new();

	if (!kernel)
		return blame(err, "is %s a directory that `run --keep` made?", dir);
	const struct result_kernel *told = kernel_read(pool, kernel, false, err);
	json_decref(kernel);
	if (!told)
		return blame(err, "%s", path);
	if (!told->release)
		return fail(err, "%s: no release; is %s a directory that `run --keep` made?", path, dir);
	snprintf(features->release, sizeof features->release, "%s", told->release);
	snprintf(features->version, sizeof features->version, "%s", told->release); /* unless it says more */
	features_read(features, told);
	return 0;
}

static char *kept_path(const struct suite *suite, const struct suite_cell *cell, const char *dir)
{
	return text_format("%s/%s-%zu", dir, suite_testcase(suite, cell)->name, cell->cell);
}

/* A cell, with the flows that ran at once: kept traces are judged together. */
struct judged {
	struct plan *plans[AT_ONCE_MOST];
	struct trace *traces[AT_ONCE_MOST];
	struct evidence *evidence[AT_ONCE_MOST];
	size_t count, own;
};

static void judged_clear(struct judged *judged)
{
	for (size_t i = 0; i < judged->count; i++) {
		evidence_free(judged->evidence[i]);
		trace_free(judged->traces[i]);
		plan_free(judged->plans[i]);
	}
}
#define owned_judged __attribute__((cleanup(judged_clear))) struct judged

/* The cell's own plan is there; 0, or -1 and err. */
static int load_all(struct judged *judged, const struct suite *suite, const struct suite_cell *cell, const char *dir,
                    struct error *err)
{
	for (size_t i = 0; i < judged->count; i++) {
		struct suite_cell one = *cell;
		one.cell = cell->cell - judged->own + i;
		owned_text path = kept_path(suite, &one, dir);
		if (!judged->plans[i] && suite_plan_cell(&judged->plans[i], suite, &one, err) < 0)
			return -1;
		if (trace_load(&judged->traces[i], judged->plans[i], path, err) < 0)
			return i == judged->own ? -1 : blame(err, "%s ran at once with it", path);
		judged->evidence[i] = evidence_make(judged->plans[i], judged->traces[i]);
	}
	evidence_beside(judged->evidence, judged->count);
	return 0;
}

static struct result *judge_cell(const struct suite *suite, const struct suite_cell *cell, const char *dir,
                                 const struct features *features, enum ladders ladders, struct error *err)
{
	const struct cells_at_once cells = cell_at_once(suite_testcase(suite, cell), cell->cell);
	owned_judged judged = { .count = cells.count, .own = cell->cell - cells.first };
	struct plan **plan = &judged.plans[judged.own];
	owned_text path = kept_path(suite, cell, dir);
	enum outcome without;

	if (access(path, F_OK) != 0 || suite_plan_cell(plan, suite, cell, err) < 0)
		return NULL;
	owned_text missing = feature_missing(features, *plan, &without);
	if (missing)
		return result_without_trace(suite->pool, (*plan)->testcase, cell->cell, without, missing);
	if (load_all(&judged, suite, cell, dir, err) < 0)
		return NULL;
	const struct evidence *evidence = judged.evidence[judged.own];
	owned(journeys) journeys = journeys_follow(evidence);
	owned(judgement) judgement =
	        judge(evidence, journeys, &(struct circumstances){ features->version, features->qemu, features->has });
	struct result *result = result_make(suite->pool, *plan, evidence->trace, judgement);
	result_tell(suite->pool, result, *plan, journeys, judgement->verdict ? judgement->verdict->breaches : NULL,
	            ladder_wanted(ladders, judgement->outcome));
	return result;
}

static size_t count_kept(const struct suite *suite, const char *dir)
{
	size_t kept = 0;

	for (size_t i = 0; i < suite->cell_count; i++) {
		owned_text path = kept_path(suite, &suite->cells[i], dir);
		kept += access(path, F_OK) == 0;
	}
	return kept;
}

static int judge_all(const struct suite *suite, const char *dir, const struct features *features, const char *json,
                     int verbose)
{
	enum ladders ladders = ladders_of(verbose, count_kept(suite, dir));
	struct error err = { 0 };
	struct run *run = run_new(suite->pool, suite->cell_count);
	int code = EXIT_BROKEN;

	if (files_check(&(struct file_claim){ "json", json, false }, 1, &err) == 0) {
		for (size_t i = 0; i < suite->cell_count; i++) {
			struct result *result = judge_cell(suite, &suite->cells[i], dir, features, ladders, &err);
			if (result)
				run_add_cell(run, result);
		}
		run->hopcheck = HOPCHECK_VERSION;
		run->kernel = features_kernel(suite->pool, features);
		suite_add_topologies(suite, run);
		FILE *out = json && file_is_stdout(json) ? stderr : stdout;
		report_ladders(out, report_style_of(out), suite->pool, run);
		report_table(out, report_style_of(out), suite->pool, run, 0);
		code = cells_exit_code(&run->cells, &(struct exit_rules){ .style = EXIT_STYLE_HOPCHECK });
		if (write_document(json, run_writer, run) != EXIT_OK)
			code = EXIT_BROKEN;
	}
	say_errors(&err);
	return err.count ? EXIT_USAGE : code;
}

static bool is_kept(const char *dir, const char *name)
{
	owned_text start = text_format("%s-", name);
	DIR *kept = opendir(dir);
	const struct dirent *entry;
	bool found = false;

	while (kept && !found && (entry = readdir(kept)))
		found = strncmp(entry->d_name, start, strlen(start)) == 0;
	if (kept)
		closedir(kept);
	return found;
}

/* Whether a trace is kept of a case whose file was left out: each message begins with that file, called NAME.yaml. */
static bool is_any_kept(const char *dir, const struct error *left_out)
{
	owned_text lines = text_copy(left_out->text);
	char *rest = NULL;

	for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *end = strstr(line, ".yaml");
		if (!end)
			continue;
		*end = 0;
		if (is_kept(dir, base_of(line)))
			return true;
	}
	return false;
}

static int command(struct options *options)
{
	const char *dir = options->operands[0];
	struct suite suite = { 0 };
	struct error err = { 0 };
	struct features features = { 0 };
	int code = EXIT_USAGE;

	if (read_kernel(&features, dir, &err) == 0) {
		memcpy(suite.version, features.version, sizeof suite.version);
		code = selection_plan(options, 1, &suite);
	}
	say_errors(&err);
	if (code == EXIT_OK)
		code = judge_all(&suite, dir, &features, options->json, (int)options->verbose);
	if (is_any_kept(dir, &suite.left_out))
		code = selection_code(&suite, code);
	suite_free(&suite);
	return code;
}

const struct subcommand subcommand_judge = {
	.command = COMMAND_JUDGE,
	.name = "judge",
	.about = "judge kept traces again",
	.operands = "DIR [CASE]...",
	.least = 1,
	.most = SIZE_MAX,
	.text = "Judges the traces again that `hopcheck run --keep DIR` kept, by the cases as they are now, for the\n"
	        "kernel that they were recorded on. Nothing is sent. Cells without a kept trace are left out.\n",
	.codes = "as those of `hopcheck run`.",
	.run = command,
};
