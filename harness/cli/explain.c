/* Why a cell is not right. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "explain.h"
#include "stop.h"

/* ---- which cell */

/* A cell of a results file is chosen by its case and axes, as its command does. */
static int choose_by_results(struct options *options, struct pool *pool, struct error *err)
{
	struct results results = { .pool = pool };

	if (options->operand_count != 1)
		return fail(err, "--results %s: name the cell by its number, and nothing else", options->results);
	if (options->selection.only_count)
		return fail(err, "--results and --only: a cell's number says which it is");
	return results_read(&results, options->results, err) < 0 ? -1 : selection_by_number(options, &results, err);
}

/* Whether a cell was asked for, and not only another flow in its lab. */
static bool is_asked_for(const struct suite *suite, size_t cell, const struct options *options)
{
	const struct suite_cell *one = &suite->cells[cell];

	return cell_is_chosen(suite_testcase(suite, one), one->cell, options->selection.only,
	                      options->selection.only_count);
}

static const enum outcome order[] = { OUTCOME_FAIL, OUTCOME_KNOWN, OUTCOME_BROKEN };

/* Of several cells, all of which are right here, the first that is not on one of the kernels; else `chosen`. */
static size_t cell_of_kernels(struct suite *suite, struct options *options, size_t chosen, struct error *err)
{
	struct fleet_kernel *kernels = NULL;
	size_t count = 0;
	bool complete;

	if (kernels_find(&kernels, &count, options->kernels, options->kernel_count, &complete, err) < 0)
		return NOT_FOUND;
	int ran = count ? fleet_run(kernels, count, suite, &options->fleet, err) : 0;
	for (size_t o = COUNT(order) - 1; o-- > 0;) /* BROKEN tells nothing of them */
		for (size_t k = count; k-- > 0;)
			for (size_t i = suite->cell_count; i-- > 0;)
				if (ran == 0 && is_asked_for(suite, i, options) && kernels[k].results[i] &&
				    kernels[k].results[i]->outcome == (int)order[o])
					chosen = i;
	for (size_t k = 0; k < count; k++)
		fleet_kernel_clear(&kernels[k]);
	free(kernels);
	return ran == 0 ? chosen : NOT_FOUND;
}

/* Of several cells the first that is not right: FAIL before KNOWN, and here before other kernels. */
static size_t cell_to_explain(struct suite *suite, struct options *options, struct error *err)
{
	struct features features = { 0 };
	struct stages stages = { 0 };
	const struct workers_options workers = { .count = options->workers, .keep_at = -1 };
	size_t chosen = NOT_FOUND, count = 0, wrong = 0;

	for (size_t i = suite->cell_count; i-- > 0;)
		if (is_asked_for(suite, i, options)) {
			chosen = i;
			count++;
		}
	if (count <= 1)
		return count ? chosen : 0;
	features_look(&features);
	features_no_drops(&features, "not asked for");
	suite_batch(suite, false);
	if (limits_check(suite, options->workers, err) < 0 || workers_run(suite, &workers, &features, &stages, err) < 0)
		return NOT_FOUND;
	for (size_t o = COUNT(order); o-- > 0;)
		for (size_t i = suite->cell_count; i-- > 0;)
			if (is_asked_for(suite, i, options) && suite->cells[i].result &&
			    suite->cells[i].result->outcome == (int)order[o]) {
				wrong += order[o] != OUTCOME_BROKEN;
				chosen = i;
			}
	if (!options->quiet && !stop_signal() && wrong)
		say_error("%zu of %zu cells are not right; --only chooses one: this is the first", wrong, count);
	return !wrong && options->kernel_count && !stop_signal() ? cell_of_kernels(suite, options, chosen, err)
	                                                         : chosen;
}

/* ---- on other kernels */

static void tell_kernel(struct explanation *out, const struct fleet_kernel *kernel, size_t cell,
                        const struct result *here)
{
	const struct result *result = kernel->results[cell];
	struct explained_kernel *told = PUSH(out->kernels, out->kernel_count);

	*told = (struct explained_kernel){ .label = pool_text(out->pool, kernel->kernel.label),
		                           .text = "it was not run",
		                           .says = TRIAL_UNTRIED };
	if (!result)
		return;
	told->says = result->outcome == OUTCOME_PASS || result->outcome == OUTCOME_FIXED ? TRIAL_RIGHT : TRIAL_WRONG;
	told->text = pool_text(out->pool, said(result->why));
	if (!result->verdict) {
		told->says = TRIAL_UNKNOWN;
		return;
	}
	const struct signature there = signature_of(result),
	                       own = here->verdict ? signature_of(here) : (struct signature){ 0 };
	owned_text text = signature_text(&there, true);
	told->text = pool_text(out->pool, text);
	told->otherwise = told->says == TRIAL_WRONG && !signatures_are_kin(&there, &own);
}

/* Once more on one that is wrong otherwise, whose guest looks why. */
static int explain_there(struct explanation *out, struct explained_kernel *told, const char *name,
                         const struct options *options, const struct suite *suite, struct error *err)
{
	struct fleet_options fleet = options->fleet;
	struct fleet_kernel *kernels = NULL;
	size_t count = 0;
	bool complete;

	fleet.explain = options->budget;
	fleet.silence += 3 * options->budget; /* its last round may take longer, and it says nothing meanwhile */
	fleet.timeout += 3 * options->budget;
	if (kernels_find(&kernels, &count, &name, 1, &complete, err) < 0)
		return -1;
	int ran = count ? fleet_run(kernels, count, suite, &fleet, err) : 0;
	for (size_t k = 0; k < count; k++) {
		if (ran == 0 && !told->explanation && kernels[k].explanation) {
			told->explanation = json_incref(kernels[k].explanation);
			for (size_t i = 0; i < kernels[k].explained.count; i++)
				*PUSH(told->lines, told->line_count) = pool_text(out->pool, kernels[k].explained.at[i]);
		}
		fleet_kernel_clear(&kernels[k]);
	}
	free(kernels);
	return ran;
}

/* Guests run what the suite's batches have: this cell, and flows before it and at once with it. */
static void batch_only(struct suite *suite, size_t cell)
{
	const struct testcase *testcase = suite_testcase(suite, &suite->cells[cell]);
	const size_t own = suite->cells[cell].cell, flow = cell_flow(testcase, own);
	const struct cells_at_once cells = cell_at_once(testcase, own);

	for (size_t i = 0; i < suite->batch_count; i++)
		free(suite->batches[i].cells);
	free(take(suite->batches));
	suite->batch_count = 0;
	struct batch *batch = PUSH(suite->batches, suite->batch_count);
	for (size_t i = cell - flow; i < cell + cells.first + cells.count - own; i++)
		*PUSH(batch->cells, batch->count) = i;
}

static int try_kernels(struct explanation *out, struct options *options, struct suite *suite, size_t cell,
                       struct error *err)
{
	struct fleet_kernel *kernels = NULL;
	size_t count = 0;
	bool complete;

	if (kernels_find(&kernels, &count, options->kernels, options->kernel_count, &complete, err) < 0)
		return -1;
	batch_only(suite, cell);
	int ran = count ? fleet_run(kernels, count, suite, &options->fleet, err) : 0;
	for (size_t i = 0; i < count; i++) {
		const struct guest_kernel *kernel = &kernels[i].kernel;
		if (ran == 0) {
			tell_kernel(out, &kernels[i], cell, out->own);
			struct explained_kernel *told = &out->kernels[out->kernel_count - 1];
			if (told->otherwise && !stop_signal())
				ran = explain_there(out, told, kernel->asked ? kernel->asked : kernel->label, options,
				                    suite, err);
		}
		fleet_kernel_clear(&kernels[i]);
	}
	free(kernels);
	return ran;
}

/* ---- told */

static void progress(void *context, const char *text)
{
	const struct report_style *style = context;

	if (style->terminal)
		fprintf(stderr, "\r\033[K%.*s", (int)style->width - 1, text);
}

static int tell(const struct options *options, const struct explanation *out)
{
	owned_text text = explanation_text(out);
	int code = EXIT_OK;

	if (!options->quiet)
		fputs(text, options->json && file_is_stdout(options->json) ? stderr : stdout);
	if (options->json) {
		json_t *json = explanation_json(out);
		code = write_document(options->json, json_writer, json);
		json_decref(json);
	}
	if (code != EXIT_OK)
		return code;
	for (size_t i = 0; i < out->kernel_count; i++)
		if (out->kernels[i].explanation)
			return EXIT_FAIL;
	return out->how == EXPLAIN_RIGHT ? EXIT_OK : out->how == EXPLAINED ? EXIT_FAIL : EXIT_NOTHING;
}

static int explain(struct options *options, struct suite *suite, struct error *err)
{
	struct report_style style = report_style_of(stderr);
	const struct explain_options how = { .workers = options->workers,
		                             .budget = options->budget,
		                             .progress = options->quiet ? NULL : progress,
		                             .context = &style };
	owned(explanation) out = NULL;

	stop_catch();
	const size_t cell = cell_to_explain(suite, options, err);
	int done = cell == NOT_FOUND ? -1 : explain_cell(&out, suite, cell, &how, err);
	if (style.terminal && !options->quiet)
		fputs("\r\033[K", stderr);
	if (done == 0 && out->own && options->kernel_count && !stop_signal())
		done = try_kernels(out, options, suite, cell, err);
	if (done < 0)
		return EXIT_BROKEN;
	return tell(options, out);
}

static int command(struct options *options)
{
	struct suite suite = { 0 };
	struct error err = { 0 };
	owned(pool) pool = pool_new();
	int code = EXIT_USAGE;

	if ((!options->results || choose_by_results(options, pool, &err) == 0) &&
	    files_check(&(struct file_claim){ "json", options->json, false }, 1, &err) == 0) {
		suite_for_this_kernel(&suite);
		code = selection_plan(options, 0, &suite);
		if (code == EXIT_OK)
			code = suite.cell_count ? explain(options, &suite, &err) : selection_is_empty();
	}
	say_errors(&err);
	suite_free(&suite);
	return code;
}

const struct subcommand subcommand_explain = {
	.command = COMMAND_EXPLAIN,
	.name = "explain",
	.about = "why a cell is not right, and what cures it",
	.operands = "CASE | --results FILE NUMBER",
	.least = 1,
	.most = 1,
	.text = "Takes a cell that is not right and finds by trial the least settings with which it happens, each "
	        "setting\n"
	        "that cures it alone, the smallest lab and traffic that show it, and where it goes wrong. Of a CASE "
	        "with\n"
	        "several cells it takes the first that is not right; with --results the cell of that number, counted "
	        "from 0.\n"
	        "Where it is right here, or wrong otherwise than on a --kernel, it is explained there too, in a "
	        "guest.\n",
	.codes = "0 the cell is right; 1 it is not, here or on a --kernel, and what was found is told;\n"
	         "2 wrong usage or a bad file; 3 the harness or the machine failed;\n"
	         "4 it cannot be told: the cell is SKIP, BROKEN, or right alone.\n"
	         "130 (SIGINT, ^C), 129 (SIGHUP), 143 (SIGTERM): a signal ended it; what was found so far is told.",
	.run = command,
};
