/* IPv4 and ICMP: frames of hand-written headers, frames that Linux 6.18.44 made (iproute2 seg6 routes on a veth,
 * captured with a packet socket), and what is built, cut and summed. */
#include "testing.h"

#define MACS          "020000000002 020000000001 "
#define ETHERNET      MACS "0800"
#define ADDRESSES     "c0000201 c6336402"
#define IPV4(l, p)    "4500" l "1234 4000 40" p "0000" ADDRESSES
#define OUTER(l, nh)  MACS "86dd 60000000" l nh "40 fd000001000000000000000000000001 fc0000010000000000000000000000d4"
#define SRH_1(nh)     nh "02040000000000 fc0000010000000000000000000000d4"
#define TCP_20        "9c411b58 00000001 00000000 5010ffff 00000000"
#define HEADER        14
#define DONT_FRAGMENT 0x4000

static const struct {
	const char *name, *hex;
	bool ip, tcp, whole, encapsulated;
	size_t tcp_offset, payload;
} frames[] = {
	{ "plain", ETHERNET IPV4("0028", "06") TCP_20, true, true, true, false, 34, 0 },
	{ "Ethernet padding", ETHERNET IPV4("0028", "06") TCP_20 "000000000000", true, true, true, false, 34, 0 },
	{ "payload", ETHERNET IPV4("002a", "06") TCP_20 "abcd", true, true, true, false, 34, 2 },
	{ "length 0: to the frame's end", ETHERNET IPV4("0000", "06") TCP_20 "ab", true, true, true, false, 34, 1 },
	{ "cut in its payload", ETHERNET IPV4("002a", "06") TCP_20 "ab", true, true, false, false, 34, 1 },
	{ "cut in TCP", ETHERNET IPV4("0028", "06") "9c411b58", true, false, false, false, 0, 0 },
	{ "cut in IPv4", ETHERNET "4500002812344000", false, false, false, false, 0, 0 },
	{ "options", ETHERNET "4600002c1234400040060000" ADDRESSES "94040000" TCP_20, true, true, true, false, 38, 0 },
	{ "options longer than the frame", ETHERNET "4f00002c1234400040060000" ADDRESSES, false, false, false, false, 0,
	  0 },
	{ "header of 16 octets", ETHERNET "440000281234400040060000" ADDRESSES TCP_20, false, false, false, false, 0,
	  0 },
	{ "length less than its header", ETHERNET IPV4("0013", "06") TCP_20, false, false, false, false, 0, 0 },
	{ "version 6", ETHERNET "650000281234400040060000" ADDRESSES TCP_20, false, false, false, false, 0, 0 },
	{ "IPv6's ethertype", MACS "86dd" IPV4("0028", "06") TCP_20, false, false, false, false, 0, 0 },
	{ "first fragment", ETHERNET "450000281234200040060000" ADDRESSES TCP_20, true, true, false, false, 34, 0 },
	{ "later fragment", ETHERNET "450000281234000140060000" ADDRESSES TCP_20, true, false, false, false, 0, 0 },
	{ "in an IPv6 packet with an SRH", OUTER("0040", "2b") SRH_1("04") IPV4("0028", "06") TCP_20, true, true, true,
	  true, 98, 0 },
	{ "in an IPv6 packet", OUTER("0028", "04") IPV4("0028", "06") TCP_20, true, true, true, true, 74, 0 },
	{ "longer than the packet around it", OUTER("0028", "04") IPV4("0029", "06") TCP_20 "ab", true, true, false,
	  true, 74, 0 },
	{ "IPv6 in it", ETHERNET IPV4("0050", "29") "6000000000140640" ADDRESSES ADDRESSES ADDRESSES ADDRESSES TCP_20,
	  true, true, true, true, 74, 0 },
	{ "UDP", ETHERNET IPV4("001c", "11") "0001000200080000", true, false, true, false, 0, 0 },
};

static void test_frames(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(frames); i++) {
		uint8_t buffer[256];
		const struct packet_view view = packet_parse(octets_of(frames[i].hex, buffer, sizeof buffer));
		if ((packet_ip(&view) != NULL) != frames[i].ip || has_tcp(&view) != frames[i].tcp ||
		    view.whole != frames[i].whole || packet_is_encapsulated(&view) != frames[i].encapsulated ||
		    tcp_at(&view) != frames[i].tcp_offset || packet_payload(&view).length != frames[i].payload)
			fail_msg("%s: ip %d tcp %d whole %d encapsulated %d offset %zu payload %zu", frames[i].name,
			         packet_ip(&view) != NULL, has_tcp(&view), view.whole, packet_is_encapsulated(&view),
			         tcp_at(&view), packet_payload(&view).length);
	}
}

static void test_fields(void **state)
{
	uint8_t buffer[128];
	const struct packet_view view = packet_parse(
	        octets_of(ETHERNET "46b8002c abcd 6000 07 06 0000" ADDRESSES "94040000" TCP_20, buffer, sizeof buffer));
	const struct layer *ip = packet_ip(&view);
	const struct address source = address_of("192.0.2.1"), destination = address_of("198.51.100.2");
	static const uint8_t options[] = { 0x94, 4, 0, 0 };

	(void)state;
	assert_int_equal(ip->kind, LAYER_IPV4);
	assert_address(from(&view), &source);
	assert_address(to(&view), &destination);
	assert_address(final_in(&view), &destination);
	assert_int_equal(ip_hop_limit(&view, ip), 7);
	assert_int_equal(ip_traffic_class(&view, ip), 0xb8);
	assert_int_equal(ip_octets(&view, ip), 44);
	assert_int_equal(ipv4_identification(&view, ip), 0xabcd);
	assert_int_equal(ipv4_fragment(&view, ip), 0x6000);
	assert_int_equal(ipv4_options(&view, ip).length, sizeof options);
	assert_memory_equal(ipv4_options(&view, ip).data, options, sizeof options);
	assert_false(srh_in(&view).present);
}

/* ---- the kernel's */

#define SRH_D4 "fc0000010000000000000000000000d4"
static const struct {
	const char *name;
	bool encap, syn;
	uint16_t source_port, window, identification;
	uint32_t sequence, acknowledgement;
	unsigned mss;
	const char *hex;
} kernels[] = {
	{ "plain, a SYN", false, true, 40001, 64240, 0x027a, 0xf4f3ae6d, 0, 1460,
	  MACS "0800 4500002c027a400040064c1bc0000201c6336402"
	       "9c411b58f4f3ae6d000000006002faf056030000020405b4" },
	{ "plain, data", false, false, 40001, 64240, 0x027c, 0xf4f3ae6e, 0x6356373f, 0,
	  MACS "0800 4500003d027c400040064c08c0000201c6336402"
	       "9c411b58f4f3ae6e6356373f5018faf02257000068656c6c6f207365676d656e7420726f7574696e67" },
	{ "encap, a SYN", true, true, 40002, 64216, 0x15c8, 0x1a4037fb, 0, 1396,
	  MACS "86dd 6000000000442b40fd000001000000000000000000000001" SRH_D4 "0402040000000000" SRH_D4
	       "4500002c15c84000400638cdc0000201c6336402"
	       "9c421b581a4037fb000000006002fad8a780000002040574" },
	{ "encap, data", true, false, 40002, 64216, 0x15ca, 0x1a4037fc, 0xd4518dcb, 0,
	  MACS "86dd 6000000000552b40fd000001000000000000000000000001" SRH_D4 "0402040000000000" SRH_D4
	       "4500003d15ca4000400638bac0000201c6336402"
	       "9c421b581a4037fcd4518dcb5018fad8ac0c000068656c6c6f207365676d656e7420726f7574696e67" },
};

static const struct address *segment_d4(void)
{
	static struct address segment;

	segment = address_of("fc00:1::d4");
	return &segment;
}

static struct packet_spec spec_of_ipv4(enum mode mode)
{
	struct packet_spec spec = spec_of(mode, segment_d4(), mode == MODE_PLAIN ? 0 : 1);

	spec.source = address_of("192.0.2.1");
	spec.destination = address_of("198.51.100.2");
	spec.outer_source = address_of("fd00:1::1");
	return spec;
}

static void test_as_the_kernel(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kernels); i++) {
		uint8_t buffer[512];
		const struct bytes kernel = octets_of(kernels[i].hex, buffer, sizeof buffer);
		struct packet_spec spec = spec_of_ipv4(kernels[i].encap ? MODE_ENCAP : MODE_PLAIN);
		spec.source_port = kernels[i].source_port;
		spec.sequence = kernels[i].sequence;
		spec.acknowledgement = kernels[i].acknowledgement;
		spec.tcp_flags = kernels[i].syn ? TCP_SYN : TCP_PSH | TCP_ACK;
		spec.window = kernels[i].window;
		spec.mss = kernels[i].mss;
		spec.identification = kernels[i].identification;
		if (kernels[i].syn)
			spec.payload.length = 0;
		owned(frame) frame = built(&spec);
		assert_int_equal(frame->length, kernel.length);
		assert_memory_equal(frame->data, kernel.data, kernel.length);
	}
}

/* Each octet of the header and of the segment counts. */
static void test_every_octet_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kernels); i++) {
		uint8_t buffer[512];
		const struct bytes kernel = octets_of(kernels[i].hex, buffer, sizeof buffer);
		const struct packet_view whole = packet_parse(kernel);
		const size_t ip = packet_innermost_ip(&whole)->offset, tcp = tcp_at(&whole);
		assert_int_equal(layer_checksum(&whole, packet_innermost_ip(&whole), false), CHECKSUM_VALID);
		assert_int_equal(packet_checksum(&whole, false), CHECKSUM_VALID);
		for (size_t at = ip + 1; at < kernel.length; at++) {
			if (at == ip + 2 || at == ip + 3 || at == ip + 6 || at == ip + 7 || at == ip + 9 ||
			    at == tcp + 12)
				continue; /* what is behind cannot be found */
			buffer[at] ^= 0x40;
			const struct packet_view view = packet_parse(kernel);
			const struct layer *header = packet_innermost_ip(&view);
			assert_int_equal(layer_checksum(&view, header, false),
			                 at < tcp ? CHECKSUM_BAD : CHECKSUM_VALID);
			/* The pseudo-header has the addresses. */
			assert_int_equal(packet_checksum(&view, false), at >= ip + 12 ? CHECKSUM_BAD : CHECKSUM_VALID);
			buffer[at] ^= 0x40;
		}
	}
}

/* ---- built */

static void test_states(void **state)
{
	static const enum checksum states[] = { CHECKSUM_VALID, CHECKSUM_PARTIAL, CHECKSUM_BAD };

	(void)state;
	for (size_t i = 0; i < COUNT(states) * 2; i++) {
		struct packet_spec spec = spec_of_ipv4(i % 2 ? MODE_ENCAP : MODE_PLAIN);
		spec.checksum = states[i / 2];
		owned(frame) frame = built(&spec);
		struct packet_view view = seen(frame);
		const bool partial = spec.checksum == CHECKSUM_PARTIAL;
		assert_int_equal(packet_checksum(&view, partial), spec.checksum);
		assert_int_equal(layer_checksum(&view, packet_innermost_ip(&view), partial), CHECKSUM_VALID);
		assert_true(frame_complete_checksum(frame->data, frame->length));
		assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
	}
}

static void test_fields_as_given(void **state)
{
	static const uint8_t options[] = { 0x94, 4, 0, 0, 1 }; /* router alert, no operation */
	struct packet_spec spec = spec_of_ipv4(MODE_ENCAP);

	(void)state;
	spec.identification = 0xfffe;
	spec.hop_limit = 3;
	spec.traffic_class = 0xb8;
	spec.flow_label = 0x12345;
	spec.ip_options = (struct bytes){ options, sizeof options };
	spec.bad_ip_checksum = true;
	owned(frame) frame = built(&spec);
	const struct packet_view view = seen(frame);
	const struct layer *inner = packet_innermost_ip(&view);
	static const uint8_t padded[] = { 0x94, 4, 0, 0, 1, 0, 0, 0 };

	assert_true(view.whole && packet_is_encapsulated(&view) && inner->kind == LAYER_IPV4);
	assert_int_equal(ip_hop_limit(&view, packet_ip(&view)), 3);
	assert_int_equal(ip_hop_limit(&view, inner), 3);
	assert_int_equal(ip_traffic_class(&view, inner), 0xb8);
	assert_int_equal(read32(view.frame + HEADER), 0x6b812345);
	assert_int_equal(ipv4_identification(&view, inner), 0xfffe);
	assert_int_equal(ipv4_fragment(&view, inner), DONT_FRAGMENT);
	assert_int_equal(ipv4_options(&view, inner).length, sizeof padded);
	assert_memory_equal(ipv4_options(&view, inner).data, padded, sizeof padded);
	assert_int_equal(layer_checksum(&view, inner, false), CHECKSUM_BAD);
	assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
	spec.may_fragment = true;
	spec.bad_ip_checksum = false;
	owned(frame) other = built(&spec);
	const struct packet_view again = seen(other);
	assert_int_equal(ipv4_fragment(&again, packet_innermost_ip(&again)), 0);
	assert_int_equal(layer_checksum(&again, packet_innermost_ip(&again), false), CHECKSUM_VALID);
}

static void test_refused(void **state)
{
	static const uint8_t large[65535];
	static const char *const messages[] = { "identification 65536 is not", "44 octets of IPv4 options",
		                                "IPv4 has no routing header", "an IPv4 packet of 65536 octets" };
	struct packet_spec specs[] = { spec_of_ipv4(MODE_PLAIN), spec_of_ipv4(MODE_PLAIN), spec_of_ipv4(MODE_INLINE),
		                       spec_of_ipv4(MODE_PLAIN) };
	struct frame *frame = NULL;

	(void)state;
	specs[0].identification = 65536;
	specs[1].ip_options = (struct bytes){ large, 44 };
	specs[3].payload = (struct bytes){ large, 65536 - 40 };
	for (size_t i = 0; i < COUNT(specs); i++) {
		struct error err = { 0 };
		assert_int_equal(frame_build(&frame, &specs[i], &err), -1);
		assert_int_equal(err.count, 1);
		assert_non_null(strstr(err.text, messages[i]));
	}
	assert_null(frame);
	specs[3].payload.length--;
	owned(frame) fits = built(&specs[3]);
	const struct packet_view view = seen(fits);
	assert_true(view.whole && packet_checksum(&view, false) == CHECKSUM_VALID);
}

/* segmentation-offloads.rst: the identification is one more in each piece. */
static void test_cut(void **state)
{
	enum { SIZE = 1000, PIECES = 4, PAYLOAD = 3300 };
	uint8_t payload[PAYLOAD], piece[4096];

	(void)state;
	for (size_t i = 0; i < PAYLOAD; i++)
		payload[i] = (uint8_t)(i * 7);
	for (int encap = 0; encap < 2; encap++) {
		struct packet_spec spec = spec_of_ipv4(encap ? MODE_ENCAP : MODE_PLAIN);
		spec.checksum = CHECKSUM_PARTIAL;
		spec.identification = 0xfffe; /* wraps in the third piece */
		spec.payload = (struct bytes){ payload, PAYLOAD };
		owned(frame) large = built(&spec);
		for (size_t i = 0; i < PIECES; i++) {
			spec.sequence = (uint32_t)(i * SIZE);
			spec.identification = (int)((0xfffe + i) & 0xffff);
			spec.tcp_flags = i + 1 < PIECES ? TCP_ACK : TCP_PSH | TCP_ACK;
			spec.payload = (struct bytes){ payload + i * SIZE, i + 1 < PIECES ? SIZE : PAYLOAD % SIZE };
			owned(frame) wanted = built(&spec);
			assert_int_equal(frame_cut(piece, (struct bytes){ large->data, large->length }, SIZE, i),
			                 wanted->length);
			const struct packet_view view = packet_parse((struct bytes){ piece, wanted->length });
			assert_int_equal(packet_checksum(&view, true), CHECKSUM_PARTIAL);
			/* 0 and 0xffff are the same sum: all but the checksum is the same. */
			memcpy(piece + wanted->tcp_offset + TCP_CHECKSUM,
			       wanted->data + wanted->tcp_offset + TCP_CHECKSUM, 2);
			assert_memory_equal(piece, wanted->data, wanted->length);
		}
	}
}

/* ---- ICMP (RFC 792): what it says, of which packet */

static void test_icmp(void **state)
{
	/* Type and code, the 4 octets behind the checksum, and what is said. */
	static const struct {
		const char *message;
		bool is_error;
		uint8_t type, code;
		uint32_t parameter;
		const char *word;
	} messages[] = {
		{ "0304 3ae7 00000514", true, 3, 4, 1300, "too big" },
		{ "0300 3fff 00000000", true, 3, 0, 0, "unreachable" },
		{ "0b00 37ff 00000000", true, 11, 0, 0, "time exceeded" },
		{ "0c00 2aff 14000000", true, 12, 0, 20, "bad parameter" },
		{ "0800 3aff 00000000", false, 8, 0, 0, "message" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++) {
		uint8_t buffer[256], version, type, code;
		owned_text hex = text_format("%s4500003812344000400100000a0000010a000002%s%s0001000200000000", ETHERNET,
		                             messages[i].message, IPV4("0028", "06"));
		const struct packet_view view = packet_parse(octets_of(hex, buffer, sizeof buffer));
		const struct address source = address_of("192.0.2.1"), destination = address_of("198.51.100.2");
		struct icmp_error error;
		assert_true(view.whole && packet_icmp(&view, &version, &type, &code));
		assert_int_equal(version, 4);
		assert_int_equal(type, messages[i].type);
		assert_int_equal(code, messages[i].code);
		assert_string_equal(icmp_word(version, type, code), messages[i].word);
		assert_int_equal(packet_icmp_error(&view, &error), messages[i].is_error);
		if (!messages[i].is_error)
			continue;
		assert_int_equal(error.version, 4);
		assert_int_equal(error.type, type);
		assert_int_equal(error.code, code);
		assert_int_equal(error.parameter, messages[i].parameter);
		assert_true(error.has_packet && !error.has_srh);
		assert_address(error.source, &source);
		assert_address(error.destination, &destination);
	}
}

/* Over the message alone, without a pseudo-header. */
static void test_icmp_checksum(void **state)
{
	uint8_t buffer[128];
	/* An echo request as ping(8) sends it, without data. */
	const struct bytes frame =
	        octets_of(ETHERNET "4500001c123440004001e65b0a0000010a000002 0800f7fe00000001", buffer, sizeof buffer);
	struct packet_view view = packet_parse(frame);

	(void)state;
	assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
	assert_false(frame_complete_checksum(buffer, frame.length));
	buffer[frame.length - 1] ^= 1;
	view = packet_parse(frame);
	assert_int_equal(packet_checksum(&view, false), CHECKSUM_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),        cmocka_unit_test(test_fields),
		cmocka_unit_test(test_as_the_kernel), cmocka_unit_test(test_every_octet_counts),
		cmocka_unit_test(test_states),        cmocka_unit_test(test_fields_as_given),
		cmocka_unit_test(test_refused),       cmocka_unit_test(test_cut),
		cmocka_unit_test(test_icmp),          cmocka_unit_test(test_icmp_checksum),
	};

	return cmocka_run_group_tests_name("packet: IPv4", tests, NULL, NULL);
}
