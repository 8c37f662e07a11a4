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

static void write_table(const struct results *results, unsigned verbose)
{
	struct report_style style = report_style_of(stdout);

	style.verbose = verbose;
	if (results->count == 1) {
		report_table(stdout, style, results->pool, results->runs[0], 0);
		report_partial(stdout, style, results);
	} else {
		report_matrix(stdout, style, MATRIX_TERMINAL, results, verbose > 0);
	}
}

static int report(const struct options *options, const struct results *results)
{
	int code = results_exit_code(results, &options->outputs.exit_rules);

	if (options->table || !asked(options))
		write_table(results, options->verbose);
	return outputs_write(&options->outputs, results) == EXIT_OK ? code : EXIT_BROKEN;
}

static int command(struct options *options)
{
	struct error err = { 0 };
	owned(pool) pool = pool_new();
	struct results results = { .pool = pool };

	check_outputs(options, &err);
	for (size_t i = 0; i < options->operand_count && !err.count; i++)
		results_read(&results, options->operands[i], &err);
	say_errors(&err);
	struct results merged = results_merge(&results);
	return err.count ? EXIT_USAGE : report(options, &merged);
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
