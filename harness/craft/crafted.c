/* A cell's crafted traffic: packets built octet by octet, and what the kernel is told of them. */
#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>

#include "crafted.h"
#include "trace.h"
#include "transport.h"

/* A GSO packet stays within the window that a repaired socket offers, and is read before the next one leaves. */
#define GSO_OCTETS 40000

static uint8_t gso_type_of(const struct traffic *traffic)
{
	const struct transport *transport = transport_of(traffic);

	return traffic->to.family == AF_INET ? transport->gso_type_ipv4 : transport->gso_type;
}

static bool leaves_as_gso(const struct plan *plan)
{
	/* The kernel segments behind an inner header only where it encapsulated the packet itself. */
	return gso_type_of(&plan->traffic) && plan->traffic.burst > 1 && !mode_kind(plan->traffic.mode)->outer;
}

static uint64_t segments_of_next(const struct plan *plan, uint64_t sent)
{
	const struct traffic *traffic = &plan->traffic;
	uint64_t left = (uint64_t)traffic->burst - sent;
	uint64_t most = leaves_as_gso(plan) ? GSO_OCTETS / (uint64_t)(traffic->payload ? traffic->payload : 1) : 1;

	if (most < 1)
		most = 1;
	return left < most ? left : most;
}

/* A frame inside is one of the link at which the receiver is. */
static void frame_addresses(const struct plan *plan, struct packet_spec *spec)
{
	const size_t in = node_interface(plan->topology, plan->to, NOT_FOUND);
	const size_t out = link_other(plan->topology, in, NOT_FOUND);

	memcpy(spec->inner_destination_mac, plan->interfaces[in].mac, 6);
	memcpy(spec->inner_source_mac, plan->interfaces[out].mac, 6);
}

/* Of a packet of a burst, from 0: one more in each, as in what the kernel cuts. */
static int identification_of(const struct traffic *traffic, uint64_t number)
{
	return traffic->identification == FIELD_AUTO ? (int)((number + 1) & 0xffff) : (int)traffic->identification;
}

/* `octet`: of its flow's data; `place`: of its payload in what senders send. */
static struct packet_spec spec_of(const struct plan *plan, uint16_t port, const struct traffic *traffic,
                                  uint64_t number, uint64_t octet, uint64_t place, uint64_t segments,
                                  uint8_t header[HEADER_ROOM])
{
	const bool ipv4 = traffic->to.family == AF_INET;
	struct packet_spec spec = {
		.mode = (enum mode)traffic->mode,
		.source = traffic->source.family ? traffic->source : plan->from_address,
		.destination = traffic->to,
		.outer_source = traffic->source.family && !ipv4 ? traffic->source : plan->outer_address,
		.segments = traffic->segments[traffic->mode].segments,
		.segment_count = traffic->segments[traffic->mode].count,
		.hop_limit = (int)traffic->hop_limit,
		.segments_left = (int)traffic->segments_left,
		.last_entry = (int)traffic->last_entry,
		.routing_type = (int)traffic->routing_type,
		.srh_length = (int)traffic->srh_length,
		.srh_flags = (int)traffic->srh_flags,
		.tag = (int)traffic->tag,
		.hmac = traffic->hmac,
		.hmac_key = (int)traffic->hmac_key,
		.tlvs = traffic->tlvs,
		.hop_by_hop = traffic->hop_by_hop,
		.destination_options = traffic->destination_options,
		.traffic_class = (int)traffic->traffic_class,
		.flow_label = (int)traffic->flow_label,
		.inner_hop_limit = (int)traffic->inner_hop_limit,
		.inner_traffic_class = (int)traffic->inner_traffic_class,
		.inner_flow_label = (int)traffic->inner_flow_label,
		.next_header = (int)traffic->next_header,
		.identification = identification_of(traffic, number),
		.may_fragment = !traffic->dont_fragment,
		.bad_ip_checksum = traffic->ip_checksum == CHECKSUM_BAD,
		.ip_options = traffic->ip_options,
		.padding = (size_t)traffic->padding,
		.source_port = port,
		.destination_port = server_port(plan),
		.payload = { flow_pattern_at(plan, place), (size_t)(segments * (uint64_t)traffic->payload) },
		.checksum = segments > 1 ? CHECKSUM_PARTIAL : (enum checksum)traffic->checksum,
		.cut = traffic->cut,
	};

	frame_addresses(plan, &spec);
	transport_of(traffic)->build(&spec, traffic, octet, header);
	return spec;
}

const struct next_hop *frame_next_hop(const struct plan *plan, size_t node, struct bytes frame)
{
	struct packet_view view = packet_parse(frame);
	const struct address to = ip_destination(&view, packet_ip(&view));

	return plan_next_hop(plan, node, &to);
}

/* Where the first destination lies, as the source's own routes have it. */
static struct next_hop first_hop(const struct plan *plan, const struct frame *frame)
{
	const struct next_hop *next = frame_next_hop(plan, plan->from, (struct bytes){ frame->data, frame->length });

	/* A destination without a route, or one that was cut off: the way to the final destination. */
	next = next ? next : plan_next_hop(plan, plan->from, &plan->traffic.to);
	if (next)
		return *next;
	/* One that nobody has: as a default route has it. */
	const size_t out = node_interface(plan->topology, plan->from, NOT_FOUND);
	return (struct next_hop){
		.node = plan->from, .to = plan->traffic.to, .out = out, .in = link_other(plan->topology, out, NOT_FOUND)
	};
}

/* Beside it. */
static uint8_t gso_first_of(const struct plan *plan, const struct frame *frame)
{
	const struct transport *transport = transport_of(&plan->traffic);
	struct captured made = { .data = frame->data, .length = frame->length, .wire_length = frame->length };

	captured_parse(&made);
	if (packet_transport(&made.view))
		transport->identify(&made);
	return made.flags & transport->with_first ? transport->gso_first : 0;
}

static struct virtio_net_hdr offload_of(const struct plan *plan, const struct frame *frame, uint64_t segments)
{
	struct virtio_net_hdr offload = { 0 };

	if (segments > 1 || plan->traffic.checksum == CHECKSUM_PARTIAL) {
		offload.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		offload.csum_start = (uint16_t)frame->tcp_offset;
		offload.csum_offset = (uint16_t)frame->checksum_at;
		/* All headers, as drivers of guests have it; without a payload it is the whole packet. */
		if (frame->payload_offset <= frame->length)
			offload.hdr_len = (uint16_t)frame->payload_offset;
	}
	if (segments > 1) {
		offload.gso_type = gso_type_of(&plan->traffic) | gso_first_of(plan, frame);
		offload.gso_size = (uint16_t)plan->traffic.payload;
	}
	return offload;
}

void frame_address(const struct plan *plan, const struct next_hop *next, uint8_t *frame)
{
	memcpy(frame, plan->interfaces[next->in].mac, ETH_ALEN);
	memcpy(frame + ETH_ALEN, plan->interfaces[next->out].mac, ETH_ALEN);
}

void crafted_clear(struct crafted *crafted)
{
	frame_free(crafted->frame);
	*crafted = (struct crafted){ 0 };
}

int crafted_make(struct crafted *ret, const struct plan *plan, uint16_t port, uint64_t sent, struct error *err)
{
	const struct traffic *traffic = &plan->traffic;
	const uint64_t segments = segments_of_next(plan, sent), octet = sent * (uint64_t)traffic->payload;
	uint8_t header[HEADER_ROOM];
	struct error why = { 0 };
	owned(frame) frame = NULL;

	struct packet_spec spec = spec_of(plan, port, traffic, sent, octet, octet, segments, header);
	if (frame_build(&frame, &spec, &why) < 0)
		return fail(err, "building a packet: %s", why.text);
	const struct next_hop next = first_hop(plan, frame);
	frame_address(plan, &next, frame->data);
	if (segments > 1 && traffic->checksum == CHECKSUM_BAD)
		frame->data[frame->tcp_offset + frame->checksum_at] ^=
		        0x55; /* the partial sum is wrong, and so is what the kernel makes of it */
	const struct virtio_net_hdr offload = offload_of(plan, frame, segments);
	*ret = (struct crafted){ take(frame), offload, segments, next };
	return 0;
}

int crafted_make_held(struct frame *frames[], size_t *count, struct next_hop *next, const struct plan *plan,
                      uint16_t port, struct error *err)
{
	struct error why = { 0 };
	struct burst burst;
	int made = 0;

	*count = 0;
	burst_make(&burst, &plan->traffic);
	for (size_t i = 0; i < burst.count && made == 0; i++) {
		const struct burst_packet *packet = &burst.packets[i];
		uint8_t header[HEADER_ROOM];
		struct packet_spec spec =
		        spec_of(plan, port, &packet->traffic, i, packet->octet, (uint64_t)packet->place, 1, header);
		if (frame_build(&frames[i], &spec, &why) < 0)
			made = fail(err, "building packet %zu: %s", i + 1, why.text);
		else
			++*count;
	}
	burst_clear(&burst);
	if (made < 0)
		return -1;
	*next = first_hop(plan, frames[0]);
	return 0;
}
