/* Reasons that only SRv6 has: of the header, of SIDs, and of packets in packets. */
#include "../../tests/scene.h"

static void malformed_srh(void **state)
{
	struct scene s;

	(void)state;
	scene_craft(&s, 1, TCP_ACK | TCP_PSH);
	struct packet_spec spec = scene_packet(&s, true, TCP_ACK | TCP_PSH, 7000, 1000);
	spec.last_entry = 9;
	spec.segments_left = 1;
	scene_send(&s, true, spec, 2);
	s.trace->client.sent = 1000;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_SRH_MALFORMED, "its SRH is faulty");
	s.sid.address = ip6("fc00:1::101");
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	s.plan_interfaces[R1_A1].address = s.segment;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_SRH_MALFORMED, NULL);
	scene_end(&s);
}

static void seg6_disabled(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	s.nodes[R1].sid_count = 0;
	s.nodes[R1].addresses = &s.segment;
	s.nodes[R1].address_count = 1;
	s.nodes[R1].seg6_enabled = 0;
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_SEG6_DISABLED, "where seg6_enabled is 0");
	s.nodes[R1].seg6_enabled = 1;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	s.interfaces[R1_A1].seg6_enabled = -1;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_SEG6_DISABLED, "where seg6_enabled is 0 on a1");
	scene_end(&s);
}

static void hmac_missing(void **state)
{
	static const uint8_t hmac[40] = { 5, 38, [6] = 1, 2 };
	struct scene s;

	(void)state;
	scene_start(&s);
	s.nodes[R1].seg6_require_hmac = 1;
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	scene_send(&s, true, syn, 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_HMAC, "the SRH has no HMAC, which r1 requires");
	trace_forget_packets(s.trace);
	syn.tlvs = (struct bytes){ hmac, sizeof hmac };
	scene_send(&s, true, syn, 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_HMAC_UNFLAGGED, "without the H flag");
	s.nodes[R1].seg6_require_hmac = 0;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	trace_forget_packets(s.trace);
	syn.srh_flags = 8;
	scene_send(&s, true, syn, 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_HMAC_WRONG, "an HMAC by key 258, which r1 does not have");
	s.nodes[R1].seg6_require_hmac = -1;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
}

/* The kernel's is the last TLV. */
static void hmac_not_last(void **state)
{
	static const uint8_t tlvs[48] = { 5, 38, [40] = 4, 6 };
	struct scene s;

	(void)state;
	scene_start(&s);
	s.nodes[R1].seg6_require_hmac = 1;
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	syn.tlvs = (struct bytes){ tlvs, sizeof tlvs };
	syn.srh_flags = 8;
	scene_send(&s, true, syn, 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_HMAC, "no HMAC of the right length as its last TLV");
	s.nodes[R1].seg6_require_hmac = 0;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
}

static void segment_without_route(void **state)
{
	struct route route = { .to = { ip6("fc00::"), 16 } };
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_reach(&s, FATE_DROPPED, "src", REASON_UNEXPLAINED, NULL);
	s.plan.next_hop_count = 0;
	scene_reach(&s, FATE_DROPPED, "src", REASON_NO_ROUTE, "src has no route to the first segment, fc00:1::100");
	s.nodes[SRC].routes = &route;
	s.nodes[SRC].route_count = 1;
	scene_reach(&s, FATE_DROPPED, "src", REASON_UNEXPLAINED, NULL);
	s.segment = ip6("fd00:1::77"); /* on the link, and nobody's */
	scene_reach(&s, FATE_DROPPED, "src", REASON_NO_NEIGHBOUR, "fd00:1::77 is on a link of src");
	s.segment = s.plan.traffic.to;
	scene_reach(&s, FATE_DROPPED, "src", REASON_SELF_SEGMENT, "lead src to that route again");
	s.segment = s.plan.from_address;
	scene_reach(&s, FATE_DROPPED, "src", REASON_SEG6_DISABLED, "it arrives on lo, where seg6_enabled is 0");
	s.plan.traffic.mode = MODE_PLAIN;
	scene_push(&s);
	scene_reach(&s, FATE_DROPPED, "src", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
	scene_start(&s); /* what came before found its way */
	s.plan.next_hop_count = 0;
	scene_handshake(&s);
	s.trace->client.sent = 4000;
	scene_reach(&s, FATE_STALLED, "src", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
}

/* A headend on the way: what arrives there has no segments yet. */
static void headend_on_the_way(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	s.plan.headend = R1;
	scene_push(&s);
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	syn.mode = MODE_PLAIN;
	syn.segment_count = 0;
	scene_send(&s, true, syn, 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_SELF_SEGMENT, "lead r1 to that route again"); /* by its own SID */
	s.plan.headend = SRC;
	scene_push(&s);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
}

static void segments_in_a_row(void **state)
{
	struct address segments[10];
	struct scene s;

	(void)state;
	for (size_t count = 8; count <= 10; count++) {
		scene_start(&s);
		for (size_t i = 0; i < COUNT(segments); i++)
			segments[i] = s.segment;
		struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
		syn.segments = segments;
		syn.segment_count = count;
		scene_send(&s, true, syn, 2);
		if (count != 10)
			scene_count(&s, R1, "b0:tx_dropped", 1);
		scene_reach(&s, FATE_DROPPED, "r1", count == 8 ? REASON_TX_DROPPED : REASON_RECURSION,
		            count == 8 ? NULL : "segments of r1 in a row");
		scene_end(&s);
	}
}

static void decapsulating(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	s.sid.behaviour = behaviour_find("End.DT6");
	s.sid.table = (char *)"main";
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	scene_send(&s, true, syn, 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_SEGMENTS_LEFT, "End.DT6 SID of r1, which ends a list, and it has 1");
	trace_forget_packets(s.trace);
	syn.segments_left = 0;
	syn.destination = s.segment;
	syn.segment_count = 0;
	s.plan.traffic.to = s.segment;
	scene_send(&s, true, syn, 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_NO_INNER, "it has no IPv6 packet inside");
	scene_end(&s);
}

static void decapsulated(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	s.plan.traffic.mode = MODE_ENCAP;
	scene_push(&s);
	s.sid.behaviour = behaviour_find("End.DT6");
	s.sid.table = (char *)"main";
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	s.sid.table = (char *)"100";
	scene_reach(&s, FATE_DROPPED, "r1", REASON_EMPTY_TABLE, "in table 100, in which r1 has no route to it");
	struct gateway dst = { .via = (char *)"dst" };
	struct route any = { .to.address = ip6("::"), .gateways = &dst, .gateway_count = 1, .table = (char *)"100" };
	s.nodes[1].routes = &any;
	s.nodes[1].route_count = 1;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	any.table = (char *)"101";
	scene_reach(&s, FATE_DROPPED, "r1", REASON_EMPTY_TABLE, "no route to it");
	s.nodes[1].route_count = 0;
	s.sid.behaviour = behaviour_find("End.DX4");
	scene_reach(&s, FATE_DROPPED, "r1", REASON_NO_INNER, "it has no IPv4 packet inside");
	s.sid.behaviour = behaviour_find("End.DX6");
	s.sid.table = NULL;
	s.sid.nh6 = (char *)"fd00:2::1";
	scene_reach(&s, FATE_DROPPED, "r1", REASON_LOCAL_REFUSED, "its next hop is an address of r1 itself");
	scene_end(&s);
}

/* An address of the node leads to a SID of its own, which is then what drops it. */
static void over_an_address(void **state)
{
	static const struct {
		enum reason reason;
		const char *last, *why;
	} rows[] = {
		{ REASON_LOCAL_REFUSED, "fd00:1::2", "its next segment is an address of r1 itself" },
		{ REASON_SEGMENTS_LEFT_ZERO, NULL,
		  "its next destination is the End SID of r1 and it has no segments left" },
	};
	struct address list[3];
	struct scene s;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		scene_start(&s);
		list[0] = s.plan_interfaces[R1_A1].address;
		list[1] = s.segment;
		if (rows[i].last)
			list[2] = ip6(rows[i].last);
		struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
		syn.mode = MODE_ENCAP;
		syn.outer_source = s.plan.from_address;
		syn.segments = list;
		syn.segment_count = rows[i].last ? 3 : 2;
		scene_send(&s, true, syn, 2);
		scene_reach(&s, FATE_DROPPED, "r1", rows[i].reason, rows[i].why);
		s.nodes[R1].seg6_enabled = 0; /* which is looked at first */
		scene_reach(&s, FATE_DROPPED, "r1", REASON_SEG6_DISABLED, NULL);
		scene_end(&s);
	}
}

/* What a node's SID leaves comes to a SID of its own again. */
static void own_again(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	s.sid.segments = &s.segment;
	s.sid.segment_count = 1;
	s.sid.behaviour = behaviour_find("End.B6");
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_RECURSION, "its segments of r1 repeat without end");
	trace_forget_packets(s.trace);
	s.sid.segment_count = 0;
	s.plan.traffic.mode = MODE_ENCAP;
	scene_push(&s);
	s.sid.behaviour = behaviour_find("End.DX6");
	char segment[ADDRESS_TEXT_SIZE];
	s.sid.nh6 = (char *)address_text(&s.segment, segment);
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_NO_INNER,
	            "its next destination is the End.DX6 SID of r1 and it has no IPv6 packet");
	scene_end(&s);
}

/* Behind a node that removed the SRH. */
static void not_decapsulated(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	s.plan.traffic.mode = MODE_ENCAP;
	scene_push(&s);
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	scene_send(&s, true, syn, 2);
	syn.segment_count = 0;
	scene_capture(&s, HOP(R1_B0, HOP_OUT), &syn);
	scene_capture(&s, HOP(DST_B1, HOP_IN), &syn);
	scene_count(&s, DST, "Icmp6OutParmProblems", 1);
	scene_reach(&s, FATE_DROPPED, "dst", REASON_NO_DECAPSULATION, "and its destination is a plain address of dst");
	trace_forget_packets(s.trace);
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 4);
	scene_reach(&s, FATE_DROPPED, "dst", REASON_SRH_MALFORMED, NULL);
	scene_end(&s);
}

/* Its kernel tells nobody, so that only what is left over is the program's. */
static void program_decides(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	s.sid.endpoint = (char *)"program b7";
	scene_reach(&s, FATE_DROPPED, "r1", REASON_PROGRAM, "SID of r1, whose program decides");
	scene_count(&s, R1, "Icmp6OutNeighborSolicits", 1); /* for what an earlier cell left waiting */
	scene_reach(&s, FATE_DROPPED, "r1", REASON_PROGRAM, "SID of r1, whose program decides");
	s.nodes[R1].seg6_require_hmac = 1;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_HMAC, NULL);
	scene_end(&s);
}

static void no_segments_left(void **state)
{
	struct scene s;

	(void)state;
	scene_craft(&s, 1, TCP_ACK | TCP_PSH);
	s.plan.traffic.to = s.segment; /* the last segment is the SID itself */
	struct packet_spec spec = scene_packet(&s, true, TCP_ACK | TCP_PSH, 7000, 1000);
	spec.segments_left = 0;
	scene_send(&s, true, spec, 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_SEGMENTS_LEFT_ZERO, "the End SID of r1 and it has no segments left");
	s.sid.flavors = "usd";
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(malformed_srh),
		cmocka_unit_test(seg6_disabled),
		cmocka_unit_test(hmac_missing),
		cmocka_unit_test(program_decides),
		cmocka_unit_test(no_segments_left),
		cmocka_unit_test(hmac_not_last),
		cmocka_unit_test(segment_without_route),
		cmocka_unit_test(headend_on_the_way),
		cmocka_unit_test(segments_in_a_row),
		cmocka_unit_test(decapsulating),
		cmocka_unit_test(decapsulated),
		cmocka_unit_test(over_an_address),
		cmocka_unit_test(own_again),
		cmocka_unit_test(not_decapsulated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
