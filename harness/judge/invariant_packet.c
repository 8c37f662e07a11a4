/* What holds of a packet by itself, at whatever hop; what was sent otherwise on purpose may stay so. */
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <stdio.h>
#include <string.h>

#include "invariant.h"
#include "judge.h"
#include "transport.h"

#define IPV6_SIZE 40
#define TYPE_SRH  4

static bool has_last(const struct captured *captured, enum layer_kind kind)
{
	const struct layer *last = packet_transport(&captured->view);

	return last && last->kind == kind;
}

static bool is_icmp(const struct captured *captured)
{
	return has_last(captured, LAYER_ICMPV6) || has_last(captured, LAYER_ICMPV4);
}

/* A length of 0 is that of a packet too large for the field, which is yet to be cut (RFC 2675, BIG TCP). */
/* No device of a lab has a gso_max_size or gro_max_size above 65,536, with which a large packet says 0 (ip-link(8)). */
static bool payload_length(const struct passage *passage, struct values *values)
{
	const struct packet_view *view = &passage->after->view;

	if (view->wire_length <= ETHERNET_LEAST)
		return false;
	for (size_t i = 0; i < passage->to.count; i++) {
		const struct layer *ip = passage->to.at[i];
		uint32_t said = ip_octets(view, ip), there = view->wire_length - ip->offset;
		uint32_t uncounted = ip->kind == LAYER_IPV6 ? IPV6_SIZE : 0;
		if (said == there)
			continue;
		return values_number(values, there - uncounted, said ? said - uncounted : 0);
	}
	return false;
}

static bool next_header(const struct passage *passage, struct values *values)
{
	const struct packet_view *view = &passage->after->view;
	const struct layer *last = view->count ? &view->layers[view->count - 1] : NULL;

	if (!last || last == view->layers || packet_transport(view) || last->kind == LAYER_FRAGMENT ||
	    (last->kind == LAYER_IPV4 && packet_is_fragment(view)))
		return false;
	/* IPv6 says it in its seventh octet, IPv4 in its tenth, Ethernet in its last two, an extension header in its
	 * first. */
	const uint8_t *at = view->frame + last->offset;
	unsigned next = last->kind == LAYER_IPV6       ? at[6]
	                : last->kind == LAYER_IPV4     ? at[9]
	                : last->kind == LAYER_ETHERNET ? at[12] * 256U + at[13]
	                                               : at[0];
	snprintf(values->saw, sizeof values->saw, "%u, behind which nothing is readable", next);
	strcpy(values->expected, "TCP or ICMP");
	return true;
}

/* NEXT-C-SID shifts what stands in the list (RFC 9800 4.1). */
static bool becomes(const struct topology *topology, struct address segment, const struct address *destination)
{
	struct address next;

	for (int i = 0; i <= ADDRESS_OCTETS; i++, segment = next) {
		const struct sid *sid = topology_sid(topology, &segment, NULL);
		if (address_same(&segment, destination))
			return true;
		if (!sid || !sid_shift(sid, &segment, &next))
			break;
	}
	return false;
}

static bool segment_destination(const struct passage *passage, struct values *values)
{
	const struct packet_view *view = &passage->after->view;

	for (size_t i = 0; i < passage->to.count; i++) {
		const struct srh_view srh = packet_srh(view, passage->to.at[i]);
		const size_t at = srh.segments_left * SEGMENT_OCTETS;
		if (!srh.present || srh.type != TYPE_SRH || srh.fault || at + SEGMENT_OCTETS > srh.segment_list.length)
			continue;
		const struct address segment = address_from(AF_INET6, srh.segment_list.data + at);
		const struct address destination = ip_destination(view, passage->to.at[i]);
		if (!becomes(passage->plan->topology, segment, &destination))
			return values_address(values, &segment, &destination);
	}
	return false;
}

static bool icmp_is_bad(const struct captured *captured, enum layer_kind kind, struct values *values)
{
	if (!has_last(captured, kind) || !captured->view.whole || captured->headers_only ||
	    packet_checksum(&captured->view, captured->needs_csum) != CHECKSUM_BAD)
		return false;
	return values_differ(values, "a right checksum", "a bad one");
}

static bool icmpv6_checksum(const struct passage *passage, struct values *values)
{
	return icmp_is_bad(passage->after, LAYER_ICMPV6, values);
}

static bool icmp_checksum(const struct passage *passage, struct values *values)
{
	return icmp_is_bad(passage->after, LAYER_ICMPV4, values);
}

static bool csum_start(const struct passage *passage, struct values *values)
{
	const struct captured *after = passage->after;
	const struct layer *transport = packet_transport(&after->view);
	const size_t checksum_at = transport_of(&passage->plan->traffic)->checksum_at;

	if (!after->needs_csum || !after->offload_known || !after->known || !transport)
		return false;
	if (after->csum_start == transport->offset && after->csum_offset == checksum_at)
		return false;
	snprintf(values->expected, sizeof values->expected, "%u and %zu", transport->offset, checksum_at);
	snprintf(values->saw, sizeof values->saw, "%u and %u", after->csum_start, after->csum_offset);
	return true;
}

static bool gso_type(const struct passage *passage, struct values *values)
{
	const struct captured *after = passage->after;
	const struct transport *transport = transport_of(&passage->plan->traffic);
	const struct layer *ip = packet_innermost_ip(&after->view);
	uint8_t wanted = ip && ip->kind == LAYER_IPV4 ? transport->gso_type_ipv4 : transport->gso_type;

	if (!after->gso_size || !after->offload_known || !after->known || !wanted)
		return false;
	if (after->flags & transport->with_first)
		wanted |= transport->gso_first;
	return values_number(values, wanted, after->gso_type);
}

static bool is_off(const struct trace *trace, size_t interface, enum offload offload)
{
	for (size_t i = 0; i < trace->offload_count; i++)
		if (trace->offloads[i].interface == interface && trace->offloads[i].offload == offload)
			return !trace->offloads[i].on;
	return false;
}

/* What a device that is not to do it does not get. */
static bool offloads(const struct passage *passage, struct values *values)
{
	const struct captured *after = passage->after;
	const size_t interface = HOP_INTERFACE(after->hop);

	if (HOP_DIRECTION(after->hop) == HOP_IN)
		return false;
	if (after->gso_size && is_off(passage->trace, interface, OFFLOAD_TSO))
		return values_differ(values, "packets that are cut, as tso is off", "one that is to be cut");
	if (after->needs_csum && is_off(passage->trace, interface, OFFLOAD_TX))
		return values_differ(values, "a whole checksum, as tx is off", "a partial one");
	return false;
}

/* A sum that was wrong when it came may not be right, or yet to be completed, behind it: whoever makes it so hides that
 * an octet changed. Where headers alone are kept it was looked at as it came. */
static bool checksum(const struct passage *passage, struct values *values)
{
	const struct captured *before = passage->before, *after = passage->after;

	if (!before->summed || !after->summed || before->checksum != CHECKSUM_BAD || before->needs_csum ||
	    after->checksum == CHECKSUM_BAD || passage->has_copies)
		return false;
	return values_differ(values, "the bad checksum that came",
	                     after->checksum == CHECKSUM_VALID ? "a right one" : "a partial one");
}

static bool is_mac(const struct captured *captured, size_t at, const uint8_t mac[ETH_ALEN])
{
	return captured->length < at + ETH_ALEN || memcmp(captured->data + at, mac, ETH_ALEN) == 0;
}

/* Destination first (RFC 2464 3). */
static bool ethernet_addresses(const struct passage *passage, struct values *values)
{
	const struct layer *frame = passage->course.frame;

	if (frame && memcmp(passage->after->data, passage->before->data + frame->offset, 2 * ETH_ALEN) == 0)
		return false;
	if (frame)
		return values_differ(values, "those of the frame that was inside", "others");
	const struct captured *after = passage->after;
	const struct plan_interface *interfaces = passage->plan->interfaces;
	const size_t interface = HOP_INTERFACE(after->hop);
	const size_t own = HOP_DIRECTION(after->hop) == HOP_IN ? 0 : ETH_ALEN;

	if (!is_mac(after, own, interfaces[interface].mac))
		return values_differ(values, "the interface's own address", "another");
	FOR_EACH_OTHER (other, passage->plan->topology, interface)
		if (is_mac(after, ETH_ALEN - own, interfaces[other].mac))
			return false;
	return values_differ(values, "an address of the link's other end", "another");
}

/* What an Ethernet header inside was before: one inside, or that of the frame that was encapsulated. */
static bool frame_inside(const struct passage *passage, struct values *values)
{
	const struct packet_view *after = &passage->after->view, *before = &passage->before->view;
	const size_t first = passage->aligned ? (size_t)(passage->to.at[0] - after->layers) : after->count;

	for (size_t i = first; i < after->count; i++) {
		const size_t was = passage->layers[i - first];
		const size_t offset = was == HEADER_ADDED ? 0 : before->layers[was].offset;
		if (after->layers[i].kind == LAYER_ETHERNET &&
		    memcmp(after->frame + after->layers[i].offset, before->frame + offset, ETH_HLEN) != 0)
			return values_differ(values, "the Ethernet header that the frame came with", "another");
	}
	return false;
}

/* Whom a packet can come from that its node made. */
static bool is_own(const struct passage *passage, const struct address *source)
{
	const struct plan *plan = passage->plan;

	if (traffic_is_crafted(&plan->traffic) && passage->node == plan->from)
		return true; /* from any address */
	return address_is_local(plan, passage->node, source) ||
	       address_is_own_link_local(plan, passage->node, source) ||
	       (passage->node == plan->from && address_same(source, &plan->from_address));
}

/* Packets that cannot be read are told apart by octets that may change. */
static bool origin(const struct passage *passage, struct values *values)
{
	const struct captured *after = passage->after;
	const struct address source = ip_source(&after->view, packet_innermost_ip(&after->view));
	char text[ADDRESS_TEXT_SIZE];

	if (!after->known && !is_icmp(after))
		return false;
	if (passage->repeated)
		return values_differ(values, "the packet once", "once more");
	if (passage->place != PLACE_ORIGIN)
		return false;
	if (HOP_DIRECTION(after->hop) == HOP_IN)
		return values_differ(values, "a packet that was sent at the other end of the link",
		                     "one that was not, or not like this");
	if (is_own(passage, &source))
		return false;
	snprintf(values->saw, sizeof values->saw, "a packet from %s that did not come in, or not like this",
	         address_text(&source, text));
	strcpy(values->expected, "packets that came in, or from an address of the node");
	return true;
}

/* ip-sysctl.rst: hop_limit; `hop_limit` of traffic is of the first header. What is pushed takes its own from it. */
static bool initial_hop_limit(const struct passage *passage, struct values *values)
{
	const struct traffic *traffic = &passage->plan->traffic;
	const struct captured *after = passage->after;
	bool given =
	        passage->node == passage->plan->from && after->way == WAY_FORWARD && traffic->hop_limit != FIELD_AUTO;
	const struct layer *ip = packet_innermost_ip(&after->view);
	const struct address source = ip_source(&after->view, ip);

	if (!is_own(passage, &source) || HOP_DIRECTION(after->hop) == HOP_IN || (!after->known && !is_icmp(after)) ||
	    (traffic_is_crafted(traffic) && passage->node == passage->plan->from))
		return false;
	return values_number(values, given ? (unsigned long)traffic->hop_limit : 64, ip_hop_limit(&after->view, ip));
}

/* Sockets at both ends have it (IPV6_TCLASS), and data comes from them; what a kernel says by itself may not have it.
 */
static bool initial_traffic_class(const struct passage *passage, struct values *values)
{
	const struct traffic *traffic = &passage->plan->traffic;
	const struct captured *after = passage->after;
	const struct layer *ip = packet_innermost_ip(&after->view);
	const struct address source = ip_source(&after->view, ip);
	const bool given = passage->node == passage->plan->from && traffic->traffic_class;

	if (!ip || ip->kind != LAYER_IPV6 || !is_own(passage, &source) || HOP_DIRECTION(after->hop) == HOP_IN ||
	    !after->known || traffic_is_crafted(traffic) || !after->payload)
		return false;
	return values_number(values, given ? (unsigned long)traffic->traffic_class : TRAFFIC_CLASS,
	                     ip_traffic_class(&after->view, ip));
}

const struct invariant_row invariants_of_packets[] = {
	{ INVARIANT_PAYLOAD_LENGTH, "RFC 8200 3, RFC 791 3.1", SCOPE_PACKET, PLACES_ALL, payload_length },
	{ INVARIANT_NEXT_HEADER, "RFC 8200 4", SCOPE_PACKET, PLACES_ALL, next_header },
	{ INVARIANT_SEGMENT_DESTINATION, "RFC 8754 4.1, 4.3.1.1", SCOPE_PACKET, PLACES_ALL, segment_destination },
	{ INVARIANT_ICMPV6_CHECKSUM, "RFC 4443 2.3", SCOPE_PACKET, PLACES_ALL, icmpv6_checksum },
	{ INVARIANT_ICMP_CHECKSUM, "RFC 792", SCOPE_PACKET, PLACES_ALL, icmp_checksum },
	{ INVARIANT_CSUM_START, "checksum-offloads.rst, virtio 1.2 5.1.6.2", SCOPE_ALWAYS, PLACES_ALL, csum_start },
	{ INVARIANT_GSO_TYPE, "segmentation-offloads.rst, virtio 1.2 5.1.6.2", SCOPE_ALWAYS, PLACES_ALL, gso_type },
	{ INVARIANT_OFFLOADS, "segmentation-offloads.rst, checksum-offloads.rst", SCOPE_ALL, PLACE_ORIGIN | PLACE_NODE,
	  offloads },
	{ INVARIANT_ETHERNET_ADDRESSES, "RFC 2464 3", SCOPE_PACKET, PLACE_ORIGIN | PLACE_LINK | PLACE_NODE,
	  ethernet_addresses },
	{ INVARIANT_ETHERNET_ADDRESSES, "RFC 8986 4.9 and 5.3", SCOPE_EACH, PLACE_LINK | PLACE_NODE, frame_inside },
	{ INVARIANT_CHECKSUM, "RFC 9293 3.1, RFC 1122 4.2.2.7", SCOPE_EACH, PLACES_PAST_ORIGIN, checksum },
	{ INVARIANT_ORIGIN, "RFC 8200 3", SCOPE_ALL, PLACES_ALL, origin },
	{ INVARIANT_INITIAL_HOP_LIMIT, "ip-sysctl.rst, hop_limit", SCOPE_ALL, PLACE_ORIGIN, initial_hop_limit },
	{ INVARIANT_INITIAL_TRAFFIC_CLASS, "RFC 3542 6.5", SCOPE_ALL, PLACE_ORIGIN, initial_traffic_class },
	{ 0, NULL, 0, 0, NULL },
};
