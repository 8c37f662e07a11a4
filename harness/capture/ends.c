#include <string.h>

#include "flow.h"

enum { HOME_ADDRESS = 201, PAD1 = 0, ROUTING_0 = 0, ROUTING_2 = 2, ROUTING_FIXED = 8, ADDRESS = 16 };

/* The layers behind an IP header, up to the next one inside. */
#define FOR_EACH_BEHIND(layer, view, ip)                                                                               \
	for (const struct layer *layer = (ip) ? packet_behind((view), (ip)) : NULL; layer && !layer_is_ip(layer);      \
	     layer = packet_behind((view), layer))

/* An option's value in a header of options; NULL: it has none of that type and length. */
static const uint8_t *option_of(const uint8_t *header, size_t size, uint8_t type, uint8_t length)
{
	for (size_t at = 2; at < size;) {
		if (header[at] == PAD1) {
			at++;
			continue;
		}
		if (size - at < 2 || size - at - 2 < header[at + 1])
			break;
		if (header[at] == type && header[at + 1] == length)
			return header + at + 2;
		at += 2U + header[at + 1];
	}
	return NULL;
}

struct address end_source(const struct packet_view *view, const struct layer *ip)
{
	FOR_EACH_BEHIND(layer, view, ip)
	{
		const uint8_t *home = layer->kind == LAYER_DESTINATION ? option_of(view->frame + layer->offset,
		                                                                   layer->length, HOME_ADDRESS, ADDRESS)
		                                                       : NULL;
		if (home)
			return address_from(AF_INET6, home);
	}
	return ip_source(view, ip);
}

/* The last address of a list of type 0, or of type 2 the only one, while there is a segment left. */
static const uint8_t *last_of(const struct packet_view *view, const struct layer *routing)
{
	const uint8_t *header = view->frame + routing->offset;
	const size_t addresses = (routing->length - (size_t)ROUTING_FIXED) / ADDRESS;

	if (routing->length < ROUTING_FIXED + ADDRESS || !header[3] ||
	    (header[2] != ROUTING_0 && header[2] != ROUTING_2))
		return NULL;
	return header + ROUTING_FIXED + (addresses - 1) * ADDRESS;
}

struct address end_final(const struct packet_view *view, const struct layer *ip)
{
	FOR_EACH_BEHIND(layer, view, ip)
	{
		const uint8_t *last = layer->kind == LAYER_ROUTING ? last_of(view, layer) : NULL;
		if (last)
			return address_from(AF_INET6, last);
	}
	return packet_final(view, ip);
}

const struct layer *ip_around(const struct packet_view *view, const struct layer *layer)
{
	while (layer > view->layers && !layer_is_ip(layer))
		layer--;
	return layer_is_ip(layer) ? layer : NULL;
}
