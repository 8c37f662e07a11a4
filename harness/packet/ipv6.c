/* IPv6 (RFC 8200 3), on a link or inside another IPv6 packet (RFC 2473). */
#include "layer.h"

/* A length of 0 is a jumbo or a GSO packet larger than 64 KiB: what is left. */
static bool parse(struct reader *reader, struct layer *layer)
{
	if (!reader_has(reader, IPV6_SIZE) || reader_octets(reader)[0] >> 4 != 6)
		return reader_ends_early(reader);
	const uint8_t *header = reader_octets(reader);
	unsigned length = read16(header + 4);
	reader->next = PROTOCOL(header[6]);
	reader->at += layer->length = IPV6_SIZE;
	if (length > 0)
		reader->promised = reader->at + length;
	if (reader->promised < reader->end)
		reader->end = reader->promised;
	reader->whole &= reader->promised <= reader->end; /* not so: cut, or longer than the packet around it */
	return true;
}

const struct layer_row layer_ipv6 = { .names = { ETHERTYPE(ETHERTYPE_IPV6_NUMBER), PROTOCOL(IPPROTO_IPV6) },
	                              .parse = parse };
