/* IPv6 extension headers whose content does not matter here: hop-by-hop and destination options (RFC 8200 4.3, 4.6). */
#include "layer.h"

bool reader_skip_extension(struct reader *reader, struct layer *layer, size_t size)
{
	if (!reader_has(reader, size))
		return reader_ends_early(reader);
	reader->next = PROTOCOL(reader_octets(reader)[0]);
	reader->at += layer->length = (uint16_t)size;
	return true;
}

static bool parse(struct reader *reader, struct layer *layer)
{
	if (!reader_has(reader, 8))
		return reader_ends_early(reader);
	return reader_skip_extension(reader, layer, 8u * (reader_octets(reader)[1] + 1u));
}

const struct layer_row layer_hop_by_hop = { .names = { PROTOCOL(IPPROTO_HOPOPTS) }, .parse = parse };
const struct layer_row layer_destination = { .names = { PROTOCOL(IPPROTO_DSTOPTS) }, .parse = parse };
