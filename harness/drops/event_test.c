/* From records to drops, and to the packets that they were. */
#include "../../tests/scene.h"
#include "device.h"
#include "drops_internal.h"

static unsigned indices[] = { 2, 3, 4, 5 }; /* of the scene's interfaces */
static const struct lab lab = { .node_count = 3, .interface_count = 4, .ifindex = indices };

/* A packet whose network header is 100 octets into its buffer, and whose data starts `pulled` octets behind that. */
static struct drop_record record_of(const struct packet_spec *spec, size_t node, unsigned ifindex, int pulled)
{
	struct error err = { 0 };
	owned(frame) frame = NULL;
	struct drop_record record = { .node = (uint32_t)node,
		                      .ifindex = ifindex,
		                      .time = 77,
		                      .head = 0xffff888000000000,
		                      .data = 0xffff888000000000 + 100 + (uint64_t)(int64_t)pulled,
		                      .network_header = 100 };

	assert_int_equal(frame_build(&frame, spec, &err), 0);
	size_t length = frame->length - 14;
	record.length = (uint32_t)((int)length - pulled);
	record.tail = (uint32_t)(100 + length);
	memcpy(record.octets, frame->data + 14, length < RECORD_OCTETS ? length : RECORD_OCTETS);
	return record;
}

static void whole(void **state)
{
	struct scene s;
	struct drop drop;

	(void)state;
	scene_start(&s);
	struct packet_spec data = scene_packet(&s, true, TCP_ACK, CLIENT_ISN, 50);
	for (int pulled = -14; pulled <= 80; pulled += 47) {
		struct drop_record record = record_of(&data, DST, 5, pulled);
		assert_true(record_drop(&drop, &record, &lab, &s.plan));
		assert_int_equal(drop.node, DST);
		assert_int_equal(drop.interface, DST_B1);
		assert_int_equal(drop.packet, NOT_FOUND);
		assert_int_equal(drop.wire_length, drop.length);
		struct packet_view view = packet_parse((struct bytes){ drop.data, drop.length });
		assert_true(packet_layer(&view, LAYER_TCP) && view.whole && packet_tcp(&view).sequence == CLIENT_ISN &&
		            packet_payload(&view).length == 50);
		free(drop.data);
	}
	scene_end(&s);
}

static void in_part(void **state)
{
	struct scene s;
	struct drop drop;

	(void)state;
	scene_start(&s);
	struct packet_spec data = scene_packet(&s, true, TCP_ACK, CLIENT_ISN, 1000);
	struct drop_record record = record_of(&data, R1, 9, 0);
	assert_true(record_drop(&drop, &record, &lab, &s.plan));
	assert_int_equal(drop.interface, NOT_FOUND); /* an interface that the topology has not */
	assert_int_equal(drop.length, 14 + RECORD_OCTETS);
	assert_true(drop.wire_length > 1000);
	free(drop.data);
	record.tail = 100 + 60; /* the rest is in fragments */
	assert_true(record_drop(&drop, &record, &lab, &s.plan));
	assert_int_equal(drop.length, 14 + 60);
	free(drop.data);
	record.tail = 100 + 39; /* not even a whole header */
	assert_false(record_drop(&drop, &record, &lab, &s.plan));
	record.tail = 90;
	assert_false(record_drop(&drop, &record, &lab, &s.plan));
	record = record_of(&data, R1, 3, 0);
	record.failed = (uint64_t)-14;
	assert_false(record_drop(&drop, &record, &lab, &s.plan));
	record = record_of(&data, R1, 3, 0);
	record.data = 0; /* garbage gives no length, and does no harm */
	assert_false(record_drop(&drop, &record, &lab, &s.plan));
	record = record_of(&data, 3, 3, 0);
	assert_false(record_drop(&drop, &record, &lab, &s.plan));
	record = record_of(&data, R1, 3, 0);
	record.octets[24] = 0xff; /* to a multicast group: no test's packet */
	assert_false(record_drop(&drop, &record, &lab, &s.plan));
	record.octets[0] = 0x55; /* neither IPv4 nor IPv6 */
	assert_false(record_drop(&drop, &record, &lab, &s.plan));
	data.mode = MODE_PLAIN;
	data.source = ip6("10.0.1.1");
	data.destination = ip6("10.0.2.1");
	record = record_of(&data, R1, 3, 0);
	assert_true(record_drop(&drop, &record, &lab, &s.plan));
	const struct packet_view view = packet_parse((struct bytes){ drop.data, drop.length });
	assert_int_equal(packet_ip(&view)->kind, LAYER_IPV4);
	free(drop.data);
	scene_end(&s);
}

/* What the harness itself makes the kernel drop is left out. */
static void by_the_harness(void **state)
{
	struct scene s;
	struct drop drop;

	(void)state;
	scene_craft(&s, 1, TCP_ACK);
	struct packet_spec ack = scene_packet(&s, false, TCP_ACK, SERVER_ISN, 0);
	struct drop_record record = record_of(&ack, SRC, 2, 0);
	assert_false(record_drop(&drop, &record, &lab, &s.plan));
	record.node = R1; /* on its way there it is */
	assert_true(record_drop(&drop, &record, &lab, &s.plan));
	free(drop.data);
	record.node = SRC;
	s.plan.traffic.generator = GENERATOR_KERNEL;
	assert_true(record_drop(&drop, &record, &lab, &s.plan));
	free(drop.data);
	struct plan_service service = { R1, { .kind = device_find("packet"), .sid = s.segment } };
	s.plan.services = &service;
	s.plan.service_count = 1;
	struct packet_spec data = scene_packet(&s, true, TCP_ACK, CLIENT_ISN, 50);
	record = record_of(&data, R1, 3, 0);
	assert_false(record_drop(&drop, &record, &lab, &s.plan));
	service.device.kind = device_find("tun");
	assert_true(record_drop(&drop, &record, &lab, &s.plan));
	free(drop.data);
	scene_end(&s);
}

/* Old kernels free received ICMPv6 messages as if they dropped them. */
static void only_read(void **state)
{
	uint8_t error[14 + 40 + 8] = { [12] = 0x86, 0xdd, 0x60, [19] = 8, 58, 64, [54] = 3 };
	uint8_t tcp[sizeof error];
	struct drop drop = { .data = error, .length = sizeof error, .function = "icmpv6_rcv" };

	(void)state;
	assert_true(drop_is_none(&drop));
	strcpy(drop.reason, "NOT_SPECIFIED");
	assert_true(drop_is_none(&drop));
	strcpy(drop.reason, "ICMP_CSUM");
	assert_false(drop_is_none(&drop));
	drop.reason[0] = 0;
	strcpy(drop.function, "ip6_forward");
	assert_false(drop_is_none(&drop));
	strcpy(drop.function, "icmpv6_rcv");
	memcpy(tcp, error, sizeof tcp);
	tcp[20] = 6;
	drop.data = tcp;
	assert_false(drop_is_none(&drop));
	/* Freed with the packet that it hung on. */
	strcpy(drop.function, "skb_release_data");
	assert_true(drop_is_none(&drop));
}

static void tied(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s); /* three packets of the handshake and four of data, at four hops each */
	struct packet_spec data = scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 1001, 1000);
	struct packet_spec other = scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 77, 1000);
	scene_drop(&s, DST_B1, &data, "tcp_v6_rcv", "TCP_CSUM");
	scene_drop(&s, R1_A1, &data, "ip6_forward", "");
	scene_drop(&s, R1_A1, &data, "ip6_forward", "")->time = s.trace->packets[17].time;
	scene_drop(&s, SRC_A0, &other, "ip6_forward", "");
	drops_tie(s.trace, &s.plan);
	assert_int_equal(s.trace->drops[0].packet, 4 * (3 + 1) + 3);
	assert_int_equal(s.trace->drops[1].packet, 4 * (3 + 1) + 2);
	assert_int_equal(s.trace->drops[2].packet, 4 * (3 + 1) + 1); /* it had not left r1 then */
	assert_int_equal(s.trace->drops[3].packet, NOT_FOUND);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),     cmocka_unit_test(in_part), cmocka_unit_test(by_the_harness),
		cmocka_unit_test(only_read), cmocka_unit_test(tied),
	};

	return cmocka_run_group_tests_name("drops: event", tests, NULL, NULL);
}
