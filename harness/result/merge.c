/* Runs of many kernels, machines and shards as one document. */
#include <stdlib.h>
#include <string.h>

#include "report_internal.h"

static const char *version_of(const json_t *run)
{
	const json_t *kernel = json_object_get(run, "kernel");

	return *text_at(kernel, "version") ? text_at(kernel, "version") : text_at(kernel, "release");
}

static bool same_kernel(const json_t *a, const json_t *b)
{
	const json_t *x = json_object_get(a, "kernel"), *y = json_object_get(b, "kernel");

	return strcmp(text_at(x, "qemu"), text_at(y, "qemu")) == 0 &&
	       strcmp(text_at(x, "release"), text_at(y, "release")) == 0 && strcmp(version_of(a), version_of(b)) == 0 &&
	       strcmp(run_label(a), run_label(b)) == 0;
}

static bool share_a_cell(const json_t *names, const json_t *run)
{
	const json_t *cell;
	size_t i;

	json_array_foreach (json_object_get(run, "cells"), i, cell) {
		owned_text name = cell_name(cell);
		if (json_object_get(names, name))
			return true;
	}
	return false;
}

static size_t unrun_of(const json_t *run)
{
	json_t *alone = json_pack("[O]", run);
	size_t unrun = runs_unrun(alone);

	json_decref(alone);
	return unrun;
}

/* Adds a shard to the run that it is part of. */
static void add_shard(json_t *whole, const json_t *run)
{
	json_t *kernel = json_object_get(whole, "kernel");
	double seconds = json_number_value(json_object_get(kernel, "seconds")) +
	                 json_number_value(json_object_get(json_object_get(run, "kernel"), "seconds"));

	size_t unrun = unrun_of(whole) + unrun_of(run);

	json_array_extend(json_object_get(whole, "cells"), json_object_get(run, "cells"));
	if (json_object_get(run, "topologies")) {
		if (!json_object_get(whole, "topologies"))
			json_object_set_new(whole, "topologies", json_object());
		json_object_update(json_object_get(whole, "topologies"), json_object_get(run, "topologies"));
	}
	if (json_is_true(json_object_get(run, "partial")))
		run_set_partial(whole, unrun);
	if (seconds > 0)
		json_object_set_new(kernel, "seconds", json_real(seconds));
}

/* One level deeper than a shallow copy: what add_shard() changes is the copy's own. */
static json_t *run_copy(const json_t *run)
{
	json_t *copy = json_copy((json_t *)(uintptr_t)run);
	static const char *const own[] = { "kernel", "topologies", "cells" };

	for (size_t i = 0; i < COUNT(own); i++)
		if (json_object_get(run, own[i]))
			json_object_set_new(copy, own[i], json_copy(json_object_get(run, own[i])));
	return copy;
}

static bool label_taken(const json_t *runs, const char *label)
{
	const json_t *run;
	size_t i;

	json_array_foreach (runs, i, run)
		if (strcmp(run_label(run), label) == 0)
			return true;
	return false;
}

/* The same kernel twice, as on two machines: both stay, under names of their own. */
static void add_column(json_t *merged, const json_t *run)
{
	json_t *copy = run_copy(run);
	owned_text label = text_copy(run_label(run));

	for (int n = 2; label_taken(merged, label); n++) {
		free(label);
		label = text_format("%s (%d)", run_label(run), n);
	}
	if (!json_object_get(copy, "kernel"))
		json_object_set_new(copy, "kernel", json_object());
	json_object_set_new(json_object_get(copy, "kernel"), "label", json_string(label));
	json_array_append_new(merged, copy);
}

static bool add_to_known(json_t *merged, const json_t *run)
{
	json_t *whole;
	size_t i;

	json_array_foreach (merged, i, whole) {
		if (!same_kernel(whole, run))
			continue;
		json_t *names = cells_by_name(whole);
		bool shard = !share_a_cell(names, run);
		json_decref(names);
		if (shard) {
			add_shard(whole, run);
			return true;
		}
	}
	return false;
}

static int by_version(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	int order = version_compare(version_of(x), version_of(y));

	return order ? order : strcmp(run_label(x), run_label(y));
}

static json_t *sorted(const json_t *runs)
{
	size_t count = json_array_size(runs);
	json_t **all = zalloc((count + 1) * sizeof *all), *result = json_array();

	for (size_t i = 0; i < count; i++)
		all[i] = json_array_get(runs, i);
	qsort(all, count, sizeof *all, by_version);
	for (size_t i = 0; i < count; i++)
		json_array_append(result, all[i]);
	free(all);
	return result;
}

json_t *runs_merge(const json_t *runs)
{
	json_t *merged = json_array();
	const json_t *run;
	size_t i;

	json_array_foreach (runs, i, run)
		if (!add_to_known(merged, run))
			add_column(merged, run);
	json_t *result = sorted(merged);
	json_decref(merged);
	return result;
}

json_t *matrix_document(const char *command, json_t *runs)
{
	return json_pack("{s:s, s:s, s:o*, s:O}", "hopcheck", HOPCHECK_VERSION, "command", command, "partial",
	                 runs_are_partial(runs) ? json_true() : NULL, "kernels", runs);
}

static void set_known(json_t *object, const char *key, json_t *value)
{
	if (value)
		json_object_set_new(object, key, value);
}

/* What a reader cannot find anew: why a cell was not judged, what a deviation is. Sentences of evidence go. */
static void keep_words(json_t *brief, const json_t *cell)
{
	static const char *const documented[] = { "deviation", "fixed",      "found", "because",
		                                  "ref",       "workaround", "kernel" };
	const json_t *known = json_object_get(cell, "known");
	int outcome = outcome_at(cell);
	json_t *kept = json_object();

	if (outcome == OUTCOME_SKIP || outcome == OUTCOME_BROKEN)
		set_known(brief, "why", json_incref(json_object_get(cell, "why")));
	for (size_t i = 0; i < COUNT(documented); i++)
		if (*text_at(known, documented[i]))
			json_object_set(kept, documented[i], json_object_get(known, documented[i]));
	if (json_object_size(kept))
		json_object_set(brief, "known", kept);
	json_decref(kept);
}

static json_t *brief_cell(const json_t *cell)
{
	static const char *const kept[] = { "case", "axes", "outcome" }, *const judged[] = { "fate", "at", "reason" };
	json_t *brief = json_object(), *verdict = json_object();

	for (size_t i = 0; i < COUNT(kept); i++)
		json_object_set(brief, kept[i], json_object_get(cell, kept[i]));
	for (size_t i = 0; i < COUNT(judged); i++)
		if (*text_at(json_object_get(cell, "verdict"), judged[i]))
			json_object_set(verdict, judged[i],
			                json_object_get(json_object_get(cell, "verdict"), judged[i]));
	if (json_object_size(verdict)) {
		set_known(verdict, "aggregation", verdict_merging(cell));
		set_known(verdict, "bad_checksums", verdict_bad_checksums(cell));
		set_known(verdict, "oversize", verdict_oversize(cell));
		json_object_set(brief, "verdict", verdict);
	}
	keep_words(brief, cell);
	json_decref(verdict);
	return brief;
}

static void dump(FILE *out, json_t *value, const char *behind)
{
	owned_text text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	fprintf(out, "%s%s", text ? text : "null", behind);
	json_decref(value);
}

static json_t *brief_kernel(const json_t *kernel)
{
	static const char *const kept[] = { "label", "release", "version", "machine", "qemu" };
	json_t *brief = json_object();

	for (size_t i = 0; i < COUNT(kept); i++)
		if (json_object_get(kernel, kept[i]))
			json_object_set(brief, kept[i], json_object_get(kernel, kept[i]));
	return brief;
}

void report_brief(FILE *out, const char *command, const json_t *runs)
{
	size_t count = json_array_size(runs);

	fputs("{\"command\": ", out);
	dump(out, json_string(command), ",\n");
	fprintf(out, "\"hopcheck\": \"%s\", \"kernels\": [\n", HOPCHECK_VERSION);
	for (size_t i = 0; i < count; i++) {
		const json_t *run = json_array_get(runs, i);
		const json_t *cells = json_object_get(run, "cells");
		fputs("{\"kernel\": ", out);
		dump(out, brief_kernel(json_object_get(run, "kernel")), "");
		if (json_is_true(json_object_get(run, "partial")))
			fprintf(out, ", \"partial\": true, \"unrun\": %zu", unrun_of(run));
		fputs(", \"cells\": [\n", out);
		for (size_t c = 0; c < json_array_size(cells); c++)
			dump(out, brief_cell(json_array_get(cells, c)), c + 1 < json_array_size(cells) ? ",\n" : "\n");
		fputs(i + 1 < count ? "]},\n" : "]}\n", out);
	}
	fputs("]}\n", out);
}
