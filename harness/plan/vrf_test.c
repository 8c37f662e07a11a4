/* VRFs: their lines, the routes of their tables, addresses that several nodes have; rules and routes that lead nowhere.
 */
#include "testing.h"

#define TENANTS(pe1)                                                                                                   \
	"topology: t\n"                                                                                                \
	"nodes:\n"                                                                                                     \
	"  src: {addresses: [\"fc00:5::1\"], routes: {\"::/0\": pe1}}\n"                                               \
	"  other: {addresses: [\"fc00:5::1\"]}\n"                                                                      \
	"  pe1:\n"                                                                                                     \
	"    vrfs: {red: {table: 100, ports: [a0]}, blue: {table: 200, ports: [a1]}}\n"                                \
	"    sids: {\"fc01:1::d6\": {behaviour: End.DT6, vrftable: 100}}\n" pe1                                        \
	"  pe2: {vrfs: {red: {table: 100, ports: [a0]}}, sids: {\"fc01:2::d6\": {behaviour: End.DT6, vrftable: "       \
	"100}},\n"                                                                                                     \
	"    policies: [{to: \"fc00:5::1\", vrf: red, segments: [\"fc01:1::d6\"]}]}\n"                                 \
	"  dst: {addresses: [\"fc00:d::1\"], routes: {\"::/0\": pe2}}\n"                                               \
	"links: [{ends: [src.b0, pe1.a0]}, {ends: [other.b0, pe1.a1]}, {ends: [pe1.b0, pe2.b0]}, {ends: [pe2.a0, "     \
	"dst.a0]}]\n"
#define POLICY "    policies: [{to: \"fc00:d::1\", vrf: red, segments: [\"fc01:2::d6\"]}]\n"

static size_t vrf_line_of(const struct plan *plan, const char *name, const char *table)
{
	const size_t n = node(plan, name);

	return plan->vrf_lines[table_place(plan->topology, n, table) - plan->topology->node_count];
}

static void lines(void **state)
{
	owned_made made = make(TENANTS(POLICY), CASE("", ""), 0);

	(void)state;
	assert_true(has_line(made.plan, "pe1", "link add red index 1000 type vrf table 100"));
	assert_true(has_line(made.plan, "pe1", "link add blue index 1001 type vrf table 200"));
	assert_true(has_line(made.plan, "pe2", "link add red index 1002 type vrf table 100"));
	assert_true(has_line(made.plan, "pe1", "link set dev a0 master red"));
	assert_true(has_line(made.plan, "pe1", "net.vrf.strict_mode=1"));
	assert_true(has_line(made.plan, "pe1",
	                     "route replace fc00:d::1/128 encap seg6 mode encap segs fc01:2::d6 dev b0 table 100"));
	/* Sites are reached by the table of their VRF, and by no other: pe2 has only a policy for what is behind pe1.
	 */
	assert_true(has_line(made.plan, "pe1", "route replace fc00:5::1/128 via fd00:1:1::1 dev a0 table 100"));
	assert_true(has_line(made.plan, "pe1", "route replace fc00:5::1/128 via fd00:1:2::1 dev a1 table 200"));
	assert_true(has_line(made.plan, "pe2", "route replace fc00:d::1/128 via fd00:1:4::2 dev a0 table 100"));
	assert_false(has_line(made.plan, "pe2", "route replace fc00:5::1/128 via fd00:1:3::1 dev b0"));
	assert_false(has_line(made.plan, "pe1", "route replace fc00:5::1/128 via fd00:1:1::1 dev a0"));
	assert_true(has_line(made.plan, "src", "route replace fc00:d::1/128 via fd00:1:1::2 dev b0"));
}

/* Ports are in their VRF before they have addresses, which the kernel puts into its table. */
static void order(void **state)
{
	owned_made made = make(TENANTS(POLICY), CASE("", ""), 0);
	size_t master = NOT_FOUND, address = NOT_FOUND;

	(void)state;
	for (size_t i = 0; i < made.plan->lab.count; i++) {
		const struct command *line = &made.plan->lab.commands[i];
		if (strcmp(line->text, "link set dev a0 master red") == 0 && line->node == node(made.plan, "pe1"))
			master = i;
		if (strcmp(line->text, "addr add fd00:1:1::2/64 dev a0 nodad") == 0)
			address = i;
	}
	assert_true(master < address);
}

/* Without a VRF device its cells are SKIP, and others run. */
static void needed(void **state)
{
	static const char text[] = CASE("", "axes: {to: [\"fc00:d::1\", \"fc00:e::1\"]}");
	static const char topology[] = "topology: t\nnodes:\n"
	                               "  src: {addresses: [\"fc00:5::1\"]}\n"
	                               "  pe1: {addresses: [\"fc00:e::1\"], vrfs: {red: {table: 100, ports: [b0]}},\n"
	                               "    policies: [{to: \"fc00:d::1\", segments: [\"fc01:1::d6\"]}],\n"
	                               "    sids: {\"fc01:1::d6\": {behaviour: End.DT6, vrftable: 100}}}\n"
	                               "  dst: {addresses: [\"fc00:d::1\"]}\n"
	                               "links: [{ends: [src.b0, pe1.a0]}, {ends: [pe1.b0, dst.a0]}]\n";
	owned_made across = make(topology, text, 0), beside = make(topology, text, 1);
	const size_t line = vrf_line_of(across.plan, "pe1", "100");

	(void)state;
	assert_true(across.plan->needed[line - 1]);
	assert_false(beside.plan->needed[vrf_line_of(beside.plan, "pe1", "100") - 1]);
}

/* A SID that looks in the table of a VRF of the file depends on that, beside one that gets a VRF of its own. */
static void both_kinds(void **state)
{
	static const char topology[] = "topology: t\nnodes:\n  src: {addresses: [\"fc00:5::1\"]}\n"
	                               "  pe1: {vrfs: {red: {table: 100, ports: [b0]}},\n"
	                               "    sids: {\"fc01:1::a\": {behaviour: End.DT6, table: 100},\n"
	                               "      \"fc01:1::b\": {behaviour: End.DT6, vrftable: 200}}}\n"
	                               "  dst: {addresses: [\"fc00:d::1\"]}\n"
	                               "links: [{ends: [src.b0, pe1.a0]}, {ends: [pe1.b0, dst.a0]}]\n";
	owned_made made = make(topology, CASE("", ""), 0);

	(void)state;
	assert_true(has_line(made.plan, "pe1", "link add vrf.200 type vrf table 200"));
	assert_true(
	        has_line(made.plan, "pe1", "route add fc01:1::a/128 encap seg6local action End.DT6 table 100 dev a0"));
}

static void refused(const char *topology, const char *testcase, const char *message)
{
	owned(topology) read = NULL;
	owned(testcase) made = NULL;
	struct error err = { 0 };
	owned(plan) plan = NULL;

	assert_int_equal(topology_parse(&read, "t.yaml", bytes_of(topology), &err), 0);
	assert_int_equal(testcase_parse(&made, "c.yaml", bytes_of(testcase), find, read, NULL, &err), 0);
	assert_int_equal(plan_make(&plan, made, read, 0, NULL, &err), -1);
	if (!strstr(err.text, message))
		print_error("%s", err.text);
	assert_non_null(strstr(err.text, message));
}

static void shared_addresses(void **state)
{
	static const char back[] =
	        "case: c\ntopology: t\ntraffic: {from: dst, to: \"fc00:5::1\"}\nexpect: {fate: delivered}\n";
	static const char named[] = "case: c\ntopology: t\ntraffic: {from: dst, to: \"fc00:5::1\", to_node: "
	                            "other}\nexpect: {fate: delivered}\n";
	owned_made made = make(TENANTS(POLICY), named, 0);
	const struct address address = ip6("fc00:5::1");

	(void)state;
	refused(TENANTS(POLICY), back, "more than one node of topology t has the address fc00:5::1; name `to_node`");
	assert_int_equal(made.plan->to, node(made.plan, "other"));
	assert_true(made.plan->to_is_owned);
	assert_int_equal(address_host(made.plan, &address), node(made.plan, "other"));
}

static void which_table(void **state)
{
	owned_made made = make(TENANTS("    routes: [{to: \"fc00:9::/64\", vrf: red, type: unreachable}]\n"
	                               "    rules: [{to: \"fc00:d::/64\", iif: red, table: 7, priority: 9},\n"
	                               "      {from: \"fc00:6::/64\", table: 100, priority: 10}]\n"
	                               "    policies: [{to: \"fc00:d::1\", table: 7, segments: [\"fc01:2::d6\"]}]\n"),
	                       CASE("", ""), 0);
	const size_t pe1 = node(made.plan, "pe1");
	const struct address dst = ip6("fc00:d::1"), nowhere = ip6("fc00:9::1"), none = ip6("fc00:8::1");
	const struct arrival red = { topology_interface(made.topology, pe1, "a0"), "100", ip6("fc00:5::1") };
	const struct arrival core = { topology_interface(made.topology, pe1, "b0"), NULL, ip6("fc00:5::1") };
	const struct arrival by_rule = { core.in, NULL, ip6("fc00:6::1") };

	(void)state;
	assert_string_equal(plan_table_for(made.plan, pe1, &red, &dst), "7");
	assert_null(plan_table_for(made.plan, pe1, &core, &dst));
	assert_string_equal(plan_table_for(made.plan, pe1, &red, &nowhere), "100");
	assert_null(plan_table_for(made.plan, pe1, &red, &none));
	assert_null(plan_table_for(made.plan, pe1, &core, &nowhere));
	assert_string_equal(plan_table_for(made.plan, pe1, &by_rule, &nowhere), "100");
	assert_true(has_line(made.plan, "pe1", "route add unreachable fc00:9::/64 table 100"));
	assert_true(has_line(made.plan, "pe1", "-6 rule add to fc00:d::/64 iif red lookup 7 priority 9"));
	assert_true(has_line(made.plan, "pe1", "-6 rule add from fc00:6::/64 lookup 100 priority 10"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(order),
		cmocka_unit_test(needed),
		cmocka_unit_test(both_kinds),
		cmocka_unit_test(shared_addresses),
		cmocka_unit_test(which_table),
	};

	return cmocka_run_group_tests_name("plan: VRFs", tests, NULL, NULL);
}
