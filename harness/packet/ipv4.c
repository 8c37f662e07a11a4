/* IPv4 (RFC 791 3.1), on a link or inside an IPv6 packet (RFC 2473). */
#include "layer.h"

enum { VERSION_4 = 4, DONT_FRAGMENT = 0x4000, MORE_FRAGMENTS = 0x2000, FRAGMENT_OFFSET = 0x1fff };
enum { OPTIONS_MOST = 40 };

/* A total length of 0 is that of a packet yet to be cut, too large for the field (BIG TCP): what is left. Only the
 * first fragment of a packet has the headers that follow. */
static bool parse(struct reader *reader, struct layer *layer)
{
	const uint8_t *header = reader_octets(reader);
	size_t size = reader_has(reader, IPV4_SIZE) ? 4u * (header[0] & 0x0f) : 0;

	if (size < IPV4_SIZE || header[0] >> 4 != VERSION_4 || !reader_has(reader, size))
		return reader_ends_early(reader);
	const unsigned total = read16(header + IPV4_TOTAL_LENGTH), fragment = read16(header + IPV4_FRAGMENT);
	if (total && total < size)
		return reader_ends_early(reader);
	reader->next = fragment & FRAGMENT_OFFSET ? 0 : PROTOCOL(header[IPV4_PROTOCOL]);
	if (total)
		reader->promised = reader->at + total;
	if (reader->promised < reader->end)
		reader->end = reader->promised;
	reader->whole &= reader->promised <= reader->end && !(fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET));
	reader->at += layer->length = (uint16_t)size;
	return true;
}

size_t ipv4_length(const struct packet_spec *spec)
{
	return IPV4_SIZE + (spec->ip_options.length + 3) / 4 * 4;
}

bool ipv4_fits(const struct packet_spec *spec)
{
	return spec->ip_options.length <= OPTIONS_MOST;
}

void ipv4_checksum_write(uint8_t *header, size_t length)
{
	write16(header + IPV4_CHECKSUM, 0);
	write16(header + IPV4_CHECKSUM, (uint16_t)~sum_fold(sum_add(0, (struct bytes){ header, length })));
}

/* RFC 6864 4.1: the identification of a packet that is no fragment and may not become one can be anything. */
static void write(const struct building *building, const struct part *part)
{
	const struct packet_spec *spec = building->spec;
	uint8_t *at = building->data + part->offset;

	at[0] = (uint8_t)(VERSION_4 << 4 | part->length / 4);
	at[1] = (uint8_t)or_inner(building, part, spec->traffic_class, spec->inner_traffic_class);
	write16(at + IPV4_TOTAL_LENGTH, (uint16_t)(building->length - part->offset));
	write16(at + IPV4_IDENTIFICATION, (uint16_t)or_auto(spec->identification, 0));
	write16(at + IPV4_FRAGMENT, spec->may_fragment ? 0 : DONT_FRAGMENT);
	at[IPV4_HOP_LIMIT] = (uint8_t)or_inner(building, part, or_auto(spec->hop_limit, 64), spec->inner_hop_limit);
	at[IPV4_PROTOCOL] = building_protocol(part);
	memcpy(at + IPV4_SOURCE, spec->source.octets, IPV4_ADDRESS);
	memcpy(at + IPV4_DESTINATION, spec->destination.octets, IPV4_ADDRESS);
	if (spec->ip_options.length > 0)
		memcpy(at + IPV4_SIZE, spec->ip_options.data, spec->ip_options.length);
	ipv4_checksum_write(at, part->length);
	if (spec->bad_ip_checksum)
		write16(at + IPV4_CHECKSUM, read16(at + IPV4_CHECKSUM) ^ 0x0101);
}

static const struct layer_field fields[] = {
	{ 1, 1, "DSCP and ECN" },
	{ 2, 2, "total length" },
	{ 4, 2, "identification" },
	{ 6, 2, "flags and fragment offset" },
	{ 8, 1, "TTL" },
	{ 9, 1, "protocol" },
	{ 10, 2, "checksum" },
	{ 12, 4, "source" },
	{ 16, 4, "destination" },
	{ 0, 0, NULL },
};

const struct layer_row layer_ipv4 = { .names = { ETHERTYPE(ETHERTYPE_IPV4_NUMBER), PROTOCOL(IPPROTO_IPIP) },
	                              .covers = COVERS_HEADER,
	                              .checksum_at = IPV4_CHECKSUM,
	                              .fields = fields,
	                              .parse = parse,
	                              .write = write };
