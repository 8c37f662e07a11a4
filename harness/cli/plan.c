#include <stdlib.h>

#include "cli.h"

static int print_plan(const struct suite *suite, const struct suite_cell *cell)
{
	owned(plan) plan = NULL;
	struct error err = { 0 };

	if (suite_plan_cell(&plan, suite, cell, &err) < 0) {
		say_errors(&err);
		return EXIT_USAGE;
	}
	owned_text script = plan_script(plan);
	fputs(script, stdout);
	return EXIT_OK;
}

static int command(struct options *options)
{
	struct suite suite = { 0 };

	suite_for_this_kernel(&suite);
	int code = selection_choose(options, 0, &suite);
	if (code == EXIT_OK)
		code = suite.cell_count ? print_plan(&suite, &suite.cells[0]) : selection_is_empty();
	suite_free(&suite);
	return code;
}

const struct subcommand subcommand_plan = {
	.command = COMMAND_PLAN,
	.name = "plan",
	.about = "print a cell's lab as a shell script",
	.operands = "CASE",
	.least = 1,
	.most = 1,
	.text = "Prints the shell script that builds one cell's lab in named namespaces: the very lines that\n"
	        "`hopcheck run` applies. Of several cells that fit, the first.\n",
	.run = command,
};
