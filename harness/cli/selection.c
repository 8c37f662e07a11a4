/* The cells that a subcommand was asked for. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* A name that is looked up in the cases directory; without any, all of it is taken. */
static bool looks_up(char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strchr(names[i], '/') && !strstr(names[i], ".yaml"))
			return true;
	return count == 0;
}

/* A ./cases that is there by chance hides the shipped cases. */
static void say_directory(const struct options *options, size_t first, const struct suite *suite)
{
	owned_text shadowed = suite_shadowed(suite);

	if (shadowed && looks_up(options->operands + first, options->operand_count - first) && !options->quiet)
		say_error("using ./cases, not %s; `--cases DIR` chooses another directory", shadowed);
}

/* Chooses, and plans what was chosen. */
static int selection_read(struct options *options, size_t first, struct suite *suite, bool plan)
{
	const struct selection *selection = &options->selection;
	struct error err = { 0 };

	suite->directory = options->cases;
	say_directory(options, first, suite);
	int result = suite_read(suite, options->operands + first, options->operand_count - first, &err);
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

int selection_is_empty(void)
{
	say_error("no cell has all of these values");
	return EXIT_NOTHING;
}

int selection_code(const struct suite *suite, int code)
{
	return suite->left_out.count && code <= EXIT_NOTHING ? EXIT_USAGE : code;
}

static const struct result *cell_of_results(const struct results *results, size_t number)
{
	for (size_t r = 0; r < results->count; r++) {
		const struct cells *cells = &results->runs[r]->cells;
		if (number < cells->count)
			return cells->at[number];
		number -= cells->count;
	}
	return NULL;
}

int selection_by_number(struct options *options, const struct results *results, struct error *err)
{
	const char *text = options->operands[0];
	char *end;
	const unsigned long number = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end)
		return fail(err, "%s: expected a cell's number in the results, counted from 0", text);
	const struct result *cell = cell_of_results(results, number);
	if (!cell) {
		size_t count = 0;
		for (size_t r = 0; r < results->count; r++)
			count += results->runs[r]->cells.count;
		return fail(err, "there is no cell %s; the results have %zu, counted from 0", text, count);
	}
	options->operands[0] = (char *)cell->name;
	for (size_t i = 0; i < cell->axes.count; i++)
		*PUSH(options->selection.only, options->selection.only_count) =
		        (struct only){ cell->axes.at[i].name, cell->axes.at[i].text };
	return 0;
}
