/* Runs of many kernels, machines and shards as one document. */
#include <stdlib.h>
#include <string.h>

#include "result.h"

static const struct result_kernel no_kernel;

static const struct result_kernel *kernel_of(const struct run *run)
{
	return run->kernel ? run->kernel : &no_kernel;
}

static const char *version_of(const struct run *run)
{
	const struct result_kernel *kernel = kernel_of(run);

	return is_said(kernel->version) ? kernel->version : said(kernel->release);
}

static bool same_kernel(const struct run *a, const struct run *b)
{
	const struct result_kernel *x = kernel_of(a), *y = kernel_of(b);

	return strcmp(said(x->qemu), said(y->qemu)) == 0 && strcmp(said(x->release), said(y->release)) == 0 &&
	       strcmp(version_of(a), version_of(b)) == 0 && strcmp(run_label(a), run_label(b)) == 0;
}

static bool share_a_cell(const struct run *a, const struct run *b)
{
	struct cell_index index = cell_index_of(&a->cells);
	bool share = false;

	for (size_t i = 0; i < b->cells.count && !share; i++)
		share = cell_find(&index, b->cells.at[i]) != NULL;
	cell_index_clear(&index);
	return share;
}

static void add_cells(struct pool *pool, struct run *whole, const struct run *run)
{
	struct cells all = { pool_alloc(pool, (whole->cells.count + run->cells.count) * sizeof *all.at), 0 };

	for (size_t i = 0; i < whole->cells.count; i++)
		all.at[all.count++] = whole->cells.at[i];
	for (size_t i = 0; i < run->cells.count; i++)
		all.at[all.count++] = run->cells.at[i];
	whole->cells = all;
}

/* Of topologies of one name the shard's is used. */
static void add_topologies(struct pool *pool, struct run *whole, const struct run *run)
{
	size_t count = 0, most = whole->topologies.count + run->topologies.count;
	struct result_topology *all = zalloc((most + 1) * sizeof *all);

	if (!run->topologies.at) {
		free(all);
		return;
	}
	for (size_t i = 0; i < whole->topologies.count; i++) {
		const struct result_topology *other = topology_called(run, whole->topologies.at[i].name);
		all[count++] = other ? *other : whole->topologies.at[i];
	}
	for (size_t i = 0; i < run->topologies.count; i++)
		if (!topology_called(whole, run->topologies.at[i].name))
			all[count++] = run->topologies.at[i];
	run_set_topologies(pool, whole, all, count);
	free(all);
}

/* Adds a shard to the run that it is part of. */
static void add_shard(struct pool *pool, struct run *whole, const struct run *run)
{
	struct result_kernel kernel = *kernel_of(whole);
	size_t unrun = run_unrun(whole) + run_unrun(run);

	add_cells(pool, whole, run);
	add_topologies(pool, whole, run);
	for (size_t i = 0; i < run->files.count; i++)
		run_add_file(pool, whole, run->files.at[i].name, run->files.at[i].text);
	if (run->partial)
		run_set_partial(pool, whole, unrun);
	kernel.seconds += kernel_of(run)->seconds;
	if (kernel.seconds <= 0)
		return;
	GIVE(pool, result_kernel_members, &kernel, seconds);
	whole->kernel = pool_keep(pool, &kernel, sizeof kernel);
}

static bool label_taken(const struct results *results, const char *label)
{
	for (size_t i = 0; i < results->count; i++)
		if (strcmp(run_label(results->runs[i]), label) == 0)
			return true;
	return false;
}

/* The same kernel twice, as from two machines: both are kept, with distinct names. */
static void add_column(struct results *merged, const struct run *run)
{
	struct pool *pool = merged->pool;
	struct run *copy = pool_alloc(pool, sizeof *copy);
	struct result_kernel kernel = *kernel_of(run);
	owned_text label = text_copy(run_label(run));

	for (int n = 2; label_taken(merged, label); n++) {
		free(label);
		label = text_format("%s (%d)", run_label(run), n);
	}
	*copy = *run;
	kernel.label = pool_text(pool, label);
	GIVE(pool, result_kernel_members, &kernel, label);
	copy->kernel = pool_keep(pool, &kernel, sizeof kernel);
	GIVE(pool, run_members, copy, kernel);
	results_add(merged, copy);
}

static bool add_to_known(struct results *merged, const struct run *run)
{
	for (size_t i = 0; i < merged->count; i++) {
		if (!same_kernel(merged->runs[i], run) || share_a_cell(merged->runs[i], run))
			continue;
		add_shard(merged->pool, merged->runs[i], run);
		return true;
	}
	return false;
}

static int by_version(const void *a, const void *b)
{
	const struct run *x = *(const struct run *const *)a, *y = *(const struct run *const *)b;
	int order = version_compare(version_of(x), version_of(y));

	return order ? order : strcmp(run_label(x), run_label(y));
}

struct results results_merge(const struct results *results)
{
	struct results merged = { .pool = results->pool };

	for (size_t i = 0; i < results->count; i++)
		if (!add_to_known(&merged, results->runs[i]))
			add_column(&merged, results->runs[i]);
	if (merged.count)
		qsort(merged.runs, merged.count, sizeof *merged.runs, by_version);
	return merged;
}
