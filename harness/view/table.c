/* The table: one row per case. */
#include <stdlib.h>
#include <string.h>

#include "view.h"

/* Widths of the columns right of the name. */
#define CELLS_WIDTH   6
#define OUTCOME_WIDTH 7
#define TIME_WIDTH    9

struct case_row {
	const char *name;
	struct tally tally;
};

static struct case_row *row_of(struct case_row **rows, size_t *count, const char *name)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp((*rows)[i].name, name) == 0)
			return &(*rows)[i];
	struct case_row *row = PUSH(*rows, *count);
	row->name = name;
	return row;
}

static unsigned name_width(struct report_style style, const struct case_row *rows, size_t count)
{
	const unsigned others = CELLS_WIDTH + OUTCOMES * OUTCOME_WIDTH + TIME_WIDTH;
	size_t width = strlen("total");

	for (size_t i = 0; i < count; i++)
		if (width < strlen(rows[i].name))
			width = strlen(rows[i].name);
	if (width + others > style.width)
		width = style.width > others + 12 ? style.width - others : 12;
	return (unsigned)width;
}

static void write_count(FILE *out, struct report_style style, int outcome, size_t count, int width)
{
	owned_text number = count ? text_format("%zu", count) : text_copy("-");
	owned_text painted = count ? paint(style, outcome, number) : dim(style, number);

	fprintf(out, "%*s%s", width - (int)strlen(number), "", painted);
}

static void write_time(FILE *out, double milliseconds)
{
	if (milliseconds < 10000)
		fprintf(out, "%*.0f ms\n", TIME_WIDTH - 3, milliseconds);
	else
		fprintf(out, "%*.1f s\n", TIME_WIDTH - 2, milliseconds / 1000);
}

static void write_row(FILE *out, struct report_style style, unsigned width, const char *name, const struct tally *tally)
{
	/* A name that is too long gets a line of its own: it must stay whole to be copied. */
	if (strlen(name) > width)
		fprintf(out, "%s\n%*s", name, (int)width, "");
	else
		fprintf(out, "%-*s", (int)width, name);
	fprintf(out, "%*zu", CELLS_WIDTH, tally->cells);
	for (int i = 0; i < OUTCOMES; i++)
		write_count(out, style, i, tally->outcome[i], OUTCOME_WIDTH);
	write_time(out, tally->milliseconds);
}

static void write_head(FILE *out, struct report_style style, unsigned width)
{
	owned_text head = text_format("%-*s%*s", (int)width, "case", CELLS_WIDTH, "cells");

	for (const struct word *row = outcome_words; row->word; row++)
		text_append(&head, "%*s", OUTCOME_WIDTH, row->word);
	text_append(&head, "%*s", TIME_WIDTH, "workers");
	owned_text dimmed = dim(style, head);
	fprintf(out, "%s\n", dimmed);
}

static void write_kernel(FILE *out, struct report_style style, const struct result_kernel *kernel)
{
	owned_text line = text_format("kernel %s", kernel && is_said(kernel->release) ? kernel->release : "unknown");
	bool first = true;

	for (size_t i = 0; kernel && i < kernel->features.count; i++) {
		if (!kernel->features.at[i].holds)
			continue;
		text_append(&line, "%s%s", first ? " with " : ", ", kernel->features.at[i].name);
		first = false;
	}
	write_wrapped(out, style, 0, 2, line);
	fputc('\n', out);
}

static void write_totals(FILE *out, struct report_style style, const struct tally *all, double seconds)
{
	owned_text counts = tally_text(all, style);
	owned_text line = text_format("%zu cell%s: %s", all->cells, all->cells == 1 ? "" : "s", counts);

	if (seconds > 0)
		text_append(&line, " in %.1f s by the clock, %.0f cells/s", seconds, (double)all->cells / seconds);
	fputc('\n', out);
	write_wrapped(out, style, 0, 2, line);
}

static void write_table(FILE *out, struct report_style style, const struct run *run, double seconds)
{
	struct case_row *rows = NULL;
	struct tally all = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < run->cells.count; i++) {
		tally_add(&row_of(&rows, &count, run->cells.at[i]->name)->tally, run->cells.at[i]);
		tally_add(&all, run->cells.at[i]);
	}
	unsigned width = name_width(style, rows, count);
	write_kernel(out, style, run->kernel);
	if (count)
		write_head(out, style, width);
	for (size_t i = 0; i < count; i++)
		write_row(out, style, width, rows[i].name, &rows[i].tally);
	if (count > 1)
		write_row(out, style, width, "total", &all);
	if (style.verbose)
		write_every_cell(out, style, &run->cells);
	write_details(out, style, &run->cells);
	write_totals(out, style, &all, seconds);
	free(rows);
}

void report_table(FILE *out, struct report_style style, struct pool *pool, const struct run *run, double seconds)
{
	struct run shown = run_shown(pool, run);

	write_table(out, style, &shown, seconds);
}

void report_partial(FILE *out, struct report_style style, const struct results *results)
{
	owned_text text = partial_text(results);
	owned_text line = text ? text_format("PARTIAL: %s.", text) : NULL;

	if (!line)
		return;
	fputc('\n', out);
	write_wrapped(out, style, 0, 2, line);
}
