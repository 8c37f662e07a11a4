/* A link that joins more than two nodes, which no file can say yet: whom it leads to, and what its lines are. */
#include "testing.h"

#define TWO                                                                                                            \
	"topology: t\n"                                                                                                \
	"nodes: {src: {}, r1: {sids: {\"fc00:1::100\": {behaviour: End.X, nh6: \"fe80::68:63ff:fe00:3\", oif: "        \
	"a0}}},\n"                                                                                                     \
	"  r2: {sids: {\"fc00:2::100\": End, \"fc00:2::1\": {behaviour: End.X, nh6: r1}}},\n"                          \
	"  dst: {addresses: \"fc00:d::1\"}}\n"                                                                         \
	"links: [{ends: [src.a0, r1.a0]}, {ends: [r2.a0, dst.a0]}, {ends: [r1.b0, r2.b0]}]\n"

/* The first two links of TWO become one. */
static void join(struct topology *topology)
{
	topology->links[0].count = 4;
	topology->links[1] = topology->links[2];
	topology->link_count = 2;
	for (size_t i = 0; i < topology->interface_count; i++)
		topology->interfaces[i].link = i >= 4;
}

static struct made lan(const char *testcase)
{
	struct made made = { 0 };
	struct error err = { 0 };

	assert_int_equal(topology_parse(&made.topology, "t.yaml", bytes_of(TWO), &err), 0);
	join(made.topology);
	assert_int_equal(testcase_parse(&made.testcase, "c.yaml", bytes_of(testcase), find, made.topology, NULL, &err),
	                 0);
	assert_int_equal(plan_make(&made.plan, made.testcase, made.topology, 0, NULL, &err), 0);
	assert_int_equal(err.count, 0);
	return made;
}

enum { SRC_A0, R1_A0, R2_A0, DST_A0, R1_B0, R2_B0 };

static void others(void **state)
{
	owned_made made = lan(CASE("", ""));
	const struct topology *topology = made.topology;
	struct crossing over;
	size_t seen = 0;

	(void)state;
	FOR_EACH_OTHER (other, topology, R2_A0) {
		assert_true(other == SRC_A0 || other == R1_A0 || other == DST_A0);
		seen++;
	}
	assert_int_equal(seen, 3);
	assert_int_equal(link_peer(topology, R2_A0), NOT_FOUND);
	assert_int_equal(link_peer(topology, R2_B0), R1_B0);
	assert_int_equal(link_peer(topology, R1_B0), R2_B0);
	assert_int_equal(link_position(topology, DST_A0), 3);
	assert_int_equal(link_position(topology, R2_B0), 1);
	assert_true(topology_crossing(&over, topology, 3, 0));
	assert_int_equal(over.out, DST_A0);
	assert_int_equal(over.in, SRC_A0);
	assert_true(topology_crossing(&over, topology, 1, 2)); /* two links join them: the first */
	assert_int_equal(over.out, R1_A0);
	assert_int_equal(over.in, R2_A0);
	assert_false(topology_crossing(&over, topology, 1, 1));
	assert_false(topology_crossing(&over, topology, 1, NOT_FOUND));
}

static void addresses(void **state)
{
	static const char *const wanted[] = { "fd00:1:1::1", "fd00:1:1::2", "fd00:1:1::3",
		                              "fd00:1:1::4", "fd00:1:2::1", "fd00:1:2::2" };
	owned_made made = lan(CASE("", ""));

	(void)state;
	for (size_t i = 0; i < COUNT(wanted); i++)
		assert_address(&made.plan->interfaces[i].address, wanted[i]);
}

static void leads(void **state)
{
	static const struct {
		const char *from, *to, *way;
	} rows[] = {
		{ "src", "fc00:d::1", "src dst" }, { "src", "fc00:1::100", "src r1" },
		{ "src", "fc00:2::100", "src" },   { "r1", "fc00:2::100", "r1 r2" },
		{ "r2", "fc00:d::1", "r2 dst" },   { "dst", "fd00:1:1::1", "dst src" },
	};
	owned_made made = lan(SEGMENTS("\"fc00:1::100\", \"fc00:2::100\""));

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text text = way(made.plan, rows[i].from, rows[i].to);
		assert_string_equal(text, rows[i].way);
	}
}

static size_t lines_with(const struct plan *plan, size_t node, const char *part)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->lab.count; i++)
		count += plan->lab.commands[i].node == node && strstr(plan->lab.commands[i].text, part);
	return count;
}

static void neighbours(void **state)
{
	owned_made made = lan(SEGMENTS("\"fc00:1::100\", \"fc00:2::1\""));
	const struct plan *plan = made.plan;
	const struct address one = ip6("fd00:1:1::4"), nobody = ip6("fd00:1:1::5");

	(void)state;
	for (size_t n = 0; n < 4; n++) {
		assert_int_equal(lines_with(plan, n, "neigh"), n == 1 ? 7 : n == 2 ? 4 : 3);
		assert_int_equal(lines_with(plan, n, "addr add fd00:1:1::"), 1);
	}
	assert_int_equal(lines_with(plan, 0, "fd00:1:1::3 lladdr 02:68:63:00:00:02 nud permanent dev a0"), 1);
	assert_int_equal(lines_with(plan, 1, "fe80::68:63ff:fe00:3 lladdr 02:68:63:00:00:03 nud permanent dev a0"), 1);
	assert_int_equal(lines_with(plan, 1, "route append fe80::/64 dev a0"), 1);
	assert_int_equal(lines_with(plan, 2, "encap seg6local action End.X nh6 fd00:1:1::2 "), 1);
	assert_int_equal(lines_with(plan, 0, "route replace fc00:2::1/128 via fd00:1:1::3 dev a0"), 0);
	assert_int_equal(lines_with(plan, 1, "route replace fc00:2::1/128 via fd00:1:1::3 dev a0"), 1);
	/* behind r1's next hop, which is dst */
	assert_int_equal(lines_with(plan, 3, "route replace fc00:2::1/128 via fd00:1:1::3 dev a0"), 1);
	assert_false(plan_lacks_neighbour(plan, 0, NULL, &one));
	assert_true(plan_lacks_neighbour(plan, 0, NULL, &nobody));
	const struct address local = ip6("fe80::68:63ff:fe00:3"), other = ip6("fe80::68:63ff:fe00:5");
	assert_false(plan_lacks_neighbour(plan, 1, "a0", &local));
	assert_true(plan_lacks_neighbour(plan, 1, "a0", &other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(others),
		cmocka_unit_test(addresses),
		cmocka_unit_test(leads),
		cmocka_unit_test(neighbours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
