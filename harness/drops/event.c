/* Converts what the BPF program copied to a drop of the trace, and finds the captured packet of a drop. */
#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "drops_internal.h"
#include "transport.h"

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Linear data from the network header on; the rest, in fragments, was not read. */
static size_t octets_of(const struct drop_record *record)
{
	if (record->failed || record->tail <= record->network_header)
		return 0;
	return smaller(record->tail - record->network_header, RECORD_OCTETS);
}

/* skb->len counts from skb->data, which by now may be before or after the network header. */
static size_t wire_length_of(const struct drop_record *record)
{
	int64_t length = (int64_t)record->length + (int64_t)(record->data - record->head) - record->network_header;

	return length > 0 && length < (1 << 20) ? ETHER_HDR_LEN + (size_t)length : 0;
}

/* Drops that the lab itself causes: answers to crafted packets, and the kernel's copies of packets that a service has
 * read from a packet socket. */
static bool is_by_harness(const struct packet_view *view, const struct plan *plan, size_t node)
{
	const struct address to = ip_destination(view, packet_ip(view));
	const struct address final = packet_final(view, packet_innermost_ip(view));

	if (traffic_is_crafted(&plan->traffic) && node == plan->from && address_same(&final, &plan->from_address))
		return true;
	const struct plan_service *service = plan_service_at(plan, node, &to);

	return service && service->device.kind->input == INPUT_CAPTURE;
}

bool record_drop(struct drop *drop, const struct drop_record *record, const struct lab *lab, const struct plan *plan)
{
	size_t octets = octets_of(record), wire = wire_length_of(record);
	/* The network header is there and no other: its version tells which it is. */
	const uint16_t type = octets && record->octets[0] >> 4 == 4 ? ETHERTYPE_IP : ETHERTYPE_IPV6;
	uint8_t frame[ETHER_HDR_LEN + RECORD_OCTETS] = { [12] = (uint8_t)(type >> 8), (uint8_t)type };

	if (wire < ETHER_HDR_LEN + octets)
		octets = wire > ETHER_HDR_LEN ? wire - ETHER_HDR_LEN : 0;
	memcpy(frame + ETHER_HDR_LEN, record->octets, octets);
	struct packet_view view = packet_parse((struct bytes){ frame, ETHER_HDR_LEN + octets });
	const struct address to = ip_destination(&view, packet_ip(&view));
	if (!packet_ip(&view) || address_is_multicast(&to) || record->node >= lab->node_count ||
	    is_by_harness(&view, plan, record->node))
		return false;
	*drop = (struct drop){ .node = record->node,
		               .interface = lab_interface(lab, plan->topology, record->node, record->ifindex),
		               .time = record->time,
		               .location = record->location,
		               .data = zalloc(ETHER_HDR_LEN + octets),
		               .length = ETHER_HDR_LEN + octets,
		               .wire_length = wire,
		               .packet = NOT_FOUND };
	memcpy(drop->data, frame, drop->length);
	return true;
}

/* skb_release_data() frees the frag_list of a packet: members of a GRO list, whose head was received or has its own
 * event. Up to 6.1 at least, received ICMP messages end in icmpv6_rcv() and icmp_rcv() like dropped
 * ones. */
bool drop_is_none(const struct drop *drop)
{
	struct packet_view view = packet_parse((struct bytes){ drop->data, drop->length });

	if (strcmp(drop->function, "skb_release_data") == 0)
		return true;
	return ((packet_layer(&view, LAYER_ICMPV6) && strcmp(drop->function, "icmpv6_rcv") == 0) ||
	        (packet_layer(&view, LAYER_ICMPV4) && strcmp(drop->function, "icmp_rcv") == 0)) &&
	       (!drop->reason[0] || strcmp(drop->reason, "NOT_SPECIFIED") == 0);
}

/* What lasts of both transport headers is the same. */
static bool is_same_header(const struct transport *transport, const struct captured *a, const struct captured *b)
{
	struct bytes x[LASTING_PARTS], y[LASTING_PARTS];
	size_t count = transport->lasting(a, x);

	if (transport->lasting(b, y) != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (x[i].length != y[i].length || memcmp(x[i].data, y[i].data, x[i].length) != 0)
			return false;
	return packet_segment_length(&a->view) == packet_segment_length(&b->view);
}

/* Nodes rewrite destinations, segments left and hop limits on the way; the source and the transport header stay. */
static bool is_same_packet(const struct transport *transport, const struct packet_view *a, const struct packet_view *b)
{
	const struct layer *in_a = packet_innermost_ip(a), *in_b = packet_innermost_ip(b);
	const struct address source_a = ip_source(a, in_a), source_b = ip_source(b, in_b);
	const struct address final_a = packet_final(a, in_a), final_b = packet_final(b, in_b);
	struct captured x = { .view = *a }, y = { .view = *b };

	transport->identify(&x);
	transport->identify(&y);
	if (!address_same(&source_a, &source_b) || x.known != y.known)
		return false;
	if (x.known)
		return is_same_header(transport, &x, &y);
	return address_same(&final_a, &final_b) && packet_is_icmp(a) == packet_is_icmp(b);
}

void drops_tie(struct trace *trace, const struct plan *plan)
{
	for (size_t d = 0; d < trace->drop_count; d++) {
		struct drop *drop = &trace->drops[d];
		const struct packet_view dropped = packet_parse((struct bytes){ drop->data, drop->length });
		for (size_t i = 0; i < trace->packet_count && trace->packets[i].time <= drop->time; i++) {
			const struct captured *captured = &trace->packets[i];
			if (plan->topology->interfaces[HOP_INTERFACE(captured->hop)].node != drop->node)
				continue;
			if (is_same_packet(transport_of(&plan->traffic), &captured->view, &dropped))
				drop->packet = i; /* the last one before it was freed */
		}
	}
}
