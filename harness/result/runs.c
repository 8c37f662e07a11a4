/* Runs, and how cells are found in them. */
#include <stdlib.h>
#include <string.h>

#include "result_internal.h"

struct run *run_new(struct pool *pool, size_t cells)
{
	struct run *run = pool_alloc(pool, sizeof *run);

	run->cells.at = pool_alloc(pool, cells * sizeof *run->cells.at);
	return run;
}

void run_add_cell(struct run *run, struct result *cell)
{
	run->cells.at[run->cells.count++] = cell;
}

void results_add(struct results *results, struct run *run)
{
	struct run **runs = pool_alloc(results->pool, (results->count + 1) * sizeof *runs);

	if (results->count)
		memcpy(runs, results->runs, results->count * sizeof *runs);
	runs[results->count++] = run;
	results->runs = runs;
}

const char *run_label(const struct run *run)
{
	const struct result_kernel *kernel = run->kernel;

	if (kernel && is_said(kernel->label))
		return kernel->label;
	return kernel && is_said(kernel->release) ? kernel->release : "unknown kernel";
}

struct cases cells_by_case(const struct cells *cells)
{
	struct cases cases = { 0 };
	size_t at = 0;

	for (size_t i = 0; i < cells->count; i++) {
		const char *name = cells->at[i]->name;
		if (at >= cases.count || strcmp(cases.at[at].name, name) != 0)
			for (at = 0; at < cases.count && strcmp(cases.at[at].name, name) != 0; at++)
				;
		if (at == cases.count)
			PUSH(cases.at, cases.count)->name = name;
		*PUSH(cases.at[at].cells.at, cases.at[at].cells.count) = cells->at[i];
	}
	return cases;
}

void cases_clear(struct cases *cases)
{
	for (size_t i = 0; i < cases->count; i++)
		free(cases->at[i].cells.at);
	free(cases->at);
}

/* In one pool, equal values have one address. */
static int by_place(const void *a, const void *b)
{
	const struct result *x = *(const struct result *const *)a, *y = *(const struct result *const *)b;

	if (x->name != y->name)
		return (uintptr_t)x->name < (uintptr_t)y->name ? -1 : 1;
	if (x->axes.count != y->axes.count)
		return x->axes.count < y->axes.count ? -1 : 1;
	if (!x->axes.count || x->axes.at == y->axes.at)
		return 0;
	return (uintptr_t)x->axes.at < (uintptr_t)y->axes.at ? -1 : 1;
}

struct cell_index cell_index_of(const struct cells *cells)
{
	struct cell_index index = { must(malloc((cells->count + 1) * sizeof(void *))), 0 };

	for (size_t i = 0; i < cells->count; i++)
		index.sorted[index.count++] = cells->at[i];
	qsort(index.sorted, index.count, sizeof *index.sorted, by_place);
	return index;
}

const struct result *cell_find(const struct cell_index *index, const struct result *same)
{
	const struct result **found =
	        index->count ? bsearch(&same, index->sorted, index->count, sizeof *index->sorted, by_place) : NULL;

	return found ? *found : NULL;
}

void cell_index_clear(struct cell_index *index)
{
	free(index->sorted);
}

struct run *run_read(struct pool *pool, const json_t *json, struct error *err)
{
	struct run *run = pool_alloc(pool, sizeof *run);
	struct reading reading = { .pool = pool };

	if (!json_is_array(json_object_get(json, "cells"))) {
		fail(err, "no array `cells`; is this a file written by `run --json`?");
		return NULL;
	}
	if (alike_resolve_all(json_object_get(json, "cells"), err) < 0)
		return NULL;
	return members_read(run, &run_members, json, &reading, err) < 0 ? NULL : run;
}
