/* pcapng files are read back as they were written, are the octets that the format's draft says, and are refused when
 * they are cut or wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "pcapng.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 7 };
static const uint8_t octets[5] = "abcde";

/* The smallest file with everything: a section, an interface, a packet. */
static const uint8_t whole[] = {
	0x0a, 0x0d, 0x0d, 0x0a, 48,   0,    0,    0,    0x4d, 0x3c, 0x2b, 0x1a, 1,   0, 0, 0, /* section */
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 4,    0,    1,    0,    'p', 0, 0, 0, /* program */
	1,    0,    2,    0,    'c',  'o',  0,    0,    0,    0,    0,    0,    48,  0, 0, 0, /* comment */
	1,    0,    0,    0,    52,   0,    0,    0,    1,    0,    0,    0,    0,   0, 4, 0, /* interface */
	2,    0,    3,    0,    'n',  ':',  'i',  0,                                          /* name */
	6,    0,    6,    0,    2,    0,    0,    0,    0,    7,    0,    0,                  /* MAC */
	9,    0,    1,    0,    9,    0,    0,    0,                                          /* resolution */
	0,    0,    0,    0,    52,   0,    0,    0,                                          /* end */
	6,    0,    0,    0,    60,   0,    0,    0,    0,    0,    0,    0,                  /* packet */
	0x01, 0x02, 0x03, 0x04, 0x08, 0x07, 0x06, 0x05, 5,    0,    0,    0,    9,   0, 0, 0, /* time */
	'a',  'b',  'c',  'd',  'e',  0,    0,    0,                                          /* octets */
	2,    0,    4,    0,    1,    0,    0,    0,                                          /* flags */
	1,    0,    1,    0,    'x',  0,    0,    0,    0,    0,    0,    0,    60,  0, 0, 0, /* comment */
};
enum { INTERFACE_AT = 48, PACKET_AT = 100, PACKET_END = 160 };

static char *written(size_t *length, const struct pcapng_packet *packet)
{
	char *text = NULL;
	FILE *file = open_memstream(&text, length);

	pcapng_write_section(file, "p", NULL, "co");
	pcapng_write_interface(file, "n:i", mac);
	assert_true(pcapng_write_packet(file, packet));
	fclose(file);
	return text;
}

static const struct pcapng_packet sample = { .interface = 0,
	                                     .time = 0x0403020105060708,
	                                     .octets = { octets, 5 },
	                                     .wire_length = 9,
	                                     .direction = PCAPNG_INBOUND,
	                                     .comment = { (const uint8_t *)"x", 1 } };

static void octet_for_octet(void **state)
{
	size_t length;
	owned_text text = written(&length, &sample);

	(void)state;
	assert_int_equal(sizeof whole, PACKET_END);
	assert_int_equal(length, sizeof whole);
	assert_memory_equal(text, whole, sizeof whole);
}

static void read_back(void **state)
{
	struct error err = { 0 };
	struct pcapng pcapng;
	struct pcapng_packet packet;

	(void)state;
	assert_int_equal(pcapng_open(&pcapng, (struct bytes){ whole, sizeof whole }, "f", &err), 0);
	assert_int_equal(pcapng_next(&pcapng, &packet, &err), 1);
	assert_int_equal(pcapng.interface_count, 1);
	assert_int_equal(pcapng.interfaces[0].length, 3);
	assert_memory_equal(pcapng.interfaces[0].data, "n:i", 3);
	assert_int_equal(packet.interface, 0);
	assert_true(packet.time == sample.time);
	assert_int_equal(packet.octets.length, 5);
	assert_memory_equal(packet.octets.data, octets, 5);
	assert_int_equal(packet.wire_length, 9);
	assert_int_equal(packet.direction, PCAPNG_INBOUND);
	assert_int_equal(packet.comment.length, 1);
	assert_int_equal(packet.comment.data[0], 'x');
	assert_int_equal(pcapng_next(&pcapng, &packet, &err), 0);
	assert_int_equal(pcapng_next(&pcapng, &packet, &err), 0);
	assert_int_equal(err.count, 0);
	pcapng_close(&pcapng);
}

/* Everything in it: how many packets there were, or -1 with one message. */
static int read_all(const uint8_t *data, size_t length, struct error *err)
{
	struct pcapng pcapng;
	struct pcapng_packet packet;
	int got = pcapng_open(&pcapng, (struct bytes){ data, length }, "f", err), packets = 0;

	for (got = got < 0 ? got : 1; got == 1;) {
		got = pcapng_next(&pcapng, &packet, err);
		packets += got == 1;
	}
	pcapng_close(&pcapng);
	assert_int_equal(err->count, got < 0);
	return got < 0 ? -1 : packets;
}

/* Blocks end where the file may be cut; nowhere else. The copy has its exact size, so that reading on is noticed. */
static void cut(void **state)
{
	(void)state;
	for (size_t length = 0; length < sizeof whole; length++) {
		struct error err = { 0 };
		uint8_t *copy = memcpy(zalloc(length + 1), whole, length);
		uint8_t *exact = realloc(copy, length ? length : 1);
		int wanted = length == INTERFACE_AT || length == PACKET_AT ? 0 : -1;
		assert_int_equal(read_all(exact, length, &err), wanted);
		if (wanted < 0)
			assert_non_null(strstr(err.text, "the file is cut"));
		free(exact);
	}
}

static void altered(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		const char *message;
	} rows[] = {
		{ 0, 0, "octet 0: is not a little-endian pcapng" },
		{ 8, 0x1a, "is not a little-endian pcapng" },
		{ 12, 2, "is not a little-endian pcapng" },
		{ 4, 49, "a block's length is impossible" },
		{ 4, 8, "a block's length is impossible" },
		{ 4, 44, "a block's two lengths differ" },
		{ 44, 44, "a block's two lengths differ" },
		{ INTERFACE_AT + 4, 250, "octet 48: a block's length is impossible" },
		{ INTERFACE_AT + 7, 250, "octet 48: the file is cut" },
		{ INTERFACE_AT + 8, 105, "is not of Ethernet" },
		{ INTERFACE_AT + 18, 60, "an option is longer than its block" },
		{ INTERFACE_AT + 19, 255, "an option is longer than its block" },
		{ INTERFACE_AT + 40, 6, "does not count time in nanoseconds" },
		{ INTERFACE_AT + 36, 99, "does not count time in nanoseconds" },
		{ INTERFACE_AT + 46, 1, "the end of options has a length" },
		{ PACKET_AT + 8, 1, "a packet is of no interface" },
		{ PACKET_AT + 11, 255, "a packet is of no interface" },
		{ PACKET_AT + 20, 10, "a packet's length is impossible" },
		{ PACKET_AT + 23, 255, "a packet's length is impossible" },
		{ PACKET_AT + 24, 4, "a packet's length is impossible" },
		{ PACKET_AT + 38, 60, "an option is longer than its block" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t copy[sizeof whole];
		struct error err = { 0 };
		memcpy(copy, whole, sizeof whole);
		copy[rows[i].at] = rows[i].value;
		int packets = read_all(copy, sizeof copy, &err);
		if (packets != -1 || !strstr(err.text, rows[i].message))
			print_message("row %zu: %d, %s\n", i, packets, err.text);
		assert_int_equal(packets, -1);
		assert_non_null(strstr(err.text, rows[i].message));
	}
}

/* What others may have added is passed over; a second section is not ours. */
static void other_blocks(void **state)
{
	static const uint8_t unknown[] = { 0xad, 0x0b, 0, 0, 16, 0, 0, 0, 1, 2, 3, 4, 16, 0, 0, 0 };
	uint8_t file[sizeof whole + sizeof unknown + sizeof whole];
	struct error err = { 0 };

	(void)state;
	memcpy(file, whole, PACKET_AT);
	memcpy(file + PACKET_AT, unknown, sizeof unknown);
	memcpy(file + PACKET_AT + sizeof unknown, whole + PACKET_AT, PACKET_END - PACKET_AT);
	assert_int_equal(read_all(file, sizeof whole + sizeof unknown, &err), 1);
	memcpy(file + sizeof whole + sizeof unknown, whole, sizeof whole);
	assert_int_equal(read_all(file, sizeof file, &err), -1);
	assert_non_null(strstr(err.text, "a second section"));
	/* A packet before its interface. */
	err = (struct error){ 0 };
	memcpy(file, whole, INTERFACE_AT);
	memcpy(file + INTERFACE_AT, whole + PACKET_AT, PACKET_END - PACKET_AT);
	assert_int_equal(read_all(file, INTERFACE_AT + PACKET_END - PACKET_AT, &err), -1);
}

static void too_long(void **state)
{
	struct pcapng_packet packet = { .wire_length = PCAPNG_SNAPLEN + 1 };
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	(void)state;
	packet.octets = (struct bytes){ zalloc(PCAPNG_SNAPLEN + 1), PCAPNG_SNAPLEN + 1 };
	assert_false(pcapng_write_packet(file, &packet));
	fflush(file);
	assert_int_equal(length, 0);
	packet.octets.length--;
	assert_true(pcapng_write_packet(file, &packet));
	fclose(file);
	free(text);
	free((void *)packet.octets.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octet_for_octet), cmocka_unit_test(read_back),    cmocka_unit_test(cut),
		cmocka_unit_test(altered),         cmocka_unit_test(other_blocks), cmocka_unit_test(too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
