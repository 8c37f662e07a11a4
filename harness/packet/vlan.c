/* A VLAN's tag (IEEE 802.1Q): behind the addresses of a frame, with the type of what follows. */
#include "layer.h"

static bool parse(struct reader *reader, struct layer *layer)
{
	if (!reader_has(reader, VLAN_SIZE))
		return reader_ends_early(reader);
	reader->next = ETHERTYPE(read16(reader_octets(reader) + 2));
	reader->at += layer->length = VLAN_SIZE;
	return true;
}

const struct layer_row layer_vlan = { .names = { ETHERTYPE(0x8100), ETHERTYPE(0x88a8) }, .parse = parse };
