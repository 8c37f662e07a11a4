/* What differs between two runs of the same cells: another kernel, or another day. */
#include <stdlib.h>
#include <string.h>

#include "view.h"

void counts_add(struct counts *counts, const char *name)
{
	size_t at = 0;

	while (at < counts->count && strcmp(counts->at[at].name, name) != 0)
		at++;
	if (at == counts->count)
		PUSH(counts->at, counts->count)->name = name;
	counts->at[at].number++;
}

/* Cells that changed in the same way. */
struct change {
	char *from, *to;
	struct counts by_case;
	struct cells cells;
};

static struct change *change_of(struct change **changes, size_t *count, const char *from, const char *to)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp((*changes)[i].from, from) == 0 && strcmp((*changes)[i].to, to) == 0)
			return &(*changes)[i];
	struct change *change = PUSH(*changes, *count);
	*change = (struct change){ .from = text_copy(from), .to = text_copy(to) };
	return change;
}

static size_t find_changes(struct change **changes, size_t *count, struct pool *pool, const struct run *before,
                           const struct run *after)
{
	struct cell_index index = cell_index_of(&before->cells);
	size_t changed = 0;

	for (size_t i = 0; i < after->cells.count; i++) {
		struct result *now = after->cells.at[i];
		const struct result *then = cell_find(&index, now);
		owned_text from = NULL;
		owned_text to = NULL;
		if (!then || !verdicts_tell(pool, then, now, &from, &to))
			continue;
		struct change *change = change_of(changes, count, from, to);
		counts_add(&change->by_case, now->name);
		*PUSH(change->cells.at, change->cells.count) = now;
		changed++;
	}
	cell_index_clear(&index);
	return changed;
}

static char *cases_text(const struct change *change)
{
	char *text = NULL;

	for (size_t i = 0; i < change->by_case.count; i++)
		text_append(&text, "%s%s (%zu)", text ? ", " : "", change->by_case.at[i].name,
		            change->by_case.at[i].number);
	return text;
}

static void write_change(FILE *out, struct report_style style, enum matrix_form form, const struct change *change,
                         const char *arrow, bool unfolded)
{
	owned_text cases = cases_text(change);
	owned_text line = text_format("%s %s %s: %zu cell%s of %s", change->from, arrow, change->to,
	                              change->cells.count, change->cells.count == 1 ? "" : "s", cases);
	owned_text told = marked(form, line);
	unsigned column = form == MATRIX_MARKDOWN ? 4 : 2;

	fputs(form == MATRIX_MARKDOWN ? "  - " : "  ", out);
	write_wrapped(out, style, column, 4, told);
	for (size_t i = 0; i < change->cells.count && unfolded; i++) {
		owned_text name = cell_name(change->cells.at[i]);
		owned_text cell = marked(form, name);
		fprintf(out, "    %s%s\n", form == MATRIX_MARKDOWN ? "- " : "", cell);
	}
}

static int by_count(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int order = strcmp(x->from, y->from);

	if (x->cells.count != y->cells.count)
		return x->cells.count > y->cells.count ? -1 : 1;
	return order ? order : strcmp(x->to, y->to);
}

size_t write_changes(FILE *out, struct report_style style, enum matrix_form form, struct pool *pool,
                     const struct run *before, const struct run *after, const char *head, const char *arrow,
                     bool unfolded)
{
	struct change *changes = NULL;
	size_t count = 0, changed = find_changes(&changes, &count, pool, before, after);

	if (count) {
		qsort(changes, count, sizeof *changes, by_count);
		owned_text title = marked(form, head);
		fprintf(out, form == MATRIX_MARKDOWN ? "\n**%s**\n\n" : "\n%s\n", title);
	}
	for (size_t i = 0; i < count; i++) {
		write_change(out, style, form, &changes[i], arrow, unfolded);
		free(changes[i].from);
		free(changes[i].to);
		free(changes[i].by_case.at);
		free(changes[i].cells.at);
	}
	free(changes);
	return changed;
}

/* The run of the same label, or NULL. */
static const struct run *run_called(const struct results *results, const char *label)
{
	for (size_t i = 0; i < results->count; i++)
		if (strcmp(run_label(results->runs[i]), label) == 0)
			return results->runs[i];
	return NULL;
}

static size_t count_new(const struct run *run, const struct run *earlier)
{
	struct cell_index index = cell_index_of(&earlier->cells);
	size_t count = 0;

	for (size_t i = 0; i < run->cells.count; i++)
		count += !cell_find(&index, run->cells.at[i]);
	cell_index_clear(&index);
	return count;
}

/* "6.1.192, QEMU 7.2.22"; caller frees. */
static char *version_text(const struct run *run)
{
	const struct result_kernel *kernel = run->kernel;

	if (!kernel)
		return text_copy("");
	return text_format("%s%s%s", is_said(kernel->version) ? kernel->version : said(kernel->release),
	                   is_said(kernel->qemu) ? ", QEMU " : "", said(kernel->qemu));
}

static void write_missing(FILE *out, struct report_style style, const struct run *run, const struct cells *missing)
{
	struct change change = { .cells = *missing };

	for (size_t i = 0; i < missing->count; i++)
		counts_add(&change.by_case, missing->at[i]->name);
	owned_text cases = cases_text(&change);
	owned_text line = missing->count
	                          ? text_format("%s: missing, with a verdict in the earlier results: %zu cell%s "
	                                        "of %s",
	                                        run_label(run), missing->count, missing->count == 1 ? "" : "s", cases)
	                          : NULL;
	if (line) {
		fputc('\n', out);
		write_wrapped(out, style, 0, 4, line);
	}
	for (size_t i = 0; i < missing->count; i++) {
		owned_text name = cell_name(missing->at[i]);
		fprintf(out, "    %s\n", name);
	}
	free(change.by_case.at);
}

static void compare_run(FILE *out, struct report_style style, struct pool *pool, const struct run *run,
                        const struct run *then, enum missing_scope scope, struct against *against)
{
	owned_text was = version_text(then);
	owned_text is = version_text(run);
	owned_text head =
	        text_format("%s: what differs from the earlier results (%s then, %s now)", run_label(run), was, is);
	struct hidden hidden = cells_hidden(pool, then, run, scope);

	against->changed += write_changes(out, style, MATRIX_TERMINAL, pool, then, run, head, "->", true);
	write_missing(out, style, run, &hidden.missing);
	against->skipped += hidden.skipped;
	against->missing += hidden.missing.count;
}

/* What is not looked at any more is as bad as what went wrong. */
static void write_hidden(FILE *out, struct report_style style, const struct against *against)
{
	owned_text skip = paint(style, OUTCOME_FAIL, "HIDDEN");

	if (against->skipped + against->missing)
		fprintf(out,
		        "\n%s   of the cells with a verdict in the earlier results %zu %s SKIP now and %zu %s missing: "
		        "this counts as a FAIL\n",
		        skip, against->skipped, against->skipped == 1 ? "is" : "are", against->missing,
		        against->missing == 1 ? "is" : "are");
}

static struct against write_against(FILE *out, struct report_style style, const struct results *results,
                                    const struct results *earlier, enum missing_scope scope)
{
	struct against against = { 0 };
	size_t new_cells = 0, compared = 0;

	for (size_t i = 0; i < results->count; i++) {
		const struct run *run = results->runs[i], *then = run_called(earlier, run_label(run));
		if (!then) {
			fprintf(out, "\n%s: not in the earlier results\n", run_label(run));
			continue;
		}
		compare_run(out, style, results->pool, run, then, scope, &against);
		new_cells += count_new(run, then);
		compared++;
	}
	if (compared && !against.changed)
		fputs("\nNo verdict differs from the earlier results.\n", out);
	if (new_cells)
		fprintf(out, "\n%zu cell%s not in the earlier results.\n", new_cells, new_cells == 1 ? " is" : "s are");
	write_hidden(out, style, &against);
	return against;
}

struct against report_against(FILE *out, struct report_style style, const struct results *results,
                              const struct results *earlier, enum missing_scope scope)
{
	struct results shown = results_shown(results), shown_earlier = results_shown(earlier);

	return write_against(out, style, &shown, &shown_earlier, scope);
}
