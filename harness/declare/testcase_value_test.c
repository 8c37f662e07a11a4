#include <stdlib.h>

#include "device.h"
#include "testing.h"

static void test_cells(void **state)
{
	owned(testcase) c = must_parse(
	        state, EXPECTS("[{when: {mode: inline, r1.a0.gro: [off]}, fate: dropped}, {fate: delivered}]"));
	owned(testcase) without = must_parse(state, WITH(""));

	assert_int_equal(testcase_cells(c), 4);
	assert_int_equal(cell_choice(c, 1, 0), 0);
	assert_int_equal(cell_choice(c, 1, 1), 1);
	assert_int_equal(cell_choice(c, 2, 0), 1);
	owned_text text = cell_text(c, 1);
	assert_string_equal(text, "mode=inline r1.a0.gro=off");
	for (size_t cell = 0; cell < 4; cell++) {
		assert_int_equal(conditions_hold(c, c->expect[0].conditions, c->expect[0].condition_count, cell),
		                 cell == 1);
		assert_true(conditions_hold(c, c->expect[1].conditions, c->expect[1].condition_count, cell));
	}
	assert_int_equal(testcase_cells(without), 1);
	owned_text empty = cell_text(without, 0);
	assert_string_equal(empty, "");
}

static void test_ranks(void **state)
{
	owned(testcase) c = must_parse(state, WITH("axes: {mode: [plain, inline, encap], r1.a0.gro: [on, off], "
	                                           "bytes: [1k, 2k, 3k], r1.b0.gro: [on, off]}\n"));
	size_t cells[36];

	assert_int_equal(testcase_cells(c), COUNT(cells));
	for (size_t i = 0; i < COUNT(cells); i++)
		cells[cell_rank(c, i)] = i;
	for (size_t i = 1; i < COUNT(cells); i++) {
		size_t steps = 0;
		for (size_t a = 0; a < c->axis_count; a++)
			steps +=
			        (size_t)labs((long)cell_choice(c, cells[i], a) - (long)cell_choice(c, cells[i - 1], a));
		assert_int_equal(steps, 1);
	}
}

static void test_settings(void **state)
{
	owned(testcase) c = must_parse(
	        state, SENDS("bytes: 64k, segments: {encap: [\"fc00:1::100\", \"fc00:d::2\"]}, "
	                     "flags: [syn, psh], srh: {tlvs: \"01 02ff\", length: auto}") "set: {\"r*.?0.lro\": off, "
	                                                                                  "r1.service: "
	                                                                                  "tun, r1.seg6_enabled: on}\n"
	                                                                                  "axes: {tcp: [kernel, "
	                                                                                  "crafted], mode: [encap]}\n");
	const struct setting *s = c->base;

	assert_int_equal(c->base_count, 10);
	assert_int_equal(s[0].kind, SET_OFFLOAD);
	assert_int_equal(s[0].offload, OFFLOAD_LRO);
	assert_string_equal(s[0].node, "r*");
	assert_string_equal(s[0].interface, "?0");
	assert_int_equal(s[0].number, 0);
	assert_int_equal(s[1].kind, SET_SERVICE);
	assert_ptr_equal(device_at((int)s[1].number), device_find("tun"));
	assert_int_equal(s[2].kind, SET_SEG6_ENABLED);
	assert_int_equal(s[2].number, 1);
	assert_string_equal(s[3].key, "from");
	assert_string_equal(s[3].text, "src");
	assert_int_equal(s[4].field->type, FIELD_ADDRESS);
	assert_int_equal(s[4].address_count, 1);
	assert_int_equal(s[5].number, 65536);
	assert_string_equal(s[6].key, "segments.encap");
	assert_int_equal(s[6].field->modes, 1u << MODE_ENCAP);
	assert_int_equal(s[6].address_count, 2);
	assert_int_equal(s[7].number, TCP_SYN | TCP_PSH);
	assert_int_equal(s[8].octet_count, 3);
	assert_int_equal(s[8].octets[2], 0xff);
	assert_int_equal(s[9].number, FIELD_AUTO);
	assert_int_equal(s[9].where.line, 3);
}

static void test_labels(void **state)
{
	owned(testcase) c =
	        must_parse(state, ON("axes: {topology: {one: {mode: encap}, two: {}}, segments: [[], [\"fc00:1::1\", "
	                             "\"fc00:2::1\"]], r1.a0.gro: [true, 0], r1.seg6_enabled: [0, 1]}\n"));

	assert_int_equal(c->topology_count, 2);
	assert_string_equal(c->topologies[1], "two");
	assert_int_equal(c->axes[0].values[0].setting_count, 2);
	assert_int_equal(c->axes[0].values[0].settings[0].kind, SET_TOPOLOGY);
	assert_string_equal(c->axes[0].values[0].settings[0].text, "one");
	owned_text first = cell_text(c, 0);
	assert_string_equal(first, "topology=one segments=none r1.a0.gro=on r1.seg6_enabled=0");
	owned_text last = cell_text(c, testcase_cells(c) - 1);
	assert_string_equal(last, "topology=two segments=fc00:1::1,fc00:2::1 r1.a0.gro=off r1.seg6_enabled=1");
}

static void test_expectation(void **state)
{
	owned(testcase) c = must_parse(
	        state,
	        KNOWN("[{when: {mode: [encap]}, kernel: \">=4.10 <4.13\", needs: tun, verdict: {fate: "
	              "dropped, at: dst, reason: tcp-csum, complaint: beep, log: skb_try, aggregation: {\"dst.a0:in\": "
	              "\">=2.5\", r1.b0: split}}, because: b, ref: r, workaround: w}]"));
	const struct expectation *e = c->known;

	assert_int_equal(c->known_count, 1);
	assert_true(e->has_fate);
	assert_int_equal(e->fate, FATE_DROPPED);
	assert_string_equal(e->at, "dst");
	assert_string_equal(e->reason, "tcp-csum");
	assert_string_equal(e->kernel, ">=4.10 <4.13");
	assert_string_equal(e->needs[0], "tun");
	assert_string_equal(e->complaint, "beep");
	assert_string_equal(e->log, "skb_try");
	assert_string_equal(e->reference, "r");
	assert_int_equal(e->aggregation_count, 2);
	assert_string_equal(e->aggregation[0].hop, "dst.a0:in");
	assert_int_equal(e->aggregation[0].merging, MERGING_AT_LEAST);
	assert_true(e->aggregation[0].number == 2.5);
	assert_int_equal(e->aggregation[1].merging, MERGING_SPLIT);
	assert_int_equal(e->conditions[0].values[0], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),  cmocka_unit_test(test_ranks),       cmocka_unit_test(test_settings),
		cmocka_unit_test(test_labels), cmocka_unit_test(test_expectation),
	};

	return cmocka_run_group_tests_name("declare: testcase value", tests, topologies_make, topologies_drop);
}
