/* Routes with several next hops, next hops by address, and links with link-local addresses only. */
#include "testing.h"

/* src - r1 - r2 or r3 - r4 - dst; the links of r3 have link-local addresses only. */
#define PATHS(routes)                                                                                                  \
	"topology: t\n"                                                                                                \
	"nodes:\n"                                                                                                     \
	"  src: {addresses: [\"fc00:5::1\"]}\n"                                                                        \
	"  r1: {addresses: [\"fc00:a1::1\"], routes: " routes ", policies: [{to: \"fc00:a3::1\", segments: "           \
	"[\"fc00:3::100\"]}],\n"                                                                                       \
	"    sids: {\"fc00:1::3\": {behaviour: End.X, nh6: r3, oif: c0}}}\n"                                           \
	"  r2: {}\n"                                                                                                   \
	"  r3: {addresses: [\"fc00:a3::1\"], sids: {\"fc00:3::100\": End}}\n"                                          \
	"  r4: {}\n"                                                                                                   \
	"  dst: {addresses: [\"fc00:d::1\", \"10.0.2.1\"]}\n"                                                          \
	"links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0]}, {ends: [r2.b0, r4.b0]}, {ends: [r4.a0, dst.a0]},\n"  \
	"  {ends: [r1.c0, r3.a0], addresses: link-local}, {ends: [r3.b0, r4.c0], addresses: link-local}]\n"

#define R3_A0 "fe80::68:63ff:fe00:9"

static void several(void **state)
{
	owned_made made = make(PATHS("{\"fc00:d::/32\": [r2, {via: r3, weight: 3}]}"), CASE("", ""), 0);

	(void)state;
	assert_true(has_line(made.plan, "r1",
	                     "route add fc00:d::/32 nexthop via fd00:1:2::2 dev b0 weight 1 nexthop via " R3_A0
	                     " dev c0 weight 3"));
	/* A longer prefix with one next hop would take it away from the others. */
	for (size_t i = 0; i < made.plan->lab.count; i++)
		assert_null(made.plan->lab.commands[i].node == node(made.plan, "r1")
		                    ? strstr(made.plan->lab.commands[i].text, "fc00:d::1/128")
		                    : NULL);
	/* On from each of them. */
	assert_true(has_line(made.plan, "r2", "route replace fc00:d::1/128 via fd00:1:3::2 dev b0"));
	assert_true(has_line(made.plan, "r3", "route replace fc00:d::1/128 via fe80::68:63ff:fe00:b dev b0"));
	assert_true(has_line(made.plan, "src", "route replace fc00:d::1/128 via fd00:1:1::2 dev b0"));
}

static void by_address(void **state)
{
	owned_made made = make(PATHS("[{to: \"fc00:d::/32\", via: \"" R3_A0 "\", oif: c0, table: 7},\n"
	                             "    {to: \"fc00:f::/32\", via: \"fd00:1:2::2\"}]"),
	                       CASE("", ""), 0);

	(void)state;
	assert_true(has_line(made.plan, "r1", "route add fc00:d::/32 via " R3_A0 " dev c0 table 7"));
	assert_true(has_line(made.plan, "r1", "route add fc00:f::/32 via fd00:1:2::2 dev b0"));
}

static void link_local(void **state)
{
	owned_made made = make(PATHS("{\"fc00:d::/32\": r3}"),
	                       "case: c\ntopology: t\ntraffic: {from: src, to: \"fc00:a3::1\"}\n"
	                       "expect: {fate: delivered}\n",
	                       0);
	const struct address to = ip6("fc00:a3::1");
	const size_t r1 = node(made.plan, "r1"), c0 = topology_interface(made.plan->topology, r1, "c0");

	(void)state;
	assert_true(has_line(made.plan, "r1", "addr add fe80::68:63ff:fe00:8/64 dev c0 nodad"));
	assert_true(has_line(made.plan, "r1", "neigh add " R3_A0 " lladdr 02:68:63:00:00:09 nud permanent dev c0"));
	assert_true(has_line(made.plan, "r1",
	                     "route add fc00:1::3/128 encap seg6local action End.X nh6 " R3_A0 " oif c0 dev a0"));
	assert_int_equal(port_address(made.plan, c0, AF_INET6)->family, AF_UNSPEC);
	const struct address gateway = port_gateway(made.plan, c0, AF_INET6);
	assert_address(&gateway, "fe80::68:63ff:fe00:8");
	assert_false(has_line(made.plan, "r2", "addr add fe80::68:63ff:fe00:3/64 dev a0 nodad"));
	/* Of several addresses that it has the kernel chooses one. */
	const struct plan_policy *policy = plan_policy_for(made.plan, r1, NULL, &to);
	assert_int_equal(policy->source.family, AF_UNSPEC);
}

static char *refused(const char *routes)
{
	owned_text text = text_format(PATHS("%s"), routes);
	struct made made = { 0 };
	struct error err = { 0 };

	if (topology_parse(&made.topology, "t.yaml", bytes_of(text), &err) == 0 &&
	    testcase_parse(&made.testcase, "c.yaml", bytes_of(CASE("", "")), find, made.topology, NULL, &err) == 0)
		plan_make(&made.plan, made.testcase, made.topology, 0, NULL, &err);
	assert_null(made.plan);
	made_free(&made);
	return text_copy(err.text);
}

static void errors(void **state)
{
	static const struct {
		const char *routes, *says;
	} rows[] = {
		{ "{\"fc00:d::/32\": {via: \"fe80::1\"}}",
		  "t.yaml:4:65: the next hop fe80::1 is link-local, and so on any "
		  "link: give `oif`" },
		{ "{\"fc00:d::/32\": {via: \"fe80::1\", oif: c0}}",
		  "r1.c0 does not lead to 'fe80::1'; at the other end is r3, " R3_A0 },
		{ "{\"fc00:d::/32\": {via: r2, oif: c0}}",
		  "r1.c0 does not lead to 'r2'; at the other end is r3, " R3_A0 },
		{ "{\"fc00:d::/32\": {via: r2, oif: x0}}", "node r1 has no interface 'x0'" },
		{ "{\"fc00:d::/32\": \"fc00:5::1\"}", "r1 has no link to 'fc00:5::1'" },
		{ "{\"fc00:d::/32\": [r2]}", "a list of next hops has 2 to 32, not 1" },
		{ "{\"fc00:d::/32\": [r2, dst]}", "r1 has no link to dst; name a neighbour" },
		{ "{\"fc00:d::/32\": [r2, r1]}", "r1 itself is no next hop beside others" },
		{ "{\"fc00:d::/32\": [r2, {weight: 2}]}", "a next hop needs 'via'" },
		{ "{\"fc00:d::/32\": [r2, {via: r3, weight: 257}]}", "257" },
		{ "{\"fc00:d::/32\": {via: [r2, r3], oif: b0}}",
		  "`oif` goes with one next hop; of several give each its own, {via: r2, oif: b0}" },
		{ "{\"fc00:d::/32\": {type: blackhole, oif: b0}}",
		  "`oif` goes with one next hop; this route has no `via`" },
		{ "{\"fc00:d::/32\": {via: \"10.0.0.1\", oif: b0}}", "10.0.0.1 is no next hop of a route of IPv6" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text text = refused(rows[i].routes);
		if (!strstr(text, rows[i].says))
			print_error("%s\n%s\n", rows[i].routes, text);
		assert_non_null(strstr(text, rows[i].says));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(several),
		cmocka_unit_test(by_address),
		cmocka_unit_test(link_local),
		cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests_name("plan: next hops", tests, NULL, NULL);
}
