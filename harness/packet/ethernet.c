/* Ethernet (RFC 2464), on a link or inside an IPv6 packet (RFC 8986 10.1: next header 143). */
#include "layer.h"

static bool parse(struct reader *reader, struct layer *layer)
{
	if (!reader_has(reader, ETHERNET_SIZE))
		return reader_ends_early(reader);
	reader->next = ETHERTYPE(read16(reader_octets(reader) + 12));
	reader->at += layer->length = ETHERNET_SIZE;
	return true;
}

static void write(const struct building *building, const struct part *part)
{
	const struct packet_spec *spec = building->spec;
	const bool outermost = part == building->parts;
	uint8_t *at = building->data + part->offset;

	memcpy(at, outermost ? spec->destination_mac : spec->inner_destination_mac, 6);
	memcpy(at + 6, outermost ? spec->source_mac : spec->inner_source_mac, 6);
	write16(at + 12, part[1].kind == LAYER_IPV4 ? ETHERTYPE_IPV4_NUMBER : ETHERTYPE_IPV6_NUMBER);
}

const struct layer_row layer_ethernet = { .names = { PROTOCOL(PROTOCOL_ETHERNET) }, .parse = parse, .write = write };
