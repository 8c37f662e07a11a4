/* Files: every link type that is read, interfaces and directions of pcapng in either order of octets, and files that
 * break off. */
#include "testing.h"

#include <pcap/dlt.h>

#include "split.h"

/* A packet without its Ethernet header. */
static struct bytes packet_of(const struct frame *frame)
{
	return (struct bytes){ frame->data + 14, frame->length - 14 };
}

static struct frame *any_frame(void)
{
	const struct packet_spec spec = spec_of(MODE_PLAIN, NULL, 0);

	return built(&spec);
}

static const struct link_vector {
	uint32_t link_type;
	size_t size;
	uint8_t head[20];
	const char *name; /* of the point */
} links[] = {
	{ 1, 14, { [12] = 0x86, 0xdd }, "a.pcap" },
	{ 113, 16, { [14] = 0x86, 0xdd }, "a.pcap:in" },
	{ 113, 16, { [1] = 4, [14] = 0x86, 0xdd }, "a.pcap:out" },
	{ 276, 20, { 0x86, 0xdd, [7] = 3 }, "a.pcap 3:in" },
	{ 276, 20, { 0x86, 0xdd, [6] = 1, 0, [10] = 4 }, "a.pcap 256:out" },
	{ 101, 0, { 0 }, "a.pcap" },
	{ 229, 0, { 0 }, "a.pcap" },
	{ 0, 4, { 30, 0, 0, 0 }, "a.pcap" },
	{ 108, 4, { 0, 0, 0, 24 }, "a.pcap" },
};

static void test_links(void **state)
{
	static struct made made;
	owned(frame) frame = any_frame();

	(void)state;
	for (size_t i = 0; i < COUNT(links); i++) {
		uint8_t octets[2048];
		const struct bytes packet = packet_of(frame);
		const size_t length = links[i].size + packet.length;
		memcpy(octets, links[i].head, links[i].size);
		memcpy(octets + links[i].size, packet.data, packet.length);
		pcap_begin(&made, links[i].link_type);
		pcap_packet(&made, 5, (struct bytes){ octets, length }, length);
		owned(capture) capture = taken(&made, "dir/a.pcap");
		assert_int_equal(capture->packet_count, 1);
		assert_string_equal(capture->points[0].name, links[i].name);
		const struct captured *seen = &capture->packets[0].seen;
		assert_int_equal(seen->time, 1000000005);
		assert_int_equal(seen->length, frame->length);
		assert_int_equal(seen->wire_length, frame->length);
		assert_memory_equal(seen->data + 12, frame->data + 12, frame->length - 12);
		assert_int_equal(packet_checksum(&seen->view, false), CHECKSUM_VALID);
	}
}

/* One of 802.11, and one that ends in its link's header, are counted and not read. */
static void test_unread(void **state)
{
	static struct made made;
	owned(frame) frame = any_frame();

	(void)state;
	pcap_begin(&made, 105);
	pcap_packet(&made, 0, (struct bytes){ frame->data, frame->length }, frame->length);
	owned(capture) other = taken(&made, "a.pcap");
	assert_int_equal(other->packet_count, 0);
	assert_int_equal(other->points[0].unread, 1);
	pcap_begin(&made, 113);
	pcap_packet(&made, 0, (struct bytes){ frame->data, 15 }, frame->length);
	owned(capture) cut = taken(&made, "a.pcap");
	assert_int_equal(cut->packet_count, 0);
	assert_int_equal(cut->points[0].unread, 1);
}

/* ---- pcapng */
static bool swapped;
static uint32_t order32(uint32_t value)
{
	return swapped ? __builtin_bswap32(value) : value;
}

static uint16_t order16(uint16_t value)
{
	return swapped ? __builtin_bswap16(value) : value;
}

static void block(struct made *made, uint32_t type, const struct made *body)
{
	const uint32_t length = order32((uint32_t)body->length + 12);

	put32(made, order32(type));
	put32(made, length);
	put(made, body->octets, body->length);
	put32(made, length);
}

static void section(struct made *made)
{
	static struct made body;

	body.length = 0;
	put32(&body, order32(0x1a2b3c4d));
	put(&body, (uint16_t[]){ order16(1), 0 }, 4);
	put(&body, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
	block(made, 0x0a0d0d0a, &body);
}

static void interface(struct made *made, uint16_t link_type, const char *name)
{
	static struct made body;

	body.length = 0;
	put(&body, (uint16_t[]){ order16(link_type), 0 }, 4);
	put32(&body, order32(262144));
	if (name) {
		put(&body, (uint16_t[]){ order16(2), order16((uint16_t)strlen(name)) }, 4);
		put(&body, name, strlen(name));
		put(&body, "\0\0\0", (4 - strlen(name) % 4) % 4);
		put32(&body, 0);
	}
	block(made, 1, &body);
}

static void packet(struct made *made, uint32_t interface_number, uint32_t time, uint32_t flags, struct bytes octets)
{
	static struct made body;

	body.length = 0;
	put32(&body, order32(interface_number));
	put32(&body, 0);
	put32(&body, order32(time));
	put32(&body, order32((uint32_t)octets.length));
	put32(&body, order32((uint32_t)octets.length));
	put(&body, octets.data, octets.length);
	put(&body, "\0\0\0", (4 - octets.length % 4) % 4);
	if (flags) {
		put(&body, (uint16_t[]){ order16(2), order16(4) }, 4);
		put32(&body, order32(flags));
		put32(&body, 0);
	}
	block(made, 6, &body);
}

/* Two interfaces of different link types, of which libpcap alone refuses the second; packets interleaved. */
static void two_interfaces(struct made *made, const struct frame *frame)
{
	made->length = 0;
	section(made);
	interface(made, 1, "eth0");
	interface(made, 101, NULL);
	packet(made, 1, 30, 0, packet_of(frame));
	packet(made, 0, 10, 1, (struct bytes){ frame->data, frame->length });
	packet(made, 0, 20, 2, (struct bytes){ frame->data, frame->length });
	packet(made, 1, 40, 0, packet_of(frame));
}

static void test_interfaces(void **state)
{
	static const char *const names[] = { "a.pcapng eth0:in", "a.pcapng eth0:out", "a.pcapng 1", "a.pcapng 1" };
	static const size_t numbers[] = { 2, 3, 1, 4 };
	static struct made made;
	owned(frame) frame = any_frame();

	(void)state;
	for (int other = 0; other < 2; other++) {
		swapped = other;
		two_interfaces(&made, frame);
		owned(capture) capture = taken(&made, "a.pcapng");
		assert_int_equal(capture->complaint_count, 0);
		assert_int_equal(capture->packet_count, 4);
		assert_int_equal(capture->point_count, 3);
		for (size_t i = 0; i < 4; i++) {
			const struct capture_packet *seen = &capture->packets[i];
			assert_string_equal(capture->points[seen->point].name, names[i]);
			assert_int_equal(seen->number, numbers[i]);
			assert_int_equal(seen->seen.time, 10000 * (i + 1));
			assert_int_equal(packet_checksum(&seen->seen.view, false), CHECKSUM_VALID);
		}
	}
	swapped = false;
}

/* Wherever the file ends, what is before is there, and it is said where it broke off, unless a block ends there. */
static void test_cut(void **state)
{
	static struct made made, part;
	owned(frame) frame = any_frame();

	(void)state;
	two_interfaces(&made, frame);
	for (size_t length = 0; length <= made.length; length++) {
		struct split split = { 0 };
		size_t packets = 0;
		memcpy(part.octets, made.octets, length);
		split_make(&split, (struct bytes){ part.octets, length });
		for (size_t i = 0; i < split.count; i++)
			packets += split.parts[i].number_count;
		assert_true(packets <= 4);
		assert_int_equal(packets == 4, length == made.length);
		split_clear(&split);
	}
	assert_true(split_is_pcapng((struct bytes){ made.octets, made.length }));
	part.length = made.length - 3;
	owned(capture) capture = taken(&part, "a.pcapng");
	assert_int_equal(capture->packet_count, 3);
	assert_int_equal(capture->complaint_count, 1);
	assert_non_null(strstr(capture->complaints[0], "the file is cut"));
}

static void refused(const struct made *made, const char *why)
{
	owned(capture) capture = zalloc(sizeof *capture);
	struct error err = { 0 };

	assert_int_equal(capture_take(capture, (struct bytes){ made->octets, made->length }, "f", &err), -1);
	if (!strstr(err.text, why))
		fail_msg("%s", err.text);
}

static void test_refused(void **state)
{
	static struct made made;

	(void)state;
	refused(&made, "empty file");
	put(&made, "this is no capture at all", 25);
	refused(&made, "not a capture");
	made.length = 0;
	put(&made, "\x1f\x8b\x08\0", 4);
	refused(&made, "gunzip");
	made.length = 0;
	section(&made);
	made.octets[8] ^= 1;
	refused(&made, "a section's header is malformed");
	made.octets[8] ^= 1;
	packet(&made, 0, 0, 0, (struct bytes){ 0 });
	refused(&made, "a packet is of no interface");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links), cmocka_unit_test(test_unread),  cmocka_unit_test(test_interfaces),
		cmocka_unit_test(test_cut),   cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
