/* Packets at several points: their order, and what was lost, merged, cut, copied, sent again and changed between them.
 */
#include "testing.h"

#include "track.h"

static struct capture *capture;

/* A packet at a point, which is a file; `change` is what became of it there. */
static void at_spec(const char *file, uint32_t time, const struct packet_spec *spec,
                    void (*change)(struct frame *frame))
{
	static struct made made;
	struct error err = { 0 };
	owned(frame) frame = built(spec);

	if (change)
		change(frame);
	pcap_begin(&made, 1);
	pcap_packet(&made, time, (struct bytes){ frame->data, frame->length }, frame->length);
	assert_int_equal(capture_take(capture, (struct bytes){ made.octets, made.length }, file, &err), 0);
}

static struct packet_spec data_of(uint32_t octet, size_t length, int left)
{
	static struct address segment;
	segment = address_of("fc00:1::100");
	struct packet_spec spec = spec_of(MODE_INLINE, &segment, 1);

	spec.segments_left = left;
	spec.hop_limit = 60 + left;
	spec.sequence = 1000 + octet;
	spec.payload = (struct bytes){ payload_octets + octet, length };
	return spec;
}

static void at(const char *file, uint32_t time, uint32_t octet, size_t length, int left, void (*change)(struct frame *))
{
	const struct packet_spec spec = data_of(octet, length, left);

	at_spec(file, time, &spec, change);
}

static const struct sighted_flow *told(struct pool *pool)
{
	capture_sort(capture);
	const struct sightings *sightings = sightings_make(pool, capture, &(struct sighting_options){ 0 });
	assert_int_equal(sightings->flows.count, 1);
	return &sightings->flows.at[0];
}

/* All faults and notes of the packets at a point, a line each. */
static char *remarks_at(const struct sighted_flow *flow, const char *point)
{
	char *text = text_copy("");

	for (size_t i = 0; i < flow->packets.count; i++) {
		const struct sighted_packet *packet = &flow->packets.at[i];
		if (strcmp(packet->point, point) != 0)
			continue;
		for (size_t f = 0; f < packet->faults.count; f++)
			text_append(&text, "%s: %s\n", packet->name, packet->faults.at[f]);
		for (size_t n = 0; n < packet->notes.count; n++)
			text_append(&text, "%s. %s\n", packet->name, packet->notes.at[n]);
	}
	return text;
}

static void remarks_are(const struct sighted_flow *flow, const char *point, const char *wanted)
{
	owned_text text = remarks_at(flow, point);

	assert_string_equal(text, wanted);
}

static int begin(void **state)
{
	(void)state;
	capture = zalloc(sizeof *capture);
	return 0;
}

static int end(void **state)
{
	(void)state;
	capture_free(capture);
	return 0;
}

/* Clocks that are an hour off do not matter: the hop limit tells. Files are given in the wrong order. */
static void test_order(void **state)
{
	owned(pool) pool = pool_new();

	(void)state;
	at("b", 100, 0, 100, 0, NULL);
	at("a", 900, 0, 100, 1, NULL);
	const struct sighted_flow *flow = told(pool);
	assert_int_equal(flow->places.count, 2);
	assert_string_equal(flow->places.at[0], "a");
	assert_string_equal(flow->places.at[1], "b");
	assert_int_equal(flow->faulty, 0);
	assert_int_equal(flow->ladder->journeys.count, 1);
	assert_int_equal(flow->ladder->journeys.at[0].steps.count, 4);
	remarks_are(flow, "a", "");
	remarks_are(flow, "b", "");
}

/* Three sent, the second lost and sent again. */
static void test_lost(void **state)
{
	owned(pool) pool = pool_new();

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		at("a", i, i * 100, 100, 1, NULL);
	at("b", 5, 0, 100, 0, NULL);
	at("b", 6, 200, 100, 0, NULL);
	at("a", 7, 100, 100, 1, NULL);
	at("b", 8, 100, 100, 0, NULL);
	const struct sighted_flow *flow = told(pool);
	remarks_are(flow, "a", "data 100:200: lost: it is not seen further on, towards b\ndata 100:200. sent again\n");
	remarks_are(flow, "b", "");
	assert_int_equal(flow->ladder->journeys.count, 4);
	assert_int_equal(flow->ladder->journeys.at[1].end->how, END_LOST);
	assert_null(flow->ladder->journeys.at[3].end);
	assert_string_equal(flow->ladder->journeys.at[3].packet, "data 100:200 again");
}

/* Nobody knows what came after a capture's end. */
static void test_ended(void **state)
{
	owned(pool) pool = pool_new();

	(void)state;
	at("a", 1, 0, 100, 1, NULL);
	at("b", 2, 0, 100, 0, NULL);
	at("a", 3, 100, 100, 1, NULL);
	const struct sighted_flow *flow = told(pool);
	remarks_are(flow, "a", "data 100:200. not seen at b, whose capture ends before\n");
	assert_int_equal(flow->faulty, 0);
}

static void test_merged(void **state)
{
	owned(pool) pool = pool_new();

	(void)state;
	at("a", 1, 0, 100, 2, NULL);
	at("a", 2, 100, 100, 2, NULL);
	at("b", 3, 0, 200, 1, NULL);
	at("c", 4, 0, 120, 0, NULL);
	at("c", 5, 120, 80, 0, NULL);
	const struct sighted_flow *flow = told(pool);
	remarks_are(flow, "b", "data 0:200. merged of 2 packets at a\n");
	remarks_are(flow, "c",
	            "data 0:120. cut from a larger packet at b\ndata 120:200. cut from a larger packet at b\n");
	assert_int_equal(flow->ladder->journeys.count, 2);
	assert_int_equal(flow->ladder->journeys.at[0].steps.at[2].seen->merged, 1);
	assert_int_equal(flow->ladder->journeys.at[0].steps.at[3].seen->merged, 2);
	assert_int_equal(flow->faulty, 0);
}

static void test_copied(void **state)
{
	owned(pool) pool = pool_new();

	(void)state;
	at("a", 1, 0, 100, 1, NULL);
	at("b", 2, 0, 100, 0, NULL);
	at("b", 3, 0, 100, 0, NULL);
	const struct sighted_flow *flow = told(pool);
	remarks_are(flow, "b", "data 0:100: a copy: all of it was seen here, or further on, before\n");
}

enum { LABEL_AT = 14 + 3, SRH_AT = 14 + 40, TCP_AT = SRH_AT + 40 };
static void other_octet(struct frame *frame)
{
	frame->data[TCP_AT + 20 + 7] ^= 1;
	frame_complete_checksum(frame->data, frame->length);
}

static void other_label(struct frame *frame)
{
	frame->data[LABEL_AT] = 7;
}

static void other_tag(struct frame *frame)
{
	frame->data[SRH_AT + 7] = 9;
}

static void other_segment(struct frame *frame)
{
	frame->data[SRH_AT + 8 + 16 + 9] = 9;
}

static void higher_limit(struct frame *frame)
{
	frame->data[14 + 7] = 255;
}

static void other_window(struct frame *frame)
{
	frame->data[TCP_AT + 14] ^= 1;
	frame_complete_checksum(frame->data, frame->length);
}

static const struct change {
	void (*change)(struct frame *frame);
	const char *point, *fault;
} changes[] = {
	{ other_octet, "b", "data 0:100: octet 7 of the payload is 0x" },
	{ other_label, "b", "data 0:100: flow label is 7; it was 0 at a\n" },
	{ other_tag, "b", "data 0:100: the SRH's tag is 9; it was 0 at a\n" },
	{ other_segment, "b", "data 0:100: the segment list is another than at a\n" },
	{ other_window, "b", "(TCP) is another than at a\n" },
};

static void test_changed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		owned(pool) pool = pool_new();
		begin(NULL);
		at("a", 1, 0, 100, 1, NULL);
		at("b", 2, 0, 100, 0, changes[i].change);
		const struct sighted_flow *flow = told(pool);
		owned_text text = remarks_at(flow, changes[i].point);
		if (!strstr(text, changes[i].fault))
			fail_msg("%zu: %s", i, text);
		assert_int_equal(flow->faulty, 1);
		capture_free(capture);
	}
	begin(NULL);
}

/* By the number of segments left it is further on; its hop limit is not what it can be there. */
static void test_hop_limit(void **state)
{
	owned(pool) pool = pool_new();

	(void)state;
	at("a", 1, 0, 100, 1, NULL);
	at("b", 2, 0, 100, 0, NULL);
	at("a", 3, 100, 100, 1, NULL);
	at("b", 4, 100, 100, 0, NULL);
	at("a", 5, 200, 100, 1, NULL);
	at("b", 6, 200, 100, 0, higher_limit);
	const struct sighted_flow *flow = told(pool);
	remarks_are(flow, "b", "data 200:300: hop limit is 255, more than at a, 61\n");
}

/* What no transport of ours reads is told apart by its octets behind the headers that change. */
static void test_datagrams(void **state)
{
	static const uint8_t header[8] = { 0x10, 0, 0x20, 0, 0, 108, 0, 0 };
	owned(pool) pool = pool_new();

	(void)state;
	for (int left = 1; left >= 0; left--) {
		struct packet_spec spec = data_of(0, 100, left);
		spec.protocol = IPPROTO_UDP;
		spec.header = (struct bytes){ header, sizeof header };
		spec.checksum_at = 6;
		at_spec(left ? "a" : "b", 1, &spec, NULL);
		spec.payload.data++;
		at_spec(left ? "a" : "b", 2, &spec, NULL);
	}
	struct packet_spec last = data_of(10, 100, 1);
	last.protocol = IPPROTO_UDP;
	last.header = (struct bytes){ header, sizeof header };
	last.checksum_at = 6;
	at_spec("a", 0, &last, NULL);
	const struct sighted_flow *flow = told(pool);
	remarks_are(flow, "a", "UDP of 100 octets: lost: it is not seen further on, towards b\n");
	remarks_are(flow, "b", "");
	assert_int_equal(flow->ladder->journeys.count, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, begin, end),
		cmocka_unit_test_setup_teardown(test_lost, begin, end),
		cmocka_unit_test_setup_teardown(test_ended, begin, end),
		cmocka_unit_test_setup_teardown(test_merged, begin, end),
		cmocka_unit_test_setup_teardown(test_copied, begin, end),
		cmocka_unit_test_setup_teardown(test_changed, begin, end),
		cmocka_unit_test_setup_teardown(test_hop_limit, begin, end),
		cmocka_unit_test_setup_teardown(test_datagrams, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
