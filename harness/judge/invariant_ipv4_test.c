/* Invariants of IPv4: a trace in which each is broken at one hop, beside one in which all hold. */
#include <linux/virtio_net.h>

#include "invariant.h"

#include "../../tests/scene.h"

static struct scene s;

/* Offsets in frames without options. */
enum { IP = 14, TOS = IP + 1, LENGTH = IP + 2, ID = IP + 4, FLAGS = IP + 6, TTL = IP + 8, CHECKSUM = IP + 10 };

static int start(void **state)
{
	(void)state;
	scene_start(&s);
	s.plan.traffic.mode = MODE_PLAIN;
	s.plan.traffic.to = s.plan_interfaces[DST_B1].ipv4 = ip6("10.0.2.1");
	s.plan.from_address = s.plan_interfaces[SRC_A0].ipv4 = ip6("10.0.1.1");
	scene_push(&s);
	return 0;
}

static int end(void **state)
{
	(void)state;
	scene_end(&s);
	return 0;
}

static void breaks(const char *names, size_t hop, size_t node)
{
	owned(evidence) evidence = evidence_make(&s.plan, s.trace);
	owned(journeys) journeys = journeys_follow(evidence);
	owned(breaches) breaches = breaches_find(evidence, journeys);
	owned_text found = text_copy("");

	for (size_t i = 0; i < breaches->count; i++) {
		const struct breach *breach = &breaches->at[i];
		text_append(&found, "%s%s", i ? ", " : "", word_of(invariant_words, (int)breach->invariant));
		assert_int_equal(breach->hop, hop);
		assert_int_equal(breach->node, node);
		assert_non_null(invariant_source(breach->invariant));
	}
	assert_string_equal(found, names);
}

/* As a node that changes the header makes it (RFC 791 3.1). */
static void sum_again(uint8_t *frame)
{
	frame[CHECKSUM] = frame[CHECKSUM + 1] = 0;
	const uint16_t sum = (uint16_t)~sum_fold(sum_add(0, (struct bytes){ frame + IP, 20 }));
	frame[CHECKSUM] = (uint8_t)(sum >> 8);
	frame[CHECKSUM + 1] = (uint8_t)sum;
}

static void deliver(void)
{
	scene_handshake(&s);
	scene_send(&s, true, scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 1, 1000), 4);
	s.trace->client.sent = s.trace->server.received = 1000;
}

static const size_t way[] = { HOP(SRC_A0, HOP_OUT), HOP(R1_A1, HOP_IN), HOP(R1_B0, HOP_OUT), HOP(DST_B1, HOP_IN) };
static const size_t nodes[] = { SRC, R1, R1, DST };
/* The last packet is changed from a hop on. */
#define BROKEN_AT(number, names, sums, ...)                                                                            \
	do {                                                                                                           \
		end(NULL);                                                                                             \
		start(NULL);                                                                                           \
		deliver();                                                                                             \
		breaks("", NOT_FOUND, 0);                                                                              \
		for (size_t i = s.trace->packet_count - 4 + (number); i < s.trace->packet_count; i++) {                \
			uint8_t *frame = s.trace->packets[i].data;                                                     \
			__VA_ARGS__;                                                                                   \
			if (sums)                                                                                      \
				sum_again(frame);                                                                      \
			captured_parse(&s.trace->packets[i]);                                                          \
		}                                                                                                      \
		breaks(names, way[number], nodes[number]);                                                             \
	} while (0)

static void headers(void **state)
{
	(void)state;
	BROKEN_AT(0, "ipv4-checksum", false, frame[CHECKSUM] ^= 1);
	BROKEN_AT(1, "ipv4-checksum", false, frame[CHECKSUM] ^= 1);
	BROKEN_AT(2, "ipv4-checksum", false, frame[CHECKSUM] ^= 1);
	BROKEN_AT(2, "hop-limit, ipv4-checksum", false, frame[TTL]++);
	BROKEN_AT(2, "hop-limit", true, frame[TTL]++);
	BROKEN_AT(3, "hop-limit", true, frame[TTL]--);
	BROKEN_AT(0, "initial-hop-limit", true, frame[TTL]--);
	BROKEN_AT(2, "traffic-class", true, frame[TOS] ^= 4);
	BROKEN_AT(2, "identification", true, frame[ID] ^= 1);
	BROKEN_AT(3, "identification", true, frame[ID + 1] ^= 1);
	BROKEN_AT(2, "fragment", true, frame[FLAGS] ^= 0x40);
	BROKEN_AT(0, "payload-length", true, frame[LENGTH + 1]++);
}

/* r1 makes two fragments of a packet (RFC 791 2.3), the second of which has no TCP header; or must not. */
static void fragments(void **state)
{
	static const struct {
		bool may;
		const char *broken;
	} rows[] = { { true, "" }, { false, "fragment" } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		end(NULL);
		start(NULL);
		scene_handshake(&s);
		struct packet_spec data = scene_packet(&s, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 1, 1000);
		data.may_fragment = rows[i].may;
		scene_send(&s, true, data, 2);
		data.hop_limit = 63;
		struct captured *first = scene_capture(&s, way[2], &data);
		/* its first 624 octets, behind 20 */
		first->length = first->wire_length = IP + 644;
		first->data[LENGTH] = 644 >> 8;
		first->data[LENGTH + 1] = 644 & 0xff;
		first->data[FLAGS] |= 0x20;
		sum_again(first->data);
		captured_parse(first);
		struct captured *second = scene_capture(&s, way[2], &data);
		memmove(second->data + IP + 20, second->data + IP + 644, 396);
		second->length = second->wire_length = IP + 416;
		second->data[LENGTH] = 416 >> 8;
		second->data[LENGTH + 1] = 416 & 0xff;
		second->data[FLAGS + 1] = 624 / 8;
		sum_again(second->data);
		captured_parse(second);
		assert_true(packet_is_fragment(&first->view) && packet_is_fragment(&second->view));
		breaks(rows[i].broken, way[2], R1);
	}
}

static void options(void **state)
{
	static const uint8_t nothing[] = { 1, 1, 1, 1 };

	(void)state;
	for (int wrong = 0; wrong < 2; wrong++) {
		end(NULL);
		start(NULL);
		scene_handshake(&s);
		struct packet_spec data = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 100);
		data.ip_options = (struct bytes){ nothing, sizeof nothing };
		scene_send(&s, true, data, 4);
		struct captured *last = &s.trace->packets[s.trace->packet_count - 1];
		last->data[IP + 20] ^= wrong; /* ends the list of options, which the checksum covers */
		captured_parse(last);
		breaks(wrong ? "ipv4-checksum, ipv4-options" : "", way[3], DST);
	}
}

/* Three packets come to r1's link and one of all comes out; identifications as given, with DF or without. */
static void merge(int first, int second, int all, bool may_fragment)
{
	scene_handshake(&s);
	for (int i = 0; i < 2; i++) {
		struct packet_spec part = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + (unsigned)i * 1000, 1000);
		part.identification = i ? second : first;
		part.may_fragment = may_fragment;
		scene_send(&s, true, part, 1);
	}
	struct packet_spec whole = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 2000);
	whole.identification = all;
	whole.may_fragment = may_fragment;
	scene_capture(&s, way[1], &whole)->gso_size = 1000;
}

/* RFC 6864 4: without DF each keeps its own, also when it is cut out again. */
static void merged(void **state)
{
	static const struct {
		int first, second, all;
		bool may_fragment, broken;
	} rows[] = {
		{ 7, 8, 7, false, false }, { 7, 8, 7, true, false },  { 7, 8, 8, false, true },
		{ 7, 7, 7, false, false }, { 7, 9, 7, false, false }, /* DF: it identifies nothing */
		{ 7, 9, 7, true, true },   { 7, 7, 7, true, true },   { 0xffff, 0, 0xffff, true, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		end(NULL);
		start(NULL);
		merge(rows[i].first, rows[i].second, rows[i].all, rows[i].may_fragment);
		breaks(rows[i].broken ? "identification" : "", way[1], R1);
	}
}

/* segmentation-offloads.rst: one more in each, or with DF the same. */
static void cut(void **state)
{
	static const struct {
		int of[3];
		bool may_fragment, broken;
	} rows[] = {
		{ { 7, 8, 9 }, false, false }, { { 7, 7, 7 }, false, false }, { { 7, 8, 9 }, true, false },
		{ { 7, 7, 7 }, true, true },   { { 7, 8, 10 }, false, true }, { { 8, 8, 9 }, false, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		end(NULL);
		start(NULL);
		scene_handshake(&s);
		struct packet_spec all = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 3000);
		all.identification = 7;
		all.may_fragment = rows[i].may_fragment;
		scene_send(&s, true, all, 2);
		s.trace->packets[s.trace->packet_count - 1].gso_size = 1000;
		s.trace->packets[s.trace->packet_count - 2].gso_size = 1000;
		for (unsigned part = 0; part < 3; part++) {
			struct packet_spec one = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1 + part * 1000, 1000);
			one.identification = rows[i].of[part];
			one.may_fragment = rows[i].may_fragment;
			one.hop_limit = 63;
			scene_capture(&s, way[2], &one);
		}
		breaks(rows[i].broken ? "identification" : "", way[2], R1);
	}
}

static void offloads(void **state)
{
	(void)state;
	for (int wrong = 0; wrong < 2; wrong++) {
		end(NULL);
		start(NULL);
		deliver();
		struct captured *last = &s.trace->packets[s.trace->packet_count - 1];
		last->offload_known = true;
		last->gso_size = 1000;
		last->gso_type = wrong ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
		breaks(wrong ? "gso-type" : "", way[3], DST);
	}
}

/* An error of r1's, about a packet that came. */
static void icmp(void **state)
{
	(void)state;
	for (int wrong = 0; wrong < 2; wrong++) {
		uint8_t message[8 + 28] = { 11 };
		struct packet_spec error = scene_packet(&s, true, 0, 0, 0);
		end(NULL);
		start(NULL);
		deliver();
		s.plan_interfaces[R1_A1].ipv4 = ip6("10.0.1.2");
		memcpy(message + 8, s.trace->packets[0].data + IP, sizeof message - 8);
		const uint16_t sum = (uint16_t)~sum_fold(sum_add(0, (struct bytes){ message, sizeof message }));
		message[2] = (uint8_t)(sum >> 8);
		message[3] = (uint8_t)(sum ^ wrong);
		error.source = s.plan_interfaces[R1_A1].ipv4;
		error.destination = s.plan.from_address;
		error.protocol = IPPROTO_ICMP;
		error.header = (struct bytes){ message, sizeof message };
		error.checksum_at = 6; /* of which nobody looks at what is there */
		struct captured *sent = scene_capture(&s, HOP(R1_A1, HOP_OUT), &error);
		memcpy(sent->data + IP + 20, message, sizeof message);
		captured_parse(sent);
		breaks(wrong ? "icmp-checksum" : "", HOP(R1_A1, HOP_OUT), R1);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
	const struct CMUnitTest tests[] = { TEST(headers), TEST(fragments), TEST(options), TEST(merged),
		                            TEST(cut),     TEST(offloads),  TEST(icmp) };

	return cmocka_run_group_tests_name("judge: invariants of IPv4", tests, NULL, NULL);
}
