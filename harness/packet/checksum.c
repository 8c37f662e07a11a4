/* The internet checksum (RFC 1071) and the state of a TCP checksum. */
#include <arpa/inet.h>

#include "layer.h"

/* RFC 1071 2: the sum may be made of larger words, and in the machine's order of octets, until it is folded. The result
 * has 17 bits, so that a frame of any length can be added to it without overflow. */
uint32_t sum_add(uint32_t sum, struct bytes bytes)
{
	uint64_t total = 0, word;
	uint8_t last[sizeof word] = { 0 };
	size_t i;

	for (i = 0; i + sizeof word <= bytes.length; i += sizeof word) {
		memcpy(&word, bytes.data + i, sizeof word);
		total += (word >> 32) + (uint32_t)word;
	}
	if (i < bytes.length)
		memcpy(last, bytes.data + i, bytes.length - i);
	memcpy(&word, last, sizeof word);
	total += (word >> 32) + (uint32_t)word;
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	total = ntohs((uint16_t)total) + (uint64_t)sum;
	while (total >> 17)
		total = (total & 0xffff) + (total >> 16);
	return (uint32_t)total;
}

uint16_t sum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* RFC 8200 8.1: the length has 32 bits there, so a GSO packet beyond 64 KiB fits. */
uint32_t sum_pseudo(const struct address *source, const struct address *destination, uint32_t length, uint8_t protocol)
{
	uint32_t sum = sum_add(0, (struct bytes){ source->octets, family_octets(source->family) });

	sum = sum_add(sum, (struct bytes){ destination->octets, family_octets(destination->family) });
	return sum + (length >> 16) + (length & 0xffff) + protocol;
}

uint16_t sum_segment(const struct address *source, const struct address *final, uint8_t protocol, struct bytes segment)
{
	return sum_fold(sum_add(sum_pseudo(source, final, (uint32_t)segment.length, protocol), segment));
}

/* The IP header whose addresses a layer's pseudo-header has. */
static const struct layer *network_of(const struct packet_view *view, const struct layer *layer)
{
	while (layer > view->layers && layer->kind != LAYER_IPV6)
		layer--;
	return layer;
}

static uint8_t protocol_of(const struct layer *layer)
{
	return (uint8_t)layer_row((enum layer_kind)layer->kind)->names[0];
}

uint16_t checksum_field(const struct packet_spec *spec, uint8_t protocol, struct bytes segment)
{
	uint16_t valid = (uint16_t)~sum_segment(&spec->source, &spec->destination, protocol, segment);

	switch (spec->checksum) {
	case CHECKSUM_VALID:
		return valid;
	case CHECKSUM_BAD:
		return valid ^ 0x0101; /* never the same number in one's complement */
	case CHECKSUM_PARTIAL:
		break;
	}
	return sum_fold(sum_pseudo(&spec->source, &spec->destination, (uint32_t)segment.length, protocol));
}

enum checksum layer_checksum(const struct packet_view *view, const struct layer *layer, bool needs_csum)
{
	const struct layer_row *row = layer_row((enum layer_kind)layer->kind);

	if (row->covers == COVERS_NONE || !view->whole)
		return CHECKSUM_BAD;
	const struct layer *ipv6 = network_of(view, layer);
	struct address source = ipv6_source(view, ipv6), final = packet_final(view, ipv6);
	size_t promised = packet_behind(view, layer) ? reader_before(view, layer).promised : view->promised;
	size_t length = promised - layer->offset;
	const uint8_t *header = view->frame + layer->offset;
	if (needs_csum) {
		uint32_t pseudo = sum_pseudo(&source, &final, (uint32_t)length, protocol_of(layer));
		/* 0 and 0xffff are the same number in one's complement. */
		bool same = read16(header + row->checksum_at) % 0xffff == sum_fold(pseudo) % 0xffff;
		return same ? CHECKSUM_PARTIAL : CHECKSUM_BAD;
	}
	if (layer->offset + length > view->length)
		return CHECKSUM_BAD;
	struct bytes segment = { header, length };
	return sum_segment(&source, &final, protocol_of(layer), segment) == 0xffff ? CHECKSUM_VALID : CHECKSUM_BAD;
}

enum checksum packet_checksum(const struct packet_view *view, bool needs_csum)
{
	const struct layer *transport = packet_transport(view);

	return transport ? layer_checksum(view, transport, needs_csum) : CHECKSUM_BAD;
}

bool frame_complete_checksum(uint8_t *data, size_t length)
{
	struct packet_view view = packet_parse((struct bytes){ data, length });
	const struct layer *transport = packet_transport(&view);

	if (!transport || !view.whole)
		return false;
	const struct layer *ipv6 = network_of(&view, transport);
	struct address source = ipv6_source(&view, ipv6), final = packet_final(&view, ipv6);
	struct bytes segment = { data + transport->offset, packet_segment_length(&view) };
	uint8_t *field = data + transport->offset + layer_row((enum layer_kind)transport->kind)->checksum_at;
	write16(field, 0);
	write16(field, (uint16_t)~sum_segment(&source, &final, protocol_of(transport), segment));
	return true;
}
