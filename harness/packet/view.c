/* Questions about a parsed packet. */
#include "layer.h"

const struct layer *packet_layer(const struct packet_view *view, enum layer_kind kind)
{
	for (size_t i = 0; i < view->count; i++)
		if (view->layers[i].kind == kind)
			return &view->layers[i];
	return NULL;
}

const struct layer *packet_behind(const struct packet_view *view, const struct layer *layer)
{
	return layer + 1 < view->layers + view->count ? layer + 1 : NULL;
}

bool layer_is_ip(const struct layer *layer)
{
	return layer && layer->kind == LAYER_IPV6;
}

const struct layer *packet_ip(const struct packet_view *view)
{
	for (size_t i = 0; i < view->count; i++)
		if (layer_is_ip(&view->layers[i]))
			return &view->layers[i];
	return NULL;
}

const struct layer *packet_innermost_ip(const struct packet_view *view)
{
	for (size_t i = view->count; i--;)
		if (layer_is_ip(&view->layers[i]))
			return &view->layers[i];
	return NULL;
}

const struct layer *packet_ip_inside(const struct packet_view *view, const struct layer *layer)
{
	do
		layer = packet_behind(view, layer);
	while (layer && !layer_is_ip(layer));
	return layer;
}

bool packet_is_encapsulated(const struct packet_view *view)
{
	const struct layer *ip = packet_ip(view);

	return ip && packet_ip_inside(view, ip);
}

struct address ip_source(const struct packet_view *view, const struct layer *ip)
{
	return ip ? read_address(view->frame + ip->offset + IPV6_SOURCE) : (struct address){ 0 };
}

struct address ip_destination(const struct packet_view *view, const struct layer *ip)
{
	return ip ? read_address(view->frame + ip->offset + IPV6_DESTINATION) : (struct address){ 0 };
}

uint8_t ip_hop_limit(const struct packet_view *view, const struct layer *ip)
{
	return ip ? view->frame[ip->offset + IPV6_HOP_LIMIT] : 0;
}

uint8_t ip_traffic_class(const struct packet_view *view, const struct layer *ip)
{
	return ip ? (uint8_t)(read16(view->frame + ip->offset) >> 4) : 0;
}

uint32_t ipv6_flow_label(const struct packet_view *view, const struct layer *ip)
{
	return ip ? read32(view->frame + ip->offset) & 0xfffff : 0;
}

uint16_t ipv6_payload_length(const struct packet_view *view, const struct layer *ip)
{
	return ip ? read16(view->frame + ip->offset + 4) : 0;
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
