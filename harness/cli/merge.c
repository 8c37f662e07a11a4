#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

static const char help[] =
        "usage: hopcheck merge [OPTION]... FILE...\n"
        "\n"
        "Puts results of several kernels, machines or shards (`run --json`, `matrix --json`) into one table.\n"
        "Shards of one kernel become one column; a kernel that ran the same cells twice has two.\n"
        "\n"
        "  --json FILE        write them as one file of results (- for standard output)\n"
        "  --brief FILE       the same without the evidence\n"
        "  --markdown FILE    write the table as Markdown (- for standard output)\n" OUTPUT_HELP
        "  --against FILE     say what differs from these results of an earlier run\n"
        "  --cells            a row a cell, not a row a case\n"
        "  -q                 no table\n"
        "  --help             this text\n"
        "\n"
        "Exit codes: as those of `hopcheck run`, over all results together.\n";

enum { OPTION_JSON = 256, OPTION_BRIEF, OPTION_MARKDOWN, OPTION_AGAINST, OPTION_HELP };

/* -1: go on; else the exit code. */
static int read_options(struct matrix_output *output, int argc, char **argv)
{
	int cells = 0;
	struct error err = { 0 };
	const struct option names[] = { OUTPUT_OPTIONS,
		                        { "json", required_argument, NULL, OPTION_JSON },
		                        { "brief", required_argument, NULL, OPTION_BRIEF },
		                        { "markdown", required_argument, NULL, OPTION_MARKDOWN },
		                        { "against", required_argument, NULL, OPTION_AGAINST },
		                        { "cells", no_argument, &cells, 1 },
		                        { "help", no_argument, NULL, OPTION_HELP },
		                        { NULL, 0, NULL, 0 } };

	for (int option; (option = getopt_long(argc, argv, "qh", names, NULL)) != -1;) {
		if (outputs_option(&output->outputs, option, optarg, &err))
			continue;
		switch (option) {
		case 0:
			break;
		case 'q':
			output->quiet = true;
			break;
		case OPTION_JSON:
			output->json = optarg;
			break;
		case OPTION_BRIEF:
			output->brief = optarg;
			break;
		case OPTION_MARKDOWN:
			output->markdown = optarg;
			break;
		case OPTION_AGAINST:
			output->against = optarg;
			break;
		case 'h':
		case OPTION_HELP:
			fputs(help, stdout);
			return EXIT_OK;
		default:
			fputs("`hopcheck merge --help` lists the options\n", stderr);
			return EXIT_USAGE;
		}
	}
	output->cells = cells;
	fputs(err.text, stderr);
	return err.count ? EXIT_USAGE : -1;
}

int command_merge(int argc, char **argv)
{
	struct matrix_output output = { 0 };
	owned_text command = command_text(argc, argv);
	struct error err = { 0 };
	int code = read_options(&output, argc, argv);

	if (code >= 0)
		return code;
	if (optind == argc) {
		fputs("hopcheck: name the files to merge; `hopcheck merge --help` tells more\n", stderr);
		return EXIT_USAGE;
	}
	output.command = command;
	json_t *runs = json_array();
	for (int i = optind; i < argc && !err.count; i++)
		results_read(runs, argv[i], &err);
	if (!err.count)
		matrix_outputs_check(&output, NULL, &err);
	if (err.count)
		fprintf(stderr, "hopcheck: %s", err.text);
	code = err.count ? EXIT_USAGE : matrix_report(&output, runs);
	json_decref(runs);
	return code;
}
