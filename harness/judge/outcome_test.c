/* Outcomes: what was expected, what is documented, and what was seen. */
#include "../../tests/scene.h"

static void comes_out(const struct scene *scene, const char *release, enum outcome outcome, const char *why)
{
	owned(judgement) judgement = judge(&scene->plan, scene->trace, &(struct circumstances){ .release = release });

	if (judgement->outcome != outcome || (why && !strstr(judgement->why, why)))
		print_message("%s: %s\n", word_of(outcome_words, (int)judgement->outcome), judgement->why);
	assert_int_equal(judgement->outcome, outcome);
	if (why)
		assert_non_null(strstr(judgement->why, why));
	assert_int_equal(!judgement->verdict, outcome == OUTCOME_SKIP || outcome == OUTCOME_BROKEN);
}

/* The first issue of the source document, as a case says it. */
static void document(struct scene *scene)
{
	scene->known = (struct expectation){ .kernel = ">=4.10 <4.13",
		                             .has_fate = true,
		                             .fate = FATE_DROPPED,
		                             .at = "dst",
		                             .reason = "tcp-csum",
		                             .because = "GRO marks csum_bad, TCP drops",
		                             .reference = "219f1d798779" };
	scene->testcase.known_count = 1;
}

static void pass(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	comes_out(&s, "6.18.44", OUTCOME_PASS, "delivered: 4000 octets");
	s.expect.at = "dst";
	comes_out(&s, "6.18.44", OUTCOME_FAIL, "expected at dst, saw no place");
	s.expect.at = NULL;
	s.expect.reason = "tcp-csum";
	comes_out(&s, "6.18.44", OUTCOME_FAIL, "expected reason tcp-csum, saw none");
	scene_end(&s);
}

/* A loss that another case documents under a name is told to look like it, on kernels that have it, and when one only
 * does. */
static void looks_like_a_deviation(void **state)
{
	struct deviation csum = {
		.name = "gro-csum-bad", .because = "GRO marks it", .kernel = ">=4.10 <4.13", .reason = REASON_TCP_CSUM
	};
	struct deviation twin = {
		.name = "twin", .because = "so does this", .kernel = ">=4.12 <4.13", .reason = REASON_TCP_CSUM
	};
	struct deviation other = { .name = "other", .because = "x", .reason = REASON_NO_ROUTE };
	struct deviation *list[] = { &other, &csum, &twin };
	const struct deviations deviations = { list, COUNT(list) };
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_bad_syn(&s, 4);
	scene_count(&s, DST, "TcpInCsumErrors", 4);
	s.testcase.deviations = &deviations;
	comes_out(&s, "4.11.0", OUTCOME_FAIL, " It looks like the deviation gro-csum-bad: GRO marks it.");
	for (int on_4_12 = 0; on_4_12 < 2; on_4_12++) {
		owned(judgement) judgement =
		        judge(&s.plan, s.trace, &(struct circumstances){ .release = on_4_12 ? "4.12.0" : "4.13.0" });
		assert_null(judgement->like);
		assert_null(strstr(judgement->why, "looks like"));
	}
	scene_end(&s);
}

static void known_fixed_and_fail(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	document(&s);
	scene_bad_syn(&s, 4);
	struct counter *counter = scene_count(&s, DST, "TcpInCsumErrors", 4);
	comes_out(&s, "4.12.0", OUTCOME_KNOWN, "It is documented: GRO marks csum_bad, TCP drops.");
	comes_out(&s, "4.13.4", OUTCOME_FAIL,
	          "expected delivered, saw dropped; expected bad checksums at src.a0:out none, saw 4: dropped at dst");
	strcpy(counter->name, "Ip6InNoRoutes");
	comes_out(&s, "4.12.0", OUTCOME_FAIL, "expected delivered, saw dropped");
	scene_end(&s);
	scene_start(&s);
	document(&s);
	scene_deliver(&s);
	comes_out(&s, "4.12.0", OUTCOME_FIXED, "A deviation is documented for this kernel: GRO marks");
	comes_out(&s, "4.13.4", OUTCOME_PASS, NULL);
	s.known.because = "GRO marks it.";
	comes_out(&s, "4.12.0", OUTCOME_FIXED, "this kernel: GRO marks it.");
	s.known.because = "";
	comes_out(&s, "4.12.0", OUTCOME_FIXED, NULL);
	/* What is documented may say less than what is expected. */
	s.known = (struct expectation){ .has_fate = true, .fate = FATE_DELIVERED };
	comes_out(&s, "4.12.0", OUTCOME_PASS, NULL);
	scene_end(&s);
}

/* A warning is the kernel's log to tell of: the judge says beside which verdict it is documented. */
static void documented_warning(void **state)
{
	static const struct {
		enum fate fate;
		bool has_fate;
		const char *kernel, *log;
		bool may_warn;
		enum outcome outcome;
	} rows[] = {
		{ FATE_DELIVERED, true, "<4.11", "skb_try_coalesce", true, OUTCOME_PASS },
		{ FATE_DELIVERED, true, "<4.11", NULL, false, OUTCOME_PASS },
		{ FATE_DELIVERED, true, ">=4.11", "skb_try_coalesce", false, OUTCOME_PASS },
		{ FATE_DROPPED, true, "<4.11", "skb_try_coalesce", false, OUTCOME_FIXED },
		{ FATE_DROPPED, false, "<4.11", "skb_try_coalesce", true, OUTCOME_PASS },
	};
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	s.testcase.known_count = 1;
	for (size_t i = 0; i < COUNT(rows); i++) {
		s.known = (struct expectation){ .kernel = (char *)rows[i].kernel,
			                        .has_fate = rows[i].has_fate,
			                        .fate = rows[i].fate,
			                        .log = (char *)rows[i].log };
		owned(judgement) judgement = judge(&s.plan, s.trace, &(struct circumstances){ .release = "4.10.17" });
		assert_int_equal(judgement->may_warn, rows[i].may_warn);
		assert_int_equal(judgement->outcome, rows[i].outcome);
	}
	/* Alone in its row it excuses no other verdict. */
	s.expect = (struct expectation){ .has_fate = true, .fate = FATE_DROPPED };
	owned(judgement) other = judge(&s.plan, s.trace, &(struct circumstances){ .release = "4.10.17" });
	assert_int_equal(other->outcome, OUTCOME_FAIL);
	assert_false(other->may_warn);
	scene_end(&s);
}

static void every_difference(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_bad_syn(&s, 1);
	scene_count(&s, DST, "TcpInCsumErrors", 1);
	s.expect = (struct expectation){ .has_fate = true, .fate = FATE_STALLED, .at = "r1", .reason = "no-route" };
	comes_out(&s, "6.1", OUTCOME_FAIL,
	          "expected stalled, saw dropped; expected at r1, saw dst; expected reason no-route, saw tcp-csum: ");
	s.expect = (struct expectation){ .has_fate = true, .fate = FATE_DROPPED, .at = "dst", .reason = "tcp-csum" };
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	s.expect = (struct expectation){ .at = "dst" };
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	scene_end(&s);
}

static void skip_and_broken(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	s.trace->lost = 3;
	comes_out(&s, "6.1", OUTCOME_BROKEN, "the capture lost 3 packets");
	s.trace->broken = text_copy("the receiver's socket: no");
	comes_out(&s, "6.1", OUTCOME_BROKEN, "the receiver's socket: no");
	s.trace->skip = text_copy("no /dev/net/tun");
	comes_out(&s, "6.1", OUTCOME_SKIP, "no /dev/net/tun");
	scene_end(&s);
	scene_start(&s);
	scene_deliver(&s);
	s.expect.kernel = ">=6.2";
	comes_out(&s, "6.1", OUTCOME_BROKEN, "expects nothing of this cell on kernel 6.1");
	comes_out(&s, "6.2", OUTCOME_PASS, NULL);
	scene_end(&s);
}

static void first_row_that_holds(void **state)
{
	struct axis_value values[] = { { .label = "on" }, { .label = "off" } };
	struct axis axis = { .name = "src.a0.tx", .values = values, .value_count = 2 };
	size_t on = 0;
	struct condition when = { .axis = 0, .values = &on, .value_count = 1 };
	struct expectation rows[] = {
		{ .conditions = &when, .condition_count = 1, .has_fate = true, .fate = FATE_DROPPED },
		{ .has_fate = true, .fate = FATE_DELIVERED }
	};
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	s.testcase.axes = &axis;
	s.testcase.axis_count = 1;
	s.testcase.expect = rows;
	s.testcase.expect_count = 2;
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected dropped, saw delivered");
	s.plan.cell = 1;
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
	scene_deliver(&s);
	/* One comes to dst once more, without its SRH; what comes back has none anyway. */
	struct packet_spec bare = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 500);
	bare.mode = MODE_PLAIN;
	scene_see(&s, HOP(DST_B1, HOP_IN), &bare);
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
	scene_handshake(&s);
	scene_data(&s, 0, 4, 2);
	struct packet_spec merged = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 4000);
	scene_see(&s, HOP(R1_B0, HOP_OUT), &merged)->gso_size = 1000;
	for (unsigned i = 0; i < 8; i++) {
		struct packet_spec half = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + 500 * i, 500);
		scene_see(&s, HOP(DST_B1, HOP_IN), &half);
	}
	s.trace->sender.sent = s.trace->receiver.received = 4000;
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

/* A wrong sum that nobody minded is a difference; where it is expected, its absence and its spreading are. */
static void bad_checksums(void **state)
{
	char *here[] = { "src.a0:out", "r1.a1", "r1.b0:out", "dst.b1:in" }, *elsewhere[] = { "dst.b1" };
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_bad_syn(&s, 1);
	scene_count(&s, DST, "TcpInCsumErrors", 1);
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

/* Octets that no capture saw are no evidence: never a PASS. */
static void blind_captures(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	size_t count = s.trace->packet_count;
	s.trace->packet_count = 0;
	owned(judgement) blind = judge(&s.plan, s.trace, &(struct circumstances){ .release = "6.1" });
	s.trace->packet_count = count;
	assert_int_equal(blind->outcome, OUTCOME_BROKEN);
	assert_non_null(strstr(blind->why, "the captures saw none of the 4000 octets"));
	scene_end(&s);
}

/* The mode says segments, and the packets have none: the route was not the plan's. */
static void without_srh(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	s.plan.traffic.mode = MODE_PLAIN;
	scene_deliver(&s);
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	s.plan.traffic.mode = MODE_INLINE;
	comes_out(&s, "6.1", OUTCOME_BROKEN, "mode is inline and src pushed no SRH");
	scene_end(&s);
}

/* All octets arrived, and their sender never heard so. */
static void unacknowledged(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	scene_send(&s, false, scene_packet(&s, false, TCP_ACK, SERVER_ISN + 1, 0), 2);
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	s.trace->sender.unacknowledged = 1000;
	comes_out(&s, "6.1", OUTCOME_FAIL,
	          "dropped at r1 for unexplained: the last acknowledgement was last seen arriving at r1.b0");
	scene_end(&s);
}

/* A row that blames an emulator counts where that one ran, and nowhere else. */
static void emulators(void **state)
{
	static const struct {
		const char *qemu;
		enum outcome outcome;
	} rows[] = {
		{ "7.2.22", OUTCOME_KNOWN }, { "10.0.2", OUTCOME_FAIL }, { "", OUTCOME_FAIL }, { NULL, OUTCOME_FAIL }
	};
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_bad_syn(&s, 1);
	scene_count(&s, DST, "TcpInCsumErrors", 1);
	s.expect = (struct expectation){ .has_fate = true, .fate = FATE_DELIVERED };
	s.known = (struct expectation){ .qemu = ">=7.2 <8", .has_fate = true, .fate = FATE_DROPPED };
	s.testcase.known_count = 1;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct circumstances in = { .release = "6.1", .qemu = rows[i].qemu };
		owned(judgement) one = judge(&s.plan, s.trace, &in);
		assert_int_equal(one->outcome, rows[i].outcome);
	}
	scene_end(&s);
}

/* A row counts only where the kernel has what it needs. */
static void needed_features(void **state)
{
	char *needs[] = { "veth-gro" };
	bool has[FEATURES] = { [FEATURE_SEG6] = true };
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_bad_syn(&s, 1);
	scene_count(&s, DST, "TcpInCsumErrors", 1);
	s.expect = (struct expectation){ .has_fate = true, .fate = FATE_DELIVERED };
	s.known = (struct expectation){ .needs = needs, .need_count = 1, .has_fate = true, .fate = FATE_DROPPED };
	s.testcase.known_count = 1;
	owned(judgement) without = judge(&s.plan, s.trace, &(struct circumstances){ .release = "6.1", .has = has });
	assert_int_equal(without->outcome, OUTCOME_FAIL);
	has[FEATURE_VETH_GRO] = true;
	owned(judgement) with = judge(&s.plan, s.trace, &(struct circumstances){ .release = "6.1", .has = has });
	assert_int_equal(with->outcome, OUTCOME_KNOWN);
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
		cmocka_unit_test(pass),
		cmocka_unit_test(known_fixed_and_fail),
		cmocka_unit_test(documented_warning),
		cmocka_unit_test(looks_like_a_deviation),
		cmocka_unit_test(every_difference),
		cmocka_unit_test(skip_and_broken),
		cmocka_unit_test(first_row_that_holds),
		cmocka_unit_test(aggregation_rules),
		cmocka_unit_test(srh_rules),
		cmocka_unit_test(complaints),
		cmocka_unit_test(complaint_is_the_reason),
		cmocka_unit_test(bad_checksums),
		cmocka_unit_test(oversize_frames),
		cmocka_unit_test(blind_captures),
		cmocka_unit_test(without_srh),
		cmocka_unit_test(unacknowledged),
		cmocka_unit_test(needed_features),
		cmocka_unit_test(emulators),
		cmocka_unit_test(hop_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
