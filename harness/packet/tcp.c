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

enum { MSS_OPTION = 4, TIMESTAMPS_OPTION = 12 }; /* with padding before it */

size_t tcp_length(const struct packet_spec *spec)
{
	return TCP_FIXED + (spec->mss > 0 ? MSS_OPTION : 0) + (spec->timestamps > 0 ? TIMESTAMPS_OPTION : 0);
}

static void write_options(uint8_t *at, const struct packet_spec *spec)
{
	if (spec->mss > 0) {
		at[0] = 2; /* RFC 9293 3.1: maximum segment size, 4 octets */
		at[1] = MSS_OPTION;
		write16(at + 2, (uint16_t)spec->mss);
		at += MSS_OPTION;
	}
	if (spec->timestamps > 0) {
		at[0] = at[1] = 1; /* RFC 7323 A: two no-operations, then kind 8 of 10 octets, without an echo */
		at[2] = 8;
		at[3] = TIMESTAMPS_OPTION - 2;
		write32(at + 4, (uint32_t)spec->timestamps);
	}
}

static void write(const struct building *building, const struct part *part)
{
	const struct packet_spec *spec = building->spec;
	uint8_t *at = building->data + part->offset;

	write16(at, spec->source_port);
	write16(at + 2, spec->destination_port);
	write32(at + 4, spec->sequence);
	write32(at + 8, spec->acknowledgement);
	at[12] = (uint8_t)(part->length / 4 << 4);
	at[13] = (uint8_t)spec->tcp_flags;
	write16(at + 14, spec->window);
	write16(at + TCP_URGENT, spec->urgent);
	write_options(at + TCP_FIXED, spec);
	write16(at + TCP_CHECKSUM,
	        checksum_field(spec, IPPROTO_TCP, (struct bytes){ at, building->length - part->offset }));
}

static const struct layer_field fields[] = {
	{ 0, 2, "source port" },     { 2, 2, "destination port" }, { 4, 4, "sequence" },
	{ 8, 4, "acknowledgement" }, { 13, 1, "flags" },           { 14, 2, "window" },
	{ 16, 2, "checksum" },       { 18, 2, "urgent pointer" },  { 0, 0, NULL },
};

const struct layer_row layer_tcp = { .names = { PROTOCOL(IPPROTO_TCP) },
	                             .covers = COVERS_SEGMENT,
	                             .checksum_at = TCP_CHECKSUM,
	                             .fields = fields,
	                             .parse = parse,
	                             .write = write };

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
