/* Geneve (RFC 8926 3.4): a frame, or what an Ethernet type names, in a UDP datagram. */
#include "layer.h"

enum { TYPE_AT = 2, ETHERNET_BRIDGING = 0x6558 };

/* What comes to the port and is none is a payload. */
static bool parse(struct reader *reader, struct layer *layer)
{
	const uint8_t *header = reader_octets(reader);
	const size_t size = reader_has(reader, TUNNEL_FIXED) ? TUNNEL_FIXED + 4U * (header[0] & 0x3f) : 0;

	reader->next = 0;
	if (!size || header[0] >> 6 != 0 || !reader_has(reader, size))
		return false;
	const unsigned type = read16(header + TYPE_AT);
	reader->next = type == ETHERNET_BRIDGING ? PROTOCOL(PROTOCOL_ETHERNET) : ETHERTYPE(type);
	reader->at += layer->length = (uint16_t)size;
	return true;
}

const struct layer_row layer_geneve = { .names = { UDP_PORT(6081) }, .parse = parse };
