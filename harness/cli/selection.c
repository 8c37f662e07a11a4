/* The cells that a subcommand was asked for. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* A name that is looked up in the cases directory; without any, all of it is taken. */
static bool looks_up(const struct selection *selection)
{
	for (size_t i = 0; i < selection->name_count; i++)
		if (!strchr(selection->names[i], '/') && !strstr(selection->names[i], ".yaml"))
			return true;
	return selection->name_count == 0;
}

/* Whoever has a directory of that name by chance wonders where the other cases are. */
static void say_directory(const struct options *options, const struct suite *suite)
{
	owned_text shadowed = suite_shadowed(suite);

	if (shadowed && looks_up(&options->selection) && !options->quiet)
		say_error("cases are those of ./cases here, not of %s; `--cases DIR` chooses", shadowed);
}

/* Chooses, and plans what was chosen. */
static int selection_read(struct options *options, size_t first, struct suite *suite, bool plan)
{
	struct selection *selection = &options->selection;
	struct error err = { 0 };

	selection->names = options->operands + first;
	selection->name_count = options->operand_count - first;
	suite->directory = options->cases;
	say_directory(options, suite);
	int result = suite_read(suite, selection->names, selection->name_count, &err);
	if (result == 0 && selection->no_known)
		suite_forget_known(suite);
	if (result == 0)
		result = suite_choose(suite, selection->only, selection->only_count, &err);
	if (result == 0 && plan)
		result = suite_plan(suite, &err);
	if (result == 0)
		return EXIT_OK;
	say_errors(&suite->left_out);
	say_errors(&err);
	return EXIT_USAGE;
}

int selection_plan(struct options *options, size_t first, struct suite *suite)
{
	int code = selection_read(options, first, suite, true);

	if (code == EXIT_OK)
		say_errors(&suite->left_out);
	return code;
}

int selection_choose(struct options *options, size_t first, struct suite *suite)
{
	return selection_read(options, first, suite, false);
}

int selection_code(const struct suite *suite, int code)
{
	return suite->left_out.count && code <= EXIT_NOTHING ? EXIT_USAGE : code;
}
