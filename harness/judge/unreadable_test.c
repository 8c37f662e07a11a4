/* Packets that a node makes unreadable: whose fault it is, and what is not such a fault. */
#include "judge.h"
#include "testing.h"

static struct captured *leave(struct scene *s, size_t hops)
{
	scene_send(s, true, scene_packet(s, true, TCP_SYN, CLIENT_ISN, 0), hops);
	return &s->trace->packets[hops - 1];
}

/* As r1 sent it: the length of its IPv6 payload, its type of extension header, its frame. */
static void faults(void **state)
{
	enum { PAYLOAD_LENGTH = 14 + 4, NEXT_HEADER = 14 + 6, SEGMENTS_LEFT = 14 + 40 + 3 };
	static const struct {
		size_t offset;
		int add;
		long longer;
		const char *how;
	} rows[] = {
		{ PAYLOAD_LENGTH + 1, 4, 0, "a packet left r1.b0 malformed: its payload length says" },
		{ PAYLOAD_LENGTH + 1, -4, 0, "its payload length says 56, and there are 60 octets" },
		{ NEXT_HEADER, 16, 0, "its next headers lead to no transport's header" },
		{ SEGMENTS_LEFT, 9, 0, "its SRH is faulty" },
		{ 0, 0, -8, "its payload length says 60, and there are 52 octets" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scene s;
		scene_start(&s);
		struct captured *left = leave(&s, 3);
		left->data[rows[i].offset] = (uint8_t)(left->data[rows[i].offset] + rows[i].add);
		left->length = left->wire_length = (size_t)((long)left->length + rows[i].longer);
		captured_parse(left);
		scene_reach(&s, FATE_DROPPED, "r1", REASON_MALFORMED, rows[i].how);
		/* What dst makes of it is no evidence against it. */
		scene_count(&s, DST, "Ip6InHdrErrors", 1);
		owned(verdict) verdict = scene_verdict(&s);
		assert_int_equal(verdict->contradiction_count, 0);
		assert_int_equal(verdict->last_hop, HOP(R1_B0, HOP_OUT));
		scene_end(&s);
	}
}

/* What came so leaves so; and a crafted sender sends what it is asked to. */
static void not_its_own(void **state)
{
	struct scene s;

	(void)state;
	scene_craft(&s, 1, TCP_ACK | TCP_PSH);
	struct packet_spec spec = scene_packet(&s, true, TCP_ACK | TCP_PSH, 7000, 1000);
	spec.last_entry = 9;
	spec.segments_left = 1;
	scene_send(&s, true, spec, 3);
	s.trace->client.sent = 1000;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_LINK, NULL);
	s.trace->packets[1].time = s.trace->packets[2].time + 1; /* it left before it came */
	struct captured in = s.trace->packets[1];
	s.trace->packets[1] = s.trace->packets[2];
	s.trace->packets[2] = in;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_MALFORMED, "a packet left r1.b0 malformed: its SRH is faulty");
	scene_end(&s);
}

/* Short packets are filled up to what Ethernet carries. */
static void filled_up(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	s.plan.traffic.mode = MODE_PLAIN;
	struct captured *left = leave(&s, 1);
	owned_text none = captured_unreadable(left);
	assert_null(none);
	left->wire_length = left->length + 3;
	left->view.wire_length += 3;
	owned_text longer = captured_unreadable(left);
	assert_non_null(longer);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults),
		cmocka_unit_test(not_its_own),
		cmocka_unit_test(filled_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
