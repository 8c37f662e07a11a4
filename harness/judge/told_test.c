/* ICMPv6 errors and the reason that a verdict gives: which agree, and what they must say. */
#include "testing.h"

enum { ICMPV6 = 58, SEGMENTS_LEFT_AT = 40 + 3 };

/* r1 sends what a node tells src about a packet, in a tunnel of r1's own or not: as its kernel would, or otherwise. */
static void send_error(struct scene *s, struct address source, bool tunnelled, uint8_t type, uint8_t code,
                       uint32_t parameter, const struct captured *about)
{
	uint8_t header[8] = { type,
		              code,
		              0,
		              0,
		              (uint8_t)(parameter >> 24),
		              (uint8_t)(parameter >> 16),
		              (uint8_t)(parameter >> 8),
		              (uint8_t)parameter };
	struct packet_spec spec = {
		.mode = tunnelled ? MODE_IP6IP6 : MODE_PLAIN,
		.source = source,
		.destination = s->plan.from_address,
		.outer_source = s->plan_interfaces[R1_A1].address,
		.segments = &s->plan.from_address,
		.segment_count = 1,
		FIELDS_AUTO,
		.protocol = ICMPV6,
		.header = { header, sizeof header },
		.checksum_at = 2,
		.payload = { about->data + 14, about->length - 14 },
		.checksum = CHECKSUM_VALID,
	};

	scene_capture(s, HOP(R1_A1, HOP_OUT), &spec);
}

static void tell(struct scene *s, uint8_t type, uint8_t code, uint32_t parameter, const struct captured *about)
{
	send_error(s, s->plan_interfaces[R1_A1].address, false, type, code, parameter, about);
}

/* The packet that ended at r1: its SRH is faulty, and r1 has the address and no SID there. */
static void start(struct scene *s)
{
	scene_craft(s, 1, TCP_ACK | TCP_PSH);
	struct packet_spec spec = scene_packet(s, true, TCP_ACK | TCP_PSH, 7000, 1000);
	spec.segments_left = 9;
	s->sid.address = ip6("fc00:1::101");
	s->plan_interfaces[R1_B0].address = s->segment;
	scene_send(s, true, spec, 2);
	for (size_t i = 0; i < 2; i++) { /* its destination does not follow such a number */
		memcpy(s->trace->packets[i].data + 14 + 24, s->segment.octets, ADDRESS_OCTETS);
		captured_parse(&s->trace->packets[i]);
	}
	s->trace->client.sent = 1000;
	scene_count(s, R1, "Ip6InHdrErrors", 1);
	scene_count(s, R1, "Icmp6OutParmProblems", 1);
	s->expect = (struct expectation){
		.has_fate = true, .fate = FATE_DROPPED, .at = (char *)"r1", .reason = (char *)"srh-malformed"
	};
}

static void parameter_problems(void **state)
{
	static const struct {
		uint8_t type, code;
		uint32_t parameter;
		const char *why; /* NULL: it agrees */
	} rows[] = {
		{ 4, 0, SEGMENTS_LEFT_AT, NULL },
		{ 4, 0, SEGMENTS_LEFT_AT + 1, "r1 sent ICMPv6 4/0 with pointer 44, expected 43" },
		{ 4, 1, 6, "the kernel contradicts srh-malformed: r1 sent ICMPv6 4/1:" },
		{ 3, 0, 0, "r1 sent ICMPv6 3/0" },
		{ 1, 0, 0, "r1 sent ICMPv6 1/0" },
		{ 2, 0, 1500, "r1 sent ICMPv6 2/0" },
		{ 1, 3, 0, NULL },   /* maybe of an earlier packet */
		{ 128, 0, 0, NULL }, /* no error */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scene s;
		start(&s);
		tell(&s, rows[i].type, rows[i].code, rows[i].parameter, &s.trace->packets[1]);
		comes_out(&s, "6.18.44", rows[i].why ? OUTCOME_FAIL : OUTCOME_PASS, rows[i].why);
		scene_end(&s);
	}
}

static void other_packets_and_nodes(void **state)
{
	struct scene s;

	(void)state;
	start(&s);
	struct packet_spec other = scene_packet(&s, false, TCP_ACK, SERVER_ISN, 0);
	struct captured *quoted = scene_capture(&s, HOP(R1_B0, HOP_IN), &other);
	tell(&s, 4, 0, SEGMENTS_LEFT_AT, &s.trace->packets[s.trace->packet_count - 1]);
	(void)quoted;
	comes_out(&s, "6.18.44", OUTCOME_FAIL, "r1 sent ICMPv6 4/0, which quotes another packet");
	scene_end(&s);
	/* What r1 only passes on is not its own; what dst sends is none of a packet that ended at r1. */
	start(&s);
	s.expect.broken.any = true; /* its checksum, and where it came in, are left out */
	tell(&s, 4, 1, 6, &s.trace->packets[1]);
	struct captured *error = &s.trace->packets[2];
	memcpy(error->data + 14 + 8, s.plan_interfaces[DST_B1].address.octets, ADDRESS_OCTETS);
	captured_parse(error);
	comes_out(&s, "6.18.44", OUTCOME_PASS, NULL);
	error->hop = HOP(DST_B1, HOP_OUT);
	comes_out(&s, "6.18.44", OUTCOME_FAIL, "dst sent ICMPv6 4/1");
	error->data[error->view.layers[2].offset + 1] = 0;
	comes_out(&s, "6.18.44", OUTCOME_FAIL, "dst sent ICMPv6 4/0, and the packet ended elsewhere");
	scene_end(&s);
}

static void nothing_is_told_of_what_is_delivered(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	tell(&s, 1, 0, 0, &s.trace->packets[1]);
	comes_out(&s, "6.18.44", OUTCOME_FAIL, "the kernel contradicts the delivery: r1 sent ICMPv6 1/0");
	s.expect.contradicted.any = true;
	comes_out(&s, "6.18.44", OUTCOME_PASS, NULL);
	scene_end(&s);
}

static void too_big(void **state)
{
	static const struct {
		uint32_t mtu;
		bool right;
	} rows[] = {
		{ 1400, true }, { 1408, false }, { 1280, false }, { 1501, false }, { 1200, false }, { 1490, false }
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scene s;
		scene_craft(&s, 1, TCP_ACK | TCP_PSH);
		s.plan.traffic.payload = 1400;
		s.interfaces[R1_B0].mtu = 1400;
		s.plan.headend = SRC;
		scene_send(&s, true, scene_packet(&s, true, TCP_ACK | TCP_PSH, 7000, 1382), 2); /* 1482 octets */
		s.trace->client.sent = 1382;
		scene_count(&s, R1, "Ip6InTooBigErrors", 1);
		scene_count(&s, R1, "Icmp6OutPktTooBigs", 1);
		tell(&s, 2, 0, rows[i].mtu, &s.trace->packets[1]);
		s.expect = (struct expectation){ .has_fate = true, .fate = FATE_DROPPED };
		comes_out(&s, "6.18.44", rows[i].right ? OUTCOME_PASS : OUTCOME_FAIL,
		          rows[i].right ? NULL : "r1 sent ICMPv6 2/0 with an MTU of");
		scene_end(&s);
	}
}

/* Of the source of the packet inside: r1 does not answer for what another node tells through its tunnel. */
static void in_a_tunnel(void **state)
{
	(void)state;
	for (int of_r1 = 0; of_r1 < 2; of_r1++) {
		struct scene s;
		start(&s);
		send_error(&s, of_r1 ? s.plan_interfaces[R1_A1].address : ip6("fc00:9::9"), true, 4, 0,
		           SEGMENTS_LEFT_AT + 1, &s.trace->packets[1]);
		owned(verdict) verdict = scene_verdict(&s);
		assert_int_equal(verdict->contradiction_count, of_r1);
		scene_end(&s);
	}
}

/* What r1 tells about the packet that came to it; the sum is without a pseudo-header, which frame_build() has too. */
static void tell_ipv4(struct scene *s, uint8_t type, uint8_t code, uint32_t mtu)
{
	enum { QUOTED = 28 };
	const uint8_t header[8] = { type, code, [6] = (uint8_t)(mtu >> 8), (uint8_t)mtu };
	struct packet_spec error = { .mode = MODE_PLAIN,
		                     .source = s->plan_interfaces[R1_A1].ipv4,
		                     .destination = s->plan.from_address,
		                     FIELDS_AUTO,
		                     .protocol = IPPROTO_ICMP,
		                     .header = { header, sizeof header },
		                     .checksum_at = 2,
		                     .payload = { s->trace->packets[1].data + 14, QUOTED } };
	struct captured *sent = scene_capture(s, HOP(R1_A1, HOP_OUT), &error);
	uint8_t *message = sent->data + 14 + 20;

	message[2] = message[3] = 0;
	const uint16_t sum = (uint16_t)~sum_fold(sum_add(0, (struct bytes){ message, sizeof header + QUOTED }));
	message[2] = (uint8_t)(sum >> 8);
	message[3] = (uint8_t)sum;
	captured_parse(sent);
}

/* IPv4: a packet whose TTL ends at r1, or that is larger than the next link (RFC 792, RFC 1191 4). */
static void over_ipv4(void **state)
{
	static const struct {
		bool large;
		uint8_t type, code;
		uint32_t parameter;
		const char *why; /* NULL: it agrees */
	} rows[] = {
		{ false, 11, 0, 0, NULL },
		{ false, 3, 4, 1000, "r1 sent ICMP 3/4" },
		{ false, 3, 1, 0, NULL }, /* maybe of an earlier packet */
		{ true, 3, 4, 1000, NULL },
		{ true, 3, 4, 1500, "r1 sent ICMP 3/4 with an MTU of 1500" },
		{ true, 3, 4, 60, "r1 sent ICMP 3/4 with an MTU of 60" },
		{ true, 11, 0, 0, "r1 sent ICMP 11/0" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scene s;
		scene_craft(&s, 1, TCP_ACK | TCP_PSH);
		s.plan.traffic.mode = MODE_PLAIN;
		s.plan.traffic.to = s.plan_interfaces[DST_B1].ipv4 = ip6("10.0.2.1");
		s.plan.from_address = ip6("10.0.1.9");
		s.plan_interfaces[R1_A1].ipv4 = ip6("10.0.1.2");
		s.interfaces[R1_B0].mtu = s.interfaces[DST_B1].mtu = 1000;
		struct packet_spec spec = scene_packet(&s, true, TCP_ACK | TCP_PSH, 7000, 1000);
		spec.hop_limit = rows[i].large ? 64 : 1;
		scene_send(&s, true, spec, 2);
		s.trace->client.sent = 1000;
		scene_count(&s, R1, rows[i].large ? "IpFragFails" : "IpInHdrErrors", 1);
		scene_count(&s, R1, rows[i].large ? "IcmpOutDestUnreachs" : "IcmpOutTimeExcds", 1);
		s.expect = (struct expectation){ .has_fate = true,
			                         .fate = FATE_DROPPED,
			                         .at = (char *)"r1",
			                         .reason = (char *)(rows[i].large ? "too-big" : "hop-limit") };
		tell_ipv4(&s, rows[i].type, rows[i].code, rows[i].parameter);
		comes_out(&s, "6.18.44", rows[i].why ? OUTCOME_FAIL : OUTCOME_PASS, rows[i].why);
		scene_end(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameter_problems),
		cmocka_unit_test(other_packets_and_nodes),
		cmocka_unit_test(nothing_is_told_of_what_is_delivered),
		cmocka_unit_test(too_big),
		cmocka_unit_test(in_a_tunnel),
		cmocka_unit_test(over_ipv4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
