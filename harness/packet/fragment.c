/* The fragment header (RFC 8200 4.5). Only the first fragment of a packet has the headers that follow. */
#include "layer.h"

static bool parse(struct reader *reader, struct layer *layer)
{
	if (!reader_has(reader, 8))
		return reader_ends_early(reader);
	unsigned field = read16(reader_octets(reader) + 2);
	reader->whole &= (field & ~6u) == 0; /* neither an offset nor more fragments */
	reader_skip_extension(reader, layer, 8);
	if (field >> 3)
		reader->next = 0;
	return true;
}

const struct layer_row layer_fragment = { .names = { PROTOCOL(IPPROTO_FRAGMENT) }, .parse = parse };
