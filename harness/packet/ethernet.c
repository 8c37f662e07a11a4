#include "layer.h"

static bool parse(struct reader *reader, struct layer *layer)
{
	if (!reader_has(reader, ETHERNET_SIZE))
		return reader_ends_early(reader);
	reader->next = ETHERTYPE(read16(reader_octets(reader) + 12));
	reader->at += layer->length = ETHERNET_SIZE;
	return true;
}

const struct layer_row layer_ethernet = { .parse = parse };
