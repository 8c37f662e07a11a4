/* Questions about a parsed packet. */
#include "layer.h"

const struct layer *packet_layer(const struct packet_view *view, enum layer_kind kind)
{
	for (size_t i = 0; i < view->count; i++)
		if (view->layers[i].kind == kind)
			return &view->layers[i];
	return NULL;
}

const struct layer *packet_innermost(const struct packet_view *view, enum layer_kind kind)
{
	for (size_t i = view->count; i--;)
		if (view->layers[i].kind == kind)
			return &view->layers[i];
	return NULL;
}

const struct layer *packet_behind(const struct packet_view *view, const struct layer *layer)
{
	return layer + 1 < view->layers + view->count ? layer + 1 : NULL;
}

const struct layer *packet_inside(const struct packet_view *view, const struct layer *layer)
{
	enum layer_kind kind = (enum layer_kind)layer->kind;

	do
		layer = packet_behind(view, layer);
	while (layer && layer->kind != kind);
	return layer;
}

bool packet_is_encapsulated(const struct packet_view *view)
{
	const struct layer *ipv6 = packet_layer(view, LAYER_IPV6);

	return ipv6 && packet_inside(view, ipv6);
}

struct address ipv6_source(const struct packet_view *view, const struct layer *ipv6)
{
	return ipv6 ? read_address(view->frame + ipv6->offset + IPV6_SOURCE) : (struct address){ 0 };
}

struct address ipv6_destination(const struct packet_view *view, const struct layer *ipv6)
{
	return ipv6 ? read_address(view->frame + ipv6->offset + IPV6_DESTINATION) : (struct address){ 0 };
}

uint8_t ipv6_hop_limit(const struct packet_view *view, const struct layer *ipv6)
{
	return ipv6 ? view->frame[ipv6->offset + IPV6_HOP_LIMIT] : 0;
}

uint8_t ipv6_traffic_class(const struct packet_view *view, const struct layer *ipv6)
{
	return ipv6 ? (uint8_t)(read16(view->frame + ipv6->offset) >> 4) : 0;
}

uint32_t ipv6_flow_label(const struct packet_view *view, const struct layer *ipv6)
{
	return ipv6 ? read32(view->frame + ipv6->offset) & 0xfffff : 0;
}

uint16_t ipv6_payload_length(const struct packet_view *view, const struct layer *ipv6)
{
	return ipv6 ? read16(view->frame + ipv6->offset + 4) : 0;
}

bool packet_icmpv6(const struct packet_view *view, uint8_t *type, uint8_t *code)
{
	const struct layer *layer = packet_layer(view, LAYER_ICMPV6);

	if (!layer)
		return false;
	*type = view->frame[layer->offset];
	*code = view->frame[layer->offset + 1];
	return true;
}
