/* Frames of hand-written headers, and frames that are cut, nested and too large. */
#include "testing.h"

#define ETHERNET    "020000000002 020000000001 86dd"
#define ADDRESSES   "fc00000a000000000000000000000001 fc00000d000000000000000000000001"
#define IPV6(l, nh) "60000000" l nh "40" ADDRESSES
#define TCP_20      "9c411b58 00000001 00000000 5010ffff 00000000"
#define SEGMENT     "fc00000100000000000000000000"
#define SRH_2(nh)   nh "04040101000000" SEGMENT "0100" SEGMENT "0200"

struct vector {
	const char *name, *hex;
	bool ipv6, tcp, whole, srh, encapsulated;
	size_t tcp_offset, payload;
};

static const struct vector vectors[] = {
	{ "plain", ETHERNET IPV6("0014", "06") TCP_20, true, true, true, false, false, 54, 0 },
	{ "plain, payload", ETHERNET IPV6("0016", "06") TCP_20 "abcd", true, true, true, false, false, 54, 2 },
	{ "Ethernet padding", ETHERNET IPV6("0014", "06") TCP_20 "0000", true, true, true, false, false, 54, 0 },
	{ "length 0: to the frame's end", ETHERNET IPV6("0000", "06") TCP_20 "ab", true, true, true, false, false, 54,
	  1 },
	{ "cut in its payload", ETHERNET IPV6("0016", "06") TCP_20 "ab", true, true, false, false, false, 54, 1 },
	{ "cut in TCP", ETHERNET IPV6("0014", "06") "9c411b58", true, false, false, false, false, 0, 0 },
	{ "TCP longer than its packet", ETHERNET IPV6("0013", "06") TCP_20, true, false, false, false, false, 0, 0 },
	{ "TCP options longer than their packet",
	  ETHERNET IPV6("0014", "06") "9c411b58 00000001 00000000 6010ffff 00000000", true, false, false, false, false,
	  0, 0 },
	{ "TCP header shorter than itself", ETHERNET IPV6("0014", "06") "9c411b58 00000001 00000000 4010ffff 00000000",
	  true, false, false, false, false, 0, 0 },
	{ "not IPv6", "020000000002 020000000001 0800" IPV6("0014", "06") TCP_20, false, false, false, false, false, 0,
	  0 },
	{ "IPv6 of version 4", ETHERNET "40000000001406 40" ADDRESSES TCP_20, false, false, false, false, false, 0, 0 },
	{ "cut in IPv6", ETHERNET "60000000001406 40", false, false, false, false, false, 0, 0 },
	{ "empty", "", false, false, false, false, false, 0, 0 },
	{ "UDP", ETHERNET IPV6("0008", "11") "0001000200080000", true, false, true, false, false, 0, 0 },
	{ "hop-by-hop", ETHERNET IPV6("001c", "00") "0600010400000000" TCP_20, true, true, true, false, false, 62, 0 },
	{ "destination options of 16", ETHERNET IPV6("0024", "3c") "0601010c000000000000000000000000" TCP_20, true,
	  true, true, false, false, 70, 0 },
	{ "hop-by-hop, destination options, SRH",
	  ETHERNET IPV6("004c", "00") "3c00010400000000 2b00010400000000" SRH_2("06") TCP_20, true, true, true, true,
	  false, 110, 0 },
	{ "routing header of type 3, skipped", ETHERNET IPV6("001c", "2b") "0600030000000000" TCP_20, true, true, true,
	  true, false, 62, 0 },
	{ "type 3, then an SRH", ETHERNET IPV6("0044", "2b") "2b00030000000000" SRH_2("06") TCP_20, true, true, true,
	  true, false, 102, 0 },
	{ "extension header longer than its packet", ETHERNET IPV6("001c", "00") "06ff010400000000" TCP_20, true, false,
	  false, false, false, 0, 0 },
	{ "first fragment", ETHERNET IPV6("001c", "2c") "0600000100000001" TCP_20, true, true, false, false, false, 62,
	  0 },
	{ "atomic fragment", ETHERNET IPV6("001c", "2c") "0600000000000001" TCP_20, true, true, true, false, false, 62,
	  0 },
	{ "later fragment", ETHERNET IPV6("001c", "2c") "0600000800000001" TCP_20, true, false, false, false, false, 0,
	  0 },
	{ "inline SRH", ETHERNET IPV6("003c", "2b") SRH_2("06") TCP_20, true, true, true, true, false, 94, 0 },
	{ "IPv6 in IPv6", ETHERNET IPV6("003c", "29") IPV6("0014", "06") TCP_20, true, true, true, false, true, 94, 0 },
	{ "IPv6 in SRH in IPv6", ETHERNET IPV6("0064", "2b") SRH_2("29") IPV6("0014", "06") TCP_20, true, true, true,
	  true, true, 134, 0 },
	{ "inner packet longer than the outer", ETHERNET IPV6("003c", "29") IPV6("0015", "06") TCP_20 "ab", true, true,
	  false, false, true, 94, 0 },
	{ "inner length 0", ETHERNET IPV6("003d", "29") IPV6("0000", "06") TCP_20 "ab", true, true, true, false, true,
	  94, 1 },
	{ "inner header of version 5", ETHERNET IPV6("003c", "29") "50000000001406 40" ADDRESSES TCP_20, true, false,
	  false, false, false, 0, 0 },
	{ "no next header", ETHERNET IPV6("0000", "3b"), true, false, true, false, false, 0, 0 },
};

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		const struct vector *vector = &vectors[i];
		uint8_t buffer[256];
		struct packet_view view = packet_parse(octets_of(vector->hex, buffer, sizeof buffer));
		if ((packet_ip(&view) != NULL) != vector->ipv6 || has_tcp(&view) != vector->tcp ||
		    view.whole != vector->whole || srh_in(&view).present != vector->srh ||
		    packet_is_encapsulated(&view) != vector->encapsulated || tcp_at(&view) != vector->tcp_offset ||
		    packet_payload(&view).length != vector->payload)
			fail_msg("%s: ipv6 %d tcp %d whole %d srh %d encapsulated %d offset %zu payload %zu",
			         vector->name, (packet_ip(&view) != NULL), has_tcp(&view), view.whole,
			         srh_in(&view).present, packet_is_encapsulated(&view), tcp_at(&view),
			         packet_payload(&view).length);
	}
}

static void test_fields(void **state)
{
	static const char hex[] =
	        ETHERNET IPV6("0019", "06") "9c411b58 01020304 05060708 5012fffe 1234 0000 68656c6c6f";
	struct address source = address_of("fc00:a::1"), destination = address_of("fc00:d::1");
	uint8_t buffer[128];
	struct packet_view view = packet_parse(octets_of(hex, buffer, sizeof buffer));

	(void)state;
	assert_address(from(&view), &source);
	assert_address(to(&view), &destination);
	assert_address(final_in(&view), &destination);
	assert_int_equal(ip_hop_limit(&view, packet_ip(&view)), 64);
	assert_int_equal(packet_tcp(&view).source_port, 40001);
	assert_int_equal(packet_tcp(&view).destination_port, 7000);
	assert_int_equal(packet_tcp(&view).sequence, 0x01020304);
	assert_int_equal(packet_tcp(&view).acknowledgement, 0x05060708);
	assert_int_equal(packet_tcp(&view).flags, TCP_SYN | TCP_ACK);
	assert_int_equal(packet_tcp(&view).checksum, 0x1234);
	assert_int_equal(packet_segment_length(&view), 25);
	assert_memory_equal(packet_payload(&view).data, "hello", 5);
}

static void test_icmpv6(void **state)
{
	uint8_t buffer[256];
	struct packet_view view =
	        packet_parse(octets_of(ETHERNET IPV6("0008", "3a") "0400000000000028", buffer, sizeof buffer));

	(void)state;
	uint8_t version = 0, type = 0, code = 1;
	assert_true(packet_icmp(&view, &version, &type, &code) && view.whole && !has_tcp(&view));
	assert_int_equal(version, 6);
	assert_int_equal(type, 4);
	assert_int_equal(code, 0);
}

/* RFC 4443 3.4: a pointer, and the packet that it is about; here to its segments left, at octet 43. */
static void test_icmpv6_error(void **state)
{
	uint8_t buffer[256];
	struct bytes frame = octets_of(ETHERNET IPV6("0058", "3a") "040000000000002b" IPV6("0028", "2b") SRH_2("06"),
	                               buffer, sizeof buffer);
	struct packet_view view = packet_parse(frame);
	const struct address source = address_of("fc00:a::1");
	struct icmp_error error;

	(void)state;
	assert_true(packet_icmp_error(&view, &error));
	assert_int_equal(error.type, 4);
	assert_int_equal(error.code, 0);
	assert_int_equal(error.parameter, 43);
	assert_true(error.has_packet && error.has_srh);
	assert_address(error.source, &source);
	assert_int_equal(error.segments_left, 1);
	/* Cut before the packet that it is about; an echo request, which is no error; the octets behind 4 missing. */
	view = packet_parse((struct bytes){ frame.data, 14 + 40 + 8 });
	assert_true(packet_icmp_error(&view, &error));
	assert_false(error.has_packet || error.has_srh);
	view = packet_parse((struct bytes){ frame.data, 14 + 40 + 7 });
	assert_false(packet_icmp_error(&view, &error));
	buffer[14 + 40] = 128;
	view = packet_parse(frame);
	assert_false(packet_icmp_error(&view, &error));
}

/* RFC 8200 3: version, traffic class and flow label share the first four octets. */
static void test_first_word(void **state)
{
	uint8_t buffer[256];
	struct bytes frame = octets_of(ETHERNET IPV6("0008", "3a") "0400000000000028", buffer, sizeof buffer);
	const struct packet_view view = packet_parse(frame);
	const struct layer *ipv6 = packet_ip(&view);

	(void)state;
	write32(buffer + 14, 0x6b8abcdeU);
	assert_int_equal(ip_traffic_class(&view, ipv6), 0xb8);
	assert_int_equal(ipv6_flow_label(&view, ipv6), 0xabcde);
	assert_int_equal(ip_octets(&view, ipv6), 48);
	assert_int_equal(ip_traffic_class(&view, NULL), 0);
}

/* An inline policy on an inline packet: nodes act on the first SRH, the final destination is the last one's. */
static void test_two_srhs(void **state)
{
	static const char first[] = "2b02040100000000"
	                            "fc00000e000000000000000000000001";
	uint8_t buffer[256];
	char hex[600];

	(void)state;
	snprintf(hex, sizeof hex, "%s%s%s%s", ETHERNET IPV6("0054", "2b"), first, SRH_2("06"), TCP_20);
	struct packet_view view = packet_parse(octets_of(hex, buffer, sizeof buffer));
	struct address final = address_of("fc00:1::100");
	assert_true(has_tcp(&view) && view.whole);
	assert_int_equal(srh_in(&view).offset, 54);
	assert_int_equal(srh_in(&view).last_entry, 0);
	assert_address(final_in(&view), &final);
}

static struct srh_view inner_srh(const struct packet_view *view)
{
	return packet_srh(view, packet_innermost_ip(view));
}

/* Inline inside encap: the inner SRH is apart, and the final destination is its own. */
static void test_inner_srh(void **state)
{
	uint8_t buffer[256];
	struct packet_view view = packet_parse(octets_of(
	        ETHERNET IPV6("008c", "2b") SRH_2("29") IPV6("003c", "2b") SRH_2("06") TCP_20, buffer, sizeof buffer));
	struct address final = address_of("fc00:1::100");

	(void)state;
	assert_true(has_tcp(&view) && view.whole && srh_in(&view).present && inner_srh(&view).present);
	assert_int_equal(srh_in(&view).offset, 54);
	assert_int_equal(inner_srh(&view).offset, 134);
	assert_address(final_in(&view), &final);
	/* A third header without one: it is the innermost that counts. */
	view = packet_parse(octets_of(ETHERNET IPV6("008c", "29") IPV6("0064", "2b") SRH_2("29") IPV6("0014", "06")
	                                      TCP_20,
	                              buffer, sizeof buffer));
	final = address_of("fc00:d::1");
	assert_true(has_tcp(&view) && view.whole && !srh_in(&view).present && !inner_srh(&view).present);
	assert_address(final_in(&view), &final);
}

/* The start of a frame tells all that its headers do; a length of 0 is what the frame had. */
static void test_start(void **state)
{
	uint8_t buffer[256];
	struct bytes whole = octets_of(ETHERNET IPV6("0014", "06") TCP_20, buffer, sizeof buffer);

	(void)state;
	struct packet_view view = packet_parse_start(whole, whole.length);
	assert_true(has_tcp(&view) && view.whole);
	whole = octets_of(ETHERNET IPV6("0078", "06") TCP_20, buffer, sizeof buffer);
	view = packet_parse_start(whole, whole.length + 100);
	assert_true(has_tcp(&view) && !view.whole);
	assert_int_equal(packet_segment_length(&view), 120);
	assert_int_equal(packet_payload(&view).length, 0);
	whole = octets_of(ETHERNET IPV6("0000", "06") TCP_20, buffer, sizeof buffer);
	view = packet_parse_start(whole, whole.length + 100000);
	assert_true(has_tcp(&view) && !view.whole);
	assert_int_equal(packet_segment_length(&view), 100020);
}

/* Of a foreign routing header and an SRH, nodes of segment routing act on the SRH. */
static void test_foreign_routing_header(void **state)
{
	uint8_t buffer[256];
	struct packet_view view = packet_parse(
	        octets_of(ETHERNET IPV6("0044", "2b") "2b00030000000000" SRH_2("06") TCP_20, buffer, sizeof buffer));

	(void)state;
	assert_int_equal(srh_in(&view).type, 4);
	assert_int_equal(srh_in(&view).offset, 62);
	assert_null(srh_in(&view).fault);
}

/* IPv6 headers in each other are read as far as there is room for layers. */
static void test_depth(void **state)
{
	(void)state;
	for (size_t depth = 1; depth < 100; depth++) {
		size_t length = ETHERNET_SIZE + depth * IPV6_SIZE + TCP_FIXED;
		uint8_t *frame = zalloc(length), *tcp = frame + length - TCP_FIXED;
		write16(frame + 12, ETHERTYPE_IPV6_NUMBER);
		for (uint8_t *ip = frame + ETHERNET_SIZE; ip < tcp; ip += IPV6_SIZE) {
			ip[0] = 0x60;
			write16(ip + 4, (uint16_t)(frame + length - ip - IPV6_SIZE));
			ip[6] = ip + IPV6_SIZE == tcp ? IPPROTO_TCP : IPPROTO_IPV6;
		}
		tcp[12] = 0x50;
		struct packet_view view = packet_parse((struct bytes){ frame, length });
		assert_int_equal(has_tcp(&view), depth + 2 <= LAYERS_MOST);
		assert_int_equal(view.whole, depth + 2 <= LAYERS_MOST);
		assert_int_equal(packet_is_encapsulated(&view), depth > 1);
		free(frame);
	}
}

/* Three packets in each other, two with an SRH of their own: each layer where it is, and what belongs to which. */
static void test_three_levels(void **state)
{
	static const struct layer layers[] = {
		{ LAYER_ETHERNET, 0, 0, 14 },  { LAYER_IPV6, 0, 14, 40 },        { LAYER_ROUTING, 0, 54, 40 },
		{ LAYER_IPV6, 0, 94, 40 },     { LAYER_DESTINATION, 0, 134, 8 }, { LAYER_IPV6, 0, 142, 40 },
		{ LAYER_ROUTING, 0, 182, 40 }, { LAYER_TCP, 0, 222, 20 },
	};
	uint8_t buffer[300];
	struct bytes frame =
	        octets_of(ETHERNET IPV6("00bd", "2b") SRH_2("29")
	                          IPV6("006d", "3c") "2900010400000000" IPV6("003d", "2b") SRH_2("06") TCP_20 "ab",
	                  buffer, sizeof buffer);
	struct packet_view view = packet_parse(frame);

	(void)state;
	assert_true(view.whole);
	assert_int_equal(view.count, COUNT(layers));
	assert_memory_equal(view.layers, layers, sizeof layers);
	const struct layer *outer = packet_ip(&view), *middle = packet_ip_inside(&view, outer);
	const struct layer *inner = packet_ip_inside(&view, middle);
	assert_ptr_equal(inner, packet_innermost_ip(&view));
	assert_null(packet_ip_inside(&view, inner));
	assert_int_equal(packet_srh(&view, outer).offset, 54);
	assert_false(packet_srh(&view, middle).present);
	assert_int_equal(packet_srh(&view, inner).offset, 182);
	struct address plain = address_of("fc00:d::1"), listed = address_of("fc00:1::100");
	assert_address(packet_final(&view, outer), &listed);
	assert_address(packet_final(&view, middle), &plain);
	assert_address(packet_final(&view, inner), &listed);
	assert_int_equal(packet_segment_length(&view), 21);
	assert_int_equal(packet_payload(&view).length, 1);
	assert_true(frame_complete_checksum(buffer, frame.length));
	assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
	buffer[240] ^= 1; /* the payload's neighbour in the TCP header */
	assert_int_equal(packet_checksum(&view, false), CHECKSUM_BAD);
	/* Cut anywhere, its last whole header is the last layer, and it is not whole. */
	for (size_t length = 0; length < frame.length; length++) {
		uint8_t *cut = zalloc(length);
		memcpy(cut, buffer, length);
		view = packet_parse((struct bytes){ cut, length });
		assert_false(view.whole);
		for (size_t i = 0; i < view.count; i++)
			assert_true(view.layers[i].offset + view.layers[i].length <= length);
		free(cut);
	}
}

/* Of two SRHs of one packet, nodes act on the first that has segments left, else on the last. */
static void test_two_lists(void **state)
{
	uint8_t buffer[300];
	struct bytes frame =
	        octets_of(ETHERNET IPV6("0064", "2b") SRH_2("2b") SRH_2("06") TCP_20, buffer, sizeof buffer);
	const size_t first = 14 + 40, second = first + 40, left = 3;

	(void)state;
	struct packet_view view = packet_parse(frame);
	assert_int_equal(packet_srh(&view, packet_ip(&view)).offset, first);
	buffer[first + left] = 0;
	view = packet_parse(frame);
	assert_int_equal(packet_srh(&view, packet_ip(&view)).offset, second);
	buffer[second + left] = 0;
	view = packet_parse(frame);
	assert_int_equal(packet_srh(&view, packet_ip(&view)).offset, second);
	buffer[first + left] = 9; /* beyond its list */
	view = packet_parse(frame);
	assert_int_equal(packet_srh(&view, packet_ip(&view)).offset, first);
	assert_non_null(packet_srh(&view, packet_ip(&view)).fault);
}

/* The service advances the outermost list, at any depth of what is inside; an inner one it leaves. */
static void test_three_levels_advance(void **state)
{
	uint8_t buffer[300];
	struct bytes frame = octets_of(ETHERNET IPV6("00b4", "2b") SRH_2("29") IPV6("0064", "2b") SRH_2("29")
	                                       IPV6("0014", "06") TCP_20,
	                               buffer, sizeof buffer);
	struct address next = address_of("fc00:1::100");

	(void)state;
	assert_true(frame_advance(buffer, frame.length));
	struct packet_view view = packet_parse(frame);
	const struct layer *outer = packet_ip(&view), *middle = packet_ip_inside(&view, outer);
	assert_address(ip_destination(&view, outer), &next);
	assert_int_equal(packet_srh(&view, outer).segments_left, 0);
	assert_int_equal(packet_srh(&view, middle).segments_left, 1);
	assert_false(frame_advance(buffer, frame.length));
}

/* ICMPv6 has its checksum over the same pseudo-header, by its own number (RFC 4443 2.3). */
static void test_icmpv6_checksum(void **state)
{
	uint8_t buffer[256];
	struct bytes frame =
	        octets_of(ETHERNET IPV6("0030", "2b") SRH_2("3a") "8000000012340001", buffer, sizeof buffer);
	struct packet_view view = packet_parse(frame);
	struct address source = address_of("fc00:a::1"), final = address_of("fc00:1::100");

	(void)state;
	assert_int_equal(packet_checksum(&view, false), CHECKSUM_BAD);
	uint32_t sum = sum_pseudo(&source, &final, 8, IPPROTO_ICMPV6);
	write16(buffer + 96, (uint16_t)~sum_fold(sum_add(sum, (struct bytes){ buffer + 94, 8 })));
	assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
}

/* A capture of a GSO packet: up to 65535 by its length, beyond that length 0 (BIG TCP). */
static void test_gso(void **state)
{
	static const size_t payloads[] = { 1448, 64000, 65535 - 20, 65536, 200000 };
	struct address segment = address_of("fc00:1::100");

	(void)state;
	for (size_t i = 0; i < COUNT(payloads) * MODES; i++) {
		struct packet_spec spec = spec_of((enum mode)(i % MODES), &segment, 1);
		owned(frame) head = built(&spec);
		size_t length = head->payload_offset + payloads[i / MODES];
		size_t ip = length - ETHERNET_SIZE - IPV6_SIZE, inner = length - head->tcp_offset;
		uint8_t *data = zalloc(length);
		memcpy(data, head->data, head->length);
		memset(data + head->payload_offset, 0xab, payloads[i / MODES]);
		write16(data + ETHERNET_SIZE + 4, ip > 65535 ? 0 : (uint16_t)ip);
		if (mode_kind(spec.mode)->outer)
			write16(data + head->tcp_offset - IPV6_SIZE + 4,
			        inner > 65535 || ip > 65535 ? 0 : (uint16_t)inner);
		assert_true(frame_complete_checksum(data, length));
		struct packet_view view = packet_parse((struct bytes){ data, length });
		assert_true(has_tcp(&view) && view.whole);
		assert_int_equal(packet_segment_length(&view), inner);
		assert_int_equal(packet_payload(&view).length, payloads[i / MODES]);
		assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
		write16(data + tcp_at(&view) + TCP_CHECKSUM,
		        sum_fold(sum_pseudo(&spec.source, &spec.destination, (uint32_t)inner, IPPROTO_TCP)));
		view = packet_parse((struct bytes){ data, length });
		assert_int_equal(packet_checksum(&view, true), CHECKSUM_PARTIAL);
		free(data);
	}
}

/* Cut anywhere, a frame is never whole; each cut is a heap block of its own, so that ASan and valgrind see beyond it.
 */
static void test_every_cut(void **state)
{
	struct address segments[] = { address_of("fc00:1::100"), address_of("fc00:1::200") };

	(void)state;
	for (enum mode mode = MODE_PLAIN; mode <= MODE_ENCAP; mode++) {
		struct packet_spec spec = spec_of(mode, segments, 2);
		owned(frame) frame = built(&spec);
		for (size_t length = 0; length < frame->length; length++) {
			uint8_t *cut = zalloc(length);
			memcpy(cut, frame->data, length);
			struct packet_view view = packet_parse((struct bytes){ cut, length });
			assert_false(view.whole);
			assert_int_equal(has_tcp(&view), length >= frame->payload_offset);
			assert_false(frame_complete_checksum(cut, length));
			free(cut);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),      cmocka_unit_test(test_fields),
		cmocka_unit_test(test_icmpv6),       cmocka_unit_test(test_icmpv6_error),
		cmocka_unit_test(test_first_word),   cmocka_unit_test(test_two_srhs),
		cmocka_unit_test(test_inner_srh),    cmocka_unit_test(test_start),
		cmocka_unit_test(test_depth),        cmocka_unit_test(test_foreign_routing_header),
		cmocka_unit_test(test_gso),          cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_three_levels), cmocka_unit_test(test_three_levels_advance),
		cmocka_unit_test(test_two_lists),    cmocka_unit_test(test_icmpv6_checksum),
	};

	return cmocka_run_group_tests_name("packet: parse", tests, NULL, NULL);
}
