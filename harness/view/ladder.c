/* Ladders: a result's journeys, for people. */
#include <stdlib.h>
#include <string.h>

#include "ladder.h"

enum { INDENT = 2, LIST_INDENT = 13 };

/* One packet's journey is a ladder of one row. */
static json_t *rows_of(const json_t *result)
{
	json_t *rows = json_object_get(result, "journeys"), *journey = json_object_get(result, "journey");

	if (json_is_array(rows))
		return json_incref(rows);
	return json_is_object(journey) ? json_pack("[O]", journey) : json_array();
}

static bool is_visited(const json_t *rows, const json_t *result, const char *node)
{
	const json_t *row, *step;
	size_t i, s;

	json_array_foreach (rows, i, row) {
		if (strcmp(text_at(json_object_get(row, "end"), "node"), node) == 0)
			return true;
		json_array_foreach (json_object_get(row, "steps"), s, step) {
			owned_text at = hop_node_name(text_at(step, "hop"));
			const char *peer = hop_peer_node(result, text_at(step, "hop"));
			if (strcmp(at, node) == 0 || (peer && strcmp(peer, node) == 0))
				return true;
		}
	}
	return false;
}

/* The nodes that packets came to, in the topology's order; all, when none came anywhere. */
static void find_columns(struct ladder *ladder)
{
	bool moved = json_array_size(json_object_get(json_array_get(ladder->rows, 0), "steps")) > 0;
	const json_t *hop;
	size_t i;

	json_array_foreach (json_object_get(ladder->result, "hops"), i, hop) {
		const char *node = text_at(hop, "node");
		if (column_find(ladder->columns, ladder->column_count, node) < ladder->column_count ||
		    (moved && !is_visited(ladder->rows, ladder->result, node)))
			continue;
		*PUSH(ladder->columns, ladder->column_count) = (struct column){ .node = node };
	}
}

static void find_name_width(struct ladder *ladder)
{
	const json_t *row;
	size_t i;

	ladder->name_width = (unsigned)strlen("packet");
	json_array_foreach (ladder->rows, i, row)
		if (ladder->name_width < strlen(row_packet(row)))
			ladder->name_width = (unsigned)strlen(row_packet(row));
}

static void list_arrow(const struct ladder *ladder, const struct arrow *arrow)
{
	const char *from = text_at(arrow->out, "hop"), *to = text_at(arrow->in, "hop");
	enum ink ink;
	owned_text label = arrow_label(arrow, LABELS - 1, ladder->style);
	owned_text checksum = arrow_checksum(arrow, LABELS - 1, ladder->style, &ink);
	owned_text line =
	        text_format("%.*s > %.*s %s%s", arrow->out ? (int)strcspn(from, ":") : 1, arrow->out ? from : "?",
	                    arrow->in ? (int)strcspn(to, ":") : 1, arrow->in ? to : "?", label, checksum);

	fprintf(ladder->out, "%*s", LIST_INDENT, "");
	write_wrapped(ladder->out, ladder->style, LIST_INDENT, LIST_INDENT + 2, line);
}

/* Where the columns have no room: a line a link. */
static void list_row(const struct ladder *ladder, const json_t *row)
{
	size_t count;
	struct arrow *arrows = arrows_of(ladder->result, row, ladder->columns, ladder->column_count, &count);
	owned_text end = row_end_text(row);
	owned_text elided = row_elided_text(row, ladder->style);

	if (elided)
		fprintf(ladder->out, "%*s%s\n", LIST_INDENT - INDENT, "", elided);
	else
		fprintf(ladder->out, "%*.1f  %s\n", LIST_INDENT - 2 * INDENT,
		        json_number_value(json_object_get(row, "time_us")), row_packet(row));
	for (size_t i = 0; i < count; i++)
		list_arrow(ladder, &arrows[i]);
	if (end) {
		owned_text word = row_drop_text(row);
		owned_text mark = text_format("%s %s%s%s", ladder->style.unicode ? "✗" : "X", end, word ? ", " : "",
		                              word ? word : "");
		owned_text painted = paint(ladder->style, OUTCOME_FAIL, mark);
		fprintf(ladder->out, "%*s", LIST_INDENT, "");
		write_wrapped(ladder->out, ladder->style, LIST_INDENT, LIST_INDENT + 2, painted);
	}
	free(arrows);
}

static void write_title(const struct ladder *ladder)
{
	const char *outcome = text_at(ladder->result, "outcome"), *axis;
	owned_text painted = paint(ladder->style, outcome_at(ladder->result), outcome);
	owned_text title = text_format("%s %s", painted, text_at(ladder->result, "case"));
	const json_t *value;

	json_object_foreach (json_object_get(ladder->result, "axes"), axis, value)
		text_append(&title, " %s=%s", axis, json_string_value(value) ? json_string_value(value) : "?");
	fputc('\n', ladder->out);
	write_wrapped(ladder->out, ladder->style, 0, INDENT, title);
	fprintf(ladder->out, "%*s", INDENT, "");
	write_wrapped(ladder->out, ladder->style, INDENT, INDENT, text_at(ladder->result, "why"));
	fputc('\n', ladder->out);
}

void report_ladder(FILE *out, struct report_style style, const json_t *result)
{
	json_t *rows = rows_of(result);
	struct ladder ladder = { .out = out, .style = style, .result = result, .rows = rows };
	const json_t *row;
	size_t i;

	if (json_array_size(rows)) {
		find_columns(&ladder);
		find_name_width(&ladder);
		write_title(&ladder);
		if (ladder.column_count && ladder_place(&ladder))
			ladder_draw(&ladder);
		else
			json_array_foreach (rows, i, row)
				list_row(&ladder, row);
	}
	free(ladder.columns);
	json_decref(rows);
}

static bool write_ladders(FILE *out, struct report_style style, const json_t *cells)
{
	const json_t *cell;
	size_t i;
	bool any = false;

	json_array_foreach (cells, i, cell) {
		if (!json_object_get(cell, "journeys"))
			continue;
		json_t *shown = results_shown(cell);
		report_ladder(out, style, shown);
		json_decref(shown);
		any = true;
	}
	return any;
}

void report_ladders(FILE *out, struct report_style style, const json_t *cells)
{
	if (!write_ladders(out, style, cells))
		return;
	fputc('\n', out);
	write_wrapped(out, style, 0, 0,
	              "SL: segments left. ok, partial, BAD: the TCP checksum, over the final destination; partial: a "
	              "device is to complete it. TOO BIG: it left larger than the interface's MTU. 3x: packets. 8->1: "
	              "merged.");
	fputc('\n', out);
}
