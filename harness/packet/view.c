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
	return layer && (layer->kind == LAYER_IPV4 || layer->kind == LAYER_IPV6);
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

const struct layer *packet_frame_of(const struct packet_view *view, const struct layer *ip)
{
	return ip > view->layers + 1 && ip[-1].kind == LAYER_ETHERNET ? ip - 1 : NULL;
}

bool packet_is_encapsulated(const struct packet_view *view)
{
	const struct layer *ip = packet_ip(view);

	return ip && packet_ip_inside(view, ip);
}

/* A field of an IP header, which each family has in its own place. */
static const uint8_t *field_of(const struct packet_view *view, const struct layer *ip, size_t ipv4, size_t ipv6)
{
	return view->frame + ip->offset + (ip->kind == LAYER_IPV4 ? ipv4 : ipv6);
}

static struct address address_at(const struct packet_view *view, const struct layer *ip, size_t ipv4, size_t ipv6)
{
	if (!ip)
		return (struct address){ 0 };
	return address_from(ip->kind == LAYER_IPV4 ? AF_INET : AF_INET6, field_of(view, ip, ipv4, ipv6));
}

struct address ip_source(const struct packet_view *view, const struct layer *ip)
{
	return address_at(view, ip, IPV4_SOURCE, IPV6_SOURCE);
}

struct address ip_destination(const struct packet_view *view, const struct layer *ip)
{
	return address_at(view, ip, IPV4_DESTINATION, IPV6_DESTINATION);
}

uint8_t ip_hop_limit(const struct packet_view *view, const struct layer *ip)
{
	return ip ? *field_of(view, ip, IPV4_HOP_LIMIT, IPV6_HOP_LIMIT) : 0;
}

uint8_t ip_traffic_class(const struct packet_view *view, const struct layer *ip)
{
	unsigned start = ip ? read16(view->frame + ip->offset) : 0;

	return (uint8_t)(ip && ip->kind == LAYER_IPV4 ? start : start >> 4);
}

uint32_t ipv6_flow_label(const struct packet_view *view, const struct layer *ipv6)
{
	return ipv6 && ipv6->kind == LAYER_IPV6 ? read32(view->frame + ipv6->offset) & 0xfffff : 0;
}

uint32_t ip_octets(const struct packet_view *view, const struct layer *ip)
{
	unsigned length = ip ? read16(field_of(view, ip, IPV4_TOTAL_LENGTH, IPV6_PAYLOAD_LENGTH)) : 0;

	return length + (length && ip->kind == LAYER_IPV6 ? IPV6_SIZE : 0);
}

uint16_t ipv4_identification(const struct packet_view *view, const struct layer *ipv4)
{
	return read16(view->frame + ipv4->offset + IPV4_IDENTIFICATION);
}

bool packet_is_fragment(const struct packet_view *view)
{
	enum { MORE_AND_OFFSET = 0x3fff };
	const struct layer *ip = packet_innermost_ip(view);

	return ip && ip->kind == LAYER_IPV4 && ipv4_fragment(view, ip) & MORE_AND_OFFSET;
}

uint16_t ipv4_fragment(const struct packet_view *view, const struct layer *ipv4)
{
	return read16(view->frame + ipv4->offset + IPV4_FRAGMENT);
}

struct bytes ipv4_options(const struct packet_view *view, const struct layer *ipv4)
{
	return (struct bytes){ view->frame + ipv4->offset + IPV4_SIZE, ipv4->length - (size_t)IPV4_SIZE };
}
