/* Reports: results for a person at a terminal, and for other programs. Everything shown is made from results, so that
 * results of other runs and machines are shown the same way. */
#ifndef HOPCHECK_REPORT_H
#define HOPCHECK_REPORT_H

#include "result.h"

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
void progress_cell(struct progress *progress, size_t case_index, const struct result *result);
void progress_end(struct progress *progress); /* frees */

/* The table: one row per case with the count of each outcome, then every FAIL and BROKEN cell with its sentence and the
 * command that runs just this cell, then totals. Cells in any order; rows in order of first appearance. */
void report_table(FILE *out, struct report_style style, struct pool *pool, const struct run *run, double seconds);
/* partial_text() below a table; nothing if there is none. */
void report_partial(FILE *out, struct report_style style, const struct results *results);

/* Outputs: what results are written as. */
enum report_format { FORMAT_KTAP, FORMAT_TAP, FORMAT_JUNIT, FORMAT_HTML };
#define FORMATS 4
extern const struct word report_format_words[]; /* "ktap", ... */
/* Writes results to a file: all of it, or nothing where the file is a plain one, so that a reader never finds half a
 * report. - is standard output; a reader that went away is not a failure. Returns 0, or -1 and a message. */
int report_write(enum report_format format, const char *path, const struct results *results, struct error *err);

/* Many kernels. */
enum matrix_form { MATRIX_TERMINAL, MATRIX_MARKDOWN };
/* Cases by kernels (unfolded: cells by kernels), every change between neighbours, what is documented, every FAIL and
 * BROKEN. */
void report_matrix(FILE *out, struct report_style style, enum matrix_form form, const struct results *results,
                   bool unfolded);
char *code_span(const char *text); /* Markdown's, of any text; caller frees */
/* What differs from earlier results of the same pool, kernels told apart by their labels. */
struct against {
	size_t changed, skipped, missing; /* cells; of those with a verdict then: SKIP now, not there now */
};
struct against report_against(FILE *out, struct report_style style, const struct results *results,
                              const struct results *earlier, enum missing_scope scope);
/* The path of a cell's packets as a ladder: a column for each node, a row for each packet, or for several that
 * travelled alike, by time; from "journeys" of the result, or "journey" where there are none. Lines stay within the
 * style's width; where the columns do not fit, links are written below each other instead. Nothing without a journey.
 * `topology` says which ends a link has; NULL, of a document that has none: each link has two. */
void report_ladder(FILE *out, struct report_style style, struct pool *pool, const struct result *result,
                   const struct result_topology *topology);
/* The ladders of all cells that have "journeys", and a legend. */
void report_ladders(FILE *out, struct report_style style, struct pool *pool, const struct run *run);

#endif
