/* What an SRH may be, and what RFC 8754 2 and seg6_validate_srh() reject. */
#include "testing.h"

struct vector {
	const char *fault; /* NULL: none */
	int segments_left, last_entry, type, length, cut;
	const char *tlvs;
};

enum { A = FIELD_AUTO };

/* Two entries on the wire: last entry 1, Hdr Ext Len 4 without TLVs. */
static const struct vector vectors[] = {
	{ NULL, A, A, A, A, 0, "" },
	{ NULL, 0, A, A, A, 0, "" },
	{ NULL, 2, A, A, A, 0, "" }, /* a reduced SRH on its way to its first segment */
	{ "segments left is beyond last entry", 3, A, A, A, 0, "" },
	{ "segments left is beyond last entry", 255, A, A, A, 0, "" },
	{ "last entry is beyond the header's length", A, 2, A, A, 0, "" },
	{ "last entry is beyond the header's length", A, 255, A, A, 0, "" },
	{ "last entry is beyond the header's length", A, A, A, 3, 0, "" },
	{ "last entry is beyond the header's length", A, A, A, 0, 0, "" },
	{ "the routing type is not 4", A, A, 0, A, 0, "" },
	{ "the routing type is not 4", A, A, 3, A, 0, "" },
	{ "the header is longer than its packet", A, A, A, 255, 0, "" },
	{ "the header is cut short", A, A, A, A, 40 + 39, "" },
	{ NULL, A, A, A, A, 40 + 40, "" },
	{ NULL, A, A, A, A, 0, "0506aabbccddeeff" },
	{ NULL, A, A, A, A, 0, "000000" },
	{ NULL, A, A, A, A, 0, "0400" },
	{ "a TLV is longer than the header", A, A, A, A, 0, "0507aabbccddeeff" },
	{ "a TLV is longer than the header", A, A, A, A, 0, "0000000000000005" },
	{ "a TLV is longer than the header", A, A, A, A, 0, "0504aabbccdd0501" },
};

static void test_faults(void **state)
{
	struct address segment = address_of("fc00:1::100");

	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		const struct vector *vector = &vectors[i];
		uint8_t buffer[64];
		struct packet_spec spec = spec_of(MODE_INLINE, &segment, 1);
		spec.tlvs = octets_of(vector->tlvs, buffer, sizeof buffer);
		spec.segments_left = vector->segments_left;
		spec.last_entry = vector->last_entry;
		spec.routing_type = vector->type;
		spec.srh_length = vector->length;
		spec.cut = vector->cut;
		owned(frame) frame = built(&spec);
		struct packet_view view = seen(frame);
		assert_true(srh_in(&view).present);
		if (!vector->fault)
			assert_null(srh_in(&view).fault);
		else
			assert_string_equal(srh_in(&view).fault, vector->fault);
		/* A service leaves what is faulty alone. */
		if (vector->fault)
			assert_false(frame_advance(frame->data, frame->length));
	}
}

static void test_view(void **state)
{
	struct address segments[] = { address_of("fc00:1::100"), address_of("fc00:1::200") };
	struct packet_spec spec = spec_of(MODE_INLINE, segments, 2);
	static const uint8_t tlv[] = { 5, 1, 0xaa };

	(void)state;
	spec.tag = 0x1234;
	spec.srh_flags = 0x20;
	spec.segments_left = 1;
	spec.tlvs = (struct bytes){ tlv, sizeof tlv };
	owned(frame) frame = built(&spec);
	struct packet_view view = seen(frame);
	assert_int_equal(srh_in(&view).offset, 54);
	assert_int_equal(srh_in(&view).next_header, IPPROTO_TCP);
	assert_int_equal(srh_in(&view).length, 7);
	assert_int_equal(srh_in(&view).type, 4);
	assert_int_equal(srh_in(&view).segments_left, 1);
	assert_int_equal(srh_in(&view).last_entry, 2);
	assert_int_equal(srh_in(&view).flags, 0x20);
	assert_int_equal(srh_in(&view).tag, 0x1234);
	assert_int_equal(srh_in(&view).segment_list.length, 48);
	assert_memory_equal(srh_in(&view).segment_list.data, spec.destination.octets, 16);
	assert_memory_equal(srh_in(&view).segment_list.data + 16, segments[1].octets, 16);
	assert_memory_equal(srh_in(&view).segment_list.data + 32, segments[0].octets, 16);
	assert_address(to(&view), &segments[1]);
	static const uint8_t padded[] = { 5, 1, 0xaa, 4, 3, 0, 0, 0 };
	assert_int_equal(srh_in(&view).tlvs.length, sizeof padded);
	assert_memory_equal(srh_in(&view).tlvs.data, padded, sizeof padded);
	assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_faults), cmocka_unit_test(test_view) };

	return cmocka_run_group_tests_name("packet: srh", tests, NULL, NULL);
}
