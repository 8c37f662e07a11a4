/* Which way packets go, and what has no way. */
#include "testing.h"

/* r1 with End.T by a table that leads over r3 and by one that does not; r2 with a policy that ends at the former. */
#define TABLES                                                                                                         \
	"topology: t\n"                                                                                                \
	"nodes:\n"                                                                                                     \
	"  src: {addresses: [\"fc00:5::1\"]}\n"                                                                        \
	"  r1: {sids: {\"fc00:1::7\": {behaviour: End.T, table: 7}, \"fc00:1::8\": {behaviour: End.T, table: 8}},\n"   \
	"    routes: {\"fc00:d::/32\": {via: r3, table: 7}, \"fc00:e::/32\": {via: r3, table: 8}}}\n"                  \
	"  r2: {sids: {\"fc00:2::77\": {behaviour: End.B6.Encaps, segments: [\"fc00:1::7\"]}}}\n"                      \
	"  r3: {}\n"                                                                                                   \
	"  r4: {sids: {\"fc00:4::100\": End}}\n"                                                                       \
	"  dst: {addresses: [\"fc00:d::1\"]}\n"                                                                        \
	"links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0]}, {ends: [r1.b1, r3.a0]}, {ends: [r2.b0, r4.a0]},\n"   \
	"  {ends: [r3.b0, r4.a1]}, {ends: [r4.b0, dst.a0]}]\n"

static const struct {
	const char *topology, *testcase, *from, *to, *way;
} ways[] = {
	/* a chain: along the list, to the end, and back to the source from everywhere */
	{ CHAIN, SEGMENTS("\"fc00:1::100\", \"fc00:2::100\""), "src", "fc00:1::100", "src r1" },
	{ CHAIN, SEGMENTS("\"fc00:1::100\", \"fc00:2::100\""), "r1", "fc00:2::100", "r1 r2" },
	{ CHAIN, SEGMENTS("\"fc00:1::100\", \"fc00:2::100\""), "src", "fc00:2::100", "src" },
	{ CHAIN, SEGMENTS("\"fc00:1::100\", \"fc00:2::100\""), "src", "fc00:d::1", "src r1 r2 dst" },
	{ CHAIN, SEGMENTS("\"fc00:2::100\", \"fc00:1::100\""), "r2", "fc00:1::100", "r2 r1" },
	{ CHAIN, SEGMENTS("\"fc00:2::100\", \"fc00:d::2\""), "r2", "fc00:d::2", "r2 dst" },
	{ CHAIN, SEGMENTS("\"fc00:2::100\""), "dst", "fd00:1:1::1", "dst r2 r1 src" },
	{ CHAIN, SEGMENTS("\"fc00:2::100\""), "dst", "fd00:c::1", "dst" },
	{ CHAIN, CASE(", tcp: crafted", ""), "dst", "fd00:c::1", "dst r2 r1 src" },
	{ CHAIN, SEGMENTS("\"fc00:2::100\""), "r1", "fc00:1::100", "r1" },
	/* a segment between two others, an address of a link */
	{ CHAIN, SEGMENTS("\"fd00:1:3::1\""), "src", "fd00:1:3::1", "src r1 r2" },
	/* no node has it: no route to it or to the segments after it, only to those before it */
	{ CHAIN, SEGMENTS("\"fc00:1::100\", \"fc00:9::9\""), "src", "fc00:1::100", "src r1" },
	{ CHAIN, SEGMENTS("\"fc00:1::100\", \"fc00:9::9\""), "src", "fc00:9::9", "src" },
	{ CHAIN, SEGMENTS("\"fc00:1::100\", \"fc00:9::9\""), "r1", "fc00:9::9", "r1" },
	{ CHAIN, CASE(", tcp: crafted, to_node: dst", "axes: {to: [\"fc00:9::1\"]}"), "src", "fc00:9::1", "src" },
	/* another headend starts the list */
	{ CHAIN, CASE(", headend: r1, mode: encap, segments: [\"fc00:2::100\"]", ""), "r1", "fc00:2::100", "r1 r2" },
	{ CHAIN, CASE(", headend: r1, mode: encap, segments: [\"fc00:2::100\"]", ""), "src", "fc00:2::100", "src" },
	{ CHAIN, CASE(", headend: r1, mode: encap, segments: [\"fc00:2::100\"]", ""), "dst", "fd00:1:2::1",
	  "dst r2 r1" },
	/* every list of the case, whatever the cell's own */
	{ CHAIN, CASE("", "axes: {mode: [plain, inline], segments: [[], [\"fc00:2::100\"]]}"), "src", "fc00:2::100",
	  "src r1 r2" },
	/* crafted packets that start with any segment */
	{ CHAIN,
	  CASE(", tcp: crafted, mode: inline, segments: [\"fc00:1::100\", \"fc00:2::100\"], segments_left: 0", ""),
	  "src", "fc00:2::100", "src r1 r2" },
	{ CHAIN,
	  CASE(", tcp: crafted, mode: inline, segments: [\"fc00:1::100\", \"fc00:d::2\"]",
	       "axes: {left: {a: {}, b: {segments_left: 0}}}"),
	  "src", "fc00:d::2", "src r1 r2 dst" },
	/* two paths of the same length: the first of the file, unless a segment or the file says otherwise */
	{ DIAMOND(""), SEGMENTS("\"fc00:1::100\""), "src", "fc00:d::1", "src r1 r2 r4 dst" },
	{ DIAMOND(""), SEGMENTS("\"fc00:3::100\""), "src", "fc00:3::100", "src r1 r3" },
	{ DIAMOND(""), SEGMENTS("\"fc00:3::100\""), "r3", "fc00:d::1", "r3 r4 dst" },
	{ DIAMOND(""), SEGMENTS("\"fc00:3::100\", \"fc00:2::100\""), "r3", "fc00:2::100", "r3 r1 r2" },
	{ DIAMOND(", routes: {\"fc00:d::/32\": r3}"), CASE("", ""), "src", "fc00:d::1", "src r1 r3 r4 dst" },
	{ DIAMOND(", routes: {\"fc00:d::/32\": r3, \"fc00:d::1/128\": r2}"), CASE("", ""), "r1", "fc00:d::1",
	  "r1 r2 r4 dst" },
	{ DIAMOND(", routes: {\"fc00:d::1/128\": r3, \"::/0\": r2}"), CASE("", ""), "r1", "fc00:d::1", "r1 r3 r4 dst" },
	{ DIAMOND(", routes: {\"fc00:d::1/128\": r3, \"fc00:d::/32\": r2}"), CASE("", ""), "r1", "fc00:d::1",
	  "r1 r3 r4 dst" },
	{ DIAMOND(", routes: {\"fc00:e::/32\": r3}"), CASE("", ""), "r1", "fc00:d::1", "r1 r2 r4 dst" },
	{ DIAMOND(", routes: {\"fc00:4::/32\": r3}"), SEGMENTS("\"fc00:4::100\""), "src", "fc00:4::100",
	  "src r1 r3 r4" },
	/* a table other than main: only End.T looks packets up in it */
	{ DIAMOND(", routes: {\"fc00:d::/32\": {via: r3, table: 7}}"), CASE("", ""), "r1", "fc00:d::1",
	  "r1 r2 r4 dst" },
	{ DIAMOND(", routes: {\"fc00:d::/32\": {via: r3, table: main}}"), CASE("", ""), "r1", "fc00:d::1",
	  "r1 r3 r4 dst" },
	{ TABLES, SEGMENTS("\"fc00:1::7\""), "r3", "fc00:d::1", "r3 r4 dst" },
	{ TABLES, SEGMENTS("\"fc00:1::8\""), "r3", "fc00:d::1", "r3" },
	{ TABLES, SEGMENTS("\"fc00:4::100\", \"fc00:2::77\""), "r3", "fc00:d::1", "r3 r4 dst" },
	/* End.X: its neighbour knows the way on, given by name or by address */
	{ DIAMOND(""), SEGMENTS("\"fc00:1::3\", \"fc00:4::100\""), "r3", "fc00:4::100", "r3 r4" },
	{ DIAMOND(""), SEGMENTS("\"fc00:1::100\", \"fc00:4::100\""), "r3", "fc00:4::100", "r3" },
	{ DIAMOND(""), SEGMENTS("\"fc00:3::3\", \"fc00:2::100\""), "r1", "fc00:2::100", "r1 r2" },
	{ DIAMOND(""), SEGMENTS("\"fc00:3::3\", \"fc00:4::100\""), "r1", "fc00:4::100", "r1 r2 r4" },
	/* a policy: each of its segments, and the way on from the last */
	{ DIAMOND(""), SEGMENTS("\"fc00:2::b6\", \"fc00:4::100\""), "r2", "fc00:1::100", "r2 r1" },
	{ DIAMOND(""), SEGMENTS("\"fc00:2::b6\", \"fc00:4::100\""), "r1", "fc00:3::100", "r1 r3" },
	{ DIAMOND(""), SEGMENTS("\"fc00:2::b6\", \"fc00:4::100\""), "r3", "fc00:4::100", "r3 r4" },
	{ DIAMOND(""), SEGMENTS("\"fc00:2::100\", \"fc00:4::100\""), "r1", "fc00:3::100", "r1" },
};

static void routes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ways); i++) {
		owned_made made = make(ways[i].topology, ways[i].testcase, 0);
		owned_text got = way(made.plan, ways[i].from, ways[i].to);
		if (strcmp(got, ways[i].way) != 0)
			print_error("%sfrom %s to %s\n", ways[i].testcase, ways[i].from, ways[i].to);
		assert_string_equal(got, ways[i].way);
	}
}

/* Given routes may send a packet round in a circle: the plan ends all the same. */
static void routing_loop(void **state)
{
	owned_made made = make(DIAMOND(", routes: {\"fc00:d::/32\": src}"), SEGMENTS("\"fc00:1::100\""), 0);
	const struct address to = ip6("fc00:d::1");

	(void)state;
	const struct next_hop *next = plan_next_hop(made.plan, node(made.plan, "r1"), &to);
	assert_string_equal(made.plan->topology->interfaces[next->out].name, "a0");
	assert_true(made.plan->next_hop_count < 100);
}

#define CARRIERS                                                                                                       \
	"topology: t\nnodes: {src: {}, r1: {sids: {\"fcbb:1:1::\": {behaviour: End, flavors: [next-csid]}}},\n"        \
	"  r2: {sids: {\"fcbb:1:200::/40\": {behaviour: End.X, nh6: r3, flavors: [next-csid], nflen: 8}}},\n"          \
	"  r3: {sids: {\"fcbb:1:1:2::\": End}}, dst: {addresses: \"fc00:d::1\",\n"                                     \
	"  sids: {\"fcbb:1:d::\": {behaviour: End.DT6, table: local}}}}\n"                                             \
	"links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0]}, {ends: [r2.b0, r3.a0]}, {ends: [r3.b0, dst.a0]}]\n"

/* A SID is a prefix, and a carrier is another address behind each of its nodes; a longer prefix is the nearer one. */
static void carriers(void **state)
{
	static const struct {
		const char *from, *to, *way;
	} rows[] = {
		{ "src", "fcbb:1:1:200:d00::", "src r1" }, { "r1", "fcbb:1:200:d00::", "r1 r2" },
		{ "r2", "fcbb:1:d::", "r2 r3 dst" },       { "r3", "fcbb:1:d::", "r3 dst" },
		{ "r2", "fcbb:1:200:d00::", "r2" },
	};
	owned_made made = make(CARRIERS, SEGMENTS("\"fcbb:1:1:200:d00::\""), 0);
	owned_made longer = make(CARRIERS, SEGMENTS("\"fcbb:1:1:2::\", \"fcbb:1:1:3::\""), 0);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text got = way(made.plan, rows[i].from, rows[i].to);
		assert_string_equal(got, rows[i].way);
	}
	assert_true(has_line(made.plan, "r1",
	                     "route add fcbb:1:1::/48 encap seg6local action End flavors next-csid dev a0"));
	assert_true(has_line(made.plan, "r3", "route add fcbb:1:1:2::/128 encap seg6local action End dev a0"));
	owned_text far = way(longer.plan, "src", "fcbb:1:1:2::");
	owned_text near = way(longer.plan, "r3", "fcbb:1:1:3::");
	assert_string_equal(far, "src r1 r2 r3");
	assert_string_equal(near, "r3 r2 r1");
}

/* Labs have no link-local addresses, so that a next hop which is one needs lines of its own. */
static void link_local_next_hop(void **state)
{
#define LINK_LOCAL(oif)                                                                                                \
	"topology: t\nnodes: {src: {}, r1: {sids: {\"fc00:1::2\": {behaviour: End.X, nh6: "                            \
	"\"fe80::68:63ff:fe00:3\"" oif                                                                                 \
	"}}}, dst: {addresses: \"fc00:d::1\"}}\nlinks: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, dst.a0]}]\n"
	owned_made with = make(LINK_LOCAL(", oif: b0"), SEGMENTS("\"fc00:1::2\""), 0);
	owned_made without = make(LINK_LOCAL(""), SEGMENTS("\"fc00:1::2\""), 0);

	(void)state;
	assert_true(has_line(with.plan, "r1", "route append fe80::/64 dev b0"));
	assert_true(has_line(with.plan, "r1",
	                     "neigh add fe80::68:63ff:fe00:3 lladdr 02:68:63:00:00:03 nud permanent dev b0"));
	assert_false(has_line(with.plan, "r1", "route append fe80::/64 dev a0"));
	assert_false(has_line(without.plan, "r1", "route append fe80::/64 dev b0"));
}

/* What a node without a route to an address has of it: no line at all. */
static void no_line_for_what_nobody_owns(void **state)
{
	owned_made made = make(CHAIN, SEGMENTS("\"fc00:1::100\", \"fc00:9::9\""), 0);

	(void)state;
	for (size_t i = 0; i < made.plan->lab.count; i++)
		assert_null(strstr(made.plan->lab.commands[i].text, "fc00:9::9"));
	assert_non_null(strstr(made.plan->cell_commands[0].text, "segs fc00:1::100,fc00:9::9 "));
}

static char *chain_of(unsigned routers)
{
	char *text = text_copy("topology: t\nnodes:\n  src: {}\n  dst: {addresses: [\"fc00:d::1\"]}\n");

	for (unsigned i = 1; i <= routers; i++)
		text_append(&text, "  r%u: {sids: {\"fc00:%x::100\": End}}\n", i, i);
	text_append(&text, "links:\n  - {ends: [src.b0, r1.a0]}\n");
	for (unsigned i = 1; i < routers; i++)
		text_append(&text, "  - {ends: [r%u.b0, r%u.a0]}\n", i, i + 1);
	text_append(&text, "  - {ends: [r%u.b0, dst.a0]}\n", routers);
	return text;
}

/* How many lines the lab of a chain has whose list visits every router. */
static size_t chain_lines(unsigned routers, const char *more)
{
	owned_text topology = chain_of(routers);
	owned_text text = text_format("%s", "case: c\ntopology: t\nexpect: {fate: delivered}\n"
	                                    "traffic: {from: src, to: \"fc00:d::1\", mode: inline, segments: [");

	for (unsigned i = 1; i <= routers; i++)
		text_append(&text, "%s\"fc00:%x::100\"", i == 1 ? "" : ", ", i);
	text_append(&text, "]%s}\n", more);
	owned_made made = make(topology, text, 0);
	return made.plan->lab.count;
}

#define ANYWHERE ", tcp: crafted, payload: 100, segments_left: 0"

static void lines_grow_with_routers(void **state)
{
	const size_t four = chain_lines(4, ""), eight = chain_lines(8, ""), many = chain_lines(64, "");

	(void)state;
	assert_int_equal((eight - four) % 4, 0);
	assert_int_equal(many - eight, (64 - 8) * ((eight - four) / 4));
	assert_true((eight - four) / 4 < 30);
	/* what would be noticed: a route from the source to each segment makes it quadratic */
	assert_true(chain_lines(64, ANYWHERE) - chain_lines(8, ANYWHERE) > 2 * (many - eight));
}

/* ---- what is made of it */

static void outer_source(void **state)
{
	static const struct {
		const char *topology, *traffic;
		const char *inner, *outer;
	} rows[] = {
		{ CHAIN, ", mode: encap, segments: [\"fc00:1::100\"]", "fd00:1:1::1", "fd00:1:1::1" },
		/* the inner header takes the node's own address, the outer one that of the interface it leaves by */
		{ DIAMOND(""), ", mode: encap, segments: [\"fc00:1::100\"]", "fc00:5::1", "fd00:1:1::1" },
		{ DIAMOND(""), ", mode: encap, headend: r1, segments: [\"fc00:2::100\"]", "fc00:5::1", "fd00:1:2::1" },
		/* the kernel looks at the route to the destination, not at the way the first segment takes */
		{ DIAMOND(""), ", mode: encap, headend: r1, segments: [\"fc00:3::100\"]", "fc00:5::1", "fd00:1:2::1" },
		{ DIAMOND(", routes: {\"fc00:d::/32\": r3}"), ", mode: encap, headend: r1, segments: [\"fc00:2::100\"]",
		  "fc00:5::1", "fd00:1:3::1" },
		{ CHAIN, ", mode: encap, headend: r2, segments: [\"fc00:1::100\"]", "fd00:1:1::1", "fd00:1:3::1" },
		{ CHAIN, ", mode: encap, tcp: crafted, segments: [\"fc00:1::100\"]", "fd00:c::1", "fd00:1:1::1" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text text = text_format("case: c\ntopology: t\nexpect: {fate: delivered}\n"
		                              "traffic: {from: src, to: \"fc00:d::1\"%s}\n",
		                              rows[i].traffic);
		owned_made made = make(rows[i].topology, text, 0);
		assert_address(&made.plan->from_address, rows[i].inner);
		assert_address(&made.plan->outer_address, rows[i].outer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes),
		cmocka_unit_test(routing_loop),
		cmocka_unit_test(carriers),
		cmocka_unit_test(link_local_next_hop),
		cmocka_unit_test(no_line_for_what_nobody_owns),
		cmocka_unit_test(lines_grow_with_routers),
		cmocka_unit_test(outer_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
