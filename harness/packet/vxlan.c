/* VXLAN (RFC 7348 5): a frame in a UDP datagram. */
#include "layer.h"

enum { HAS_IDENTIFIER = 0x08 };

/* What comes to the port and is none is a payload. */
static bool parse(struct reader *reader, struct layer *layer)
{
	reader->next = 0;
	if (!reader_has(reader, TUNNEL_FIXED) || !(reader_octets(reader)[0] & HAS_IDENTIFIER))
		return false;
	reader->next = PROTOCOL(PROTOCOL_ETHERNET);
	reader->at += layer->length = TUNNEL_FIXED;
	return true;
}

const struct layer_row layer_vxlan = { .names = { UDP_PORT(4789) }, .parse = parse };
