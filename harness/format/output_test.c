/* Writing outputs: whole files, in place of old ones; a page that holds all that it needs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../tests/results.h"
#include "html.h"

static json_t *some_runs(void)
{
	return json_pack("[{s:{s:s}, s:{s:{s:[], s:[]}}, s:[{s:s, s:s, s:{s:s}, s:s, s:s, s:{s:{s:i}},"
	                 " s:[{s:s, s:s, s:s, s:i}, {s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:{s:i, s:i, s:i}}],"
	                 " s:{s:s, s:[{s:s, s:f}], s:{s:s}}}]}]",
	                 "kernel", "release", "6.18.44", "topologies", "t", "nodes", "links", "cells", "case", "c",
	                 "topology", "t", "axes", "mode", "in<line", "outcome", "FAIL", "why",
	                 "</script><!-- it's \"dropped\" & gone", "counters", "dst", "TcpInSegs", 7, "hops", "node",
	                 "dst", "interface", "a0", "direction", "out", "packets", 0, "node", "dst", "interface", "a0",
	                 "direction", "in", "packets", 3, "bytes", 300, "largest", 100, "data", 2, "checksum", "valid",
	                 1, "partial", 2, "bad", 0, "journey", "packet", "the SYN", "steps", "hop", "dst.a0:in",
	                 "time_us", 12.6, "end", "how", "received");
}

static json_t *pooled(const json_t *data, const json_t *reference)
{
	return json_array_get(json_object_get(data, "pool"), (size_t)json_integer_value(reference));
}

static json_t *data_of(const struct results *results)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	html_data(out, results);
	fclose(out);
	json_t *data = json_loads(text, 0, NULL);
	free(text);
	return data;
}

/* What html/data.js puts together again. */
static void page_data(void **state)
{
	json_t *runs = some_runs();
	(void)state;
	json_array_append(runs, json_array_get(runs, 0));
	struct results read = read_runs(runs);
	json_t *data = data_of(&read), *name;
	json_t *cell = json_array_get(json_object_get(json_array_get(json_object_get(data, "cases"), 0), "cells"), 0);
	json_t *results = json_object_get(cell, "results"), *result = json_array_get(results, 1);
	size_t i;

	assert_int_equal(json_array_size(json_object_get(data, "kernels")), 2);
	assert_int_equal(json_array_size(results), 2);
	assert_true(json_equal(json_array_get(results, 0), result)); /* the same stands in the pool once */
	assert_int_equal(json_integer_value(json_array_get(result, 0)), OUTCOME_FAIL);
	json_array_foreach (json_object_get(data, "fields"), i, name) {
		json_t *value = pooled(data, json_array_get(result, 2 + i));
		owned_text text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
		if (strcmp(json_string_value(name), "hops") == 0) {
			owned_text hop = json_dumps(pooled(data, json_array_get(value, 0)), JSON_COMPACT);
			assert_int_equal(json_array_size(value), 1); /* the one that saw something */
			assert_string_equal(hop, "[\"dst.a0:in\",3,300,100,2,0,1,2,0,[]]");
		} else if (strcmp(json_string_value(name), "counters") == 0) {
			json_t *row = pooled(data, json_object_get(value, "dst"));
			assert_string_equal(json_string_value(pooled(data, json_array_get(row, 0))), "TcpInSegs");
			assert_int_equal(json_integer_value(json_array_get(row, 1)), 7);
		} else if (strcmp(json_string_value(name), "journey") == 0) {
			assert_non_null(strstr(text, "\"times\":[13]"));
		} else if (strcmp(json_string_value(name), "console") == 0) {
			assert_true(json_is_null(json_array_get(result, 2 + i)));
		} else if (strcmp(json_string_value(name), "topology") == 0) {
			assert_string_equal(text, "{\"nodes\":[],\"links\":[]}");
		}
	}
	json_decref(data);
	json_decref(runs);
}

static void page(void **state)
{
	char *text = NULL;
	size_t length, ends = 0;
	FILE *out = open_memstream(&text, &length);
	json_t *runs = some_runs();

	(void)state;
	struct results results = read_runs(runs);
	write_html(out, &results);
	fclose(out);
	assert_int_equal(strlen(text), length);
	for (const char *end = text; (end = strstr(end, "</script>")); end++)
		ends++;
	assert_int_equal(ends, 2); /* of the data, and of the scripts; none that a result brought */
	assert_non_null(strstr(text, "\\u003c/script>\\u003c!-- it's"));
	assert_null(strstr(text, "@data@"));
	assert_null(strstr(text, "@style@"));
	assert_null(strstr(text, "@scripts@"));
	assert_null(strstr(text, "src="));
	assert_null(strstr(text, "http://"));
	assert_null(strstr(text, "https://"));
	free(text);
	json_decref(runs);
}

static void whole_files(void **state)
{
	char dir[] = "/tmp/output_test.XXXXXX";
	json_t *json = some_runs();
	struct results results = read_runs(json);
	struct stat status;

	(void)state;
	json_decref(json);
	assert_non_null(mkdtemp(dir));
	owned_text path = text_format("%s/r.tap", dir);
	owned_text nowhere = text_format("%s/nowhere/r.tap", dir);
	for (int i = 0; i < 2; i++) {
		struct error err = { 0 };
		assert_int_equal(report_write(FORMAT_TAP, path, &results, &err), 0);
		assert_int_equal(err.count, 0);
	}
	assert_int_equal(stat(path, &status), 0);
	assert_true(status.st_size > 50 && (status.st_mode & 0444));
	struct error err = { 0 };
	assert_int_equal(report_write(FORMAT_TAP, nowhere, &results, &err), -1);
	assert_non_null(strstr(err.text, "nowhere/r.tap: No such file"));
	unlink(path);
	assert_int_equal(rmdir(dir), 0); /* nothing else was left in it */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_data),
		cmocka_unit_test(page),
		cmocka_unit_test(whole_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
