#include "cli.h"

/* What cannot be written is said before anything is read. */
static int check_outputs(const struct options *options, struct error *err)
{
	struct file_claim claims[FORMATS];

	outputs_claim(&options->outputs, claims);
	if (files_check(claims, FORMATS, err) < 0)
		return -1;
	if (options->table && outputs_to_stdout(&options->outputs))
		return fail(err, "only one output can be written to standard output (-)");
	return 0;
}

/* An option asked for a form of its own. */
static bool asked(const struct options *options)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (options->outputs.path[i])
			return true;
	return false;
}

static void write_table(const json_t *runs, unsigned verbose)
{
	struct report_style style = report_style_of(stdout);
	const json_t *run = json_array_get(runs, 0);

	style.verbose = verbose;
	if (json_array_size(runs) == 1) {
		report_table(stdout, style, json_object_get(run, "kernel"), json_object_get(run, "cells"), 0);
		report_partial(stdout, style, runs);
	} else {
		report_matrix(stdout, style, MATRIX_TERMINAL, runs, verbose > 0);
	}
}

static int report(const struct options *options, const json_t *runs)
{
	int code = runs_exit_code(runs, options->outputs.exit_style);

	if (options->table || !asked(options))
		write_table(runs, options->verbose);
	return outputs_write(&options->outputs, runs) == EXIT_OK ? code : EXIT_BROKEN;
}

static int command(struct options *options)
{
	struct error err = { 0 };
	json_t *runs = json_array();

	check_outputs(options, &err);
	for (size_t i = 0; i < options->operand_count && !err.count; i++)
		results_read(runs, options->operands[i], &err);
	say_errors(&err);
	json_t *merged = runs_merge(runs);
	int code = err.count ? EXIT_USAGE : report(options, merged);
	json_decref(merged);
	json_decref(runs);
	return code;
}

const struct subcommand subcommand_report = {
	.command = COMMAND_REPORT,
	.name = "report",
	.about = "show results as a table, a page, KTAP, TAP or JUnit",
	.operands = "RESULT...",
	.least = 1,
	.most = SIZE_MAX,
	.text = "Shows results written by `run --json` and others in the wanted forms; RESULT is a file, - standard\n"
	        "input. Several files, and files of many kernels, are shown side by side, shards of one kernel as one\n"
	        "(as `hopcheck merge` does). Without an option: the table.\n",
	.codes = "those of the results, as `hopcheck run` would have it.",
	.run = command,
};
