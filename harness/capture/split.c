/* Walks the blocks of a pcapng file (draft-ietf-opsawg-pcapng). Every length is checked against what is left; what lies
 * in a block but its interface, name and direction is left to libpcap. */
#include "split.h"

#include <stdlib.h>
#include <string.h>

enum {
	SECTION = 0x0a0d0d0a,
	INTERFACE = 1,
	OLD_PACKET = 2,
	SIMPLE_PACKET = 3,
	PACKET = 6,
	HEAD = 8,   /* type and length */
	FRAME = 12, /* and the length again */
	MAGIC_AT = 8,
	INTERFACE_FIXED = 8, /* octets before options, from the body on */
	PACKET_FIXED = 20,
	OPTION_NAME = 2,
	OPTION_FLAGS = 2,
	OPTION_HEAD = 4,
	INTERFACES_MOST = 4096,
};
#define MAGIC 0x1a2b3c4dU

struct interface {
	struct bytes block;
	char *name;
};
struct walk {
	struct split *split;
	struct bytes file, section;
	size_t at;
	bool swapped; /* this section's numbers are in the other order of octets */
	struct interface *interfaces;
	size_t interface_count, sections, packets;
};

static uint32_t get32(const struct walk *walk, const uint8_t *at)
{
	uint32_t little = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;

	return walk->swapped ? __builtin_bswap32(little) : little;
}

static uint16_t get16(const struct walk *walk, const uint8_t *at)
{
	return (uint16_t)(walk->swapped ? at[0] << 8 | at[1] : at[1] << 8 | at[0]);
}

bool split_is_pcapng(struct bytes file)
{
	static const uint8_t section[] = { 0x0a, 0x0d, 0x0d, 0x0a };

	return file.length >= sizeof section && memcmp(file.data, section, sizeof section) == 0;
}

/* The value of an option behind a block's fixed octets; length 0: it has none of that code. */
static struct bytes option_of(const struct walk *walk, struct bytes options, unsigned code)
{
	while (options.length >= OPTION_HEAD) {
		const unsigned is = get16(walk, options.data);
		const size_t length = get16(walk, options.data + 2), padded = (length + 3) & ~(size_t)3;
		if (!is || padded > options.length - OPTION_HEAD)
			break;
		if (is == code)
			return (struct bytes){ options.data + OPTION_HEAD, length };
		options.data += OPTION_HEAD + padded;
		options.length -= OPTION_HEAD + padded;
	}
	return (struct bytes){ 0 };
}

static struct bytes behind(struct bytes body, size_t fixed)
{
	return fixed < body.length ? (struct bytes){ body.data + fixed, body.length - fixed } : (struct bytes){ 0 };
}

static void forget_interfaces(struct walk *walk)
{
	for (size_t i = 0; i < walk->interface_count; i++)
		free(walk->interfaces[i].name);
	walk->interface_count = 0;
}

static const char *take_interface(struct walk *walk, struct bytes block, struct bytes body)
{
	if (walk->interface_count == INTERFACES_MOST)
		return "too many interfaces";
	const struct bytes given = option_of(walk, behind(body, INTERFACE_FIXED), OPTION_NAME);
	char *name = given.length && given.data[0] ? text_format("%.*s", (int)given.length, (const char *)given.data)
	                                           : text_format("%zu", walk->interface_count);
	*PUSH(walk->interfaces, walk->interface_count) = (struct interface){ block, name };
	return NULL;
}

static void append(struct split_part *part, struct bytes octets)
{
	ROOM(part->file, part->size, part->length, octets.length);
	memcpy(part->file + part->length, octets.data, octets.length);
	part->length += octets.length;
}

static struct split_part *part_of(struct walk *walk, size_t interface, int direction)
{
	struct split *split = walk->split;

	for (size_t i = 0; i < split->count; i++)
		if (split->parts[i].section == walk->sections && split->parts[i].declared == interface &&
		    split->parts[i].direction == direction)
			return &split->parts[i];
	struct split_part *part = PUSH(split->parts, split->count);
	*part = (struct split_part){ .interface = text_copy(walk->interfaces[interface].name),
		                     .direction = direction,
		                     .section = walk->sections,
		                     .declared = interface };
	append(part, walk->section);
	append(part, walk->interfaces[interface].block);
	return part;
}

/* Octets of a packet in its block, with padding; more than there are: nothing follows them. */
static size_t captured_of(const struct walk *walk, struct bytes body)
{
	return body.length < PACKET_FIXED ? body.length
	                                  : PACKET_FIXED + (((size_t)get32(walk, body.data + 12) + 3) & ~(size_t)3);
}

static const char *take_packet(struct walk *walk, uint32_t type, struct bytes block, struct bytes body)
{
	const size_t field = type == SIMPLE_PACKET ? 0 : type == OLD_PACKET ? 2 : 4;
	size_t interface = 0;
	int direction = 0;

	walk->packets++;
	if (body.length < 4)
		return "a packet's block is too short";
	if (field)
		interface = field == 2 ? get16(walk, body.data) : get32(walk, body.data);
	if (interface >= walk->interface_count)
		return "a packet is of no interface";
	if (type == PACKET) {
		const struct bytes flags = option_of(walk, behind(body, captured_of(walk, body)), OPTION_FLAGS);
		direction = flags.length == 4 ? (int)(get32(walk, flags.data) & 3) : 0;
	}
	struct split_part *part = part_of(walk, interface, direction);
	const size_t at = part->length + HEAD;
	append(part, block);
	memset(part->file + at, 0, field);
	*PUSH(part->numbers, part->number_count) = walk->packets;
	return NULL;
}

/* The order of octets that its numbers are in is told by a number of the section's header. */
static const char *begin_section(struct walk *walk)
{
	if (walk->file.length - walk->at < FRAME)
		return "the file is cut";
	walk->swapped = false;
	walk->swapped = get32(walk, walk->file.data + walk->at + MAGIC_AT) != MAGIC;
	if (get32(walk, walk->file.data + walk->at + MAGIC_AT) != MAGIC)
		return "a section's header is malformed";
	walk->sections++;
	forget_interfaces(walk);
	return NULL;
}

/* Takes one block and goes behind it; gives what is wrong with it. */
static const char *take_block(struct walk *walk)
{
	const uint8_t *here = walk->file.data + walk->at;
	const size_t left = walk->file.length - walk->at;
	const bool section = split_is_pcapng((struct bytes){ here, left });
	const char *wrong = section ? begin_section(walk) : NULL;

	if (wrong)
		return wrong;
	if (left < FRAME)
		return "the file is cut";
	const uint32_t type = get32(walk, here), length = get32(walk, here + 4);
	if (length < FRAME || length % 4)
		return "a block's length is impossible";
	if (length > left)
		return "the file is cut";
	const struct bytes block = { here, length }, body = { here + HEAD, length - FRAME };
	walk->at += length;
	if (section)
		walk->section = block;
	else if (type == INTERFACE)
		return take_interface(walk, block, body);
	else if (type == PACKET || type == OLD_PACKET || type == SIMPLE_PACKET)
		return take_packet(walk, type, block, body);
	return NULL;
}

void split_make(struct split *split, struct bytes file)
{
	struct walk walk = { .split = split, .file = file };
	const char *wrong = NULL;
	size_t at = 0;

	while (!wrong && walk.at < file.length) {
		at = walk.at;
		wrong = take_block(&walk);
	}
	if (wrong)
		split->broken = text_format("octet %zu: %s", at, wrong);
	forget_interfaces(&walk);
	free(walk.interfaces);
}

void split_clear(struct split *split)
{
	for (size_t i = 0; i < split->count; i++) {
		free(split->parts[i].interface);
		free(split->parts[i].file);
		free(split->parts[i].numbers);
	}
	free(split->parts);
	free(split->broken);
}
