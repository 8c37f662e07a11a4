/* Evidence that is alike is written once, and read as if it stood in each cell; by both readers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../tests/results.h"
#include "result_internal.h"

#define SEEN_HOPS(packets)                                                                                             \
	"'hops': [{'node': 'src', 'interface': 'b0', 'direction': 'out', 'packets': " packets                          \
	", 'bytes': 60, 'largest': 60, 'data': 1, 'oversize': 0, 'segments_left': [], 'checksum': {'valid': 1, "       \
	"'partial': 0, 'bad': 0}}], "
#define JOURNEY(time)                                                                                                  \
	"'journey': {'packet': 'the SYN', 'steps': [{'hop': 'src.b0:out', 'time_us': " time                            \
	"}], 'end': {'node': 'dst', 'how': 'received', 'reason': null, 'drop': null}}, "
#define CELL(n, time, hops, gro, more)                                                                                 \
	"{'case': 'a', 'axes': {'n': '" n "'}, 'outcome': 'PASS', 'expected': {'fate': 'delivered'}, " more JOURNEY(   \
	        time) hops "'offloads': {'src.b0': {'gro': '" gro "'}}, 'why': 'delivered', 'ms': 1.5}"

/* What is read of a text and written again. */
static char *written(const char *text, struct error *err)
{
	char path[] = "/tmp/alike_test.XXXXXX";
	int fd = mkstemp(path);
	struct results results = { .pool = test_pool() };
	char *out = NULL;
	size_t size;

	assert_true(fd >= 0);
	for (; *text; text++)
		assert_int_equal(write(fd, *text == '\'' ? "\"" : text, 1), 1);
	close(fd);
	if (results_read(&results, path, err) == 0) {
		FILE *stream = open_memstream(&out, &size);
		assert_int_equal(run_writer(stream, results.runs[0], err), 0);
		fclose(stream);
	}
	unlink(path);
	return out;
}

static void written_once(void **state)
{
	struct error err = { 0 };
	owned_text text = written("{'cells': [" CELL("1", "0.5", SEEN_HOPS("1"), "on", "") ", " CELL(
	                                  "2", "0.75", SEEN_HOPS("1"), "off",
	                                  "") ", " CELL("3", "0.5", SEEN_HOPS("2"), "on",
	                                                "") ", " CELL("4", "0.5", SEEN_HOPS("1"), "on",
	                                                              "'known': {'fate': 'dropped'}, ") "]}",
	                          &err);

	(void)state;
	json_t *document = json_loads(text, 0, NULL);
	const json_t *cells = json_object_get(document, "cells"), *second = json_array_get(cells, 1);
	assert_int_equal(json_array_size(cells), 4);
	assert_int_equal(json_integer_value(json_object_get(second, "as")), 0);
	assert_true(json_real_value(json_array_get(json_object_get(second, "times"), 0)) == 0.75);
	assert_non_null(json_object_get(second, "offloads")); /* which differ */
	static const char *const left_out[] = { "hops", "expected", "journey" };
	for (size_t i = 0; i < COUNT(left_out); i++)
		assert_null(json_object_get(second, left_out[i]));
	for (size_t i = 0; i < 4; i += i ? 1 : 2) {
		assert_null(json_object_get(json_array_get(cells, i), "as"));
		assert_non_null(json_object_get(json_array_get(cells, i), "hops"));
	}
	owned_text again = written(text, &err);
	assert_string_equal(again, text);
	json_decref(document);
}

/* A cell at a time, and all of the document at once: as it must be where two members have one name. */
static void both_readers_agree(void **state)
{
	static const char cells[] =
	        "'cells': [" CELL("1", "0.5", SEEN_HOPS("1"), "on",
	                          "") ", {'case': 'a', 'axes': {'n': '2'}, "
	                              "'outcome': 'PASS', 'why': 'x', 'ms': 1.5, 'as': 0, 'times': [2.5]}, {'case': "
	                              "'a', 'axes': {'n': '3'}, "
	                              "'outcome': 'FAIL', 'why': 'y', 'ms': 2.5, 'as': 1, 'times': [3.5]}]";
	owned_text once = text_format("{%s, 'partial': true}", cells);
	owned_text twice = text_format("{'partial': false, %s, 'partial': true}", cells);
	struct error err = { 0 };
	owned_text a = written(once, &err);
	owned_text b = written(twice, &err);

	(void)state;
	json_t *x = json_loads(a, 0, NULL), *y = json_loads(b, 0, NULL);
	assert_true(x && json_equal(x, y));
	assert_int_equal(json_integer_value(json_object_get(json_array_get(json_object_get(x, "cells"), 2), "as")), 0);
	assert_non_null(strstr(a, "3.5"));
	json_decref(x);
	json_decref(y);
}

static void malformed(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "'as': 1", "cells: 1: as: expected the number of an earlier cell" },
		{ "'as': -1", "cells: 1: as: expected the number of an earlier cell" },
		{ "'as': '0'", "cells: 1: as: expected the number of an earlier cell" },
		{ "'as': 0", "cells: 1: times: expected 1, got 0" },
		{ "'as': 0, 'times': [1, 2]", "cells: 1: times: expected 1, got 2" },
		{ "'as': 0, 'times': ['x']", "time_us: expected a number" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = { 0 };
		owned_text document = text_format("{'cells': [%s, {'case': 'a', 'outcome': 'PASS', %s}]}",
		                                  CELL("1", "0.5", SEEN_HOPS("1"), "on", ""), rows[i].text);
		owned_text none = written(document, &err);
		assert_null(none);
		if (!strstr(err.text, rows[i].message))
			fail_msg("%s: %s", rows[i].text, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_once),
		cmocka_unit_test(both_readers_agree),
		cmocka_unit_test(malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
