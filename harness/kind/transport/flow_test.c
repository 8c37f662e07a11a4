/* A flow of the toy transport is recognized at every hop, and how it ended and why is concluded. */
#include "../../../tests/scene.h"

#include "../../judge/match.h"
#include "testing.h"

static struct scene s;

/* Two datagrams of 1000 octets that src is to send; nothing seen yet. */
static void start(void)
{
	scene_craft(&s, 2, 0);
	s.plan.traffic.transport = 1;
	((struct toy_fields *)s.plan.traffic.own)->port = 4791;
	s.trace->client.sent = 2000;
}

static void datagram(uint64_t octet, size_t hops)
{
	struct packet_spec spec = scene_packet(&s, true, 0, 0, 1000);
	uint8_t header[HEADER_ROOM];

	toy.build(&spec, &s.plan.traffic, octet, header);
	scene_send(&s, true, spec, hops);
}

static void test_recognized(void **state)
{
	(void)state;
	start();
	datagram(0, 4);
	datagram(1000, 4);
	owned(evidence) evidence = evidence_make(&s.plan, s.trace);
	for (size_t i = 0; i < 8; i++) {
		const struct identity id = captured_identity(evidence, &evidence->packets[i]);
		assert_int_equal(evidence->packets[i].way, WAY_FORWARD);
		assert_true(id.data);
		assert_int_equal(id.begin, octet_place(WAY_FORWARD, i < 4 ? 0 : 1000));
		assert_int_equal(id.end, id.begin + 1000);
	}
	scene_end(&s);
}

static void test_delivered(void **state)
{
	(void)state;
	start();
	datagram(0, 4);
	datagram(1000, 4);
	s.trace->server.received = 2000;
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, "delivered: 2000 octets");
	scene_end(&s);
}

/* The second one is lost where it was last seen; for a reason of its own, or a common one. */
static void test_lost(void **state)
{
	(void)state;
	start();
	datagram(0, 4);
	datagram(1000, 4);
	s.trace->server.received = 1000;
	scene_count(&s, DST, "Udp6NoPorts", 1);
	scene_reach(&s, FATE_DROPPED, "dst", REASON_NO_SOCKET, "Udp6NoPorts rose by 1 at dst (udp6_lib_rcv)");
	scene_end(&s);

	start();
	datagram(0, 4);
	datagram(1000, 2);
	s.trace->server.received = 1000;
	scene_count(&s, R1, "Ip6InNoRoutes", 1);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_NO_ROUTE, "the datagram was last seen arriving at r1.a1");
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recognized),
		cmocka_unit_test(test_delivered),
		cmocka_unit_test(test_lost),
	};

	return cmocka_run_group_tests_name("kind: a transport's flow", tests, NULL, NULL);
}
