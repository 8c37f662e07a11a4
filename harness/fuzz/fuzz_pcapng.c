/* Any octets as a pcapng: read to its end or refused with one message, nothing read outside; and what was read, written
 * again, is read back the same. */
#include <stdlib.h>
#include <string.h>

#include "../kept/pcapng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static bool inside(struct bytes view, struct bytes file)
{
	return view.length == 0 ||
	       (view.data >= file.data && view.length <= file.length - (size_t)(view.data - file.data));
}

static void holds(const struct pcapng *pcapng, const struct pcapng_packet *packet)
{
	demand(packet->interface < pcapng->interface_count);
	demand(packet->octets.length <= PCAPNG_SNAPLEN && packet->octets.length <= packet->wire_length);
	demand(inside(packet->octets, pcapng->file) && inside(packet->comment, pcapng->file));
}

/* The packet alone in a file of ours. */
static void written_again(const struct pcapng_packet *packet)
{
	static const uint8_t mac[6];
	struct pcapng_packet first = *packet, again;
	struct pcapng pcapng;
	struct error err = { 0 };
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	first.interface = 0;
	pcapng_write_section(file, "fuzz", NULL, NULL);
	pcapng_write_interface(file, "node:interface", mac);
	demand(pcapng_write_packet(file, &first));
	fclose(file);
	demand(pcapng_open(&pcapng, (struct bytes){ (uint8_t *)text, length }, "f", &err) == 0);
	demand(pcapng_next(&pcapng, &again, &err) == 1);
	demand(again.time == first.time && again.wire_length == first.wire_length);
	demand(again.octets.length == first.octets.length && again.comment.length == first.comment.length);
	demand(!first.octets.length || memcmp(again.octets.data, first.octets.data, first.octets.length) == 0);
	demand(!first.comment.length || memcmp(again.comment.data, first.comment.data, first.comment.length) == 0);
	demand(first.direction > PCAPNG_OUTBOUND || again.direction == first.direction);
	demand(pcapng_next(&pcapng, &again, &err) == 0);
	pcapng_close(&pcapng);
	free(text);
}

static void read_all(const uint8_t *data, size_t size)
{
	struct pcapng pcapng;
	struct pcapng_packet packet;
	struct error err = { 0 };
	int got = pcapng_open(&pcapng, (struct bytes){ data, size }, "f", &err);

	for (got = got < 0 ? got : 1; got == 1;) {
		got = pcapng_next(&pcapng, &packet, &err);
		if (got == 1) {
			holds(&pcapng, &packet);
			written_again(&packet);
		}
	}
	for (size_t i = 0; i < pcapng.interface_count; i++)
		demand(inside(pcapng.interfaces[i], pcapng.file));
	demand(err.count == (got < 0));
	pcapng_close(&pcapng);
}

/* The same octets as the bodies of blocks whose frames are right: type, half a length, body. */
static void as_blocks(const uint8_t *data, size_t size)
{
	uint8_t *file = zalloc(size * 8 + 64);
	size_t at = 0;
	static const uint8_t head[] = { 0x0a, 0x0d, 0x0d, 0x0a, 28,   0,    0,    0,    0x4d, 0x3c, 0x2b, 0x1a, 1, 0,
		                        0,    0,    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 28,   0,    0, 0 };

	memcpy(file, head, sizeof head);
	at = sizeof head;
	while (size >= 2) {
		uint32_t body = (data[1] % 64) * 4U, length = body + 12;
		file[at] = data[0] % 8;
		memcpy(file + at + 4, &length, sizeof length);
		data += 2;
		size -= 2;
		if (body > size)
			break;
		memcpy(file + at + 8, data, body);
		memcpy(file + at + 8 + body, &length, sizeof length);
		data += body;
		size -= body;
		at += length;
	}
	read_all(file, at);
	free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_all(data, size);
	as_blocks(data, size);
	return 0;
}
