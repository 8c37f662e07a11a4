/* What the tests of this room share: captures that are written here, octet by octet. */
#ifndef HOPCHECK_CAPTURE_TESTING_H
#define HOPCHECK_CAPTURE_TESTING_H

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow.h"

/* Behind ours: its fail() is a macro. */
#include <cmocka.h>

struct made {
	uint8_t octets[65536];
	size_t length;
};

static inline void put(struct made *made, const void *octets, size_t length)
{
	assert_true(made->length + length <= sizeof made->octets);
	if (length)
		memcpy(made->octets + made->length, octets, length);
	made->length += length;
}

static inline void put32(struct made *made, uint32_t value)
{
	put(made, &value, sizeof value);
}

/* https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html, in this machine's order of octets, nanoseconds. */
static inline void pcap_begin(struct made *made, uint32_t link_type)
{
	const uint32_t head[] = { 0xa1b23c4d, 0x00040002, 0, 0, 262144, link_type };

	made->length = 0;
	put(made, head, sizeof head);
}

static inline void pcap_packet(struct made *made, uint32_t time, struct bytes octets, size_t wire_length)
{
	const uint32_t head[] = { 1, time, (uint32_t)octets.length, (uint32_t)wire_length };

	put(made, head, sizeof head);
	put(made, octets.data, octets.length);
}

static inline struct address address_of(const char *text)
{
	struct address address;

	assert_true(address_parse(&address, AF_UNSPEC, text));
	return address;
}

static const uint8_t payload_octets[3000] = "hello segment routing";

/* From fc00:a::1 to fc00:d::1. */
static inline struct packet_spec spec_of(enum mode mode, const struct address *segments, size_t count)
{
	return (struct packet_spec){
		.mode = mode,
		.source = address_of("fc00:a::1"),
		.destination = address_of("fc00:d::1"),
		.outer_source = address_of("fc00:a::1"),
		.segments = segments,
		.segment_count = count,
		FIELDS_AUTO,
		.source_port = 40001,
		.destination_port = 7000,
		.tcp_flags = TCP_PSH | TCP_ACK,
		.window = 64400,
		.sequence = 1000,
		.payload = { payload_octets, 100 },
	};
}

static inline struct frame *built(const struct packet_spec *spec)
{
	struct error err = { 0 };
	struct frame *frame = NULL;

	assert_int_equal(frame_build(&frame, spec, &err), 0);
	return frame;
}

static inline struct capture *taken(const struct made *made, const char *path)
{
	struct capture *capture = zalloc(sizeof *capture);
	struct error err = { 0 };

	if (capture_take(capture, (struct bytes){ made->octets, made->length }, path, &err) < 0)
		fail_msg("%s", err.text);
	capture_sort(capture);
	return capture;
}

#endif
