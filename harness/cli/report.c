#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

static const char help[] =
        "usage: hopcheck report [OPTION]... RESULT...\n"
        "\n"
        "Shows results written by `run --json` and others in the wanted forms; RESULT is a file, - standard\n"
        "input. Several files, and files of many kernels, are shown side by side, shards of one kernel as one\n"
        "(as `hopcheck merge` does). Without an option: the table.\n"
        "\n"
        "  --table            the table on standard output, besides files\n" OUTPUT_HELP
        "  -v, -vv            every cell in the table; with what it rests on (of one kernel)\n"
        "  --help             this text\n"
        "\n"
        "The exit code is that of the results, as `hopcheck run` would have it.\n";

struct options {
	struct outputs outputs;
	unsigned verbose;
	bool table, asked;
};

/* -1: go on; else the exit code. */
static int read_options(struct options *options, int argc, char **argv)
{
	const struct option names[] = { OUTPUT_OPTIONS,
		                        { "table", no_argument, NULL, 't' },
		                        { "help", no_argument, NULL, 'h' },
		                        { NULL, 0, NULL, 0 } };
	struct error err = { 0 };

	for (int option; (option = getopt_long(argc, argv, "vh", names, NULL)) != -1;) {
		if (outputs_option(&options->outputs, option, optarg, &err)) {
			options->asked |= option != OPTION_EXIT_STYLE;
		} else if (option == 't') {
			options->table = true;
		} else if (option == 'v') {
			options->verbose++;
		} else {
			fputs(option == 'h' ? help : "`hopcheck report --help` lists the options\n",
			      option == 'h' ? stdout : stderr);
			return option == 'h' ? EXIT_OK : EXIT_USAGE;
		}
	}
	if (!err.count && optind == argc)
		fail(&err, "no result: name a file that `hopcheck run --json FILE` wrote");
	struct file_claim claims[FORMATS];
	outputs_claim(&options->outputs, claims);
	if (!err.count)
		files_check(claims, FORMATS, &err);
	if (!err.count && options->table && outputs_to_stdout(&options->outputs))
		fail(&err, "only one output can be written to standard output (-)");
	if (err.count)
		fprintf(stderr, "hopcheck: %s", err.text);
	return err.count ? EXIT_USAGE : -1;
}

static void write_table(const json_t *runs, unsigned verbose)
{
	struct report_style style = report_style_of(stdout);
	const json_t *run = json_array_get(runs, 0);

	style.verbose = verbose;
	if (json_array_size(runs) == 1)
		report_table(stdout, style, json_object_get(run, "kernel"), json_object_get(run, "cells"), 0);
	else
		report_matrix(stdout, style, MATRIX_TERMINAL, runs, verbose > 0);
}

static int report(const struct options *options, const json_t *runs)
{
	int code = runs_exit_code(runs, options->outputs.exit_style);

	if (options->table || !options->asked)
		write_table(runs, options->verbose);
	return outputs_write(&options->outputs, runs) == EXIT_OK ? code : EXIT_BROKEN;
}

int command_report(int argc, char **argv)
{
	struct options options = { 0 };
	struct error err = { 0 };
	int code = read_options(&options, argc, argv);

	if (code >= 0)
		return code;
	json_t *runs = json_array();
	for (int i = optind; i < argc && !err.count; i++)
		results_read(runs, argv[i], &err);
	if (err.count)
		fprintf(stderr, "hopcheck: %s", err.text);
	json_t *merged = runs_merge(runs);
	code = err.count ? EXIT_USAGE : report(&options, merged);
	json_decref(merged);
	json_decref(runs);
	return code;
}
