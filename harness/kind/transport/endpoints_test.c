/* Connections of which there are packets only, as in a capture from elsewhere: how they ended, without any socket. */
#include "../../../tests/scene_each.h"

static void without_sockets(void)
{
	s.trace->client = s.trace->server = (struct endpoint){ 0 };
}

/* dst acknowledges so many octets; over `hops` of its way. */
static void acknowledge(uint32_t octets, size_t hops)
{
	struct packet_spec spec = scene_packet(&s, false, TCP_ACK, SERVER_ISN + 1, 0);

	spec.acknowledgement += octets;
	scene_send(&s, false, spec, hops);
}

static void delivered(void **state)
{
	(void)state;
	scene_deliver(&s);
	acknowledge(4000, 4);
	without_sockets();
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, "delivered: 4000 octets");
	acknowledge(4001, 4); /* a FIN's octet */
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, "delivered: 4000 octets");
}

/* What was to be sent is not known: all that was is there. */
static void less_than_asked(void **state)
{
	(void)state;
	scene_handshake(&s);
	scene_data(&s, 0, 2, 4);
	acknowledge(2000, 4);
	without_sockets();
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, "delivered: 2000 octets");
	s.trace->client.used = s.trace->server.used = true;
	s.trace->client.established = s.trace->server.established = true;
	s.trace->client.sent = s.trace->server.received = 2000;
	owned(verdict) verdict = scene_verdict(&s);
	assert_int_equal(verdict->fate, FATE_STALLED); /* sockets were asked for 4000 */
}

static void lost(void **state)
{
	(void)state;
	scene_handshake(&s);
	scene_data(&s, 0, 2, 4);
	scene_data(&s, 2000, 1, 2);
	acknowledge(2000, 4);
	without_sockets();
	scene_count(&s, R1, "Ip6InNoRoutes", 1);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_NO_ROUTE,
	            "the data from octet 2000 on was last seen arriving at r1.a1");
}

static void no_handshake(void **state)
{
	(void)state;
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 2);
	without_sockets();
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, "the SYN was last seen arriving at r1.a1");
}

static void acknowledgement_lost(void **state)
{
	(void)state;
	scene_deliver(&s);
	acknowledge(4000, 2);
	without_sockets();
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED,
	            "the last acknowledgement was last seen arriving at r1.b0");
}

static void send_crafted(uint32_t octet, enum checksum checksum)
{
	struct packet_spec spec = scene_packet(&s, true, TCP_ACK | TCP_PSH, TCP_CRAFTED_SEQUENCE + octet, 1000);

	spec.checksum = checksum;
	scene_send(&s, true, spec, 4);
}

/* Packets in any order; one with a bad checksum counts as none. */
static void crafted(void **state)
{
	(void)state;
	scene_end(&s);
	scene_craft(&s, 3, TCP_ACK | TCP_PSH);
	send_crafted(0, CHECKSUM_VALID);
	send_crafted(2000, CHECKSUM_VALID);
	send_crafted(1000, CHECKSUM_BAD);
	without_sockets();
	scene_count(&s, DST, "TcpInCsumErrors", 1);
	scene_reach(&s, FATE_DROPPED, "dst", REASON_TCP_CSUM, "packet 2 of 3");
	send_crafted(1000, CHECKSUM_VALID);
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, "delivered: 3000 octets");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(delivered),    SCENE_TEST(less_than_asked),      SCENE_TEST(lost),
		SCENE_TEST(no_handshake), SCENE_TEST(acknowledgement_lost), SCENE_TEST(crafted),
	};

	return cmocka_run_group_tests_name("kind: connections without sockets", tests, NULL, NULL);
}
