/* Ladders letter for letter: of a delivered, a dropped, a merged and a corrupted case, with and without colours, and of
 * more packets and more nodes than there is room for. */
#include "../../tests/results.h"
#include "../../tests/scene_each.h"
#include "device.h"
#include "ladder.h"

static const struct report_style ascii = { .width = 80 };
static const struct report_style unicode = { .width = 80, .unicode = true };
static const struct report_style colored = { .width = 80, .unicode = true, .terminal = true, .color = true };

static const struct result *result_of(bool all)
{
	owned(judgement) judgement = scene_judge(&s, &(struct circumstances){ .release = "6.12" });
	owned(journeys) journeys = scene_journeys(&s);
	struct result *result = result_make(test_pool(), &s.plan, s.trace, judgement);

	result_tell(test_pool(), result, &s.plan, journeys, judgement->verdict->breaches, all);
	return result;
}

static char *ladder_in(const struct result *result, const struct result_topology *topology, struct report_style style)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	report_ladder(out, style, test_pool(), result, topology);
	fclose(out);
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		assert_true(columns_of(line, strcspn(line, "\n")) <= style.width);
	return text;
}

static char *ladder_text(const struct result *result, struct report_style style)
{
	return ladder_in(result, NULL, style);
}

/* What comes behind the title and its sentence. */
static void is_drawn(const struct result *result, struct report_style style, const char *wanted)
{
	char *text = ladder_text(result, style), *body = strstr(text, "\n\n");

	assert_non_null(body);
	if (strcmp(body + 2, wanted) != 0)
		fputs(text, stdout); /* longer than what cmocka prints */
	assert_string_equal(body + 2, wanted);
	free(text);
}

static void delivered(void **state)
{
	(void)state;
	scene_deliver(&s);
	const struct result *result = result_of(true), *one = result_of(false);

	is_drawn(result, ascii,
	         "       us  packet      src                       r1                        dst\n"
	         "      0.0  SYN          |---SL1 fc00:1::100 ok--->|----SL0 fd00:2::2 ok---->|\n"
	         "      4.0  SYN-ACK      |<------fd00:1::1 ok------|<------fd00:1::1 ok------|\n"
	         "      8.0  ACK 0        |---SL1 fc00:1::100 ok--->|----SL0 fd00:2::2 ok---->|\n"
	         "     12.0  data 0:4000  |-4x SL1 fc00:1::100 ok-->|--4x SL0 fd00:2::2 ok--->|\n");
	assert_null(one->journeys.at);
	is_drawn(one, ascii,
	         "       us  packet      src                       r1                        dst\n"
	         "      0.0  data 0:1000  |---SL1 fc00:1::100 ok--->|----SL0 fd00:2::2 ok---->|\n");
}

static void too_big(void **state)
{
	(void)state;
	scene_deliver(&s);
	s.interfaces[R1_B0].mtu = 1099;
	const struct result *result = result_of(true);

	is_drawn(result, ascii,
	         "       us  packet      src                       r1                        dst\n"
	         "      0.0  SYN          |---SL1 fc00:1::100 ok--->|----SL0 fd00:2::2 ok---->|\n"
	         "      4.0  SYN-ACK      |<------fd00:1::1 ok------|<------fd00:1::1 ok------|\n"
	         "      8.0  ACK 0        |---SL1 fc00:1::100 ok--->|----SL0 fd00:2::2 ok---->|\n"
	         "     12.0  data 0:4000  |-4x SL1 fc00:1::100 ok-->|---4x SL0 ok TOO BIG---->|\n");
}

/* Where two hop limits were taken at r1: named where there is room; and it is the journey that is shown. */
static void broken(void **state)
{
	(void)state;
	scene_deliver(&s);
	for (size_t i = s.trace->packet_count - 2; i < s.trace->packet_count; i++)
		s.trace->packets[i].data[14 + 7]--;
	const struct result *result = result_of(true), *one = result_of(false);

	is_drawn(result, ascii,
	         "       us  packet         src                      r1                       dst\n"
	         "      0.0  SYN             |--SL1 fc00:1::100 ok--->|---SL0 fd00:2::2 ok---->|\n"
	         "      4.0  SYN-ACK         |<-----fd00:1::1 ok------|<-----fd00:1::1 ok------|\n"
	         "      8.0  ACK 0           |--SL1 fc00:1::100 ok--->|---SL0 fd00:2::2 ok---->|\n"
	         "     12.0  data 0:3000     |-3x SL1 fc00:1::100 ok->|--3x SL0 fd00:2::2 ok-->|\n"
	         "     24.0  data 3000:4000  |--SL1 fc00:1::100 ok--->|-------SL0 ok !-------->|\n");
	is_drawn(one, (struct report_style){ .width = 110 },
	         "       us  packet         src                                     r1                                 "
	         "     dst\n"
	         "      0.0  data 3000:4000  |----------SL1 fc00:1::100 ok---------->|---SL0 fd00:2::2 ok BROKE "
	         "hop-limit--->|\n");
}

static void dropped(void **state)
{
	(void)state;
	scene_bad_syn(&s, 1);
	scene_count(&s, DST, "TcpInCsumErrors", 1);
	const struct result *result = result_of(true);

	is_drawn(result, ascii,
	         "       us  packet src                          r1                           dst\n"
	         "      0.0  SYN     |----SL1 fc00:1::100 BAD---->|-----SL0 fd00:2::2 BAD----->X\n"
	         "                   |                            |   dropped at dst: tcp-csum ^\n");
	is_drawn(result, unicode,
	         "       us  packet src                          r1                           dst\n"
	         "      0.0  SYN     │────SL1 fc00:1::100 BAD────▶│─────SL0 fd00:2::2 BAD─────▶✗\n"
	         "                   │                            │   dropped at dst: tcp-csum ┘\n");
}

/* The kernel's word stands behind, or below where it has no room. */
static void dropped_says_the_kernel(void **state)
{
	struct report_style narrow = { .width = 50 };

	(void)state;
	scene_bad_syn(&s, 1);
	scene_count(&s, DST, "TcpInCsumErrors", 1);
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	struct drop *drop = scene_drop(&s, DST_B1, &syn, "tcp_v6_rcv", "TCP_CSUM");
	const struct result *result = result_of(true);

	assert_string_equal(result->journey->end->drop->reason, "TCP_CSUM");
	assert_string_equal(result->journey->end->drop->function, "tcp_v6_rcv");
	is_drawn(result, ascii,
	         "       us  packet src                          r1                           dst\n"
	         "      0.0  SYN     |----SL1 fc00:1::100 BAD---->|-----SL0 fd00:2::2 BAD----->X\n"
	         "                   | dropped at dst: tcp-csum, freed in tcp_v6_rcv: TCP_CSUM ^\n");
	is_drawn(result, narrow,
	         "       us  packet src           r1            dst\n"
	         "      0.0  SYN     |--SL1 BAD--->|--SL0 BAD--->X\n"
	         "                   |  dropped at dst: tcp-csum ^\n"
	         "                 freed in tcp_v6_rcv: TCP_CSUM ^\n");
	drop->reason[0] = 0;
	result = result_of(false);
	is_drawn(result, ascii,
	         "       us  packet src                          r1                           dst\n"
	         "      0.0  SYN     |----SL1 fc00:1::100 BAD---->|-----SL0 fd00:2::2 BAD----->X\n"
	         "                   |           dropped at dst: tcp-csum, freed in tcp_v6_rcv ^\n");
}

/* r1 drops the last packet of three. */
static void dropped_in_the_middle(void **state)
{
	(void)state;
	scene_handshake(&s);
	scene_data(&s, 0, 2, 4);
	scene_data(&s, 2000, 1, 2);
	s.trace->client.sent = 3000;
	s.trace->server.received = 2000;
	scene_count(&s, R1, "Ip6InNoRoutes", 1);
	const struct result *result = result_of(true);

	is_drawn(result, unicode,
	         "       us  packet         src                      r1                       dst\n"
	         "      0.0  SYN             │──SL1 fc00:1::100 ok───▶│───SL0 fd00:2::2 ok────▶│\n"
	         "      4.0  SYN-ACK         │◀─────fd00:1::1 ok──────│◀─────fd00:1::1 ok──────│\n"
	         "      8.0  ACK 0           │──SL1 fc00:1::100 ok───▶│───SL0 fd00:2::2 ok────▶│\n"
	         "     12.0  data 0:2000     │─2x SL1 fc00:1::100 ok─▶│──2x SL0 fd00:2::2 ok──▶│\n"
	         "     20.0  data 2000:3000  │──SL1 fc00:1::100 ok───▶✗                        │\n"
	         "                           │                        └ dropped at r1: no-route\n");
}

static void merged(void **state)
{
	struct packet_spec packet;

	(void)state;
	scene_handshake(&s);
	for (unsigned i = 0; i < 4; i++) {
		packet = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + i * 1000, 1000);
		packet.checksum = CHECKSUM_PARTIAL;
		scene_send(&s, true, packet, 1);
	}
	packet = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 4000);
	packet.checksum = CHECKSUM_BAD;
	scene_capture(&s, HOP(R1_A1, HOP_IN), &packet);
	packet.segments_left = 0;
	packet.hop_limit = 63;
	scene_capture(&s, HOP(R1_B0, HOP_OUT), &packet)->gso_size = 1000;
	scene_capture(&s, HOP(DST_B1, HOP_IN), &packet);
	s.trace->client.sent = 4000;
	scene_count(&s, DST, "TcpInCsumErrors", 1);
	const struct result *result = result_of(true), *one = result_of(false);

	is_drawn(result, unicode,
	         "       us  packet      src                       r1                        dst\n"
	         "      0.0  SYN          │───SL1 fc00:1::100 ok───▶│────SL0 fd00:2::2 ok────▶│\n"
	         "      4.0  SYN-ACK      │◀──────fd00:1::1 ok──────│◀──────fd00:1::1 ok──────│\n"
	         "      8.0  ACK 0        │───SL1 fc00:1::100 ok───▶│────SL0 fd00:2::2 ok────▶│\n"
	         "     12.0  data 0:4000  │──4→1 SL1 partial→BAD───▶│───SL0 fd00:2::2 BAD────▶✗\n"
	         "                        │                          dropped at dst: tcp-csum ┘\n");
	is_drawn(one, ascii,
	         "       us  packet      src                       r1                        dst\n"
	         "      0.0  data 0:1000  |-4->1 SL1 partial->BAD-->|---SL0 fd00:2::2 BAD---->X\n"
	         "                        |                          dropped at dst: tcp-csum ^\n");
}

static void corrupted(void **state)
{
	(void)state;
	scene_deliver(&s);
	for (size_t i = 12 + 2 * 4 + 2; i < 12 + 3 * 4; i++) /* the third data packet, once r1 had it */
		s.trace->packets[i].data[s.trace->packets[i].length - 500] ^= 0xff;
	s.trace->server.mangled = true;
	s.trace->server.mangled_at = 2500;
	s.nodes[R1].devices = &(struct device){ .kind = device_find("packet") };
	s.nodes[R1].device_count = 1;
	const struct result *result = result_of(true);

	is_drawn(result, unicode,
	         "       us  packet         src                      r1                       dst\n"
	         "      0.0  SYN             │──SL1 fc00:1::100 ok───▶│───SL0 fd00:2::2 ok────▶│\n"
	         "      4.0  SYN-ACK         │◀─────fd00:1::1 ok──────│◀─────fd00:1::1 ok──────│\n"
	         "      8.0  ACK 0           │──SL1 fc00:1::100 ok───▶│───SL0 fd00:2::2 ok────▶│\n"
	         "     12.0  data 0:2000     │─2x SL1 fc00:1::100 ok─▶│──2x SL0 fd00:2::2 ok──▶│\n"
	         "     20.0  data 2000:3000  │──SL1 fc00:1::100 ok───▶✗─SL0 BAD BROKE payload─▶│\n"
	         "                           │                        └ corrupted at r1: service\n"
	         "     24.0  data 3000:4000  │──SL1 fc00:1::100 ok───▶│───SL0 fd00:2::2 ok────▶│\n");
}

static void colors(void **state)
{
	(void)state;
	scene_bad_syn(&s, 1);
	scene_count(&s, DST, "TcpInCsumErrors", 1);
	const struct result *result = result_of(true);
	owned_text text = ladder_text(result, colored);

	assert_non_null(strstr(text, "\033[0;1;31mBAD"));
	assert_non_null(strstr(text, "\033[0;1;31m✗\033[0m\n"));
	assert_non_null(strstr(text, "\033[0;1;31mdropped at dst: tcp-csum ┘\033[0m\n"));
}

/* A packet that no hop saw. */
static void never_seen(void **state)
{
	(void)state;
	scene_count(&s, SRC, "Ip6OutNoRoutes", 1);
	const struct result *result = result_of(true);

	is_drawn(result, ascii,
	         "       us  packet src                          r1                           dst\n"
	         "      0.0  SYN     X                            |                            |\n"
	         "                   ^ dropped at src: no-route   |                            |\n");
}

/* Data and acknowledgements in turn, one of them dropped far inside: it is shown, and most of the others are not. */
static void many(void **state)
{
	(void)state;
	scene_handshake(&s);
	for (unsigned i = 0; i < 50; i++) {
		scene_data(&s, i * 1000, 1, i == 30 ? 2 : 4);
		struct packet_spec ack = scene_packet(&s, false, TCP_ACK, SERVER_ISN + 1, 0);
		ack.acknowledgement += (i + 1) * 1000;
		scene_send(&s, false, ack, 4);
	}
	s.plan.traffic.bytes = 50000;
	s.trace->client.sent = 50000;
	s.trace->server.received = 30000;
	const struct result *result = result_of(true);
	owned_text text = ladder_text(result, ascii);

	assert_int_equal(result->journeys.count, 8 + 1 + 1 + 1 + 2);
	assert_non_null(strstr(text, "data 30000:31000"));
	assert_non_null(strstr(text, "... 55 more packets, all received"));
	assert_non_null(strstr(text, "... 37 more packets, all received"));
	assert_non_null(strstr(text, "ACK 50000"));
}

/* 40 columns hold no such ladder: the links stand below each other. */
static void narrow(void **state)
{
	const struct report_style style = { .width = 40 };

	(void)state;
	scene_handshake(&s);
	scene_data(&s, 0, 1, 3);
	s.trace->client.sent = 1000;
	const struct result *result = result_of(true);

	is_drawn(result, style,
	         "      0.0  SYN\n"
	         "             src.a0 > r1.a1 SL1\n"
	         "               fc00:1::100 ok\n"
	         "             r1.b0 > dst.b1 SL0\n"
	         "               fd00:2::2 ok\n"
	         "      4.0  SYN-ACK\n"
	         "             dst.b1 > r1.b0 fd00:1::1 ok\n"
	         "             r1.a1 > src.a0 fd00:1::1 ok\n"
	         "      8.0  ACK 0\n"
	         "             src.a0 > r1.a1 SL1\n"
	         "               fc00:1::100 ok\n"
	         "             r1.b0 > dst.b1 SL0\n"
	         "               fd00:2::2 ok\n"
	         "     12.0  data 0:1000\n"
	         "             src.a0 > r1.a1 SL1\n"
	         "               fc00:1::100 ok\n"
	         "             r1.b0 > ? SL0 fd00:2::2 ok\n"
	         "             X dropped at r1: link\n");
}

/* clang-format off: JSON */
#define NODE(name)      "{'name': '" name "', 'addresses': [], 'sids': {}}"
#define SEEN(node, way) "{'node': '" node "', 'interface': 'l', 'direction': '" way "'}"
#define STEP(hop, left)                                                                                                \
	"{'hop': '" hop "', 'time_us': 0, 'source': 'fd00::1', 'destination': 'fd00::2', "                             \
	"'segments_left': " #left ", 'length': 100, 'payload': 0, 'checksum': 'valid', 'oversize': false, "            \
	"'encapsulated': false, 'packets': 1, 'merged': 1}"
static const char on_a_lan[] = "{'topologies': {'lan': {'nodes': [" NODE("a") "," NODE("b") "," NODE("c") "," NODE(
        "d") "],"
             "  'links': [{'ends': ['a.l', 'b.l', 'c.l', 'd.l'], 'kind': 'lan', 'mtu': 1500}]}},"
             " 'cells': [{'case': 'x', 'topology': 'lan', 'outcome': 'FAIL', 'why': '', 'hops': "
             "[" SEEN("a", "in") "," SEEN("a", "out") "," SEEN("b", "in") "," SEEN("b", "out") "," SEEN("c", "in") "," SEEN(
                     "c",
                     "out") "," SEEN("d",
                                     "in") "," SEEN("d",
                                                    "out") "],"
                                                           "  'journeys': [{'packet': 'SYN', "
                                                           "'time_us': 0, 'packets': 1, 'steps': "
                                                           "[" STEP("a.l:out", 1) "," STEP("c.l:in", 1) "," STEP(
                                                                   "c.l:out",
                                                                   0) "," STEP("d.l:"
                                                                               "in",
                                                                               0) "]}"
                                                                                  ","
                                                                                  "  "
                                                                                  " {"
                                                                                  "'p"
                                                                                  "ac"
                                                                                  "ke"
                                                                                  "t'"
                                                                                  ": "
                                                                                  "'A"
                                                                                  "CK"
                                                                                  "',"
                                                                                  " '"
                                                                                  "ti"
                                                                                  "me"
                                                                                  "_u"
                                                                                  "s'"
                                                                                  ": "
                                                                                  "9,"
                                                                                  " '"
                                                                                  "pa"
                                                                                  "ck"
                                                                                  "et"
                                                                                  "s'"
                                                                                  ": "
                                                                                  "1,"
                                                                                  " '"
                                                                                  "st"
                                                                                  "ep"
                                                                                  "s'"
                                                                                  ": "
                                                                                  "[" STEP("d.l:out",
                                                                                           0) "],"
                                                                                              "    'end': {'node': "
                                                                                              "'d', 'how': 'dropped', "
                                                                                              "'reason': 'link'}}]}]}";
/* clang-format on */

/* A link of four: an arrow leads to where the packet arrived. Where it did not, nothing tells which other end it was
 * for. */
static void lan(void **state)
{
	json_t *json = parse_json(on_a_lan);
	const struct run *run = read_run(json);
	owned_text text = ladder_in(run->cells.at[0], topology_called(run, "lan"), ascii);

	(void)state;
	assert_string_equal(strstr(text, "       us"),
	                    "       us  packet a                             c                             d\n"
	                    "      0.0  SYN    |-------SL1 fd00::2 ok------->|-------SL0 fd00::2 ok------->|\n"
	                    "      9.0  ACK    |                             |                             X\n"
	                    "                  |                             |          dropped at d: link ^\n");
	json_decref(json);
}

static void nothing(void **state)
{
	json_t *json = parse_json("{'case': 'x', 'outcome': 'PASS', 'journey': null}");
	owned_text text = ladder_text(read_result(json), ascii);

	(void)state;
	assert_string_equal(text, "");
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(delivered),
		SCENE_TEST(too_big),
		SCENE_TEST(broken),
		SCENE_TEST(dropped),
		SCENE_TEST(dropped_says_the_kernel),
		SCENE_TEST(dropped_in_the_middle),
		SCENE_TEST(merged),
		SCENE_TEST(corrupted),
		SCENE_TEST(colors),
		SCENE_TEST(never_seen),
		SCENE_TEST(many),
		SCENE_TEST(narrow),
		cmocka_unit_test(lan),
		cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
