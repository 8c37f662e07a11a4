/* IPv6 (RFC 8200 3), on a link or inside another packet (RFC 2473). */
#include "layer.h"

/* A length of 0 is a jumbo or a GSO packet larger than 64 KiB: what is left. */
static bool parse(struct reader *reader, struct layer *layer)
{
	if (!reader_has(reader, IPV6_SIZE) || reader_octets(reader)[0] >> 4 != 6)
		return reader_ends_early(reader);
	const uint8_t *header = reader_octets(reader);
	unsigned length = read16(header + IPV6_PAYLOAD_LENGTH);
	reader->next = PROTOCOL(header[6]);
	reader->at += layer->length = IPV6_SIZE;
	if (length > 0)
		reader->promised = reader->at + length;
	if (reader->promised < reader->end)
		reader->end = reader->promised;
	reader->whole &= reader->promised <= reader->end; /* false: cut, or longer than the packet around it */
	return true;
}

static bool is_innermost(const struct building *building, const struct part *part)
{
	while (++part < building->parts + building->count)
		if (part->kind == LAYER_IPV4 || part->kind == LAYER_IPV6)
			return false;
	return true;
}

static void write(const struct building *building, const struct part *part)
{
	const struct packet_spec *spec = building->spec;
	uint8_t *at = building->data + part->offset;
	const struct address *source = is_innermost(building, part) ? &spec->source : &spec->outer_source;
	const struct address *destination =
	        part == building_part(building, LAYER_IPV6) ? srh_destination(spec) : &spec->destination;

	const int class = or_inner(building, part, spec->traffic_class, spec->inner_traffic_class);
	const int label = or_inner(building, part, spec->flow_label, spec->inner_flow_label);
	write32(at, 6U << 28 | (uint32_t) class << 20 | (uint32_t)label);
	write16(at + IPV6_PAYLOAD_LENGTH, (uint16_t)(building->length - part->offset - part->length));
	at[6] = building_protocol(part);
	at[IPV6_HOP_LIMIT] = (uint8_t)or_inner(building, part, or_auto(spec->hop_limit, 64), spec->inner_hop_limit);
	memcpy(at + IPV6_SOURCE, source->octets, ADDRESS_OCTETS);
	memcpy(at + IPV6_DESTINATION, destination->octets, ADDRESS_OCTETS);
}

static const struct layer_field fields[] = {
	{ 0, 4, "traffic class and flow label" },
	{ 4, 2, "payload length" },
	{ 6, 1, "next header" },
	{ 7, 1, "hop limit" },
	{ 8, 16, "source" },
	{ 24, 16, "destination" },
	{ 0, 0, NULL },
};

const struct layer_row layer_ipv6 = { .names = { ETHERTYPE(ETHERTYPE_IPV6_NUMBER), PROTOCOL(IPPROTO_IPV6) },
	                              .fields = fields,
	                              .parse = parse,
	                              .write = write };
