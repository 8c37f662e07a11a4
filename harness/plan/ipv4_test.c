/* Labs with IPv4: addresses, neighbours and routes where a case needs them, and none else. */
#include "testing.h"

#define TOPOLOGY                                                                                                       \
	"topology: t\n"                                                                                                \
	"nodes: {src: {addresses: [\"10.0.1.1\", \"fc00:5::1\"]},\n"                                                   \
	"  r1: {sids: {\"fc00:1::4\": {behaviour: End.DX4, nh4: dst}, \"fc00:1::5\": {behaviour: End.DX4, nh4: "       \
	"10.0.9.2}}, routes: {10.0.9.0/24: dst}}, dst: {addresses: [\"fc00:d::1\", \"10.0.2.1\"]}}\n"                  \
	"links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, dst.a0], addresses: [10.0.9.1, 10.0.9.2]}]\n"
#define PLAIN_TOPOLOGY                                                                                                 \
	"topology: t\n"                                                                                                \
	"nodes: {src: {}, r1: {}, dst: {addresses: [\"10.0.2.1\", \"fc00:d::1\"]}}\n"                                  \
	"links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, dst.a0]}]\n"
#define SENDS(to, more)                                                                                                \
	"case: c\ntopology: t\ntraffic: {tcp: kernel, from: src, to: " to more "}\nexpect: {fate: delivered}\n"

static void lines(void **state)
{
	static const struct {
		const char *node, *line;
	} wanted[] = {
		{ "src", "addr add 10.0.1.1/32 dev lo" },
		{ "src", "addr add 100.64.1.1/24 dev b0" },
		{ "src", "neigh add 100.64.1.2 lladdr 02:68:63:00:00:01 nud permanent dev b0" },
		{ "src", "route replace 10.0.2.1/32 via 100.64.1.2 dev b0" },
		{ "src", "net.ipv4.conf.all.forwarding=0" },
		{ "src", "net.ipv4.conf.b0.rp_filter=0" },
		{ "r1", "addr add fd00:1:2::1/64 dev b0 nodad" },
		{ "r1", "addr add 10.0.9.1/24 dev b0" },
		{ "r1", "route replace 10.0.2.1/32 via 10.0.9.2 dev b0" },
		{ "r1", "route replace 10.0.1.1/32 via 100.64.1.1 dev a0" },
		{ "r1", "route add 10.0.9.0/24 via 10.0.9.2 dev b0" },
		{ "r1", "route add fc00:1::4/128 encap seg6local action End.DX4 nh4 10.0.9.2 dev a0" },
		{ "r1", "route add fc00:1::5/128 encap seg6local action End.DX4 nh4 10.0.9.2 dev a0" },
		{ "r1", "net.ipv4.conf.all.forwarding=1" },
		{ "r1", "net.ipv4.conf.all.rp_filter=0" },
	};
	owned_made made = make(TOPOLOGY, SENDS("10.0.2.1", ", mode: encap, segments: [\"fc00:1::4\"]"), 0);
	const struct plan *plan = made.plan;

	(void)state;
	for (size_t i = 0; i < COUNT(wanted); i++)
		if (!has_line(plan, wanted[i].node, wanted[i].line))
			fail_msg("%s lacks `%s`", wanted[i].node, wanted[i].line);
	assert_address(&plan->from_address, "10.0.1.1");
	assert_address(&plan->outer_address, "fd00:1:1::1");
	assert_string_equal(plan->cell_commands[0].text,
	                    "route replace 10.0.2.1/32 encap seg6 mode encap segs fc00:1::4 via 100.64.1.2 dev b0");
	owned_text there = way(plan, "src", "10.0.2.1");
	owned_text back = way(plan, "dst", "10.0.1.1");
	assert_string_equal(there, "src r1 dst");
	assert_string_equal(back, "dst r1 src");
	/* Facts: IPv4 has no duplicate address detection. */
	for (size_t i = 0; i < plan->lab.count; i++)
		if (strcmp(plan->lab.commands[i].text, "addr add 10.0.1.1/32 dev lo") == 0)
			assert_null(facts_get(&plan->lab.commands[i].things[0].facts, "nodad"));
}

static bool has_ipv4_line(const struct plan *plan, const char *but)
{
	for (size_t i = 0; i < plan->lab.count; i++) {
		const char *text = plan->lab.commands[i].text;
		if ((strstr(text, "100.64.") || strstr(text, "100.127.") || strstr(text, "ipv4.conf")) &&
		    strcmp(text, but) != 0)
			return true;
	}
	return false;
}

/* An IPv6 case has of IPv4 what the file gives and nothing else. */
static void none_needed(void **state)
{
	owned_made six = make(PLAIN_TOPOLOGY, SENDS("\"fc00:d::1\"", ""), 0);
	owned_made four = make(PLAIN_TOPOLOGY, SENDS("10.0.2.1", ""), 0);
	owned_made crafted = make(PLAIN_TOPOLOGY,
	                          "case: c\ntopology: t\ntraffic: {tcp: crafted, from: src, to: 10.0.2.1}\n"
	                          "expect: {fate: delivered}\n",
	                          0);

	(void)state;
	assert_false(six.plan->ipv4);
	assert_false(has_ipv4_line(six.plan, ""));
	assert_true(has_line(six.plan, "dst", "addr add 10.0.2.1/32 dev lo"));
	assert_int_equal(six.plan->interfaces[0].ipv4.family, AF_UNSPEC);
	assert_true(four.plan->ipv4 && has_ipv4_line(four.plan, ""));
	assert_address(&four.plan->from_address, "100.64.1.1");
	assert_false(has_line(four.plan, "src", "route add blackhole 100.127.0.1/32"));
	assert_true(has_line(crafted.plan, "src", "route add blackhole 100.127.0.1/32"));
	assert_address(&crafted.plan->from_address, "100.127.0.1");
	owned_text back = way(crafted.plan, "dst", "100.127.0.1");
	assert_string_equal(back, "dst r1 src");
}

/* Cells of both families share a lab. */
static void one_lab(void **state)
{
	static const char both[] = "case: c\ntopology: t\ntraffic: {tcp: kernel, from: src}\n"
	                           "axes: {to: [\"fc00:d::1\", 10.0.2.1]}\nexpect: {fate: delivered}\n";
	owned_made six = make(PLAIN_TOPOLOGY, both, 0), four = make(PLAIN_TOPOLOGY, both, 1);

	(void)state;
	assert_string_equal(six.plan->key, four.plan->key);
	assert_int_equal(six.plan->from_address.family, AF_INET6);
	assert_int_equal(four.plan->from_address.family, AF_INET);
}

/* What IPv4 cannot be in is an error at its place. */
static void refused(void **state)
{
	static const struct {
		const char *traffic, *message;
	} rows[] = {
		{ "{tcp: kernel, from: src, to: 10.0.2.1, mode: inline, segments: [\"fc00:1::4\"]}",
		  "c.yaml:3:49: mode inline inserts an SRH into an IPv6 packet, and `to` 10.0.2.1 is IPv4" },
		{ "{tcp: kernel, from: src, to: 10.0.2.1, mode: ip6ip6, segments: [\"fc00:d::1\"]}",
		  "c.yaml:3:49: the tunnel of mode ip6ip6 carries IPv6 packets, and `to` 10.0.2.1 is IPv4" },
		{ "{tcp: crafted, from: src, to: 10.0.2.1, source: \"fc00:9::9\"}",
		  "c.yaml:3:50: `source` fc00:9::9 is IPv6, and `to` 10.0.2.1 is IPv4" },
		{ "{tcp: crafted, from: src, to: \"fc00:d::1\", source: 10.0.9.9}",
		  "c.yaml:3:53: `source` 10.0.9.9 is IPv4, and `to` fc00:d::1 is IPv6" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text text =
		        text_format("case: c\ntopology: t\ntraffic: %s\nexpect: {fate: delivered}\n", rows[i].traffic);
		struct error err = { 0 };
		owned(topology) topology = NULL;
		owned(testcase) testcase = NULL;
		owned(plan) plan = NULL;
		assert_int_equal(topology_parse(&topology, "t.yaml", bytes_of(TOPOLOGY), &err), 0);
		assert_int_equal(testcase_parse(&testcase, "c.yaml", bytes_of(text), find, topology, NULL, &err), 0);
		assert_int_equal(plan_make(&plan, testcase, topology, 0, NULL, &err), -1);
		if (!strstr(err.text, rows[i].message))
			fail_msg("%s, not %s", err.text, rows[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(none_needed),
		cmocka_unit_test(one_lab),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests_name("plan: IPv4", tests, NULL, NULL);
}
