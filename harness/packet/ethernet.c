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
	uint8_t *at = building->data + part->offset;

	memcpy(at, building->spec->destination_mac, 6);
	memcpy(at + 6, building->spec->source_mac, 6);
	write16(at + 12, part[1].kind == LAYER_IPV4 ? ETHERTYPE_IPV4_NUMBER : ETHERTYPE_IPV6_NUMBER);
}

const struct layer_row layer_ethernet = { .parse = parse, .write = write };
