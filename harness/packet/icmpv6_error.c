/* ICMPv6 errors (RFC 4443 3): what they say of which packet. */
#include "layer.h"

enum { PARAMETER_AT = 4, INVOKING_AT = 8 }; /* offsets in the message */

bool packet_icmpv6_error(const struct packet_view *view, struct icmpv6_error *ret)
{
	const struct layer *layer = packet_layer(view, LAYER_ICMPV6);
	const uint8_t *message = view->frame + (layer ? layer->offset : 0);

	if (!layer || layer->offset + (uint32_t)INVOKING_AT > view->length || message[0] >= ICMPV6_ERRORS)
		return false;
	struct bytes start = { message + INVOKING_AT, view->length - layer->offset - INVOKING_AT };
	const struct packet_view about = packet_parse_inner(start);
	const struct layer *ip = packet_ip(&about);
	const struct srh_view srh = packet_srh(&about, ip);
	*ret = (struct icmpv6_error){ .type = message[0],
		                      .code = message[1],
		                      .parameter = read32(message + PARAMETER_AT),
		                      .has_packet = ip != NULL,
		                      .source = ip_source(&about, ip),
		                      .destination = ip_destination(&about, ip),
		                      .has_srh = srh.present,
		                      .segments_left = srh.segments_left };
	return true;
}
