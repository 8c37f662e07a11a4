/* ICMP errors of both versions (RFC 4443 3, RFC 792): what they say of which packet. */
#include "layer.h"

enum { PARAMETER_AT = 4, MTU_AT = 6, INVOKING_AT = 8 }; /* offsets in the message */

static bool is_error(uint8_t version, uint8_t type)
{
	if (version == 6)
		return type < ICMPV6_ERRORS;
	return type == ICMPV4_UNREACHABLE || type == ICMPV4_TIME_EXCEEDED || type == ICMPV4_PARAMETER;
}

/* ICMPv6 has 32 bits for it; RFC 1191 4 gives an MTU the last 16 of them, RFC 792 a pointer the first 8. */
static uint32_t parameter_of(uint8_t version, const uint8_t *message)
{
	if (version == 6)
		return read32(message + PARAMETER_AT);
	return message[0] == ICMPV4_PARAMETER ? message[PARAMETER_AT] : read16(message + MTU_AT);
}

static const struct layer *message_of(const struct packet_view *view, uint8_t *version)
{
	const struct layer *layer = packet_layer(view, LAYER_ICMPV6);

	*version = layer ? 6 : 4;
	return layer ? layer : packet_layer(view, LAYER_ICMPV4);
}

enum icmp_parameter icmp_parameter(unsigned version, unsigned type, unsigned code)
{
	if (version == 6)
		return type == ICMPV6_TOO_BIG     ? PARAMETER_MTU
		       : type == ICMPV6_PARAMETER ? PARAMETER_POINTER
		                                  : PARAMETER_NONE;
	if (type == ICMPV4_UNREACHABLE && code == ICMPV4_TOO_BIG)
		return PARAMETER_MTU;
	return type == ICMPV4_PARAMETER ? PARAMETER_POINTER : PARAMETER_NONE;
}

bool packet_is_icmp(const struct packet_view *view)
{
	return message_of(view, &(uint8_t){ 0 });
}

bool packet_icmp(const struct packet_view *view, uint8_t *version, uint8_t *type, uint8_t *code)
{
	const struct layer *layer = message_of(view, version);

	if (!layer)
		return false;
	*type = view->frame[layer->offset];
	*code = view->frame[layer->offset + 1];
	return true;
}

struct packet_view packet_quoted(const struct packet_view *view)
{
	uint8_t version;
	const struct layer *layer = message_of(view, &version);

	if (!layer || layer->offset + (uint32_t)INVOKING_AT > view->length ||
	    !is_error(version, view->frame[layer->offset]))
		return (struct packet_view){ 0 };
	const struct bytes start = { view->frame + layer->offset + INVOKING_AT,
		                     view->length - layer->offset - INVOKING_AT };
	return packet_parse_inner(start);
}

bool packet_icmp_error(const struct packet_view *view, struct icmp_error *ret)
{
	uint8_t version;
	const struct layer *layer = message_of(view, &version);
	const uint8_t *message = view->frame + (layer ? layer->offset : 0);

	if (!layer || layer->offset + (uint32_t)INVOKING_AT > view->length || !is_error(version, message[0]))
		return false;
	const struct packet_view about = packet_quoted(view);
	const struct layer *ip = packet_ip(&about);
	const struct srh_view srh = packet_srh(&about, ip);
	*ret = (struct icmp_error){ .version = version,
		                    .type = message[0],
		                    .code = message[1],
		                    .parameter = parameter_of(version, message),
		                    .has_packet = ip != NULL,
		                    .source = ip_source(&about, ip),
		                    .destination = ip_destination(&about, ip),
		                    .has_srh = srh.present,
		                    .segments_left = srh.segments_left };
	return true;
}
