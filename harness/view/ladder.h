/* Private to ladders: the columns, the arrows between them, and the line they are drawn on. */
#ifndef HOPCHECK_REPORT_LADDER_H
#define HOPCHECK_REPORT_LADDER_H

#include "view.h"

/* ---- ladder_line.c: one line of a terminal. */
enum ink { INK_PLAIN, INK_DIM, INK_BAD, INK_ODD, INK_COUNT };
struct glyph {
	char text[5]; /* one letter; empty: a blank */
	enum ink ink;
};
struct line {
	struct glyph *glyphs;
	unsigned width;
};
struct line line_new(unsigned width);
/* What does not fit is left out. */
void line_put(struct line *line, unsigned at, const char *text, enum ink ink);
bool line_is_free(const struct line *line, unsigned from, unsigned to);
void line_write(FILE *out, struct report_style style, struct line *line); /* without blanks at its end; and clears it */
void line_free(struct line *line);

/* ---- ladder_arrow.c: packets on a link. */
struct column {
	const char *node; /* borrowed from the result */
	unsigned at;
};
struct arrow {
	const struct result_step *out, *in; /* either may be NULL, not both */
	size_t from, to;                    /* columns */
};
/* Detail of a label: LEAST has the checksum's state on arrival only, TERSE shortens its words. */
enum detail { LABEL_LEAST, LABEL_TERSE, LABEL_SHORT, LABEL_ENCAP, LABEL_DESTINATION, LABELS };

/* The links of a result's topology: the ends of each, "r1.a0". */
struct ladder_links {
	struct texts *ends;
	size_t count;
};
char *hop_node_name(const char *hop); /* caller frees */
/* Whether a row's packets were at a node, or were on a link to it. */
bool row_visits(const struct ladder_links *links, const struct result_journey *row, const char *node);
size_t column_find(const struct column *columns, size_t count, const char *node);
/* A row's arrows by time; caller frees. */
struct arrow *arrows_of(const struct ladder_links *links, const struct result_journey *row,
                        const struct column *columns, size_t count, size_t *arrow_count);
/* "8->1 SL1 fc00:1::100 BAD": the parts up to the checksum, and the checksum, with what else is wrong; caller frees. */
char *arrow_label(const struct arrow *arrow, enum detail label, struct report_style style);
char *arrow_checksum(const struct arrow *arrow, enum detail label, struct report_style style, enum ink *ink);

/* ---- ladder.c: a ladder without its title; nothing without a journey */
void ladder_write(FILE *out, struct report_style style, struct pool *pool, const struct result *result,
                  const struct result_topology *topology);

/* ---- ladder_draw.c */
struct ladder {
	FILE *out;
	struct report_style style;
	const struct result *result;
	struct ladder_links links;
	struct result_journeys rows;
	struct column *columns;
	size_t column_count;
	unsigned name_width;
};
/* Places the columns; false when the width does not hold them. */
bool ladder_place(struct ladder *ladder);
void ladder_draw(const struct ladder *ladder);
const char *row_packet(const struct result_journey *row); /* "SYN", also of a journey of "the SYN" */
/* "dropped at dst: tcp-csum", or NULL for what was received; caller frees. */
char *row_end_text(const struct result_journey *row);
char *row_drop_text(const struct result_journey *row); /* "freed in tcp_v6_rcv: TCP_CSUM", or NULL; caller frees */
/* "... 60 more packets: 60 received"; caller frees. */
char *row_elided_text(const struct result_journey *row, struct report_style style);

#endif
