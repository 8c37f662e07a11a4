/* What is told of flows for a case: mode and list, nodes, and each field of a crafted packet. */
#include "testing.h"

#include "replay.h"

static struct capture *capture;

static void add(const struct packet_spec *spec)
{
	static struct made made;
	struct error err = { 0 };
	owned(frame) frame = built(spec);

	pcap_begin(&made, 1);
	pcap_packet(&made, (uint32_t)capture->packet_count, (struct bytes){ frame->data, frame->length },
	            frame->length);
	assert_int_equal(capture_take(capture, (struct bytes){ made.octets, made.length }, "a", &err), 0);
}

static struct replays made_of(const struct packet_spec *const *specs, size_t count)
{
	capture = zalloc(sizeof *capture);
	for (size_t i = 0; i < count; i++)
		add(specs[i]);
	struct replays replays = replays_make(capture, 0);
	capture_free(capture);
	return replays;
}

static void says(const char *text, const char *part)
{
	if (!text || !strstr(text, part))
		fail_msg("'%s' is not in: %s", part, text ? text : "(nothing)");
}

static const struct modes {
	enum mode mode;
	const char *traffic, *nodes;
} modes[] = {
	{ MODE_PLAIN, "mode: plain}", "  r1: {}\n  dst:" },
	{ MODE_INLINE, "mode: inline, segments: [\"fc00:1::100\", \"fc00:2::100\"]}",
	  "  r1: {sids: {\"fc00:1::100\": End}}\n  r2: {sids: {\"fc00:2::100\": End}}\n  dst: {addresses: "
	  "[\"fc00:d::1\"]}" },
	{ MODE_ENCAP, "mode: encap, segments: [\"fc00:1::100\", \"fc00:2::100\"]}",
	  "  r2: {sids: {\"fc00:2::100\": {behaviour: End.DT6, table: main}}}\n" },
	{ MODE_ENCAP_RED, "mode: encap.red, segments: [\"fc00:1::100\", \"fc00:2::100\"]}", "End.DT6" },
	{ MODE_L2ENCAP, "mode: l2encap, segments: [\"fc00:1::100\", \"fc00:2::100\"]}",
	  "  r2: {sids: {\"fc00:2::100\": {behaviour: End.DX2, oif: b0}}}\n" },
	{ MODE_IP6IP6, "mode: ip6ip6, segments: [\"fc00:2::100\"]}", "  r1: {addresses: [\"fc00:2::100\"]}\n" },
};

static void test_modes(void **state)
{
	const struct address segments[] = { address_of("fc00:1::100"), address_of("fc00:2::100") };

	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		const struct packet_spec spec = spec_of(modes[i].mode, segments, modes[i].mode == MODE_PLAIN ? 0 : 2);
		struct replays replays = made_of((const struct packet_spec *const[]){ &spec }, 1);
		assert_int_equal(replays.count, 1);
		says(replays.at[0].testcase, modes[i].traffic);
		says(replays.at[0].testcase, "tcp: crafted, from: src, to: \"fc00:d::1\"");
		says(replays.at[0].testcase,
		     "    n1: {payload: 100, flags: [psh, ack]}\nexpect:\n  - {fate: delivered}\n");
		says(replays.at[0].topology, modes[i].nodes);
		replays_clear(&replays);
	}
}

/* The destination's own network, and a segment that is there twice. */
static void test_nodes(void **state)
{
	const struct address segments[] = { address_of("fc00:1::100"), address_of("fc00:2::100"),
		                            address_of("fc00:1::100"), address_of("fc00:d::2") };
	const struct packet_spec spec = spec_of(MODE_INLINE, segments, COUNT(segments));
	struct replays replays = made_of((const struct packet_spec *const[]){ &spec }, 1);

	(void)state;
	says(replays.at[0].topology,
	     "  r2: {sids: {\"fc00:2::100\": End}}\n  dst: {addresses: [\"fc00:d::1\", \"fc00:d::2\"]}\n");
	replays_clear(&replays);
}

/* Only what differs from a packet that is crafted without it. */
static void test_fields(void **state)
{
	static const uint8_t tlvs[] = { 124, 2, 1, 1, 4, 2, 0, 0 };
	const struct address segment = address_of("fc00:1::100");
	struct packet_spec tagged = spec_of(MODE_INLINE, &segment, 1), wrong = tagged, large = tagged, beyond = tagged;

	(void)state;
	tagged.tag = 7;
	tagged.tlvs = (struct bytes){ tlvs, sizeof tlvs };
	tagged.traffic_class = 40;
	tagged.flow_label = 5;
	wrong.checksum = CHECKSUM_BAD;
	large.payload.length = 2800;
	large.checksum = CHECKSUM_PARTIAL;
	beyond.segments_left = 9;
	struct replays replays = made_of((const struct packet_spec *const[]){ &tagged, &wrong, &large, &tagged }, 4);
	const char *text = replays.at[0].testcase;
	says(text, "n1: {payload: 100, flags: [psh, ack], traffic_class: 40, flow_label: 5, srh.tag: 7, srh.tlvs: "
	           "\"7c02010104020000\"}\n");
	says(text, "{payload: 100, flags: [psh, ack], checksum: bad}\n");
	says(text, "{payload: 1400, burst: 2, flags: [psh, ack], checksum: partial}\n");
	says(text, "fate: dropped, bad_checksums: any}\n  - {fate: delivered}\n");
	replays_clear(&replays);
	replays = made_of((const struct packet_spec *const[]){ &beyond }, 1);
	says(replays.at[0].testcase, "segments_left: 9, srh.last_entry: 1, srh.type: 4, srh.length: 4}\n");
	says(replays.at[0].testcase, "  - {when: {packet: n1}, fate: dropped}\n");
	replays_clear(&replays);
}

static void test_connection(void **state)
{
	struct packet_spec syn = spec_of(MODE_PLAIN, NULL, 0), data = syn, back = syn;

	(void)state;
	syn.tcp_flags = TCP_SYN;
	syn.payload.length = 0;
	data.sequence = syn.sequence + 1 + 400;
	back.source = syn.destination;
	back.destination = syn.source;
	back.source_port = syn.destination_port;
	back.destination_port = syn.source_port;
	struct replays replays = made_of((const struct packet_spec *const[]){ &syn, &data }, 2);
	says(replays.at[0].testcase,
	     "tcp: kernel, from: src, to: \"fc00:d::1\", to_node: dst, mode: plain, bytes: 500, "
	     "direction: forward}\nexpect: {fate: delivered}\n");
	replays_clear(&replays);
	replays = made_of((const struct packet_spec *const[]){ &syn, &data, &back }, 3);
	says(replays.at[0].testcase, "bytes: 500, direction: both}");
	replays_clear(&replays);
}

static void test_refused(void **state)
{
	struct packet_spec local = spec_of(MODE_PLAIN, NULL, 0), empty = local;

	(void)state;
	local.source = address_of("fe80::1");
	empty.payload.length = 0;
	struct replays replays = made_of((const struct packet_spec *const[]){ &local, &empty }, 2);
	assert_int_equal(replays.count, 2);
	assert_null(replays.at[0].name);
	says(replays.at[0].refusal, "an address of it is none that a route leads to");
	assert_null(replays.at[1].testcase);
	says(replays.at[1].refusal, "no packet with data");
	replays_clear(&replays);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),      cmocka_unit_test(test_nodes),   cmocka_unit_test(test_fields),
		cmocka_unit_test(test_connection), cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
