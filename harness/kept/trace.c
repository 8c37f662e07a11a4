/* Making and freeing traces, and the names and digests of their files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_file.h"

struct trace *trace_new(void)
{
	return zalloc(sizeof(struct trace));
}

void trace_forget_packets(struct trace *trace)
{
	for (size_t i = 0; i < trace->packet_count; i++)
		free(trace->packets[i].data);
	free(trace->packets);
	trace->packets = NULL;
	trace->packet_count = 0;
	trace->lost = 0;
	for (size_t i = 0; i < trace->drop_count; i++)
		free(trace->drops[i].data);
	free(trace->drops);
	trace->drops = NULL;
	trace->drop_count = 0;
	trace->drops_lost = 0;
}

void trace_free(struct trace *trace)
{
	if (!trace)
		return;
	trace_forget_packets(trace);
	for (size_t i = 0; i < trace->complaint_count; i++)
		free(trace->complaints[i]);
	for (size_t i = 0; i < trace->log_count; i++)
		free(trace->log[i]);
	free(trace->log);
	free(trace->counters);
	free(trace->offloads);
	free(trace->complaints);
	free(trace->broken);
	free(trace->skip);
	free(trace->refused_line);
	free(trace->refusal);
	free(trace);
}

char *trace_json_path(const char *dir)
{
	return text_format("%s/" TRACE_JSON, dir);
}

char *trace_capture_path(const char *dir)
{
	return text_format("%s/" TRACE_CAPTURE, dir);
}

const char *octets_digest(struct bytes octets, char buffer[DIGEST_SIZE])
{
	snprintf(buffer, DIGEST_SIZE, "%016llx",
	         (unsigned long long)digest_add(DIGEST_START, octets.data, octets.length));
	return buffer;
}

const char *document_digest(const json_t *document, char buffer[DIGEST_SIZE])
{
	json_t *rest = json_copy((json_t *)document);

	json_object_del(rest, "digest");
	owned_text text = json_dumps(rest, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(rest);
	return octets_digest((struct bytes){ (const uint8_t *)text, text ? strlen(text) : 0 }, buffer);
}
