/* What the report's files share: reading results, and writing them for people. */
#ifndef HOPCHECK_REPORT_REPORT_INTERNAL_H
#define HOPCHECK_REPORT_REPORT_INTERNAL_H

#include "report.h"

/* How many cells came out how; `other` counts words that are not outcomes. */
struct tally {
	size_t outcome[OUTCOMES], other, cells;
	double milliseconds;
};
void tally_add(struct tally *tally, const json_t *result);
void tally_cells(struct tally *tally, const json_t *cells);
/* "28 PASS, 4 KNOWN"; only what is there, caller frees. */
char *tally_text(const struct tally *tally, struct report_style style);

/* Messages may hold what a person wrote or a buffer cut in the middle of a letter, and JSON takes only UTF-8. NULL is
 * null. */
json_t *json_any_text(const char *text);
const char *text_at(const json_t *object, const char *key); /* "" when it is no text there */
int outcome_at(const json_t *result);                       /* enum outcome, or -1 */

/* Puts the outcome's colour around a text; without colour it is the text. */
char *paint(struct report_style style, int outcome, const char *text);
char *dim(struct report_style style, const char *text);
/* Columns that a text takes on a terminal: colours take none, a UTF-8 letter one. */
size_t columns_of(const char *text, size_t length);
/* Writes words within the style's width, `indent` columns in; the first line is already `column` columns long. */
void write_wrapped(FILE *out, struct report_style style, unsigned column, unsigned indent, const char *text);

/* Case to array of its cells, in order of first appearance (new reference). */
json_t *cells_by_case(const json_t *cells);
size_t runs_unrun(const json_t *runs); /* how many cells of partial runs have no result, as far as it is known */
char *axes_text(const json_t *cell);   /* "mode=inline gro=on"; caller frees */

/* ---- many kernels */
char *cell_name(const json_t *cell); /* "case mode=inline gro=on"; caller frees */
/* A run's cells by cell_name() (new reference). */
json_t *cells_by_name(const json_t *run);
/* What changed from `before` to `after`, both by cell_name(), as groups that say the same; unfolded: a line a cell.
 * Cells that only one has are left out. Returns how many cells changed. */
size_t write_changes(FILE *out, struct report_style style, enum matrix_form form, const json_t *before,
                     const json_t *after, const char *head, const char *arrow, bool unfolded);

/* A text as Markdown shows it, whatever letters it has; as it is in another form. Caller frees. */
char *marked(enum matrix_form form, const char *text);
/* Below the matrix: causes, and the kernels they were seen on. */
void write_matrix_details(FILE *out, struct report_style style, enum matrix_form form, const json_t *runs);
/* drops.c: the drops of a cell for its result, alike ones counted; new reference. */
json_t *drops_json(const struct plan *plan, const struct trace *trace);
/* The kernel's word on a drop: "freed in tcp_v6_rcv: TCP_CSUM", with what there is of both (not NULL); NULL where
 * neither is. Caller frees. */
char *drop_word(const char *function, const char *reason);
/* "SYN src > dst"; NULL where nothing could be read of it. Caller frees. */
char *drop_packet_text(const struct plan *plan, const struct drop *drop);
/* Why a cell has its outcome: sentence, drops, complaints, console, what is documented, the command (new reference). */
json_t *evidence_lines(const json_t *cell);
/* Of a cell's `known`: what makes two of them one deviation (its name, or else what is said of it), and what is said:
 * "NAME: because (ref)". Caller frees. */
char *known_key(const json_t *known);
char *known_text(const json_t *known);

json_t *drop_lines(const json_t *cell); /* only the drops (new reference) */

/* Whether a # would be taken for the begin of TAP's or KTAP's directive: one of their words follows it. */
bool begins_directive(const char *hash);
/* The outputs: each writes all runs; what cannot be written shows in ferror(out). */
void write_ktap(FILE *out, const json_t *runs);
void write_tap(FILE *out, const json_t *runs);
void write_junit(FILE *out, const json_t *runs);
void write_html(FILE *out, const json_t *runs);

/* Every cell, by case: for style.verbose of 1 or more. */
void write_every_cell(FILE *out, struct report_style style, const json_t *cells);
/* The lists below the table. */
void write_details(FILE *out, struct report_style style, const json_t *cells);

#endif
