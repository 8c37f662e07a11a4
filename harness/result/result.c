/* One cell as a JSON object; docs/results.md describes every field. */
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "report_internal.h"

/* How the program was called: commands that are printed are there to be copied. */
static const char *program = "hopcheck";

void report_program(const char *name)
{
	program = name;
}

static json_t *text_or_null(const char *text)
{
	return text && *text ? json_string(text) : json_null();
}

static json_t *axes_json(const struct testcase *testcase, size_t cell)
{
	json_t *axes = json_object();

	for (size_t i = 0; i < testcase->axis_count; i++)
		json_object_set_new(axes, testcase->axes[i].name,
		                    json_any_text(testcase->axes[i].values[cell_choice(testcase, cell, i)].label));
	return axes;
}

static void append_word(char **text, const char *word)
{
	owned_text quoted = shell_word(word);

	text_append(text, " %s", quoted);
}

/* What a person types to run just this cell. */
static json_t *command_json(const char *subcommand, const struct testcase *testcase, size_t cell)
{
	owned_text command = text_format("%s %s", program, subcommand);

	append_word(&command, testcase->file ? testcase->file : testcase->name);
	for (size_t i = 0; i < testcase->axis_count; i++) {
		owned_text choice = text_format("%s=%s", testcase->axes[i].name,
		                                testcase->axes[i].values[cell_choice(testcase, cell, i)].label);
		text_append(&command, " --only");
		append_word(&command, choice);
	}
	return json_any_text(command);
}

void result_set_command(json_t *result, const char *subcommand, const struct testcase *testcase, size_t cell)
{
	json_object_set_new(result, "command", command_json(subcommand, testcase, cell));
}

static json_t *cell_json(const struct testcase *testcase, size_t cell, const char *topology, enum outcome outcome)
{
	json_t *result = json_object();

	json_object_set_new(result, "case", json_any_text(testcase->name));
	json_object_set_new(result, "topology", text_or_null(topology));
	json_object_set_new(result, "axes", axes_json(testcase, cell));
	json_object_set_new(result, "outcome", json_string(word_of(outcome_words, (int)outcome)));
	json_object_set_new(result, "command", command_json("run", testcase, cell));
	return result;
}

static json_t *aggregation_json(const struct plan *plan, const struct verdict *verdict)
{
	json_t *aggregation = json_object();
	char name[HOP_TEXT_SIZE];

	for (size_t hop = 0; hop < verdict->hop_count; hop++)
		if (verdict->hops[hop].aggregation > 0)
			json_object_set_new(aggregation, hop_text(plan->topology, hop, name),
			                    json_real(verdict->hops[hop].aggregation));
	return aggregation;
}

static void add_hop(json_t *hops, const struct plan *plan, size_t hop)
{
	char name[HOP_TEXT_SIZE];

	json_array_append_new(hops, json_string(hop_text(plan->topology, hop, name)));
}

/* Hops that saw a fault. */
static void set_faults(json_t *json, const struct plan *plan, const struct verdict *verdict)
{
	json_t *bad = json_array(), *oversize = json_array();

	for (size_t hop = 0; hop < verdict->hop_count; hop++) {
		if (verdict->hops[hop].checksum[CHECKSUM_BAD])
			add_hop(bad, plan, hop);
		if (verdict->hops[hop].oversize)
			add_hop(oversize, plan, hop);
	}
	json_object_set_new(json, "bad_checksums", bad);
	json_object_set_new(json, "oversize", oversize);
}

static json_t *verdict_json(const struct plan *plan, const struct verdict *verdict)
{
	char name[HOP_TEXT_SIZE];
	json_t *json;

	if (!verdict)
		return json_null();
	json = json_object();
	json_object_set_new(json, "fate", json_string(word_of(fate_words, (int)verdict->fate)));
	json_object_set_new(json, "at", text_or_null(verdict->at));
	json_object_set_new(json, "reason",
	                    verdict->reason == REASON_NONE ? json_null()
	                                                   : json_string(word_of(reason_words, (int)verdict->reason)));
	json_object_set_new(json, "last_hop",
	                    verdict->last_hop == NOT_FOUND
	                            ? json_null()
	                            : json_string(hop_text(plan->topology, verdict->last_hop, name)));
	json_object_set_new(json, "aggregation", aggregation_json(plan, verdict));
	set_faults(json, plan, verdict);
	return json;
}

static json_t *rule_json(const struct aggregation_rule *rule)
{
	switch (rule->merging) {
	case MERGING_NONE:
		return json_string("none");
	case MERGING_MERGED:
		return json_string("merged");
	case MERGING_SPLIT:
		return json_string("split");
	case MERGING_EXACTLY:
		return json_real(rule->number);
	case MERGING_AT_LEAST:
		return json_sprintf(">=%g", rule->number);
	}
	return json_null();
}

static void set_given(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, json_any_text(text));
}

static void set_hops(json_t *json, const char *key, const struct hop_list *list)
{
	if (list->any)
		json_object_set_new(json, key, json_string("any"));
	if (!list->count)
		return;
	json_t *hops = json_array();
	for (size_t i = 0; i < list->count; i++)
		json_array_append_new(hops, json_any_text(list->hops[i]));
	json_object_set_new(json, key, hops);
}

static json_t *left_json(int left)
{
	return left == NO_SRH ? json_string("none") : json_integer(left);
}

static void set_srh(json_t *json, const struct expectation *row)
{
	json_t *srh = json_object();

	for (size_t i = 0; i < row->srh_count; i++)
		json_object_set_new(srh, row->srh[i].hop, left_json(row->srh[i].left));
	if (row->srh_count)
		json_object_set(json, "srh", srh);
	json_decref(srh);
}

/* Only what the row gives. */
static json_t *expectation_json(const struct expectation *row)
{
	json_t *json, *aggregation;

	if (!row)
		return json_null();
	json = json_object();
	if (row->has_fate)
		json_object_set_new(json, "fate", json_string(word_of(fate_words, (int)row->fate)));
	set_given(json, "at", row->at);
	set_given(json, "reason", row->reason);
	if (row->aggregation_count) {
		aggregation = json_object();
		for (size_t i = 0; i < row->aggregation_count; i++)
			json_object_set_new(aggregation, row->aggregation[i].hop, rule_json(&row->aggregation[i]));
		json_object_set_new(json, "aggregation", aggregation);
	}
	set_hops(json, "bad_checksums", &row->bad_checksums);
	set_hops(json, "oversize", &row->oversize);
	set_srh(json, row);
	set_given(json, "complaint", row->complaint);
	set_given(json, "log", row->log);
	set_given(json, "kernel", row->kernel);
	set_given(json, "qemu", row->qemu);
	if (row->deviation) {
		set_given(json, "deviation", row->deviation->name);
		set_given(json, "fixed", row->deviation->fixed);
		set_given(json, "found", row->deviation->found);
	}
	set_given(json, "because", row->because);
	set_given(json, "ref", row->reference);
	set_given(json, "workaround", row->workaround);
	return json;
}

static json_t *hop_json(const struct plan *plan, size_t hop, const struct hop_summary *summary)
{
	const struct interface *interface = &plan->topology->interfaces[HOP_INTERFACE(hop)];
	json_t *json = json_object(), *checksum = json_object();

	json_object_set_new(json, "node", json_string(plan->topology->nodes[interface->node].name));
	json_object_set_new(json, "interface", json_string(interface->name));
	json_object_set_new(json, "direction", json_string(word_of(hop_direction_words, HOP_DIRECTION(hop))));
	json_object_set_new(json, "packets", json_integer((json_int_t)summary->packets));
	json_object_set_new(json, "bytes", json_integer((json_int_t)summary->bytes));
	json_object_set_new(json, "largest", json_integer((json_int_t)summary->largest));
	json_object_set_new(json, "data", json_integer((json_int_t)summary->data));
	json_object_set_new(json, "oversize", json_integer((json_int_t)summary->oversize));
	json_object_set_new(json, "segments_left",
	                    summary->forward
	                            ? json_pack("[o, o]", left_json(summary->left_least), left_json(summary->left_most))
	                            : json_array());
	json_object_set_new(checksum, "valid", json_integer((json_int_t)summary->checksum[CHECKSUM_VALID]));
	json_object_set_new(checksum, "partial", json_integer((json_int_t)summary->checksum[CHECKSUM_PARTIAL]));
	json_object_set_new(checksum, "bad", json_integer((json_int_t)summary->checksum[CHECKSUM_BAD]));
	json_object_set_new(json, "checksum", checksum);
	return json;
}

static json_t *hops_json(const struct plan *plan, const struct verdict *verdict)
{
	json_t *hops = json_array();

	for (size_t hop = 0; verdict && hop < verdict->hop_count; hop++)
		json_array_append_new(hops, hop_json(plan, hop, &verdict->hops[hop]));
	return hops;
}

/* The object at a key, made when it is not there. */
static json_t *object_in(json_t *object, const char *key)
{
	if (!json_object_get(object, key))
		json_object_set_new(object, key, json_object());
	return json_object_get(object, key);
}

static json_t *counters_json(const struct plan *plan, const struct trace *trace)
{
	json_t *counters = json_object();

	for (size_t i = 0; i < trace->counter_count; i++)
		json_object_set_new(object_in(counters, counter_owner(plan->topology, &trace->counters[i])),
		                    trace->counters[i].name, json_integer(trace->counters[i].delta));
	return counters;
}

static json_t *offloads_json(const struct plan *plan, const struct trace *trace)
{
	json_t *offloads = json_object();

	for (size_t i = 0; i < trace->offload_count; i++) {
		const struct offload_state *state = &trace->offloads[i];
		const struct interface *interface = &plan->topology->interfaces[state->interface];
		owned_text name = text_format("%s.%s", plan->topology->nodes[interface->node].name, interface->name);
		json_object_set_new(object_in(offloads, name), word_of(offload_words, (int)state->offload),
		                    json_string(state->on ? "on" : "off"));
	}
	return offloads;
}

/* By the end of a link; links without NICs have none. */
static json_t *models_json(const struct topology *topology)
{
	json_t *models = json_object();

	for (size_t i = 0; i < INTERFACES(topology); i++) {
		const struct interface *interface = &topology->interfaces[i];
		owned_text name = text_format("%s.%s", topology->nodes[interface->node].name, interface->name);
		if (interface->model)
			json_object_set_new(models, name, json_string(interface->model->word));
	}
	return models;
}

static json_t *endpoint_json(const struct endpoint *end)
{
	if (!end->used)
		return json_null();
	return json_pack("{s:b, s:I, s:I, s:b, s:s?, s:I, s:I}", "established", end->established, "sent",
	                 (json_int_t)end->sent, "received", (json_int_t)end->received, "mangled", end->mangled, "error",
	                 end->error ? strerror(end->error) : NULL, "retransmits", (json_int_t)end->retransmits,
	                 "unacknowledged", (json_int_t)end->unacknowledged);
}

static json_t *complaints_json(const struct trace *trace)
{
	json_t *complaints = json_array();

	for (size_t i = 0; i < trace->complaint_count; i++)
		json_array_append_new(complaints, json_any_text(trace->complaints[i]));
	return complaints;
}

static json_t *hints_json(const struct verdict *verdict)
{
	json_t *hints = json_array();

	for (size_t i = 0; verdict && i < verdict->hint_count; i++)
		json_array_append_new(hints, json_any_text(verdict->hints[i]));
	return hints;
}

json_t *result_make(const struct plan *plan, const struct trace *trace, const struct judgement *judgement)
{
	json_t *result = cell_json(plan->testcase, plan->cell, plan->topology->name, judgement->outcome);
	bool is_documented = judgement->outcome == OUTCOME_KNOWN || judgement->outcome == OUTCOME_FIXED;

	json_object_set_new(result, "verdict", verdict_json(plan, judgement->verdict));
	json_object_set_new(result, "expected", expectation_json(judgement->expected));
	if (is_documented)
		json_object_set_new(result, "known", expectation_json(judgement->known));
	if (judgement->may_warn)
		json_object_set_new(result, "warning", expectation_json(judgement->known));
	if (judgement->like)
		set_given(result, "like", judgement->like->name);
	json_object_set_new(result, "journey", json_null()); /* result_tell() */
	json_object_set_new(result, "hops", hops_json(plan, judgement->verdict));
	json_object_set_new(result, "counters", counters_json(plan, trace));
	json_object_set_new(result, "offloads", offloads_json(plan, trace));
	json_object_set_new(result, "models", models_json(plan->topology));
	json_object_set_new(result, "sender", endpoint_json(&trace->sender));
	json_object_set_new(result, "receiver", endpoint_json(&trace->receiver));
	json_object_set_new(result, "complaints", complaints_json(trace));
	json_object_set_new(result, "hints", hints_json(judgement->verdict));
	json_object_set_new(result, "drops", drops_json(plan, trace));
	json_object_set_new(result, "drops_lost", json_integer((json_int_t)trace->drops_lost));
	json_object_set_new(result, "why", json_any_text(judgement->why));
	json_object_set_new(result, "ms", json_real(trace->milliseconds));
	return result;
}

/* A case with one topology has it; otherwise the axis called topology chooses. */
static const char *topology_name(const struct testcase *testcase, size_t cell)
{
	for (size_t i = 0; i < testcase->axis_count; i++)
		if (strcmp(testcase->axes[i].name, "topology") == 0)
			return testcase->axes[i].values[cell_choice(testcase, cell, i)].label;
	return testcase->topology_count ? testcase->topologies[0] : NULL;
}

json_t *result_without_trace(const struct testcase *testcase, size_t cell, enum outcome outcome, const char *why)
{
	json_t *result = cell_json(testcase, cell, topology_name(testcase, cell), outcome);

	json_object_set_new(result, "verdict", json_null());
	json_object_set_new(result, "expected", json_null());
	json_object_set_new(result, "journey", json_null());
	json_object_set_new(result, "hops", json_array());
	json_object_set_new(result, "counters", json_object());
	json_object_set_new(result, "offloads", json_object());
	json_object_set_new(result, "models", json_object());
	json_object_set_new(result, "sender", json_null());
	json_object_set_new(result, "receiver", json_null());
	json_object_set_new(result, "complaints", json_array());
	json_object_set_new(result, "hints", json_array());
	json_object_set_new(result, "drops", json_array());
	json_object_set_new(result, "drops_lost", json_integer(0));
	json_object_set_new(result, "why", json_any_text(why));
	json_object_set_new(result, "ms", json_real(0));
	return result;
}

json_t *results_document(json_t *kernel, json_t *topologies, json_t *cells)
{
	return json_pack("{s:s, s:O, s:o, s:O}", "hopcheck", HOPCHECK_VERSION, "kernel", kernel, "topologies",
	                 topologies ? json_incref(topologies) : json_object(), "cells", cells);
}
