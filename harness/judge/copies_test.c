/* The first copy of a packet is judged, and what only a timer brought back was lost. */
#include "../../tests/scene.h"

#define MILLISECONDS 1000000
#define LEFT_R1      18 /* behind the handshake's 12 packets at hops and the first packet's 4 */

/* The second of two packets leaves r1 and does not arrive; a timer runs out, and its copy comes `hops` far. */
static void lose_on_link(struct scene *s, size_t hops)
{
	scene_start(s);
	scene_handshake(s);
	scene_data(s, 0, 1, 4);
	scene_data(s, 1000, 1, 3);
	s->clock += 9 * MILLISECONDS;
	scene_data(s, 1000, 1, hops);
	s->plan.traffic.bytes = 2000;
	s->trace->client.sent = 2000;
	s->trace->server.received = hops == 4 ? 2000 : 1000;
}

static void first_is_judged(void **state)
{
	struct scene s;

	(void)state;
	lose_on_link(&s, 2);
	scene_count(&s, R1, "Icmp6OutPktTooBigs", 1);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_LINK,
	            "the data from octet 1000 on was last seen leaving r1.b0 with a valid checksum");
	/* What the kernel says about the second copy does not hold for the first. */
	struct packet_spec again = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + 1000, 1000);
	scene_drop(&s, R1_A1, &again, "ip6_forward", "PKT_TOO_BIG");
	scene_drop(&s, R1_A1, &again, "__dev_forward_skb2", "NOT_SPECIFIED")->packet = LEFT_R1;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_LINK, "the kernel freed it in __dev_forward_skb2");
	scene_end(&s);
}

static void mended_by_a_timer(void **state)
{
	struct scene s;

	(void)state;
	lose_on_link(&s, 4);
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, NULL); /* no timer ran out: the network told of it */
	scene_count(&s, SRC, "TcpExtTCPLossProbes", 1);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_LINK, "dst.b1:in; TCP repaired the loss by sending again.");
	scene_end(&s);
}

/* A busy machine: the timer ran out although nothing was lost. */
static void needless(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_handshake(&s);
	scene_data(&s, 0, 2, 4);
	s.clock += 9 * MILLISECONDS;
	scene_data(&s, 1000, 1, 4);
	s.plan.traffic.bytes = 2000;
	s.trace->client.sent = s.trace->server.received = 2000;
	scene_count(&s, SRC, "TcpExtTCPTimeouts", 1);
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, NULL);
	scene_end(&s);
}

/* Both copies of an encapsulated packet leave before the first of them arrives, as where a machine is late to carry it.
 */
static void late_and_encapsulated(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	s.plan.traffic.segments[MODE_ENCAP] = s.plan.traffic.segments[MODE_INLINE];
	s.plan.traffic.mode = MODE_ENCAP;
	s.plan.outer_address = s.plan.from_address;
	scene_handshake(&s);
	scene_data(&s, 0, 1, 4);
	struct packet_spec outer = scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 1001, 1000), inner = outer;
	inner.mode = MODE_PLAIN;
	scene_capture(&s, HOP(SRC_A0, HOP_OUT), &outer);
	s.clock += 300 * MILLISECONDS;
	scene_capture(&s, HOP(SRC_A0, HOP_OUT), &outer);
	for (int copy = 0; copy < 2; copy++) {
		scene_capture(&s, HOP(R1_A1, HOP_IN), &outer);
		scene_capture(&s, HOP(R1_B0, HOP_OUT), &outer);
		scene_capture(&s, HOP(DST_B1, HOP_IN), &outer);
		scene_capture(&s, HOP(DST_B1, HOP_IN), &inner);
	}
	s.plan.traffic.bytes = 2000;
	s.trace->client.sent = s.trace->server.received = 2000;
	scene_count(&s, SRC, "TcpExtTCPLossProbes", 1);
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, NULL);
	scene_end(&s);
}

/* What the sender sends at once in response to an answer is not a timer's, even if a timer ran out too. */
static void told_by_the_network(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_handshake(&s);
	scene_data(&s, 0, 1, 3);
	scene_data(&s, 1000, 1, 4);
	s.clock += 9 * MILLISECONDS;
	scene_send(&s, false, scene_packet(&s, false, TCP_ACK, SERVER_ISN + 1, 0), 4);
	scene_data(&s, 0, 1, 4);
	s.plan.traffic.bytes = 2000;
	s.trace->client.sent = s.trace->server.received = 2000;
	scene_count(&s, SRC, "TcpExtTCPTimeouts", 1);
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, NULL);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_is_judged),
		cmocka_unit_test(mended_by_a_timer),
		cmocka_unit_test(needless),
		cmocka_unit_test(late_and_encapsulated),
		cmocka_unit_test(told_by_the_network),
	};

	return cmocka_run_group_tests_name("copies", tests, NULL, NULL);
}
