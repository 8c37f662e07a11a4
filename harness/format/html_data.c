/* Results made small: a thousand cells on a dozen kernels are mostly the same words. */
#include <stdlib.h>
#include <string.h>

#include "html.h"

/* Values that stand once and are named by their index. */
struct pool {
	json_t *values; /* array */
	json_t *index;  /* a value's text to its index */
};

/* Takes the value, gives its reference. */
static json_t *pooled(struct pool *pool, json_t *value)
{
	owned_text key = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	json_t *found = json_object_get(pool->index, key);

	if (!found) {
		found = json_integer((json_int_t)json_array_size(pool->values));
		json_object_set_new(pool->index, key, found);
		json_array_append(pool->values, value);
	}
	json_decref(value);
	return json_incref(found);
}

static json_t *pooled_copy(struct pool *pool, const json_t *value)
{
	return pooled(pool, json_incref((json_t *)value));
}

static json_t *rounded(double number)
{
	return json_integer((json_int_t)(number + 0.5));
}

/* Hops that saw something: [["src.b0:out", packets, bytes, largest, data, oversize, valid, partial, bad, [least, most
 * left]],
 * ...]. */
static json_t *hops_value(struct pool *pool, const json_t *hops)
{
	static const char *const counts[] = { "packets", "bytes", "largest", "data", "oversize" };
	static const char *const states[] = { "valid", "partial", "bad" };
	json_t *small = json_array(), *hop;
	size_t i;

	json_array_foreach (hops, i, hop) {
		if (!json_integer_value(json_object_get(hop, "packets")))
			continue;
		json_t *row = json_array();
		json_array_append_new(row, json_sprintf("%s.%s:%s", text_at(hop, "node"), text_at(hop, "interface"),
		                                        text_at(hop, "direction")));
		for (size_t c = 0; c < COUNT(counts); c++)
			json_array_append_new(row, json_integer(json_integer_value(json_object_get(hop, counts[c]))));
		for (size_t s = 0; s < COUNT(states); s++)
			json_array_append_new(row, json_integer(json_integer_value(json_object_get(
			                                   json_object_get(hop, "checksum"), states[s]))));
		const json_t *left = json_object_get(hop, "segments_left"); /* earlier versions told none */
		json_array_append_new(row, left ? json_incref((json_t *)(uintptr_t)left) : json_array());
		json_array_append_new(small, pooled(pool, row));
	}
	return small;
}

/* {node: REF of [REF of name, delta, ...]} */
static json_t *counters_value(struct pool *pool, const json_t *counters)
{
	json_t *small = json_object(), *of_node, *delta;
	const char *node, *name;

	json_object_foreach ((json_t *)counters, node, of_node) {
		json_t *row = json_array();
		json_object_foreach (of_node, name, delta) {
			json_array_append_new(row, pooled(pool, json_string(name)));
			json_array_append(row, delta);
		}
		json_object_set_new(small, node, pooled(pool, row));
	}
	return small;
}

/* Steps without their times, which no two packets share: {"packet", "end", "steps": [REF], "times": [us]}. */
static json_t *journey_value(struct pool *pool, const json_t *journey)
{
	json_t *small = json_copy((json_t *)journey), *steps = json_array(), *times = json_array(), *step;
	size_t i;

	json_array_foreach (json_object_get(journey, "steps"), i, step) {
		json_t *timeless = json_copy(step);
		double time = json_number_value(json_object_get(step, "time_us"));
		json_object_del(timeless, "time_us");
		json_array_append_new(steps, pooled(pool, timeless));
		json_array_append_new(times, rounded(time));
	}
	if (json_is_object(small)) {
		json_object_set(small, "steps", steps);
		json_object_set(small, "times", times);
	}
	json_decref(steps);
	json_decref(times);
	return small;
}

/* [REF, REF]: up to the cell's axes, which all kernels have alike, and those. */
static json_t *command_value(struct pool *pool, const json_t *command)
{
	const char *text = json_string_value(command), *axes = text ? strstr(text, " --only ") : NULL;
	size_t head = axes ? (size_t)(axes - text) : strlen(text ? text : "");
	json_t *small = json_array();

	json_array_append_new(small, pooled(pool, json_stringn(text ? text : "", head)));
	json_array_append_new(small, pooled(pool, json_string(axes ? axes : "")));
	return small;
}

/* What the page shows of a result, and how it is made small; NULL: as it is. */
static const struct {
	const char *name;
	json_t *(*make)(struct pool *pool, const json_t *value);
} fields[] = {
	{ "why", NULL },      { "verdict", NULL },    { "expected", NULL },           { "known", NULL },
	{ "drops", NULL },    { "hops", hops_value }, { "counters", counters_value }, { "journey", journey_value },
	{ "offloads", NULL }, { "sender", NULL },     { "receiver", NULL },           { "complaints", NULL },
	{ "hints", NULL },    { "console", NULL },    { "topology", NULL },           { "command", command_value },
	{ "models", NULL },
};

static bool is_empty(const json_t *value)
{
	return !value || json_is_null(value) || (json_is_array(value) && !json_array_size(value)) ||
	       (json_is_object(value) && !json_object_size(value));
}

/* A cell names its topology; here it has it, for two runs may have different ones of a name. */
static const json_t *field_of(const json_t *run, const json_t *cell, const char *name)
{
	if (strcmp(name, "topology") == 0)
		return json_object_get(json_object_get(run, "topologies"), text_at(cell, "topology"));
	return json_object_get(cell, name);
}

static json_t *result_value(struct pool *pool, const json_t *run, const json_t *cell)
{
	json_t *result = json_array();
	double ms = json_number_value(json_object_get(cell, "ms"));

	json_array_append_new(result, json_integer(outcome_at(cell)));
	json_array_append_new(result, rounded(ms));
	for (size_t i = 0; i < COUNT(fields); i++) {
		const json_t *value = field_of(run, cell, fields[i].name);
		if (is_empty(value))
			json_array_append_new(result, json_null());
		else if (fields[i].make)
			json_array_append_new(result, pooled(pool, fields[i].make(pool, value)));
		else
			json_array_append_new(result, pooled_copy(pool, value));
	}
	return result;
}

#define SEEN "seen" /* of a row while it is made: a cell of each verdict */

/* Which of the row's verdicts a cell has, counted in the order in which kernels show them; `seen` has a cell of each.
 * null for a SKIP: what a kernel cannot run is no verdict that changes. */
static json_t *verdict_number(json_t *seen, const json_t *cell)
{
	const json_t *one;
	size_t i;

	if (outcome_at(cell) == OUTCOME_SKIP)
		return json_null();
	json_array_foreach (seen, i, one)
		if (!verdicts_differ(one, cell))
			return json_integer((json_int_t)i);
	json_array_append(seen, (json_t *)(uintptr_t)cell);
	return json_integer((json_int_t)i);
}

/* The row of a cell, the same for all kernels; made with the first of them. */
static json_t *row_of(json_t *rows, const json_t *cell, size_t kernels)
{
	owned_text axes = axes_text(cell);
	owned_text key = text_format("%s\n%s", text_at(cell, "case"), axes);
	json_t *row = json_object_get(rows, key);

	if (row)
		return row;
	json_t *results = json_array(), *verdicts = json_array();
	for (size_t i = 0; i < kernels; i++) {
		json_array_append_new(results, json_null());
		json_array_append_new(verdicts, json_null());
	}
	const json_t *labels = json_object_get(cell, "axes");
	row = json_pack("{s:o, s:o, s:o, s:[]}", "axes", labels ? json_deep_copy(labels) : json_object(), "results",
	                results, "verdicts", verdicts, SEEN);
	json_object_set_new(rows, key, row);
	return row;
}

static json_t *kernel_value(const json_t *run)
{
	static const char *const told[] = { "version", "machine", "qemu",     "missing", "nics",
		                            "boots",   "boot_ms", "troubles", "seconds" };
	const json_t *kernel = json_object_get(run, "kernel");
	json_t *small = json_pack("{s:s, s:s}", "label", run_label(run), "release", text_at(kernel, "release"));

	for (size_t i = 0; i < COUNT(told); i++)
		if (!is_empty(json_object_get(kernel, told[i])))
			json_object_set(small, told[i], json_object_get(kernel, told[i]));
	if (json_is_true(json_object_get(run, "partial"))) {
		json_t *alone = json_pack("[O]", run);
		owned_text partial = partial_text(alone);
		json_object_set_new(small, "partial", json_string(partial));
		json_decref(alone);
	}
	if (!json_object_get(run, "topologies")) /* as --brief writes them */
		json_object_set_new(small, "brief", json_true());
	return small;
}

/* Rows, whose keys start with their case, as cases. */
static json_t *cases_value(json_t *rows)
{
	json_t *by_name = json_object(), *cases = json_array(), *row, *one;
	const char *key;

	json_object_foreach (rows, key, row) {
		json_object_del(row, SEEN);
		owned_text name = text_format("%.*s", (int)strcspn(key, "\n"), key);
		if (!(one = json_object_get(by_name, name))) {
			one = json_pack("{s:s, s:[]}", "name", name, "cells");
			json_object_set_new(by_name, name, one);
			json_array_append(cases, one);
		}
		json_array_append(json_object_get(one, "cells"), row);
	}
	json_decref(by_name);
	return cases;
}

json_t *html_data(const json_t *runs)
{
	struct pool pool = { json_array(), json_object() };
	json_t *rows = json_object(), *kernels = json_array(), *names = json_array();
	const json_t *run, *cell;
	size_t r, c;

	json_array_foreach (runs, r, run) {
		json_array_append_new(kernels, kernel_value(run));
		json_array_foreach (json_object_get(run, "cells"), c, cell) {
			json_t *row = row_of(rows, cell, json_array_size(runs));
			json_array_set_new(json_object_get(row, "results"), r, result_value(&pool, run, cell));
			json_array_set_new(json_object_get(row, "verdicts"), r,
			                   verdict_number(json_object_get(row, SEEN), cell));
		}
	}
	for (size_t i = 0; i < COUNT(fields); i++)
		json_array_append_new(names, json_string(fields[i].name));
	json_t *cases = cases_value(rows);
	json_decref(rows);
	json_decref(pool.index);
	return json_pack("{s:s, s:o, s:o, s:o, s:o}", "hopcheck", HOPCHECK_VERSION, "kernels", kernels, "fields", names,
	                 "pool", pool.values, "cases", cases);
}
