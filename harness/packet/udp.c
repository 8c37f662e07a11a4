/* UDP (RFC 768). What it carries is told by the destination's port, where that is of a tunnel. */
#include "layer.h"

/* A length of 0 is that of a jumbogram (RFC 2675 4) or of a packet yet to be cut: what is left. */
static bool parse(struct reader *reader, struct layer *layer)
{
	if (!reader_has(reader, UDP_SIZE))
		return reader_ends_early(reader);
	const uint8_t *header = reader_octets(reader);
	const size_t length = read16(header + UDP_LENGTH);
	if (length && (length < UDP_SIZE || reader->at + length > reader->promised))
		reader->whole = false;
	else if (length)
		reader->promised = reader->at + length;
	if (reader->promised < reader->end)
		reader->end = reader->promised;
	reader->next = UDP_PORT(read16(header + 2));
	reader->at += layer->length = UDP_SIZE;
	return true;
}

const struct layer_row layer_udp = {
	.names = { PROTOCOL(IPPROTO_UDP) }, .covers = COVERS_SEGMENT, .checksum_at = UDP_CHECKSUM, .parse = parse
};
