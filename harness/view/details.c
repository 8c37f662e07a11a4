/* Below the table: what is documented, what could not run, and every cell that needs someone to look at it. */
#include <stdlib.h>
#include <string.h>

#include "report_internal.h"

#define INDENT 9 /* the longest outcome and its colon, and a space more */

/* Cells that say the same. */
struct group {
	char *key;
	size_t count;
	char *cases; /* "a, b" */
	const char *last_case;
	const json_t *known;
	char *text; /* what is said of them */
};

/* What makes cells say the same: the documented deviation, or why they cannot run. */
static char *key_of(const json_t *cell, int outcome)
{
	const json_t *known = json_object_get(cell, "known");

	if (outcome == OUTCOME_SKIP)
		return text_copy(text_at(cell, "why"));
	return known_key(known);
}

static struct group *groups_of(const json_t *cells, int outcome, size_t *count)
{
	struct group *groups = NULL;
	const json_t *cell;
	size_t i, g;

	*count = 0;
	json_array_foreach (cells, i, cell) {
		if (outcome_at(cell) != outcome)
			continue;
		owned_text key = key_of(cell, outcome);
		for (g = 0; g < *count && strcmp(groups[g].key, key) != 0; g++)
			;
		if (g == *count) {
			PUSH(groups, *count)->key = take(key);
			groups[g].known = json_object_get(cell, "known");
			groups[g].text =
			        outcome == OUTCOME_SKIP ? text_copy(groups[g].key) : known_text(groups[g].known);
		}
		groups[g].count++;
		const char *name = text_at(cell, "case");
		if (!groups[g].last_case || strcmp(groups[g].last_case, name) != 0)
			text_append(&groups[g].cases, "%s%s", groups[g].cases ? ", " : "", name);
		groups[g].last_case = name;
	}
	return groups;
}

/* "KNOWN    " */
static void write_label(FILE *out, struct report_style style, int outcome)
{
	const char *word = word_of(outcome_words, outcome);
	owned_text painted = paint(style, outcome, word);

	fprintf(out, "\n%s%*s", painted, INDENT - (int)strlen(word), "");
}

static void write_groups(FILE *out, struct report_style style, const json_t *cells, int outcome)
{
	size_t count;
	struct group *groups = groups_of(cells, outcome, &count);

	for (size_t i = 0; i < count; i++) {
		owned_text line = text_format("%zu cell%s of %s: %s", groups[i].count, groups[i].count == 1 ? "" : "s",
		                              groups[i].cases, *groups[i].text ? groups[i].text : "no cause given");
		write_label(out, style, outcome);
		write_wrapped(out, style, INDENT, INDENT, line);
		if (*text_at(groups[i].known, "workaround")) {
			owned_text help = text_format("workaround: %s", text_at(groups[i].known, "workaround"));
			fprintf(out, "%*s", INDENT, "");
			write_wrapped(out, style, INDENT, INDENT, help);
		}
		free(groups[i].key);
		free(groups[i].text);
		free(groups[i].cases);
	}
	free(groups);
}

/* What the kernel itself says of it, where it was asked. */
static void write_drops(FILE *out, struct report_style style, const json_t *cell)
{
	json_t *lines = drop_lines(cell), *line;
	size_t i;

	json_array_foreach (lines, i, line) {
		fprintf(out, "%*s", INDENT, "");
		write_wrapped(out, style, INDENT, INDENT, json_string_value(line));
	}
	json_decref(lines);
}

static void write_cell(FILE *out, struct report_style style, const json_t *cell, int outcome)
{
	owned_text line = text_copy(text_at(cell, "case"));
	const char *axis;
	const json_t *value;

	json_object_foreach (json_object_get(cell, "axes"), axis, value)
		text_append(&line, " %s=%s", axis, json_string_value(value) ? json_string_value(value) : "?");
	write_label(out, style, outcome);
	write_wrapped(out, style, INDENT, INDENT, line);
	fprintf(out, "%*s", INDENT, "");
	write_wrapped(out, style, INDENT, INDENT, text_at(cell, "why"));
	write_drops(out, style, cell);
	if (*text_at(cell, "command")) /* never broken into lines: it is there to be copied */
		fprintf(out, "%*s%s\n", INDENT, "", text_at(cell, "command"));
}

/* How many cells up to `index` broke with the same words as the one there. */
static size_t same_before(const json_t *cells, size_t index)
{
	const char *why = text_at(json_array_get(cells, index), "why");
	size_t same = 0;

	for (size_t i = 0; i < index; i++)
		if (outcome_at(json_array_get(cells, i)) == OUTCOME_BROKEN &&
		    strcmp(text_at(json_array_get(cells, i), "why"), why) == 0)
			same++;
	return same;
}

/* The first cell of each cause, and how many more there are. */
static void write_broken(FILE *out, struct report_style style, const json_t *cells)
{
	size_t count = json_array_size(cells);

	for (size_t i = 0; i < count; i++) {
		const json_t *cell = json_array_get(cells, i);
		size_t more = 0;
		if (outcome_at(cell) != OUTCOME_BROKEN || same_before(cells, i))
			continue;
		for (size_t j = i + 1; j < count; j++)
			more += outcome_at(json_array_get(cells, j)) == OUTCOME_BROKEN &&
			        strcmp(text_at(json_array_get(cells, j), "why"), text_at(cell, "why")) == 0;
		write_cell(out, style, cell, OUTCOME_BROKEN);
		if (more)
			fprintf(out, "%*sand %zu more cell%s of the same cause\n", INDENT, "", more,
			        more == 1 ? "" : "s");
	}
}

static void write_cells(FILE *out, struct report_style style, const json_t *cells, int outcome)
{
	const json_t *cell;
	size_t i;

	json_array_foreach (cells, i, cell)
		if (outcome_at(cell) == outcome)
			write_cell(out, style, cell, outcome);
}

/* A failing cell is understood by running it alone. */
static void write_next_step(FILE *out, struct report_style style, const json_t *cells)
{
	struct tally tally = { 0 };

	tally_cells(&tally, cells);
	if (!tally.outcome[OUTCOME_FAIL])
		return;
	fputc('\n', out);
	write_wrapped(
	        out, style, 0, 0,
	        "Next: run a cell by its command, with -vv for what every hop and counter saw, with --keep DIR for "
	        "its captures.");
}

void write_details(FILE *out, struct report_style style, const json_t *cells)
{
	write_groups(out, style, cells, OUTCOME_KNOWN);
	write_groups(out, style, cells, OUTCOME_FIXED);
	write_groups(out, style, cells, OUTCOME_SKIP);
	write_cells(out, style, cells, OUTCOME_FAIL);
	write_broken(out, style, cells);
	write_next_step(out, style, cells);
}
