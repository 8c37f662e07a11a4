/* Compact results: a thousand cells on a dozen kernels mostly have the same values. */
#include <stdlib.h>
#include <string.h>

#include "html_data.h"

/* The row of a cell, the same for all kernels; made with the first of them. */
struct row {
	const struct result *first;
	const char **results;       /* one per kernel, as text */
	int *verdicts;              /* one per kernel; NO_WORD: null */
	const struct result **seen; /* one cell of each verdict */
	size_t seen_count;
};
struct rows {
	struct row *at;
	size_t count, kernels;
	size_t *slots; /* 1 + a row, by its case and axes; 0: free */
	size_t slot_count;
};

/* Which of the row's verdicts a cell has, counted in the order in which kernels show them. null for a SKIP: what a
 * kernel cannot run is not a change of verdict. */
static int verdict_number(struct pool *pool, struct row *row, const struct result *cell)
{
	size_t i = 0;

	if (cell->outcome == OUTCOME_SKIP)
		return NO_WORD;
	while (i < row->seen_count && verdicts_differ(pool, row->seen[i], cell))
		i++;
	if (i == row->seen_count)
		*PUSH(row->seen, row->seen_count) = cell;
	return (int)i;
}

static bool is_row_of(const struct row *row, const struct result *cell)
{
	return row->first->name == cell->name && row->first->axes.count == cell->axes.count &&
	       (!cell->axes.count || row->first->axes.at == cell->axes.at);
}

/* What is alike has one address. */
static size_t *row_slot(const struct rows *rows, const struct result *cell)
{
	uintptr_t axes = cell->axes.count ? (uintptr_t)cell->axes.at : 0;
	size_t at = (((uintptr_t)cell->name ^ axes) * 0x9e3779b97f4a7c15U) >> 20;

	for (;; at++) {
		size_t *slot = &rows->slots[at % rows->slot_count];
		if (!*slot || is_row_of(&rows->at[*slot - 1], cell))
			return slot;
	}
}

static struct row *row_of(struct rows *rows, struct pool *texts, const struct result *cell)
{
	size_t *slot = row_slot(rows, cell);

	if (*slot)
		return &rows->at[*slot - 1];
	struct row *row = PUSH(rows->at, rows->count);
	*row = (struct row){ .first = cell,
		             .results = pool_alloc(texts, rows->kernels * sizeof *row->results),
		             .verdicts = pool_alloc(texts, rows->kernels * sizeof *row->verdicts) };
	for (size_t i = 0; i < rows->kernels; i++)
		row->verdicts[i] = NO_WORD;
	*slot = rows->count;
	return row;
}

static json_t *kernel_value(const struct run *run)
{
	static const char *const told[] = { "version", "machine", "qemu",     "missing", "nics",
		                            "boots",   "boot_ms", "troubles", "seconds" };
	static const struct result_kernel none;
	const struct result_kernel *kernel = run->kernel ? run->kernel : &none;
	json_t *small = json_pack("{s:s, s:s}", "label", run_label(run), "release", said(kernel->release));

	for (size_t i = 0; i < COUNT(told); i++) {
		json_t *value = run->kernel ? member_json(&result_kernel_members, kernel, told[i]) : NULL;
		if (value)
			json_object_set_new(small, told[i], value);
	}
	if (run->partial) {
		owned_text partial = run_partial_text(run);
		json_object_set_new(small, "partial", json_string(partial));
	}
	if (!run->topologies.at) /* as --brief writes them */
		json_object_set_new(small, "brief", json_true());
	return small;
}

/* JSON in which nothing can end the script element it stands in. */
static void put(FILE *out, const char *text)
{
	for (;;) {
		size_t plain = strcspn(text, "<");
		fwrite(text, 1, plain, out);
		text += plain;
		if (!*text)
			return;
		fputs("\\u003c", out);
		text++;
	}
}

/* Takes the value. */
static void put_value(FILE *out, json_t *value)
{
	owned_text text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	json_decref(value);
	put(out, text ? text : "null");
}

static void put_row(FILE *out, const struct row *row, size_t kernels)
{
	json_t *axes = member_json(&result_members, row->first, "axes");

	fputs("{\"axes\":", out);
	put_value(out, axes ? axes : json_object());
	fputs(",\"results\":[", out);
	for (size_t i = 0; i < kernels; i++) {
		fputs(i ? "," : "", out);
		put(out, row->results[i] ? row->results[i] : "null");
	}
	fputs("],\"verdicts\":[", out);
	for (size_t i = 0; i < kernels; i++) {
		owned_text number = text_format("%d", row->verdicts[i]);
		fprintf(out, "%s%s", i ? "," : "", row->verdicts[i] == NO_WORD ? "null" : number);
	}
	fputs("]}", out);
}

/* Rows as cases, in the order in which these come first: each row names the next one of its case. */
static void put_cases(FILE *out, const struct rows *rows)
{
	size_t *next = zalloc((rows->count + 1) * sizeof *next);
	struct part {
		const char *name;
		size_t first, last;
	} *parts = NULL;
	size_t count = 0, at = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const char *name = rows->at[i].first->name;
		if (at >= count || parts[at].name != name)
			for (at = 0; at < count && parts[at].name != name; at++)
				;
		if (at == count)
			*PUSH(parts, count) = (struct part){ name, i, i };
		else
			next[parts[at].last] = i;
		parts[at].last = i;
	}
	for (size_t i = 0; i < count; i++) {
		fputs(i ? ",{\"name\":" : "{\"name\":", out);
		put_value(out, json_any_text(parts[i].name));
		fputs(",\"cells\":[", out);
		for (size_t row = parts[i].first;; row = next[row]) {
			fputs(row == parts[i].first ? "" : ",", out);
			put_row(out, &rows->at[row], rows->kernels);
			if (row == parts[i].last)
				break;
		}
		fputs("]}", out);
	}
	free(parts);
	free(next);
}

static void make_rows(struct rows *rows, struct pooled *pool, const struct results *results)
{
	size_t cells = 0;

	for (size_t r = 0; r < results->count; r++)
		cells += results->runs[r]->cells.count;
	rows->kernels = results->count;
	rows->slot_count = 2 * cells + 1;
	rows->slots = zalloc(rows->slot_count * sizeof *rows->slots);
	for (size_t r = 0; r < results->count; r++) {
		const struct run *run = results->runs[r];
		for (size_t i = 0; i < run->cells.count; i++) {
			struct row *row = row_of(rows, pool->texts, run->cells.at[i]);
			row->results[r] = kept_text(pool, result_value(pool, run, run->cells.at[i]));
			row->verdicts[r] = verdict_number(results->pool, row, run->cells.at[i]);
		}
	}
}

static void rows_clear(struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free(rows->at[i].seen);
	free(rows->at);
	free(rows->slots);
}

/* A table of words, in the order of their values, as the scripts show them. */
static void put_words(FILE *out, const char *name, const struct word *words)
{
	json_t *list = json_array();

	for (size_t i = 0; words[i].word; i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "word", words[i].word, "about", words[i].about));
	fprintf(out, "\"%s\":", name);
	put_value(out, list);
	fputs(",", out);
}

void html_data(FILE *out, const struct results *results)
{
	owned(pool) texts = pool_new();
	struct pooled pool = { .texts = texts };
	struct rows rows = { 0 };

	make_rows(&rows, &pool, results);
	fprintf(out, "{\"hopcheck\":\"%s\",", HOPCHECK_VERSION);
	put_words(out, "outcomes", outcome_words);
	put_words(out, "checksums", checksum_words);
	fputs("\"kernels\":[", out);
	for (size_t r = 0; r < results->count; r++) {
		fputs(r ? "," : "", out);
		put_value(out, kernel_value(results->runs[r]));
	}
	fputs("],\"fields\":", out);
	put_value(out, field_names());
	fputs(",\"pool\":[", out);
	for (size_t i = 0; i < pool.count; i++) {
		fputs(i ? "," : "", out);
		put(out, pool.values[i]);
	}
	fputs("],\"cases\":[", out);
	put_cases(out, &rows);
	fputs("]}", out);
	rows_clear(&rows);
	pooled_clear(&pool);
}
