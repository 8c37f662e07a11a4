#include "cli.h"

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "-";
}

/* Takes the hops. */
static void print_hops(json_t *hops, const char *word)
{
	const json_t *hop;
	size_t i;

	json_array_foreach (hops, i, hop)
		printf(" %s=%s", json_string_value(hop) ? json_string_value(hop) : "?", word);
	json_decref(hops);
}

static void print_cell(const json_t *cell)
{
	const json_t *verdict = json_object_get(cell, "verdict");
	const char *key;
	json_t *value;

	printf("%s", text_of(cell, "case"));
	json_object_foreach (json_object_get(cell, "axes"), key, value)
		printf(" %s=%s", key, json_string_value(value));
	printf(": %s %s %s %s", text_of(cell, "outcome"), text_of(verdict, "fate"), text_of(verdict, "at"),
	       text_of(verdict, "reason"));
	json_object_foreach (json_object_get(verdict, "aggregation"), key, value)
		if (json_number_value(value) > 0)
			printf(" %s=%s", key, merging_word(value));
	print_hops(verdict_bad_checksums(cell), "bad");
	print_hops(verdict_oversize(cell), "oversize");
	putchar('\n');
}

static int print_verdicts(const char *path)
{
	struct error err = { 0 };
	json_t *document = json_read(path, 0, &err), *cells = json_object_get(document, "cells"), *cell;
	size_t index;

	if (document && !json_is_array(cells))
		fail(&err, "%s: no array `cells`; is this a file written by `run --json`?", path);
	say_errors(&err);
	json_array_foreach (cells, index, cell) {
		json_t *shown = results_shown(cell);
		print_cell(shown);
		json_decref(shown);
	}
	json_decref(document);
	return err.count ? EXIT_USAGE : EXIT_OK;
}

static int command(struct options *options)
{
	int code = EXIT_OK;

	for (size_t i = 0; i < options->operand_count && code == EXIT_OK; i++)
		code = print_verdicts(options->operands[i]);
	return code;
}

const struct subcommand subcommand_verdicts = {
	.command = COMMAND_VERDICTS,
	.name = "verdicts",
	.about = "print the verdicts of results, to compare runs",
	.operands = "RESULT...",
	.least = 1,
	.most = SIZE_MAX,
	.text = "Prints the verdicts of results written by `run --json`, one line per cell, without anything that may\n"
	        "differ between two runs: so that two runs can be compared with diff.\n",
	.run = command,
};
