#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "stop.h"

/* Keeps every N-th batch; parts of whole labs, so that no shard builds what another builds too. */
static void keep_shard(struct suite *suite, size_t shard, size_t shards)
{
	size_t kept = 0;

	for (size_t i = 0; i < suite->batch_count; i++) {
		if (i % shards == shard - 1)
			suite->batches[kept++] = suite->batches[i];
		else
			free(suite->batches[i].cells);
	}
	suite->batch_count = kept;
}

static int run(struct options *options, struct suite *suite, struct fleet_kernel *kernels, size_t count)
{
	struct error err = { 0 };

	options->runs_cases = true;
	suite_batch(suite, false);
	if (options->shards)
		keep_shard(suite, options->shard, options->shards);
	options->fleet.no_known = options->selection.no_known;
	if (fleet_run(kernels, count, suite, &options->fleet, &err) < 0 && !stop_signal()) {
		say_errors(&err);
		return EXIT_BROKEN;
	}
	struct results results = { .pool = suite->pool };
	for (size_t i = 0; i < count; i++)
		results_add(&results, fleet_document(&kernels[i], suite));
	return matrix_report(options, &results);
}

static int command(struct options *options)
{
	struct fleet_kernel *kernels = NULL;
	struct suite suite = { 0 };
	struct error err = { 0 };
	size_t count = 0;
	bool complete = true;
	int code = selection_plan(options, 0, &suite);

	if (code == EXIT_OK && !suite.cell_count)
		code = selection_is_empty();
	if (code == EXIT_OK && matrix_outputs_check(options, &err) < 0)
		code = EXIT_USAGE;
	if (code == EXIT_OK)
		stop_catch();
	if (code == EXIT_OK &&
	    kernels_find(&kernels, &count, options->kernels, options->kernel_count, &complete, &err) < 0)
		code = EXIT_USAGE;
	if (stop_signal())
		say_nothing_told();
	else
		say_errors(&err);
	if (code == EXIT_OK && !stop_signal())
		code = run(options, &suite, kernels, count);
	if (!complete && !stop_signal()) {
		say_error("some of the kernels could not be fetched, see above");
		code = code == EXIT_OK ? EXIT_BROKEN : code;
	}
	for (size_t i = 0; i < count; i++)
		fleet_kernel_clear(&kernels[i]);
	free(kernels);
	code = selection_code(&suite, code);
	suite_free(&suite);
	return code;
}

const struct subcommand subcommand_matrix = {
	.command = COMMAND_MATRIX,
	.name = "matrix",
	.about = "run cases on many kernels, in QEMU",
	.operands = "[CASE]...",
	.most = SIZE_MAX,
	.text = "Boots kernels in QEMU, runs cases on each, and says cell by cell where the behaviour changed.\n"
	        "CASE is a name in cases/ or a file; none means all.\n",
	.codes = "0 every cell PASS, KNOWN, FIXED or SKIP; 1 a FAIL; 2 wrong usage or a bad file;\n"
	         "3 a BROKEN and no FAIL: the harness, the machine or a guest failed; 4 nothing ran, or all was "
	         "SKIP." SIGNAL_CODES,
	.run = command,
};
