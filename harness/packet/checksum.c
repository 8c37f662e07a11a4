/* The state of a checksum in a packet, and its completion. */
#include "layer.h"

/* The IP header whose addresses a layer's pseudo-header has. */
static const struct layer *network_of(const struct packet_view *view, const struct layer *layer)
{
	while (layer > view->layers && !layer_is_ip(layer))
		layer--;
	return layer;
}

static uint8_t protocol_of(const struct layer *layer)
{
	return (uint8_t)layer_rows[layer->kind]->names[0];
}

/* Of what a sum goes on with, which has the checksum in it (RFC 1071 1). */
static enum checksum sum_is_right(uint32_t sum, struct bytes rest)
{
	return sum_fold(sum_add(sum, rest)) == 0xffff ? CHECKSUM_VALID : CHECKSUM_BAD;
}

/* The state of a checksum over the first `length` octets from a layer on, with their pseudo-header. */
static enum checksum segment_checksum(const struct packet_view *view, const struct layer *layer, bool needs_csum,
                                      const struct address *source, const struct address *final, size_t length)
{
	const uint8_t *header = view->frame + layer->offset;
	const uint32_t pseudo = sum_pseudo(source, final, (uint32_t)length, protocol_of(layer));

	if (needs_csum) {
		/* 0 and 0xffff are the same number in one's complement. */
		bool same = read16(header + layer_rows[layer->kind]->checksum_at) % 0xffff == sum_fold(pseudo) % 0xffff;
		return same ? CHECKSUM_PARTIAL : CHECKSUM_BAD;
	}
	if (layer->offset + length > view->length)
		return CHECKSUM_BAD;
	return sum_is_right(pseudo, (struct bytes){ header, length });
}

enum checksum layer_checksum_between(const struct packet_view *view, const struct layer *layer, bool needs_csum,
                                     const struct address *source, const struct address *final)
{
	const struct layer_row *row = layer_rows[layer->kind];

	if (row->covers == COVERS_HEADER)
		return sum_is_right(0, (struct bytes){ view->frame + layer->offset, layer->length });
	if (row->covers == COVERS_NONE || !view->whole)
		return CHECKSUM_BAD;
	size_t promised = packet_behind(view, layer) ? reader_before(view, layer).promised : view->promised;
	size_t length = promised - layer->offset;
	struct bytes segment = { view->frame + layer->offset, length };
	if (row->covers == COVERS_MESSAGE)
		return layer->offset + length > view->length ? CHECKSUM_BAD : sum_is_right(0, segment);
	return segment_checksum(view, layer, needs_csum, source, final, length);
}

enum checksum layer_checksum(const struct packet_view *view, const struct layer *layer, bool needs_csum)
{
	const struct layer *ip = network_of(view, layer);
	const struct address source = ip_source(view, ip), final = packet_final(view, ip);

	return layer_checksum_between(view, layer, needs_csum, &source, &final);
}

bool layer_is_summed(const struct layer *layer)
{
	return layer_rows[layer->kind]->covers >= COVERS_MESSAGE;
}

uint16_t layer_checksum_field(const struct packet_view *view, const struct layer *layer)
{
	return read16(view->frame + layer->offset + layer_rows[layer->kind]->checksum_at);
}

enum checksum packet_checksum(const struct packet_view *view, bool needs_csum)
{
	const struct layer *transport = packet_transport(view);

	return transport ? layer_checksum(view, transport, needs_csum) : CHECKSUM_BAD;
}

enum checksum packet_list_checksum(const struct packet_view *view, bool needs_csum, size_t gso_size)
{
	const struct layer *transport = packet_transport(view);
	const enum checksum whole = packet_checksum(view, needs_csum);

	if (whole != CHECKSUM_BAD || !transport || !view->whole || !gso_size ||
	    packet_payload(view).length <= gso_size || layer_rows[transport->kind]->covers != COVERS_SEGMENT)
		return whole;
	const struct layer *ip = network_of(view, transport);
	const struct address source = ip_source(view, ip), final = packet_final(view, ip);
	return segment_checksum(view, transport, needs_csum, &source, &final, transport->length + gso_size);
}

bool frame_complete_checksum(uint8_t *data, size_t length)
{
	struct packet_view view = packet_parse((struct bytes){ data, length });
	const struct layer *transport = packet_transport(&view);

	if (!transport || !view.whole)
		return false;
	const struct layer *ip = network_of(&view, transport);
	struct address source = ip_source(&view, ip), final = packet_final(&view, ip);
	struct bytes segment = { data + transport->offset, packet_segment_length(&view) };
	if (layer_rows[transport->kind]->covers != COVERS_SEGMENT)
		return false;
	uint8_t *field = data + transport->offset + layer_rows[transport->kind]->checksum_at;
	write16(field, 0);
	write16(field, (uint16_t)~sum_segment(&source, &final, protocol_of(transport), segment));
	return true;
}
