/* What differs between two runs of the same cells: another kernel, or another day. */
#include <stdlib.h>
#include <string.h>

#include "report_internal.h"

char *cell_name(const json_t *cell)
{
	owned_text axes = axes_text(cell);

	return text_format("%s%s%s", text_at(cell, "case"), *axes ? " " : "", axes);
}

json_t *cells_by_name(const json_t *run)
{
	json_t *cells = json_object(), *cell;
	size_t i;

	json_array_foreach (json_object_get(run, "cells"), i, cell) {
		owned_text name = cell_name(cell);
		json_object_set(cells, name, cell);
	}
	return cells;
}

/* Cells that changed in the same way. */
struct change {
	char *from, *to;
	size_t count;
	char *cases; /* "3 of a, 2 of b" is made of these when it is written */
	json_t *by_case;
	json_t *names;
};

static struct change *change_of(struct change **changes, size_t *count, const char *from, const char *to)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp((*changes)[i].from, from) == 0 && strcmp((*changes)[i].to, to) == 0)
			return &(*changes)[i];
	struct change *change = PUSH(*changes, *count);
	*change = (struct change){
		.from = text_copy(from), .to = text_copy(to), .by_case = json_object(), .names = json_array()
	};
	return change;
}

static size_t find_changes(struct change **changes, size_t *count, const json_t *before, const json_t *after)
{
	const char *name;
	const json_t *now;
	size_t changed = 0;

	json_object_foreach ((json_t *)(uintptr_t)after, name, now) {
		const json_t *then = json_object_get(before, name);
		if (!then)
			continue;
		owned_text from = NULL;
		owned_text to = NULL;
		if (!verdicts_tell(then, now, &from, &to))
			continue;
		struct change *change = change_of(changes, count, from, to);
		const char *of = text_at(now, "case");
		json_int_t cells = json_integer_value(json_object_get(change->by_case, of));
		json_object_set_new(change->by_case, of, json_integer(cells + 1));
		json_array_append_new(change->names, json_string(name));
		change->count++;
		changed++;
	}
	return changed;
}

static char *cases_text(const struct change *change)
{
	char *text = NULL;
	const char *name;
	const json_t *cells;

	json_object_foreach (change->by_case, name, cells)
		text_append(&text, "%s%s (%lld)", text ? ", " : "", name, json_integer_value(cells));
	return text;
}

static void write_change(FILE *out, struct report_style style, enum matrix_form form, const struct change *change,
                         const char *arrow, bool unfolded)
{
	owned_text cases = cases_text(change);
	owned_text line = text_format("%s %s %s: %zu cell%s of %s", change->from, arrow, change->to, change->count,
	                              change->count == 1 ? "" : "s", cases);
	owned_text told = marked(form, line);
	unsigned column = form == MATRIX_MARKDOWN ? 4 : 2;
	const json_t *name;
	size_t i;

	fputs(form == MATRIX_MARKDOWN ? "  - " : "  ", out);
	write_wrapped(out, style, column, 4, told);
	json_array_foreach (change->names, i, name) {
		owned_text cell = marked(form, json_string_value(name));
		if (unfolded)
			fprintf(out, "    %s%s\n", form == MATRIX_MARKDOWN ? "- " : "", cell);
	}
}

static int by_count(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int order = strcmp(x->from, y->from);

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return order ? order : strcmp(x->to, y->to);
}

size_t write_changes(FILE *out, struct report_style style, enum matrix_form form, const json_t *before,
                     const json_t *after, const char *head, const char *arrow, bool unfolded)
{
	struct change *changes = NULL;
	size_t count = 0, changed = find_changes(&changes, &count, before, after);

	if (count) {
		qsort(changes, count, sizeof *changes, by_count);
		owned_text title = marked(form, head);
		fprintf(out, form == MATRIX_MARKDOWN ? "\n**%s**\n\n" : "\n%s\n", title);
	}
	for (size_t i = 0; i < count; i++) {
		write_change(out, style, form, &changes[i], arrow, unfolded);
		free(changes[i].from);
		free(changes[i].to);
		json_decref(changes[i].by_case);
		json_decref(changes[i].names);
	}
	free(changes);
	return changed;
}

/* The run of the same label, or NULL. */
static const json_t *run_called(const json_t *runs, const char *label)
{
	const json_t *run;
	size_t i;

	json_array_foreach (runs, i, run)
		if (strcmp(run_label(run), label) == 0)
			return run;
	return NULL;
}

static size_t count_new(const json_t *cells, const json_t *others)
{
	const char *name;
	const json_t *cell;
	size_t count = 0;

	json_object_foreach ((json_t *)(uintptr_t)cells, name, cell)
		count += !json_object_get(others, name);
	return count;
}

/* "6.1.192, QEMU 7.2.22"; caller frees. */
static char *version_at(const json_t *run)
{
	const json_t *kernel = json_object_get(run, "kernel");
	const char *version = *text_at(kernel, "version") ? text_at(kernel, "version") : text_at(kernel, "release");

	return text_format("%s%s%s", version, *text_at(kernel, "qemu") ? ", QEMU " : "", text_at(kernel, "qemu"));
}

static size_t write_against(FILE *out, struct report_style style, const json_t *runs, const json_t *earlier)
{
	size_t i, changed = 0, new_cells = 0, compared = 0;
	const json_t *run;

	json_array_foreach (runs, i, run) {
		const json_t *then = run_called(earlier, run_label(run));
		if (!then) {
			fprintf(out, "\n%s: not in the earlier results\n", run_label(run));
			continue;
		}
		json_t *now_cells = cells_by_name(run), *then_cells = cells_by_name(then);
		owned_text was = version_at(then);
		owned_text is = version_at(run);
		owned_text head = text_format("%s: what differs from the earlier results (%s then, %s now)",
		                              run_label(run), was, is);
		changed += write_changes(out, style, MATRIX_TERMINAL, then_cells, now_cells, head, "->", true);
		new_cells += count_new(now_cells, then_cells);
		compared++;
		json_decref(now_cells);
		json_decref(then_cells);
	}
	if (compared && !changed)
		fputs("\nNo verdict differs from the earlier results.\n", out);
	if (new_cells)
		fprintf(out, "\n%zu cell%s not in the earlier results.\n", new_cells, new_cells == 1 ? " is" : "s are");
	return changed;
}

size_t report_against(FILE *out, struct report_style style, const json_t *runs, const json_t *earlier)
{
	json_t *shown = results_shown(runs), *shown_earlier = results_shown(earlier);
	size_t changed = write_against(out, style, shown, shown_earlier);

	json_decref(shown);
	json_decref(shown_earlier);
	return changed;
}
