/* What a cell's settings make of its topology and traffic. */
#include "device.h"
#include "tcp.h"
#include "testing.h"

/* Interfaces: src.b0, r1.a0, r1.b0, r2.a0, r2.b0, dst.a0. */
static const struct {
	const char *settings;
	size_t cell;
	const char *offloads;
} offload_rows[] = {
	{ "", 0, "------- ------- ------- ------- ------- -------" },
	{ "set: {\"*.*.gro\": off}", 0, "----0-- ----0-- ----0-- ----0-- ----0-- ----0--" },
	{ "set: {\"*.*.gro\": off, \"r*.*.gro\": on, r1.b0.gro: off}", 0,
	  "----0-- ----1-- ----0-- ----1-- ----1-- ----0--" },
	{ "set: {r1.b0.gro: off, \"r*.*.gro\": on, \"*.*.gro\": off}", 0,
	  "----0-- ----0-- ----0-- ----0-- ----0-- ----0--" },
	{ "set: {\"r?.a0.tso\": off, \"r[2-9].?0.tx\": on}", 0, "------- --0---- ------- -10---- -1----- -------" },
	{ "set: {\"*.a0.rx\": on, \"dst.*.gso\": off}", 0, "------- 1------ ------- 1------ ------- 1--0---" },
	{ "set: {src.b0.tx: off}\naxes: {src.b0.tx: [on, off]}", 0, "-1----- ------- ------- ------- ------- -------" },
	{ "set: {src.b0.tx: on}\naxes: {src.b0.tx: [on, off]}", 1, "-0----- ------- ------- ------- ------- -------" },
	/* of two axes the later one wins, and the last varies fastest */
	{ "axes: {all: {y: {\"*.*.gro\": on}}, r1.a0.gro: [off]}", 0,
	  "----1-- ----0-- ----1-- ----1-- ----1-- ----1--" },
	{ "axes: {r1.a0.gro: [off], all: {y: {\"*.*.gro\": on}}}", 0,
	  "----1-- ----1-- ----1-- ----1-- ----1-- ----1--" },
	{ "set: {\"*.a0.lro\": off, dst.a0.lro: on}", 0, "------- -----0- ------- -----0- ------- -----1-" },
	{ "set: {\"r1.*.rx-gro-list\": on}", 0, "------- ------1 ------1 ------- ------- -------" },
	{ "axes: {src.b0.tx: [on, off], dst.a0.rx: [on, off]}", 1, "-1----- ------- ------- ------- ------- 0------" },
	{ "axes: {src.b0.tx: [on, off], dst.a0.rx: [on, off]}", 2, "-0----- ------- ------- ------- ------- 1------" },
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
	                 "  r1.service.checksum: complete, dst.seg6_require_hmac: 1, mode: inline, segments: "
	                 "[\"fc00:1::100\"]}\n"
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
	assert_string_equal(node_service(&cell->nodes[1])->kind->word, "packet");
	assert_int_equal(node_service(&cell->nodes[1])->checksum, SERVICE_COMPLETE);
	assert_null(node_service(&cell->nodes[2]));
	/* the topology itself is as the file has it */
	for (size_t i = 0; i < INTERFACES(file); i++)
		assert_int_equal(file->interfaces[i].mtu, 1500);
	assert_int_equal(file->nodes[1].seg6_enabled, 1);
	assert_null(node_service(&file->nodes[1]));
	assert_int_equal(file->nodes[3].seg6_require_hmac, 0);
}

static void default_traffic(void **state)
{
	owned_made made = make(CHAIN, CASE("", ""), 0);
	const struct traffic *traffic = &made.plan->traffic;

	(void)state;
	assert_int_equal(traffic->generator, GENERATOR_KERNEL);
	assert_int_equal(traffic->mode, MODE_PLAIN);
	assert_int_equal(traffic->direction, DIRECTION_FORWARD);
	assert_int_equal(traffic->bytes, 65536);
	assert_int_equal(traffic->checksum, CHECKSUM_VALID);
	assert_int_equal(traffic->burst, 1);
	assert_int_equal(traffic->payload, 1000);
	assert_int_equal(tcp_fields(traffic)->flags, TCP_PSH | TCP_ACK);
	assert_int_equal(tcp_fields(traffic)->sequence, 0);
	assert_int_equal(traffic->cut, 0);
	assert_int_equal(traffic->hop_limit, FIELD_AUTO);
	assert_int_equal(traffic->segments_left, FIELD_AUTO);
	assert_int_equal(traffic->last_entry, FIELD_AUTO);
	assert_int_equal(traffic->routing_type, FIELD_AUTO);
	assert_int_equal(traffic->srh_length, FIELD_AUTO);
	assert_int_equal(traffic->srh_flags, FIELD_AUTO);
	assert_int_equal(traffic->tag, FIELD_AUTO);
	assert_int_equal(traffic->tlvs.length, 0);
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
	                  "axes: {uses: {a: {}, b: {tcp: kernel}}, mode: [encap], bytes: [2k], headend: [r1], to: "
	                  "[\"fc00:d::2\"]}"),
	             0);
	const struct traffic *traffic = &made.plan->traffic;

	(void)state;
	assert_int_equal(traffic->mode, MODE_ENCAP); /* axes after traffic after set */
	assert_int_equal(traffic->tag, 5);
	assert_int_equal(traffic->burst, 4);
	assert_int_equal(traffic->bytes, 2048);
	assert_int_equal(traffic->generator, GENERATOR_CRAFTED);
	assert_int_equal(tcp_fields(traffic)->flags, TCP_SYN);
	assert_int_equal(tcp_fields(traffic)->sequence, -7);
	assert_int_equal(traffic->hop_limit, 0);
	assert_int_equal(traffic->tlvs.length, 3);
	assert_memory_equal(traffic->tlvs.data, "\x05\x01\xff", 3);
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
	{ ", tcp: crafted, to_node: r2", "r2", false },
	{ "}\nset: {to: \"fc00:2::100\"", "dst", true },                  /* traffic comes later */
	{ ", tcp: crafted}\naxes: {to: [\"fc00:2::100\"]", "r2", false }, /* a SID is no socket's */
	{ "}\naxes: {to: [\"fc00:d::2\"]", "dst", true },
	{ ", tcp: crafted}\naxes: {to: [\"fc00:dead::1\"], to_node: [dst]", "dst", false },
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offload_settings), cmocka_unit_test(node_and_interface_settings),
		cmocka_unit_test(default_traffic),  cmocka_unit_test(traffic_settings),
		cmocka_unit_test(who_receives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
