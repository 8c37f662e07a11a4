/* What RFC 8986 has a SID of r1 make of a packet, by its flavors: where no kernel at hand has one, its packets are
 * judged all the same. */
#include "course.h"

#include "../../tests/scene.h"

static struct scene s;

static int start(void **state)
{
	(void)state;
	scene_start(&s);
	return 0;
}

static int end(void **state)
{
	(void)state;
	scene_end(&s);
	return 0;
}

/* An encapsulated packet whose list, if it has one, ends at the SID, or has one more segment left. */
static struct course through(enum mode mode, const char *flavors, int left)
{
	static struct address list[2];

	list[0] = s.segment;
	list[1] = ip6("fc00:2::100");
	s.sid.flavors = (char *)flavors;
	struct packet_spec spec = scene_packet(&s, true, TCP_ACK, CLIENT_ISN, 100);
	spec.mode = mode;
	spec.outer_source = s.plan.from_address;
	spec.segments = list;
	spec.segment_count = left > 0 ? 2 : 1;
	spec.segments_left = mode == MODE_ENCAP_RED ? FIELD_AUTO : left;
	return course_through(&s.plan, R1, scene_capture(&s, HOP(R1_A1, HOP_IN), &spec));
}

/* 4.16.3: at the end the outer header goes, and what is inside is forwarded to where it was sent. */
static void usd(void **state)
{
	static const char *const flavors[] = { "usd", "psp,usd", "psp,usp,usd" };
	static const enum mode modes[] = { MODE_ENCAP, MODE_ENCAP_RED };

	(void)state;
	for (size_t i = 0; i < COUNT(flavors); i++)
		for (size_t m = 0; m < COUNT(modes); m++) {
			const struct course course = through(modes[m], flavors[i], 0);
			assert_true(course.known);
			assert_int_equal(course.removed, 1);
			assert_int_equal(course.taken[1], 1);
			assert_int_equal(course.change, COURSE_KEEPS);
			assert_true(address_same(&course.destination, &s.plan.traffic.to));
		}
	/* Not before the end. */
	const struct course before = through(MODE_ENCAP, "usd", 1);
	assert_true(before.known);
	assert_int_equal(before.removed, 0);
	assert_int_equal(before.left, 0);
	assert_int_equal(before.taken[0], 1);
}

/* Without the flavor a list that ends here leads nowhere (4.1: upper-layer headers, which a node may process or not).
 */
static void none(void **state)
{
	static const char *const flavors[] = { NULL, "psp", "usp" };

	(void)state;
	for (size_t i = 0; i < COUNT(flavors); i++)
		assert_false(through(MODE_ENCAP, flavors[i], 0).known);
}

/* 4.16.1: at the segment before the last the SRH goes. */
static void psp(void **state)
{
	(void)state;
	assert_true(through(MODE_ENCAP, "psp", 1).srh_removed);
	assert_false(through(MODE_ENCAP, "usp", 1).srh_removed);
	assert_false(through(MODE_ENCAP, "usd", 1).srh_removed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(usd, start, end),
		cmocka_unit_test_setup_teardown(none, start, end),
		cmocka_unit_test_setup_teardown(psp, start, end),
	};

	return cmocka_run_group_tests_name("judge: courses", tests, NULL, NULL);
}
