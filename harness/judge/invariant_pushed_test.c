/* What a node that is not the source pushes, one policy's list or one around the other: right, and with each field that
 * an invariant is about changed. Offsets and values are from RFC 8200 3 and RFC 8754 2. */
#include "invariant.h"

#include "../../tests/scene.h"

enum { IP = 14, IP_HOP = IP + 7, IP_SOURCE = IP + 8, IP_DESTINATION = IP + 24, SRH = IP + 40, SRH_LIST = SRH + 8 };
#define PUSHED (40 + 24) /* octets of a header with a list of one segment */

static struct scene s;
static struct plan_policy policies[2];
static struct address first, second;

static void broken(const char *names, size_t hop)
{
	owned(evidence) evidence = evidence_make(&s.plan, s.trace);
	owned(journeys) journeys = journeys_follow(evidence);
	owned(breaches) breaches = breaches_find(evidence, journeys);
	owned_text found = text_copy("");

	for (size_t i = 0; i < breaches->count; i++) {
		const struct breach *breach = &breaches->at[i];
		text_append(&found, "%s%s", i ? ", " : "", word_of(invariant_words, (int)breach->invariant));
		assert_int_equal(breach->hop, hop);
	}
	if (strcmp(found, names) != 0 && breaches->count)
		print_message("expected %s, saw %s\n", breaches->at[0].expected, breaches->at[0].saw);
	assert_string_equal(found, names);
}

/* Another header with a list of one segment around the packet. */
static void wrap(struct captured *captured, const struct address *source, const struct address *segment, uint8_t hop)
{
	uint8_t *made = zalloc(captured->length + PUSHED);
	const size_t length = captured->length - IP + 24;

	memcpy(made, captured->data, IP);
	memcpy(made + IP + PUSHED, captured->data + IP, captured->length - IP);
	memcpy(made + IP, captured->data + IP, 4); /* version, traffic class and flow label */
	made[IP + 4] = (uint8_t)(length >> 8);
	made[IP + 5] = (uint8_t)length;
	made[IP + 6] = 43;
	made[IP_HOP] = hop;
	memcpy(made + IP_SOURCE, source->octets, 16);
	memcpy(made + IP_DESTINATION, segment->octets, 16);
	const uint8_t srh[8] = { 41, 2, 4 };
	memcpy(made + SRH, srh, sizeof srh);
	memcpy(made + SRH_LIST, segment->octets, 16);
	free(captured->data);
	captured->data = made;
	captured->length += PUSHED;
	captured->wire_length += PUSHED;
	captured_parse(captured);
}

/* A node whose policies push `count` lists, the second around the first, and what leaves it by a hop with `pushed`. */
static struct captured *push(size_t node, size_t count, size_t pushed)
{
	const struct address source = s.plan_interfaces[node == SRC ? SRC_A0 : R1_B0].address;
	const size_t hop = node == SRC ? HOP(SRC_A0, HOP_OUT) : HOP(R1_B0, HOP_OUT);

	scene_end(&s);
	scene_start(&s);
	first = ip6("fc00:2::100");
	second = ip6("fc00:4::100");
	policies[0] = (struct plan_policy){ .node = node,
		                            .to = prefix_of(&s.plan.traffic.to),
		                            .mode = MODE_ENCAP,
		                            .list = &first,
		                            .count = 1,
		                            .source = source };
	policies[1] = policies[0];
	policies[1].to = prefix_of(&first);
	policies[1].list = &second;
	s.plan.traffic.mode = MODE_PLAIN;
	s.plan.policies = policies;
	s.plan.policy_count = count;
	struct packet_spec data = scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 1, 1000);
	data.mode = MODE_PLAIN;
	data.segment_count = 0;
	if (node == R1) {
		scene_capture(&s, HOP(SRC_A0, HOP_OUT), &data);
		scene_capture(&s, HOP(R1_A1, HOP_IN), &data);
		data.hop_limit = 63;
	}
	struct captured *captured = scene_capture(&s, hop, &data);
	if (pushed)
		wrap(captured, &source, &first, node == SRC || pushed == 1 ? captured->data[IP_HOP] : 64);
	if (pushed > 1)
		wrap(captured, &source, &second, node == SRC ? captured->data[IP_HOP] : 63);
	return captured;
}

/* Right, and with one octet of what left changed. */
static void each(size_t node, size_t count, size_t at, uint8_t by, const char *names)
{
	struct captured *captured = push(node, count, count);

	broken("", NOT_FOUND);
	captured->data[at] = (uint8_t)(captured->data[at] + by);
	captured_parse(captured);
	broken(names, captured->hop);
}

static void by_a_router(void **state)
{
	(void)state;
	for (size_t count = 1; count <= 2; count++) {
		each(R1, count, IP_SOURCE + 15, 1, "outer-source");
		each(R1, count, IP_HOP, 255, "outer-hop-limit");
		each(R1, count, IP_HOP, 1, "outer-hop-limit");
		each(R1, count, IP + 1, 0x10, "outer-traffic-class");
		each(R1, count, IP + 3, 1, "outer-flow-label");
		each(R1, count, SRH + 7, 1, "policy");
		each(R1, count, IP_DESTINATION + 15, 1, "segment-destination, policy");
	}
}

/* What is pushed first is as right as what is pushed around it, but that its hop limit may have been taken from. */
static void by_a_router_inside(void **state)
{
	(void)state;
	each(R1, 2, PUSHED + IP_SOURCE + 15, 1, "outer-source");
	each(R1, 2, PUSHED + IP_HOP, 255, "");
	each(R1, 2, PUSHED + IP_HOP, 1, "outer-hop-limit");
	each(R1, 2, PUSHED + IP_HOP, 254, "outer-hop-limit");
	each(R1, 2, PUSHED + SRH + 7, 1, "policy");
	/* Both the one around it and it are compared with what they are around. */
	each(R1, 2, PUSHED + IP + 3, 1, "outer-flow-label");
	/* Fewer than the policies push, and more. */
	struct captured *captured = push(R1, 2, 1);
	broken("headers", captured->hop);
	captured = push(R1, 1, 2);
	broken("headers", captured->hop);
	captured = push(R1, 1, 0);
	broken("headers", captured->hop);
}

static void by_the_source(void **state)
{
	(void)state;
	for (size_t count = 1; count <= 2; count++) {
		each(SRC, count, IP_SOURCE + 15, 1, "outer-source");
		each(SRC, count, IP_HOP, 255, "outer-hop-limit");
		each(SRC, count, SRH + 7, 1, "policy");
	}
	each(SRC, 2, PUSHED + IP_SOURCE + 15, 1, "outer-source");
	each(SRC, 2, PUSHED + SRH + 7, 1, "policy");
	struct captured *captured = push(SRC, 2, 1);
	broken("policy", captured->hop);
}

static int start(void **state)
{
	(void)state;
	scene_start(&s);
	return 0;
}

static int end(void **state)
{
	(void)state;
	scene_end(&s);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(by_a_router, start, end),
		cmocka_unit_test_setup_teardown(by_a_router_inside, start, end),
		cmocka_unit_test_setup_teardown(by_the_source, start, end),
	};

	return cmocka_run_group_tests_name("judge: what is pushed", tests, NULL, NULL);
}
