/* What flows and packets are called. */
#include <stdio.h>
#include <string.h>

#include "flow.h"
#include "transport.h"

static const struct word protocol_words[] = {
	{ "ESP", IPPROTO_ESP, NULL },   { "AH", IPPROTO_AH, NULL },     { "GRE", IPPROTO_GRE, NULL },
	{ "SCTP", IPPROTO_SCTP, NULL }, { "DCCP", IPPROTO_DCCP, NULL }, { "UDP-Lite", IPPROTO_UDPLITE, NULL },
	{ "OSPF", 89, NULL },           { "PIM", IPPROTO_PIM, NULL },   { "mobility", 135, NULL },
	{ "VRRP", 112, NULL },          { "MPLS", 137, NULL },          { NULL, 0, NULL },
};
static const struct word ethertype_words[] = {
	{ "ARP", 0x0806, NULL },   { "MPLS", 0x8847, NULL },
	{ "PPPoE", 0x8864, NULL }, { "PPPoE discovery", 0x8863, NULL },
	{ "LLDP", 0x88cc, NULL },  { NULL, 0, NULL },
};
static const struct word icmpv6_words[] = {
	{ "echo request", 128, NULL },
	{ "echo reply", 129, NULL },
	{ "listener query", 130, NULL },
	{ "listener report", 131, NULL },
	{ "listener done", 132, NULL },
	{ "router solicitation", 133, NULL },
	{ "router advertisement", 134, NULL },
	{ "neighbour solicitation", 135, NULL },
	{ "neighbour advertisement", 136, NULL },
	{ "redirect", 137, NULL },
	{ "listener report v2", 143, NULL },
	{ NULL, 0, NULL },
};
static const struct word icmpv4_words[] = {
	{ "echo reply", 0, NULL },
	{ "redirect", 5, NULL },
	{ "echo request", 8, NULL },
	{ NULL, 0, NULL },
};

static char *number_or_word(const struct word *words, const char *what, unsigned number)
{
	const char *word = word_of(words, (int)number);

	return *word == '?' ? text_format("%s %u", what, number) : text_copy(word);
}

char *flow_protocol(const struct flow *flow)
{
	if (flow->unread.by == UNREAD_PROTOCOL)
		return number_or_word(protocol_words, "protocol", flow->unread.number);
	if (flow->unread.by == UNREAD_ETHERTYPE && *word_of(ethertype_words, flow->unread.number) == '?')
		return text_format("Ethernet type 0x%04x", flow->unread.number);
	if (flow->unread.by == UNREAD_ETHERTYPE)
		return text_copy(word_of(ethertype_words, flow->unread.number));
	if (flow->transport < LAYER_KINDS)
		return text_copy(layer_word((enum layer_kind)flow->transport));
	return text_copy(flow->ends[0].family ? "without a transport's header" : "without an IP header");
}

char *flow_end(const struct flow *flow, size_t end)
{
	char text[ADDRESS_TEXT_SIZE];

	if (!flow->ends[end].family)
		return text_copy("");
	address_text(&flow->ends[end], text);
	return flow->ports[end] ? text_format("%s.%u", text, flow->ports[end]) : text_copy(text);
}

/* "ICMPv6 too big 1280 of fc00::1 > fc00::2 SL2" */
static char *icmp_name(const struct packet_view *view)
{
	struct icmp_error error;
	uint8_t version, type, code;
	char source[ADDRESS_TEXT_SIZE], destination[ADDRESS_TEXT_SIZE];

	packet_icmp(view, &version, &type, &code);
	const char *word = word_of(version == 6 ? icmpv6_words : icmpv4_words, type),
	           *icmp = version == 6 ? "ICMPv6" : "ICMP";
	if (!packet_icmp_error(view, &error))
		return *word == '?' ? text_format("%s type %u", icmp, type) : text_format("%s %s", icmp, word);
	char *name = text_format("%s %s", icmp, icmp_word(version, type, code));
	if (icmp_parameter(version, type, code) != PARAMETER_NONE)
		text_append(&name, " %u", error.parameter);
	if (error.has_packet)
		text_append(&name, " of %s > %s", address_text(&error.source, source),
		            address_text(&error.destination, destination));
	if (error.has_packet && error.has_srh)
		text_append(&name, " SL%u", error.segments_left);
	return name;
}

static bool is_later_fragment(const struct packet_view *view)
{
	const struct layer *ip = packet_innermost_ip(view), *fragment = packet_layer(view, LAYER_FRAGMENT);

	if (fragment)
		return (view->frame[fragment->offset + 2] << 8 | view->frame[fragment->offset + 3]) >> 3;
	return ip && ip->kind == LAYER_IPV4 && ipv4_fragment(view, ip) & 0x1fff;
}

char *packet_name(const struct flow *flow, const struct captured *captured)
{
	const struct packet_view *view = &captured->view;
	char name[64];

	if (packet_is_icmp(view))
		return icmp_name(view);
	if (captured->known) {
		transport_of(&(struct traffic){ 0 })->name_packet(captured, flow->starts, name, sizeof name);
		return text_copy(name);
	}
	if (is_later_fragment(view))
		return text_copy("fragment");
	if (flow->transport == LAYER_UDP)
		return text_format("UDP of %zu octets", packet_payload_length(view));
	return flow_protocol(flow);
}
