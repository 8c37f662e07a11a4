/* Writes pcapng: every block is put together in memory, where its length is known before it is written. */
#include <stdlib.h>
#include <string.h>

#include "pcapng_block.h"

struct block {
	uint8_t *data;
	size_t length, size;
};

static void put(struct block *block, const void *octets, size_t length)
{
	size_t padded = PADDED(length);

	ROOM(block->data, block->size, block->length, padded);
	if (length)
		memcpy(block->data + block->length, octets, length);
	memset(block->data + block->length + length, 0, padded - length);
	block->length += padded;
}

static void put32(struct block *block, uint32_t value)
{
	const uint8_t octets[] = { (uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
		                   (uint8_t)(value >> 24) };

	put(block, octets, sizeof octets);
}

static void put_option(struct block *block, unsigned code, const void *value, size_t length)
{
	if (length > UINT16_MAX)
		length = UINT16_MAX;
	put32(block, code | (uint32_t)length << 16);
	put(block, value, length);
}

static void put_text(struct block *block, unsigned code, const char *text)
{
	if (text && *text)
		put_option(block, code, text, strlen(text));
}

static struct block block_start(uint32_t type)
{
	struct block block = { 0 };

	put32(&block, type);
	put32(&block, 0); /* the length, once it is known */
	return block;
}

static void block_end(struct block *block, FILE *file)
{
	put32(block, OPTION_END);
	uint32_t length = (uint32_t)block->length + 4;
	put32(block, length);
	for (size_t i = 0; i < 4; i++)
		block->data[4 + i] = (uint8_t)(length >> 8 * i);
	fwrite(block->data, 1, block->length, file);
	free(block->data);
}

void pcapng_write_section(FILE *file, const char *program, const char *system, const char *comment)
{
	struct block block = block_start(BLOCK_SECTION);

	put32(&block, BYTE_ORDER_MAGIC);
	put32(&block, 1); /* version 1.0 */
	put32(&block, UINT32_MAX);
	put32(&block, UINT32_MAX); /* section length: unspecified */
	put_text(&block, OPTION_SECTION_SYSTEM, system);
	put_text(&block, OPTION_SECTION_PROGRAM, program);
	put_text(&block, OPTION_COMMENT, comment);
	block_end(&block, file);
}

void pcapng_write_interface(FILE *file, const char *name, const uint8_t mac[6])
{
	static const uint8_t resolution = NANOSECONDS;
	struct block block = block_start(BLOCK_INTERFACE);

	put32(&block, LINK_ETHERNET);
	put32(&block, PCAPNG_SNAPLEN);
	put_text(&block, OPTION_INTERFACE_NAME, name);
	put_option(&block, OPTION_INTERFACE_MAC, mac, 6);
	put_option(&block, OPTION_INTERFACE_RESOLUTION, &resolution, sizeof resolution);
	block_end(&block, file);
}

bool pcapng_write_packet(FILE *file, const struct pcapng_packet *packet)
{
	const uint8_t flags[4] = { (uint8_t)packet->direction };
	struct block block;

	if (packet->octets.length > PCAPNG_SNAPLEN || packet->wire_length > UINT32_MAX)
		return false;
	block = block_start(BLOCK_PACKET);
	put32(&block, (uint32_t)packet->interface);
	put32(&block, (uint32_t)(packet->time >> 32));
	put32(&block, (uint32_t)packet->time);
	put32(&block, (uint32_t)packet->octets.length);
	put32(&block, (uint32_t)packet->wire_length);
	put(&block, packet->octets.data, packet->octets.length);
	if (packet->direction != PCAPNG_UNSAID)
		put_option(&block, OPTION_PACKET_FLAGS, flags, sizeof flags);
	if (packet->comment.length)
		put_option(&block, OPTION_COMMENT, packet->comment.data, packet->comment.length);
	block_end(&block, file);
	return true;
}
