#include <getopt.h>
#include <stdlib.h>

#include "cli.h"

static const char help[] =
        "usage: hopcheck plan [--only AXIS=VALUE]... CASE\n"
        "\n"
        "Prints the shell script that builds one cell's lab in named namespaces: the very lines that\n"
        "`hopcheck run` applies. Of several cells that fit, the first.\n";

static int print_plan(const struct suite *suite, const struct suite_cell *cell)
{
	owned(plan) plan = NULL;
	struct error err = { 0 };

	if (suite_plan_cell(&plan, suite, cell, &err) < 0) {
		fputs(err.text, stderr);
		return EXIT_USAGE;
	}
	owned_text script = plan_script(plan);
	fputs(script, stdout);
	return EXIT_OK;
}

int command_plan(int argc, char **argv)
{
	const struct option names[] = { { "only", required_argument, NULL, 'o' },
		                        { "help", no_argument, NULL, 'h' },
		                        { NULL, 0, NULL, 0 } };
	struct selection selection = { 0 };
	struct suite suite = { 0 };
	struct error err = { 0 };

	for (int option; (option = getopt_long(argc, argv, "h", names, NULL)) != -1;) {
		if (option == 'o') {
			selection_only(&selection, optarg, &err);
			continue;
		}
		fputs(help, option == 'h' ? stdout : stderr);
		return option == 'h' ? EXIT_OK : EXIT_USAGE;
	}
	if (argc - optind != 1) {
		fputs(help, stderr);
		return EXIT_USAGE;
	}
	selection.names = argv + optind;
	selection.name_count = 1;
	fputs(err.text, stderr);
	suite_for_this_kernel(&suite);
	int code = err.count ? EXIT_USAGE : selection_choose(&selection, &suite);
	if (code == EXIT_OK && suite.cell_count) {
		code = print_plan(&suite, &suite.cells[0]);
	} else if (code == EXIT_OK) {
		fputs("hopcheck: no cell has all of these values\n", stderr);
		code = EXIT_NOTHING;
	}
	suite_free(&suite);
	selection_free(&selection);
	return code;
}
