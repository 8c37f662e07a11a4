/* Shared by the files that show results at a terminal. */
#ifndef HOPCHECK_VIEW_VIEW_H
#define HOPCHECK_VIEW_VIEW_H

#include "report.h"

/* ---- style.c */
/* Puts the outcome's colour around a text; without colour it is the text. */
char *paint(struct report_style style, int outcome, const char *text);
char *dim(struct report_style style, const char *text);
/* Columns of a text on a terminal: colours count 0, a UTF-8 letter 1. */
size_t columns_of(const char *text, size_t length);
/* Writes words within the style's width, `indent` columns in; the first line is already `column` columns long. */
void write_wrapped(FILE *out, struct report_style style, unsigned column, unsigned indent, const char *text);
/* "28 PASS, 4 KNOWN"; only what is there, caller frees. */
char *tally_text(const struct tally *tally, struct report_style style);

/* ---- cells.c: every cell, by case: for style.verbose of 1 or more. */
void write_every_cell(FILE *out, struct report_style style, const struct cells *cells);
/* ---- details.c: the lists below the table. */
void write_details(FILE *out, struct report_style style, const struct cells *cells);

/* ---- changes.c */
/* Changes from one run to another of the same pool, grouped by change; unfolded: one line per cell. Cells that only one
 * of them has are left out. Returns how many cells changed. */
size_t write_changes(FILE *out, struct report_style style, enum matrix_form form, struct pool *pool,
                     const struct run *before, const struct run *after, const char *head, const char *arrow,
                     bool unfolded);

/* ---- markdown.c: a text as Markdown shows it, whatever letters it has; as it is in another form. Caller frees. */
char *marked(enum matrix_form form, const char *text);
/* ---- matrix_details.c: below the matrix, causes, and the kernels they were seen on. */
void write_matrix_details(FILE *out, struct report_style style, enum matrix_form form, const struct results *results);

/* Counts by name, in order of first occurrence. */
struct counts {
	struct count {
		const char *name; /* borrowed */
		size_t number;
	} * at;
	size_t count;
};
void counts_add(struct counts *counts, const char *name);

#endif
