/* What a NIC makes of a packet that TSO has left whole: each piece is as a sender would have built it. */
#include "testing.h"

enum { PAYLOAD = 3300, SIZE = 1000, PIECES = 4 };

static void pieces(void **state)
{
	const struct address segments[] = { address_of("fc00:1::100"), address_of("fc00:d::2") };
	uint8_t payload[PAYLOAD];

	(void)state;
	for (size_t i = 0; i < PAYLOAD; i++)
		payload[i] = (uint8_t)(i * 7);
	for (enum mode mode = MODE_PLAIN; mode < MODES; mode++) {
		struct packet_spec spec = spec_of(mode, segments, mode != MODE_PLAIN ? 2 : 0);
		spec.checksum = CHECKSUM_PARTIAL;
		spec.sequence = 0xfffffc00; /* wraps in the second piece */
		spec.tcp_flags = TCP_PSH | TCP_ACK | TCP_FIN;
		spec.payload = (struct bytes){ payload, PAYLOAD };
		owned(frame) large = built(&spec);
		for (size_t i = 0; i < PIECES; i++) {
			uint8_t *piece = zalloc(large->length);
			spec.sequence = 0xfffffc00U + (uint32_t)(i * SIZE);
			spec.tcp_flags = i + 1 < PIECES ? TCP_ACK : TCP_PSH | TCP_ACK | TCP_FIN;
			spec.payload = (struct bytes){ payload + i * SIZE, i + 1 < PIECES ? SIZE : PAYLOAD % SIZE };
			owned(frame) wanted = built(&spec);
			assert_int_equal(frame_cut(piece, (struct bytes){ large->data, large->length }, SIZE, i),
			                 wanted->length);
			struct packet_view view = packet_parse((struct bytes){ piece, wanted->length });
			assert_int_equal(packet_checksum(&view, true), CHECKSUM_PARTIAL);
			/* 0 and 0xffff are the same sum: all but the checksum is the same. */
			memcpy(piece + wanted->tcp_offset + TCP_CHECKSUM,
			       wanted->data + wanted->tcp_offset + TCP_CHECKSUM, 2);
			assert_memory_equal(piece, wanted->data, wanted->length);
			free(piece);
		}
		uint8_t none[1];
		assert_int_equal(frame_cut(none, (struct bytes){ large->data, large->length }, SIZE, PIECES), 0);
	}
}

/* CWR stays with the first, and what is no TCP packet, or not all of one, is not cut. */
static void limits(void **state)
{
	enum { FLAGS = 13, CWR = 0x80 };
	struct packet_spec spec = spec_of(MODE_PLAIN, NULL, 0);
	uint8_t piece[256];

	(void)state;
	owned(frame) frame = built(&spec);
	const struct bytes all = { frame->data, frame->length };
	frame->data[frame->tcp_offset + FLAGS] |= CWR;
	assert_true(frame_cut(piece, all, 8, 0) > 0);
	assert_int_equal(piece[frame->tcp_offset + FLAGS] & CWR, CWR);
	assert_true(frame_cut(piece, all, 8, 1) > 0);
	assert_int_equal(piece[frame->tcp_offset + FLAGS] & CWR, 0);
	assert_int_equal(frame_cut(piece, all, 0, 0), 0);
	assert_int_equal(frame_cut(piece, (struct bytes){ frame->data, frame->length - 1 }, 8, 0), 0);
	assert_int_equal(frame_cut(piece, (struct bytes){ frame->data, 20 }, 8, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(pieces), cmocka_unit_test(limits) };

	return cmocka_run_group_tests_name("packet: cut", tests, NULL, NULL);
}
