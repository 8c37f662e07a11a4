/* Who sent what arrives on a link, and to whom what leaves is sent. */
#include "../../tests/scene.h"
#include "judge.h"

static const uint8_t macs[4][6] = { { 2, 0 }, { 2, 1 }, { 2, 2 }, { 2, 3 } };

/* The scene's two links as one. */
static void joined(struct scene *scene)
{
	scene_start(scene);
	scene->links[0].count = 4;
	scene->topology.link_count = 1;
	for (size_t i = 0; i < 4; i++) {
		scene->interfaces[i].link = 0;
		memcpy(scene->plan_interfaces[i].mac, macs[i], sizeof macs[i]);
	}
}

static void by_address(void **state)
{
	struct scene s;

	(void)state;
	joined(&s);
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	for (size_t from = 0; from < 4; from++)
		for (size_t to = 0; to < 4; to++) {
			if (from == to)
				continue;
			memcpy(syn.source_mac, macs[from], sizeof macs[from]);
			memcpy(syn.destination_mac, macs[to], sizeof macs[to]);
			assert_int_equal(other_end(&s.plan, scene_capture(&s, HOP(from, HOP_OUT), &syn)), to);
			assert_int_equal(other_end(&s.plan, scene_capture(&s, HOP(to, HOP_IN), &syn)), from);
		}
	scene_end(&s);
}

static void of_two(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	const struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	assert_int_equal(other_end(&s.plan, scene_capture(&s, HOP(SRC_A0, HOP_OUT), &syn)), R1_A1);
	assert_int_equal(other_end(&s.plan, scene_capture(&s, HOP(DST_B1, HOP_IN), &syn)), R1_B0);
	scene_end(&s);
}

/* src sends straight to dst over a link of four. */
static void delivered(void **state)
{
	struct scene s;

	(void)state;
	joined(&s);
	s.plan.traffic.mode = MODE_PLAIN;
	for (int i = 0; i < 3; i++) {
		static const unsigned flags[] = { TCP_SYN, TCP_SYN | TCP_ACK, TCP_ACK };
		struct packet_spec spec =
		        scene_packet(&s, i != 1, flags[i], i == 1 ? SERVER_ISN : CLIENT_ISN + (i == 2), 0);
		scene_capture(&s, HOP(i == 1 ? DST_B1 : SRC_A0, HOP_OUT), &spec);
		scene_capture(&s, HOP(i == 1 ? SRC_A0 : DST_B1, HOP_IN), &spec);
	}
	struct packet_spec data = scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 1, 1000);
	memcpy(data.destination_mac, macs[DST_B1], sizeof macs[DST_B1]);
	scene_capture(&s, HOP(SRC_A0, HOP_OUT), &data);
	s.trace->client.established = s.trace->server.established = true;
	s.trace->client.sent = 1000;
	s.plan.traffic.bytes = 1000;
	scene_reach(&s, FATE_DROPPED, "src", REASON_LINK, "it never arrived at dst.b1:in");
	scene_capture(&s, HOP(DST_B1, HOP_IN), &data);
	s.trace->server.received = 1000;
	scene_reach(&s, FATE_DELIVERED, "", REASON_NONE, NULL);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_address),
		cmocka_unit_test(of_two),
		cmocka_unit_test(delivered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
