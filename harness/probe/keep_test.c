/* What of a packet is kept: the first octets of a cell all, and later ones only where they are not as they were sent.
 */
#include "../../tests/scene.h"
#include "probe_internal.h"

#define PAYLOAD 32000
#define WHOLE   (33554432 / 32114) /* packets of such a payload */

static struct scene s;
static struct play play;

static int start(void **state)
{
	(void)state;
	scene_start(&s);
	play = (struct play){ .all = &play, .all_count = 1, .plan = &s.plan, .trace = s.trace };
	return 0;
}

static int end(void **state)
{
	(void)state;
	scene_end(&s);
	return 0;
}

/* As the player does it. */
static struct captured *note(struct packet_spec spec)
{
	struct captured *captured = scene_capture(&s, HOP(SRC_A0, HOP_OUT), &spec);

	captured->length = octets_to_keep(&play, captured);
	captured->view.length = (uint32_t)captured->length;
	return captured;
}

static struct packet_spec sent(uint64_t octet)
{
	struct packet_spec spec = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + (uint32_t)octet, PAYLOAD);

	spec.payload.data = pattern_at(octet);
	return spec;
}

/* Packets until the first that is not kept whole; returns its octet. */
static uint64_t fill(void)
{
	uint64_t octet = 0;

	note(scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0));
	note(scene_packet(&s, false, TCP_SYN | TCP_ACK, SERVER_ISN, 0));
	while (!note(sent(octet))->headers_only)
		octet += PAYLOAD;
	return octet;
}

static void first_ones(void **state)
{
	(void)state;
	uint64_t octet = fill();
	const struct captured *last = &s.trace->packets[s.trace->packet_count - 1];

	assert_int_equal(octet / PAYLOAD, WHOLE);
	for (size_t i = 0; i + 1 < s.trace->packet_count; i++)
		assert_int_equal(s.trace->packets[i].length, s.trace->packets[i].wire_length);
	assert_int_equal(last->length, last->wire_length - PAYLOAD);
	assert_true(last->as_sent);
	assert_int_equal(last->checksum, CHECKSUM_VALID);
	const struct packet_view view = last->view;
	assert_true(packet_layer(&view, LAYER_TCP) && view.whole);
	assert_int_equal(packet_segment_length(&view), 20 + PAYLOAD);
	assert_int_equal(packet_payload(&view).length, 0);
}

static void later_ones(void **state)
{
	(void)state;
	uint64_t octet = fill();
	struct packet_spec spec = sent(octet);
	spec.checksum = CHECKSUM_BAD;
	assert_true(note(spec)->headers_only);
	assert_int_equal(s.trace->packets[s.trace->packet_count - 1].checksum, CHECKSUM_BAD);
	spec.checksum = CHECKSUM_PARTIAL;
	assert_true(note(spec)->headers_only);
	assert_int_equal(s.trace->packets[s.trace->packet_count - 1].checksum, CHECKSUM_PARTIAL);
	/* Nothing is left out of what has no payload, and of what cannot be read. */
	assert_false(note(scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + (uint32_t)octet, 0))->headers_only);
	spec.cut = 200;
	assert_false(note(spec)->headers_only);
	/* The other way has no data: it is not as sent, whatever it is. */
	spec = scene_packet(&s, false, TCP_ACK, SERVER_ISN + 1, 1000);
	assert_false(note(spec)->headers_only);
	spec.payload.data = pattern_at(0);
	assert_true(note(spec)->headers_only);
}

/* One wrong octet, at the end of what is compared. */
static void changed(void **state)
{
	uint8_t octets[PAYLOAD];

	(void)state;
	uint64_t octet = fill();
	struct packet_spec spec = sent(octet);
	memcpy(octets, spec.payload.data, PAYLOAD);
	octets[PAYLOAD - 1] ^= 1;
	spec.payload.data = octets;
	for (size_t i = 0; i < (8 << 20) / (PAYLOAD + 114); i++) {
		const struct captured *captured = note(spec);
		assert_false(captured->headers_only);
		assert_int_equal(captured->length, captured->wire_length);
	}
	assert_true(note(spec)->headers_only); /* these are bounded too */
	assert_false(s.trace->packets[s.trace->packet_count - 1].as_sent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(first_ones, start, end),
		cmocka_unit_test_setup_teardown(later_ones, start, end),
		cmocka_unit_test_setup_teardown(changed, start, end),
	};

	return cmocka_run_group_tests_name("probe: keep", tests, NULL, NULL);
}
