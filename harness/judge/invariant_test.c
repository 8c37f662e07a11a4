/* Each invariant: a trace in which it is broken at one hop, beside one in which all hold. Offsets and values are from
 * the RFCs; the packets are built by frame_build() and then changed octet by octet. */
#include <linux/virtio_net.h>

#include "invariant.h"

#include "../../tests/scene.h"

static struct scene s;

/* Offsets in frames. */
enum {
	IP = 14,
	IP_LENGTH = IP + 4,
	IP_NEXT = IP + 6,
	IP_HOP = IP + 7,
	IP_SOURCE = IP + 8,
	IP_DESTINATION = IP + 24,
	SRH = IP + 40,
	SRH_LEFT = SRH + 3,
	SRH_LAST_ENTRY = SRH + 4,
	SRH_FLAGS = SRH + 5,
	SRH_TAG = SRH + 6,
	SRH_LIST = SRH + 8,
	SRH_END = SRH_LIST + 32, /* of two segments */
	INLINE_TCP = SRH_END,
	INNER = SRH_END,
	TCP_ACK_AT = 8,
	TCP_FLAGS_AT = 13,
	TCP_WINDOW_AT = 14,
};

static int start(void **state)
{
	(void)state;
	scene_start(&s);
	return 0;
}

static int end(void **state)
{
	(void)state;
	scene_end(&s);
	return 0;
}

/* "hop-limit, destination": what is broken; each at this hop, by this node. */
static void breaks(const char *names, size_t hop, size_t node)
{
	owned(evidence) evidence = evidence_make(&s.plan, s.trace);
	owned(journeys) journeys = journeys_follow(evidence);
	owned(breaches) breaches = breaches_find(evidence, journeys);
	owned_text found = text_copy("");

	for (size_t i = 0; i < breaches->count; i++) {
		const struct breach *breach = &breaches->at[i];
		text_append(&found, "%s%s", i ? ", " : "", word_of(invariant_words, (int)breach->invariant));
		if (strcmp(names, "") != 0 && (breach->hop != hop || breach->node != node))
			print_message("%s: expected %s, saw %s\n", word_of(invariant_words, (int)breach->invariant),
			              breach->expected, breach->saw);
		assert_true(breaches->of_steps[breach->step] >> breach->invariant & 1);
		assert_true(breach->packets > 0);
		if (hop != NOT_FOUND) {
			assert_int_equal(breach->hop, hop);
			assert_int_equal(breach->node, node);
		}
	}
	assert_string_equal(found, names);
}

static void set16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* The packet that was sent last is changed at the hops of its way from number `hop` on; 4 hops are all. */
static const size_t way[] = { HOP(SRC_A0, HOP_OUT), HOP(R1_A1, HOP_IN), HOP(R1_B0, HOP_OUT), HOP(DST_B1, HOP_IN) };
static const size_t nodes[] = { SRC, R1, R1, DST };
#define CHANGE(hop, ...)                                                                                               \
	for (size_t i_ = s.trace->packet_count - 4 + (hop); i_ < s.trace->packet_count; i_++) {                        \
		struct captured *captured = &s.trace->packets[i_];                                                     \
		uint8_t *frame = captured->data;                                                                       \
		(void)frame;                                                                                           \
		__VA_ARGS__;                                                                                           \
		captured_parse(captured);                                                                              \
	}
#define BEHIND_R1 (i_ + 2 >= s.trace->packet_count)
#define BROKEN_AT(hop, names, ...)                                                                                     \
	do {                                                                                                           \
		scene_end(&s);                                                                                         \
		scene_start(&s);                                                                                       \
		prepare();                                                                                             \
		breaks("", NOT_FOUND, 0);                                                                              \
		CHANGE(hop, __VA_ARGS__)                                                                               \
		breaks(names, way[hop], nodes[hop]);                                                                   \
	} while (0)

/* ---- inline, over r1's End */

static void prepare(void)
{
	scene_deliver(&s);
}

static void packets(void **state)
{
	(void)state;
	BROKEN_AT(2, "payload-length, tcp-sequence", set16(frame + IP_LENGTH, 40 + 1020 + 40));
	/* Without its last octets it has no PSH to carry. */
	BROKEN_AT(2, "payload-length, tcp-flags", set16(frame + IP_LENGTH, 40 + 1020 - 40));
	BROKEN_AT(0, "payload-length", set16(frame + IP_LENGTH, 40 + 1020 + 40));
	BROKEN_AT(0, "next-header", frame[SRH] = 59);
	BROKEN_AT(2, "next-header", frame[SRH] = 59);
	BROKEN_AT(2, "segment-destination, destination", frame[IP_DESTINATION + 15] ^= 1);
	BROKEN_AT(3, "ethernet-addresses", frame[0] ^= 2);
	BROKEN_AT(2, "ethernet-addresses", frame[6] ^= 2);
	BROKEN_AT(0, "initial-hop-limit", frame[IP_HOP]--);
	BROKEN_AT(0, "initial-traffic-class", frame[IP] &= 0xf0, frame[IP + 1] &= 0xf);
	/* It leaves for another address than the list's, which r1 should leave alone then. */
	scene_end(&s);
	scene_start(&s);
	prepare();
	CHANGE(0, frame[IP_DESTINATION + 1] ^= !BEHIND_R1)
	breaks("segment-destination, policy, destination, segments-left", NOT_FOUND, 0);
}

static void offloads(void **state)
{
	(void)state;
#define OFFLOAD(type, start_at, offset)                                                                                \
	captured->offload_known = captured->needs_csum = true, captured->gso_size = 1000, captured->gso_type = (type), \
	captured->csum_start = (start_at), captured->csum_offset = (offset)
	BROKEN_AT(2, "", OFFLOAD(VIRTIO_NET_HDR_GSO_TCPV6, INLINE_TCP, 16));
	BROKEN_AT(2, "gso-type", OFFLOAD(VIRTIO_NET_HDR_GSO_TCPV6 | VIRTIO_NET_HDR_GSO_ECN, INLINE_TCP, 16));
	BROKEN_AT(2, "gso-type, tcp-flags", OFFLOAD(VIRTIO_NET_HDR_GSO_TCPV6, INLINE_TCP, 16),
	          frame[INLINE_TCP + TCP_FLAGS_AT] |= 0x80);
	BROKEN_AT(2, "tcp-flags", OFFLOAD(VIRTIO_NET_HDR_GSO_TCPV6 | VIRTIO_NET_HDR_GSO_ECN, INLINE_TCP, 16),
	          frame[INLINE_TCP + TCP_FLAGS_AT] |= 0x80);
	BROKEN_AT(2, "csum-start", OFFLOAD(VIRTIO_NET_HDR_GSO_TCPV6, INLINE_TCP + 2, 16));
	BROKEN_AT(2, "csum-start", OFFLOAD(VIRTIO_NET_HDR_GSO_TCPV6, INLINE_TCP, 6));
	BROKEN_AT(2, "gso-type", OFFLOAD(VIRTIO_NET_HDR_GSO_TCPV4, INLINE_TCP, 16));
	/* A trace that was kept before this was captured. */
	BROKEN_AT(2, "", captured->needs_csum = true, captured->gso_size = 1000);
}

static void push_state(enum offload offload, bool on)
{
	*PUSH(s.trace->offloads, s.trace->offload_count) = (struct offload_state){ R1_B0, offload, on };
}

static void prepare_off(void)
{
	scene_deliver(&s);
	push_state(OFFLOAD_TX, false);
	push_state(OFFLOAD_TSO, false);
}

static void prepare_tx(void)
{
	scene_deliver(&s);
	push_state(OFFLOAD_TX, true);
	push_state(OFFLOAD_TSO, false);
}

static void switched_off(void **state)
{
	(void)state;
#define prepare prepare_off
	BROKEN_AT(2, "offloads", OFFLOAD(VIRTIO_NET_HDR_GSO_NONE, INLINE_TCP, 16), captured->gso_size = 0);
#undef prepare
#define prepare prepare_tx
	BROKEN_AT(2, "", OFFLOAD(VIRTIO_NET_HDR_GSO_NONE, INLINE_TCP, 16), captured->gso_size = 0);
	BROKEN_AT(2, "offloads", OFFLOAD(VIRTIO_NET_HDR_GSO_TCPV6, INLINE_TCP, 16));
	BROKEN_AT(3, "", OFFLOAD(VIRTIO_NET_HDR_GSO_TCPV6, INLINE_TCP, 16)); /* that is not leaving */
#undef prepare
}

static void kept_by_nodes(void **state)
{
	(void)state;
	BROKEN_AT(2, "hop-limit", frame[IP_HOP]--);
	BROKEN_AT(2, "hop-limit", frame[IP_HOP]++);
	BROKEN_AT(1, "hop-limit", frame[IP_HOP]--);
	BROKEN_AT(2, "traffic-class", frame[IP] |= 0xb);
	BROKEN_AT(2, "flow-label", frame[IP + 3] ^= 1);
	BROKEN_AT(3, "origin", frame[IP_SOURCE + 15] ^= 4); /* by which it is told apart */
	BROKEN_AT(2, "segment-destination, segments-left", frame[SRH_LEFT] = 1);
	BROKEN_AT(2, "segment-list", frame[SRH_LIST + 16 + 15] ^= 1);
	BROKEN_AT(2, "segment-list", frame[SRH_LAST_ENTRY] = 0);
	BROKEN_AT(2, "srh-fields", frame[SRH_FLAGS] = 8);
	BROKEN_AT(2, "srh-fields", frame[SRH_TAG + 1] = 1);
	/* A node that does not act on the SRH keeps it whole. */
	BROKEN_AT(3, "segment-destination, destination, segments-left", frame[SRH_LEFT] = 1,
	          frame[IP_DESTINATION] ^= 1);
	/* The SRH is gone, and nothing had it removed. */
	BROKEN_AT(3, "headers", frame[IP_NEXT] = 6, set16(frame + IP_LENGTH, 1020),
	          memmove(frame + SRH, frame + INLINE_TCP, 1020), captured->length -= 40, captured->wire_length -= 40);
}

/* One packet with a TLV behind its list and timestamps among its options. */
static void prepare_options(void)
{
	static const uint8_t tlv[] = { 10, 6, 0, 0, 0, 0, 0, 1 };

	s.plan.traffic.generator = GENERATOR_CRAFTED; /* a policy's list has none behind it */
	struct packet_spec packet = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 1000);
	packet.tlvs = (struct bytes){ tlv, sizeof tlv };
	packet.timestamps = 7;
	scene_send(&s, true, packet, 4);
	CHANGE(2, frame[SRH_LEFT] = 0, frame[IP_HOP] = 63,
	       memcpy(frame + IP_DESTINATION, s.plan.traffic.to.octets, ADDRESS_OCTETS))
}

static void options(void **state)
{
	(void)state;
#define prepare prepare_options
	BROKEN_AT(2, "srh-tlvs", frame[SRH_END + 7]++);
	BROKEN_AT(3, "srh-tlvs", frame[SRH_END]++);
	BROKEN_AT(2, "tcp-options", frame[SRH_END + 8 + 20 + 7]++);
	BROKEN_AT(1, "tcp-options", frame[SRH_END + 8 + 20] ^= 1);
#undef prepare
}

/* Hop-by-hop and destination options, the second of which says that it may change. */
static void prepare_extensions(void)
{
	static const uint8_t fixed[] = { 0x1e, 4, 1, 2, 3, 4 }, changes[] = { 0x3e, 4, 1, 2, 3, 4 };

	struct packet_spec packet = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 1000);
	packet.hop_by_hop = (struct bytes){ fixed, sizeof fixed };
	packet.destination_options = (struct bytes){ changes, sizeof changes };
	scene_send(&s, true, packet, 4);
	CHANGE(2, frame[SRH_LEFT + 16] = 0, frame[IP_HOP] = 63,
	       memcpy(frame + IP_DESTINATION, s.plan.traffic.to.octets, ADDRESS_OCTETS))
}

static void extension_options(void **state)
{
	enum { HOP_BY_HOP = SRH, DESTINATION = SRH + 8 };

	(void)state;
#define prepare prepare_extensions
	BROKEN_AT(2, "", (void)frame);
	BROKEN_AT(2, "options", frame[HOP_BY_HOP + 2]++);
	BROKEN_AT(3, "options", frame[HOP_BY_HOP + 7]++);
	BROKEN_AT(2, "options", frame[DESTINATION + 2]++);
	BROKEN_AT(2, "", frame[DESTINATION + 7]++);
#undef prepare
}

/* RFC 8200 3: what came with 1 is not sent on with 0. */
static void hop_limit_ends(void **state)
{
	(void)state;
	for (int hops = 1; hops <= 2; hops++) {
		scene_end(&s);
		scene_start(&s);
		s.plan.traffic.hop_limit = hops;
		struct packet_spec packet = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 1000);
		packet.hop_limit = hops;
		scene_send(&s, true, packet, 4);
		breaks(hops == 1 ? "hop-limit" : "", way[2], R1);
	}
}

/* RFC 9293 3.1: nobody behind the sender may make a wrong sum right, or GRO hide it by merging. */
static void bad_checksum(void **state)
{
	(void)state;
	for (int kept = 0; kept < 2; kept++) {
		scene_end(&s);
		scene_start(&s);
		struct packet_spec packet = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 1000);
		packet.checksum = CHECKSUM_BAD;
		scene_send(&s, true, packet, 2);
		if (!kept)
			packet.checksum = CHECKSUM_VALID;
		packet.segments_left = 0;
		packet.hop_limit = 63;
		scene_capture(&s, way[2], &packet);
		breaks(kept ? "" : "checksum", way[2], R1);
	}
}

static void data(void **state)
{
	(void)state;
	BROKEN_AT(2, "payload", frame[INLINE_TCP + 20 + 999] ^= 1);
	BROKEN_AT(2, "tcp-ports", frame[INLINE_TCP + 1] ^= 1);
	BROKEN_AT(2, "tcp-acknowledgement", frame[INLINE_TCP + TCP_ACK_AT + 3] ^= 1);
	BROKEN_AT(2, "tcp-window", frame[INLINE_TCP + TCP_WINDOW_AT] ^= 1);
	BROKEN_AT(2, "tcp-window", frame[INLINE_TCP + 19] ^= 1);
	BROKEN_AT(2, "tcp-flags", frame[INLINE_TCP + TCP_FLAGS_AT] &= (uint8_t)~TCP_PSH);
	BROKEN_AT(2, "tcp-flags", frame[INLINE_TCP + TCP_FLAGS_AT] |= 0x80);
	/* One octet of it did not come. */
	BROKEN_AT(2, "tcp-sequence, payload", frame[INLINE_TCP + 7]++);
}

/* What carries no data is told apart by its whole header: one that was changed comes from nowhere. */
static void from_nowhere(void **state)
{
	struct packet_spec ack;

	(void)state;
	scene_deliver(&s);
	ack = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + 4000, 0);
	scene_send(&s, true, ack, 4);
	breaks("", NOT_FOUND, 0);
	CHANGE(2, frame[INLINE_TCP + TCP_WINDOW_AT] ^= 1)
	breaks("origin", way[2], R1);
	CHANGE(2, frame[INLINE_TCP + TCP_WINDOW_AT] ^= 1)
	CHANGE(3, frame[INLINE_TCP + TCP_WINDOW_AT] ^= 1)
	breaks("origin", way[3], DST);
	CHANGE(3, frame[INLINE_TCP + TCP_WINDOW_AT] ^= 1)
	/* A node's own may come from it. */
	struct packet_spec reset = scene_packet(&s, false, TCP_RST, SERVER_ISN + 1, 0);
	reset.source = s.plan_interfaces[R1_A1].address;
	scene_capture(&s, HOP(R1_A1, HOP_OUT), &reset);
	breaks("", NOT_FOUND, 0);
	reset.source = ip6("fe80::200:ff:fe00:0"); /* which the kernel makes of its MAC */
	scene_capture(&s, HOP(R1_A1, HOP_OUT), &reset);
	breaks("", NOT_FOUND, 0);
	reset.source = ip6("fe80::1");
	scene_capture(&s, HOP(R1_A1, HOP_OUT), &reset);
	breaks("origin", HOP(R1_A1, HOP_OUT), R1);
}

static void comes_twice(void **state)
{
	(void)state;
	scene_deliver(&s);
	struct packet_spec ack = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + 4000, 0);
	scene_send(&s, true, ack, 4);
	ack.segments_left = 0;
	ack.hop_limit = 63;
	scene_capture(&s, way[3], &ack);
	breaks("origin", way[3], DST);
}

/* RFC 4443 3.3: r1 says that the hop limit ran out; its checksum is over all of the message. */
static void icmpv6(void **state)
{
	const size_t length = IP + 40 + 8;
	const struct address source = ip6("fd00:1::2"), destination = ip6("fd00:1::1");

	(void)state;
	for (int wrong = 0; wrong < 2; wrong++) {
		struct captured *captured = PUSH(s.trace->packets, s.trace->packet_count);
		*captured = (struct captured){ .hop = HOP(R1_A1, HOP_OUT),
			                       .time = s.clock += 1000,
			                       .data = zalloc(length),
			                       .length = length,
			                       .wire_length = length };
		uint8_t *frame = captured->data, *message = frame + IP + 40;
		set16(frame + 12, 0x86dd);
		frame[IP] = 0x60;
		frame[IP_LENGTH + 1] = 8;
		frame[IP_NEXT] = 58;
		frame[IP_HOP] = 64;
		memcpy(frame + IP_SOURCE, source.octets, 16);
		memcpy(frame + IP_DESTINATION, destination.octets, 16);
		message[0] = 3;
		uint16_t sum =
		        sum_fold(sum_add(sum_pseudo(&source, &destination, 8, 58), (struct bytes){ message, 8 }));
		set16(message + 2, (uint16_t)~sum);
		message[7] = (uint8_t)wrong;
		captured_parse(captured);
		breaks(wrong ? "icmpv6-checksum" : "", HOP(R1_A1, HOP_OUT), R1);
	}
}

/* ---- encap: src pushes the list, r1's End has the first segment, dst the second */

static struct address list[2];

static void prepare_list(enum mode mode)
{
	s.plan.traffic.mode = mode;
	list[0] = s.segment;
	list[1] = s.plan_interfaces[DST_B1].address;
	s.plan.traffic.segments[mode] = (struct segment_list){ true, list, 2 };
	s.plan.outer_address = s.plan_interfaces[SRC_A0].address;
	scene_push(&s);
	struct packet_spec data = scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 1, 1000);
	data.outer_source = s.plan.outer_address;
	data.segments = list;
	data.segment_count = 2;
	scene_send(&s, true, data, 4);
	/* The inner hop limit stays; the outer one was taken from, and its list goes on. */
	CHANGE(2, frame[mode == MODE_ENCAP ? INNER + 7 : INNER - 16 + 7] = 64, frame[SRH_LEFT] = 0,
	       memcpy(frame + IP_DESTINATION, list[1].octets, 16))
}

static void prepare_encap(void)
{
	prepare_list(MODE_ENCAP);
}

/* The list on the wire has the second segment only. */
static void prepare_reduced(void)
{
	prepare_list(MODE_ENCAP_RED);
}

static void reduced_packets(void **state)
{
	(void)state;
#define prepare prepare_reduced
	BROKEN_AT(2, "hop-limit", frame[INNER - 16 + 7]--);
	BROKEN_AT(2, "segments-left", frame[SRH_LEFT] = 1); /* behind it no entry says where it is to go */
	BROKEN_AT(0, "policy", frame[SRH_TAG] = 1);
	BROKEN_AT(0, "policy", frame[SRH_LIST + 1] ^= 1, frame[IP_DESTINATION + 1] ^= BEHIND_R1);
#undef prepare
}

static void prepare_unlabelled(void)
{
	prepare_encap();
	s.nodes[SRC].seg6_flowlabel = -1;
}

static void prepare_computed_label(void)
{
	prepare_encap();
	s.nodes[SRC].seg6_flowlabel = 1;
}

static void flow_labels(void **state)
{
	(void)state;
#define prepare prepare_unlabelled
	BROKEN_AT(0, "", frame[INNER + 3] = 1);
	BROKEN_AT(0, "outer-flow-label", frame[IP + 3] = 1, frame[INNER + 3] = 1);
#undef prepare
#define prepare prepare_computed_label
	BROKEN_AT(0, "", frame[IP + 3] = 1);
	BROKEN_AT(2, "flow-label", frame[IP + 3] = 1);
#undef prepare
}

/* ---- frames: an Ethernet header behind the SRH of one segment */

enum { INNER_FRAME = SRH_LIST + 16, INNER_IP = INNER_FRAME + 14 };

static struct packet_spec frame_spec(const struct packet_spec *data)
{
	struct packet_spec framed = *data;

	framed.mode = MODE_L2ENCAP;
	framed.segments = list;
	framed.segment_count = 1;
	framed.outer_source = s.plan.outer_address;
	memcpy(framed.inner_destination_mac, s.plan_interfaces[R1_A1].mac, 6);
	memcpy(framed.inner_source_mac, s.plan_interfaces[SRC_A0].mac, 6);
	return framed;
}

static void prepare_frames(size_t headend, struct address segment)
{
	s.plan.headend = headend;
	s.plan.traffic.mode = MODE_L2ENCAP;
	list[0] = segment;
	s.plan.traffic.segments[MODE_L2ENCAP] = (struct segment_list){ true, list, 1 };
	s.plan.outer_address = s.plan_interfaces[headend == R1 ? R1_B0 : SRC_A0].address;
	scene_push(&s);
}

/* r1 takes what came from src into a frame. */
static void prepare_pushed_frame(void)
{
	struct address elsewhere = s.segment;

	elsewhere.octets[15] ^= 1;
	prepare_frames(R1, elsewhere);
	struct packet_spec data = scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 1, 1000);
	data.mode = MODE_PLAIN;
	scene_send(&s, true, data, 2);
	struct packet_spec framed = frame_spec(&data);
	scene_capture(&s, way[2], &framed);
	scene_capture(&s, way[3], &framed);
	CHANGE(2, frame[IP_HOP] = 63)
}

/* r1 takes a frame out, which leaves as it is. */
static void prepare_pulled_frame(void)
{
	s.sid.behaviour = behaviour_find("End.DX2");
	s.sid.oif = (char *)"b0";
	prepare_frames(SRC, s.segment);
	struct packet_spec data = scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 1, 1000);
	struct packet_spec framed = frame_spec(&data);
	scene_send(&s, true, framed, 2);
	data.mode = MODE_PLAIN;
	data.segment_count = 0;
	scene_capture(&s, way[2], &data);
	scene_capture(&s, way[3], &data);
	CHANGE(2, memcpy(frame, framed.inner_destination_mac, 6), memcpy(frame + 6, framed.inner_source_mac, 6))
}

static void frames(void **state)
{
	(void)state;
#define prepare prepare_pushed_frame
	BROKEN_AT(2, "", (void)frame);
	BROKEN_AT(2, "ethernet-addresses", frame[INNER_FRAME] ^= 2);
	BROKEN_AT(2, "ethernet-addresses", frame[INNER_FRAME + 11] ^= 1);
	BROKEN_AT(3, "ethernet-addresses", frame[INNER_FRAME + 6] ^= 2);
	BROKEN_AT(2, "hop-limit", frame[INNER_IP + 7]--);
	BROKEN_AT(2, "outer-hop-limit", frame[IP_HOP]--);
	BROKEN_AT(2, "traffic-class, outer-traffic-class", frame[INNER_IP] |= 1);
	BROKEN_AT(2, "policy", frame[SRH_TAG] = 1);
	BROKEN_AT(2, "headers, payload-length, payload", frame[SRH] = IPPROTO_IPV6,
	          memmove(frame + INNER_FRAME, frame + INNER_IP, 60));
#undef prepare
#define prepare prepare_pulled_frame
	BROKEN_AT(2, "", (void)frame);
	BROKEN_AT(2, "ethernet-addresses", frame[0] ^= 2);
	BROKEN_AT(2, "ethernet-addresses", frame[11] ^= 1);
	BROKEN_AT(2, "hop-limit", frame[IP_HOP]--);
	BROKEN_AT(2, "traffic-class", frame[IP] |= 1);
#undef prepare
}

static void encap_packets(void **state)
{
	(void)state;
#define prepare prepare_encap
	BROKEN_AT(2, "payload-length", set16(frame + IP_LENGTH, 2000));
	BROKEN_AT(2, "payload-length, tcp-sequence", set16(frame + INNER + 4, 1060));
	BROKEN_AT(2, "hop-limit", frame[IP_HOP]--);
	BROKEN_AT(2, "hop-limit", frame[INNER + 7]--);
	BROKEN_AT(2, "traffic-class", frame[IP] |= 1);
	BROKEN_AT(2, "flow-label", frame[INNER + 3] = 1);
	BROKEN_AT(2, "source", frame[IP_SOURCE + 15]++);
	BROKEN_AT(2, "segment-destination, segments-left", frame[SRH_LEFT] = 1);
	BROKEN_AT(0, "outer-source", frame[IP_SOURCE + 15]++);
	BROKEN_AT(0, "outer-hop-limit", frame[IP_HOP]--);
	BROKEN_AT(0, "outer-traffic-class", frame[IP] |= 1);
	BROKEN_AT(0, "outer-flow-label", frame[INNER + 2] = 1);
	BROKEN_AT(0, "policy", frame[SRH_TAG] = 1);
	BROKEN_AT(0, "policy", frame[SRH_FLAGS] = 8);
	BROKEN_AT(0, "segment-destination, policy", frame[SRH_LIST + 16 + 1] ^= 1); /* not the one it is sent to */
	BROKEN_AT(0, "policy", frame[SRH_LIST + 1] ^= 1, frame[IP_DESTINATION + 1] ^= BEHIND_R1);
#undef prepare
}

/* ---- a policy of r1, onto what came to it plain, or with a list */

static struct plan_policy midway;

/* `right`: r1 does what its policy says. */
static void pass_r1(enum mode mode, bool came_with_list, bool right)
{
	struct packet_spec data;

	scene_end(&s);
	scene_start(&s);
	list[0] = ip6("fc00:2::100");
	list[1] = s.plan_interfaces[DST_B1].address;
	midway = (struct plan_policy){ .node = R1,
		                       .to = prefix_of(&list[1]),
		                       .mode = mode,
		                       .list = list,
		                       .count = 1,
		                       .source = s.plan_interfaces[R1_B0].address };
	s.plan.traffic.mode = MODE_PLAIN;
	s.plan.policies = &midway;
	s.plan.policy_count = 1;
	s.nodes[R1].sid_count = came_with_list;
	data = scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 1, 1000);
	data.mode = came_with_list ? MODE_INLINE : MODE_PLAIN;
	data.segments = came_with_list ? &s.segment : NULL;
	data.segment_count = came_with_list;
	scene_capture(&s, HOP(SRC_A0, HOP_OUT), &data);
	scene_capture(&s, HOP(R1_A1, HOP_IN), &data);
	data.hop_limit = 63;
	if (right && !came_with_list) {
		data.mode = mode;
		data.segments = list;
		data.segment_count = 1;
		data.outer_source = midway.source;
	}
	data.segments_left = came_with_list ? 0 : FIELD_AUTO;
	scene_capture(&s, HOP(R1_B0, HOP_OUT), &data);
}

static void by_node(void **state)
{
	(void)state;
	pass_r1(MODE_ENCAP, false, true);
	breaks("", NOT_FOUND, 0);
	pass_r1(MODE_INLINE, false, true);
	breaks("", NOT_FOUND, 0);
	pass_r1(MODE_ENCAP, false, false);
	breaks("headers", HOP(R1_B0, HOP_OUT), R1);
	pass_r1(MODE_INLINE, false, false);
	breaks("headers", HOP(R1_B0, HOP_OUT), R1);
	/* What has a list gets one too. */
	pass_r1(MODE_INLINE, true, false);
	breaks("headers", HOP(R1_B0, HOP_OUT), R1);
	/* Another list than the policy's, and another source. */
	pass_r1(MODE_INLINE, false, true);
	list[0].octets[15]++;
	breaks("policy", HOP(R1_B0, HOP_OUT), R1);
	pass_r1(MODE_ENCAP, false, true);
	midway.source.octets[15]++;
	breaks("outer-source", HOP(R1_B0, HOP_OUT), R1);
}

/* ---- merging and cutting */

/* Four packets of 1000 octets come to r1's link, and one of all comes out, or the other way round. */
static void merge(unsigned last, unsigned flags, unsigned gso_size)
{
	scene_handshake(&s);
	for (unsigned i = 0; i < 3; i++)
		scene_send(&s, true, scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + i * 1000, 1000), 1);
	scene_send(&s, true, scene_packet(&s, true, TCP_ACK | flags, CLIENT_ISN + 3001, last), 1);
	struct packet_spec all = scene_packet(&s, true, TCP_ACK | flags, CLIENT_ISN + 1, 3000 + last);
	scene_capture(&s, way[1], &all)->gso_size = gso_size;
}

static void merged(void **state)
{
	struct captured *all;

	(void)state;
	merge(700, TCP_PSH | TCP_FIN, 1000);
	breaks("", NOT_FOUND, 0);
	all = &s.trace->packets[s.trace->packet_count - 1];
	all->data[INLINE_TCP + TCP_FLAGS_AT] &= (uint8_t)~TCP_PSH;
	captured_parse(all);
	breaks("tcp-flags", way[1], R1);
	all->data[INLINE_TCP + TCP_FLAGS_AT] |= TCP_PSH;
	all->gso_size = 900;
	captured_parse(all);
	breaks("gso-size", way[1], R1);
	scene_end(&s);
	scene_start(&s);
	merge(1001, 0, 1000); /* the last is larger than those before it */
	breaks("gso-size", way[1], R1);
	scene_end(&s);
	scene_start(&s);
	merge(1000, 0, 1000); /* the third is of another flow label, and acknowledges something else */
	struct captured *third = &s.trace->packets[s.trace->packet_count - 3];
	third->data[IP + 3] = 1;
	third->data[INLINE_TCP + TCP_ACK_AT + 3] ^= 1;
	captured_parse(third);
	breaks("checksum, flow-label, tcp-acknowledgement", way[1], R1);
}

/* RFC 9293 3.9.1 and RFC 3168 6.1.2: PSH and FIN on the last, CWR on the first. */
static void cut(void **state)
{
	const unsigned cwr = 0x80;

	(void)state;
	for (int wrong = 0; wrong < 4; wrong++) {
		scene_end(&s);
		scene_start(&s);
		scene_handshake(&s);
		struct packet_spec all = scene_packet(&s, true, TCP_ACK | TCP_PSH | cwr, CLIENT_ISN + 1, 2500);
		scene_send(&s, true, all, 2);
		s.trace->packets[s.trace->packet_count - 1].gso_size = 1000;
		s.trace->packets[s.trace->packet_count - 2].gso_size = 1000;
		for (unsigned i = 0; i < 3; i++) {
			unsigned flags =
			        TCP_ACK | (i == 0 || wrong == 1 ? cwr : 0) | (i == 2 || wrong == 2 ? TCP_PSH : 0);
			unsigned begin = i == 2 && wrong == 3 ? 1999 : i * 1000;
			struct packet_spec part =
			        scene_packet(&s, true, flags, CLIENT_ISN + 1 + begin, i == 2 ? 2500 - begin : 1000);
			part.segments_left = 0;
			part.hop_limit = 63;
			scene_capture(&s, way[2], &part);
		}
		breaks(wrong == 0 || wrong == 3 ? "" : "tcp-flags", way[2], R1);
	}
	CHANGE(3, frame[INLINE_TCP + 7]++) /* the last part is an octet further on */
	breaks("tcp-sequence, payload", way[2], R1);
}

static void cut_wrongly(void **state)
{
	(void)state;
	scene_handshake(&s);
	scene_send(&s, true, scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 2000), 2);
	s.trace->packets[s.trace->packet_count - 1].gso_size = 1000;
	s.trace->packets[s.trace->packet_count - 2].gso_size = 1000;
	for (unsigned i = 0; i < 2; i++) {
		struct packet_spec part = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + i * 900, i ? 1100 : 900);
		part.segments_left = 0;
		part.hop_limit = 63;
		scene_capture(&s, way[2], &part);
	}
	breaks("gso-size", way[2], R1);
}

/* Copies may differ: which one it was is not known. */
static void sent_again(void **state)
{
	(void)state;
	scene_handshake(&s);
	scene_send(&s, true, scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 1000), 2);
	scene_send(&s, true, scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 1, 1000), 4);
	breaks("", NOT_FOUND, 0);
}

/* docs/cases.md has a row for each, with its source and its sentence, and no other. */
static void documented(void **state)
{
	FILE *file = fopen("docs/cases.md", "r");
	owned_text docs = zalloc(200000);
	size_t rows = 0;

	(void)state;
	if (!file)
		skip();
	assert_in_range(fread(docs, 1, 199999, file), 1000, 199998);
	fclose(file);
	const char *table = strstr(docs, "| invariant | by |");
	assert_non_null(table);
	for (const struct word *word = invariant_words; word->word; word++) {
		owned_text row = text_format("\n| `%s` | %s | %s |\n", word->word,
		                             invariant_source((enum invariant)word->value), word->about);
		assert_int_equal(word->value, rows++);
		if (!strstr(table, row))
			print_error("docs/cases.md does not have the row%s", row);
		assert_non_null(strstr(table, row));
	}
	assert_int_equal(rows, INVARIANTS);
	for (table = strchr(table, '\n'); table && table[1] == '|'; table = strchr(table + 1, '\n'))
		rows--;
	assert_int_equal(rows, -1); /* the line below the heading */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(packets, start, end),
		cmocka_unit_test_setup_teardown(offloads, start, end),
		cmocka_unit_test_setup_teardown(switched_off, start, end),
		cmocka_unit_test_setup_teardown(kept_by_nodes, start, end),
		cmocka_unit_test_setup_teardown(options, start, end),
		cmocka_unit_test_setup_teardown(extension_options, start, end),
		cmocka_unit_test_setup_teardown(hop_limit_ends, start, end),
		cmocka_unit_test_setup_teardown(bad_checksum, start, end),
		cmocka_unit_test_setup_teardown(data, start, end),
		cmocka_unit_test_setup_teardown(from_nowhere, start, end),
		cmocka_unit_test_setup_teardown(comes_twice, start, end),
		cmocka_unit_test_setup_teardown(icmpv6, start, end),
		cmocka_unit_test_setup_teardown(encap_packets, start, end),
		cmocka_unit_test_setup_teardown(reduced_packets, start, end),
		cmocka_unit_test_setup_teardown(flow_labels, start, end),
		cmocka_unit_test_setup_teardown(frames, start, end),
		cmocka_unit_test_setup_teardown(by_node, start, end),
		cmocka_unit_test_setup_teardown(merged, start, end),
		cmocka_unit_test_setup_teardown(cut, start, end),
		cmocka_unit_test_setup_teardown(cut_wrongly, start, end),
		cmocka_unit_test_setup_teardown(sent_again, start, end),
		cmocka_unit_test(documented),
	};

	return cmocka_run_group_tests_name("judge: invariants", tests, NULL, NULL);
}
