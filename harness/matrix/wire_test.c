#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "wire.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

#define TEXT(text) ((struct bytes){ (const uint8_t *)(text), sizeof(text) - 1 })

struct line {
	uint8_t octets[65536];
	size_t used;
};

static void say(struct line *line, struct wire_out *out, enum wire_kind kind, struct bytes body)
{
	struct bytes frame = wire_pack(out, kind, body);

	assert_true(frame.length >= WIRE_HEADER && line->used + frame.length <= sizeof line->octets);
	memcpy(line->octets + line->used, frame.data, frame.length);
	line->used += frame.length;
}

static void add(char *seen, enum wire_kind kind)
{
	size_t length = strlen(seen);

	seen[length] = (char)kind;
	seen[length + 1] = 0;
}

/* Three frames, one of them empty. */
static void three(struct line *line)
{
	owned(wire_out) out = wire_out_new();

	line->used = 0;
	say(line, out, WIRE_HELLO, TEXT("{\"hello\": 1}"));
	say(line, out, WIRE_DONE, (struct bytes){ 0 });
	say(line, out, WIRE_RESULT, TEXT("{\"hello\": 2}"));
}

static void whole(void **state)
{
	(void)state;
	/* However the line cuts them up. */
	for (size_t step = 1; step < 80; step++) {
		struct line line;
		owned(wire_in) in = wire_in_new();
		struct wire_frame frame;
		struct error err = { 0 };
		char seen[64] = "";

		three(&line);
		for (size_t at = 0; at < line.used; at += step) {
			wire_feed(in,
			          (struct bytes){ line.octets + at, line.used - at < step ? line.used - at : step });
			while (wire_next(in, &frame, &err) > 0) {
				assert_int_equal(frame.body.data[frame.body.length], 0);
				add(seen, frame.kind);
				strcat(seen, (const char *)frame.body.data);
			}
		}
		assert_int_equal(err.count, 0);
		assert_string_equal(seen, "H{\"hello\": 1}DR{\"hello\": 2}");
		assert_int_equal(wire_left(in), 0);
	}
}

static void cut(void **state)
{
	struct line line;

	(void)state;
	three(&line);
	for (size_t length = 0; length < line.used; length++) {
		owned(wire_in) in = wire_in_new();
		struct wire_frame frame;
		struct error err = { 0 };
		int frames = 0, got;

		wire_feed(in, (struct bytes){ line.octets, length });
		while ((got = wire_next(in, &frame, &err)) > 0)
			frames++;
		assert_int_equal(got, 0); /* not wrong, only not all of it */
		assert_in_range(frames, 0, 2);
		/* What is left over tells that something is missing, unless the cut was between frames. */
		if (wire_left(in) == 0)
			assert_true(length == 0 || frames > 0);
	}
}

/* Every single octet changed in every way: never believed. */
static void corrupted(void **state)
{
	struct line line;

	(void)state;
	three(&line);
	for (size_t at = 0; at < line.used; at++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			owned(wire_in) in = wire_in_new();
			struct wire_frame frame;
			struct error err = { 0 };
			char seen[64] = "";
			int got;

			line.octets[at] ^= (uint8_t)(1U << bit);
			wire_feed(in, (struct bytes){ line.octets, line.used });
			while ((got = wire_next(in, &frame, &err)) > 0)
				add(seen, frame.kind);
			line.octets[at] ^= (uint8_t)(1U << bit);
			assert_string_not_equal(seen, "HDR");
			if (got == 0)
				assert_true(wire_left(in) > 0); /* it waits for a length that is not there */
			else
				assert_true(err.count == 1 && wire_next(in, &frame, &err) < 0);
		}
	}
}

static void a_frame_is_missing(void **state)
{
	struct line line;
	owned(wire_in) in = wire_in_new();
	owned(wire_out) out = wire_out_new();
	struct wire_frame frame;
	struct error err = { 0 };

	(void)state;
	line.used = 0;
	say(&line, out, WIRE_HELLO, TEXT("1"));
	size_t first = line.used;
	say(&line, out, WIRE_RESULT, TEXT("2"));
	wire_feed(in, (struct bytes){ line.octets + first, line.used - first });
	assert_int_equal(wire_next(in, &frame, &err), -1);
	assert_string_equal(err.text, "got frame 1, expected frame 0\n");
}

static void oversized(void **state)
{
	uint8_t header[WIRE_HEADER] = { 'H', 'C', 'R', 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff };
	owned(wire_in) in = wire_in_new();
	owned(wire_out) out = wire_out_new();
	struct wire_frame frame;
	struct error err = { 0 };

	(void)state;
	wire_feed(in, (struct bytes){ header, sizeof header });
	assert_int_equal(wire_next(in, &frame, &err), -1);
	assert_non_null(strstr(err.text, "4294967295 octets"));
	/* What would unpack to too much is not packed either. */
	uint8_t *much = zalloc(WIRE_BODY_MAX + 1);
	assert_int_equal(wire_pack(out, WIRE_FILE, (struct bytes){ much, WIRE_BODY_MAX + 1 }).length, 0);
	free(much);
}

/* A small body that unpacks to `octets` zeros, with a right sum. */
static struct bytes bomb_of(uint8_t **frame, size_t octets)
{
	uint8_t *zeros = zalloc(octets);
	uLong length = compressBound(octets), sum;

	*frame = zalloc(WIRE_HEADER + length);
	memcpy(*frame, "HCF", 3);
	assert_int_equal(compress(*frame + WIRE_HEADER, &length, zeros, octets), Z_OK);
	for (int i = 0; i < 4; i++)
		(*frame)[8 + i] = (uint8_t)(length >> (24 - 8 * i));
	sum = crc32(crc32(0, *frame, WIRE_HEADER), *frame + WIRE_HEADER, (uInt)length);
	for (int i = 0; i < 4; i++)
		(*frame)[12 + i] = (uint8_t)(sum >> (24 - 8 * i));
	free(zeros);
	return (struct bytes){ *frame, WIRE_HEADER + length };
}

static void bomb(void **state)
{
	owned(wire_in) in = wire_in_new();
	owned(wire_out) out = wire_out_new();
	struct wire_frame frame;
	struct error err = { 0 };
	uint8_t *most = zalloc(WIRE_BODY_MAX), *octets;

	(void)state;
	wire_feed(in, wire_pack(out, WIRE_FILE, (struct bytes){ most, WIRE_BODY_MAX }));
	assert_int_equal(wire_next(in, &frame, &err), 1); /* the largest there may be */
	assert_int_equal(frame.body.length, WIRE_BODY_MAX);
	free(most);
	owned(wire_in) other = wire_in_new();
	wire_feed(other, bomb_of(&octets, WIRE_BODY_MAX + 1));
	assert_int_equal(wire_next(other, &frame, &err), -1);
	assert_non_null(strstr(err.text, "unpacks to more"));
	free(octets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),     cmocka_unit_test(cut),
		cmocka_unit_test(corrupted), cmocka_unit_test(a_frame_is_missing),
		cmocka_unit_test(oversized), cmocka_unit_test(bomb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
