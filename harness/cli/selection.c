/* The cells that a subcommand was asked for. */
#include "cli.h"

static int selection_read(struct options *options, size_t first, struct suite *suite,
                          int (*use)(struct suite *suite, const struct only *only, size_t only_count,
                                     struct error *err))
{
	struct selection *selection = &options->selection;
	struct error err = { 0 };

	selection->names = options->operands + first;
	selection->name_count = options->operand_count - first;
	int result = suite_read(suite, selection->names, selection->name_count, &err);
	if (result == 0 && selection->no_known)
		suite_forget_known(suite);
	if (result == 0 && use(suite, selection->only, selection->only_count, &err) == 0)
		return EXIT_OK;
	say_errors(&err);
	return EXIT_USAGE;
}

int selection_plan(struct options *options, size_t first, struct suite *suite)
{
	return selection_read(options, first, suite, suite_plan);
}

int selection_choose(struct options *options, size_t first, struct suite *suite)
{
	return selection_read(options, first, suite, suite_choose);
}
