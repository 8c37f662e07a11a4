/* A result as the page takes it. */
#include <string.h>

#include "html_data.h"

/* Takes ownership of what is empty, for which null is written. */
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

/* Texts of scripts are not disarmed, which would change them: none of ours has what that would change, and one that has
 * is not shown. */
static bool is_harmless(const char *text)
{
	owned_text copy = text_copy(text);
	char *rest = NULL;

	for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		for (char *tab = line; (tab = strchr(tab, '\t'));)
			*tab = ' ';
		if (text_disarm(line))
			return false;
	}
	return true;
}

/* Adds it. False: it is not there, or is not to be shown. */
static bool add_text(json_t *small, struct pooled *pool, const char *text)
{
	if (!text || !is_harmless(text))
		return false;
	json_array_append_new(small, pooled(pool, json_any_text(text)));
	return true;
}

/* [REF, ...] of the parts of its script, and of the files between them. */
static json_t *script_value(struct pooled *pool, const struct run *run, const struct result *cell)
{
	static const bool file_follows[SCRIPT_PARTS] = { [0] = true, [2] = true, [3] = true };
	json_t *small = json_array();
	bool whole = cell->script.count == SCRIPT_PARTS;
	size_t files = 0;

	for (size_t i = 0; whole && i < SCRIPT_PARTS; i++) {
		whole = add_text(small, pool, cell->script.at[i]);
		if (whole && file_follows[i])
			whole = add_text(small, pool, run_file(run, script_file_names[files++]));
	}
	return whole ? small : emptied(small);
}

/* What the page shows of a result; those that are made smaller than the member's own JSON, which is taken else. */
static const struct {
	const char *name;
	json_t *(*make)(struct pooled *pool, const struct result *cell);
} fields[] = {
	{ "why", NULL },
	{ "verdict", NULL },
	{ "expected", NULL },
	{ "known", NULL },
	{ "differences", NULL },
	{ "drops", NULL },
	{ "hops", hops_value },
	{ "counters", counters_value },
	{ "journey", journey_value },
	{ "offloads", NULL },
	{ "sender", NULL },
	{ "receiver", NULL },
	{ "complaints", NULL },
	{ "hints", NULL },
	{ "console", NULL },
	{ "topology", NULL },
	{ "command", command_value },
	{ "script", NULL },
	{ "models", NULL },
	{ "breaches", NULL },
	{ "icmpv6", NULL },
	{ "icmpv4", NULL },
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
	if (strcmp(name, "script") == 0)
		return script_value(pool, run, cell);
	json_t *value = member_json(&result_members, cell, name);
	return value ? value : member_json(&result_evidence_members, cell->evidence, name);
}

json_t *result_value(struct pooled *pool, const struct run *run, const struct result *cell)
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

json_t *field_names(void)
{
	json_t *names = json_array();

	for (size_t i = 0; i < COUNT(fields); i++)
		json_array_append_new(names, json_string(fields[i].name));
	return names;
}
