#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

static const char help[] =
        "usage: hopcheck matrix [OPTION]... [CASE]...\n"
        "\n"
        "Boots kernels in QEMU, runs cases on each, and says cell by cell where the behaviour changed.\n"
        "CASE is a name in cases/ or a file; none means all.\n"
        "\n"
        "  --kernel KERNEL    one kernel more: a label or version that scripts/kernels.sh knows (6.12), or\n"
        "                     [LABEL=]PATH[,MODULES]: a bzImage, or a kernel tree's build directory; MODULES is what\n"
        "                     `make modules_install INSTALL_MOD_PATH=` was given. Default: all of the file `kernels`\n"
        "  --only AXIS=VALUE  only cells with this value; given several times, all must hold\n"
        "  --no-known         count documented deviations as FAIL, for bisecting\n" FLEET_HELP
        "  --shard I/N        only the I-th of N parts of the cells; `hopcheck merge` puts the parts together\n"
        "  --json FILE        write all results as JSON (- for standard output)\n"
        "  --brief FILE       the same without the evidence: small enough to keep beside the code\n"
        "  --markdown FILE    write the table as Markdown (- for standard output)\n" OUTPUT_HELP
        "  --against FILE     say what differs from these results of an earlier run\n"
        "  --keep DIR         keep failing cells' captures and the consoles in DIR/LABEL/\n"
        "  --cells            a row a cell, not a row a case\n"
        "  --fault KIND:CELL  for tests of hopcheck: panic, hang, warn or warn-once before cell number CELL\n"
        "  -q                 no progress, no table: the exit code, and files, tell\n"
        "  --help             this text\n"
        "\n"
        "Exit codes: 0 every cell PASS, KNOWN, FIXED or SKIP; 1 a FAIL; 2 wrong usage or a bad file;\n"
        "3 a BROKEN and no FAIL: the harness, the machine or a guest failed; 4 nothing ran, or all was SKIP.\n";

struct options {
	struct selection selection;
	struct fleet_options fleet;
	struct matrix_output output;
	const char **kernels;
	size_t kernel_count;
	size_t shard, shards;
};

enum {
	OPTION_KERNEL = 256,
	OPTION_ONLY,
	OPTION_SHARD,
	OPTION_JSON,
	OPTION_BRIEF,
	OPTION_MARKDOWN,
	OPTION_AGAINST,
	OPTION_KEEP,
	OPTION_FAULT,
	OPTION_HELP
};

static void read_shard(struct options *options, const char *text, struct error *err)
{
	char end;

	if (sscanf(text, "%zu/%zu%c", &options->shard, &options->shards, &end) != 2 || options->shard < 1 ||
	    options->shard > options->shards || options->shards > 10000)
		fail(err, "--shard %s: write I/N, as in --shard 1/4", text);
}

/* False: it is no option that takes effect here. */
static bool read_option(struct options *options, int option, char *text, struct error *err)
{
	if (outputs_option(&options->output.outputs, option, text, err))
		return true;
	if (fleet_option(&options->fleet, option, text, err))
		return true;
	switch (option) {
	case 0:
		return true;
	case OPTION_KERNEL:
		*PUSH(options->kernels, options->kernel_count) = text;
		return true;
	case OPTION_ONLY:
		selection_only(&options->selection, text, err);
		return true;
	case OPTION_SHARD:
		read_shard(options, text, err);
		return true;
	case OPTION_JSON:
		options->output.json = text;
		return true;
	case OPTION_BRIEF:
		options->output.brief = text;
		return true;
	case OPTION_MARKDOWN:
		options->output.markdown = text;
		return true;
	case OPTION_AGAINST:
		options->output.against = text;
		return true;
	case OPTION_KEEP:
		options->fleet.keep = text;
		return true;
	case OPTION_FAULT:
		options->fleet.fault = text;
		return true;
	default:
		return false;
	}
}

/* -1: go on; else the exit code. */
static int read_options(struct options *options, int argc, char **argv)
{
	int cells = 0;
	const struct option names[] = { OUTPUT_OPTIONS,
		                        { "kernel", required_argument, NULL, OPTION_KERNEL },
		                        { "no-known", no_argument, &options->selection.no_known, 1 },
		                        FLEET_OPTIONS,
		                        { "only", required_argument, NULL, OPTION_ONLY },
		                        { "shard", required_argument, NULL, OPTION_SHARD },
		                        { "json", required_argument, NULL, OPTION_JSON },
		                        { "brief", required_argument, NULL, OPTION_BRIEF },
		                        { "markdown", required_argument, NULL, OPTION_MARKDOWN },
		                        { "against", required_argument, NULL, OPTION_AGAINST },
		                        { "keep", required_argument, NULL, OPTION_KEEP },
		                        { "cells", no_argument, &cells, 1 },
		                        { "fault", required_argument, NULL, OPTION_FAULT },
		                        { "help", no_argument, NULL, OPTION_HELP },
		                        { NULL, 0, NULL, 0 } };
	struct error err = { 0 };

	for (int option; (option = getopt_long(argc, argv, "j:qh", names, NULL)) != -1;) {
		if (option == 'h' || option == OPTION_HELP) {
			fputs(help, stdout);
			return EXIT_OK;
		}
		if (!read_option(options, option, optarg, &err)) {
			fputs("`hopcheck matrix --help` lists the options\n", stderr);
			return EXIT_USAGE;
		}
	}
	options->output.cells = cells;
	options->output.quiet = options->fleet.quiet;
	options->selection.names = argv + optind;
	options->selection.name_count = (size_t)(argc - optind);
	fputs(err.text, stderr);
	return err.count ? EXIT_USAGE : -1;
}

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

	suite_batch(suite, false);
	if (options->shards)
		keep_shard(suite, options->shard, options->shards);
	options->fleet.no_known = options->selection.no_known;
	if (fleet_run(kernels, count, suite, &options->fleet, &err) < 0) {
		fprintf(stderr, "hopcheck: %s", err.text);
		return EXIT_BROKEN;
	}
	json_t *runs = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(runs, fleet_document(&kernels[i], suite));
	int code = matrix_report(&options->output, runs);
	json_decref(runs);
	return code;
}

int command_matrix(int argc, char **argv)
{
	struct options options = { .fleet = FLEET_DEFAULTS };
	owned_text command = command_text(argc, argv);
	struct fleet_kernel *kernels = NULL;
	struct suite suite = { 0 };
	struct error err = { 0 };
	size_t count = 0;
	bool complete = true;
	int code = read_options(&options, argc, argv);

	if (code >= 0)
		return code;
	options.output.command = command;
	code = selection_plan(&options.selection, &suite);
	if (code == EXIT_OK && !suite.cell_count) {
		fputs("hopcheck: no cell has all of these values\n", stderr);
		code = EXIT_NOTHING;
	}
	if (code == EXIT_OK && matrix_outputs_check(&options.output, options.fleet.keep, &err) < 0)
		code = EXIT_USAGE;
	if (code == EXIT_OK &&
	    kernels_find(&kernels, &count, options.kernels, options.kernel_count, &complete, &err) < 0)
		code = EXIT_USAGE;
	if (err.count)
		fprintf(stderr, "hopcheck: %s", err.text);
	if (code == EXIT_OK)
		code = run(&options, &suite, kernels, count);
	if (!complete) {
		fputs("hopcheck: not all kernels that were asked for could be had, see above\n", stderr);
		code = code == EXIT_OK ? EXIT_BROKEN : code;
	}
	for (size_t i = 0; i < count; i++)
		fleet_kernel_clear(&kernels[i], &suite);
	free(kernels);
	free(options.kernels);
	suite_free(&suite);
	selection_free(&options.selection);
	return code;
}
