/* Results made small: a thousand cells on a dozen kernels are mostly the same words. */
#include <stdlib.h>
#include <string.h>

#include "html.h"

/* Values that stand once and are named by their index. */
struct pooled {
	json_t *values;     /* array */
	struct pool *texts; /* of values: alike ones have one address */
	struct slot {
		const char *text;
		size_t index;
	} * slots; /* open addressing by that */
	size_t slot_count;
};

static struct slot *slot_of(const struct pooled *pool, const char *text)
{
	size_t at = ((uintptr_t)text * 0x9e3779b97f4a7c15U) >> 20;

	for (;; at++) {
		struct slot *slot = &pool->slots[at % pool->slot_count];
		if (!slot->text || slot->text == text)
			return slot;
	}
}

static void make_room(struct pooled *pool)
{
	struct slot *old = pool->slots;
	size_t count = pool->slot_count;

	if (json_array_size(pool->values) * 2 < count)
		return;
	pool->slot_count = count ? 2 * count : 1024;
	pool->slots = zalloc(pool->slot_count * sizeof *pool->slots);
	for (size_t i = 0; i < count; i++)
		if (old[i].text)
			*slot_of(pool, old[i].text) = old[i];
	free(old);
}

/* Takes the value, gives its reference. */
static json_t *pooled(struct pooled *pool, json_t *value)
{
	owned_text text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	const char *kept = pool_text(pool->texts, text);

	make_room(pool);
	struct slot *slot = slot_of(pool, kept);
	if (!slot->text) {
		*slot = (struct slot){ kept, json_array_size(pool->values) };
		json_array_append(pool->values, value);
	}
	json_decref(value);
	return json_integer((json_int_t)slot->index);
}

/* Takes what is empty, for which null stands. */
static json_t *emptied(json_t *value)
{
	json_decref(value);
	return NULL;
}

static json_t *rounded(double number)
{
	return json_integer((json_int_t)(number + 0.5));
}

/* Hops that saw something: [["src.b0:out", packets, bytes, largest, data, oversize, valid, partial, bad, [least, most
 * left]],
 * ...]. */
static json_t *hops_value(struct pooled *pool, const struct result *cell)
{
	const struct result_hops *hops = &cell->evidence->hops;
	json_t *small = json_array();

	for (size_t i = 0; i < hops->count; i++) {
		const struct result_hop *hop = &hops->at[i];
		static const struct result_checksums none;
		const struct result_checksums *sums = hop->checksum ? hop->checksum : &none;
		const int64_t counts[] = { hop->packets,  hop->bytes,  hop->largest,  hop->data,
			                   hop->oversize, sums->valid, sums->partial, sums->bad };
		owned_text name = result_hop_text(hop);
		if (!hop->packets)
			continue;
		json_t *row = json_pack("[s]", name), *left = member_json(&result_hop_members, hop, "segments_left");
		for (size_t c = 0; c < COUNT(counts); c++)
			json_array_append_new(row, json_integer(counts[c]));
		json_array_append_new(row, left ? left : json_array());
		json_array_append_new(small, pooled(pool, row));
	}
	return hops->count ? small : emptied(small);
}

/* {node: REF of [REF of name, delta, ...]} */
static json_t *counters_value(struct pooled *pool, const struct result *cell)
{
	json_t *small = json_object();

	for (size_t i = 0; i < cell->evidence->counters.count; i++) {
		const struct result_counters *counters = &cell->evidence->counters.at[i];
		json_t *row = json_array();
		for (size_t d = 0; d < counters->deltas.count; d++) {
			json_array_append_new(row, pooled(pool, json_string(counters->deltas.at[d].name)));
			json_array_append_new(row, json_integer(counters->deltas.at[d].number));
		}
		json_object_set_new(small, counters->node, pooled(pool, row));
	}
	return cell->evidence->counters.count ? small : emptied(small);
}

/* Steps without their times, which no two packets share: {"packet", "end", "steps": [REF], "times": [us]}. */
static json_t *journey_value(struct pooled *pool, const struct result *cell)
{
	json_t *steps = json_array(), *times = json_array(), *small;

	if (!cell->journey) {
		json_decref(steps);
		json_decref(times);
		return NULL;
	}
	for (size_t i = 0; i < cell->journey->steps.count; i++) {
		struct result_step step = cell->journey->steps.at[i];
		step.shape = NULL;
		json_array_append_new(steps, pooled(pool, members_json(&result_timeless_members, &step)));
		json_array_append_new(times, rounded(step.time_us));
	}
	small = members_json(&result_journey_members, cell->journey);
	json_object_set_new(small, "steps", steps);
	json_object_set_new(small, "times", times);
	return small;
}

/* [REF, REF]: up to the cell's axes, which all kernels have alike, and those. */
static json_t *command_value(struct pooled *pool, const struct result *cell)
{
	const char *text = said(cell->command), *axes = strstr(text, " --only ");
	size_t head = axes ? (size_t)(axes - text) : strlen(text);
	json_t *small;

	if (!cell->command)
		return NULL;
	small = json_array();
	json_array_append_new(small, pooled(pool, json_stringn(text, head)));
	json_array_append_new(small, pooled(pool, json_string(axes ? axes : "")));
	return small;
}

/* What the page shows of a result; those that are made smaller than the member's own JSON, which is taken else. */
static const struct {
	const char *name;
	json_t *(*make)(struct pooled *pool, const struct result *cell);
} fields[] = {
	{ "why", NULL },      { "verdict", NULL },    { "expected", NULL },           { "known", NULL },
	{ "drops", NULL },    { "hops", hops_value }, { "counters", counters_value }, { "journey", journey_value },
	{ "offloads", NULL }, { "sender", NULL },     { "receiver", NULL },           { "complaints", NULL },
	{ "hints", NULL },    { "console", NULL },    { "topology", NULL },           { "command", command_value },
	{ "models", NULL },
};

/* A cell names its topology; here it has it, for two runs may have different ones of a name. */
static json_t *topology_value(const struct run *run, const struct result *cell)
{
	const struct result_topology *topology = topology_called(run, cell->topology);

	return topology ? members_json(&result_topology_members, topology) : NULL;
}

static json_t *field_value(struct pooled *pool, const struct run *run, const struct result *cell, size_t field)
{
	const char *name = fields[field].name;

	if (fields[field].make)
		return fields[field].make(pool, cell);
	if (strcmp(name, "topology") == 0)
		return topology_value(run, cell);
	json_t *value = member_json(&result_members, cell, name);
	return value ? value : member_json(&result_evidence_members, cell->evidence, name);
}

static json_t *result_value(struct pooled *pool, const struct run *run, const struct result *cell)
{
	json_t *result = json_array();

	json_array_append_new(result, json_integer(cell->outcome));
	json_array_append_new(result, rounded(cell->ms));
	for (size_t i = 0; i < COUNT(fields); i++) {
		json_t *value = field_value(pool, run, cell, i);
		json_array_append_new(result, value ? pooled(pool, value) : json_null());
	}
	return result;
}

/* The row of a cell, the same for all kernels; made with the first of them. */
struct row {
	const struct result *first;
	json_t *results, *verdicts; /* a kernel each */
	const struct result **seen; /* a cell of each verdict */
	size_t seen_count;
};
struct rows {
	struct row *at;
	size_t count;
};

/* Which of the row's verdicts a cell has, counted in the order in which kernels show them. null for a SKIP: what a
 * kernel cannot run is no verdict that changes. */
static json_t *verdict_number(struct pool *pool, struct row *row, const struct result *cell)
{
	size_t i = 0;

	if (cell->outcome == OUTCOME_SKIP)
		return json_null();
	while (i < row->seen_count && verdicts_differ(pool, row->seen[i], cell))
		i++;
	if (i == row->seen_count)
		*PUSH(row->seen, row->seen_count) = cell;
	return json_integer((json_int_t)i);
}

static bool is_row_of(const struct row *row, const struct result *cell)
{
	return row->first->name == cell->name && row->first->axes.count == cell->axes.count &&
	       (!cell->axes.count || row->first->axes.at == cell->axes.at);
}

/* Kernels have their cells in much the same order: it is looked for from the last one on. */
static struct row *row_of(struct rows *rows, size_t *last, const struct result *cell, size_t kernels)
{
	for (size_t n = 1; n <= rows->count; n++) {
		size_t at = (*last + n) % rows->count;
		if (is_row_of(&rows->at[at], cell)) {
			*last = at;
			return &rows->at[at];
		}
	}
	struct row *row = PUSH(rows->at, rows->count);
	*last = rows->count - 1;
	*row = (struct row){ .first = cell, .results = json_array(), .verdicts = json_array() };
	for (size_t i = 0; i < kernels; i++) {
		json_array_append_new(row->results, json_null());
		json_array_append_new(row->verdicts, json_null());
	}
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

/* Takes what a row holds. */
static json_t *row_value(struct row *row)
{
	json_t *axes = member_json(&result_members, row->first, "axes");

	free(row->seen);
	return json_pack("{s:o, s:o, s:o}", "axes", axes ? axes : json_object(), "results", row->results, "verdicts",
	                 row->verdicts);
}

/* Rows as cases. */
static json_t *cases_value(struct rows *rows)
{
	json_t *cases = json_array(), **cells = zalloc((rows->count + 1) * sizeof *cells);
	const char **names = zalloc((rows->count + 1) * sizeof *names);
	size_t count = 0;

	for (size_t i = 0; i < rows->count; i++) {
		size_t at = count ? count - 1 : 0;
		if (at < count && names[at] != rows->at[i].first->name)
			for (at = 0; at < count && names[at] != rows->at[i].first->name; at++)
				;
		if (at == count) {
			names[count] = rows->at[i].first->name;
			cells[count] = json_array();
			json_array_append_new(cases,
			                      json_pack("{s:s, s:O}", "name", names[count], "cells", cells[count]));
			count++;
		}
		json_array_append_new(cells[at], row_value(&rows->at[i]));
	}
	for (size_t i = 0; i < count; i++)
		json_decref(cells[i]);
	free(cells);
	free(names);
	free(rows->at);
	return cases;
}

json_t *html_data(const struct results *results)
{
	owned(pool) texts = pool_new();
	struct pooled pool = { .values = json_array(), .texts = texts };
	json_t *kernels = json_array(), *names = json_array();
	struct rows rows = { 0 };

	for (size_t r = 0; r < results->count; r++) {
		const struct run *run = results->runs[r];
		size_t last = rows.count ? rows.count - 1 : 0;
		json_array_append_new(kernels, kernel_value(run));
		for (size_t i = 0; i < run->cells.count; i++) {
			struct row *row = row_of(&rows, &last, run->cells.at[i], results->count);
			json_array_set_new(row->results, r, result_value(&pool, run, run->cells.at[i]));
			json_array_set_new(row->verdicts, r, verdict_number(results->pool, row, run->cells.at[i]));
		}
	}
	for (size_t i = 0; i < COUNT(fields); i++)
		json_array_append_new(names, json_string(fields[i].name));
	free(pool.slots);
	return json_pack("{s:s, s:o, s:o, s:o, s:o}", "hopcheck", HOPCHECK_VERSION, "kernels", kernels, "fields", names,
	                 "pool", pool.values, "cases", cases_value(&rows));
}
