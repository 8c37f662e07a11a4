/* Reads a kept trace's capture back: every packet must be the one that trace.json describes, at its hop, in its order,
 * and there must be no more of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "trace_file.h"

#define LARGEST_FILE (INT64_C(4) << 30)

struct capture {
	const char *path;
	const struct plan *plan;
	struct pcapng pcapng;
	struct error *err;
};

/* The whole file; caller frees. */
static int file_read(struct bytes *ret, const char *path, struct error *err)
{
	FILE *file = fopen(path, "rb");
	struct stat state;
	int result = -1;

	if (!file || fstat(fileno(file), &state) < 0) {
		fail(err, "%s: %s", path, strerror(errno));
	} else if (!S_ISREG(state.st_mode) || state.st_size > LARGEST_FILE) {
		fail(err, "%s: is no file of at most 4 GiB", path);
	} else {
		uint8_t *data = zalloc((size_t)state.st_size + 1);
		*ret = (struct bytes){ data, fread(data, 1, (size_t)state.st_size, file) };
		result = ret->length == (size_t)state.st_size ? 0 : fail(err, "%s: cannot be read whole", path);
	}
	if (file)
		fclose(file);
	return result;
}

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

static int check_packet(const struct capture *capture, const struct pcapng_packet *packet, struct seen *seen,
                        const char *digest)
{
	char actual[DIGEST_SIZE];

	if (packet->interface != HOP_INTERFACE(seen->hop) || packet->direction != trace_direction(seen->hop) ||
	    packet->octets.length != seen->length || packet->wire_length != seen->wire_length ||
	    packet->time != seen->time || strcmp(octets_digest(packet->octets, actual), digest) != 0)
		return fail(capture->err, "%s: a packet is not the one that trace.json describes", capture->path);
	seen->data = zalloc(seen->length + 1);
	memcpy(seen->data, packet->octets.data, seen->length);
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
	struct bytes file = { 0 };
	int ret = file_read(&file, path, err);

	if (ret == 0) {
		ret = pcapng_open(&capture.pcapng, file, path, err);
		if (ret == 0)
			ret = check_packets(&capture, trace, digests);
		pcapng_close(&capture.pcapng);
	}
	free((void *)file.data);
	return ret;
}
