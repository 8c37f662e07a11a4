/* GRO that was switched on: what it merged, what it could not, and what never came to it. */
#include "../../tests/scene.h"
#include "link.h"

static signed char offloads[4][OFFLOADS];

static void start(struct scene *s, size_t gro_on)
{
	scene_start(s);
	memset(offloads, -1, sizeof offloads);
	offloads[gro_on][OFFLOAD_GRO] = 1;
	s->plan.offloads = offloads;
	scene_handshake(s);
}

/* A data packet of `length` octets at a hop; larger than 1000, it is still to be cut. */
static void data_at(struct scene *s, size_t hop, unsigned octet, unsigned length)
{
	struct packet_spec spec = scene_packet(s, true, TCP_ACK, CLIENT_ISN + 1 + octet, length);
	struct captured *captured = scene_capture(s, hop, &spec);

	captured->gso_size = length > 1000 ? 1000 : 0;
}

static void hints_are(struct scene *s, const char *hint)
{
	s->trace->client.sent = s->trace->server.received = 4000;
	owned(verdict) verdict = scene_verdict(s);

	if (verdict->hint_count)
		print_message("%s\n", verdict->hints[0]);
	assert_int_equal(verdict->hint_count, hint ? 1 : 0);
	if (hint)
		assert_string_equal(verdict->hints[0], hint);
	scene_end(s);
}

/* Over both links as they are, but for what GRO at dst makes of them. */
static void sends(struct scene *s, unsigned octet, unsigned length)
{
	data_at(s, HOP(SRC_A0, HOP_OUT), octet, length);
	data_at(s, HOP(R1_A1, HOP_IN), octet, length);
	data_at(s, HOP(R1_B0, HOP_OUT), octet, length);
}

static void whole_packets(void **state)
{
	struct scene s;

	(void)state;
	start(&s, DST_B1);
	sends(&s, 0, 3000);
	sends(&s, 3000, 1000);
	data_at(&s, HOP(DST_B1, HOP_IN), 0, 3000);
	data_at(&s, HOP(DST_B1, HOP_IN), 3000, 1000);
	hints_are(&s,
	          "GRO at dst.b1 had nothing to merge: 1 of 2 data packets came whole from r1.b0, as tso is on there");
	start(&s, DST_B1);
	sends(&s, 0, 4000);
	data_at(&s, HOP(DST_B1, HOP_IN), 0, 4000);
	hints_are(&s,
	          "GRO at dst.b1 had nothing to merge: the only data packet came whole from r1.b0, as tso is on there");
	/* what a device may have cut, and GRO put together again */
	start(&s, DST_B1);
	s.links[1].kind = link_find("nic");
	sends(&s, 0, 4000);
	data_at(&s, HOP(DST_B1, HOP_IN), 0, 4000);
	hints_are(&s, NULL);
}

static void single_packet(void **state)
{
	struct scene s;

	(void)state;
	start(&s, R1_A1);
	sends(&s, 0, 1000);
	data_at(&s, HOP(DST_B1, HOP_IN), 0, 1000);
	hints_are(&s, "GRO at r1.a1 had nothing to merge: one data packet came");
}

static void no_hint(void **state)
{
	struct scene s;

	(void)state;
	start(&s, DST_B1); /* two came, and it merged neither: the verdict's matter */
	sends(&s, 0, 1000);
	sends(&s, 1000, 1000);
	data_at(&s, HOP(DST_B1, HOP_IN), 0, 1000);
	data_at(&s, HOP(DST_B1, HOP_IN), 1000, 1000);
	hints_are(&s, NULL);
	start(&s, DST_B1); /* merged */
	sends(&s, 0, 1000);
	sends(&s, 1000, 1000);
	data_at(&s, HOP(DST_B1, HOP_IN), 0, 2000);
	hints_are(&s, NULL);
	start(&s, DST_B1); /* none came so far */
	sends(&s, 0, 1000);
	hints_are(&s, NULL);
	start(&s, SRC_A0); /* no data comes in there */
	sends(&s, 0, 1000);
	data_at(&s, HOP(DST_B1, HOP_IN), 0, 1000);
	hints_are(&s, NULL);
	start(&s, DST_B1); /* off, and as the kernel made it */
	offloads[DST_B1][OFFLOAD_GRO] = 0;
	offloads[R1_A1][OFFLOAD_GRO] = -1;
	sends(&s, 0, 1000);
	data_at(&s, HOP(DST_B1, HOP_IN), 0, 1000);
	hints_are(&s, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(whole_packets), cmocka_unit_test(single_packet),
		                            cmocka_unit_test(no_hint) };

	return cmocka_run_group_tests_name("judge: hints", tests, NULL, NULL);
}
