#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char help[] =
        "usage: hopcheck verdicts RESULT...\n"
        "\n"
        "Prints the verdicts of results written by `run --json`, a line a cell, without anything that may\n"
        "differ between two runs: so that two runs can be compared with diff.\n";

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

int command_verdicts(int argc, char **argv)
{
	bool asked = argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);

	if (asked || argc < 2) {
		fputs(help, asked ? stdout : stderr);
		return asked ? EXIT_OK : EXIT_USAGE;
	}
	for (int i = 1; i < argc; i++) {
		struct error err = { 0 };
		json_t *document = json_read(argv[i], 0, &err), *cells = json_object_get(document, "cells"), *cell;
		size_t index;
		if (document && !json_is_array(cells))
			fail(&err, "%s: no array `cells`; is this a file written by `run --json`?", argv[i]);
		if (err.count) {
			fputs(err.text, stderr);
			json_decref(document);
			return EXIT_USAGE;
		}
		json_array_foreach (cells, index, cell)
			print_cell(cell);
		json_decref(document);
	}
	return EXIT_OK;
}
