#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "file.h"

bool selection_only(struct selection *selection, char *argument, struct error *err)
{
	char *equals = strchr(argument, '=');

	if (!equals || equals == argument || !equals[1]) {
		fail(err, "--only %s: write AXIS=VALUE, as in --only mode=inline", argument);
		return false;
	}
	*equals = 0;
	*PUSH(selection->only, selection->only_count) = (struct only){ argument, equals + 1 };
	return true;
}

static int selection_read(const struct selection *selection, struct suite *suite,
                          int (*use)(struct suite *suite, const struct only *only, size_t only_count,
                                     struct error *err))
{
	struct error err = { 0 };

	int result = suite_read(suite, selection->names, selection->name_count, &err);
	if (result == 0 && selection->no_known)
		suite_forget_known(suite);
	if (result == 0 && use(suite, selection->only, selection->only_count, &err) == 0)
		return EXIT_OK;
	fputs(err.text, stderr);
	return EXIT_USAGE;
}

int selection_plan(const struct selection *selection, struct suite *suite)
{
	return selection_read(selection, suite, suite_plan);
}

int selection_choose(const struct selection *selection, struct suite *suite)
{
	return selection_read(selection, suite, suite_choose);
}

void selection_free(struct selection *selection)
{
	free(selection->only);
}

/* A few cells are looked at one by one; of many only those that need it. */
enum ladders ladders_of(int verbose, size_t cells)
{
	if (verbose == 0)
		return LADDERS_NONE;
	if (cells <= 8)
		return LADDERS_ALL;
	return verbose == 1 ? LADDERS_FAIL : LADDERS_DEVIATING;
}

bool ladder_wanted(enum ladders ladders, enum outcome outcome)
{
	bool known = outcome == OUTCOME_KNOWN || outcome == OUTCOME_FIXED;

	return ladders == LADDERS_ALL || (ladders != LADDERS_NONE && outcome == OUTCOME_FAIL) ||
	       (ladders == LADDERS_DEVIATING && known);
}

int write_json(const char *path, json_t *document)
{
	struct error err = { 0 };

	if (file_write(path, json_writer, document, &err) == 0)
		return EXIT_OK;
	fprintf(stderr, "hopcheck: %s", err.text);
	return EXIT_BROKEN;
}

int write_results(const char *path, json_t *kernel, json_t *topologies, json_t *cells)
{
	json_t *document = results_document(kernel, topologies, cells);
	int written = write_json(path, document);

	json_decref(document);
	return written;
}

long option_number(const char *option, const char *text, long least, long most, struct error *err)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*end || !*text || value < least || value > most)
		fail(err, "%s %s: a number from %ld to %ld", option, text, least, most);
	return value;
}
