/* Frames on a serial line; zlib packs and sums them. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "wire.h"

struct buffer {
	uint8_t *data;
	size_t used, size;
};

static uint8_t *buffer_room(struct buffer *buffer, size_t more)
{
	return ROOM(buffer->data, buffer->size, buffer->used, more) + buffer->used;
}

static void put32(uint8_t *at, uint32_t value)
{
	value = htonl(value);
	memcpy(at, &value, sizeof value);
}

static uint32_t get32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof value);
	return ntohl(value);
}

/* Over header and body, with the field of the sum itself as 0. */
static uint32_t frame_sum(const uint8_t *frame, size_t body)
{
	static const uint8_t none[4];
	uLong sum = crc32(0, frame, WIRE_HEADER - 4);

	sum = crc32(sum, none, sizeof none);
	return (uint32_t)crc32(sum, frame + WIRE_HEADER, (uInt)body);
}

struct wire_out {
	z_stream stream;
	struct buffer frame;
	uint32_t sequence;
};

struct wire_out *wire_out_new(void)
{
	struct wire_out *out = zalloc(sizeof *out);

	/* The fastest level: a guest without hardware help pays dearly for more. */
	if (deflateInit(&out->stream, 1) != Z_OK)
		abort();
	return out;
}

void wire_out_free(struct wire_out *out)
{
	if (!out)
		return;
	deflateEnd(&out->stream);
	free(out->frame.data);
	free(out);
}

struct bytes wire_pack(struct wire_out *out, enum wire_kind kind, struct bytes body)
{
	z_stream *stream = &out->stream;

	if (body.length > WIRE_BODY_MAX)
		return (struct bytes){ 0 };
	out->frame.used = 0;
	buffer_room(&out->frame, WIRE_HEADER);
	out->frame.used = WIRE_HEADER;
	stream->next_in = (uint8_t *)(uintptr_t)body.data;
	stream->avail_in = (uInt)body.length;
	do {
		stream->next_out = buffer_room(&out->frame, 4096);
		stream->avail_out = (uInt)(out->frame.size - out->frame.used);
		deflate(stream, Z_SYNC_FLUSH);
		out->frame.used = out->frame.size - stream->avail_out;
	} while (stream->avail_out == 0);
	uint8_t *header = out->frame.data;
	size_t packed = out->frame.used - WIRE_HEADER;
	memcpy(header, (uint8_t[]){ 'H', 'C', (uint8_t)kind, 0 }, 4);
	put32(header + 4, out->sequence++);
	put32(header + 8, (uint32_t)packed);
	put32(header + 12, frame_sum(header, packed));
	return (struct bytes){ header, out->frame.used };
}

struct wire_in {
	z_stream stream;
	struct buffer octets; /* as they came */
	struct buffer body;
	size_t done; /* octets at the start that were read as frames */
	uint32_t sequence;
	bool broken;
};

struct wire_in *wire_in_new(void)
{
	struct wire_in *in = zalloc(sizeof *in);

	if (inflateInit(&in->stream) != Z_OK)
		abort();
	return in;
}

void wire_in_free(struct wire_in *in)
{
	if (!in)
		return;
	inflateEnd(&in->stream);
	free(in->octets.data);
	free(in->body.data);
	free(in);
}

void wire_feed(struct wire_in *in, struct bytes octets)
{
	if (in->done) {
		in->octets.used -= in->done;
		memmove(in->octets.data, in->octets.data + in->done, in->octets.used);
		in->done = 0;
	}
	if (!octets.length)
		return;
	memcpy(buffer_room(&in->octets, octets.length), octets.data, octets.length);
	in->octets.used += octets.length;
}

size_t wire_left(const struct wire_in *in)
{
	return in->octets.used - in->done;
}

static int unpack(struct wire_in *in, const uint8_t *packed, size_t length, struct error *err)
{
	z_stream *stream = &in->stream;

	in->body.used = 0;
	stream->next_in = (uint8_t *)(uintptr_t)packed;
	stream->avail_in = (uInt)length;
	do {
		stream->next_out = buffer_room(&in->body, 4096);
		stream->avail_out = (uInt)(in->body.size - in->body.used);
		int status = inflate(stream, Z_SYNC_FLUSH);
		in->body.used = in->body.size - stream->avail_out;
		if (in->body.used > WIRE_BODY_MAX)
			return fail(err, "frame %u unpacks to more than %u octets", in->sequence, WIRE_BODY_MAX);
		if (status != Z_OK && status != Z_BUF_ERROR)
			return fail(err, "frame %u does not unpack", in->sequence);
	} while (stream->avail_in || stream->avail_out == 0);
	*buffer_room(&in->body, 1) = 0;
	return 0;
}

static bool is_kind(uint8_t kind)
{
	return kind &&
	       strchr((char[]){ WIRE_HELLO, WIRE_START, WIRE_RESULT, WIRE_FILE, WIRE_NOTE, WIRE_DONE, WIRE_ERROR, 0 },
	              kind);
}

static int check_header(const struct wire_in *in, const uint8_t *header, struct error *err)
{
	if (header[0] != 'H' || header[1] != 'C' || !is_kind(header[2]) || header[3] != 0)
		return fail(err, "no frame where frame %u should begin (%02x %02x %02x %02x)", in->sequence, header[0],
		            header[1], header[2], header[3]);
	if (get32(header + 4) != in->sequence)
		return fail(err, "got frame %u, expected frame %u", get32(header + 4), in->sequence);
	if (get32(header + 8) > WIRE_BODY_MAX)
		return fail(err, "frame %u says that it is %u octets long", in->sequence, get32(header + 8));
	return 0;
}

static int read_frame(struct wire_in *in, struct wire_frame *frame, struct error *err)
{
	const uint8_t *header = in->octets.data + in->done;
	size_t left = wire_left(in);

	if (left < WIRE_HEADER)
		return 0;
	if (check_header(in, header, err) < 0)
		return -1;
	size_t length = get32(header + 8);
	if (left - WIRE_HEADER < length)
		return 0;
	if (get32(header + 12) != frame_sum(header, length))
		return fail(err, "frame %u arrived damaged: its CRC does not match", in->sequence);
	if (unpack(in, header + WIRE_HEADER, length, err) < 0)
		return -1;
	*frame = (struct wire_frame){ (enum wire_kind)header[2], { in->body.data, in->body.used } };
	in->done += WIRE_HEADER + length;
	in->sequence++;
	return 1;
}

int wire_next(struct wire_in *in, struct wire_frame *frame, struct error *err)
{
	if (in->broken)
		return fail(err, "the wire broke before");
	int got = read_frame(in, frame, err);
	in->broken = got < 0;
	return got;
}
