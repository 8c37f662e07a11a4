/* Cases by kernels. */
#include <stdlib.h>
#include <string.h>

#include "report_internal.h"

/* What stands behind a number in the table; a PASS needs none. */
static const char letters[OUTCOMES] = { [OUTCOME_PASS] = 0,   [OUTCOME_KNOWN] = 'K', [OUTCOME_FIXED] = 'X',
	                                [OUTCOME_FAIL] = 'F', [OUTCOME_SKIP] = 's',  [OUTCOME_BROKEN] = 'B' };

struct matrix {
	FILE *out;
	struct report_style style;
	enum matrix_form form;
	const json_t *runs;
	json_t *rows; /* names, in order of first appearance */
	json_t *by;   /* an object a run: row name to array of cells */
	bool unfolded;
};

static char *row_name(const struct matrix *matrix, const json_t *cell)
{
	owned_text name = matrix->unfolded ? cell_name(cell) : text_copy(text_at(cell, "case"));

	return marked(matrix->form, name);
}

static char *column_name(const struct matrix *matrix, size_t column)
{
	return marked(matrix->form, run_label(json_array_get(matrix->runs, column)));
}

static void gather(struct matrix *matrix)
{
	json_t *seen = json_object();
	const json_t *run, *cell;
	size_t i, c;

	matrix->rows = json_array();
	matrix->by = json_array();
	json_array_foreach (matrix->runs, i, run) {
		json_t *one = json_object();
		json_array_foreach (json_object_get(run, "cells"), c, cell) {
			owned_text name = row_name(matrix, cell);
			if (!json_object_get(seen, name)) {
				json_object_set_new(seen, name, json_true());
				json_array_append_new(matrix->rows, json_string(name));
			}
			if (!json_object_get(one, name))
				json_object_set_new(one, name, json_array());
			json_array_append(json_object_get(one, name), (json_t *)(uintptr_t)cell);
		}
		json_array_append_new(matrix->by, one);
	}
	json_decref(seen);
}

/* "36 12K": counts of the row's cells; unfolded the outcome's word. The worst outcome is painted. */
static char *field_text(const struct matrix *matrix, const json_t *cells, int *worst)
{
	static const int severity[OUTCOMES] = { [OUTCOME_SKIP] = 0,  [OUTCOME_PASS] = 1,   [OUTCOME_KNOWN] = 2,
		                                [OUTCOME_FIXED] = 3, [OUTCOME_BROKEN] = 4, [OUTCOME_FAIL] = 5 };
	struct tally tally = { 0 };
	char *text = NULL;

	tally_cells(&tally, cells);
	*worst = -1;
	for (int i = 0; i < OUTCOMES; i++) {
		if (!tally.outcome[i])
			continue;
		if (*worst < 0 || severity[i] > severity[*worst])
			*worst = i;
		if (matrix->unfolded)
			text_append(&text, "%s%s", text ? " " : "", word_of(outcome_words, i));
		else
			text_append(&text, "%s%zu%.1s", text ? " " : "", tally.outcome[i],
			            letters[i] ? &letters[i] : "");
	}
	return text ? text : text_copy(tally.cells ? "?" : "-");
}

static unsigned column_width(const struct matrix *matrix, size_t column)
{
	const json_t *one = json_array_get(matrix->by, column), *row;
	owned_text label = column_name(matrix, column);
	size_t width = strlen(label), i;
	int worst;

	json_array_foreach (matrix->rows, i, row) {
		owned_text field = field_text(matrix, json_object_get(one, json_string_value(row)), &worst);
		if (strlen(field) > width)
			width = strlen(field);
	}
	return (unsigned)width;
}

static unsigned names_width(const struct matrix *matrix)
{
	size_t width = 4, i;
	const json_t *row;

	json_array_foreach (matrix->rows, i, row)
		if (strlen(json_string_value(row)) > width)
			width = strlen(json_string_value(row));
	return (unsigned)width;
}

static void write_line(const struct matrix *matrix, const char *row, unsigned names, const unsigned *widths,
                       size_t first, size_t end)
{
	bool markdown = matrix->form == MATRIX_MARKDOWN;

	fprintf(matrix->out, "%s%-*s", markdown ? "| " : "", (int)names, row ? row : "case");
	for (size_t i = first; i < end; i++) {
		const json_t *one = json_array_get(matrix->by, i);
		int worst = -1;
		owned_text field = row ? field_text(matrix, json_object_get(one, row), &worst) : column_name(matrix, i);
		owned_text painted = row ? paint(matrix->style, worst, field) : dim(matrix->style, field);
		fprintf(matrix->out, "%s%*s%s", markdown ? " | " : "  ", (int)(widths[i] - strlen(field)), "", painted);
	}
	fputs(markdown ? " |\n" : "\n", matrix->out);
}

/* As many columns as fit, then the rest below, under the names again. */
static size_t columns_end(const struct matrix *matrix, unsigned names, const unsigned *widths, size_t first)
{
	size_t count = json_array_size(matrix->runs), end = first;
	unsigned used = names;

	while (end < count &&
	       (end == first || matrix->form == MATRIX_MARKDOWN || used + 2 + widths[end] <= matrix->style.width))
		used += 2 + widths[end++];
	return end;
}

static void write_grid(const struct matrix *matrix)
{
	size_t count = json_array_size(matrix->runs), i;
	unsigned *widths = zalloc((count + 1) * sizeof *widths), names = names_width(matrix);
	const json_t *row;

	for (size_t c = 0; c < count; c++)
		widths[c] = column_width(matrix, c);
	for (size_t first = 0, end; first < count; first = end) {
		end = columns_end(matrix, names, widths, first);
		if (first)
			fputc('\n', matrix->out);
		write_line(matrix, NULL, names, widths, first, end);
		if (matrix->form == MATRIX_MARKDOWN) {
			fputs("|---", matrix->out);
			for (size_t c = first; c < end; c++)
				fputs("|--:", matrix->out);
			fputs("|\n", matrix->out);
		}
		json_array_foreach (matrix->rows, i, row)
			write_line(matrix, json_string_value(row), names, widths, first, end);
	}
	fputs(matrix->unfolded ? ""
	                       : "\nNumbers without a letter: PASS. K: KNOWN, X: FIXED, F: FAIL, s: SKIP, B: BROKEN.\n",
	      matrix->out);
	free(widths);
}

static void write_kernels(const struct matrix *matrix)
{
	const json_t *run;
	size_t i;

	fputs(matrix->form == MATRIX_MARKDOWN ? "\n**The kernels**\n\n" : "\nThe kernels\n", matrix->out);
	json_array_foreach (matrix->runs, i, run) {
		const json_t *kernel = json_object_get(run, "kernel");
		struct tally tally = { 0 };
		tally_cells(&tally, json_object_get(run, "cells"));
		owned_text counts = tally_text(&tally, matrix->style);
		owned_text line = text_format("%s: Linux %s", run_label(run), text_at(kernel, "release"));
		if (*text_at(kernel, "version") && strcmp(text_at(kernel, "version"), text_at(kernel, "release")) != 0)
			text_append(&line, " (%s)", text_at(kernel, "version"));
		if (*text_at(kernel, "machine"))
			text_append(&line, ", %s", text_at(kernel, "machine"));
		if (*text_at(kernel, "qemu"))
			text_append(&line, ", QEMU %s", text_at(kernel, "qemu"));
		text_append(&line, ": %zu cells: %s", tally.cells, counts);
		if (json_number_value(json_object_get(kernel, "seconds")) > 0)
			text_append(&line, " in %.0f s of guests' time",
			            json_number_value(json_object_get(kernel, "seconds")));
		if (json_is_true(json_object_get(run, "partial")))
			text_append(&line, "; partial");
		if (*text_at(kernel, "troubles"))
			text_append(&line, "; %s", text_at(kernel, "troubles"));
		owned_text told = marked(matrix->form, line);
		fputs(matrix->form == MATRIX_MARKDOWN ? "  - " : "  ", matrix->out);
		write_wrapped(matrix->out, matrix->style, matrix->form == MATRIX_MARKDOWN ? 4 : 2, 4, told);
	}
}

static void write_neighbours(const struct matrix *matrix)
{
	size_t changed = 0;

	for (size_t i = 1; i < json_array_size(matrix->runs); i++) {
		const json_t *before = json_array_get(matrix->runs, i - 1), *after = json_array_get(matrix->runs, i);
		json_t *then = cells_by_name(before), *now = cells_by_name(after);
		owned_text head = text_format("From %s to %s", run_label(before), run_label(after));
		changed += write_changes(matrix->out, matrix->style, matrix->form, then, now, head, "->",
		                         matrix->unfolded);
		json_decref(then);
		json_decref(now);
	}
	if (!changed && json_array_size(matrix->runs) > 1)
		fputs("\nNo verdict changes from kernel to kernel.\n", matrix->out);
}

void report_matrix(FILE *out, struct report_style style, enum matrix_form form, const json_t *runs, bool unfolded)
{
	json_t *shown = results_shown(runs);
	struct matrix matrix = { .out = out, .style = style, .form = form, .runs = shown, .unfolded = unfolded };

	if (form == MATRIX_MARKDOWN)
		matrix.style = (struct report_style){ .width = 110 };
	gather(&matrix);
	write_grid(&matrix);
	write_kernels(&matrix);
	write_neighbours(&matrix);
	write_matrix_details(out, matrix.style, form, shown);
	report_partial(out, matrix.style, runs);
	json_decref(matrix.rows);
	json_decref(matrix.by);
	json_decref(shown);
}
