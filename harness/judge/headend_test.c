/* What left the headend against what the plan's route makes. */
#include "../../tests/scene.h"

/* After the scene's: cmocka's fail() is a macro. */
#include "judge.h"

static struct address other;

static char *contradiction(const struct scene *s)
{
	owned(evidence) evidence = evidence_make(&s->plan, s->trace);

	return headend_contradicts(evidence);
}

/* A connection that left `wire` when the plan says `planned`, with the plan's segment or another. */
static char *left(enum mode planned, enum mode wire, bool other_segment)
{
	struct scene s;

	scene_start(&s);
	s.plan.traffic.mode = wire;
	s.plan.traffic.segments[MODE_ENCAP] = s.plan.traffic.segments[MODE_IP6IP6] =
	        s.plan.traffic.segments[MODE_INLINE];
	struct packet_spec spec = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	spec.outer_source = s.plan.from_address;
	if (other_segment)
		spec.segments = &other;
	scene_send(&s, true, spec, 1);
	s.plan.traffic.mode = planned;
	char *how = contradiction(&s);
	scene_end(&s);
	return how;
}

static void modes(void **state)
{
	(void)state;
	other = ip6("fc00:9::9");
	for (int planned = 0; planned < MODES; planned++) {
		for (int wire = 0; wire < MODES; wire++) {
			owned_text how = left(planned, wire, false);
			assert_int_equal(how != NULL, planned != wire);
		}
		owned_text how = left(planned, planned, true);
		assert_int_equal(how != NULL, planned != MODE_PLAIN);
	}
	owned_text plain = left(MODE_INLINE, MODE_PLAIN, false);
	assert_string_equal(plain, "mode is inline and src pushed no SRH onto what it sent");
	owned_text encap = left(MODE_INLINE, MODE_ENCAP, false);
	assert_non_null(
	        strstr(encap, "mode is inline and what left src is encapsulated, with the segments fc00:1::100"));
	owned_text list = left(MODE_INLINE, MODE_INLINE, true);
	assert_non_null(strstr(list, "has an SRH inserted, with the segments fc00:9::9,fd00:2::2"));
}

/* One segment more than the plan's, or one less. */
static void lengths(void **state)
{
	struct scene s;
	struct address two[] = { ip6("fc00:1::100"), ip6("fc00:9::9") };

	(void)state;
	for (size_t count = 0; count <= 2; count++) {
		scene_start(&s);
		struct packet_spec spec = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
		spec.segments = two;
		spec.segment_count = count;
		scene_send(&s, true, spec, 1);
		owned_text how = contradiction(&s);
		assert_int_equal(how != NULL, count != 1);
		scene_end(&s);
	}
}

/* What other nodes send, what comes by again, and a segment of the headend's own say nothing. */
static void elsewhere(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	assert_null(contradiction(&s));
	s.plan.traffic.mode = MODE_PLAIN;
	struct packet_spec again = scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 1, 1000);
	struct packet_spec first = scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 9001, 1000);
	s.plan.traffic.mode = MODE_INLINE;
	scene_capture(&s, HOP(R1_B0, HOP_OUT), &again);
	assert_null(contradiction(&s));
	scene_capture(&s, HOP(SRC_A0, HOP_OUT), &first);
	owned_text how = contradiction(&s);
	assert_non_null(how);
	s.plan.headend = R1; /* whose SID the first segment is */
	assert_null(contradiction(&s));
	s.plan.headend = SRC;
	s.plan.traffic.generator = GENERATOR_CRAFTED; /* the harness built the header, malformed perhaps on purpose */
	assert_null(contradiction(&s));
	scene_end(&s);
}

static void comes_by_again(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	s.plan.traffic.mode = MODE_PLAIN;
	struct packet_spec again = scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 3001, 1000);
	s.plan.traffic.mode = MODE_INLINE;
	scene_capture(&s, HOP(SRC_A0, HOP_OUT), &again);
	assert_null(contradiction(&s));
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes),
		cmocka_unit_test(lengths),
		cmocka_unit_test(elsewhere),
		cmocka_unit_test(comes_by_again),
	};

	return cmocka_run_group_tests_name("headend", tests, NULL, NULL);
}
