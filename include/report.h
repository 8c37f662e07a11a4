/* Reports: a result is one cell's JSON object, as documented in docs/results.md; everything shown is made from results,
 * so that results of other runs and machines are shown the same way. */
#ifndef HOPCHECK_REPORT_H
#define HOPCHECK_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "verdict.h"

/* How the program was called, for the commands in results; "hopcheck" until it is set. Borrowed for good. */
void report_program(const char *name);
/* The JSON object of one judged cell (new reference). */
json_t *result_make(const struct plan *plan, const struct trace *trace, const struct judgement *judgement);
/* A cell the harness could not run at all (worker died, plan failed): outcome BROKEN or SKIP, with why. */
json_t *result_without_trace(const struct testcase *testcase, size_t cell, enum outcome outcome, const char *why);
/* The document: {"hopcheck": VERSION, "kernel": kernel, "cells": cells}; takes its own references. */
json_t *results_document(json_t *kernel, json_t *cells);

struct report_style {
	bool terminal; /* progress line, colours unless no_color */
	bool color;
	unsigned width;
};
/* From isatty, COLUMNS or the terminal's size, NO_COLOR, TERM=dumb. */
struct report_style report_style_of(FILE *out);

/* Progress of a run: one rewritten line on a terminal; in a pipe one plain line per finished case. */
struct progress;
struct progress *progress_start(FILE *out, struct report_style style, const char *const *case_names,
                                const size_t *case_cells, size_t case_count);
void progress_cell(struct progress *progress, size_t case_index, const json_t *result);
void progress_end(struct progress *progress); /* frees */

/* The table: a row a case with the count of each outcome, then every FAIL and BROKEN cell with its sentence and the
 * command that runs just this cell, then totals. `cells` in any order; rows in order of first appearance. */
void report_table(FILE *out, struct report_style style, const json_t *kernel, const json_t *cells, double seconds);

/* 0 every cell PASS, KNOWN, FIXED or SKIP; 1 a FAIL; 3 a BROKEN (and no FAIL); 4 nothing ran (no cell, or all SKIP). */
int results_exit_code(const json_t *cells);

#endif
