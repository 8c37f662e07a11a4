#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char help[] = "usage: hopcheck list [-v|-vv] [--only AXIS=VALUE]... [CASE]...\n"
                           "\n"
                           "Lists cases, how many cells they have, and what they are about; runs nothing.\n"
                           "\n"
                           "  -v                 the axes and their values too; -vv: every cell\n"
                           "  --only AXIS=VALUE  only cells with this value\n"
                           "  --help             this text\n";

static void print_axes(const struct testcase *testcase)
{
	for (size_t a = 0; a < testcase->axis_count; a++) {
		printf("    %s:", testcase->axes[a].name);
		for (size_t v = 0; v < testcase->axes[a].value_count; v++)
			printf("%s %s", v ? "," : "", testcase->axes[a].values[v].label);
		putchar('\n');
	}
}

static void print_case(const struct suite *suite, size_t index, int verbose)
{
	const struct testcase *testcase = suite->cases[index].testcase;
	size_t cells = 0;

	for (size_t i = 0; i < suite->cell_count; i++)
		cells += suite->cells[i].case_index == index;
	printf("%-24s %5zu cell%s  %s\n", testcase->name, cells, cells == 1 ? " " : "s",
	       testcase->about ? testcase->about : "");
	if (verbose == 1)
		print_axes(testcase);
	for (size_t i = 0; verbose > 1 && i < suite->cell_count; i++) {
		if (suite->cells[i].case_index != index)
			continue;
		owned_text text = cell_text(testcase, suite->cells[i].cell);
		printf("    %zu: %s\n", suite->cells[i].cell, text);
	}
}

int command_list(int argc, char **argv)
{
	const struct option names[] = { { "only", required_argument, NULL, 'o' },
		                        { "help", no_argument, NULL, 'h' },
		                        { NULL, 0, NULL, 0 } };
	struct selection selection = { 0 };
	struct suite suite = { 0 };
	struct error err = { 0 };
	int verbose = 0;

	for (int option; (option = getopt_long(argc, argv, "vh", names, NULL)) != -1;) {
		if (option == 'v') {
			verbose++;
		} else if (option == 'o') {
			selection_only(&selection, optarg, &err);
		} else {
			fputs(help, option == 'h' ? stdout : stderr);
			return option == 'h' ? EXIT_OK : EXIT_USAGE;
		}
	}
	selection.names = argv + optind;
	selection.name_count = (size_t)(argc - optind);
	fputs(err.text, stderr);
	int code = err.count ? EXIT_USAGE : selection_choose(&selection, &suite);
	if (code == EXIT_OK && suite_check(&suite, &err) < 0) {
		fputs(err.text, stderr);
		code = EXIT_USAGE;
	}
	if (code == EXIT_OK) {
		for (size_t i = 0; i < suite.case_count; i++)
			print_case(&suite, i, verbose);
		printf("%zu cases, %zu cells\n", suite.case_count, suite.cell_count);
	}
	suite_free(&suite);
	selection_free(&selection);
	return code;
}
