/* A verdict and what the kernel's counters and drop events say: what goes with it, and what contradicts it. */
#include "testing.h"

static void contradicted_by(const struct scene *s, const char *what, enum contradiction_kind kind, int64_t count)
{
	owned(verdict) verdict = scene_verdict(s);

	if (!what) {
		assert_int_equal(verdict->contradiction_count, 0);
		return;
	}
	assert_int_equal(verdict->contradiction_count, 1);
	assert_string_equal(verdict->contradictions[0].what, what);
	assert_int_equal(verdict->contradictions[0].kind, kind);
	assert_int_equal(verdict->contradictions[0].count, count);
}

/* A packet with a faulty SRH that came to r1, by its End SID or by an address of its own. */
static void send_malformed(struct scene *s)
{
	scene_craft(s, 1, TCP_ACK | TCP_PSH);
	struct packet_spec spec = scene_packet(s, true, TCP_ACK | TCP_PSH, 7000, 1000);
	spec.last_entry = 9;
	spec.segments_left = 1;
	scene_send(s, true, spec, 2);
	s->trace->client.sent = 1000;
	s->expect = (struct expectation){
		.has_fate = true, .fate = FATE_DROPPED, .at = (char *)"r1", .reason = (char *)"srh-malformed"
	};
}

/* An End that reads past the SRH sends the packet to an address that nobody has. */
static void end_that_reads_past(void **state)
{
	struct scene s;

	(void)state;
	send_malformed(&s);
	comes_out(&s, "6.18.44", OUTCOME_PASS, NULL);
	struct counter *counter = scene_count(&s, R1, "Ip6InNoRoutes", 1);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_SRH_MALFORMED, NULL);
	contradicted_by(&s, "Ip6InNoRoutes", CONTRADICTION_COUNTER, 1);
	comes_out(&s, "6.18.44", OUTCOME_FAIL, "the kernel contradicts srh-malformed: Ip6InNoRoutes rose by 1 at r1: ");
	strcpy(counter->name, "Ip6InReceives"); /* which tells no drop */
	comes_out(&s, "6.18.44", OUTCOME_PASS, NULL);
	strcpy(counter->name, "b0:tx_dropped");
	contradicted_by(&s, "b0:tx_dropped", CONTRADICTION_COUNTER, 1);
	counter->node = NOT_FOUND; /* the machine's */
	contradicted_by(&s, NULL, CONTRADICTION_COUNTER, 0);
	counter->node = DST; /* nothing came there */
	contradicted_by(&s, "b0:tx_dropped", CONTRADICTION_COUNTER, 1);
	scene_end(&s);
}

/* A host counts what a SID drops silently. */
static void host_counts(void **state)
{
	struct scene s;

	(void)state;
	send_malformed(&s);
	s.sid.address = ip6("fc00:1::101");
	s.plan_interfaces[R1_A1].address = s.segment;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_SRH_MALFORMED, NULL);
	comes_out(&s, "6.18.44", OUTCOME_FAIL,
	          "the kernel contradicts srh-malformed: Ip6InHdrErrors did not rise at r1, Icmp6OutParmProblems did "
	          "not rise at r1");
	scene_count(&s, R1, "Ip6InHdrErrors", 1);
	contradicted_by(&s, "Icmp6OutParmProblems", CONTRADICTION_SILENCE, 0);
	comes_out(&s, "6.18.44", OUTCOME_FAIL, "Icmp6OutParmProblems did not rise at r1");
	scene_count(&s, R1, "Icmp6OutParmProblems", 1);
	contradicted_by(&s, NULL, CONTRADICTION_COUNTER, 0);
	comes_out(&s, "6.18.44", OUTCOME_PASS, NULL);
	scene_end(&s);
}

static void nothing_is_dropped_of_what_is_delivered(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	comes_out(&s, "6.18.44", OUTCOME_PASS, NULL);
	scene_count(&s, R1, "Ip6OutDiscards", 3);
	contradicted_by(&s, "Ip6OutDiscards", CONTRADICTION_COUNTER, 3);
	comes_out(&s, "6.18.44", OUTCOME_FAIL, "the kernel contradicts the delivery: Ip6OutDiscards rose by 3 at r1: ");
	scene_count(&s, DST, "TcpInErrs", 1);
	comes_out(&s, "6.18.44", OUTCOME_FAIL, "Ip6OutDiscards rose by 3 at r1, TcpInErrs rose by 1 at dst: ");
	s.trace->counter_count = 1;
	/* A row that says so expects it. */
	s.expect.contradicted.names = (char *[]){ (char *)"Ip6OutDiscards" };
	s.expect.contradicted.count = 1;
	comes_out(&s, "6.18.44", OUTCOME_PASS, NULL);
	strcpy(s.trace->counters[0].name, "Ip6InDiscards");
	comes_out(&s, "6.18.44", OUTCOME_FAIL, "Ip6InDiscards rose by 3 at r1");
	s.expect.contradicted.any = true;
	comes_out(&s, "6.18.44", OUTCOME_PASS, NULL);
	scene_end(&s);
}

static void known_rows(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_bad_syn(&s, 1);
	scene_count(&s, DST, "TcpInCsumErrors", 1);
	struct counter *errors = scene_count(&s, DST, "TcpInErrs", 1);
	s.known = (struct expectation){ .has_fate = true,
		                        .fate = FATE_DROPPED,
		                        .at = (char *)"dst",
		                        .bad_checksums.any = true,
		                        .because = (char *)"a driver" };
	s.testcase.known_count = 1;
	comes_out(&s, "6.18.44", OUTCOME_KNOWN, NULL);
	errors->node = R1; /* promised at dst, and a contradiction at r1 */
	comes_out(&s, "6.18.44", OUTCOME_FAIL, "TcpInErrs rose by 1 at r1, TcpInErrs did not rise at dst");
	s.known.contradicted.any = true;
	comes_out(&s, "6.18.44", OUTCOME_KNOWN, NULL);
	scene_end(&s);
}

static void drop_events(void **state)
{
	static const struct {
		const char *word;
		bool goes;
	} rows[] = {
		{ "TCP_CSUM", true },   { "NOT_SPECIFIED", true },  { "", true },
		{ "NO_SOCKET", false }, { "IP_INNOROUTES", false }, { "A_WORD_OF_LATER_KERNELS", true },
	};
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_bad_syn(&s, 2);
	scene_count(&s, DST, "TcpInCsumErrors", 2);
	scene_count(&s, DST, "TcpInErrs", 2);
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	for (unsigned i = 0; i < 2; i++)
		scene_drop(&s, DST_B1, &syn, "tcp_v6_rcv", "");
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (unsigned d = 0; d < 2; d++)
			strcpy(s.trace->drops[d].reason, rows[i].word);
		contradicted_by(&s, rows[i].goes ? NULL : rows[i].word, CONTRADICTION_DROP, 2);
	}
	strcpy(s.trace->drops[0].reason, "NO_SOCKET");
	strcpy(s.trace->drops[1].reason, "");
	comes_out(&s, "6.18.44", OUTCOME_FAIL, "the kernel contradicts tcp-csum: dst freed 1 packet for NO_SOCKET");
	scene_end(&s);
}

/* A SID that counts: what it sends on and what it refuses is all that came to it. */
static void sid_counts(void **state)
{
	char address[ADDRESS_TEXT_SIZE];
	struct scene s;

	(void)state;
	scene_start(&s);
	s.sid.count = 1;
	scene_deliver(&s);
	size_t came = 0, octets = 0;
	for (size_t i = 0; i < s.trace->packet_count; i++) {
		const bool comes = s.trace->packets[i].hop == HOP(R1_A1, HOP_IN);
		came += comes;
		octets += comes ? s.trace->packets[i].wire_length - 14 : 0;
	}
	owned_text octets_name = text_format("%s octets", address_text(&s.segment, address));
	owned_text packets = text_format("%s packets", address_text(&s.segment, address));
	owned_text errors = text_format("%s errors", address);
	contradicted_by(&s, packets, CONTRADICTION_COUNTER, 0); /* nothing was counted */
	scene_count(&s, R1, packets, (int64_t)came);
	contradicted_by(&s, octets_name, CONTRADICTION_COUNTER, 0); /* of nothing */
	scene_count(&s, R1, octets_name, (int64_t)octets + 1);
	contradicted_by(&s, octets_name, CONTRADICTION_COUNTER, (int64_t)octets + 1);
	s.trace->counters[s.trace->counter_count - 1].delta--;
	struct counter *counter = &s.trace->counters[s.trace->counter_count - 2];
	contradicted_by(&s, NULL, CONTRADICTION_COUNTER, 0);
	comes_out(&s, "6.18.44", OUTCOME_PASS, NULL);
	counter->delta--;
	contradicted_by(&s, packets, CONTRADICTION_COUNTER, (int64_t)came - 1);
	scene_count(&s, R1, errors, 1); /* which may be so where one was refused */
	contradicted_by(&s, NULL, CONTRADICTION_COUNTER, 0);
	scene_count(&s, R1, errors, 1)->node = DST; /* of a SID that is not there */
	contradicted_by(&s, NULL, CONTRADICTION_COUNTER, 0);
	s.sid.count = 0;
	s.trace->counters[0].delta = 1; /* the array has grown since */
	contradicted_by(&s, NULL, CONTRADICTION_COUNTER, 0);
	scene_end(&s);
}

/* What the lab counts may be about a flow that ran at once; a loss of its own explains no other counter, nor one at
 * another node. */
static void flows_at_once(void **state)
{
	struct scene a, b;

	(void)state;
	scene_start(&a);
	scene_deliver(&a);
	scene_start(&b);
	scene_bad_syn(&b, 1);
	struct counter *counter = scene_count_sums(&a, DST, 1);
	scene_count_sums(&b, DST, 1);
	for (int told = 0; told < 2; told++) {
		owned(evidence) first = evidence_make(&a.plan, a.trace);
		owned(evidence) second = evidence_make(&b.plan, b.trace);
		if (told)
			evidence_beside((struct evidence *[]){ first, second }, 2);
		owned(verdict) delivered = verdict_reach(first, NULL);
		owned(verdict) dropped = verdict_reach(second, NULL);
		assert_int_equal(delivered->contradiction_count, told ? 0 : 2);
		assert_int_equal(dropped->contradiction_count, 0);
	}
	owned(evidence) first = evidence_make(&a.plan, a.trace);
	owned(evidence) second = evidence_make(&b.plan, b.trace);
	evidence_beside((struct evidence *[]){ first, second }, 2);
	counter->node = R1;
	owned(verdict) elsewhere = verdict_reach(first, NULL);
	assert_int_equal(elsewhere->contradiction_count, 1);
	counter->node = DST;
	strcpy(counter->name, "Ip6InNoRoutes");
	owned(verdict) otherwise = verdict_reach(first, NULL);
	assert_int_equal(otherwise->contradiction_count, 1);
	scene_end(&a);
	scene_end(&b);
}

/* A SID counts the packets of all. */
static void sid_counts_at_once(void **state)
{
	struct scene a, b;
	char address[ADDRESS_TEXT_SIZE];
	size_t came = 0, octets = 0;

	(void)state;
	scene_start(&a);
	scene_start(&b);
	a.sid.count = b.sid.count = 1;
	scene_deliver(&a);
	scene_deliver(&b);
	for (size_t i = 0; i < a.trace->packet_count; i++) {
		const bool comes = a.trace->packets[i].hop == HOP(R1_A1, HOP_IN);
		came += comes;
		octets += comes ? a.trace->packets[i].wire_length - 14 : 0;
	}
	owned_text packets = text_format("%s packets", address_text(&a.segment, address));
	owned_text octets_name = text_format("%s octets", address);
	scene_count(&a, R1, packets, 2 * (int64_t)came);
	scene_count(&a, R1, octets_name, 2 * (int64_t)octets);
	owned(evidence) first = evidence_make(&a.plan, a.trace);
	owned(evidence) second = evidence_make(&b.plan, b.trace);
	owned(verdict) alone = verdict_reach(first, NULL);
	assert_int_equal(alone->contradiction_count, 1);
	evidence_beside((struct evidence *[]){ first, second }, 2);
	owned(verdict) both = verdict_reach(first, NULL);
	assert_int_equal(both->contradiction_count, 0);
	scene_end(&a);
	scene_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sid_counts),    cmocka_unit_test(end_that_reads_past),
		cmocka_unit_test(host_counts),   cmocka_unit_test(nothing_is_dropped_of_what_is_delivered),
		cmocka_unit_test(known_rows),    cmocka_unit_test(drop_events),
		cmocka_unit_test(flows_at_once), cmocka_unit_test(sid_counts_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
