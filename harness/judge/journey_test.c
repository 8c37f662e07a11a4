/* Journeys through traces made by hand: delivered, dropped, corrupted, merged, cut, decapsulated, sent again. */
#include "../../tests/scene_each.h"
#include "journey.h"

static const struct journey *named(const struct journeys *journeys, const char *name)
{
	for (size_t i = 0; i < journeys->count; i++)
		if (strcmp(journeys->journeys[i].name, name) == 0)
			return &journeys->journeys[i];
	print_message("no journey %s\n", name);
	for (size_t i = 0; i < journeys->count; i++)
		print_message("  %s\n", journeys->journeys[i].name);
	fail();
	return NULL;
}

static const struct step *step_at(const struct journeys *journeys, const struct journey *journey, size_t index)
{
	assert_true(index < journey->step_count);
	return &journeys->steps[journey->steps[index]];
}

static void ended(const struct journey *journey, enum journey_end how, size_t node, enum reason reason)
{
	assert_string_equal(word_of(journey_end_words, (int)journey->end), word_of(journey_end_words, (int)how));
	assert_int_equal(journey->node, node);
	assert_string_equal(word_of(reason_words, (int)journey->reason), word_of(reason_words, (int)reason));
}

static const struct journey *deciding(const struct journeys *journeys)
{
	assert_true(journeys->deciding < journeys->count);
	return &journeys->journeys[journeys->deciding];
}

/* Every packet is a step of some journey, every journey's steps go forward in time, and merged is how many have it. */
static struct journeys *follow(void)
{
	struct journeys *journeys = scene_journeys(&s);
	size_t *times = zalloc((journeys->step_count + 1) * sizeof *times);

	assert_int_equal(journeys->step_count, s.trace->packet_count);
	for (size_t i = 0; i < journeys->count; i++)
		for (size_t k = 0; k < journeys->journeys[i].step_count; k++) {
			times[journeys->journeys[i].steps[k]]++;
			assert_true(k == 0 || journeys->journeys[i].steps[k - 1] < journeys->journeys[i].steps[k]);
		}
	for (size_t i = 0; i < journeys->step_count; i++) {
		assert_true(times[i] > 0);
		assert_int_equal(times[i], journeys->steps[i].merged);
	}
	free(times);
	return journeys;
}

static void delivered(void **state)
{
	(void)state;
	scene_deliver(&s);
	owned(journeys) journeys = follow();
	static const size_t hops[] = { HOP(SRC_A0, HOP_OUT), HOP(R1_A1, HOP_IN), HOP(R1_B0, HOP_OUT),
		                       HOP(DST_B1, HOP_IN) };

	assert_int_equal(journeys->count, 7);
	for (size_t i = 0; i < journeys->count; i++) {
		assert_int_equal(journeys->journeys[i].step_count, 4);
		assert_int_equal(journeys->journeys[i].end, END_RECEIVED);
	}
	const struct journey *data = deciding(journeys);
	assert_string_equal(data->name, "data 0:1000");
	ended(data, END_RECEIVED, DST, REASON_NONE);
	for (size_t i = 0; i < 4; i++) {
		const struct step *step = step_at(journeys, data, i);
		assert_int_equal(step->hop, hops[i]);
		assert_int_equal(step->segments_left, i < 2 ? 1 : 0);
		assert_true(address_same(&step->destination, i < 2 ? &s.segment : &s.plan.traffic.to));
		assert_true(address_same(&step->source, &s.plan.from_address));
		assert_int_equal(step->payload, 1000);
		assert_int_equal(step->sequence, 0);
		assert_true(step->summed && step->checksum == CHECKSUM_VALID && !step->encapsulated);
		assert_int_equal(step->merged, 1);
	}
	assert_int_equal(step_at(journeys, named(journeys, "SYN"), 0)->sequence, -1);
	assert_int_equal(named(journeys, "SYN-ACK")->way, WAY_BACK);
	ended(named(journeys, "SYN-ACK"), END_RECEIVED, SRC, REASON_NONE);
	assert_int_equal(step_at(journeys, named(journeys, "SYN-ACK"), 0)->segments_left, -1);
	ended(named(journeys, "ACK 0"), END_RECEIVED, DST, REASON_NONE);
}

static void dropped_for_its_checksum(void **state)
{
	(void)state;
	scene_bad_syn(&s, 3);
	struct counter *counter = scene_count(&s, DST, "TcpInCsumErrors", 3);
	owned(journeys) journeys = follow();

	assert_int_equal(journeys->count, 3);
	for (size_t i = 0; i < 3; i++) {
		ended(&journeys->journeys[i], END_DROPPED, DST, REASON_TCP_CSUM);
		assert_int_equal(journeys->journeys[i].step_count, 4);
		assert_int_equal(journeys->journeys[i].last, journeys->journeys[i].steps[3]);
		assert_string_equal(journeys->journeys[i].name, i == 0 ? "SYN" : "SYN again");
	}
	assert_true(deciding(journeys) == &journeys->journeys[0]); /* the first copy */
	assert_int_equal(step_at(journeys, deciding(journeys), 3)->checksum, CHECKSUM_BAD);
	/* No counter: nothing says why. */
	counter->delta = 0;
	owned(journeys) unexplained = follow();
	ended(deciding(unexplained), END_DROPPED, DST, REASON_UNEXPLAINED);
}

static void dropped_in_the_middle(void **state)
{
	(void)state;
	scene_handshake(&s);
	scene_data(&s, 0, 1, 4);
	scene_data(&s, 1000, 2, 2);
	scene_data(&s, 3000, 1, 4);
	s.trace->client.sent = 4000;
	s.trace->server.received = 1000;
	struct counter *counter = scene_count(&s, R1, "Ip6InNoRoutes", 2);
	owned(journeys) journeys = follow();

	assert_string_equal(deciding(journeys)->name, "data 1000:2000");
	ended(deciding(journeys), END_DROPPED, R1, REASON_NO_ROUTE);
	assert_int_equal(deciding(journeys)->step_count, 2);
	ended(named(journeys, "data 2000:3000"), END_DROPPED, R1, REASON_NO_ROUTE);
	ended(named(journeys, "data 0:1000"), END_RECEIVED, DST, REASON_NONE);
	ended(named(journeys, "data 3000:4000"), END_RECEIVED, DST, REASON_NONE);
	counter->node = DST;
	owned(journeys) unexplained = follow();
	ended(named(unexplained, "data 2000:3000"), END_LOST, R1, REASON_NONE);
}

static void lost_on_a_link(void **state)
{
	(void)state;
	scene_handshake(&s);
	scene_data(&s, 0, 1, 3);
	s.trace->client.sent = 1000;
	owned(journeys) journeys = follow();

	ended(deciding(journeys), END_DROPPED, R1, REASON_LINK);
	assert_int_equal(step_at(journeys, deciding(journeys), 2)->hop, HOP(R1_B0, HOP_OUT));
}

static void sent_again(void **state)
{
	(void)state;
	scene_handshake(&s);
	scene_data(&s, 0, 1, 2);
	scene_data(&s, 0, 4, 4);
	s.trace->client.sent = s.trace->server.received = 4000;
	owned(journeys) journeys = follow();
	const struct journey *first = named(journeys, "data 0:1000"), *again = named(journeys, "data 0:1000 again");

	assert_int_equal(first->step_count, 2);
	ended(first, END_LOST, R1, REASON_NONE);
	assert_int_equal(again->step_count, 4);
	ended(again, END_RECEIVED, DST, REASON_NONE);
	assert_int_equal(named(journeys, "data 1000:2000")->step_count, 4);
}

/* Two copies are under way at once: what the link delivers first is what it got first. */
static void copies_do_not_cross(void **state)
{
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);

	(void)state;
	scene_capture(&s, HOP(SRC_A0, HOP_OUT), &syn);
	scene_capture(&s, HOP(SRC_A0, HOP_OUT), &syn);
	scene_capture(&s, HOP(R1_A1, HOP_IN), &syn);
	owned(journeys) journeys = follow();

	assert_int_equal(journeys->count, 2);
	assert_int_equal(journeys->journeys[0].step_count, 2);
	assert_int_equal(journeys->journeys[1].step_count, 1);
}

/* r1 merges four packets; what is bad of them is bad for all. */
static void merge_at_r1(enum checksum checksum)
{
	struct packet_spec merged = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 4000);

	scene_handshake(&s);
	scene_data(&s, 0, 4, 1);
	scene_capture(&s, HOP(R1_A1, HOP_IN), &merged);
	merged.segments_left = 0;
	scene_capture(&s, HOP(R1_B0, HOP_OUT), &merged);
	merged.checksum = checksum;
	scene_capture(&s, HOP(DST_B1, HOP_IN), &merged);
	s.trace->client.sent = 4000;
}

static void merged(void **state)
{
	(void)state;
	merge_at_r1(CHECKSUM_VALID);
	s.trace->server.received = 4000;
	owned(journeys) journeys = follow();

	assert_int_equal(journeys->count, 7);
	assert_string_equal(deciding(journeys)->name, "data 0:1000");
	for (size_t i = 3; i < 7; i++) {
		const struct journey *journey = &journeys->journeys[i];
		ended(journey, END_RECEIVED, DST, REASON_NONE);
		assert_int_equal(journey->step_count, 4);
		assert_int_equal(step_at(journeys, journey, 0)->merged, 1);
		for (size_t k = 1; k < 4; k++) {
			const struct step *step = step_at(journeys, journey, k);
			assert_int_equal(step->merged, 4);
			/* r1's GRO made it of four, and from there on it is one. */
			assert_int_equal(step->from_count, k == 1 ? 4 : 1);
			assert_false(step->has_copies || step->repeated);
			assert_int_equal(step->payload, 4000);
			for (size_t m = 0; m < 4; m++)
				assert_int_equal(journeys->members[step->members + m], 3 + m);
		}
	}
}

static void merged_and_dropped(void **state)
{
	(void)state;
	merge_at_r1(CHECKSUM_BAD);
	scene_count(&s, DST, "TcpInCsumErrors", 1);
	owned(journeys) journeys = follow();

	assert_string_equal(deciding(journeys)->name, "data 0:1000");
	for (size_t i = 3; i < 7; i++)
		ended(&journeys->journeys[i], END_DROPPED, DST, REASON_TCP_CSUM);
	ended(&journeys->journeys[0], END_RECEIVED, DST, REASON_NONE);
}

/* One packet sets out and is cut in two at r1, the second of which is lost. */
static void cut(void **state)
{
	struct packet_spec whole = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 2000);

	(void)state;
	scene_handshake(&s);
	scene_send(&s, true, whole, 2);
	for (size_t i = 0; i < 2; i++) {
		struct packet_spec part = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + (uint32_t)i * 1000, 1000);
		part.segments_left = 0;
		scene_capture(&s, HOP(R1_B0, HOP_OUT), &part);
		if (i == 0)
			scene_capture(&s, HOP(DST_B1, HOP_IN), &part);
	}
	s.trace->client.sent = 2000;
	s.trace->server.received = 1000;
	owned(journeys) journeys = follow();

	assert_int_equal(journeys->count, 4);
	assert_string_equal(deciding(journeys)->name, "data 0:2000");
	assert_int_equal(deciding(journeys)->step_count, 5);
	ended(deciding(journeys), END_DROPPED, R1, REASON_LINK);
	assert_int_equal(journeys->steps[deciding(journeys)->last].sequence, 1000);
}

/* In encap mode dst sees the packet twice at one hop: as it came, and when it is handed on. */
static void decapsulate(bool bare)
{
	struct packet_spec data = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 1000), inner;

	s.plan.traffic.mode = data.mode = MODE_ENCAP;
	s.plan.outer_address = data.outer_source = s.plan.from_address;
	inner = data;
	inner.mode = bare ? MODE_PLAIN : MODE_ENCAP;
	inner.segment_count = bare ? 0 : data.segment_count;
	scene_send(&s, true, data, 4);
	/* Both may have one time. */
	struct captured *again = scene_capture(&s, HOP(DST_B1, HOP_IN), &inner);
	again->time = s.trace->packets[3].time;
	s.trace->client.established = s.trace->server.established = true;
	s.plan.traffic.bytes = 1000;
	s.trace->client.sent = s.trace->server.received = 1000;
	owned(journeys) journeys = follow();

	assert_int_equal(journeys->count, 1);
	assert_int_equal(deciding(journeys)->step_count, 5);
	assert_true(step_at(journeys, deciding(journeys), 3)->encapsulated);
	assert_int_equal(step_at(journeys, deciding(journeys), 4)->encapsulated, !bare);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(step_at(journeys, deciding(journeys), i)->handed_on, i == 4);
	ended(deciding(journeys), END_RECEIVED, DST, REASON_NONE);
}

static void decapsulated(void **state)
{
	(void)state;
	decapsulate(true);
	scene_end(&s);
	scene_start(&s);
	decapsulate(false);
}

static void corrupted(void **state)
{
	(void)state;
	scene_deliver(&s);
	/* Octet 2500 changes between arriving at r1 and leaving it. */
	for (size_t i = 0; i < s.trace->packet_count; i++) {
		struct captured *captured = &s.trace->packets[i];
		bool behind = captured->hop == HOP(R1_B0, HOP_OUT) || captured->hop == HOP(DST_B1, HOP_IN);
		if (behind && i >= 12 + 2 * 4 && i < 12 + 3 * 4)
			captured->data[captured->length - 500] ^= 0xff;
	}
	s.trace->server.mangled = true;
	s.trace->server.mangled_at = 2500;
	owned(journeys) journeys = follow();

	assert_string_equal(deciding(journeys)->name, "data 2000:3000");
	ended(deciding(journeys), END_CORRUPTED, R1, REASON_UNEXPLAINED);
	ended(named(journeys, "data 0:1000"), END_RECEIVED, DST, REASON_NONE);
}

static void never_seen(void **state)
{
	(void)state;
	scene_count(&s, SRC, "Ip6OutNoRoutes", 1);
	owned(journeys) journeys = follow();

	assert_int_equal(journeys->count, 1);
	assert_string_equal(deciding(journeys)->name, "SYN");
	assert_int_equal(deciding(journeys)->step_count, 0);
	assert_int_equal(deciding(journeys)->last, NOT_FOUND);
	ended(deciding(journeys), END_DROPPED, SRC, REASON_NO_ROUTE);
}

/* Accepted by a receiver whose device vouched for it: seen bad, and the deciding packet. */
static void bad_and_received(void **state)
{
	struct packet_spec bad = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + 3000, 1000);

	(void)state;
	scene_handshake(&s);
	scene_data(&s, 0, 3, 4);
	bad.checksum = CHECKSUM_BAD;
	scene_send(&s, true, bad, 4);
	s.trace->client.sent = s.trace->server.received = 4000;
	owned(journeys) journeys = follow();

	assert_string_equal(deciding(journeys)->name, "data 3000:4000");
	ended(deciding(journeys), END_RECEIVED, DST, REASON_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(delivered),
		SCENE_TEST(dropped_for_its_checksum),
		SCENE_TEST(dropped_in_the_middle),
		SCENE_TEST(lost_on_a_link),
		SCENE_TEST(sent_again),
		SCENE_TEST(copies_do_not_cross),
		SCENE_TEST(merged),
		SCENE_TEST(merged_and_dropped),
		SCENE_TEST(cut),
		SCENE_TEST(decapsulated),
		SCENE_TEST(corrupted),
		SCENE_TEST(never_seen),
		SCENE_TEST(bad_and_received),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
