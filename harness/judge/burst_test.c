/* Which packets of a burst are one at a hop, and what of them is not as it was sent. */
#include "../../tests/scene.h"

static struct scene s;
static struct setting flow_label = { .key = "flow_label", .kind = SET_TRAFFIC, .number = 5 };
static struct setting port = { .key = "source_port", .kind = SET_TRAFFIC, .number = 1 };
static struct difference one; /* packets that have one of these */

static void differ(unsigned first, unsigned last, struct setting *setting)
{
	setting->field = traffic_field_find(setting->key, NULL);
	one = (struct difference){ first, last, setting, 1 };
	s.plan.traffic.differ = &one;
	s.plan.traffic.differ_count = 1;
}

static void start(void)
{
	scene_craft(&s, 4, TCP_ACK | TCP_PSH);
	traffic_defaults(&s.plan.traffic);
	s.plan.traffic.generator = GENERATOR_CRAFTED;
	s.plan.traffic.mode = MODE_PLAIN;
	s.plan.traffic.burst = 4;
	s.trace->client.sent = s.trace->server.received = 4000;
}

/* `count` packets of the burst from number `first` on, counted from 0, as one. */
static struct packet_spec packets(unsigned first, unsigned count)
{
	struct packet_spec spec = scene_packet(&s, true, TCP_ACK | (first + count == 4 ? TCP_PSH : 0),
	                                       TCP_CRAFTED_SEQUENCE + first * 1000, count * 1000);

	spec.payload = (struct bytes){ pattern_at(first * 1000), count * 1000 };
	spec.mode = MODE_PLAIN;
	return spec;
}

static void leave(void)
{
	for (unsigned i = 0; i < 4; i++) {
		struct packet_spec spec = packets(i, 1);
		if (one.count && i + 1 >= one.first && i + 1 <= one.last)
			spec.source_port = (uint16_t)(spec.source_port + (one.settings == &port));
		scene_capture(&s, HOP(SRC_A0, HOP_OUT), &spec);
	}
}

static void arrive(struct packet_spec spec)
{
	scene_capture(&s, HOP(DST_B1, HOP_IN), &spec);
}

/* The groups at dst, and what is altered there; NULL: nothing. */
static void comes(const char *groups, const char *altered)
{
	owned(verdict) verdict = scene_verdict(&s);
	uint64_t at[HELD_MOST];
	size_t count = 0;

	for (size_t i = 0; i < verdict->group_count; i++)
		if (verdict->groups[i].hop == HOP(DST_B1, HOP_IN))
			at[count++] = verdict->groups[i].packets;
	owned_text text = packets_text(at, count);
	assert_string_equal(text, groups);
	assert_int_equal(verdict->hops[HOP(DST_B1, HOP_IN)].altered > 0, altered != NULL);
	if (altered && !strstr(verdict->altered, altered))
		print_message("%s\n", verdict->altered);
	if (altered)
		assert_non_null(strstr(verdict->altered, altered));
	scene_end(&s);
	one = (struct difference){ 0 };
}

/* What left as one large packet has the header of the last of those that it is cut into: PSH is not on the first. */
static void test_cut_on_the_way(void **state)
{
	struct packet_spec large;

	(void)state;
	start();
	large = packets(0, 4);
	scene_capture(&s, HOP(SRC_A0, HOP_OUT), &large);
	for (unsigned i = 0; i < 4; i++)
		arrive(packets(i, 1));
	comes("1 2 3 4", NULL);
}

/* Where its list leads a packet by the same hop again, it is no other packet. */
static void test_led_here_again(void **state)
{
	(void)state;
	start();
	leave();
	for (unsigned left = 2; left-- > 0;)
		for (unsigned i = 0; i < 4; i++) {
			struct packet_spec spec = packets(i, 1);
			spec.mode = MODE_INLINE;
			spec.segments = &spec.destination;
			spec.segment_count = 1;
			spec.segments_left = (long)left;
			arrive(spec);
		}
	comes("1 2 3 4", NULL);
}

static void test_merged(void **state)
{
	(void)state;
	start();
	leave();
	arrive(packets(0, 3));
	arrive(packets(3, 1));
	comes("1-3 4", NULL);

	start(); /* packet 2 has another flow label, and went with packet 1 */
	differ(2, 2, &flow_label);
	leave();
	arrive(packets(0, 2));
	arrive(packets(2, 2));
	comes("1-2 3-4", "packets 1 and 2 are one, which differ in `flow_label`");
}

static void test_altered(void **state)
{
	static const uint8_t other[1000];
	struct packet_spec spec;

	(void)state;
	start();
	leave();
	spec = packets(0, 4);
	spec.acknowledgement++;
	arrive(spec);
	comes("1-4", "packet 1 has another TCP header");

	start();
	leave();
	spec = packets(0, 4);
	spec.tcp_flags &= ~(unsigned)TCP_PSH;
	arrive(spec);
	comes("1-4", "another TCP header");

	start();
	leave();
	spec = packets(1, 1);
	spec.payload.data = other;
	arrive(spec);
	comes("2", "packet 2 has other data");

	start(); /* cut in other places than it was put together */
	leave();
	spec = packets(0, 1);
	spec.payload.length = 1448;
	arrive(spec);
	comes("?", "octets 0 to 1448 of the data are no packets of the burst");

	start(); /* one too many */
	leave();
	arrive(packets(0, 1));
	arrive(packets(0, 1));
	comes("1 ?", "octets 0 to 1000 of the data are no packets of the burst");
}

/* Flows are told apart though their octets have the same numbers. */
static void test_flows(void **state)
{
	(void)state;
	start();
	differ(3, 4, &port);
	s.trace->server.received = 2000;
	for (unsigned i = 0; i < 4; i++) {
		struct packet_spec spec = packets(i % 2, 1);
		spec.tcp_flags |= i == 3 ? TCP_PSH : 0;
		spec.source_port = (uint16_t)(spec.source_port + i / 2);
		scene_send(&s, true, spec, i < 3 ? 4 : 3);
	}
	scene_reach(&s, FATE_DROPPED, "r1", REASON_LINK, "packet 4 of 4 was last seen leaving r1.b0");
	struct packet_spec last = packets(1, 1);
	last.tcp_flags |= TCP_PSH;
	last.source_port++;
	arrive(last);
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, "delivered: 2000 octets");
	comes("1 2 3 4", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_cut_on_the_way),
		                            cmocka_unit_test(test_led_here_again), cmocka_unit_test(test_merged),
		                            cmocka_unit_test(test_altered), cmocka_unit_test(test_flows) };

	return cmocka_run_group_tests_name("judge: bursts", tests, NULL, NULL);
}
