#include <stdlib.h>
#include <string.h>

#include "cli.h"

static void print_axes(const struct testcase *testcase)
{
	for (size_t a = 0; a < testcase->axis_count; a++) {
		printf("    %s:", testcase->axes[a].name);
		for (size_t v = 0; v < testcase->axes[a].value_count; v++)
			printf("%s %s", v ? "," : "", testcase->axes[a].values[v].label);
		putchar('\n');
	}
}

static void print_case(const struct suite *suite, size_t index, unsigned verbose)
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

static int command(struct options *options)
{
	struct suite suite = { 0 };
	struct error err = { 0 };
	int code = selection_choose(options, 0, &suite);

	if (code == EXIT_OK && suite_plan(&suite, &err) < 0) {
		say_errors(&err);
		code = EXIT_USAGE;
	}
	say_errors(&suite.left_out);
	if (code == EXIT_OK) {
		size_t cases = 0;
		for (size_t i = 0; i < suite.case_count; i++) {
			if (suite.cases[i].left_out)
				continue;
			print_case(&suite, i, options->verbose);
			cases++;
		}
		printf("%zu case%s, %zu cell%s\n", cases, cases == 1 ? "" : "s", suite.cell_count,
		       suite.cell_count == 1 ? "" : "s");
	}
	code = selection_code(&suite, code);
	suite_free(&suite);
	return code;
}

const struct subcommand subcommand_list = {
	.command = COMMAND_LIST,
	.name = "list",
	.about = "list cases and cells",
	.operands = "[CASE]...",
	.most = SIZE_MAX,
	.text = "Lists cases, how many cells they have, and what they are about; runs nothing.\n",
	.run = command,
};
