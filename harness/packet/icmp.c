/* ICMP of both versions (RFC 4443, RFC 792): the octets that every message has. */
#include "layer.h"

static bool parse(struct reader *reader, struct layer *layer)
{
	reader->next = 0;
	if (!reader_has(reader, ICMP_FIXED))
		return false;
	reader->at += layer->length = ICMP_FIXED;
	return true;
}

const struct layer_row layer_icmpv4 = {
	.names = { PROTOCOL(IPPROTO_ICMP) }, .covers = COVERS_MESSAGE, .checksum_at = 2, .parse = parse
};

const struct layer_row layer_icmpv6 = {
	.names = { PROTOCOL(IPPROTO_ICMPV6) }, .covers = COVERS_SEGMENT, .checksum_at = 2, .parse = parse
};
