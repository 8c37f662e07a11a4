/* GTP-U (3GPP TS 29.281 5.1): an IP packet of a mobile network's user in a UDP datagram. */
#include "layer.h"

enum { VERSION_1 = 0x30, VERSION_BITS = 0xf0, OPTIONAL_BITS = 0x07, HAS_EXTENSIONS = 0x04, GTP_PDU = 255 };
enum { OPTIONAL_SIZE = 4, EXTENSION_AT = 11 };

/* Octets of its header with extension headers, whose first octet is their length in fours and whose last is the type of
 * the next; 0: they are cut. */
static size_t size_of(const struct reader *reader)
{
	const uint8_t *header = reader_octets(reader);
	size_t size = TUNNEL_FIXED + (header[0] & OPTIONAL_BITS ? (size_t)OPTIONAL_SIZE : 0);

	if (!(header[0] & HAS_EXTENSIONS) || !reader_has(reader, size))
		return reader_has(reader, size) ? size : 0;
	for (uint8_t type = header[EXTENSION_AT]; type; type = header[size - 1]) {
		if (!reader_has(reader, size + 1) || !header[size] || !reader_has(reader, size + 4U * header[size]))
			return 0;
		size += 4U * header[size];
	}
	return size;
}

/* What comes to the port and carries no packet of a user is a payload. */
static bool parse(struct reader *reader, struct layer *layer)
{
	const uint8_t *header = reader_octets(reader);
	size_t size = 0;

	reader->next = 0;
	if (reader_has(reader, TUNNEL_FIXED) && (header[0] & VERSION_BITS) == VERSION_1 && header[1] == GTP_PDU)
		size = size_of(reader);
	if (!size || !reader_has(reader, size + 1))
		return false;
	reader->next = PROTOCOL(header[size] >> 4 == 4 ? IPPROTO_IPIP : IPPROTO_IPV6);
	reader->at += layer->length = (uint16_t)size;
	return true;
}

const struct layer_row layer_gtp = { .names = { UDP_PORT(2152) }, .parse = parse };
