/* Reports: a result is one cell's JSON object, as documented in docs/results.md; everything shown is made from results,
 * so that results of other runs and machines are shown the same way. */
#ifndef HOPCHECK_REPORT_H
#define HOPCHECK_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "file.h"
#include "journey.h"
#include "verdict.h"

/* How the program was called, for the commands in results; "hopcheck" until it is set. Borrowed for good. */
void report_program(const char *name);
/* The JSON object of one judged cell (new reference). */
json_t *result_make(const struct plan *plan, const struct trace *trace, const struct judgement *judgement);
/* Adds "journey" where there is a verdict, and with `all` "journeys": rows for report_ladder(). */
void result_tell(json_t *result, const struct plan *plan, const struct journeys *journeys, bool all);
/* A cell the harness could not run at all (worker died, plan failed): outcome BROKEN or SKIP, with why. */
json_t *result_without_trace(const struct testcase *testcase, size_t cell, enum outcome outcome, const char *why);
/* Makes the result's command one of another subcommand: "matrix --kernel 6.12". */
void result_set_command(json_t *result, const char *subcommand, const struct testcase *testcase, size_t cell);
/* Results, or a part of them, with all strings and keys as text_disarm() makes them: what every output for people and
 * for their programs is made from (new reference; the same value where nothing is to do). */
json_t *results_shown(const json_t *value);
/* Adds a topology to the object of a document's topologies, under its name, unless one of that name is there. */
void results_add_topology(json_t *topologies, const struct topology *topology);
/* The document: {"hopcheck": VERSION, "kernel": kernel, "topologies": topologies, "cells": cells}; takes its own
 * references. topologies may be NULL: none. */
json_t *results_document(json_t *kernel, json_t *topologies, json_t *cells);

struct report_style {
	bool terminal; /* progress line, colours unless no_color */
	bool color;
	bool unicode; /* the locale's character set is UTF-8 */
	unsigned width;
	unsigned verbose; /* report_table: 1 every cell, 2 with its counters and hops */
};
/* From isatty, COLUMNS or the terminal's size, NO_COLOR, TERM=dumb, and the locale's variables. */
struct report_style report_style_of(FILE *out);

/* Progress of a run: one rewritten line on a terminal; in a pipe one plain line per finished case. */
struct progress;
struct progress *progress_start(FILE *out, struct report_style style, const char *const *case_names,
                                const size_t *case_cells, size_t case_count);
void progress_cell(struct progress *progress, size_t case_index, const json_t *result);
void progress_end(struct progress *progress); /* frees */

/* The table: one row per case with the count of each outcome, then every FAIL and BROKEN cell with its sentence and the
 * command that runs just this cell, then totals. `cells` in any order; rows in order of first appearance. */
void report_table(FILE *out, struct report_style style, const json_t *kernel, const json_t *cells, double seconds);

/* A document of a file (- is standard input), or NULL and a message with what was wrong and where. */
json_t *json_read(const char *path, size_t flags, struct error *err);
file_writer json_writer; /* of a document, indented */

/* ---- partial.c: runs that a signal ended. */
/* Marks a run: so many of its cells have no result; 0: it is not known how many. */
void run_set_partial(json_t *run, size_t unrun);
bool runs_are_partial(const json_t *runs); /* whether one of them is */
/* The sentence for it; NULL: none of them is. Caller frees. */
char *partial_text(const json_t *runs);
/* That sentence below a table; nothing where there is none. */
void report_partial(FILE *out, struct report_style style, const json_t *runs);

/* Runs: an array of {"kernel", "topologies", "cells"}, one a kernel, as many documents and many-kernel documents have
 * them; what outputs are made from. The array is the caller's. */
/* Appends the runs of a results file, one-run or many-kernel form (- is standard input). Returns 0, or -1 and a
 * message, with what was wrong and where. */
int results_read(json_t *runs, const char *path, struct error *err);
const char *run_label(const json_t *run); /* a short name for the kernel: "6.12"; borrowed from the run */

/* Outputs: what results are written as. */
enum report_format { FORMAT_KTAP, FORMAT_TAP, FORMAT_JUNIT, FORMAT_HTML };
#define FORMATS 4
extern const struct word report_format_words[]; /* "ktap", ... */
/* Writes runs to a file: all of it, or nothing where the file is a plain one, so that a reader never finds half a
 * report. - is standard output; a reader that went away is not a failure. Returns 0, or -1 and a message. */
int report_write(enum report_format format, const char *path, const json_t *runs, struct error *err);

/* What an exit code says, to whom: rows of exit_style_words. */
enum exit_style {
	EXIT_STYLE_HOPCHECK, /* 0 every cell PASS, KNOWN, FIXED or SKIP; 1 a FAIL; 3 a BROKEN (and no FAIL); 4 nothing
	                      * ran (no cell, or all SKIP). Partial results with no FAIL are as a BROKEN */
	EXIT_STYLE_KSFT,     /* the kernel's selftests: 0 pass, 1 a FAIL or BROKEN, 4 skip */
	EXIT_STYLE_BISECT,   /* `git bisect run`: 0 good, 1 bad, 125 cannot tell */
};
extern const struct word exit_style_words[]; /* "hopcheck", "ksft", "bisect" */
int results_exit_code(const json_t *cells, enum exit_style style);
int runs_exit_code(const json_t *runs, enum exit_style style); /* of all runs' cells together */

/* compare.c: two results of a cell. What is compared: outcome, fate, at, reason, at which hops packets are merged or
 * split, and which hops see bad checksums or frames larger than the MTU. */
bool verdicts_differ(const json_t *a, const json_t *b);
/* The same, and both as texts that say what differs: "PASS delivered", "FAIL delivered, bad checksums at dst.a0:in";
 * caller frees both. */
bool verdicts_tell(const json_t *a, const json_t *b, char **from, char **to);
/* "merged", "split" or "none": a value of a verdict's "aggregation". */
const char *merging_word(const json_t *aggregation);
/* Hop to "merged" or "split", of those where it is either; the hops with bad checksums. New references; NULL: the
 * result does not tell. */
json_t *verdict_merging(const json_t *cell);
json_t *verdict_bad_checksums(const json_t *cell);
json_t *verdict_oversize(const json_t *cell); /* hops that a frame left larger than the MTU */

/* Many kernels. */
/* Puts runs of the same kernel together (same release and label, no cell in both: shards), names apart those that have
 * the same label, and sorts by release (new reference). */
json_t *runs_merge(const json_t *runs);
/* {"hopcheck", "command", "kernels": runs}; takes its own references. */
json_t *matrix_document(const char *command, json_t *runs);
enum matrix_form { MATRIX_TERMINAL, MATRIX_MARKDOWN };
/* Cases by kernels (unfolded: cells by kernels), every change between neighbours, what is documented, every FAIL and
 * BROKEN. */
void report_matrix(FILE *out, struct report_style style, enum matrix_form form, const json_t *runs, bool unfolded);
char *code_span(const char *text); /* Markdown's, of any text; caller frees */
/* What differs from earlier runs, kernels told apart by their labels. Returns how many cells do. */
size_t report_against(FILE *out, struct report_style style, const json_t *runs, const json_t *earlier);
/* A matrix document with no more than outcome and verdict of each cell, one line per cell, the command in the first
 * line.
 */
void report_brief(FILE *out, const char *command, const json_t *runs);
/* The way of a cell's packets as a ladder: one column per node, one row per packet or per several that travelled alike,
 * by time; from "journeys" of the result, or "journey" where there are none. Lines stay within the style's width; where
 * the columns do not fit, links are written below each other instead. Nothing without a journey. */
void report_ladder(FILE *out, struct report_style style, const json_t *result);
/* The ladders of all cells that have "journeys", and what their signs mean. */
void report_ladders(FILE *out, struct report_style style, const json_t *cells);

#endif
