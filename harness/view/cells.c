/* Every cell, for who asks with -v: a line each, grouped by case; with -vv what it rests on. */
#include <stdlib.h>
#include <string.h>

#include "report_internal.h"

#define LABEL_WIDTH   7 /* the longest outcome and a space */
#define VERDICT_WIDTH 26
#define INDENT        9 /* of what belongs to a cell */

/* "dropped at dst: tcp-csum"; what is missing where nothing ran. */
static char *verdict_text(const json_t *cell)
{
	const json_t *verdict = json_object_get(cell, "verdict");

	if (!json_is_object(verdict))
		return text_copy(text_at(cell, "why"));
	return text_format("%s%s%s%s%s", text_at(verdict, "fate"), *text_at(verdict, "at") ? " at " : "",
	                   text_at(verdict, "at"), *text_at(verdict, "reason") ? ": " : "", text_at(verdict, "reason"));
}

static void write_paragraph(FILE *out, struct report_style style, const char *text)
{
	fprintf(out, "%*s", INDENT, "");
	write_wrapped(out, style, INDENT, INDENT + 2, text);
}

static void write_why(FILE *out, struct report_style style, const json_t *cell)
{
	if (json_is_object(json_object_get(cell, "verdict"))) /* else it stands in the cell's line */
		write_paragraph(out, style, text_at(cell, "why"));
}

static long long count_at(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* "7 bad, 1 partial"; a bad checksum stands out. */
static char *checksums_text(const json_t *checksum, struct report_style style)
{
	static const char *const states[] = { "bad", "partial", "valid" };
	char *text = NULL;

	for (size_t i = 0; i < COUNT(states); i++) {
		if (!count_at(checksum, states[i]))
			continue;
		owned_text count = text_format("%lld %s", count_at(checksum, states[i]), states[i]);
		owned_text painted = i == 0 ? paint(style, OUTCOME_FAIL, count) : text_copy(count);
		text_append(&text, "%s%s", text ? ", " : "", painted);
	}
	return text ? text : text_copy("none seen");
}

/* "; 10 larger than the MTU" */
static char *oversize_text(const json_t *hop, struct report_style style)
{
	if (!count_at(hop, "oversize"))
		return text_copy("");
	owned_text count = text_format("%lld larger than the MTU", count_at(hop, "oversize"));
	owned_text painted = paint(style, OUTCOME_FAIL, count);
	return text_format("; %s", painted);
}

static void write_hops(FILE *out, struct report_style style, const json_t *cell)
{
	const json_t *hop;
	size_t i;

	json_array_foreach (json_object_get(cell, "hops"), i, hop) {
		owned_text name = text_format("%s.%s:%s", text_at(hop, "node"), text_at(hop, "interface"),
		                              text_at(hop, "direction"));
		owned_text checksums = checksums_text(json_object_get(hop, "checksum"), style);
		owned_text oversize = oversize_text(hop, style);
		if (count_at(hop, "packets"))
			fprintf(out, "%*s%-12s %4lld packets, %4lld data, largest %5lld; checksums: %s%s\n", INDENT, "",
			        name, count_at(hop, "packets"), count_at(hop, "data"), count_at(hop, "largest"),
			        checksums, oversize);
	}
}

static void write_counters(FILE *out, struct report_style style, const json_t *cell)
{
	json_t *of_node, *delta;
	const char *node, *name;

	json_object_foreach (json_object_get(cell, "counters"), node, of_node) {
		owned_text line = text_format("%s:", node);
		json_object_foreach (of_node, name, delta)
			text_append(&line, " %s %+lld", name, json_integer_value(delta));
		write_paragraph(out, style, line);
	}
}

static void write_drops(FILE *out, struct report_style style, const json_t *cell)
{
	json_t *lines = drop_lines(cell), *line;
	size_t i;

	json_array_foreach (lines, i, line)
		write_paragraph(out, style, json_string_value(line));
	json_decref(lines);
}

static void write_hints(FILE *out, struct report_style style, const json_t *cell)
{
	const json_t *hint;
	size_t i;

	json_array_foreach (json_object_get(cell, "hints"), i, hint) {
		owned_text line = text_format("hint: %s", json_string_value(hint) ? json_string_value(hint) : "?");
		write_paragraph(out, style, line);
	}
}

/* What follows a cell's line, by how often -v was given. */
static const struct {
	unsigned verbose;
	void (*write)(FILE *out, struct report_style style, const json_t *cell);
} parts[] = {
	{ 2, write_why }, { 1, write_drops }, { 1, write_hints }, { 2, write_hops }, { 2, write_counters },
};

static void write_cell(FILE *out, struct report_style style, const json_t *cell, size_t axes_width)
{
	const char *word = text_at(cell, "outcome");
	owned_text painted = paint(style, outcome_at(cell), word);
	owned_text axes = axes_text(cell);
	owned_text verdict = verdict_text(cell);
	size_t column = 2 + LABEL_WIDTH + axes_width + 2;

	fprintf(out, "  %s%*s%s", painted, LABEL_WIDTH - (int)strlen(word), "", axes);
	if (strlen(axes) > axes_width) /* no room for both in a line */
		fprintf(out, "\n%*s", (int)(column = INDENT), "");
	else
		fprintf(out, "%*s", (int)(axes_width - strlen(axes)) + 2, "");
	write_wrapped(out, style, (unsigned)column, (unsigned)column, *verdict ? verdict : "no verdict");
	for (size_t i = 0; i < COUNT(parts); i++)
		if (style.verbose >= parts[i].verbose)
			parts[i].write(out, style, cell);
}

static size_t axes_width_of(struct report_style style, const json_t *cells)
{
	size_t most = style.width > 2 + LABEL_WIDTH + 2 + VERDICT_WIDTH + 20
	                      ? style.width - 2 - LABEL_WIDTH - 2 - VERDICT_WIDTH
	                      : 20;
	const json_t *cell;
	size_t width = 0, i;

	json_array_foreach (cells, i, cell) {
		owned_text axes = axes_text(cell);
		if (strlen(axes) <= most && width < strlen(axes))
			width = strlen(axes);
	}
	return width;
}

void write_every_cell(FILE *out, struct report_style style, const json_t *cells)
{
	json_t *cases = cells_by_case(cells), *of_case, *cell;
	const char *name;
	size_t i;

	json_object_foreach (cases, name, of_case) {
		size_t width = axes_width_of(style, of_case);
		fprintf(out, "\n%s\n", name);
		json_array_foreach (of_case, i, cell)
			write_cell(out, style, cell, width);
	}
	json_decref(cases);
}
