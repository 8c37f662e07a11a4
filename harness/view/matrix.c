/* Cases by kernels. */
#include <stdlib.h>
#include <string.h>

#include "view.h"

/* The letter after a number in the table; a PASS has none. */
static const char letters[OUTCOMES] = { [OUTCOME_PASS] = 0,   [OUTCOME_KNOWN] = 'K', [OUTCOME_FIXED] = 'X',
	                                [OUTCOME_FAIL] = 'F', [OUTCOME_SKIP] = 's',  [OUTCOME_BROKEN] = 'B' };

/* A row of the table: a case, or unfolded a cell; its cells on each kernel. */
struct row {
	char *name;
	const struct result *first;
	struct cells *by; /* a kernel each */
};

struct matrix {
	FILE *out;
	struct report_style style;
	enum matrix_form form;
	const struct results *results;
	struct row *rows; /* in order of first appearance */
	size_t count;
	bool unfolded;
};

static char *column_name(const struct matrix *matrix, size_t column)
{
	return marked(matrix->form, run_label(matrix->results->runs[column]));
}

static struct row *add_row(struct matrix *matrix, const struct result *cell)
{
	owned_text name = matrix->unfolded ? cell_name(cell) : text_copy(cell->name);
	struct row *row = PUSH(matrix->rows, matrix->count);

	row->name = marked(matrix->form, name);
	row->first = cell;
	row->by = zalloc((matrix->results->count + 1) * sizeof *row->by);
	return row;
}

static void rows_clear(struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->count; i++) {
		for (size_t c = 0; c < matrix->results->count; c++)
			free(matrix->rows[i].by[c].at);
		free(matrix->rows[i].by);
		free(matrix->rows[i].name);
	}
	free(matrix->rows);
}

static bool is_row_of(const struct matrix *matrix, const struct row *row, const struct result *cell)
{
	return row->first->name == cell->name &&
	       (!matrix->unfolded || (row->first->axes.count == cell->axes.count &&
	                              (!cell->axes.count || row->first->axes.at == cell->axes.at)));
}

/* The rows of a case are close together, in the same order on each kernel: the search starts at the last one found. */
static void gather(struct matrix *matrix)
{
	for (size_t r = 0; r < matrix->results->count; r++) {
		const struct cells *cells = &matrix->results->runs[r]->cells;
		size_t at = 0;
		for (size_t i = 0; i < cells->count; i++) {
			struct row *row = NULL;
			for (size_t n = 0; n < matrix->count && !row; n++) {
				size_t tried = (at + n) % matrix->count;
				if (is_row_of(matrix, &matrix->rows[tried], cells->at[i]))
					row = &matrix->rows[at = tried];
			}
			if (!row) {
				row = add_row(matrix, cells->at[i]);
				at = matrix->count - 1;
			}
			*PUSH(row->by[r].at, row->by[r].count) = cells->at[i];
		}
	}
}

/* "36 12K": counts of the row's cells; unfolded the outcome's word. The worst outcome is painted. */
static char *field_text(const struct matrix *matrix, const struct cells *cells, int *worst)
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
	return text ? text : text_copy("-");
}

static unsigned column_width(const struct matrix *matrix, size_t column)
{
	owned_text label = column_name(matrix, column);
	size_t width = strlen(label);
	int worst;

	for (size_t i = 0; i < matrix->count; i++) {
		owned_text field = field_text(matrix, &matrix->rows[i].by[column], &worst);
		if (strlen(field) > width)
			width = strlen(field);
	}
	return (unsigned)width;
}

static unsigned names_width(const struct matrix *matrix)
{
	size_t width = 4;

	for (size_t i = 0; i < matrix->count; i++)
		if (strlen(matrix->rows[i].name) > width)
			width = strlen(matrix->rows[i].name);
	return (unsigned)width;
}

static void write_line(const struct matrix *matrix, const struct row *row, unsigned names, const unsigned *widths,
                       size_t first, size_t end)
{
	bool markdown = matrix->form == MATRIX_MARKDOWN;

	fprintf(matrix->out, "%s%-*s", markdown ? "| " : "", (int)names, row ? row->name : "case");
	for (size_t i = first; i < end; i++) {
		int worst = -1;
		owned_text field = row ? field_text(matrix, &row->by[i], &worst) : column_name(matrix, i);
		owned_text painted = row ? paint(matrix->style, worst, field) : dim(matrix->style, field);
		fprintf(matrix->out, "%s%*s%s", markdown ? " | " : "  ", (int)(widths[i] - strlen(field)), "", painted);
	}
	fputs(markdown ? " |\n" : "\n", matrix->out);
}

/* As many columns as fit, then the rest below, under the names again. */
static size_t columns_end(const struct matrix *matrix, unsigned names, const unsigned *widths, size_t first)
{
	size_t count = matrix->results->count, end = first;
	unsigned used = names;

	while (end < count &&
	       (end == first || matrix->form == MATRIX_MARKDOWN || used + 2 + widths[end] <= matrix->style.width))
		used += 2 + widths[end++];
	return end;
}

static void write_grid(const struct matrix *matrix)
{
	size_t count = matrix->results->count;
	unsigned *widths = zalloc((count + 1) * sizeof *widths), names = names_width(matrix);

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
		for (size_t i = 0; i < matrix->count; i++)
			write_line(matrix, &matrix->rows[i], names, widths, first, end);
	}
	fputs(matrix->unfolded ? ""
	                       : "\nNumbers without a letter: PASS. K: KNOWN, X: FIXED, F: FAIL, s: SKIP, B: BROKEN.\n",
	      matrix->out);
	free(widths);
}

static char *kernel_text(const struct matrix *matrix, const struct run *run)
{
	static const struct result_kernel none;
	const struct result_kernel *kernel = run->kernel ? run->kernel : &none;
	struct tally tally = { 0 };

	tally_cells(&tally, &run->cells);
	owned_text counts = tally_text(&tally, matrix->style);
	char *line = text_format("%s: Linux %s", run_label(run), said(kernel->release));
	if (is_said(kernel->version) && strcmp(kernel->version, said(kernel->release)) != 0)
		text_append(&line, " (%s)", kernel->version);
	if (is_said(kernel->machine))
		text_append(&line, ", %s", kernel->machine);
	if (is_said(kernel->qemu))
		text_append(&line, ", QEMU %s", kernel->qemu);
	text_append(&line, ": %zu cells: %s", tally.cells, counts);
	if (kernel->seconds > 0)
		text_append(&line, " in %.0f s of guests' time", kernel->seconds);
	if (run->partial)
		text_append(&line, "; partial");
	if (is_said(kernel->troubles))
		text_append(&line, "; %s", kernel->troubles);
	return line;
}

static void write_kernels(const struct matrix *matrix)
{
	fputs(matrix->form == MATRIX_MARKDOWN ? "\n**The kernels**\n\n" : "\nThe kernels\n", matrix->out);
	for (size_t i = 0; i < matrix->results->count; i++) {
		owned_text line = kernel_text(matrix, matrix->results->runs[i]);
		owned_text told = marked(matrix->form, line);
		fputs(matrix->form == MATRIX_MARKDOWN ? "  - " : "  ", matrix->out);
		write_wrapped(matrix->out, matrix->style, matrix->form == MATRIX_MARKDOWN ? 4 : 2, 4, told);
	}
}

static void write_neighbours(const struct matrix *matrix)
{
	size_t changed = 0;

	for (size_t i = 1; i < matrix->results->count; i++) {
		const struct run *before = matrix->results->runs[i - 1], *after = matrix->results->runs[i];
		owned_text head = text_format("From %s to %s", run_label(before), run_label(after));
		changed += write_changes(matrix->out, matrix->style, matrix->form, matrix->results->pool, before, after,
		                         head, "->", matrix->unfolded);
	}
	if (!changed && matrix->results->count > 1)
		fputs("\nNo verdict changes from kernel to kernel.\n", matrix->out);
}

void report_matrix(FILE *out, struct report_style style, enum matrix_form form, const struct results *results,
                   bool unfolded)
{
	struct results shown = results_shown(results);
	struct matrix matrix = { .out = out, .style = style, .form = form, .results = &shown, .unfolded = unfolded };

	if (form == MATRIX_MARKDOWN)
		matrix.style = (struct report_style){ .width = 110 };
	gather(&matrix);
	write_grid(&matrix);
	write_kernels(&matrix);
	write_neighbours(&matrix);
	write_matrix_details(out, matrix.style, form, &shown);
	report_partial(out, matrix.style, results);
	rows_clear(&matrix);
}
