/* Frames that Linux 6.18.44 made through iproute2 6.1.0 seg6 routes on a veth (auto_flowlabels, TCP timestamps, SACK,
 * window scaling and tx checksumming off), captured with tcpdump: what we build from the same words must be the same.
 */
#include "testing.h"

struct vector {
	const char *name;
	enum mode mode;
	const char *segments[4]; /* order of travel, as given to `ip route ... encap seg6 ... segs` */
	uint16_t source_port;
	uint32_t sequence, acknowledgement;
	unsigned tcp_flags;
	uint16_t window;
	unsigned mss;
	const char *hex;
};

static const struct vector vectors[] = {
	{ "plain, a SYN",
	  MODE_PLAIN,
	  { NULL },
	  40003,
	  0x52338643,
	  0x00000000,
	  TCP_SYN,
	  64800,
	  1440,
	  "02000000000202000000000186dd"
	  "6000000000180640fc00000a000000000000000000000001fc00000d000000000000000000000001"
	  "9c431b5852338643000000006002fd2012ed0000020405a0" },
	{ "plain, data",
	  MODE_PLAIN,
	  { NULL },
	  40003,
	  0x52338644,
	  0xcbd0375d,
	  TCP_PSH | TCP_ACK,
	  64800,
	  0,
	  "02000000000202000000000186dd"
	  "6000000000290640fc00000a000000000000000000000001fc00000d000000000000000000000001"
	  "9c431b5852338644cbd0375d5018fd2076940000"
	  "68656c6c6f207365676d656e7420726f7574696e67" },
	{ "inline, a SYN",
	  MODE_INLINE,
	  { "fc00:1::100" },
	  40001,
	  0x484e3ff2,
	  0x00000000,
	  TCP_SYN,
	  64400,
	  1400,
	  "02000000000202000000000186dd"
	  "6000000000402b40fc00000a000000000000000000000001fc000001000000000000000000000100"
	  "0604040101000000"
	  "fc00000d000000000000000000000001"
	  "fc000001000000000000000000000100"
	  "9c411b58484e3ff2000000006002fb9064dd000002040578" },
	{ "inline, data",
	  MODE_INLINE,
	  { "fc00:1::100" },
	  40001,
	  0x4bf9f1ac,
	  0x5d876586,
	  TCP_PSH | TCP_ACK,
	  64400,
	  0,
	  "02000000000202000000000186dd"
	  "6000000000512b40fc00000a000000000000000000000001fc000001000000000000000000000100"
	  "0604040101000000"
	  "fc00000d000000000000000000000001"
	  "fc000001000000000000000000000100"
	  "9c411b584bf9f1ac5d8765865018fb9053180000"
	  "68656c6c6f207365676d656e7420726f7574696e67" },
	{ "inline, three segments",
	  MODE_INLINE,
	  { "fc00:1::100", "fc00:1::200", "fc00:d::9" },
	  40005,
	  0x66568831,
	  0x00000000,
	  TCP_SYN,
	  64296,
	  1368,
	  "02000000000202000000000186dd"
	  "6000000000602b40fc00000a000000000000000000000001fc000001000000000000000000000100"
	  "0608040303000000"
	  "fc00000d000000000000000000000001"
	  "fc00000d000000000000000000000009"
	  "fc000001000000000000000000000200"
	  "fc000001000000000000000000000100"
	  "9c451b5866568831000000006002fb28ff19000002040558" },
	{ "encap, a SYN",
	  MODE_ENCAP,
	  { "fc00:1::100", "fc00:1::d6" },
	  40002,
	  0x18b6559e,
	  0x00000000,
	  TCP_SYN,
	  65280,
	  1360,
	  "02000000000202000000000186dd"
	  "6000000000682b40fc00000a000000000000000000000001fc000001000000000000000000000100"
	  "2904040101000000"
	  "fc0000010000000000000000000000d6"
	  "fc000001000000000000000000000100"
	  "6000000000180640fc00000a000000000000000000000001fc00000d000000000000000000000001"
	  "9c421b5818b6559e000000006002ff007b80000002040550" },
	{ "encap, data",
	  MODE_ENCAP,
	  { "fc00:1::100", "fc00:1::d6" },
	  40002,
	  0x18b6559f,
	  0x24eab070,
	  TCP_PSH | TCP_ACK,
	  65280,
	  0,
	  "02000000000202000000000186dd"
	  "6000000000792b40fc00000a000000000000000000000001fc000001000000000000000000000100"
	  "2904040101000000"
	  "fc0000010000000000000000000000d6"
	  "fc000001000000000000000000000100"
	  "6000000000290640fc00000a000000000000000000000001fc00000d000000000000000000000001"
	  "9c421b5818b6559f24eab0705018ff000cab0000"
	  "68656c6c6f207365676d656e7420726f7574696e67" },
	{ "encap, three segments",
	  MODE_ENCAP,
	  { "fc00:1::100", "fc00:1::200", "fc00:1::d6" },
	  40004,
	  0x53a54066,
	  0x00000000,
	  TCP_SYN,
	  64512,
	  1344,
	  "02000000000202000000000186dd"
	  "6000000000782b40fc00000a000000000000000000000001fc000001000000000000000000000100"
	  "2906040202000000"
	  "fc0000010000000000000000000000d6"
	  "fc000001000000000000000000000200"
	  "fc000001000000000000000000000100"
	  "6000000000180640fc00000a000000000000000000000001fc00000d000000000000000000000001"
	  "9c441b5853a54066000000006002fc0058d7000002040540" },
};

static struct frame *as_the_kernel(const struct vector *vector)
{
	struct address segments[COUNT(vector->segments)];
	size_t count = 0;

	for (; vector->segments[count]; count++)
		segments[count] = address_of(vector->segments[count]);
	struct packet_spec spec = spec_of(vector->mode, segments, count);
	spec.source_port = vector->source_port;
	spec.sequence = vector->sequence;
	spec.acknowledgement = vector->acknowledgement;
	spec.tcp_flags = vector->tcp_flags;
	spec.window = vector->window;
	spec.mss = vector->mss;
	if (vector->tcp_flags & TCP_SYN)
		spec.payload.length = 0;
	return built(&spec);
}

static void test_same_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		uint8_t buffer[512];
		struct bytes kernel = octets_of(vectors[i].hex, buffer, sizeof buffer);
		owned(frame) frame = as_the_kernel(&vectors[i]);
		assert_int_equal(frame->length, kernel.length);
		assert_memory_equal(frame->data, kernel.data, kernel.length);
	}
}

static void test_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		const struct vector *vector = &vectors[i];
		uint8_t buffer[512];
		struct packet_view view = packet_parse(octets_of(vector->hex, buffer, sizeof buffer));
		struct address destination = address_of("fc00:d::1");
		assert_true((packet_ip(&view) != NULL) && has_tcp(&view) && view.whole);
		assert_int_equal(srh_in(&view).present, vector->mode != MODE_PLAIN);
		assert_null(srh_in(&view).fault);
		assert_int_equal(packet_is_encapsulated(&view), vector->mode == MODE_ENCAP);
		assert_address(final_in(&view), &destination);
		assert_int_equal(packet_tcp(&view).sequence, vector->sequence);
		assert_int_equal(packet_tcp(&view).flags, vector->tcp_flags);
		assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
		assert_int_equal(packet_checksum(&view, true), CHECKSUM_BAD);
	}
}

/* Each octet of the TCP segment and of the addresses counts: changing any of them must be noticed. */
static void test_every_octet_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		uint8_t buffer[512];
		struct bytes kernel = octets_of(vectors[i].hex, buffer, sizeof buffer);
		struct packet_view whole = packet_parse(kernel);
		size_t tcp = tcp_at(&whole);
		for (size_t at = tcp; at < kernel.length; at++) {
			if (at == tcp + 12)
				continue; /* the header's length */
			buffer[at] ^= 0x40;
			struct packet_view view = packet_parse(kernel);
			assert_int_equal(packet_checksum(&view, false), CHECKSUM_BAD);
			buffer[at] ^= 0x40;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_read),
		                            cmocka_unit_test(test_every_octet_counts) };

	return cmocka_run_group_tests_name("packet: kernel", tests, NULL, NULL);
}
