/* Differences: each thing that a case may expect, against what was seen. */
#include "testing.h"

static void every_difference(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_bad_syn(&s, 1);
	scene_count_sums(&s, DST, 1);
	s.expect = (struct expectation){ .has_fate = true, .fate = FATE_STALLED, .at = "r1", .reason = "no-route" };
	comes_out(&s, "6.1", OUTCOME_FAIL,
	          "expected stalled, saw dropped; expected at r1, saw dst; expected reason no-route, saw tcp-csum: ");
	s.expect = (struct expectation){ .has_fate = true, .fate = FATE_DROPPED, .at = "dst", .reason = "tcp-csum" };
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	s.expect = (struct expectation){ .at = "dst" };
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	scene_end(&s);
}

static void srh_rules(void **state)
{
	static const struct {
		const char *hop;
		int left;
		const char *why; /* NULL: it holds */
	} rows[] = {
		{ "src.a0:out", 1, NULL },
		{ "r1.a1", 1, NULL },
		{ "r1.a1:in", 0, "expected at r1.a1:in an SRH with 0 left, saw an SRH with 1 left" },
		{ "r1.a1", NO_SRH, "expected at r1.a1 no SRH, saw an SRH with 1 left" },
		{ "r1.b0:out", 0, NULL },
		{ "dst.b1", 0, "expected at dst.b1 an SRH with 0 left, saw no SRH" },
		{ "dst.b1", NO_SRH, "expected at dst.b1 no SRH, saw an SRH with 0 left" },
		{ "r1.a1:out", 0, "expected at r1.a1:out an SRH with 0 left, saw no packet there" },
		{ "r1.a1:out", NO_SRH, "saw no packet there" },
		{ "r2.a1", NO_SRH, NULL },
	};
	struct scene s;

	(void)state;
	scene_start(&s);
	s.expect.broken.any = true;
	scene_deliver(&s);
	/* One comes to dst once more, without its SRH; what comes back has none anyway. */
	struct packet_spec bare = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 500);
	bare.mode = MODE_PLAIN;
	scene_capture(&s, HOP(DST_B1, HOP_IN), &bare);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct srh_rule rule = { .hop = (char *)rows[i].hop, .left = rows[i].left };
		s.expect.srh = &rule;
		s.expect.srh_count = 1;
		comes_out(&s, "6.1", rows[i].why ? OUTCOME_FAIL : OUTCOME_PASS, rows[i].why);
	}
	scene_end(&s);
}

static void aggregation_rules(void **state)
{
	static const struct {
		const char *hop;
		enum merging merging;
		double number;
		bool holds;
	} rows[] = {
		{ "r1.a1", MERGING_NONE, 0, true },         { "r1.a1:in", MERGING_MERGED, 0, false },
		{ "r1.b0:out", MERGING_MERGED, 0, true },   { "r1.b0:out", MERGING_NONE, 0, false },
		{ "r1.b0:out", MERGING_EXACTLY, 4, true },  { "r1.b0:out", MERGING_EXACTLY, 3, false },
		{ "r1.b0:out", MERGING_AT_LEAST, 4, true }, { "r1.b0:out", MERGING_AT_LEAST, 4.1, false },
		{ "r1.b0:out", MERGING_SPLIT, 0, false },   { "dst.b1", MERGING_SPLIT, 0, true },
		{ "dst.b1", MERGING_AT_LEAST, 1, false },   { "r1.a1:out", MERGING_NONE, 0, false },
		{ "r1.a1:out", MERGING_SPLIT, 0, false },   { "r2.a1", MERGING_MERGED, 0, true },
	};
	struct scene s;

	(void)state;
	scene_start(&s);
	s.expect.broken.any = true;
	scene_handshake(&s);
	scene_data(&s, 0, 4, 2);
	struct packet_spec merged = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 4000);
	scene_capture(&s, HOP(R1_B0, HOP_OUT), &merged)->gso_size = 1000;
	for (unsigned i = 0; i < 8; i++) {
		struct packet_spec half = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + 500 * i, 500);
		scene_capture(&s, HOP(DST_B1, HOP_IN), &half);
	}
	s.trace->client.sent = s.trace->server.received = 4000;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct aggregation_rule rule = { .hop = (char *)rows[i].hop,
			                         .merging = rows[i].merging,
			                         .number = rows[i].number };
		s.expect.aggregation = &rule;
		s.expect.aggregation_count = 1;
		comes_out(&s, "6.1", rows[i].holds ? OUTCOME_PASS : OUTCOME_FAIL, rows[i].holds ? NULL : rows[i].hop);
	}
	struct aggregation_rule silent = { .hop = "r1.a1:out", .merging = MERGING_MERGED };
	s.expect.aggregation = &silent;
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected aggregation at r1.a1:out merged, saw no data there");
	scene_end(&s);
}

static void complaints(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	s.expect.complaint = "l4 proto=2b";
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected complaint \"l4 proto=2b\", saw none");
	*PUSH(s.trace->complaints, s.trace->complaint_count) = text_copy("src.a0: partial checksum but l4 proto=2b!");
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	s.expect.complaint = "l4 proto=2c";
	comes_out(&s, "6.1", OUTCOME_FAIL, "saw \"src.a0: partial checksum but l4 proto=2b!\"");
	s.expect.complaint = NULL;
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected complaint none, saw \"src.a0");
	scene_end(&s);
}

/* What the kernel's log says of the verdict's own reason is in its sentence, and no difference. */
static void complaint_is_the_reason(void **state)
{
	static const char words[] = "Dead loop on virtual device b0, fix it urgently!";
	struct address segments[9];

	(void)state;
	for (size_t count = 8; count <= COUNT(segments); count++) {
		struct scene s;
		scene_start(&s);
		for (size_t i = 0; i < count; i++)
			segments[i] = s.segment;
		s.expect = (struct expectation){ .has_fate = true, .fate = FATE_DROPPED };
		s.plan.traffic.segments[MODE_INLINE] = (struct segment_list){ true, segments, count };
		scene_push(&s);
		struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
		syn.segments = segments;
		syn.segment_count = count;
		scene_send(&s, true, syn, 2);
		*PUSH(s.trace->complaints, s.trace->complaint_count) = text_format("kernel: %s", words);
		*PUSH(s.trace->log, s.trace->log_count) = text_copy(words);
		if (count == 9)
			comes_out(&s, "6.18", OUTCOME_PASS, "its log says \"Dead loop on virtual device b0");
		else
			comes_out(&s, "6.18", OUTCOME_FAIL, "expected complaint none, saw \"kernel: Dead loop");
		scene_end(&s);
	}
}

/* A wrong sum that did no harm is a difference; if the case expects it, its absence and its spreading are. */
static void bad_checksums(void **state)
{
	char *here[] = { "src.a0:out", "r1.a1", "r1.b0:out", "dst.b1:in" }, *elsewhere[] = { "dst.b1" };
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_bad_syn(&s, 1);
	scene_count_sums(&s, DST, 1);
	s.expect = (struct expectation){ .has_fate = true, .fate = FATE_DROPPED };
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	s.expect.bad_checksums = (struct hop_list){ .hops = here, .count = COUNT(here) };
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	s.expect.bad_checksums.count = 1;
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected bad checksums at r1.a1:in none, saw 1");
	s.expect.bad_checksums.hops = elsewhere;
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected bad checksums at src.a0:out none, saw 1");
	s.expect.bad_checksums.any = true;
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	scene_end(&s);
	scene_start(&s);
	scene_deliver(&s);
	s.expect.bad_checksums = (struct hop_list){ .hops = elsewhere, .count = 1 };
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected bad checksums at dst.b1:in some, saw 0");
	scene_end(&s);
}

/* So is a frame larger than the MTU of the interface that it leaves; arriving, or to be cut yet, it is none. */
static void oversize_frames(void **state)
{
	const size_t frame = 14 + 40 + 8 + 32 + 20 + 1000; /* scene_data()'s, inline with two segments */
	char *here[] = { "src.a0:out" }, *elsewhere[] = { "r1.b0:out" };
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	s.interfaces[SRC_A0].mtu = (unsigned)frame - 14;
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	s.interfaces[SRC_A0].mtu--;
	comes_out(&s, "6.1", OUTCOME_FAIL,
	          "expected oversize frames at src.a0:out none, saw 4: delivered: 4000 octets; dst.b1 saw 4 data "
	          "packets for 4 "
	          "sent. 4 frames left src.a0 larger than its MTU of 1099.");
	s.expect.oversize = (struct hop_list){ .hops = elsewhere, .count = 1 };
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected oversize frames at src.a0:out none, saw 4");
	s.expect.oversize.hops = here;
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	s.expect.oversize = (struct hop_list){ .any = true };
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	s.interfaces[SRC_A0].mtu = 1500;
	s.expect.oversize = (struct hop_list){ .hops = elsewhere, .count = 1 };
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected oversize frames at r1.b0:out some, saw 0");
	s.expect.oversize.count = 0;
	s.interfaces[R1_A1].mtu = s.interfaces[DST_B1].mtu = 1280 - 200; /* where they arrive */
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	s.interfaces[R1_B0].mtu = 1280 - 200;
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected oversize frames at r1.b0:out none, saw 4");
	for (size_t i = 0; i < s.trace->packet_count; i++)
		s.trace->packets[i].gso_size = 500;
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	scene_end(&s);
}

/* An invariant that is broken is a difference whatever the fate; where that is expected, that it holds is one. */
static void broken_invariants(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	s.expect.broken.has[INVARIANT_HOP_LIMIT] = true;
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected broken invariants hop-limit, saw none");
	struct packet_spec last = scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 1 + 4000, 1000);
	scene_send(&s, true, last, 2);
	last.segments_left = 0;
	last.hop_limit = 62;
	scene_capture(&s, HOP(R1_B0, HOP_OUT), &last);
	scene_capture(&s, HOP(DST_B1, HOP_IN), &last);
	s.plan.traffic.bytes = 5000;
	s.trace->client.sent = s.trace->server.received = 5000;
	comes_out(&s, "6.1", OUTCOME_PASS,
	          " r1 broke hop-limit (RFC 8200 3, RFC 8754 4.3.1.1, RFC 8986 4.1 and 5.1): 1 packet leaving r1.b0, "
	          "expected 63 (64 came), saw 62.");
	s.expect.broken.has[INVARIANT_FLOW_LABEL] = true;
	comes_out(&s, "6.1", OUTCOME_FAIL,
	          "expected broken invariants hop-limit, flow-label, saw hop-limit: delivered");
	s.expect.broken = (struct invariant_set){ 0 };
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected broken invariants none, saw hop-limit: delivered");
	s.expect.broken.any = true;
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	scene_end(&s);
}

static void hop_names(void **state)
{
	static const struct {
		const char *text;
		size_t hop;
	} rows[] = {
		{ "src.a0", HOP(SRC_A0, HOP_IN) },
		{ "dst.b1:in", HOP(DST_B1, HOP_IN) },
		{ "r1.b0:out", HOP(R1_B0, HOP_OUT) },
		{ "r1.a0", NOT_FOUND },
		{ "r9.a0", NOT_FOUND },
		{ "dst.b1:", NOT_FOUND },
		{ "dst.b1:up", NOT_FOUND },
		{ "dst.b1:inn", NOT_FOUND },
		{ "dst.b1:in:out", NOT_FOUND },
		{ "dst.b1 ", NOT_FOUND },
		{ "dst", NOT_FOUND },
		{ ".b1", NOT_FOUND },
		{ "", NOT_FOUND },
		{ "a-name-that-is-much-too-long.b1", NOT_FOUND },
	};
	char text[HOP_TEXT_SIZE];
	struct scene s;

	(void)state;
	scene_start(&s);
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(hop_find(&s.topology, rows[i].text), rows[i].hop);
	for (size_t hop = 0; hop < HOPS(&s.topology); hop++)
		assert_int_equal(hop_find(&s.topology, hop_text(&s.topology, hop, text)), hop);
	assert_string_equal(hop_text(&s.topology, HOP(R1_B0, HOP_OUT), text), "r1.b0:out");
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_difference),
		cmocka_unit_test(aggregation_rules),
		cmocka_unit_test(srh_rules),
		cmocka_unit_test(complaints),
		cmocka_unit_test(complaint_is_the_reason),
		cmocka_unit_test(bad_checksums),
		cmocka_unit_test(oversize_frames),
		cmocka_unit_test(broken_invariants),
		cmocka_unit_test(hop_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
