/* Reads a kept trace back and validates it: a mismatch with its plan or its digests is an error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "result.h"
#include "trace_file.h"

/* The trace that is being read. */
struct reader {
	const struct plan *plan;
	const char *dir, *path; /* path: of trace.json, for messages */
	const json_t *document;
	struct trace *trace;
	const char **digests; /* of packets; borrowed from the document */
	size_t digest_count;
	struct error *err;
};

/* json_unpack_ex() of one member, with the member's place in the message. */
#define UNPACK(reader, object, what, ...)                                                                              \
	({                                                                                                             \
		json_error_t json_;                                                                                    \
		json_unpack_ex((json_t *)(object), &json_, 0, __VA_ARGS__) < 0                                         \
		        ? fail((reader)->err, "%s: %s: %s", (reader)->path, (what), json_.text)                        \
		        : 0;                                                                                           \
	})

static int read_head(struct reader *reader)
{
	const char *name, *cell, *topology;
	json_int_t lost;
	double milliseconds;
	owned_text wanted = cell_text(reader->plan->testcase, reader->plan->cell);

	if (UNPACK(reader, reader->document, "the document", "{s:s, s:s, s:s, s:I, s:F}", "case", &name, "cell", &cell,
	           "topology", &topology, "lost", &lost, "ms", &milliseconds) < 0)
		return -1;
	if (strcmp(name, reader->plan->testcase->name) != 0 || strcmp(cell, wanted) != 0 ||
	    strcmp(topology, reader->plan->topology->name) != 0)
		return fail(reader->err,
		            "%s: is of case %s, cell '%s', topology %s, not of case %s, cell '%s', topology %s",
		            reader->path, name, cell, topology, reader->plan->testcase->name, wanted,
		            reader->plan->topology->name);
	reader->trace->lost = (uint64_t)lost;
	reader->trace->broken = text_copy(json_string_value(json_object_get(reader->document, "broken")));
	reader->trace->skip = text_copy(json_string_value(json_object_get(reader->document, "skip")));
	reader->trace->refused_line = text_copy(json_string_value(json_object_get(reader->document, "refused_line")));
	reader->trace->refusal = text_copy(json_string_value(json_object_get(reader->document, "refusal")));
	reader->trace->milliseconds = milliseconds;
	return 0;
}

static int read_endpoint(struct reader *reader, const char *which, struct endpoint *end)
{
	json_int_t sent, received, mangled_at, retransmits, unacknowledged;
	int used, established, mangled;

	if (UNPACK(reader, json_object_get(reader->document, which), which,
	           "{s:b, s:b, s:I, s:I, s:b, s:I, s:i, s:I, s:I}", "used", &used, "established", &established, "sent",
	           &sent, "received", &received, "mangled", &mangled, "mangled_at", &mangled_at, "error", &end->error,
	           "retransmits", &retransmits, "unacknowledged", &unacknowledged) < 0)
		return -1;
	end->used = used;
	end->established = established;
	end->sent = (uint64_t)sent;
	end->received = (uint64_t)received;
	end->mangled = mangled;
	end->mangled_at = (uint64_t)mangled_at;
	end->retransmits = (unsigned)retransmits;
	end->unacknowledged = (uint64_t)unacknowledged;
	return 0;
}

static int read_counter(struct reader *reader, const json_t *item)
{
	const char *node, *name;
	json_int_t delta;

	if (UNPACK(reader, item, "counters", "{s:s, s:s, s:I}", "node", &node, "name", &name, "delta", &delta) < 0)
		return -1;
	struct counter counter = { .node = topology_node(reader->plan->topology, node), .delta = delta };
	if (counter.node == NOT_FOUND && strcmp(node, NO_NODE) != 0)
		return fail(reader->err, "%s: counters: unknown node '%s'", reader->path, node);
	if (strlen(name) >= sizeof counter.name)
		return fail(reader->err, "%s: counters: the name %s is too long", reader->path, name);
	strcpy(counter.name, name);
	*PUSH(reader->trace->counters, reader->trace->counter_count) = counter;
	return 0;
}

static int read_offload(struct reader *reader, const json_t *item)
{
	const struct topology *topology = reader->plan->topology;
	const char *node, *interface, *word;
	int on, offload;

	if (UNPACK(reader, item, "offloads", "{s:s, s:s, s:s, s:b}", "node", &node, "interface", &interface, "offload",
	           &word, "on", &on) < 0)
		return -1;
	size_t node_index = topology_node(topology, node);
	size_t index = node_index == NOT_FOUND ? NOT_FOUND : topology_interface(topology, node_index, interface);
	if (index == NOT_FOUND || !word_value(offload_words, word, &offload))
		return fail(reader->err, "%s: offloads: unknown %s.%s.%s", reader->path, node, interface, word);
	*PUSH(reader->trace->offloads, reader->trace->offload_count) =
	        (struct offload_state){ index, (enum offload)offload, on };
	return 0;
}

static int read_complaint(struct reader *reader, const json_t *item)
{
	if (!json_is_string(item))
		return fail(reader->err, "%s: complaints: one is not a text", reader->path);
	*PUSH(reader->trace->complaints, reader->trace->complaint_count) = text_copy(json_string_value(item));
	return 0;
}

static int read_log(struct reader *reader, const json_t *item)
{
	if (!json_is_string(item))
		return fail(reader->err, "%s: log: a line is not a text", reader->path);
	*PUSH(reader->trace->log, reader->trace->log_count) = text_copy(json_string_value(item));
	return 0;
}

static int read_drop(struct reader *reader, const json_t *item)
{
	const char *fault = trace_drop_read(reader->trace, reader->plan->topology, item);

	return fault ? fail(reader->err, "%s: drops: %s", reader->path, fault) : 0;
}

/* Facts about a payload that was not kept; most packets have theirs. */
static int read_payload(struct reader *reader, const json_t *item, struct captured *captured)
{
	const char *word = NULL;
	int as_sent = 0, checksum;

	if (UNPACK(reader, item, "packets", "{s?s, s?b}", "checksum", &word, "as_sent", &as_sent) < 0)
		return -1;
	if (!word)
		return 0;
	if (!word_value(checksum_words, word, &checksum))
		return fail(reader->err, "%s: packets: unknown checksum '%s'", reader->path, word);
	captured->headers_only = true;
	captured->as_sent = as_sent;
	captured->checksum = (enum checksum)checksum;
	return 0;
}

/* Traces that were kept before this was captured do not have it. */
static int read_offload_header(struct reader *reader, const json_t *item, struct captured *captured)
{
	json_int_t type = -1, start = 0, offset = 0;

	if (UNPACK(reader, item, "packets", "{s?I, s?I, s?I}", "gso_type", &type, "csum_start", &start, "csum_offset",
	           &offset) < 0)
		return -1;
	if (type == -1)
		return 0;
	if (type < 0 || type > UINT8_MAX || start < 0 || start > UINT16_MAX || offset < 0 || offset > UINT16_MAX)
		return fail(reader->err, "%s: packets: a gso_type, csum_start or csum_offset is impossible",
		            reader->path);
	captured->offload_known = true;
	captured->gso_type = (uint8_t)type;
	captured->csum_start = (uint16_t)start;
	captured->csum_offset = (uint16_t)offset;
	return 0;
}

static int read_packet(struct reader *reader, const json_t *item)
{
	const char *hop, *digest;
	json_int_t time, length, wire_length, gso_size;
	int needs_csum, data_valid;

	if (UNPACK(reader, item, "packets", "{s:s, s:I, s:I, s:I, s:b, s:b, s:I, s:s}", "hop", &hop, "time", &time,
	           "length", &length, "wire_length", &wire_length, "needs_csum", &needs_csum, "data_valid", &data_valid,
	           "gso_size", &gso_size, "digest", &digest) < 0)
		return -1;
	struct captured captured = { .hop = hop_find(reader->plan->topology, hop),
		                     .time = (uint64_t)time,
		                     .length = (size_t)length,
		                     .wire_length = (size_t)wire_length,
		                     .needs_csum = needs_csum,
		                     .data_valid = data_valid,
		                     .gso_size = (unsigned)gso_size };
	if (captured.hop == NOT_FOUND)
		return fail(reader->err, "%s: packets: unknown hop '%s'", reader->path, hop);
	if (length < 0 || length > PCAPNG_SNAPLEN || wire_length < length || time < 0 || gso_size < 0)
		return fail(reader->err, "%s: packets: a length or time is impossible", reader->path);
	if (read_payload(reader, item, &captured) < 0 || read_offload_header(reader, item, &captured) < 0)
		return -1;
	*PUSH(reader->digests, reader->digest_count) = digest;
	*PUSH(reader->trace->packets, reader->trace->packet_count) = captured;
	return 0;
}

static int read_list(struct reader *reader, const char *key, int (*read_item)(struct reader *, const json_t *))
{
	const json_t *list = json_object_get(reader->document, key), *item;
	size_t i;

	if (!json_is_array(list))
		return fail(reader->err, "%s: the list '%s' is missing", reader->path, key);
	json_array_foreach (list, i, item)
		if (read_item(reader, item) < 0)
			return -1;
	return 0;
}

/* Traces that were kept before there were drops have none. */
static int read_drops(struct reader *reader)
{
	reader->trace->drops_lost = (uint64_t)json_integer_value(json_object_get(reader->document, "drops_lost"));
	return json_object_get(reader->document, "drops") ? read_list(reader, "drops", read_drop) : 0;
}

static int check_format(struct reader *reader)
{
	json_int_t format = json_integer_value(json_object_get(reader->document, "format"));

	if (format == 1)
		return fail(reader->err,
		            "%s: is a trace of format 1, with one pcap per hop, which is not read any more; record it "
		            "again "
		            "with `hopcheck run --keep`",
		            reader->path);
	return format == TRACE_FORMAT
	               ? 0
	               : fail(reader->err, "%s: is not a trace of format %d", reader->path, TRACE_FORMAT);
}

static int read_all(struct reader *reader)
{
	const json_t *document = reader->document;
	char digest[DIGEST_SIZE];
	const char *written = json_string_value(json_object_get(document, "digest"));

	if (check_format(reader) < 0)
		return -1;
	if (!written || strcmp(document_digest(document, digest), written) != 0)
		return fail(reader->err, "%s: was altered after it was saved", reader->path);
	if (read_head(reader) < 0 || read_endpoint(reader, CLIENT_MEMBER, &reader->trace->client) < 0 ||
	    read_endpoint(reader, SERVER_MEMBER, &reader->trace->server) < 0 ||
	    read_list(reader, "counters", read_counter) < 0 || read_list(reader, "offloads", read_offload) < 0 ||
	    read_list(reader, "complaints", read_complaint) < 0 || read_list(reader, "log", read_log) < 0 ||
	    read_list(reader, "packets", read_packet) < 0 || read_drops(reader) < 0)
		return -1;
	return capture_load(reader->trace, reader->plan, reader->digests, reader->dir, reader->err);
}

int trace_load(struct trace **ret, const struct plan *plan, const char *dir, struct error *err)
{
	owned_text path = trace_json_path(dir);
	owned(trace) trace = trace_new();
	json_t *document = json_read(path, JSON_REJECT_DUPLICATES, err);

	if (!document)
		return -1;
	struct reader reader = { plan, dir, path, document, trace, NULL, 0, err };
	int result = read_all(&reader);
	free(reader.digests);
	json_decref(document);
	if (result == 0)
		*ret = take(trace);
	return result;
}
