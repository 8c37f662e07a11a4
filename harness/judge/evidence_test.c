/* What reading a trace's packets once finds out: ways, sums, and where the data begins. */
#include "../../tests/scene_each.h"

/* After the scene's: cmocka's fail() is a macro. */
#include "judge.h"

static void connection(void **state)
{
	uint32_t sequence = 7;

	(void)state;
	owned(evidence) nothing = evidence_make(&s.plan, s.trace);
	assert_int_equal(nothing->count, 0);
	assert_false(data_start(nothing, WAY_FORWARD, &sequence));
	assert_int_equal(sequence, 7);
	scene_deliver(&s);
	owned(evidence) evidence = evidence_make(&s.plan, s.trace);
	assert_int_equal(evidence->count, s.trace->packet_count);
	assert_true(data_start(evidence, WAY_FORWARD, &sequence));
	assert_int_equal(sequence, CLIENT_ISN + 1);
	assert_true(data_start(evidence, WAY_BACK, &sequence));
	assert_int_equal(sequence, SERVER_ISN + 1);
	const struct captured *syn = &evidence->packets[0], *answer = &evidence->packets[4];
	const struct captured *data = &evidence->packets[12];
	assert_true(syn->known && syn->summed && syn->way == WAY_FORWARD && syn->flags == TCP_SYN);
	assert_int_equal(syn->checksum, CHECKSUM_VALID);
	assert_true(answer->way == WAY_BACK && answer->flags == (TCP_SYN | TCP_ACK));
	assert_int_equal(answer->acknowledgement, CLIENT_ISN + 1);
	assert_int_equal(data->payload, 1000);
}

/* Of a packet that was kept without its payload, the sum is the one from when it came. */
static void headers_only(void **state)
{
	(void)state;
	struct packet_spec spec = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 1000);
	struct captured *captured = scene_capture(&s, HOP(SRC_A0, HOP_OUT), &spec);
	captured->length -= 1000;
	captured->headers_only = true;
	captured->checksum = CHECKSUM_PARTIAL;
	captured_parse(captured);
	owned(evidence) evidence = evidence_make(&s.plan, s.trace);
	assert_true(evidence->packets[0].summed);
	assert_int_equal(evidence->packets[0].checksum, CHECKSUM_PARTIAL);
	assert_int_equal(evidence->packets[0].payload, 1000);
	/* Without that, it is a packet that was cut. */
	captured->headers_only = false;
	captured_parse(captured);
	owned(evidence) cut = evidence_make(&s.plan, s.trace);
	assert_false(cut->packets[0].summed);
}

/* Encapsulated once more on its way, a packet is still told by its innermost addresses and its own SRH. */
static void three_levels(void **state)
{
	const struct packet_spec spec = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 100);
	struct captured *captured = scene_capture(&s, HOP(R1_B0, HOP_OUT), &spec);
	const size_t ethernet = 14, ipv6 = 40, before = captured->length, packet = before - ethernet;
	uint8_t *frame = zalloc(before + 2 * ipv6);

	(void)state;
	memcpy(frame, captured->data, ethernet);
	memcpy(frame + ethernet + 2 * ipv6, captured->data + ethernet, packet);
	for (size_t i = 0; i < 2; i++) {
		uint8_t *header = frame + ethernet + i * ipv6;
		size_t payload = packet + (1 - i) * ipv6;
		header[0] = 0x60;
		header[4] = (uint8_t)(payload >> 8);
		header[5] = (uint8_t)payload;
		header[6] = IPPROTO_IPV6;
		header[7] = 64;
		header[8] = header[24] = 0xfd;
	}
	free(captured->data);
	captured->data = frame;
	captured->length = captured->wire_length = before + 2 * ipv6;
	captured_parse(captured);
	owned(evidence) evidence = evidence_make(&s.plan, s.trace);
	const struct captured *read = &evidence->packets[0];
	assert_true(read->way == WAY_FORWARD && read->known && read->summed && read->encapsulated);
	assert_int_equal(read->checksum, CHECKSUM_VALID);
	assert_int_equal(read->payload, 100);
	assert_false(captured_srh(read).present);
	assert_true(packet_srh(&read->view, packet_innermost_ip(&read->view)).present);
}

static void drops(void **state)
{
	(void)state;
	const struct packet_spec spec = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 1000);
	scene_drop(&s, R1_A1, &spec, "ip6_forward", "");
	owned(evidence) evidence = evidence_make(&s.plan, s.trace);
	assert_true(evidence->drops[0].known && evidence->drops[0].way == WAY_FORWARD);
	assert_int_equal(evidence->drops[0].payload, 1000);
	assert_false(evidence->drops[0].summed); /* its first octets only */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(connection),
		SCENE_TEST(headers_only),
		SCENE_TEST(three_levels),
		SCENE_TEST(drops),
	};

	return cmocka_run_group_tests_name("judge: evidence", tests, NULL, NULL);
}
