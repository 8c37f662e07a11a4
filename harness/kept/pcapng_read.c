/* Reads pcapng. Every length is checked against what is left before anything after it is read. */
#include <stdlib.h>
#include <string.h>

#include "pcapng_block.h"

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static int wrong(const struct pcapng *pcapng, const char *what, struct error *err)
{
	return fail(err, "%s: octet %zu: %s", pcapng->path, pcapng->at, what);
}

/* Type and body of the block at pcapng->at, without advancing. */
static int block_here(const struct pcapng *pcapng, uint32_t *type, struct bytes *body, struct error *err)
{
	size_t left = pcapng->file.length - pcapng->at;
	const uint8_t *here = pcapng->file.data + pcapng->at;

	if (left < BLOCK_FRAME)
		return wrong(pcapng, "the file is cut", err);
	uint32_t length = get32(here + 4);
	if (length < BLOCK_FRAME || length % 4)
		return wrong(pcapng, "a block's length is impossible", err);
	if (length > left)
		return wrong(pcapng, "the file is cut", err);
	if (get32(here + length - 4) != length)
		return wrong(pcapng, "a block's two lengths differ", err);
	*type = get32(here);
	*body = (struct bytes){ here + BLOCK_HEAD, length - BLOCK_FRAME };
	return 0;
}

/* The next option: 1; 0 after the last; -1 if it does not fit. */
static int option_next(const struct pcapng *pcapng, struct bytes *options, unsigned *code, struct bytes *value,
                       struct error *err)
{
	if (options->length == 0)
		return 0;
	if (options->length < OPTION_HEAD)
		return wrong(pcapng, "an option is cut", err);
	uint32_t head = get32(options->data);
	size_t length = head >> 16;
	*code = head & UINT16_MAX;
	if (*code == OPTION_END)
		return length == 0 ? 0 : wrong(pcapng, "the end of options has a length", err);
	if (PADDED(length) > options->length - OPTION_HEAD)
		return wrong(pcapng, "an option is longer than its block", err);
	*value = (struct bytes){ options->data + OPTION_HEAD, length };
	options->data += OPTION_HEAD + PADDED(length);
	options->length -= OPTION_HEAD + PADDED(length);
	return 1;
}

static int read_interface(struct pcapng *pcapng, struct bytes body, struct error *err)
{
	struct bytes name = { 0 }, value, options;
	unsigned code, resolution = 6; /* microseconds unless given */
	int more;

	if (body.length < INTERFACE_FIXED)
		return wrong(pcapng, "an interface's block is too short", err);
	options = (struct bytes){ body.data + INTERFACE_FIXED, body.length - INTERFACE_FIXED };
	if ((get32(body.data) & UINT16_MAX) != LINK_ETHERNET)
		return wrong(pcapng, "an interface is not of Ethernet", err);
	while ((more = option_next(pcapng, &options, &code, &value, err)) == 1) {
		if (code == OPTION_INTERFACE_NAME)
			name = value;
		else if (code == OPTION_INTERFACE_RESOLUTION && value.length == 1)
			resolution = value.data[0];
	}
	if (more == 0 && resolution != NANOSECONDS)
		return wrong(pcapng, "an interface does not count time in nanoseconds", err);
	if (more == 0)
		*PUSH(pcapng->interfaces, pcapng->interface_count) = name;
	return more;
}

static int read_packet(struct pcapng *pcapng, struct bytes body, struct pcapng_packet *packet, struct error *err)
{
	struct bytes value, options;
	unsigned code;
	int more;

	if (body.length < PACKET_FIXED)
		return wrong(pcapng, "a packet's block is too short", err);
	size_t length = get32(body.data + 12);
	*packet = (struct pcapng_packet){ .interface = get32(body.data),
		                          .time = (uint64_t)get32(body.data + 4) << 32 | get32(body.data + 8),
		                          .octets = { body.data + PACKET_FIXED, length },
		                          .wire_length = get32(body.data + 16) };
	if (packet->interface >= pcapng->interface_count)
		return wrong(pcapng, "a packet is of no interface", err);
	if (length > PCAPNG_SNAPLEN || length > packet->wire_length || PADDED(length) > body.length - PACKET_FIXED)
		return wrong(pcapng, "a packet's length is impossible", err);
	options = (struct bytes){ body.data + PACKET_FIXED + PADDED(length),
		                  body.length - PACKET_FIXED - PADDED(length) };
	while ((more = option_next(pcapng, &options, &code, &value, err)) == 1) {
		if (code == OPTION_PACKET_FLAGS && value.length == 4)
			packet->direction = (enum pcapng_direction)(value.data[0] & 3);
		else if (code == OPTION_COMMENT)
			packet->comment = value;
	}
	return more == 0 ? 1 : -1;
}

int pcapng_open(struct pcapng *pcapng, struct bytes file, const char *path, struct error *err)
{
	uint32_t type;
	struct bytes body;

	*pcapng = (struct pcapng){ .file = file, .path = path };
	if (block_here(pcapng, &type, &body, err) < 0)
		return -1;
	if (type != BLOCK_SECTION || body.length < SECTION_FIXED || get32(body.data) != BYTE_ORDER_MAGIC ||
	    get32(body.data + 4) != 1)
		return wrong(pcapng, "is not a little-endian pcapng of version 1.0", err);
	pcapng->at += body.length + BLOCK_FRAME;
	return 0;
}

int pcapng_next(struct pcapng *pcapng, struct pcapng_packet *packet, struct error *err)
{
	while (pcapng->at < pcapng->file.length) {
		struct bytes body;
		uint32_t type;
		int got = block_here(pcapng, &type, &body, err);

		if (got == 0 && type == BLOCK_SECTION)
			got = wrong(pcapng, "a second section", err);
		else if (got == 0 && type == BLOCK_INTERFACE)
			got = read_interface(pcapng, body, err);
		else if (got == 0 && type == BLOCK_PACKET)
			got = read_packet(pcapng, body, packet, err);
		if (got < 0)
			return got;
		pcapng->at += body.length + BLOCK_FRAME;
		if (got == 1)
			return 1;
	}
	return 0;
}

void pcapng_close(struct pcapng *pcapng)
{
	free(pcapng->interfaces);
	pcapng->interfaces = NULL;
	pcapng->interface_count = 0;
}
