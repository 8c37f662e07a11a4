/* Draws rows of arrows between columns. */
#include <stdlib.h>
#include <string.h>

#include "ladder.h"

enum { TIME_WIDTH = 9, LEAST_GAP = 8, MOST_GAP = 44 };

/* The signs of a ladder, where the terminal has them and where it has ASCII only. */
static const struct signs {
	const char *life, *body, *right, *left, *cross, *below_left, *below_right;
} signs[] = {
	{ "|", "-", ">", "<", "X", "^ ", " ^" },
	{ "│", "─", "▶", "◀", "✗", "└ ", " ┘" },
};

static const struct signs *signs_of(const struct ladder *ladder)
{
	return &signs[ladder->style.unicode];
}

static unsigned first_column(const struct ladder *ladder)
{
	size_t half = strlen(ladder->columns[0].node) / 2;

	return TIME_WIDTH + 2 + ladder->name_width + 1 + (unsigned)(half > 6 ? 6 : half);
}

static unsigned text_width(const char *text)
{
	return (unsigned)columns_of(text, strlen(text));
}

static unsigned room_of(const struct ladder *ladder, const struct arrow *arrow)
{
	unsigned a = ladder->columns[arrow->from].at, b = ladder->columns[arrow->to].at;

	return a > b ? a - b : b - a;
}

/* The label that tells most in an arrow's room; LABELS: none fits. */
static enum label label_of(const struct ladder *ladder, const struct arrow *arrow)
{
	for (int label = LABELS - 1; label >= 0; label--) {
		owned_text text = arrow_label(arrow, (enum label)label, ladder->style);
		enum ink ink;
		owned_text checksum = arrow_checksum(arrow, (enum label)label, ladder->style, &ink);
		/* A bit of line on both sides where it is not terse, and the arrow's head. */
		unsigned around = label > LABEL_TERSE ? 3 : 1;
		if (text_width(text) + text_width(checksum) + around < room_of(ladder, arrow))
			return (enum label)label;
	}
	return LABELS;
}

static bool labels_fit(const struct ladder *ladder)
{
	const json_t *row;
	size_t r, count;
	bool fit = true;

	json_array_foreach (ladder->rows, r, row) {
		struct arrow *arrows = arrows_of(ladder->result, row, ladder->columns, ladder->column_count, &count);
		for (size_t i = 0; i < count; i++)
			fit &= label_of(ladder, &arrows[i]) != LABELS;
		free(arrows);
	}
	return fit;
}

bool ladder_place(struct ladder *ladder)
{
	unsigned first = first_column(ladder), count = (unsigned)ladder->column_count;
	unsigned right = (text_width(ladder->columns[count - 1].node) + 1) / 2;

	if (count < 2 || first + right + (count - 1) * LEAST_GAP >= ladder->style.width)
		return false;
	unsigned gap = (ladder->style.width - first - right - 1) / (count - 1);
	for (unsigned i = 0; i < count; i++)
		ladder->columns[i].at = first + i * (gap > MOST_GAP ? MOST_GAP : gap);
	return labels_fit(ladder);
}

static void draw_lives(const struct ladder *ladder, struct line *line)
{
	for (size_t i = 0; i < ladder->column_count; i++)
		line_put(line, ladder->columns[i].at, signs_of(ladder)->life, INK_DIM);
}

static void draw_label(const struct ladder *ladder, struct line *line, const struct arrow *arrow, unsigned from,
                       unsigned to)
{
	enum label label = label_of(ladder, arrow);
	owned_text text = arrow_label(arrow, label, ladder->style);
	enum ink ink;
	owned_text checksum = arrow_checksum(arrow, label, ladder->style, &ink);
	if (!*checksum && *text)
		text[strlen(text) - 1] = 0; /* the blank before it */
	unsigned width = text_width(text) + text_width(checksum), room = to - from;
	unsigned at = from + (room > width ? (room - width) / 2 : 0);

	/* Packets that became fewer or more. */
	line_put(line, at, text, strstr(text, "→") || strstr(text, "->") ? INK_COUNT : INK_PLAIN);
	line_put(line, at + text_width(text), checksum, ink);
}

static void draw_arrow(const struct ladder *ladder, struct line *line, const struct arrow *arrow)
{
	const struct signs *s = signs_of(ladder);
	unsigned a = ladder->columns[arrow->from].at, b = ladder->columns[arrow->to].at;
	unsigned low = (a < b ? a : b) + 1, high = a < b ? b : a;

	for (unsigned i = low; i < high; i++)
		line_put(line, i, s->body, INK_PLAIN);
	line_put(line, a < b ? high - 1 : low,
	         !arrow->in ? s->cross
	         : a < b    ? s->right
	                    : s->left,
	         arrow->in ? INK_PLAIN : INK_BAD);
	draw_label(ladder, line, arrow, a < b ? low : low + 1, a < b ? high - 1 : high);
}

const char *row_packet(const json_t *row)
{
	const char *name = text_at(row, "packet");

	return strncmp(name, "the ", 4) == 0 ? name + 4 : name;
}

char *row_end_text(const json_t *row)
{
	const json_t *end = json_object_get(row, "end");
	const char *how = text_at(end, "how"), *reason = text_at(end, "reason");

	if (strcmp(how, "received") == 0 || !*how)
		return NULL;
	return text_format("%s at %s%s%s", strcmp(how, "lost") == 0 ? "lost, last seen" : how, text_at(end, "node"),
	                   *reason ? ": " : "", reason);
}

char *row_drop_text(const json_t *row)
{
	const json_t *drop = json_object_get(json_object_get(row, "end"), "drop");

	return drop_word(text_at(drop, "function"), text_at(drop, "reason"));
}

char *row_elided_text(const json_t *row, struct report_style style)
{
	const json_t *elided = json_object_get(row, "elided"), *value;
	long long packets = json_integer_value(elided);
	const char *end;
	char *text = NULL;

	if (!elided)
		return NULL;
	text_append(&text, "%s %lld more packet%s", style.unicode ? "…" : "...", packets, packets == 1 ? "" : "s");
	json_object_foreach (json_object_get(row, "ends"), end, value) {
		if (json_integer_value(value) == packets)
			text_append(&text, ", %s%s", packets == 1 ? "" : "all ", end);
		else
			text_append(&text, ", %lld %s", (long long)json_integer_value(value), end);
	}
	return text;
}

/* Below the row, beside the node: how it ended there. */
static void draw_end(const struct ladder *ladder, struct line *line, const char *text, unsigned at)
{
	unsigned width = text_width(text) + 2;

	draw_lives(ladder, line);
	if (at + width <= ladder->style.width) {
		line_put(line, at, signs_of(ladder)->below_left, INK_BAD);
		line_put(line, at + 2, text, INK_BAD);
		line_put(line, at + width, " ", INK_PLAIN); /* not onto the next life line */
	} else {
		unsigned from = at + 1 > width ? at + 1 - width : 0;
		line_put(line, from ? from - 1 : 0, " ", INK_PLAIN);
		line_put(line, from, text, INK_BAD);
		line_put(line, from + width - 2, signs_of(ladder)->below_right, INK_BAD);
	}
	line_write(ladder->out, ladder->style, line);
}

/* The kernel's word stands behind it, or below where the line has no room. */
static void draw_ending(const struct ladder *ladder, struct line *line, const json_t *row, unsigned at)
{
	owned_text end = row_end_text(row);
	owned_text word = row_drop_text(row);
	owned_text both = word ? text_format("%s, %s", end, word) : text_copy(end);

	if (text_width(both) + 2 <= ladder->style.width) {
		draw_end(ladder, line, both, at);
		return;
	}
	draw_end(ladder, line, end, at);
	draw_end(ladder, line, word, at);
}

static void draw_start(const struct ladder *ladder, struct line *line, const json_t *row)
{
	owned_text time = text_format("%*.1f", TIME_WIDTH, json_number_value(json_object_get(row, "time_us")));

	draw_lives(ladder, line);
	line_put(line, 0, time, INK_DIM);
	line_put(line, TIME_WIDTH + 2, row_packet(row), INK_PLAIN);
}

static void draw_row(const struct ladder *ladder, struct line *line, const json_t *row)
{
	size_t count;
	struct arrow *arrows = arrows_of(ladder->result, row, ladder->columns, ladder->column_count, &count);
	owned_text end = row_end_text(row);
	size_t node = column_find(ladder->columns, ladder->column_count, text_at(json_object_get(row, "end"), "node"));
	unsigned at = node < ladder->column_count ? ladder->columns[node].at : 0;
	bool crossed = false;

	draw_start(ladder, line, row);
	for (size_t i = 0; i < count; i++) {
		unsigned a = ladder->columns[arrows[i].from].at, b = ladder->columns[arrows[i].to].at;
		if (!line_is_free(line, (a < b ? a : b) + 1, a < b ? b : a)) { /* it comes back, or goes round */
			line_write(ladder->out, ladder->style, line);
			draw_lives(ladder, line);
		}
		draw_arrow(ladder, line, &arrows[i]);
		if (!arrows[i].in && end) {
			crossed = true;
			at = a < b ? b - 1 : b + 1;
		}
	}
	if (end && !crossed && node < ladder->column_count)
		line_put(line, at, signs_of(ladder)->cross, INK_BAD);
	line_write(ladder->out, ladder->style, line);
	if (end)
		draw_ending(ladder, line, row, at);
	free(arrows);
}

static void draw_head(const struct ladder *ladder, struct line *line)
{
	line_put(line, TIME_WIDTH - 2, "us", INK_DIM);
	line_put(line, TIME_WIDTH + 2, "packet", INK_DIM);
	for (size_t i = 0; i < ladder->column_count; i++) {
		unsigned half = text_width(ladder->columns[i].node) / 2;
		line_put(line, ladder->columns[i].at > half ? ladder->columns[i].at - half : 0, ladder->columns[i].node,
		         INK_PLAIN);
	}
	line_write(ladder->out, ladder->style, line);
}

void ladder_draw(const struct ladder *ladder)
{
	struct line line = line_new(ladder->style.width);
	const json_t *row;
	size_t i;

	draw_head(ladder, &line);
	json_array_foreach (ladder->rows, i, row) {
		owned_text elided = row_elided_text(row, ladder->style);
		if (elided) {
			draw_lives(ladder, &line);
			line_put(&line, TIME_WIDTH + 2, elided, INK_DIM);
			line_write(ladder->out, ladder->style, &line);
		} else {
			draw_row(ladder, &line, row);
		}
	}
	line_free(&line);
}
