/* What a plain listener holds of packets, beside what was captured of them. */
#include "../../tests/scene.h"
#include "probe_internal.h"

static struct scene s;
static const size_t hop = HOP(R1_A1, HOP_IN);

static int start(void **state)
{
	(void)state;
	scene_start(&s);
	for (unsigned i = 0; i < 3; i++) {
		struct packet_spec spec = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + i * 100, 100);
		scene_capture(&s, hop, &spec);
		scene_capture(&s, HOP(R1_B0, HOP_OUT), &spec);
	}
	return 0;
}

static int end(void **state)
{
	(void)state;
	scene_end(&s);
	return 0;
}

/* The copy of the packet that was captured there as number `packet`, counted over both hops; complaints so far. */
static size_t compare(size_t packet, size_t *next, size_t changed, size_t cut)
{
	const struct captured *captured = &s.trace->packets[packet];
	uint8_t copy[1000];

	assert_in_range(captured->length, 1, sizeof copy);
	memcpy(copy, captured->data, captured->length);
	for (size_t i = 0; i < changed; i++)
		copy[38 + i] ^= 0x10;
	copy_compare(s.trace, "r1.a0", captured->hop, next, (struct bytes){ copy, captured->length - cut });
	return s.trace->complaint_count;
}

static void unchanged(void **state)
{
	size_t next = 0, swapped = 0;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(compare(2 * i, &next, 0, 0), 0);
	assert_int_equal(compare(0, &next, 0, 0), 0); /* more than were captured */
	assert_int_equal(compare(2, &swapped, 0, 0), 0);
	assert_int_equal(compare(0, &swapped, 0, 0), 0);
}

static void changed(void **state)
{
	size_t next = 0;

	(void)state;
	assert_int_equal(compare(0, &next, 0, 0), 0);
	assert_int_equal(compare(2, &next, 3, 0), 1);
	owned_text text =
	        text_format("r1.a0: a packet was changed while a listener held it: octet 38 was 0x%02x, is 0x%02x; "
	                    "3 in all",
	                    s.trace->packets[2].data[38], s.trace->packets[2].data[38] ^ 0x10);
	assert_string_equal(s.trace->complaints[0], text);
	assert_int_equal(compare(4, &next, 0, 1), 2);
	assert_non_null(strstr(s.trace->complaints[1], "octets it has "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(unchanged, start, end),
		cmocka_unit_test_setup_teardown(changed, start, end),
	};

	return cmocka_run_group_tests_name("probe: a second listener", tests, NULL, NULL);
}
