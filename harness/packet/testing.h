/* What the tests of this room share. */
#ifndef HOPCHECK_PACKET_TESTING_H
#define HOPCHECK_PACKET_TESTING_H

#include "octets.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

/* Behind ours: its fail() is a macro. */
#include <cmocka.h>

static inline struct address address_of(const char *text)
{
	struct address address;

	assert_true(address_parse(&address, AF_UNSPEC, text));
	return address;
}

/* A correct packet of the given mode from fc00:a::1 to fc00:d::1; the payload is "hello segment routing". */
static inline struct packet_spec spec_of(enum mode mode, const struct address *segments, size_t count)
{
	static const uint8_t payload[] = "hello segment routing";

	return (struct packet_spec){
		.source_mac = { 2, 0, 0, 0, 0, 1 },
		.destination_mac = { 2, 0, 0, 0, 0, 2 },
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
		.payload = { payload, sizeof payload - 1 },
	};
}

static inline struct frame *built(const struct packet_spec *spec)
{
	struct error err = { 0 };
	struct frame *frame = NULL;

	if (frame_build(&frame, spec, &err) < 0)
		print_message("%s", err.text);
	assert_non_null(frame);
	return frame;
}

static inline struct packet_view seen(const struct frame *frame)
{
	return packet_parse((struct bytes){ frame->data, frame->length });
}

static inline struct srh_view srh_in(const struct packet_view *view)
{
	return packet_srh(view, packet_ip(view));
}

static inline struct address to(const struct packet_view *view)
{
	return ip_destination(view, packet_ip(view));
}

static inline struct address from(const struct packet_view *view)
{
	return ip_source(view, packet_ip(view));
}

static inline struct address final_in(const struct packet_view *view)
{
	return packet_final(view, packet_innermost_ip(view));
}

static inline bool has_tcp(const struct packet_view *view)
{
	return packet_layer(view, LAYER_TCP);
}

static inline size_t tcp_at(const struct packet_view *view)
{
	const struct layer *tcp = packet_layer(view, LAYER_TCP);

	return tcp ? tcp->offset : 0;
}

static inline void assert_address(struct address actual, const struct address *wanted)
{
	assert_true(address_same(&actual, wanted));
}

/* Hexadecimal, blanks allowed, into the caller's buffer. */
static inline struct bytes octets_of(const char *hex, uint8_t *buffer, size_t size)
{
	size_t count = 0;

	for (; *hex; hex += 2) {
		unsigned octet;
		while (*hex == ' ')
			hex++;
		assert_true(count < size);
		assert_int_equal(sscanf(hex, "%2x", &octet), 1);
		buffer[count++] = (uint8_t)octet;
	}
	return (struct bytes){ buffer, count };
}

#endif
