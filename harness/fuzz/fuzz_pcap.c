/* Any octets as a capture from elsewhere: read to its end or refused with a message; and whatever was read, what is
 * found of it and all that is written of that. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "sighting.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void packets_hold(const struct capture *capture)
{
	for (size_t i = 0; i < capture->packet_count; i++) {
		const struct capture_packet *packet = &capture->packets[i];
		demand(packet->point < capture->point_count && packet->number > 0);
		demand(packet->seen.length <= packet->seen.wire_length);
		demand(!i || capture->packets[i - 1].seen.time <= packet->seen.time);
	}
}

static void tell_all(struct capture *capture)
{
	owned(pool) pool = pool_new();
	const struct sightings *sightings = sightings_make(pool, capture, &(struct sighting_options){ 1500 });
	size_t packets = 0, length;
	char *text = NULL;
	FILE *out = open_memstream(&text, &length);

	for (size_t i = 0; i < sightings->flows.count; i++)
		packets += sightings->flows.at[i].packets.count;
	demand(packets == capture->packet_count);
	report_sightings(out, (struct report_style){ .width = 80, .verbose = 2 }, pool, sightings);
	fclose(out);
	free(text);
	json_t *json = members_json(&sightings_members, sightings);
	demand(json != NULL);
	json_decref(json);
}

static void read_all(const uint8_t *data, size_t size)
{
	owned(capture) capture = zalloc(sizeof *capture);
	struct error err = { 0 };
	const int got = capture_take(capture, (struct bytes){ data, size }, "f", &err);

	demand((got < 0) == (err.count > 0));
	capture_sort(capture);
	packets_hold(capture);
	tell_all(capture);
}

/* The same octets as one packet of a pcap file, whose link type the first of them chooses: a fuzzer would need long to
 * find a file's header by itself. */
static void as_packet(const uint8_t *data, size_t size)
{
	static const uint16_t types[] = { 1, 113, 101, 0, 108, 228, 229, 276 };
	const uint32_t length = size ? (uint32_t)size - 1 : 0, choice = size ? data[0] : 0;
	const uint32_t head[] = { 0xa1b2c3d4, 0x00040002,
		                  0,          0,
		                  0x40000,    types[choice % COUNT(types)],
		                  1,          2,
		                  length,     length + 40 * (choice >> 7) };
	uint8_t *file = zalloc(sizeof head + size);

	memcpy(file, head, sizeof head);
	memcpy(file + sizeof head, data + (size ? 1 : 0), length);
	read_all(file, sizeof head + length);
	free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_all(data, size);
	as_packet(data, size);
	return 0;
}
