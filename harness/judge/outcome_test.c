/* Outcomes: what was expected, what is documented, and what was seen. */
#include "testing.h"

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
	scene_count_sums(&s, DST, 4);
	s.testcase.deviations = &deviations;
	comes_out(&s, "4.11.0", OUTCOME_FAIL, " It looks like the deviation gro-csum-bad: GRO marks it.");
	for (int on_4_12 = 0; on_4_12 < 2; on_4_12++) {
		owned(judgement) judgement =
		        scene_judge(&s, &(struct circumstances){ .release = on_4_12 ? "4.12.0" : "4.13.0" });
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
	struct counter *counter = scene_count_sums(&s, DST, 4);
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

/* Whether a warning came is read from the kernel's log: the judge only says beside which verdict it is documented. */
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
		owned(judgement) judgement = scene_judge(&s, &(struct circumstances){ .release = "4.10.17" });
		assert_int_equal(judgement->may_warn, rows[i].may_warn);
		assert_int_equal(judgement->outcome, rows[i].outcome);
	}
	/* Where the trace itself has what the kernel warned of. */
	*PUSH(s.trace->complaints, s.trace->complaint_count) = text_copy("kernel: a0: skb_try_coalesce");
	comes_out(&s, "4.10.17", OUTCOME_KNOWN, NULL);
	s.known.log = "hw csum failure";
	comes_out(&s, "4.10.17", OUTCOME_FAIL, "expected complaint none, saw \"kernel: a0");
	s.known.log = "skb_try_coalesce";
	/* Alone in its row it excuses no other verdict. */
	s.expect = (struct expectation){ .has_fate = true, .fate = FATE_DROPPED };
	owned(judgement) other = scene_judge(&s, &(struct circumstances){ .release = "4.10.17" });
	assert_int_equal(other->outcome, OUTCOME_FAIL);
	assert_false(other->may_warn);
	scene_end(&s);
}

/* What every kernel of an age has is a FAIL where it is refused, not where an option or the machine lacks it. */
static void promised(void **state)
{
	static const struct {
		const char *skip;
		bool fails;
	} rows[] = {
		{ "r1: this kernel refuses seg6local End flavors psp", true },
		{ "r1: this kernel ignores seg6local flavors psp", true },
		{ "src: this kernel refuses every `encap seg6` (Invalid argument)", true },
		{ "dst.a0: gro stays off on this kernel", true },
		{ "r1: this kernel has no `encap seg6local` (CONFIG_IPV6_SEG6_LWTUNNEL)", false },
		{ "r2: this kernel makes no vrf device (CONFIG_NET_VRF)", false },
		{ "src.tun: cannot open /dev/net/tun: Permission denied", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scene s;
		scene_start(&s);
		s.trace->skip = text_copy(rows[i].skip);
		comes_out(&s, "6.1", OUTCOME_SKIP, rows[i].skip);
		s.expect.promised = true;
		owned(judgement) judgement = scene_judge(&s, &(struct circumstances){ .release = "6.1" });
		assert_int_equal(judgement->outcome, rows[i].fails ? OUTCOME_FAIL : OUTCOME_SKIP);
		assert_non_null(strstr(judgement->why, rows[i].skip));
		scene_end(&s);
	}
}

/* What the kernel must refuse: by its own answer, and not for want of an option. */
static void refused(void **state)
{
	static const struct {
		const char *skip, *broken, *refusal;
		enum outcome outcome;
		const char *why;
	} rows[] = {
		{ "r1: this kernel refuses seg6local End lblen 17", NULL, "Invalid lengths", OUTCOME_PASS,
		  "the kernel refused `ip route add x`: Invalid lengths." },
		{ "r1: this kernel refuses seg6local End lblen 17", NULL, "RTNETLINK answers: No", OUTCOME_FAIL,
		  "expected a refusal with \"Invalid\", saw \"RTNETLINK answers: No\" to `ip route add x`" },
		{ "r1: this kernel ignores seg6local lblen 17", NULL, NULL, OUTCOME_FAIL,
		  "saw \"r1: this kernel ignores seg6local lblen 17\" to no line" },
		{ "r1: this kernel has no `encap seg6local` (CONFIG_X)", NULL, "Invalid", OUTCOME_SKIP, "has no" },
		{ NULL, "`ip route add x`: the kernel does not hold it", "Invalid.", OUTCOME_PASS, "x`: Invalid." },
		{ NULL, "`ip route add x`: the kernel does not hold it", "busy", OUTCOME_FAIL, "saw \"busy\" to" },
		{ NULL, "the receiver's socket: no", NULL, OUTCOME_BROKEN, "the receiver's socket" },
		{ NULL, NULL, NULL, OUTCOME_FAIL,
		  "expected a refusal with Invalid, saw that the kernel took every line: delivered" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scene s;
		scene_start(&s);
		scene_deliver(&s);
		s.expect = (struct expectation){ .refused = "Invalid" };
		s.trace->skip = text_copy(rows[i].skip);
		s.trace->broken = text_copy(rows[i].broken);
		s.trace->refusal = text_copy(rows[i].refusal);
		s.trace->refused_line = rows[i].refusal ? text_copy("`ip route add x`") : NULL;
		owned(judgement) judgement = scene_judge(&s, &(struct circumstances){ .release = "6.1" });
		assert_int_equal(judgement->outcome, rows[i].outcome);
		assert_non_null(strstr(judgement->why, rows[i].why));
		scene_end(&s);
	}
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

/* Octets that no capture saw are not evidence: never a PASS. */
static void blind_captures(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	size_t count = s.trace->packet_count;
	s.trace->packet_count = 0;
	owned(judgement) blind = scene_judge(&s, &(struct circumstances){ .release = "6.1" });
	s.trace->packet_count = count;
	assert_int_equal(blind->outcome, OUTCOME_BROKEN);
	assert_non_null(strstr(blind->why, "the captures saw none of the 4000 octets"));
	scene_end(&s);
}

/* The mode says segments, and the packets have none, though the kernel holds the plan's route. */
static void without_srh(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	s.plan.traffic.mode = MODE_PLAIN;
	scene_push(&s);
	scene_deliver(&s);
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	s.plan.traffic.mode = MODE_INLINE;
	scene_push(&s);
	comes_out(&s, "6.1", OUTCOME_FAIL,
	          "src broke policy (RFC 8754 4.1, RFC 8986 5.1 and 4.13): 6 packets leaving "
	          "src.a0, expected an SRH, saw none.");
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
	s.trace->client.unacknowledged = 1000;
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
	scene_count_sums(&s, DST, 1);
	s.expect = (struct expectation){ .has_fate = true, .fate = FATE_DELIVERED };
	s.known = (struct expectation){ .qemu = ">=7.2 <8", .has_fate = true, .fate = FATE_DROPPED };
	s.testcase.known_count = 1;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct circumstances in = { .release = "6.1", .qemu = rows[i].qemu };
		owned(judgement) one = scene_judge(&s, &in);
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
	scene_count_sums(&s, DST, 1);
	s.expect = (struct expectation){ .has_fate = true, .fate = FATE_DELIVERED };
	s.known = (struct expectation){ .needs = needs, .need_count = 1, .has_fate = true, .fate = FATE_DROPPED };
	s.testcase.known_count = 1;
	owned(judgement) without = scene_judge(&s, &(struct circumstances){ .release = "6.1", .has = has });
	assert_int_equal(without->outcome, OUTCOME_FAIL);
	has[FEATURE_VETH_GRO] = true;
	owned(judgement) with = scene_judge(&s, &(struct circumstances){ .release = "6.1", .has = has });
	assert_int_equal(with->outcome, OUTCOME_KNOWN);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pass),
		cmocka_unit_test(known_fixed_and_fail),
		cmocka_unit_test(documented_warning),
		cmocka_unit_test(looks_like_a_deviation),
		cmocka_unit_test(promised),
		cmocka_unit_test(refused),
		cmocka_unit_test(skip_and_broken),
		cmocka_unit_test(first_row_that_holds),
		cmocka_unit_test(blind_captures),
		cmocka_unit_test(without_srh),
		cmocka_unit_test(unacknowledged),
		cmocka_unit_test(needed_features),
		cmocka_unit_test(emulators),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
