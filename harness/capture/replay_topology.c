#include <stdlib.h>
#include <string.h>

#include "replay.h"

enum { PREFIX_OCTETS = 8 };

/* In inline mode a host's own addresses may be segments: those of the network of the final destination. */
bool is_of_last_node(const struct flow *flow, const struct shape *shape, size_t segment)
{
	const struct address *final = &flow->ends[1];

	return shape->mode == MODE_INLINE && final->family == AF_INET6 &&
	       memcmp(shape->list[segment].octets, final->octets, PREFIX_OCTETS) == 0;
}

static bool is_earlier(const struct shape *shape, size_t segment)
{
	for (size_t i = 0; i < segment; i++)
		if (address_same(&shape->list[i], &shape->list[segment]))
			return true;
	return false;
}

/* What the node of a segment does with it: the last one of a tunnel takes out what is inside. */
static void say_behaviour(char **text, const struct flow *flow, const struct shape *shape, size_t segment)
{
	const bool last = segment + 1 == shape->count && mode_kind(shape->mode)->outer;

	if (last && (shape->mode == MODE_L2ENCAP || shape->mode == MODE_L2ENCAP_RED))
		text_append(text, "{behaviour: End.DX2, oif: b0}");
	else if (last && flow->ends[1].family == AF_INET)
		text_append(text, "{behaviour: End.DT4, vrftable: 100}");
	else if (last)
		text_append(text, "{behaviour: End.DT6, table: main}");
	else if (shape->pops && segment + 2 == shape->count)
		text_append(text, "{behaviour: End, flavors: [psp]}");
	else
		text_append(text, "End");
}

static void say_router(char **text, const struct flow *flow, const struct shape *shape, size_t segment, size_t number)
{
	char address[ADDRESS_TEXT_SIZE];
	const bool tunnel = shape->mode == MODE_IP6IP6;

	address_text(&shape->list[segment], address);
	text_append(text, tunnel ? "  r%zu: {addresses: [\"%s\"]}\n" : "  r%zu: {sids: {\"%s\": ", number, address);
	if (tunnel)
		return;
	say_behaviour(text, flow, shape, segment);
	text_append(text, "}}\n");
}

static void say_last(char **text, const struct flow *flow, const struct shape *shape)
{
	char address[ADDRESS_TEXT_SIZE];

	text_append(text, "  dst: {addresses: [\"%s\"", address_text(&flow->ends[1], address));
	for (size_t i = 0; i < shape->count; i++)
		if (is_of_last_node(flow, shape, i) && !is_earlier(shape, i) &&
		    !address_same(&shape->list[i], &flow->ends[1]))
			text_append(text, ", \"%s\"", address_text(&shape->list[i], address));
	text_append(text, "]}\n");
}

static void say_link(char **text, size_t from, size_t routers, unsigned mtu)
{
	owned_text before = from ? text_format("r%zu", from) : text_copy("src");
	owned_text behind = from < routers ? text_format("r%zu", from + 1) : text_copy("dst");

	text_append(text, "  - {ends: [%s.b0, %s.a0]", before, behind);
	if (mtu)
		text_append(text, ", mtu: %u", mtu);
	text_append(text, "}\n");
}

/* Where the points were cannot be told to a link: what the packets had there is said. */
static void say_points(char **text, const struct capture *capture, const struct tracks *tracks)
{
	for (size_t place = 0; place < tracks->place_count; place++)
		for (size_t i = 0; i < tracks->pass_count; i++) {
			const struct packet_view *view = &capture->packets[tracks->passes[i].packet].seen.view;
			const struct srh_view srh = packet_srh(view, packet_ip(view));
			const struct address to = ip_destination(view, packet_ip(view));
			char address[ADDRESS_TEXT_SIZE];
			if (tracks->passes[i].place != place)
				continue;
			text_append(text, "# captured: %s, the first packet to %s",
			            capture->points[tracks->points[place]].name, address_text(&to, address));
			if (srh.present)
				text_append(text, ", segments left %u", srh.segments_left);
			text_append(text, "\n");
			break;
		}
}

char *topology_text(const char *name, const struct capture *capture, const struct flow *flow,
                    const struct tracks *tracks, const struct shape *shape, unsigned mtu)
{
	owned_text client = flow_end(flow, 0);
	owned_text server = flow_end(flow, 1);
	char address[ADDRESS_TEXT_SIZE], *text = NULL;
	size_t routers = 0;

	text_append(&text, "# Made by hopcheck pcap from a flow of %s to %s.\n", client, server);
	say_points(&text, capture, tracks);
	text_append(&text, "# Not told by a capture, and to be filled in: nodes without a SID between these, MTUs, "
	                   "behaviours other\n"
	                   "# than End where a segment does more, offloads, and which links the packets took.\n");
	if (shape->shifts)
		text_append(
		        &text,
		        "# A destination was not the segment of the list: where SIDs are compressed, their nodes need\n"
		        "# {behaviour: End, flavors: [next-csid]}.\n");
	text_append(&text, "topology: %s\nnodes:\n", name);
	if (shape->crafted)
		text_append(&text, "  src: {} # not %s: what hopcheck crafts has a source that no node has\n",
		            address_text(&flow->ends[0], address));
	else
		text_append(&text, "  src: {addresses: [\"%s\"]}\n", address_text(&flow->ends[0], address));
	for (size_t i = 0; i < shape->count; i++)
		if (!is_of_last_node(flow, shape, i) && !is_earlier(shape, i))
			say_router(&text, flow, shape, i, ++routers);
	if (!routers)
		text_append(&text, "  r%zu: {}\n", ++routers);
	say_last(&text, flow, shape);
	text_append(&text, "links:\n");
	for (size_t i = 0; i <= routers; i++)
		say_link(&text, i, routers, mtu);
	return text;
}
