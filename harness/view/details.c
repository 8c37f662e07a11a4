/* Below the table: what is documented, what could not run, and every cell that needs someone to look at it. */
#include <stdlib.h>
#include <string.h>

#include "view.h"

#define INDENT 9 /* the longest outcome and its colon, and a space more */

/* Cells with the same text. */
struct group {
	char *key;
	size_t count;
	char *cases; /* "a, b" */
	const char *last_case;
	const struct result_row *known;
	char *text; /* what is said of them */
};

/* What groups cells: the documented deviation, or why they cannot run. */
static char *key_of(const struct result *cell, int outcome)
{
	return outcome == OUTCOME_SKIP ? text_copy(said(cell->why)) : known_key(cell->known);
}

static struct group *groups_of(const struct cells *cells, int outcome, size_t *count)
{
	struct group *groups = NULL;
	size_t g;

	*count = 0;
	for (size_t i = 0; i < cells->count; i++) {
		const struct result *cell = cells->at[i];
		if (cell->outcome != outcome)
			continue;
		owned_text key = key_of(cell, outcome);
		for (g = 0; g < *count && strcmp(groups[g].key, key) != 0; g++)
			;
		if (g == *count) {
			PUSH(groups, *count)->key = take(key);
			groups[g].known = cell->known;
			groups[g].text =
			        outcome == OUTCOME_SKIP ? text_copy(groups[g].key) : known_text(groups[g].known);
		}
		groups[g].count++;
		const char *name = cell->name;
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

static void write_groups(FILE *out, struct report_style style, const struct cells *cells, int outcome)
{
	size_t count;
	struct group *groups = groups_of(cells, outcome, &count);

	for (size_t i = 0; i < count; i++) {
		owned_text line = text_format("%zu cell%s of %s: %s", groups[i].count, groups[i].count == 1 ? "" : "s",
		                              groups[i].cases, *groups[i].text ? groups[i].text : "no cause given");
		write_label(out, style, outcome);
		write_wrapped(out, style, INDENT, INDENT, line);
		if (groups[i].known && is_said(groups[i].known->workaround)) {
			owned_text help = text_format("workaround: %s", groups[i].known->workaround);
			fprintf(out, "%*s", INDENT, "");
			write_wrapped(out, style, INDENT, INDENT, help);
		}
		free(groups[i].key);
		free(groups[i].text);
		free(groups[i].cases);
	}
	free(groups);
}

/* What the kernel reports about it, where drop events are on. */
static void write_drops(FILE *out, struct report_style style, const struct result *cell)
{
	owned_text_lines lines = drop_lines(cell);

	for (size_t i = 0; i < lines.count; i++) {
		fprintf(out, "%*s", INDENT, "");
		write_wrapped(out, style, INDENT, INDENT, lines.at[i]);
	}
}

static void write_cell(FILE *out, struct report_style style, const struct result *cell, int outcome)
{
	owned_text line = cell_name(cell);

	write_label(out, style, outcome);
	write_wrapped(out, style, INDENT, INDENT, line);
	fprintf(out, "%*s", INDENT, "");
	write_wrapped(out, style, INDENT, INDENT, said(cell->why));
	write_drops(out, style, cell);
	if (is_said(cell->command)) /* never broken into lines: it is there to be copied */
		fprintf(out, "%*s%s\n", INDENT, "", cell->command);
}

static bool is_broken_for(const struct result *cell, const char *why)
{
	return cell->outcome == OUTCOME_BROKEN && strcmp(said(cell->why), why) == 0;
}

/* How many of the cells [from, end) broke with this text. */
static size_t count_broken(const struct cells *cells, size_t from, size_t end, const char *why)
{
	size_t same = 0;

	for (size_t i = from; i < end; i++)
		same += is_broken_for(cells->at[i], why);
	return same;
}

/* The first cell of each cause, and how many more there are. */
static void write_broken(FILE *out, struct report_style style, const struct cells *cells)
{
	for (size_t i = 0; i < cells->count; i++) {
		const struct result *cell = cells->at[i];
		if (cell->outcome != OUTCOME_BROKEN || count_broken(cells, 0, i, said(cell->why)))
			continue;
		write_cell(out, style, cell, OUTCOME_BROKEN);
		size_t more = count_broken(cells, i + 1, cells->count, said(cell->why));
		if (more)
			fprintf(out, "%*sand %zu more cell%s of the same cause\n", INDENT, "", more,
			        more == 1 ? "" : "s");
	}
}

static void write_cells(FILE *out, struct report_style style, const struct cells *cells, int outcome)
{
	for (size_t i = 0; i < cells->count; i++)
		if (cells->at[i]->outcome == outcome)
			write_cell(out, style, cells->at[i], outcome);
}

/* A failing cell is understood by running it alone. */
static void write_next_step(FILE *out, struct report_style style, const struct cells *cells)
{
	struct tally tally = { 0 };

	tally_cells(&tally, cells);
	if (!tally.outcome[OUTCOME_FAIL] && !tally.outcome[OUTCOME_FIXED])
		return;
	fputc('\n', out);
	write_wrapped(
	        out, style, 0, 0,
	        "Next: run a cell by its command, with -vv for what every hop and counter saw, with --keep DIR for "
	        "its captures.");
}

void write_details(FILE *out, struct report_style style, const struct cells *cells)
{
	write_groups(out, style, cells, OUTCOME_KNOWN);
	write_groups(out, style, cells, OUTCOME_SKIP);
	write_cells(out, style, cells, OUTCOME_FIXED); /* as loudly as a FAIL: the documentation is wrong */
	write_cells(out, style, cells, OUTCOME_FAIL);
	write_broken(out, style, cells);
	write_next_step(out, style, cells);
}
