#include "layer.h"

static bool parse(struct reader *reader, struct layer *layer)
{
	size_t size = reader_has(reader, TCP_FIXED) ? 4u * (reader_octets(reader)[12] >> 4) : 0;

	if (size < TCP_FIXED || !reader_has(reader, size))
		return reader_ends_early(reader);
	reader->next = 0;
	reader->at += layer->length = (uint16_t)size;
	return true;
}

const struct layer_row layer_tcp = {
	.names = { PROTOCOL(IPPROTO_TCP) }, .covers = COVERS_SEGMENT, .checksum_at = TCP_CHECKSUM, .parse = parse
};

struct tcp_header packet_tcp(const struct packet_view *view)
{
	const struct layer *layer = packet_layer(view, LAYER_TCP);

	if (!layer)
		return (struct tcp_header){ 0 };
	const uint8_t *header = view->frame + layer->offset;
	return (struct tcp_header){ .source_port = read16(header),
		                    .destination_port = read16(header + 2),
		                    .sequence = read32(header + 4),
		                    .acknowledgement = read32(header + 8),
		                    .flags = header[13],
		                    .checksum = read16(header + TCP_CHECKSUM) };
}
