/* Draws rows of arrows between columns. */
#include <stdlib.h>
#include <string.h>

#include "ladder.h"

enum { TIME_WIDTH = 9, LEAST_GAP = 8, MOST_GAP = 44 };

/* The characters of a ladder, in UTF-8 and in ASCII. */
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

/* The most detailed label that fits an arrow; LABELS: none fits. */
static enum detail detail_of(const struct ladder *ladder, const struct arrow *arrow)
{
	for (int label = LABELS - 1; label >= 0; label--) {
		owned_text text = arrow_label(arrow, (enum detail)label, ladder->style);
		enum ink ink;
		owned_text checksum = arrow_checksum(arrow, (enum detail)label, ladder->style, &ink);
		/* A bit of line on both sides where it is not terse, and the arrow's head. */
		unsigned around = label > LABEL_TERSE ? 3 : 1;
		if (text_width(text) + text_width(checksum) + around < room_of(ladder, arrow))
			return (enum detail)label;
	}
	return LABELS;
}

static bool labels_fit(const struct ladder *ladder)
{
	size_t count;
	bool fit = true;

	for (size_t r = 0; r < ladder->rows.count; r++) {
		struct arrow *arrows =
		        arrows_of(&ladder->links, &ladder->rows.at[r], ladder->columns, ladder->column_count, &count);
		for (size_t i = 0; i < count; i++)
			fit &= detail_of(ladder, &arrows[i]) != LABELS;
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
	enum detail label = detail_of(ladder, arrow);
	owned_text text = arrow_label(arrow, label, ladder->style);
	enum ink ink;
	owned_text checksum = arrow_checksum(arrow, label, ladder->style, &ink);
	if (!*checksum && *text)
		text[strlen(text) - 1] = 0; /* the blank before it */
	unsigned width = text_width(text) + text_width(checksum), room = to - from;
	unsigned at = from + (room > width ? (room - width) / 2 : 0);

	/* Packets that were merged or split. */
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

const char *row_packet(const struct result_journey *row)
{
	const char *name = said(row->packet);

	return strncmp(name, "the ", 4) == 0 ? name + 4 : name;
}

char *row_end_text(const struct result_journey *row)
{
	const struct result_end *end = row->end;

	if (!end || end->how == END_RECEIVED || end->how == NO_WORD)
		return NULL;
	return text_format("%s at %s%s%s",
	                   end->how == END_LOST ? "lost, last seen" : word_of(journey_end_words, end->how),
	                   said(end->node), is_said(end->reason) ? ": " : "", said(end->reason));
}

char *row_drop_text(const struct result_journey *row)
{
	const struct result_end_drop *drop = row->end ? row->end->drop : NULL;

	return drop ? drop_word(said(drop->function), said(drop->reason)) : NULL;
}

char *row_elided_text(const struct result_journey *row, struct report_style style)
{
	long long packets = row->elided;
	char *text = NULL;

	if (!packets)
		return NULL;
	text_append(&text, "%s %lld more packet%s", style.unicode ? "…" : "...", packets, packets == 1 ? "" : "s");
	for (size_t i = 0; i < row->ends.count; i++) {
		const struct figure *end = &row->ends.at[i];
		if (end->number == packets)
			text_append(&text, ", %s%s", packets == 1 ? "" : "all ", end->name);
		else
			text_append(&text, ", %lld %s", (long long)end->number, end->name);
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

/* The kernel's report follows it, or goes below if it does not fit the line. */
static void draw_ending(const struct ladder *ladder, struct line *line, const struct result_journey *row, unsigned at)
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

static void draw_start(const struct ladder *ladder, struct line *line, const struct result_journey *row)
{
	owned_text time = text_format("%*.1f", TIME_WIDTH, row->time_us);

	draw_lives(ladder, line);
	line_put(line, 0, time, INK_DIM);
	line_put(line, TIME_WIDTH + 2, row_packet(row), INK_PLAIN);
}

static void draw_row(const struct ladder *ladder, struct line *line, const struct result_journey *row)
{
	size_t count;
	struct arrow *arrows = arrows_of(&ladder->links, row, ladder->columns, ladder->column_count, &count);
	owned_text end = row_end_text(row);
	size_t node = column_find(ladder->columns, ladder->column_count, row->end ? said(row->end->node) : "");
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

	draw_head(ladder, &line);
	for (size_t i = 0; i < ladder->rows.count; i++) {
		const struct result_journey *row = &ladder->rows.at[i];
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
