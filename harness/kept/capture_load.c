/* Reads a kept trace's capture back: every packet must be the one that trace.json describes, at its hop and in order,
 * and there must be no others. */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "trace_file.h"

#define LARGEST_FILE ((size_t)4 << 30)

struct capture {
	const char *path;
	const struct plan *plan;
	struct pcapng pcapng;
	struct error *err;
};

static bool is_named(struct bytes name, const char *wanted)
{
	return name.length == strlen(wanted) && memcmp(name.data, wanted, name.length) == 0;
}

static int check_interfaces(const struct capture *capture)
{
	const struct topology *topology = capture->plan->topology;

	if (capture->pcapng.interface_count != INTERFACES(topology))
		return fail(capture->err, "%s: has %zu interfaces, not the %zu of the topology", capture->path,
		            capture->pcapng.interface_count, INTERFACES(topology));
	for (size_t i = 0; i < capture->pcapng.interface_count; i++) {
		owned_text wanted = trace_interface_name(topology, i);
		if (!is_named(capture->pcapng.interfaces[i], wanted))
			return fail(capture->err, "%s: interface %zu is not %s", capture->path, i, wanted);
	}
	return 0;
}

static int check_packet(const struct capture *capture, const struct pcapng_packet *packet, struct captured *captured,
                        const char *digest)
{
	char actual[DIGEST_SIZE];

	if (packet->interface != HOP_INTERFACE(captured->hop) || packet->direction != trace_direction(captured->hop) ||
	    packet->octets.length != captured->length || packet->wire_length != captured->wire_length ||
	    packet->time != captured->time || strcmp(octets_digest(packet->octets, actual), digest) != 0)
		return fail(capture->err, "%s: a packet is not the one that trace.json describes", capture->path);
	captured->data = zalloc(captured->length + 1);
	memcpy(captured->data, packet->octets.data, captured->length);
	captured_parse(captured);
	return 0;
}

static int check_packets(struct capture *capture, struct trace *trace, const char *const *digests)
{
	struct pcapng_packet packet;
	int got;

	for (size_t i = 0; i < trace->packet_count; i++) {
		got = pcapng_next(&capture->pcapng, &packet, capture->err);
		if (got < 0)
			return -1;
		if (got == 0)
			return fail(capture->err, "%s: has fewer packets than trace.json says", capture->path);
		if (check_packet(capture, &packet, &trace->packets[i], digests[i]) < 0)
			return -1;
	}
	got = pcapng_next(&capture->pcapng, &packet, capture->err);
	if (got == 1)
		fail(capture->err, "%s: has more than the packets that trace.json describes", capture->path);
	return got == 0 ? check_interfaces(capture) : -1;
}

int capture_load(struct trace *trace, const struct plan *plan, const char *const *digests, const char *dir,
                 struct error *err)
{
	owned_text path = trace_capture_path(dir);
	struct capture capture = { .path = path, .plan = plan, .err = err };
	uint8_t *data = NULL;
	size_t length = 0;
	int ret = file_read(&data, &length, path, LARGEST_FILE, err);

	if (ret == 0) {
		ret = pcapng_open(&capture.pcapng, (struct bytes){ data, length }, path, err);
		if (ret == 0)
			ret = check_packets(&capture, trace, digests);
		pcapng_close(&capture.pcapng);
	}
	free(data);
	return ret;
}
