/* Reasons: which evidence at the place where a packet ended gives which. Altered evidence gives another. */
#include "../../tests/scene.h"
#include "device.h"

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

/* Two segments of dst in a row take one each. */
static void hop_limit_between_segments(void **state)
{
	struct address own[2], *to = own;
	struct scene s;

	(void)state;
	scene_start(&s);
	own[0] = own[1] = s.plan_interfaces[DST_B1].address;
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	syn.segments = to;
	syn.segment_count = 2; /* and the destination, which is the same address */
	syn.hop_limit = 3;     /* r1 takes one */
	syn.segments_left = 2;
	scene_send(&s, true, syn, 4);
	scene_count(&s, DST, "Ip6InHdrErrors", 1);
	scene_reach(&s, FATE_DROPPED, "dst", REASON_HOP_LIMIT,
	            "its hop limit was 2, and 2 segments in a row are the node's own");
	s.trace->packets[3].data[14 + 7] = 3;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_HEADER, "Ip6InHdrErrors rose by 1");
	scene_end(&s);
}

/* A program of r1's own between its segments. */
static void services_on_the_way(void **state)
{
	struct plan_service service = { R1, { .kind = device_find("packet"), .sid = ip6("fc00:1::5") } };
	struct scene s;

	(void)state;
	scene_start(&s);
	struct address there[] = { s.segment, service.device.sid }, back[] = { service.device.sid, s.segment };
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	s.plan.services = &service;
	s.plan.service_count = 1;
	syn.segments = there;
	syn.segment_count = 2;
	scene_send(&s, true, syn, 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_SERVICE, "fc00:1::5 of its own packet service");
	service.device.kind = device_find("tun");
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	trace_forget_packets(s.trace);
	syn.segments = back;
	s.sid.behaviour = behaviour_find("End.DT6");
	s.sid.table = (char *)"main";
	scene_send(&s, true, syn, 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_SEGMENTS_LEFT, "its next destination is the End.DT6 SID of r1");
	back[1] = ip6("::1");
	trace_forget_packets(s.trace);
	scene_send(&s, true, syn, 2);
	scene_count(&s, R1, "Ip6InHdrErrors", 1);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_ADDRESS, "it arrived with the destination ::1");
	service.device.kind = device_find("packet");
	scene_reach(&s, FATE_DROPPED, "r1", REASON_HEADER, NULL);
	scene_end(&s);
}

static void next_hops(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	s.sid.behaviour = behaviour_find("End.X");
	s.sid.nh6 = (char *)"fd00:2::99";
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_NO_NEIGHBOUR, "the next hop fd00:2::99 is on a link of r1");
	s.sid.nh6 = (char *)"fd00:2::2";
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	s.sid.nh6 = (char *)"fe80::1";
	s.sid.oif = (char *)"b0";
	scene_reach(&s, FATE_DROPPED, "r1", REASON_NO_NEIGHBOUR, "the next hop fe80::1");
	s.sid.oif = NULL;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_LINK_LOCAL, "give oif");
	s.sid.oif = (char *)"b0";
	scene_count(&s, R1, "Ip6InNoRoutes", 1);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_NO_ROUTE, NULL);
	s.sid.oif = NULL;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_LINK_LOCAL, "give oif");
	scene_end(&s);
}

/* One that was asked whether it is still there, and answered, is not silent. */
static void silent_neighbours(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 2);
	scene_count(&s, R1, "Icmp6OutNeighborSolicits", 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_NO_NEIGHBOUR, "nobody answered");
	scene_count(&s, R1, "Icmp6InNeighborAdvertisements", 1);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_NO_NEIGHBOUR, "nobody answered");
	s.trace->counters[1].delta = 2;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
	/* dst has it, and asks for whom it was to answer in an earlier cell. */
	scene_start(&s);
	s.plan.traffic.mode = MODE_PLAIN;
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 4);
	scene_count(&s, DST, "Icmp6OutNeighborSolicits", 1);
	scene_reach(&s, FATE_DROPPED, "dst", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
	/* Likewise where a segment is left, which is dst's too. */
	scene_start(&s);
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	const struct address own[] = { s.plan.traffic.to, s.plan.traffic.to };
	syn.segments = own;
	syn.segment_count = COUNT(own);
	syn.segments_left = 1;
	scene_send(&s, true, syn, 4);
	scene_count(&s, DST, "Icmp6OutNeighborSolicits", 1);
	scene_reach(&s, FATE_DROPPED, "dst", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
}

static void not_forwarding(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 4);
	scene_count(&s, DST, "Ip6InAddrErrors", 1);
	scene_reach(&s, FATE_DROPPED, "dst", REASON_NOT_FORWARDING, "dst, which does not forward");
	s.nodes[DST].sid_count = 1;
	s.nodes[DST].sids = &s.sid;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_HEADER, NULL);
	scene_end(&s);
}

/* What TCP does with a segment that is in order in every other way. */
static void refused_by_tcp(void **state)
{
	static const struct {
		int asked;
		unsigned flags;
		enum reason reason;
	} rows[] = {
		{ TCP_ACK | TCP_PSH, TCP_ACK | TCP_PSH, REASON_UNEXPLAINED },
		{ TCP_ACK, TCP_ACK | TCP_FIN, REASON_UNEXPLAINED },
		{ TCP_PSH, TCP_PSH, REASON_TCP_FLAGS },
		{ TCP_RST, TCP_RST, REASON_TCP_FLAGS },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scene s;
		scene_craft(&s, 1, rows[i].asked);
		scene_send(&s, true, scene_packet(&s, true, rows[i].flags, 7000, 1000), 4);
		s.trace->client.sent = 1000;
		scene_reach(&s, FATE_DROPPED, "dst", rows[i].reason, NULL);
		((struct tcp_fields *)s.plan.traffic.own)->sequence = -1000;
		scene_reach(&s, FATE_DROPPED, "dst",
		            rows[i].reason == REASON_UNEXPLAINED ? REASON_SEQUENCE : rows[i].reason, NULL);
		((struct tcp_fields *)s.plan.traffic.own)->sequence = 1000;
		scene_count(&s, DST, "TcpExtTCPOFOQueue", 1);
		scene_reach(&s, FATE_STALLED, "dst", REASON_OUT_OF_ORDER,
		            "TCP keeps it until the data before it comes");
		scene_end(&s);
	}
}

static void no_address(void **state)
{
	static const char *const segments[] = { "ff02::1", "::", "fe80::7", "fe80::7" };

	(void)state;
	for (size_t i = 0; i < COUNT(segments); i++) {
		struct scene s;
		struct address list[2];
		scene_start(&s);
		list[0] = s.segment;
		list[1] = ip6(segments[i]);
		struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
		syn.segments = list;
		syn.segment_count = 2;
		scene_send(&s, true, syn, 2);
		scene_count(&s, R1, i < 3 ? "Ip6InAddrErrors" : "Ip6InNoRoutes", 1);
		scene_reach(&s, FATE_DROPPED, "r1", REASON_ADDRESS, "to which nothing is forwarded");
		scene_end(&s);
	}
}

static void service_complains(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	s.nodes[R1].devices = &(struct device){ .kind = device_find("packet") };
	s.nodes[R1].device_count = 1;
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 2);
	*PUSH(s.trace->complaints, s.trace->complaint_count) = text_copy("r1 service: no route");
	scene_reach(&s, FATE_DROPPED, "r1", REASON_SERVICE, "the service complained: r1 service: no route");
	struct counter *solicits = scene_count(&s, R1, "Icmp6OutNeighborSolicits", 1);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_SERVICE, "the service complained: r1 service: no route");
	solicits->delta = 0;
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
	s.trace->client.sent = 4000;
	s.trace->server.received = 1000;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_RESET, "dst reset the connection");
	s.trace->server.established = false;
	scene_reach(&s, FATE_DROPPED, "dst", REASON_NO_SOCKET, NULL);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_tell),
		cmocka_unit_test(hop_limit_spent),
		cmocka_unit_test(hop_limit_between_segments),
		cmocka_unit_test(service_complains),
		cmocka_unit_test(nobody_listens),
		cmocka_unit_test(connection_reset),
		cmocka_unit_test(services_on_the_way),
		cmocka_unit_test(next_hops),
		cmocka_unit_test(silent_neighbours),
		cmocka_unit_test(not_forwarding),
		cmocka_unit_test(refused_by_tcp),
		cmocka_unit_test(no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
