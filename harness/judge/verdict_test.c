/* Verdicts on traces made by hand; each is repeated with changed evidence and must then differ. */
#include "../../tests/scene.h"
#include "device.h"

static void delivered(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE,
	            "delivered: 4000 octets; dst.b1 saw 4 data packets for 4 sent.");
	s.trace->server.received = 3999;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_UNEXPLAINED,
	            "the data from octet 3999 on was last seen arriving at dst.b1");
	s.trace->server.received = 4000;
	s.trace->client.sent = 3000;
	scene_reach(&s, FATE_CORRUPTED, "dst", REASON_UNEXPLAINED, "4000 octets were received for 3000 sent");
	scene_end(&s);
}

static void delivered_both_ways(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	s.plan.traffic.direction = DIRECTION_BOTH;
	scene_deliver(&s);
	s.trace->server.sent = s.trace->client.received = 4000;
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, "4000 octets each way");
	s.trace->client.received = 0;
	s.trace->server.sent = 0;
	scene_reach(&s, FATE_STALLED, "dst", REASON_UNEXPLAINED, "the data from octet 0 on was never seen leaving dst");
	s.plan.traffic.direction = DIRECTION_FORWARD;
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, NULL);
	s.plan.traffic.direction = DIRECTION_REVERSE;
	scene_reach(&s, FATE_STALLED, "dst", REASON_UNEXPLAINED, "0 of 4000 octets came and 0 were sent");
	scene_end(&s);
}

static void bad_checksum(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_bad_syn(&s, 4);
	struct counter *counter = scene_count(&s, DST, "TcpInCsumErrors", 4);
	scene_reach(&s, FATE_DROPPED, "dst", REASON_TCP_CSUM,
	            "dropped at dst for tcp-csum: the SYN was last seen arriving at dst.b1 with a bad checksum, and "
	            "TcpInCsumErrors rose by 4 at dst (tcp_v6_rcv).");
	counter->node = R1;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_UNEXPLAINED, "no counter that tells a drop moved at dst");
	strcpy(counter->name, "TcpExtSomeDrop");
	counter->node = DST;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_UNEXPLAINED,
	            "nothing known explains it: TcpExtSomeDrop rose by 4 at dst");
	scene_end(&s);
}

static void partial_is_its_own_state(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	syn.checksum = CHECKSUM_PARTIAL;
	scene_send(&s, true, syn, 4);
	owned(verdict) verdict = scene_verdict(&s);
	assert_int_equal(verdict->hops[HOP(DST_B1, HOP_IN)].checksum[CHECKSUM_PARTIAL], 1);
	s.trace->packets[3].needs_csum = false;
	owned(verdict) bare = scene_verdict(&s);
	assert_int_equal(bare->hops[HOP(DST_B1, HOP_IN)].checksum[CHECKSUM_PARTIAL], 0);
	assert_int_equal(bare->hops[HOP(DST_B1, HOP_IN)].checksum[CHECKSUM_BAD], 1);
	scene_end(&s);
}

static void answer_lost(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 4);
	scene_send(&s, false, scene_packet(&s, false, TCP_SYN | TCP_ACK, SERVER_ISN, 0), 2);
	scene_count(&s, R1, "Ip6InNoRoutes", 1);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_NO_ROUTE,
	            "the SYN-ACK was last seen arriving at r1.b0 with a valid checksum");
	s.trace->packet_count--;
	free(s.trace->packets[s.trace->packet_count].data);
	scene_reach(&s, FATE_DROPPED, "dst", REASON_LINK, "the SYN-ACK was last seen leaving dst.b1");
	s.trace->packet_count--;
	free(s.trace->packets[s.trace->packet_count].data);
	scene_reach(&s, FATE_DROPPED, "dst", REASON_UNEXPLAINED, "the SYN was last seen arriving at dst.b1");
	scene_end(&s);
}

static void lost_on_the_link(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 3);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_LINK,
	            "last seen leaving r1.b0 with a valid checksum, and it never arrived at dst.b1:in");
	trace_forget_packets(s.trace);
	scene_count(&s, SRC, "Ip6OutNoRoutes", 1);
	scene_reach(&s, FATE_DROPPED, "src", REASON_NO_ROUTE, "the SYN was never seen leaving src");
	scene_end(&s);
}

static void data_dropped(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_handshake(&s);
	scene_data(&s, 0, 1, 4);
	scene_data(&s, 1000, 3, 2);
	scene_count(&s, R1, "Icmp6OutPktTooBigs", 3);
	s.trace->client.sent = 4000;
	s.trace->server.received = 1000;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_TOO_BIG,
	            "the data from octet 1000 on was last seen arriving at r1.a1");
	/* A copy that got no further than src's link: the first one is asked about. */
	scene_data(&s, 1000, 1, 1);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_TOO_BIG,
	            "the data from octet 1000 on was last seen arriving at r1.a1");
	scene_end(&s);
}

static void stalled(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_handshake(&s);
	scene_data(&s, 0, 2, 4);
	s.trace->client.sent = 4000;
	s.trace->server.received = 2000;
	scene_reach(
	        &s, FATE_STALLED, "src", REASON_UNEXPLAINED,
	        "stalled at src for unexplained: 2000 of 4000 octets came and 4000 were sent; the data from octet 2000 "
	        "on was "
	        "never seen leaving src");
	scene_data(&s, 2000, 1, 4);
	scene_reach(&s, FATE_DROPPED, "dst", REASON_UNEXPLAINED, NULL);
	/* TCP at dst says that it has it: no network lost it. */
	struct packet_spec ack = scene_packet(&s, false, TCP_ACK, SERVER_ISN + 1, 0);
	ack.acknowledgement = CLIENT_ISN + 1 + 3000;
	scene_send(&s, false, ack, 4);
	scene_reach(&s, FATE_STALLED, "dst", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
}

static void corrupted(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	s.trace->server.mangled = true;
	s.trace->server.mangled_at = 1500;
	scene_reach(&s, FATE_CORRUPTED, "dst", REASON_UNEXPLAINED,
	            "octet 1500 of the data is wrong, and no hop saw it change.");
	for (size_t i = 0; i < s.trace->packet_count; i++) {
		struct captured *captured = &s.trace->packets[i];
		struct packet_view view = packet_parse((struct bytes){ captured->data, captured->length });
		if (packet_tcp(&view).sequence == CLIENT_ISN + 1001 &&
		    (captured->hop == HOP(R1_B0, HOP_OUT) || captured->hop == HOP(DST_B1, HOP_IN)))
			captured->data[(size_t)(packet_payload(&view).data - captured->data) + 500] ^= 0xff;
	}
	scene_reach(&s, FATE_CORRUPTED, "r1", REASON_UNEXPLAINED, "when leaving r1.b0.");
	s.nodes[R1].devices = &(struct device){ .kind = device_find("tun") };
	s.nodes[R1].device_count = 1;
	scene_reach(&s, FATE_CORRUPTED, "r1", REASON_SERVICE, NULL);
	s.trace->server.mangled_at = 1501;
	scene_reach(&s, FATE_CORRUPTED, "dst", REASON_UNEXPLAINED, "no hop saw it change");
	s.trace->server.mangled = false;
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, NULL);
	scene_end(&s);
}

/* Of packets that were kept without their payload, where it was as sent, the octets are known all the same. */
static void corrupted_late(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	s.trace->server.mangled = true;
	s.trace->server.mangled_at = 1500;
	for (size_t i = 0; i < s.trace->packet_count; i++) {
		struct captured *captured = &s.trace->packets[i];
		struct packet_view view = packet_parse((struct bytes){ captured->data, captured->length });
		if (!packet_payload(&view).length)
			continue;
		memcpy(&captured->data[packet_payload(&view).data - captured->data],
		       pattern_at(packet_tcp(&view).sequence - CLIENT_ISN - 1), packet_payload(&view).length);
		if (packet_tcp(&view).sequence == CLIENT_ISN + 1001 && captured->hop == HOP(DST_B1, HOP_IN)) {
			captured->data[(size_t)(packet_payload(&view).data - captured->data) + 500] = 0x5a;
			continue;
		}
		captured->length -= packet_payload(&view).length;
		captured->headers_only = captured->as_sent = true;
	}
	owned_text was = text_format("it was 0x%02x at src.a0 and 0x5a when arriving at dst.b1", *pattern_at(1500));
	scene_reach(&s, FATE_CORRUPTED, "r1", REASON_LINK, was);
	/* Where it changed earlier and was not kept, the last hop says what it saw. */
	for (size_t i = 0; i < s.trace->packet_count; i++)
		s.trace->packets[i].as_sent = false;
	scene_reach(&s, FATE_CORRUPTED, "dst", REASON_UNEXPLAINED, "no hop saw it change");
	s.trace->server.mangled = false;
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, "dst.b1 saw 4 data packets for 4 sent");
	for (size_t i = 0; i < s.trace->packet_count; i++)
		if (s.trace->packets[i].headers_only && s.trace->packets[i].hop == HOP(DST_B1, HOP_IN))
			s.trace->packets[i].checksum = CHECKSUM_BAD;
	owned(verdict) verdict = scene_verdict(&s);
	assert_int_equal(verdict->hops[HOP(DST_B1, HOP_IN)].checksum[CHECKSUM_BAD], 4); /* three, and the changed one */
	scene_end(&s);
}

static double aggregation_at(const struct scene *s, size_t hop)
{
	owned(verdict) verdict = scene_verdict(s);

	return verdict->hops[hop].aggregation;
}

static void merged_and_split(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_handshake(&s);
	scene_data(&s, 0, 4, 2);
	struct packet_spec merged = scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 1, 4000);
	merged.segments_left = 0;
	scene_capture(&s, HOP(R1_B0, HOP_OUT), &merged);
	assert_true(aggregation_at(&s, HOP(R1_B0, HOP_OUT)) == 4.0);
	assert_true(aggregation_at(&s, HOP(R1_A1, HOP_IN)) == 1.0);
	assert_true(aggregation_at(&s, HOP(DST_B1, HOP_IN)) == 0);
	for (unsigned i = 0; i < 8; i++) {
		struct packet_spec half = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + 500 * i, 500);
		half.segments_left = 0;
		scene_capture(&s, HOP(DST_B1, HOP_IN), &half);
	}
	assert_true(aggregation_at(&s, HOP(DST_B1, HOP_IN)) == 0.5);
	/* A merged packet covers what it was made of. */
	s.trace->client.sent = 4000;
	s.trace->server.received = 3000;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_UNEXPLAINED, NULL);
	s.trace->packet_count -= 8;
	for (unsigned i = 0; i < 8; i++)
		free(s.trace->packets[s.trace->packet_count + i].data);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_LINK, "the data from octet 3000 on was last seen leaving r1.b0");
	/* Sent again, whole or cut differently, is nothing more that was sent. */
	scene_data(&s, 3000, 1, 2);
	assert_true(aggregation_at(&s, HOP(R1_B0, HOP_OUT)) == 4.0);
	struct packet_spec other = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 999);
	scene_capture(&s, HOP(SRC_A0, HOP_OUT), &other);
	assert_true(aggregation_at(&s, HOP(R1_B0, HOP_OUT)) == 4.0);
	scene_end(&s);
}

/* Dropped between TCP and the device: no capture sees it, the device counts it. */
static void dropped_before_any_hop(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_handshake(&s);
	s.trace->client.sent = 4000;
	scene_reach(&s, FATE_STALLED, "src", REASON_UNEXPLAINED, NULL);
	scene_count(&s, SRC, "a0:tx_dropped", 2);
	scene_reach(&s, FATE_DROPPED, "src", REASON_TX_DROPPED,
	            "the data from octet 0 on was never seen leaving src, and tx_dropped of a0 rose by 2 at src");
	scene_end(&s);
}

static void summaries(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	owned(verdict) verdict = scene_verdict(&s);
	const struct hop_summary *in = &verdict->hops[HOP(DST_B1, HOP_IN)];
	assert_int_equal(verdict->hop_count, 8);
	assert_int_equal(in->packets, 6);
	assert_int_equal(in->data, 4);
	assert_int_equal(in->checksum[CHECKSUM_VALID], 6);
	assert_int_equal(in->largest, 14 + 40 + 40 + 20 + 1000);
	assert_int_equal(in->bytes, 6 * (14 + 40 + 40 + 20) + 4000);
	assert_int_equal(verdict->hops[HOP(DST_B1, HOP_OUT)].packets, 1);
	assert_int_equal(verdict->hops[HOP(DST_B1, HOP_OUT)].data, 0);
	/* Another connection's packet is not counted. */
	struct packet_spec other = scene_packet(&s, true, TCP_ACK, 1, 1000);
	other.source = ip6("fd00:9::9");
	scene_capture(&s, HOP(DST_B1, HOP_IN), &other);
	owned(verdict) same = scene_verdict(&s);
	assert_int_equal(same->hops[HOP(DST_B1, HOP_IN)].packets, 6);
	scene_end(&s);
}

static void crafted_burst(void **state)
{
	struct scene s;

	(void)state;
	scene_craft(&s, 3, TCP_ACK | TCP_PSH);
	for (unsigned i = 0; i < 3; i++)
		scene_send(&s, true, scene_packet(&s, true, TCP_ACK | TCP_PSH, TCP_CRAFTED_SEQUENCE + 1000 * i, 1000),
		           i == 1 ? 3 : 4);
	s.trace->client.sent = s.trace->server.received = 3000;
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE,
	            "delivered: 3000 octets; dst.b1 saw 2 data packets for 3 sent.");
	s.trace->server.received = 1000;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_LINK, "packet 2 of 3 was last seen leaving r1.b0");
	s.trace->server.received = 0;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_UNEXPLAINED, "packet 1 of 3 was last seen arriving at dst.b1");
	s.trace->server.received = 3000;
	s.trace->server.mangled = true;
	scene_reach(&s, FATE_CORRUPTED, "dst", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
}

static void crafted_syn(void **state)
{
	struct scene s;

	(void)state;
	scene_craft(&s, 1, TCP_SYN);
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, 7000, 0), 4);
	scene_reach(&s, FATE_DROPPED, "dst", REASON_UNEXPLAINED, "the SYN was last seen arriving at dst.b1");
	scene_send(&s, false, scene_packet(&s, false, TCP_SYN | TCP_ACK, SERVER_ISN, 0), 1);
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, "delivered: dst answered the SYN with a SYN-ACK.");
	s.trace->packets[4].hop = HOP(R1_B0, HOP_OUT);
	scene_reach(&s, FATE_DROPPED, "dst", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
}

static void crafted_cut(void **state)
{
	struct scene s;

	(void)state;
	scene_craft(&s, 1, TCP_ACK | TCP_PSH);
	struct packet_spec spec = scene_packet(&s, true, TCP_ACK | TCP_PSH, 7000, 1000);
	spec.cut = 60; /* in the middle of the SRH */
	scene_send(&s, true, spec, 2);
	scene_count(&s, R1, "Ip6InTruncatedPkts", 1);
	s.trace->client.sent = 1000;
	owned(verdict) verdict = scene_verdict(&s);
	assert_int_equal(verdict->fate, FATE_DROPPED);
	assert_string_equal(verdict->at, "r1");
	assert_int_equal(verdict->hops[HOP(R1_A1, HOP_IN)].packets, 1);
	/* A packet from elsewhere is not ours, however broken. */
	struct address other = ip6("fd00:9::9");
	memcpy(s.trace->packets[1].data + 14 + 8, other.octets, 16);
	scene_reach(&s, FATE_DROPPED, "src", REASON_LINK, NULL);
	scene_end(&s);
}

static void nothing_at_all(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_reach(&s, FATE_DROPPED, "src", REASON_UNEXPLAINED, "the SYN was never seen leaving src");
	scene_end(&s);
	scene_craft(&s, 1, TCP_ACK);
	scene_reach(&s, FATE_DROPPED, "src", REASON_UNEXPLAINED, "the packet was never seen leaving src");
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delivered),        cmocka_unit_test(delivered_both_ways),
		cmocka_unit_test(bad_checksum),     cmocka_unit_test(partial_is_its_own_state),
		cmocka_unit_test(answer_lost),      cmocka_unit_test(lost_on_the_link),
		cmocka_unit_test(data_dropped),     cmocka_unit_test(stalled),
		cmocka_unit_test(corrupted),        cmocka_unit_test(corrupted_late),
		cmocka_unit_test(merged_and_split), cmocka_unit_test(dropped_before_any_hop),
		cmocka_unit_test(summaries),        cmocka_unit_test(crafted_burst),
		cmocka_unit_test(crafted_syn),      cmocka_unit_test(crafted_cut),
		cmocka_unit_test(nothing_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
