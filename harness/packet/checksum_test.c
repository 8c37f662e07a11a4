/* Sums against the example of RFC 1071 3, and states against frames. */
#include "testing.h"

static void test_rfc1071(void **state)
{
	static const uint8_t example[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

	(void)state;
	assert_int_equal(sum_fold(sum_add(0, (struct bytes){ example, 8 })), 0xddf2);
	assert_int_equal(sum_fold(sum_add(0, (struct bytes){ example, 7 })), 0xdcfb);
	assert_int_equal(sum_fold(sum_add(0, (struct bytes){ NULL, 0 })), 0);
	uint32_t half = sum_add(0, (struct bytes){ example, 4 });
	assert_int_equal(sum_fold(sum_add(half, (struct bytes){ example + 4, 4 })), 0xddf2);
	assert_int_equal(sum_fold(0xffffffff), 0xffff);
}

static void test_no_overflow(void **state)
{
	size_t size = 1 << 20;
	uint8_t *ones = zalloc(size);
	uint32_t sum = 0xffffffff;

	(void)state;
	memset(ones, 0xff, size);
	for (int i = 0; i < 16; i++)
		sum = sum_add(sum, (struct bytes){ ones, size });
	assert_int_equal(sum_fold(sum), 0xffff);
	free(ones);
}

/* The pseudo-header laid out as RFC 8200 8.1 draws it, summed as bytes. */
static void test_pseudo(void **state)
{
	struct address source = address_of("fc00:a::1"), destination = address_of("fc00:d::1");
	uint8_t drawn[40] = { 0 };

	(void)state;
	memcpy(drawn, source.octets, 16);
	memcpy(drawn + 16, destination.octets, 16);
	for (uint32_t length = 20; length < 300000; length += 7777) {
		write32(drawn + 32, length);
		drawn[39] = IPPROTO_TCP;
		assert_int_equal(sum_fold(sum_pseudo(&source, &destination, length, IPPROTO_TCP)),
		                 sum_fold(sum_add(0, (struct bytes){ drawn, sizeof drawn })));
	}
}

static void test_states(void **state)
{
	static const struct {
		enum checksum built;
		bool needs_csum;
		enum checksum seen;
	} vectors[] = {
		{ CHECKSUM_VALID, false, CHECKSUM_VALID },    { CHECKSUM_VALID, true, CHECKSUM_BAD },
		{ CHECKSUM_PARTIAL, true, CHECKSUM_PARTIAL }, { CHECKSUM_PARTIAL, false, CHECKSUM_BAD },
		{ CHECKSUM_BAD, false, CHECKSUM_BAD },        { CHECKSUM_BAD, true, CHECKSUM_BAD },
	};
	struct address segments[] = { address_of("fc00:1::100"), address_of("fc00:1::200") };

	(void)state;
	for (size_t i = 0; i < COUNT(vectors) * MODES; i++) {
		struct packet_spec spec = spec_of((enum mode)(i % MODES), segments, 2);
		spec.checksum = vectors[i / MODES].built;
		owned(frame) frame = built(&spec);
		struct packet_view view = seen(frame);
		assert_int_equal(packet_checksum(&view, vectors[i / MODES].needs_csum), vectors[i / MODES].seen);
	}
}

/* What GRO did up to 4.12 and a careless service does: the sum over the current segment is wrong. */
static void test_current_segment_is_not_final(void **state)
{
	struct address segment = address_of("fc00:1::100");
	struct packet_spec spec = spec_of(MODE_INLINE, &segment, 1);
	owned(frame) frame = built(&spec);
	struct packet_view view = seen(frame);

	(void)state;
	uint16_t field =
	        sum_fold(sum_pseudo(&spec.source, &segment, (uint32_t)packet_segment_length(&view), IPPROTO_TCP));
	write16(frame->data + tcp_at(&view) + TCP_CHECKSUM, field);
	view = seen(frame);
	assert_int_equal(packet_checksum(&view, true), CHECKSUM_BAD);
}

/* A list that GRO made has the checksum of its first packet, whole or partial. */
static void test_list(void **state)
{
	static const uint8_t octets[3000] = { 7, 1, 3 };
	struct address segments[] = { address_of("fc00:1::100"), address_of("fc00:1::200") };

	(void)state;
	for (size_t i = 0; i < 2 * (size_t)MODES; i++) {
		const bool partial = i % 2;
		struct packet_spec spec = spec_of((enum mode)(i / 2), segments, 2);
		spec.checksum = partial ? CHECKSUM_PARTIAL : CHECKSUM_VALID;
		spec.payload = (struct bytes){ octets, 1000 };
		owned(frame) first = built(&spec);
		spec.payload.length = 2500;
		owned(frame) list = built(&spec);
		memcpy(list->data + list->tcp_offset + TCP_CHECKSUM, first->data + first->tcp_offset + TCP_CHECKSUM, 2);
		struct packet_view view = seen(list);
		assert_int_equal(packet_checksum(&view, partial), CHECKSUM_BAD);
		assert_int_equal(packet_list_checksum(&view, partial, 1000), spec.checksum);
		assert_int_equal(packet_list_checksum(&view, partial, 1002), CHECKSUM_BAD);
		assert_int_equal(packet_list_checksum(&view, partial, 0), CHECKSUM_BAD);
		view = seen(first);
		assert_int_equal(packet_list_checksum(&view, partial, 1000), spec.checksum);
	}
}

/* What is not there cannot be summed: never anything but bad, and nothing beyond the frame is read. */
static void test_cut(void **state)
{
	struct packet_spec spec = spec_of(MODE_PLAIN, NULL, 0);

	(void)state;
	spec.checksum = CHECKSUM_PARTIAL;
	owned(frame) frame = built(&spec);
	uint8_t *cut = zalloc(frame->length - 1);
	memcpy(cut, frame->data, frame->length - 1);
	struct packet_view view = packet_parse((struct bytes){ cut, frame->length - 1 });
	assert_true(has_tcp(&view) && !view.whole);
	assert_int_equal(packet_checksum(&view, true), CHECKSUM_BAD);
	assert_int_equal(packet_checksum(&view, false), CHECKSUM_BAD);
	free(cut);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc1071),
		cmocka_unit_test(test_no_overflow),
		cmocka_unit_test(test_pseudo),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_current_segment_is_not_final),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests_name("packet: checksum", tests, NULL, NULL);
}
