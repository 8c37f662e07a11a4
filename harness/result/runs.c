/* Results as files have them: one run, or many kernels'. */
#include <string.h>

#include "report_internal.h"

/* What outputs rely on; the rest of a cell may be missing. */
static int check_cells(const json_t *run, const char *path, struct error *err)
{
	const json_t *cells = json_object_get(run, "cells"), *cell;
	size_t i;

	if (!json_is_array(cells))
		return fail(err, "%s: no array `cells`; is this a file written by `run --json`?", path);
	json_array_foreach (cells, i, cell) {
		if (!*text_at(cell, "case"))
			return fail(err, "%s: cell %zu has no `case`", path, i);
		if (outcome_at(cell) < 0)
			return fail(err, "%s: cell %zu (%s) has no outcome that this program knows: '%s'", path, i,
			            text_at(cell, "case"), text_at(cell, "outcome"));
	}
	return 0;
}

static int add_runs(json_t *runs, json_t *document, const char *path, struct error *err)
{
	json_t *kernels = json_object_get(document, "kernels"), *run;
	size_t i;

	if (!kernels) {
		if (check_cells(document, path, err) < 0)
			return -1;
		return json_array_append(runs, document);
	}
	if (!json_is_array(kernels))
		return fail(err, "%s: `kernels` is no array", path);
	json_array_foreach (kernels, i, run) {
		if (check_cells(run, path, err) < 0)
			return blame(err, "kernel %zu", i);
		json_array_append(runs, run);
	}
	return 0;
}

int results_read(json_t *runs, const char *path, struct error *err)
{
	json_t *document = json_read(path, 0, err);
	int added = document ? add_runs(runs, document, path, err) : -1;

	json_decref(document);
	return added;
}

const char *run_label(const json_t *run)
{
	const json_t *kernel = json_object_get(run, "kernel");
	const char *label = text_at(kernel, "label"), *release = text_at(kernel, "release");

	return *label ? label : *release ? release : "unknown kernel";
}

json_t *cells_by_case(const json_t *cells)
{
	json_t *cases = json_object(), *cell, *of_case;
	size_t i;

	json_array_foreach (cells, i, cell) {
		const char *name = text_at(cell, "case");
		if (!(of_case = json_object_get(cases, name)))
			json_object_set_new(cases, name, of_case = json_array());
		json_array_append(of_case, cell);
	}
	return cases;
}

char *axes_text(const json_t *cell)
{
	char *text = NULL;
	const char *axis;
	const json_t *value;

	json_object_foreach (json_object_get(cell, "axes"), axis, value)
		text_append(&text, "%s%s=%s", text ? " " : "", axis,
		            json_string_value(value) ? json_string_value(value) : "?");
	return text ? text : text_copy("");
}
