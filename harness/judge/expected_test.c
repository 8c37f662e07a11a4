/* What rows say of packets at hops, of counters and of ICMPv6 errors: what holds, and what does not. */
#include "testing.h"

static struct check checked(const struct check_field *fields, const char *key, const char *text)
{
	struct check check = { .text = text_copy(text) };

	while (strcmp(fields[check.field].key, key) != 0)
		check.field++;
	switch (fields[check.field].type) {
	case CHECK_WORD:
		for (const struct word *word = fields[check.field].words; word->word; word++)
			if (strcmp(word->word, text) == 0)
				check.bounds = (struct bounds){ word->value, word->value };
		break;
	case CHECK_ADDRESS:
	case CHECK_ADDRESSES:
		check.none = strcmp(text, "none") == 0;
		if (!check.none)
			*PUSH(check.addresses, check.address_count) = ip6(text);
		break;
	case CHECK_HEX:
		if (strcmp(text, "0406000000000000") == 0)
			for (size_t i = 0; i < 8; i++)
				*PUSH(check.octets, check.octet_count) = (uint8_t)(i == 0 ? 4 : i == 1 ? 6 : 0);
		check.none = !check.octet_count;
		break;
	case CHECK_NODE:
		break;
	case CHECK_NUMBER:
		check.none = strcmp(text, "none") == 0;
		assert_true(check.none || bounds_parse(&check.bounds, text));
		break;
	}
	return check;
}

static void hop_rules(void **state)
{
	static const struct {
		const char *hop, *key, *text, *why; /* NULL: it holds */
	} rows[] = {
		{ "r1.a1", "packets", ">=4", NULL },
		{ "r1.a1", "packets", "0", "expected at r1.a1 packets 0, saw 6" },
		{ "r1.a1", "packets", ">=7", "expected at r1.a1 packets >=7, saw 6" },
		{ "r1.a1:out", "packets", "0", NULL },
		{ "r1.a1", "largest", "<=1138", NULL },
		{ "r1.a1", "largest", "<1114", "expected at r1.a1 largest <1114, saw 1114" },
		{ "r1.a1:out", "largest", "<=1514", "saw no packet there" },
		{ "r1.a1", "mode", "inline", NULL },
		{ "r1.a1", "mode", "encap", "expected at r1.a1 mode encap, saw inline" },
		{ "r1.a1", "destination", "fc00:1::100", NULL },
		{ "r1.b0:out", "destination", "fc00:1::100", "at r1.b0:out destination fc00:1::100, saw fd00:2::2" },
		{ "dst.b1", "inner.destination", "fd00:2::2", NULL },
		{ "dst.b1", "source", "fc00:9::9", "expected at dst.b1 source fc00:9::9, saw fd00:1::1" },
		{ "dst.b1", "inner.source", "fc00:9::9", "inner.source fc00:9::9, saw fd00:1::1" },
		{ "r1.a1", "hop_limit", "64", NULL },
		{ "r1.b0:out", "hop_limit", "64", "expected at r1.b0:out hop_limit 64, saw 63" },
		{ "r1.a1", "traffic_class", "0x28", NULL },
		{ "r1.a1", "traffic_class", ">40", "traffic_class >40, saw 40" },
		{ "r1.a1", "flow_label", "0x1", "flow_label 0x1, saw 0" },
		{ "r1.a1", "segments_left", "1", NULL },
		{ "r1.a1", "segments_left", "none", "segments_left none, saw 1" },
		{ "r1.b0:out", "segments_left", "1", "expected at r1.b0:out segments_left 1, saw 0" },
		{ "r1.a1", "last_entry", "1", NULL },
		{ "r1.a1", "last_entry", "0", "last_entry 0, saw 1" },
		{ "r1.a1", "segments", "fc00:1::100", "segments fc00:1::100, saw fc00:1::100, fd00:2::2" },
		{ "r1.a1", "tag", "0", NULL },
		{ "r1.a1", "tag", "7", "expected at r1.a1 tag 7, saw 0" },
		{ "r1.a1", "flags", "8", "expected at r1.a1 flags 8, saw 0" },
		{ "r1.a1", "tlvs", "none", NULL },
		{ "r1.a1", "tlvs", "0406000000000000", "tlvs 0406000000000000, saw none" },
		{ "r9.a1", "tag", "7", NULL },
	};
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct checks checks = { .at = text_copy(rows[i].hop) };
		*PUSH(checks.list, checks.count) = checked(hop_fields, rows[i].key, rows[i].text);
		s.expect.hops = &checks;
		s.expect.hop_count = 1;
		comes_out(&s, "6.1", rows[i].why ? OUTCOME_FAIL : OUTCOME_PASS, rows[i].why);
		checks_clear(&checks);
	}
	scene_end(&s);
}

/* Every packet must be so, those of the other way only where they are meant. */
static void every_packet(void **state)
{
	struct checks checks = { .at = text_copy("r1.a1") };
	struct scene s;

	(void)state;
	scene_start(&s);
	s.expect.broken.any = true;
	scene_deliver(&s);
	*PUSH(checks.list, checks.count) = checked(hop_fields, "segments_left", "1");
	s.expect.hops = &checks;
	s.expect.hop_count = 1;
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	*PUSH(checks.list, checks.count) = checked(hop_fields, "way", "back");
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected at r1.a1 segments_left 1, saw no packet there");
	free(checks.at);
	checks.at = text_copy("r1.a1:out");
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected at r1.a1:out segments_left 1, saw none");
	checks.count = 1;
	free(checks.at);
	checks.at = text_copy("r1.a1");
	struct packet_spec bare = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 500);
	bare.mode = MODE_PLAIN;
	scene_capture(&s, HOP(R1_A1, HOP_IN), &bare);
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected at r1.a1 segments_left 1, saw none");
	checks.count = 2;
	checks_clear(&checks);
	scene_end(&s);
}

static void counters(void **state)
{
	static const struct {
		const char *node, *name, *text, *why;
	} rows[] = {
		{ "r1", "Ip6OutForwDatagrams", "6", NULL },
		{ "r1", "Ip6OutForwDatagrams", "<6", "expected Ip6OutForwDatagrams at r1 <6, saw 6" },
		{ "dst", "Ip6OutForwDatagrams", "0", NULL },
		{ "dst", "Ip6OutForwDatagrams", ">=1", "expected Ip6OutForwDatagrams at dst >=1, saw 0" },
		{ "r9", "Ip6OutForwDatagrams", ">=1", NULL },
	};
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	scene_count(&s, R1, "Ip6OutForwDatagrams", 6);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct counter_check check = { .node = (char *)rows[i].node,
			                       .name = (char *)rows[i].name,
			                       .text = (char *)rows[i].text };
		assert_true(bounds_parse(&check.bounds, rows[i].text));
		s.expect.counters = &check;
		s.expect.counter_count = 1;
		comes_out(&s, "6.1", rows[i].why ? OUTCOME_FAIL : OUTCOME_PASS, rows[i].why);
	}
	scene_end(&s);
}

static void retransmissions(void **state)
{
	struct counter_check check = { .bounds = { 0, 0 }, .text = "0" };
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	s.expect.retransmissions = &check;
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	s.trace->server.retransmits = 2;
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected retransmissions 0, saw 2");
	s.plan.traffic.generator = GENERATOR_CRAFTED;
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected retransmissions 0, saw no connection of the kernel's");
	scene_end(&s);
}

/* r1 tells src of its packet, which arrives there. */
static void send_error(struct scene *s, uint8_t type, uint8_t code, uint8_t parameter)
{
	const struct captured *about = &s->trace->packets[0];
	uint8_t header[8] = { type, code, 0, 0, 0, 0, parameter, 0 };
	struct packet_spec spec = {
		.mode = MODE_PLAIN,
		.source = s->plan_interfaces[R1_A1].address,
		.destination = s->plan.from_address,
		FIELDS_AUTO,
		.protocol = 58,
		.header = { header, sizeof header },
		.checksum_at = 2,
		.payload = { about->data + 14, about->length - 14 },
		.checksum = CHECKSUM_VALID,
	};

	scene_capture(s, HOP(R1_A1, HOP_OUT), &spec);
	scene_capture(s, HOP(SRC_A0, HOP_IN), &spec);
}

static void icmp_errors(void **state)
{
	static const struct {
		const char *key, *text, *why;
	} rows[] = {
		{ "type", "2", NULL },
		{ "version", "6", NULL },
		{ "version", "4", "expected ICMP error version 4, saw 2/0" },
		{ "type", "3",
		  "expected ICMP error type 3, saw 2/0 from fd00:1::2 at src with mtu 1280 about fc00:1::100" },
		{ "code", "0", NULL },
		{ "code", "1", "expected ICMP error code 1, saw 2/0" },
		{ "at", "src", NULL },
		{ "at", "dst", "expected ICMP error at dst, saw 2/0" },
		{ "from", "r1", NULL },
		{ "from", "dst", "expected ICMP error from dst, saw 2/0" },
		{ "about", "fc00:1::100", NULL },
		{ "about", "fd00:2::2", "expected ICMP error about fd00:2::2, saw 2/0" },
		{ "mtu", "1280", NULL },
		{ "mtu", "1500", "expected ICMP error mtu 1500, saw 2/0" },
		{ "pointer", "0", "expected ICMP error pointer 0, saw 2/0" },
	};
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	s.expect = (struct expectation){ .broken.any = true, .contradicted.any = true, .no_icmp = true };
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	send_error(&s, ICMPV6_TOO_BIG, 0, 5);
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected ICMP error none, saw 2/0 from fd00:1::2 at src");
	s.expect.no_icmp = false;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct checks checks = { 0 };
		*PUSH(checks.list, checks.count) = checked(icmp_fields, rows[i].key, rows[i].text);
		s.expect.icmp = &checks;
		s.expect.icmp_count = 1;
		comes_out(&s, "6.1", rows[i].why ? OUTCOME_FAIL : OUTCOME_PASS, rows[i].why);
		checks_clear(&checks);
	}
	scene_end(&s);
}

/* One that passes by, or that is lost on its way, does not reach a node. */
static void lost_error(void **state)
{
	struct checks checks = { 0 };
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	s.expect = (struct expectation){ .broken.any = true, .contradicted.any = true };
	*PUSH(checks.list, checks.count) = checked(icmp_fields, "type", "2");
	s.expect.icmp = &checks;
	s.expect.icmp_count = 1;
	send_error(&s, ICMPV6_TOO_BIG, 0, 5);
	s.trace->packet_count--;
	comes_out(&s, "6.1", OUTCOME_FAIL, "expected ICMP error type 2, saw none that reaches a node");
	s.trace->packet_count++;
	comes_out(&s, "6.1", OUTCOME_PASS, NULL);
	checks_clear(&checks);
	scene_end(&s);
}

/* Every difference is kept by itself too. */
static void mismatches(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	s.expect = (struct expectation){ .has_fate = true, .fate = FATE_DROPPED, .at = "r1" };
	owned(judgement) judgement = scene_judge(&s, &(struct circumstances){ .release = "6.1" });
	assert_int_equal(judgement->differences.count, 2);
	assert_string_equal(judgement->differences.at[0].what, "");
	assert_string_equal(judgement->differences.at[0].expected, "dropped");
	assert_string_equal(judgement->differences.at[1].what, "at");
	assert_string_equal(judgement->differences.at[1].saw, "no place");
	scene_end(&s);
}

static void ranges(void **state)
{
	static const struct {
		const char *text;
		int64_t least, most; /* -1: it is malformed */
	} rows[] = {
		{ "3", 3, 3 },
		{ "0x1f", 31, 31 },
		{ ">=2", 2, INT64_MAX },
		{ "<=1514", 0, 1514 },
		{ ">1 <5", 2, 4 },
		{ ">= 2", 2, INT64_MAX },
		{ "=7", 7, 7 },
		{ ">=2  <=5", 2, 5 },
		{ "", -1, -1 },
		{ "many", -1, -1 },
		{ ">=", -1, -1 },
		{ "3k", -1, -1 },
		{ ">5 <3", -1, -1 },
		{ "-1", -1, -1 },
		{ "3 4", -1, -1 },
		{ "1.5", -1, -1 },
		{ "99999999999999999999", -1, -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bounds bounds;
		assert_int_equal(bounds_parse(&bounds, rows[i].text), rows[i].least >= 0);
		if (rows[i].least >= 0)
			assert_true(bounds.least == rows[i].least && bounds.most == rows[i].most);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hop_rules),       cmocka_unit_test(every_packet), cmocka_unit_test(counters),
		cmocka_unit_test(retransmissions), cmocka_unit_test(icmp_errors),  cmocka_unit_test(lost_error),
		cmocka_unit_test(mismatches),      cmocka_unit_test(ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
