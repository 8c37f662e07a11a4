/* Reasons: which evidence at the place where a packet ended gives which. Altered evidence gives another. */
#include "../../tests/scene.h"

static void counters_tell(void **state)
{
	static const struct {
		const char *counter;
		enum reason reason;
	} rows[] = {
		{ "TcpInCsumErrors", REASON_TCP_CSUM },   { "Ip6InNoRoutes", REASON_NO_ROUTE },
		{ "Ip6OutNoRoutes", REASON_NO_ROUTE },    { "Icmp6OutTimeExcds", REASON_HOP_LIMIT },
		{ "Icmp6OutPktTooBigs", REASON_TOO_BIG }, { "Ip6InTooBigErrors", REASON_TOO_BIG },
		{ "Ip6InHdrErrors", REASON_HEADER },      { "Icmp6OutParmProblems", REASON_SRH_MALFORMED },
		{ "Ip6InTruncatedPkts", REASON_HEADER },  { "Ip6InAddrErrors", REASON_HEADER },
		{ "Ip6InReceives", REASON_UNEXPLAINED },  { "TcpOutRsts", REASON_UNEXPLAINED },
		{ "Ip6InDiscards", REASON_UNEXPLAINED },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scene s;
		scene_start(&s);
		scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 2);
		struct counter *counter = scene_count(&s, R1, rows[i].counter, 1);
		scene_reach(&s, FATE_DROPPED, "r1", rows[i].reason, NULL);
		counter->node = DST;
		scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
		scene_end(&s);
	}
}

static void hop_limit_spent(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	syn.hop_limit = 1;
	scene_send(&s, true, syn, 2);
	scene_count(&s, R1, "Ip6InHdrErrors", 1);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_HOP_LIMIT, "its hop limit was 1");
	s.trace->packets[1].data[14 + 7] = 2;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_HEADER, "Ip6InHdrErrors rose by 1");
	scene_end(&s);
}

static void malformed_srh(void **state)
{
	struct scene s;

	(void)state;
	scene_craft(&s, 1, TCP_ACK | TCP_PSH);
	struct packet_spec spec = scene_packet(&s, true, TCP_ACK | TCP_PSH, 7000, 1000);
	spec.last_entry = 9;
	spec.segments_left = 1;
	scene_send(&s, true, spec, 2);
	s.trace->sender.sent = 1000;
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
	scene_end(&s);
}

static void hmac_missing(void **state)
{
	static const uint8_t hmac[40] = { 5, 38 };
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
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
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

static void service_complains(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	s.nodes[R1].service = SERVICE_PACKET;
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 2);
	*PUSH(s.trace->complaints, s.trace->complaint_count) = text_copy("r1 service: no route");
	scene_reach(&s, FATE_DROPPED, "r1", REASON_SERVICE, "the service complained: r1 service: no route");
	s.trace->complaints[0][1] = '2';
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
}

static void nobody_listens(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 4);
	scene_send(&s, false, scene_packet(&s, false, TCP_RST | TCP_ACK, 0, 0), 4);
	struct counter *counter = scene_count(&s, DST, "TcpOutRsts", 1);
	scene_reach(&s, FATE_DROPPED, "dst", REASON_NO_SOCKET,
	            "TcpOutRsts rose by 1 at dst: dst answered with a reset");
	counter->delta = 0;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
}

static void connection_reset(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_handshake(&s);
	scene_data(&s, 0, 2, 4);
	scene_send(&s, false, scene_packet(&s, false, TCP_RST, SERVER_ISN + 1, 0), 4);
	scene_count(&s, DST, "TcpOutRsts", 1);
	s.trace->sender.sent = 4000;
	s.trace->receiver.received = 1000;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_RESET, "dst reset the connection");
	s.trace->receiver.established = false;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_NO_SOCKET, NULL);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_tell),     cmocka_unit_test(hop_limit_spent),
		cmocka_unit_test(malformed_srh),     cmocka_unit_test(seg6_disabled),
		cmocka_unit_test(hmac_missing),      cmocka_unit_test(no_segments_left),
		cmocka_unit_test(service_complains), cmocka_unit_test(nobody_listens),
		cmocka_unit_test(connection_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
