/* Every cell, for -v: one line each, grouped by case; with -vv its evidence. */
#include <stdlib.h>
#include <string.h>

#include "view.h"

#define LABEL_WIDTH   7 /* the longest outcome and a space */
#define VERDICT_WIDTH 26
#define INDENT        9 /* indent of what belongs to a cell */

/* "dropped at dst: tcp-csum"; what is missing where nothing ran. */
static char *verdict_text(const struct result *cell)
{
	const struct result_verdict *verdict = cell->verdict;

	if (!verdict)
		return text_copy(said(cell->why));
	return text_format("%s%s%s%s%s", verdict->fate == NO_WORD ? "" : word_of(fate_words, verdict->fate),
	                   is_said(verdict->at) ? " at " : "", said(verdict->at), is_said(verdict->reason) ? ": " : "",
	                   said(verdict->reason));
}

static void write_paragraph(FILE *out, struct report_style style, const char *text)
{
	fprintf(out, "%*s", INDENT, "");
	write_wrapped(out, style, INDENT, INDENT + 2, text);
}

static void write_why(FILE *out, struct report_style style, const struct result *cell)
{
	if (cell->verdict) /* else it stands in the cell's line */
		write_paragraph(out, style, said(cell->why));
}

/* "7 bad, 1 partial"; a bad checksum stands out. */
static char *checksums_text(const struct result_checksums *checksums, struct report_style style)
{
	static const enum checksum states[] = { CHECKSUM_BAD, CHECKSUM_PARTIAL, CHECKSUM_VALID };
	int64_t counts[] = { [CHECKSUM_BAD] = checksums ? checksums->bad : 0,
		             [CHECKSUM_PARTIAL] = checksums ? checksums->partial : 0,
		             [CHECKSUM_VALID] = checksums ? checksums->valid : 0 };
	char *text = NULL;

	for (size_t i = 0; i < COUNT(states); i++) {
		if (!counts[states[i]])
			continue;
		owned_text count =
		        text_format("%lld %s", (long long)counts[states[i]], word_of(checksum_words, (int)states[i]));
		owned_text painted = states[i] == CHECKSUM_BAD ? paint(style, OUTCOME_FAIL, count) : text_copy(count);
		text_append(&text, "%s%s", text ? ", " : "", painted);
	}
	return text ? text : text_copy("none seen");
}

/* "; 10 larger than the MTU" */
static char *oversize_text(const struct result_hop *hop, struct report_style style)
{
	if (!hop->oversize)
		return text_copy("");
	owned_text count = text_format("%lld larger than the MTU", (long long)hop->oversize);
	owned_text painted = paint(style, OUTCOME_FAIL, count);
	return text_format("; %s", painted);
}

static void write_hops(FILE *out, struct report_style style, const struct result *cell)
{
	for (size_t i = 0; i < cell->evidence->hops.count; i++) {
		const struct result_hop *hop = &cell->evidence->hops.at[i];
		owned_text name = result_hop_text(hop);
		owned_text checksums = checksums_text(hop->checksum, style);
		owned_text oversize = oversize_text(hop, style);
		if (hop->packets)
			fprintf(out, "%*s%-12s %4lld packets, %4lld data, largest %5lld; checksums: %s%s\n", INDENT, "",
			        name, (long long)hop->packets, (long long)hop->data, (long long)hop->largest, checksums,
			        oversize);
	}
}

static void write_counters(FILE *out, struct report_style style, const struct result *cell)
{
	for (size_t i = 0; i < cell->evidence->counters.count; i++) {
		const struct result_counters *counters = &cell->evidence->counters.at[i];
		owned_text line = text_format("%s:", counters->node);
		for (size_t d = 0; d < counters->deltas.count; d++)
			text_append(&line, " %s %+lld", counters->deltas.at[d].name,
			            (long long)counters->deltas.at[d].number);
		write_paragraph(out, style, line);
	}
}

static void write_drops(FILE *out, struct report_style style, const struct result *cell)
{
	owned_text_lines lines = drop_lines(cell);

	for (size_t i = 0; i < lines.count; i++)
		write_paragraph(out, style, lines.at[i]);
}

static void write_invariants(FILE *out, struct report_style style, const struct result *cell)
{
	owned_text_lines lines = invariant_lines(cell);

	for (size_t i = 0; i < lines.count; i++)
		write_paragraph(out, style, lines.at[i]);
}

static void write_hints(FILE *out, struct report_style style, const struct result *cell)
{
	for (size_t i = 0; i < cell->evidence->hints.count; i++) {
		owned_text line = text_format("hint: %s", cell->evidence->hints.at[i]);
		write_paragraph(out, style, line);
	}
}

/* What follows a cell's line, by how often -v was given. */
static const struct {
	unsigned verbose;
	void (*write)(FILE *out, struct report_style style, const struct result *cell);
} parts[] = {
	{ 2, write_why },   { 1, write_drops }, { 1, write_invariants },
	{ 1, write_hints }, { 2, write_hops },  { 2, write_counters },
};

static void write_cell(FILE *out, struct report_style style, const struct result *cell, size_t axes_width)
{
	const char *word = word_of(outcome_words, cell->outcome);
	owned_text painted = paint(style, cell->outcome, word);
	owned_text axes = axes_text(cell);
	owned_text verdict = verdict_text(cell);
	size_t column = 2 + LABEL_WIDTH + axes_width + 2;

	fprintf(out, "  %s%*s%s", painted, LABEL_WIDTH - (int)strlen(word), "", axes);
	if (strlen(axes) > axes_width) /* not enough room for both in a line */
		fprintf(out, "\n%*s", (int)(column = INDENT), "");
	else
		fprintf(out, "%*s", (int)(axes_width - strlen(axes)) + 2, "");
	write_wrapped(out, style, (unsigned)column, (unsigned)column, *verdict ? verdict : "no verdict");
	for (size_t i = 0; i < COUNT(parts); i++)
		if (style.verbose >= parts[i].verbose)
			parts[i].write(out, style, cell);
}

static size_t axes_width_of(struct report_style style, const struct cells *cells)
{
	size_t most = style.width > 2 + LABEL_WIDTH + 2 + VERDICT_WIDTH + 20
	                      ? style.width - 2 - LABEL_WIDTH - 2 - VERDICT_WIDTH
	                      : 20;
	size_t width = 0;

	for (size_t i = 0; i < cells->count; i++) {
		owned_text axes = axes_text(cells->at[i]);
		if (strlen(axes) <= most && width < strlen(axes))
			width = strlen(axes);
	}
	return width;
}

void write_every_cell(FILE *out, struct report_style style, const struct cells *cells)
{
	owned_cases cases = cells_by_case(cells);

	for (size_t c = 0; c < cases.count; c++) {
		const struct cells *of_case = &cases.at[c].cells;
		size_t width = axes_width_of(style, of_case);
		fprintf(out, "\n%s\n", cases.at[c].name);
		for (size_t i = 0; i < of_case->count; i++)
			write_cell(out, style, of_case->at[i], width);
	}
}
