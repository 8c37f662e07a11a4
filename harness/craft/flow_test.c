/* Whose a packet is, of flows that run at once. */
#include "../../tests/scene.h"
#include "crafted.h"

static struct scene s;
static struct plan_flow flows[2];

/* The second is to another address. */
static int start(void **state)
{
	(void)state;
	scene_start(&s);
	for (size_t i = 0; i < COUNT(flows); i++)
		flows[i] = (struct plan_flow){ s.plan.traffic, SRC };
	flows[1].traffic.to = ip6("fc00:d::2");
	s.plan.flows = flows;
	s.plan.flow_count = COUNT(flows);
	return 0;
}

static int end(void **state)
{
	(void)state;
	scene_end(&s);
	return 0;
}

static size_t flow_of(const struct packet_spec *spec)
{
	return packet_flow(&s.plan, &scene_capture(&s, HOP(SRC_A0, HOP_OUT), spec)->view);
}

/* By the receiver's port, both ways, also where the addresses are the same. */
static void by_ports(void **state)
{
	(void)state;
	for (int forward = 0; forward < 2; forward++)
		for (size_t flow = 0; flow < COUNT(flows); flow++) {
			struct packet_spec spec = scene_packet(&s, forward, TCP_ACK, CLIENT_ISN, 100);
			if (forward)
				spec.destination_port = (uint16_t)(SERVER_PORT + flow);
			else
				spec.source_port = (uint16_t)(SERVER_PORT + flow);
			assert_int_equal(flow_of(&spec), flow);
		}
	struct plan alone = s.plan;
	alone.flow_count = 1;
	struct packet_spec spec = scene_packet(&s, true, TCP_ACK, CLIENT_ISN, 100);
	spec.destination_port = SERVER_PORT + 1;
	assert_int_equal(packet_flow(&alone, &scene_capture(&s, HOP(SRC_A0, HOP_OUT), &spec)->view), 0);
}

/* Where there are no ports, by a destination that only one has. */
static void by_addresses(void **state)
{
	struct packet_spec spec = scene_packet(&s, true, TCP_ACK, CLIENT_ISN, 100);

	(void)state;
	spec.next_header = 59;
	assert_int_equal(flow_of(&spec), 0);
	spec.destination = flows[1].traffic.to;
	assert_int_equal(flow_of(&spec), 1);
	flows[0].traffic.to = flows[1].traffic.to;
	assert_int_equal(flow_of(&spec), NOT_FOUND);
	spec.destination = ip6("fc00:e::1");
	assert_int_equal(flow_of(&spec), NOT_FOUND);
}

/* An ICMPv6 error is of the flow whose packet it quotes. */
static void by_quotes(void **state)
{
	enum { ETHERNET = 14, IPV6 = 40, ICMP = 8 };

	(void)state;
	for (size_t flow = 0; flow < COUNT(flows); flow++) {
		struct packet_spec spec = scene_packet(&s, true, TCP_ACK, CLIENT_ISN, 100);
		spec.destination_port = (uint16_t)(SERVER_PORT + flow);
		const struct captured *quoted = scene_capture(&s, HOP(R1_A1, HOP_IN), &spec);
		uint8_t frame[ETHERNET + IPV6 + ICMP + 400] = { [12] = 0x86, 0xdd, 0x60 };
		const size_t length = quoted->length - ETHERNET;
		frame[ETHERNET + 5] = (uint8_t)(ICMP + length);
		frame[ETHERNET + 6] = 58;
		frame[ETHERNET + IPV6] = ICMPV6_TIME_EXCEEDED;
		assert_in_range(length, 1, 255 - ICMP);
		memcpy(frame + ETHERNET + IPV6 + ICMP, quoted->data + ETHERNET, length);
		const struct packet_view view = packet_parse((struct bytes){ frame, ETHERNET + IPV6 + ICMP + length });
		assert_true(packet_is_icmp(&view));
		assert_int_equal(packet_flow(&s.plan, &view), flow);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(by_ports, start, end),
		cmocka_unit_test_setup_teardown(by_addresses, start, end),
		cmocka_unit_test_setup_teardown(by_quotes, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
