/* Packets that a node sent so that they cannot be read, though they could be read when they came to it. What such a
 * packet was nobody can tell any more, and the node that gets it drops it for something: the fault is its sender's. */
#include <stdlib.h>

#include "judge.h"

static const char *fault_of(const struct packet_view *view)
{
	const struct srh_view outer = packet_srh(view, packet_ip(view));
	const struct srh_view inner = packet_srh(view, packet_innermost_ip(view));

	return outer.present && outer.fault ? outer.fault : inner.present ? inner.fault : NULL;
}

/* The end of a packet by its own length field, 0: a jumbogram, or one that is yet to be cut. */
static uint32_t end_of(const struct packet_view *view, const struct layer *ip)
{
	uint32_t octets = ip_octets(view, ip);

	return octets ? ip->offset + octets : 0;
}

/* IPv6 says what is behind its header, IPv4 all of it. */
static char *length_text(const struct layer *ip, uint32_t said, uint32_t there)
{
	if (ip->kind == LAYER_IPV4)
		return text_format("its total length says %u, and there are %u octets", said, there);
	return text_format("its payload length says %u, and there are %u octets", said - 40U, there - 40U);
}

/* A packet ends where the one that it is in ends, and the first with the frame. */
static char *length_fault(const struct packet_view *view)
{
	uint32_t outer = view->wire_length;

	for (const struct layer *ip = packet_ip(view); ip; ip = packet_ip_inside(view, ip)) {
		uint32_t end = end_of(view, ip);
		bool padded = outer == view->wire_length && outer <= ETHERNET_LEAST && end < outer;
		if (end && end != outer && !padded)
			return length_text(ip, end - ip->offset, outer - ip->offset);
		outer = end ? end : outer;
	}
	return NULL;
}

char *captured_unreadable(const struct captured *captured)
{
	const struct packet_view *view = &captured->view;
	char *fault;

	if (!packet_ip(view))
		return text_copy("it has no whole IP header");
	if ((fault = length_fault(view)))
		return fault;
	if (fault_of(view))
		return text_format("its SRH is faulty (%s)", fault_of(view));
	if (!captured->known && !packet_transport(view) && !packet_layer(view, LAYER_FRAGMENT))
		return text_copy("its next headers lead to no transport's header");
	return NULL;
}

/* How many more such packets left each node than had come to it. The first that left a node too many is the one. */
const struct captured *unreadable_find(const struct evidence *evidence, char **how)
{
	const struct plan *plan = evidence->plan;
	size_t *came = zalloc(plan->topology->node_count * sizeof *came);
	const struct captured *found = NULL;

	for (size_t i = 0; i < evidence->count && !found; i++) {
		const struct captured *captured = &evidence->packets[i];
		size_t node = hop_node(plan, captured->hop);
		owned_text fault = captured_unreadable(captured);
		if (!fault)
			continue;
		if (HOP_DIRECTION(captured->hop) == HOP_IN) {
			came[node]++;
		} else if (came[node]) {
			came[node]--;
		} else if (!traffic_is_crafted(&plan->traffic) || node != plan->from) {
			found = captured;
			*how = take(fault);
		}
	}
	free(came);
	return found;
}
