/* What a service does to a frame, and what it must leave alone. */
#include "testing.h"

static void test_advance_to_the_end(void **state)
{
	struct address segments[] = { address_of("fc00:1::100"), address_of("fc00:1::200") };

	(void)state;
	for (enum mode mode = MODE_INLINE; mode <= MODE_ENCAP; mode++) {
		struct packet_spec spec = spec_of(mode, segments, 2);
		owned(frame) frame = built(&spec);
		struct packet_view before = seen(frame);
		for (unsigned left = srh_in(&before).segments_left; left-- > 0;) {
			assert_true(frame_advance(frame->data, frame->length));
			struct packet_view view = seen(frame);
			assert_int_equal(srh_in(&view).segments_left, left);
			struct address next = to(&view);
			assert_memory_equal(next.octets, srh_in(&view).segment_list.data + 16 * left, 16);
			assert_int_equal(ip_hop_limit(&view, packet_ip(&view)), 64);
			assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
		}
		assert_false(frame_advance(frame->data, frame->length));
		struct packet_view after = seen(frame);
		struct address end = final_in(&before);
		assert_address(final_in(&after), &end);
		/* Built with that many left, it is the same frame. */
		spec.segments_left = 0;
		owned(frame) direct = built(&spec);
		assert_int_equal(direct->length, frame->length);
		assert_memory_equal(direct->data, frame->data, frame->length);
	}
}

/* A reduced SRH: the first segment is in the destination only, and segments left is last entry + 1. */
static void test_advance_reduced(void **state)
{
	struct address segments[] = { address_of("fc00:1::200"), address_of("fc00:1::d6") };
	struct packet_spec spec = spec_of(MODE_ENCAP, segments, 2);

	(void)state;
	spec.segments_left = 2;
	owned(frame) frame = built(&spec);
	assert_true(frame_advance(frame->data, frame->length));
	struct packet_view view = seen(frame);
	assert_int_equal(srh_in(&view).segments_left, 1);
	assert_address(to(&view), &segments[0]);
}

static void test_leaves_alone(void **state)
{
	struct address segment = address_of("fc00:1::100");
	struct packet_spec specs[] = { spec_of(MODE_PLAIN, NULL, 0), spec_of(MODE_ENCAP, NULL, 0),
		                       spec_of(MODE_INLINE, &segment, 1), spec_of(MODE_INLINE, &segment, 1) };

	(void)state;
	specs[2].segments_left = 0;
	specs[3].routing_type = 2;
	for (size_t i = 0; i < COUNT(specs); i++) {
		owned(frame) frame = built(&specs[i]);
		owned(frame) same = built(&specs[i]);
		assert_false(frame_advance(frame->data, frame->length));
		assert_memory_equal(frame->data, same->data, frame->length);
	}
	assert_false(frame_advance(NULL, 0));
}

static void test_complete(void **state)
{
	struct address segments[] = { address_of("fc00:1::100"), address_of("fc00:1::200") };

	(void)state;
	for (size_t i = 0; i < MODES * 3; i++) {
		struct packet_spec spec = spec_of((enum mode)(i % MODES), segments, 2);
		spec.payload.length -= i / MODES; /* odd and even */
		owned(frame) valid = built(&spec);
		spec.checksum = i / MODES == 2 ? CHECKSUM_BAD : CHECKSUM_PARTIAL;
		owned(frame) frame = built(&spec);
		assert_true(frame_complete_checksum(frame->data, frame->length));
		assert_memory_equal(frame->data, valid->data, frame->length);
		assert_false(frame_complete_checksum(frame->data, frame->length - 1));
	}
	assert_false(frame_complete_checksum(NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_advance_to_the_end),
		cmocka_unit_test(test_advance_reduced),
		cmocka_unit_test(test_leaves_alone),
		cmocka_unit_test(test_complete),
	};

	return cmocka_run_group_tests_name("packet: service", tests, NULL, NULL);
}
