/* Keeps a trace: trace.json, and its packets in trace.pcapng. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "result.h"
#include "trace_file.h"

static json_t *packet_json(const struct captured *captured, const struct topology *topology)
{
	char hop[HOP_TEXT_SIZE], digest[DIGEST_SIZE];

	json_t *json =
	        json_pack("{s:s, s:I, s:I, s:I, s:b, s:b, s:I, s:s}", "hop", hop_text(topology, captured->hop, hop),
	                  "time", (json_int_t)captured->time, "length", (json_int_t)captured->length, "wire_length",
	                  (json_int_t)captured->wire_length, "needs_csum", captured->needs_csum, "data_valid",
	                  captured->data_valid, "gso_size", (json_int_t)captured->gso_size, "digest",
	                  octets_digest((struct bytes){ captured->data, captured->length }, digest));
	if (captured->offload_known && (captured->gso_size || captured->needs_csum)) {
		json_object_set_new(json, "gso_type", json_integer(captured->gso_type));
		json_object_set_new(json, "csum_start", json_integer(captured->csum_start));
		json_object_set_new(json, "csum_offset", json_integer(captured->csum_offset));
	}
	if (captured->headers_only) {
		json_object_set_new(json, "checksum", json_string(word_of(checksum_words, (int)captured->checksum)));
		json_object_set_new(json, "as_sent", json_boolean(captured->as_sent));
	}
	return json;
}

static json_t *endpoint_json(const struct endpoint *end)
{
	return json_pack("{s:b, s:b, s:I, s:I, s:b, s:I, s:i, s:I, s:I}", "used", end->used, "established",
	                 end->established, "sent", (json_int_t)end->sent, "received", (json_int_t)end->received,
	                 "mangled", end->mangled, "mangled_at", (json_int_t)end->mangled_at, "error", end->error,
	                 "retransmits", (json_int_t)end->retransmits, "unacknowledged",
	                 (json_int_t)end->unacknowledged);
}

static json_t *counters_json(const struct trace *trace, const struct topology *topology)
{
	json_t *counters = json_array();

	for (size_t i = 0; i < trace->counter_count; i++)
		json_array_append_new(counters,
		                      json_pack("{s:s, s:s, s:I}", "node", counter_owner(topology, &trace->counters[i]),
		                                "name", trace->counters[i].name, "delta",
		                                (json_int_t)trace->counters[i].delta));
	return counters;
}

static json_t *offloads_json(const struct trace *trace, const struct topology *topology)
{
	json_t *offloads = json_array();

	for (size_t i = 0; i < trace->offload_count; i++) {
		const struct offload_state *state = &trace->offloads[i];
		const struct interface *interface = &topology->interfaces[state->interface];
		json_array_append_new(offloads,
		                      json_pack("{s:s, s:s, s:s, s:b}", "node", topology->nodes[interface->node].name,
		                                "interface", interface->name, "offload",
		                                word_of(offload_words, (int)state->offload), "on", state->on));
	}
	return offloads;
}

static json_t *texts_json(char *const *texts, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_any_text(texts[i]));
	return list;
}

static json_t *document_of(const struct trace *trace, const struct plan *plan)
{
	const struct topology *topology = plan->topology;
	owned_text cell = cell_text(plan->testcase, plan->cell);
	json_t *document = json_pack("{s:i, s:s, s:s, s:s, s:I, s:o, s:o, s:f}", "format", TRACE_FORMAT, "case",
	                             plan->testcase->name, "cell", cell, "topology", topology->name, "lost",
	                             (json_int_t)trace->lost, "broken", json_any_text(trace->broken), "skip",
	                             json_any_text(trace->skip), "ms", trace->milliseconds);
	json_t *packets = json_array();
	char digest[DIGEST_SIZE];

	for (size_t i = 0; i < trace->packet_count; i++)
		json_array_append_new(packets, packet_json(&trace->packets[i], topology));
	json_object_set_new(document, CLIENT_MEMBER, endpoint_json(&trace->client));
	json_object_set_new(document, SERVER_MEMBER, endpoint_json(&trace->server));
	json_object_set_new(document, "counters", counters_json(trace, topology));
	json_object_set_new(document, "offloads", offloads_json(trace, topology));
	json_object_set_new(document, "complaints", texts_json(trace->complaints, trace->complaint_count));
	json_object_set_new(document, "log", texts_json(trace->log, trace->log_count));
	json_object_set_new(document, "packets", packets);
	json_object_set_new(document, "drops", trace_drops_json(trace, topology));
	json_object_set_new(document, "drops_lost", json_integer((json_int_t)trace->drops_lost));
	if (trace->refusal) {
		json_object_set_new(document, "refused_line", json_any_text(trace->refused_line));
		json_object_set_new(document, "refusal", json_any_text(trace->refusal));
	}
	json_object_set_new(document, "digest", json_string(document_digest(document, digest)));
	return document;
}

/* trace.json is written last: if it exists, the trace is complete. A trace that could not be written completely is
 * removed. */
int trace_save(const struct trace *trace, const struct plan *plan, const struct journeys *journeys, int at,
               const char *dir, struct error *err)
{
	const char *slash = strrchr(dir, '/'), *name = slash ? slash + 1 : dir;
	int directory = directory_below(at, name, true, err);

	if (directory < 0)
		return blame(err, "%.*s", slash ? (int)(slash - dir) : 1, slash ? dir : ".");
	json_t *document = document_of(trace, plan);
	owned_text path = trace_json_path(dir);
	int ret = capture_save(trace, plan, journeys, directory, dir, err);
	if (ret == 0)
		ret = file_put_at(directory, TRACE_JSON, path, json_writer, document, err);
	json_decref(document);
	if (ret < 0) {
		unlinkat(directory, TRACE_CAPTURE, 0);
		unlinkat(at, name, AT_REMOVEDIR);
	}
	close(directory);
	return ret;
}
