/* Plans of cases and topologies written here: what is resolved, which way packets go, and the lines, word for word. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

/* after ours: it has a macro called fail */
#include <cmocka.h>

#define CHAIN                                                                                                          \
	"topology: t\n"                                                                                                \
	"nodes: {src: {}, r1: {sids: {\"fc00:1::100\": End}}, r2: {sids: {\"fc00:2::100\": End}},\n"                   \
	"  dst: {addresses: [\"fc00:d::1\", \"fc00:d::2\"]}}\n"                                                        \
	"links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0]}, {ends: [r2.b0, dst.a0]}]\n"

/* src - r1 - r2 or r3 - r4 - dst; `r1` is what r1 has besides its SID. */
#define DIAMOND(r1)                                                                                                    \
	"topology: t\n"                                                                                                \
	"nodes:\n"                                                                                                     \
	"  src: {addresses: [\"fc00:5::1\"]}\n"                                                                        \
	"  r1: {sids: {\"fc00:1::100\": End, \"fc00:1::3\": {behaviour: End.X, nh6: r3}}" r1 "}\n"                     \
	"  r2: {sids: {\"fc00:2::100\": End, \"fc00:2::b6\": {behaviour: End.B6.Encaps, segments: [\"fc00:1::100\", "  \
	"\"fc00:3::100\"]}}}\n"                                                                                        \
	"  r3: {sids: {\"fc00:3::100\": End, \"fc00:3::3\": {behaviour: End.X, nh6: \"fd00:1:3::1\"}}}\n"              \
	"  r4: {sids: {\"fc00:4::100\": End}}\n"                                                                       \
	"  dst: {addresses: [\"fc00:d::1\", \"fc00:d::2\"]}\n"                                                         \
	"links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0]}, {ends: [r1.b1, r3.a0]}, {ends: [r2.b0, r4.a0]},\n"   \
	"  {ends: [r3.b0, r4.a1]}, {ends: [r4.b0, dst.a0]}]\n"

#define CASE(traffic, more)                                                                                            \
	"case: c\ntopology: t\ntraffic: {from: src, to: \"fc00:d::1\"" traffic "}\nexpect: {fate: delivered}\n" more   \
	"\n"
#define SEGMENTS(list) CASE(", mode: inline, segments: [" list "]", "")

/* What a plan borrows from, and the plan. */
struct made {
	struct topology *topology;
	struct testcase *testcase;
	struct plan *plan;
};

static struct bytes bytes_of(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

static const struct topology *find(void *context, const char *name)
{
	(void)name;
	return context;
}

static void made_free(struct made *made)
{
	plan_free(made->plan);
	testcase_free(made->testcase);
	topology_free(made->topology);
}

#define owned_made __attribute__((cleanup(made_free))) struct made

static struct made make(const char *topology, const char *testcase, size_t cell)
{
	struct made made = { 0 };
	struct error err = { 0 };

	if (topology_parse(&made.topology, "t.yaml", bytes_of(topology), &err) < 0 ||
	    testcase_parse(&made.testcase, "c.yaml", bytes_of(testcase), find, made.topology, &err) < 0 ||
	    plan_make(&made.plan, made.testcase, made.topology, cell, &err) < 0)
		print_error("%s%s%s", topology, testcase, err.text);
	assert_non_null(made.plan);
	assert_int_equal(err.count, 0);
	return made;
}

static struct in6_addr ip6(const char *text)
{
	struct in6_addr address;

	assert_int_equal(inet_pton(AF_INET6, text, &address), 1);
	return address;
}

static size_t node(const struct plan *plan, const char *name)
{
	size_t n = topology_node(plan->topology, name);

	assert_true(n != NOT_FOUND);
	return n;
}

static void assert_address(const struct in6_addr *address, const char *text)
{
	char got[INET6_ADDRSTRLEN];

	assert_string_equal(inet_ntop(AF_INET6, address, got, sizeof got), text);
}

/* ---- settings */

/* Of every interface: rx, tx, tso, gso, gro as 1, 0 or - for untouched. */
static char *offloads_text(const struct plan *plan)
{
	char *text = NULL;

	for (size_t i = 0; i < INTERFACES(plan->topology); i++) {
		text_append(&text, "%s", i ? " " : "");
		for (int offload = 0; offload < OFFLOADS; offload++)
			text_append(&text, "%c", "-01"[plan->offloads[i][offload] + 1]);
	}
	return text;
}

/* Interfaces: src.b0, r1.a0, r1.b0, r2.a0, r2.b0, dst.a0. */
static const struct {
	const char *settings;
	size_t cell;
	const char *offloads;
} offload_rows[] = {
	{ "", 0, "----- ----- ----- ----- ----- -----" },
	{ "set: {\"*.*.gro\": off}", 0, "----0 ----0 ----0 ----0 ----0 ----0" },
	{ "set: {\"*.*.gro\": off, \"r*.*.gro\": on, r1.b0.gro: off}", 0, "----0 ----1 ----0 ----1 ----1 ----0" },
	{ "set: {r1.b0.gro: off, \"r*.*.gro\": on, \"*.*.gro\": off}", 0, "----0 ----0 ----0 ----0 ----0 ----0" },
	{ "set: {\"r?.a0.tso\": off, \"r[2-9].?0.tx\": on}", 0, "----- --0-- ----- -10-- -1--- -----" },
	{ "set: {\"*.a0.rx\": on, \"dst.*.gso\": off}", 0, "----- 1---- ----- 1---- ----- 1--0-" },
	{ "set: {src.b0.tx: off}\naxes: {src.b0.tx: [on, off]}", 0, "-1--- ----- ----- ----- ----- -----" },
	{ "set: {src.b0.tx: on}\naxes: {src.b0.tx: [on, off]}", 1, "-0--- ----- ----- ----- ----- -----" },
	/* of two axes the later one wins, and the last varies fastest */
	{ "axes: {all: {y: {\"*.*.gro\": on}}, r1.a0.gro: [off]}", 0, "----1 ----0 ----1 ----1 ----1 ----1" },
	{ "axes: {r1.a0.gro: [off], all: {y: {\"*.*.gro\": on}}}", 0, "----1 ----1 ----1 ----1 ----1 ----1" },
	{ "axes: {src.b0.tx: [on, off], dst.a0.rx: [on, off]}", 1, "-1--- ----- ----- ----- ----- 0----" },
	{ "axes: {src.b0.tx: [on, off], dst.a0.rx: [on, off]}", 2, "-0--- ----- ----- ----- ----- 1----" },
};

static void offload_settings(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(offload_rows); i++) {
		owned_text text = text_format("%s%s\n", CASE("", ""), offload_rows[i].settings);
		owned_made made = make(CHAIN, text, offload_rows[i].cell);
		owned_text offloads = offloads_text(made.plan);
		if (strcmp(offloads, offload_rows[i].offloads) != 0)
			print_error("%s, cell %zu\n", offload_rows[i].settings, offload_rows[i].cell);
		assert_string_equal(offloads, offload_rows[i].offloads);
	}
}

static void node_and_interface_settings(void **state)
{
	static const char text[] =
	        CASE("", "set: {\"*.*.mtu\": 1400, r1.b0.mtu: 1300, \"r*.seg6_enabled\": off, r1.service: packet,\n"
	                 "  r1.service.checksum: complete, dst.seg6_require_hmac: 1}\n"
	                 "axes: {r2.seg6_enabled: [1, 0], dst.seg6_require_hmac: [-1, 1]}");
	owned_made made = make(CHAIN, text, 0);
	const struct topology *cell = made.plan->topology, *file = made.topology;

	(void)state;
	assert_int_equal(cell->interfaces[0].mtu, 1400);
	assert_int_equal(cell->interfaces[2].mtu, 1300); /* this end only */
	assert_int_equal(cell->interfaces[3].mtu, 1400);
	assert_int_equal(cell->nodes[1].seg6_enabled, 0);
	assert_int_equal(cell->nodes[2].seg6_enabled, 1);
	assert_int_equal(cell->nodes[3].seg6_enabled, 1);
	assert_int_equal(cell->nodes[3].seg6_require_hmac, -1);
	assert_int_equal(cell->nodes[1].service, SERVICE_PACKET);
	assert_int_equal(cell->nodes[1].service_checksum, SERVICE_COMPLETE);
	assert_int_equal(cell->nodes[2].service, SERVICE_OFF);
	/* the topology itself is as the file has it */
	for (size_t i = 0; i < INTERFACES(file); i++)
		assert_int_equal(file->interfaces[i].mtu, 1500);
	assert_int_equal(file->nodes[1].seg6_enabled, 1);
	assert_int_equal(file->nodes[1].service, SERVICE_OFF);
	assert_int_equal(file->nodes[3].seg6_require_hmac, 0);
}

static void traffic_defaults(void **state)
{
	owned_made made = make(CHAIN, CASE("", ""), 0);
	const struct traffic *traffic = &made.plan->traffic;

	(void)state;
	assert_int_equal(traffic->tcp, TCP_KERNEL);
	assert_int_equal(traffic->mode, MODE_PLAIN);
	assert_int_equal(traffic->direction, DIRECTION_FORWARD);
	assert_int_equal(traffic->bytes, 65536);
	assert_int_equal(traffic->checksum, CHECKSUM_VALID);
	assert_int_equal(traffic->burst, 1);
	assert_int_equal(traffic->payload, 1000);
	assert_int_equal(traffic->tcp_flags, TCP_PSH | TCP_ACK);
	assert_int_equal(traffic->sequence, 0);
	assert_int_equal(traffic->cut, 0);
	assert_int_equal(traffic->hop_limit, FIELD_AUTO);
	assert_int_equal(traffic->segments_left, FIELD_AUTO);
	assert_int_equal(traffic->last_entry, FIELD_AUTO);
	assert_int_equal(traffic->routing_type, FIELD_AUTO);
	assert_int_equal(traffic->srh_length, FIELD_AUTO);
	assert_int_equal(traffic->srh_flags, FIELD_AUTO);
	assert_int_equal(traffic->tag, FIELD_AUTO);
	assert_int_equal(traffic->tlv_length, 0);
	for (int mode = 0; mode < MODES; mode++)
		assert_int_equal(traffic->segments[mode].count, 0);
	assert_int_equal(made.plan->from, node(made.plan, "src"));
	assert_int_equal(made.plan->headend, made.plan->from);
	assert_int_equal(made.plan->to, node(made.plan, "dst"));
	assert_true(made.plan->to_is_owned);
}

static void traffic_settings(void **state)
{
	owned_made made =
	        make(CHAIN,
	             CASE(", tcp: crafted, mode: inline, bytes: 1k, flags: [syn], sequence: -7, srh: {tag: 5, "
	                  "tlvs: \"0501ff\"}, segments: [\"fc00:1::100\", \"fc00:2::100\"], "
	                  "segments.encap: [\"fc00:d::2\"], hop_limit: 0",
	                  "set: {mode: plain, burst: 4, srh.tag: 9, headend: r2}\n"
	                  "axes: {mode: [encap], bytes: [2k], headend: [r1], to: [\"fc00:d::2\"]}"),
	             0);
	const struct traffic *traffic = &made.plan->traffic;

	(void)state;
	assert_int_equal(traffic->mode, MODE_ENCAP); /* axes after traffic after set */
	assert_int_equal(traffic->tag, 5);
	assert_int_equal(traffic->burst, 4);
	assert_int_equal(traffic->bytes, 2048);
	assert_int_equal(traffic->tcp, TCP_CRAFTED);
	assert_int_equal(traffic->tcp_flags, TCP_SYN);
	assert_int_equal(traffic->sequence, -7);
	assert_int_equal(traffic->hop_limit, 0);
	assert_int_equal(traffic->tlv_length, 3);
	assert_memory_equal(traffic->tlvs, "\x05\x01\xff", 3);
	assert_int_equal(traffic->segments[MODE_PLAIN].count, 0);
	assert_int_equal(traffic->segments[MODE_INLINE].count, 2);
	assert_address(&traffic->segments[MODE_INLINE].segments[1], "fc00:2::100");
	assert_int_equal(traffic->segments[MODE_ENCAP].count, 1);
	assert_address(&traffic->segments[MODE_ENCAP].segments[0], "fc00:d::2");
	assert_address(&traffic->to, "fc00:d::2");
	assert_int_equal(made.plan->headend, node(made.plan, "r1"));
	assert_address(&made.plan->from_address, "fd00:c::1"); /* crafted: of nobody who would answer */
}

/* Who receives, and whether a socket of that node can have the address. */
static const struct {
	const char *traffic;
	const char *to;
	bool owned;
} receivers[] = {
	{ "", "dst", true },
	{ ", to_node: dst", "dst", true },
	{ ", to_node: r2", "r2", false },
	{ "}\nset: {to: \"fc00:2::100\"", "dst", true },    /* traffic comes later */
	{ "}\naxes: {to: [\"fc00:2::100\"]", "r2", false }, /* a SID is no socket's */
	{ "}\naxes: {to: [\"fc00:d::2\"]", "dst", true },
	{ "}\naxes: {to: [\"fc00:dead::1\"], to_node: [dst]", "dst", false },
};

static void who_receives(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(receivers); i++) {
		owned_text text = text_format("case: c\ntopology: t\nexpect: {fate: delivered}\n"
		                              "traffic: {from: src, to: \"fc00:d::1\"%s}\n",
		                              receivers[i].traffic);
		owned_made made = make(CHAIN, text, 0);
		assert_int_equal(made.plan->to, node(made.plan, receivers[i].to));
		assert_int_equal(made.plan->to_is_owned, receivers[i].owned);
	}
}

/* ---- routes */

/* Where the plan's routes lead from a node: "src r1 r2 dst"; it ends where a node has no route. */
static char *way(const struct plan *plan, const char *from, const char *to)
{
	const struct in6_addr address = ip6(to);
	char *text = text_copy(from);
	size_t at = node(plan, from), interface;

	for (int steps = 0; (interface = plan_interface_to(plan, at, &address)) != NOT_FOUND && steps < 20; steps++) {
		assert_int_equal(plan->topology->interfaces[interface].node, at);
		at = plan->topology->interfaces[PEER(interface)].node;
		text_append(&text, " %s", plan->topology->nodes[at].name);
	}
	return text;
}

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
	{ CHAIN, SEGMENTS("\"fc00:2::100\""), "dst", "fd00:c::1", "dst r2 r1 src" },
	{ CHAIN, SEGMENTS("\"fc00:2::100\""), "r1", "fc00:1::100", "r1" },
	/* a segment between two others, an address of a link */
	{ CHAIN, SEGMENTS("\"fd00:1:3::1\""), "src", "fd00:1:3::1", "src r1 r2" },
	/* nobody owns it: no route to it, nor to what follows it, but to what comes before */
	{ CHAIN, SEGMENTS("\"fc00:1::100\", \"fc00:9::9\""), "src", "fc00:1::100", "src r1" },
	{ CHAIN, SEGMENTS("\"fc00:1::100\", \"fc00:9::9\""), "src", "fc00:9::9", "src" },
	{ CHAIN, SEGMENTS("\"fc00:1::100\", \"fc00:9::9\""), "r1", "fc00:9::9", "r1" },
	{ CHAIN, CASE(", to_node: dst", "axes: {to: [\"fc00:9::1\"]}"), "src", "fc00:9::1", "src" },
	/* another headend starts the list */
	{ CHAIN, CASE(", headend: r1, mode: encap, segments: [\"fc00:2::100\"]", ""), "r1", "fc00:2::100", "r1 r2" },
	{ CHAIN, CASE(", headend: r1, mode: encap, segments: [\"fc00:2::100\"]", ""), "src", "fc00:2::100", "src" },
	{ CHAIN, CASE(", headend: r1, mode: encap, segments: [\"fc00:2::100\"]", ""), "dst", "fd00:1:2::1",
	  "dst r2 r1" },
	/* every list of the case, whatever the cell's own */
	{ CHAIN, CASE("", "axes: {segments: [[], [\"fc00:2::100\"]]}"), "src", "fc00:2::100", "src r1 r2" },
	/* crafted packets that start with any segment */
	{ CHAIN, CASE(", segments: [\"fc00:1::100\", \"fc00:2::100\"], segments_left: 0", ""), "src", "fc00:2::100",
	  "src r1 r2" },
	{ CHAIN, CASE(", segments: [\"fc00:1::100\", \"fc00:d::2\"]", "axes: {left: {a: {}, b: {segments_left: 0}}}"),
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
	const struct in6_addr to = ip6("fc00:d::1");

	(void)state;
	size_t interface = plan_interface_to(made.plan, node(made.plan, "r1"), &to);
	assert_string_equal(made.plan->topology->interfaces[interface].name, "a0");
	assert_true(made.plan->next_hop_count < 100);
}

/* What a node without a route to an address has of it: no line at all. */
static void no_line_for_what_nobody_owns(void **state)
{
	owned_made made = make(CHAIN, SEGMENTS("\"fc00:1::100\", \"fc00:9::9\""), 0);

	(void)state;
	for (size_t i = 0; i < made.plan->lab_count; i++)
		assert_null(strstr(made.plan->lab[i].text, "fc00:9::9"));
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
	return made.plan->lab_count;
}

static void lines_grow_with_routers(void **state)
{
	const size_t four = chain_lines(4, ""), eight = chain_lines(8, ""), many = chain_lines(64, "");

	(void)state;
	assert_int_equal((eight - four) % 4, 0);
	assert_int_equal(many - eight, (64 - 8) * ((eight - four) / 4));
	assert_true((eight - four) / 4 < 30);
	/* what would be noticed: a route from the source to each segment makes it quadratic */
	assert_true(chain_lines(64, ", segments_left: 0") - chain_lines(8, ", segments_left: 0") > 2 * (many - eight));
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

/* Whether a node's lab has a line. */
static bool has_line(const struct plan *plan, const char *name, const char *line)
{
	for (size_t i = 0; i < plan->lab_count; i++)
		if (plan->lab[i].node == node(plan, name) && strcmp(plan->lab[i].text, line) == 0)
			return true;
	return false;
}

static const struct {
	const char *settings;
	size_t count;
	enum service_kind kind;
	enum service_checksum checksum;
	const char *line; /* of r1's lab, instead of the other rows' */
} services[] = {
	{ "", 0, SERVICE_OFF, SERVICE_AS_IS, "route add fc00:1::100/128 encap seg6local action End dev a0" },
	{ "set: {r1.service: packet}", 1, SERVICE_PACKET, SERVICE_AS_IS, "route add blackhole fc00:1::100/128" },
	{ "set: {r1.service: packet, r1.service.checksum: complete}", 1, SERVICE_PACKET, SERVICE_COMPLETE,
	  "route add blackhole fc00:1::100/128" },
	{ "set: {r1.service: tun}", 1, SERVICE_TUN, SERVICE_AS_IS, "route add fc00:1::100/128 dev svc0" },
};

static void service_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(services); i++) {
		owned_text text = text_format("%s%s\n", SEGMENTS("\"fc00:1::100\""), services[i].settings);
		owned_made made = make(CHAIN, text, 0);
		const struct plan_service *service = made.plan->services;
		assert_int_equal(made.plan->service_count, services[i].count);
		for (size_t j = 0; j < COUNT(services); j++)
			if (strcmp(services[j].line, services[i].line) != 0)
				assert_false(has_line(made.plan, "r1", services[j].line));
		assert_true(has_line(made.plan, "r1", services[i].line));
		assert_int_equal(has_line(made.plan, "r1", "tuntap add dev svc0 mode tun"),
		                 services[i].kind == SERVICE_TUN);
		if (!service)
			continue;
		assert_int_equal(service->node, node(made.plan, "r1"));
		assert_int_equal(service->kind, services[i].kind);
		assert_int_equal(service->checksum, services[i].checksum);
		assert_address(&service->sid, "fc00:1::100");
	}
}

/* A service sends on by the plan's routes: to the next segment, and to a SID of its own. */
static void service_next_hops(void **state)
{
	static const char topology[] =
	        "topology: t\n"
	        "nodes: {src: {}, r1: {sids: {\"fc00:1::100\": End}, service: {kind: packet, sid: \"fc00:1::5\"}},\n"
	        "  dst: {addresses: [\"fc00:d::1\"]}}\n"
	        "links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, dst.a0]}]\n";
	owned_made made = make(topology, SEGMENTS("\"fc00:1::5\""), 0);
	owned_text there = way(made.plan, "src", "fc00:1::5");
	owned_text on = way(made.plan, "r1", "fc00:d::1");
	owned_made along = make(CHAIN,
	                        CASE(", mode: encap, segments: [\"fc00:2::100\", \"fc00:1::100\", \"fc00:d::2\"]",
	                             "set: {\"r*.service\": packet}"),
	                        0);
	owned_text back = way(along.plan, "r2", "fc00:1::100");
	owned_text forth = way(along.plan, "r1", "fc00:d::2");

	(void)state;
	assert_string_equal(there, "src r1");
	assert_string_equal(on, "r1 dst");
	assert_address(&made.plan->services[0].sid, "fc00:1::5");
	assert_true(has_line(made.plan, "r1", "route add blackhole fc00:1::5/128"));
	/* the node's SID stays the kernel's */
	assert_true(has_line(made.plan, "r1", "route add fc00:1::100/128 encap seg6local action End dev a0"));
	assert_int_equal(along.plan->service_count, 2);
	assert_string_equal(back, "r2 r1");
	assert_string_equal(forth, "r1 r2 dst");
}

static void sid_lines(void **state)
{
	owned_made made = make(DIAMOND(""), SEGMENTS("\"fc00:1::3\", \"fc00:2::b6\""), 0);

	(void)state;
	/* a neighbour's name is its end of the link; an address is as written */
	assert_true(has_line(made.plan, "r1",
	                     "route add fc00:1::3/128 encap seg6local action End.X nh6 fd00:1:3::2 dev a0"));
	assert_true(has_line(made.plan, "r3",
	                     "route add fc00:3::3/128 encap seg6local action End.X nh6 fd00:1:3::1 dev a0"));
	assert_true(has_line(made.plan, "r2",
	                     "route add fc00:2::b6/128 encap seg6local action End.B6.Encaps srh segs "
	                     "fc00:1::100,fc00:3::100 dev a0"));
	assert_true(has_line(made.plan, "r4", "net.ipv6.conf.all.forwarding=1"));
	assert_false(has_line(made.plan, "src", "net.ipv6.conf.all.forwarding=1"));
	assert_false(has_line(made.plan, "dst", "net.ipv6.conf.all.forwarding=1"));
}

static void sysctl_lines(void **state)
{
	static const char *const off[] = {
		"net.ipv6.conf.all.seg6_enabled=0",     "net.ipv6.conf.a0.seg6_enabled=0",
		"net.ipv6.conf.b0.seg6_enabled=0",      "net.ipv6.conf.all.seg6_require_hmac=1",
		"net.ipv6.conf.a0.seg6_require_hmac=1", "net.ipv6.conf.b0.seg6_require_hmac=1"
	};
	owned_made made = make(CHAIN, CASE("", "set: {r1.seg6_enabled: 0, r1.seg6_require_hmac: 1}"), 0);

	(void)state;
	for (size_t i = 0; i < COUNT(off); i++) {
		assert_true(has_line(made.plan, "r1", off[i]));
		assert_false(has_line(made.plan, "r2", off[i]));
	}
	assert_true(has_line(made.plan, "r2", "net.ipv6.conf.all.seg6_enabled=1"));
	assert_false(has_line(made.plan, "r2", "net.ipv6.conf.all.seg6_require_hmac=0")); /* older kernels have none */
}

static void script(void **state)
{
	static const char topology[] = "topology: t\n"
	                               "nodes: {a: {}, b: {addresses: [\"fc00:b::1\"], sids: {\"fc00:b::100\": End}}}\n"
	                               "links: [{ends: [a.e0, b.e1], mtu: 1400}]\n";
	static const char testcase[] = "case: small\ntopology: t\nexpect: {fate: delivered}\n"
	                               "traffic: {from: a, to: \"fc00:b::1\", segments: [\"fc00:b::100\"]}\n"
	                               "axes: {mode: [encap, inline], b.e1.gro: [on, off]}\n";
	static const char expected[] =
	        "#!/bin/sh -e\n"
	        "# small: mode=inline b.e1.gro=off\n"
	        "# Run as root in a machine without namespaces of these names. To remove it:\n"
	        "#   ip netns del a; ip netns del b; \n"
	        "ip netns add a\n"
	        "ip netns add b\n"
	        "ip link add name e0 index 100 address 02:68:63:00:00:00 mtu 1400 netns a type veth"
	        " peer name e1 index 101 address 02:68:63:00:00:01 mtu 1400 netns b\n"
	        "ip -n a link set dev lo up\n"
	        "ip -n a link set dev e0 addrgenmode none multicast off up\n"
	        "ip -n a addr add fd00:1:1::1/64 dev e0 nodad\n"
	        "ip -n a neigh add fd00:1:1::2 lladdr 02:68:63:00:00:01 nud permanent dev e0\n"
	        "ip -n a route add blackhole fd00:c::1/128\n"
	        "ip -n a route replace fc00:b::1/128 via fd00:1:1::2 dev e0\n"
	        "ip -n a route replace fc00:b::100/128 via fd00:1:1::2 dev e0\n"
	        "ip netns exec a sysctl -q -w -e net.ipv4.tcp_no_metrics_save=1\n"
	        "ip netns exec a sysctl -q -w -e net.ipv4.tcp_early_retrans=0\n"
	        "ip netns exec a sysctl -q -w net.ipv6.conf.all.seg6_enabled=1\n"
	        "ip netns exec a sysctl -q -w net.ipv6.conf.e0.seg6_enabled=1\n"
	        "ip -n b link set dev lo up\n"
	        "ip -n b addr add fc00:b::1/128 dev lo nodad\n"
	        "ip -n b link set dev e1 addrgenmode none multicast off up\n"
	        "ip -n b addr add fd00:1:1::2/64 dev e1 nodad\n"
	        "ip -n b neigh add fd00:1:1::1 lladdr 02:68:63:00:00:00 nud permanent dev e1\n"
	        "ip -n b route replace fd00:c::1/128 via fd00:1:1::1 dev e1\n"
	        "ip -n b route add fc00:b::100/128 encap seg6local action End dev e1\n"
	        "ip netns exec b sysctl -q -w -e net.ipv4.tcp_no_metrics_save=1\n"
	        "ip netns exec b sysctl -q -w -e net.ipv4.tcp_early_retrans=0\n"
	        "ip netns exec b sysctl -q -w net.ipv6.conf.all.seg6_enabled=1\n"
	        "ip netns exec b sysctl -q -w net.ipv6.conf.e1.seg6_enabled=1\n"
	        "ip netns exec b sysctl -q -w net.ipv6.conf.all.forwarding=1\n"
	        "ip -n a route replace fc00:b::1/128 encap seg6 mode inline segs fc00:b::100 via fd00:1:1::2 dev e0\n"
	        "ip netns exec b ethtool -K e1 gro off\n";
	owned_made made = make(topology, testcase, 3);
	owned_text text = plan_script(made.plan);

	(void)state;
	assert_string_equal(text, expected);
}

/* The one route that cells of a lab differ in. */
static void traffic_routes(void **state)
{
	static const struct {
		const char *traffic, *node, *route;
	} rows[] = {
		{ "", "src", "route replace fc00:d::1/128 via fd00:1:1::2 dev b0" },
		{ ", mode: encap, segments: [\"fc00:1::100\", \"fc00:2::100\"]", "src",
		  "route replace fc00:d::1/128 encap seg6 mode encap segs fc00:1::100,fc00:2::100 via fd00:1:1::2 dev "
		  "b0" },
		/* the list of this mode */
		{ ", mode: inline, segments: {inline: [\"fc00:2::100\"], encap: [\"fc00:d::2\"]}", "src",
		  "route replace fc00:d::1/128 encap seg6 mode inline segs fc00:2::100 via fd00:1:1::2 dev b0" },
		{ ", mode: plain, segments: [\"fc00:1::100\"]", "src",
		  "route replace fc00:d::1/128 via fd00:1:1::2 dev b0" },
		/* crafted packets bring their own header */
		{ ", tcp: crafted, mode: inline, segments: [\"fc00:1::100\"]", "src",
		  "route replace fc00:d::1/128 via fd00:1:1::2 dev b0" },
		{ ", headend: r1, mode: encap, segments: [\"fc00:2::100\"]", "r1",
		  "route replace fc00:d::1/128 encap seg6 mode encap segs fc00:2::100 via fd00:1:2::2 dev b0" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text text = text_format("case: c\ntopology: t\nexpect: {fate: delivered}\n"
		                              "traffic: {from: src, to: \"fc00:d::1\"%s}\n",
		                              rows[i].traffic);
		owned_made made = make(CHAIN, text, 0);
		assert_int_equal(made.plan->cell_command_count, 1);
		assert_int_equal(made.plan->cell_commands[0].node, node(made.plan, rows[i].node));
		assert_string_equal(made.plan->cell_commands[0].text, rows[i].route);
	}
}

/* ---- which cells share a lab */

static const struct {
	const char *axes; /* of two cells */
	bool same;
} shared[] = {
	{ "r1.a0.gro: [on, off]", true },
	{ "all: {y: {\"*.*.gro\": on, \"*.*.tso\": off}, n: {\"*.*.tx\": off}}", true },
	{ "mode: [inline, encap]", true },
	{ "mode: [plain, encap]", true },
	{ "checksum: [valid, partial]", true },
	{ "segments: [[\"fc00:1::100\"], [\"fc00:2::100\", \"fc00:d::2\"]]", true },
	{ "segments: [[], [\"fc00:2::100\", \"fc00:1::100\"]]", true },
	{ "bytes: [1k, 64k]", true },
	{ "tcp: [kernel, crafted]", true },
	{ "direction: [forward, both]", true },
	{ "left: {auto: {}, none: {segments_left: 0}}", true },
	{ "burst: [1, 100]", true },
	{ "flags: [[syn], [psh, ack]]", true },
	{ "r1.a0.mtu: [1500, 1400]", false },
	{ "r1.service: [off, packet]", false },
	{ "r1.service: [packet, tun]", false },
	{ "r1.seg6_enabled: [1, 0]", false },
	{ "r1.seg6_require_hmac: [0, 1]", false },
	{ "from: [src, r1]", false },
	{ "headend: [src, r2]", false },
};

static void labs_that_are_shared(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shared); i++) {
		owned_text text = text_format("case: c\ntopology: t\nexpect: {fate: delivered}\n"
		                              "traffic: {to: \"fc00:d::1\", from: src, segments: [\"fc00:1::100\"]}\n"
		                              "axes: {%s}\n",
		                              shared[i].axes);
		owned_made first = make(CHAIN, text, 0);
		owned_made second = make(CHAIN, text, 1);
		if ((strcmp(first.plan->key, second.plan->key) == 0) != shared[i].same)
			print_error("%s\n", shared[i].axes);
		assert_int_equal(testcase_cells(first.testcase), 2);
		assert_int_equal(strcmp(first.plan->key, second.plan->key) == 0, shared[i].same);
	}
}

static void labs_of_topologies(void **state)
{
	static const char *const topologies[] = {
		CHAIN,
		DIAMOND(""),
		DIAMOND(", routes: {\"fc00:d::/32\": r3}"),
		DIAMOND(", seg6_enabled: 0"),
		DIAMOND(", addresses: [\"fc00:1::1\"]"),
		/* one SID more, another address, another behaviour, another name of an interface, a nic-model */
		"topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\", sids: {\"fc00:d::100\": End}}}\n"
		"links: [{ends: [src.b0, dst.a0]}]\n",
		"topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\", sids: {\"fc00:d::101\": End}}}\n"
		"links: [{ends: [src.b0, dst.a0]}]\n",
		"topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\", sids: {\"fc00:d::101\": "
		"{behaviour: End.T, table: main}}}}\nlinks: [{ends: [src.b0, dst.a0]}]\n",
		"topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\"}}\nlinks: [{ends: [src.b0, dst.a0]}]\n",
		"topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\"}}\nlinks: [{ends: [src.b1, dst.a0]}]\n",
		"topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\"}}\n"
		"links: [{ends: [src.b0, dst.a0], kind: nic-model}]\n",
		"topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\"}}\n"
		"links: [{ends: [src.b0, dst.a0], addresses: [\"fc00:7::1\", \"fc00:7::2\"]}]\n",
		"topology: u\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\"}}\nlinks: [{ends: [src.b0, dst.a0]}]\n",
	};
	struct made made[COUNT(topologies)];

	(void)state;
	for (size_t i = 0; i < COUNT(topologies); i++)
		made[i] = make(topologies[i], CASE("", ""), 0);
	for (size_t i = 0; i < COUNT(topologies); i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(made[i].plan->key, made[j].plan->key);
	for (size_t i = 0; i < COUNT(topologies); i++)
		made_free(&made[i]);
}

/* Cell commands are between cells of one lab: none of them may be in the key, all of them are in the script. */
static void key_and_script(void **state)
{
	owned_made made = make(CHAIN, CASE(", mode: encap, segments: [\"fc00:1::100\"]", "set: {\"*.*.gro\": off}"), 0);
	owned_text text = plan_script(made.plan);
	size_t lines = 0;

	(void)state;
	for (const char *c = made.plan->key; *c; c++)
		lines += *c == '\n';
	assert_int_equal(lines, 1 + made.plan->lab_count);
	assert_int_equal(made.plan->cell_command_count, 1 + 6);
	for (size_t i = 0; i < made.plan->cell_command_count; i++) {
		assert_null(strstr(made.plan->key, made.plan->cell_commands[i].text));
		assert_non_null(strstr(text, made.plan->cell_commands[i].text));
	}
	for (size_t i = 0; i < made.plan->lab_count; i++) {
		assert_non_null(strstr(made.plan->key, made.plan->lab[i].text));
		assert_non_null(strstr(text, made.plan->lab[i].text));
	}
}

/* Same input, same text: of plans made one after the other, in any order, and of copies of the input. */
static void pure(void **state)
{
	static const char text[] =
	        CASE(", segments: [\"fc00:1::3\", \"fc00:2::b6\"]",
	             "axes: {mode: [inline, encap], \"*.*.gro\": [on, off], r1.a0.mtu: [1500, 1300]}");
	owned_made made = make(DIAMOND(""), text, 5);
	owned_text before = plan_script(made.plan);

	(void)state;
	for (size_t cell = 0; cell < testcase_cells(made.testcase); cell++) {
		struct error err = { 0 };
		owned(plan) other = NULL;
		assert_int_equal(plan_make(&other, made.testcase, made.topology, cell, &err), 0);
		owned_text script_of_other = plan_script(other);
		assert_int_equal(strcmp(script_of_other, before) == 0, cell == 5);
	}
	owned_text after = plan_script(made.plan);
	owned_made again = make(DIAMOND(""), text, 5);
	owned_text anew = plan_script(again.plan);
	assert_string_equal(before, after);
	assert_string_equal(before, anew);
	assert_string_equal(made.plan->key, again.plan->key);
}

/* Interfaces are told apart by everything that must differ, and peers in every index. */
static void interfaces(void **state)
{
	owned_text topology = text_copy("topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\"}}\nlinks:\n");

	for (unsigned i = 0; i < 300; i++)
		text_append(&topology, "  - {ends: [src.e%u, dst.e%u]}\n", i, i);
	owned_made made = make(topology, CASE("", ""), 0);
	const struct plan_interface *all = made.plan->interfaces;

	(void)state;
	for (size_t i = 0; i < INTERFACES(made.topology); i++) {
		assert_int_equal(all[i].mac[0], 0x02); /* unicast, locally administered */
		for (size_t j = 0; j < i; j++) {
			assert_int_not_equal(all[i].ifindex, all[j].ifindex);
			assert_memory_not_equal(all[i].mac, all[j].mac, 6);
			assert_memory_not_equal(&all[i].address, &all[j].address, 16);
		}
	}
	for (size_t i = 0; i < INTERFACES(made.topology); i += 2)
		assert_memory_equal(&all[i].address, &all[i + 1].address, 8); /* one /64 a link */
}

/* ---- what cannot be planned: a case is checked against all its topologies, a cell has one */

#define SMALL "topology: small\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\"}}\nlinks: [{ends: [src.b0, dst.a0]}]\n"

static const struct topology *find_either(void *context, const char *name)
{
	struct topology **topologies = context;

	return topologies[strcmp(name, "small") == 0];
}

static const struct {
	const char *traffic;
	const char *message; /* for the topology `small`; NULL: it can be planned */
} unplannable[] = {
	{ "from: src, to: \"fc00:d::1\"", NULL },
	{ "from: r1, to: \"fc00:d::1\"", "case c: topology small has no node 'r1'" },
	{ "from: src, headend: r2, to: \"fc00:d::1\"", "case c: topology small has no node 'r2'" },
	{ "from: src, to: \"fc00:d::2\"",
	  "case c: no node of topology small has the address fc00:d::2; give it to one, or name `to_node`" },
	{ "from: src, to: \"fc00:d::2\", to_node: dst", NULL },
	{ "from: src, to: \"fc00:d::1\", to_node: r1", "case c: topology small has no node 'r1'" },
	{ "from: src, to: \"fc00:d::1\", segments: [\"fc00:1::100\"]", NULL },
	{ "from: src, to: \"fc00:d::1\", mode: inline", "case c: mode inline has no segments; give `segments`" },
	{ "from: src, headend: dst, mode: encap, segments: [\"fc00:1::100\"], to: \"fc00:d::1\"",
	  "case c: headend dst does not lie on the way from src to fc00:d::1" },
	{ "from: src, to: \"fc00:d::1\", tcp: crafted, payload: 0",
	  "case c: a crafted packet without payload needs `flags` with syn" },
	{ "from: src, to: \"fc00:d::1\", tcp: crafted, payload: 0, flags: syn", NULL },
	{ "from: src, to: \"fc00:d::1\"}\nset: {r1.a0.gro: on, r1.seg6_enabled: 0", NULL },
};

static void errors(void **state)
{
	struct topology *topologies[2] = { NULL, NULL };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(topology_parse(&topologies[0], "t.yaml", bytes_of(CHAIN), &err), 0);
	assert_int_equal(topology_parse(&topologies[1], "small.yaml", bytes_of(SMALL), &err), 0);
	for (size_t i = 0; i < COUNT(unplannable); i++) {
		owned(testcase) testcase = NULL;
		owned(plan) plan = NULL;
		owned_text text = text_format("case: c\ntraffic: {%s}\nexpect: {fate: delivered}\n"
		                              "axes: {topology: [t, small]}\n",
		                              unplannable[i].traffic);
		err = (struct error){ 0 };
		assert_int_equal(testcase_parse(&testcase, "c.yaml", bytes_of(text), find_either, topologies, &err), 0);
		int result = plan_make(&plan, testcase, topologies[1], 1, &err);
		if (result != (unplannable[i].message ? -1 : 0))
			print_error("%s%s", text, err.text);
		assert_int_equal(result, unplannable[i].message ? -1 : 0);
		assert_int_equal(err.count, unplannable[i].message ? 1 : 0);
		assert_int_equal(plan == NULL, unplannable[i].message != NULL);
		if (unplannable[i].message)
			assert_non_null(strstr(err.text, unplannable[i].message));
		else
			assert_int_equal(plan->from, 0);
	}
	topology_free(topologies[0]);
	topology_free(topologies[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offload_settings),
		cmocka_unit_test(node_and_interface_settings),
		cmocka_unit_test(traffic_defaults),
		cmocka_unit_test(traffic_settings),
		cmocka_unit_test(who_receives),
		cmocka_unit_test(routes),
		cmocka_unit_test(routing_loop),
		cmocka_unit_test(no_line_for_what_nobody_owns),
		cmocka_unit_test(lines_grow_with_routers),
		cmocka_unit_test(outer_source),
		cmocka_unit_test(service_lines),
		cmocka_unit_test(service_next_hops),
		cmocka_unit_test(sid_lines),
		cmocka_unit_test(sysctl_lines),
		cmocka_unit_test(script),
		cmocka_unit_test(traffic_routes),
		cmocka_unit_test(labs_that_are_shared),
		cmocka_unit_test(labs_of_topologies),
		cmocka_unit_test(key_and_script),
		cmocka_unit_test(pure),
		cmocka_unit_test(interfaces),
		cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
