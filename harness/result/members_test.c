/* JSON to structs and back, by the tables of results. */
#include <stdlib.h>
#include <string.h>

#include "../../tests/scene.h"
#include "result.h"

static int read_run(struct run *run, struct pool *pool, const json_t *json, struct error *err)
{
	return members_read(run, &run_members, json, &(struct reading){ .pool = pool }, err);
}

static json_t *parse(const char *text)
{
	owned_text json = text_copy(text);

	for (char *c = json; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	json_t *parsed = json_loads(json, JSON_DECODE_ANY, NULL);
	assert_non_null(parsed);
	return parsed;
}

#define CELL(more) "{'case': 'a', 'axes': {'mode': 'inline'}, 'outcome': 'PASS'" more "}"

/* What was read is written again octet by octet. */
static void comes_back(const json_t *json)
{
	owned(pool) pool = pool_new();
	struct run run = { 0 };
	struct error err = { 0 };

	if (read_run(&run, pool, json, &err) < 0)
		fail_msg("%s", err.text);
	json_t *again = members_json(&run_members, &run);
	owned_text was = json_dumps(json, 0);
	owned_text is = json_dumps(again, 0);
	assert_string_equal(was, is);
	json_decref(again);
}

static void reference_comes_back(void **state)
{
	static const char *const files[] = { "results/matrix.json", "results/matrix-old.json" };
	json_t *run;
	size_t i;

	(void)state;
	for (size_t f = 0; f < COUNT(files); f++) {
		json_t *document = json_load_file(files[f], 0, NULL);
		assert_non_null(document);
		json_array_foreach (json_object_get(document, "kernels"), i, run)
			comes_back(run);
		json_decref(document);
	}
}

static void parts_come_back(void **state)
{
	static const char *const cells[] = {
		CELL(""),
		CELL(", 'verdict': null, 'ms': 3, 'why': null, 'like': 'x'"),
		CELL(", 'why': 'w', 'ms': 3.5, 'hops': [], 'counters': {}"), /* another order */
		CELL(", 'verdict': {'fate': 'dropped', 'at': 'dst', 'reason': 'tcp-csum', 'last_hop': 'dst.a0:in', "
		     "'aggregation': {'a.b:in': 8.0, 'c.d:out': 'merged', 'e.f:in': 1}, 'bad_checksums': [], "
		     "'oversize': ['r1.b0:out']}"),
		CELL(", 'expected': {'fate': 'delivered', 'bad_checksums': 'any', 'oversize': ['x'], "
		     "'srh': {'r1.b0': 'none', 'r2.b0': 2}, 'aggregation': {'dst.a0': '>=2'}}"),
		CELL(", 'journey': {'packet': 'the SYN', 'steps': [{'hop': 'a.b:out', 'time_us': 0.5, 'source': 's', "
		     "'segments_left': null, 'sequence': -1, 'checksum': 'bad', 'oversize': true, 'merged': 2}], "
		     "'end': {'node': 'dst', 'how': 'lost', 'reason': null, 'drop': {'reason': 'X', 'function': "
		     "null}}}"),
		CELL(", 'hops': [{'node': 'a', 'direction': 'in', 'segments_left': [0, 'none'], 'checksum': "
		     "{'valid': 3, 'partial': 0, 'bad': 1}}, {}], 'counters': {'dst': {'TcpInCsumErrors': 3}, 'b': "
		     "{}}, "
		     "'offloads': {'dst.a0': {'rx': 'on'}}, 'models': {}, 'sender': null, 'receiver': {'sent': 3, "
		     "'error': null}, 'complaints': ['x'], 'drops': [{'node': 'a', 'count': 2}], 'drops_lost': 0"),
		CELL(", 'journeys': [{'packet': 'SYN', 'packets': 1, 'way': 'forward', 'time_us': 0.0, 'steps': [], "
		     "'end': "
		     "{'node': 'a'}}, {'elided': 60, 'ends': {'received': 60}}], 'console': ['a', 'b']"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cells); i++) {
		owned_text text = text_format("{'hopcheck': '1', 'kernel': {'release': '6.1', 'machine': null, "
		                              "'nics': {}, 'features': {'seg6': true}, 'stages': {'build': 1.5, "
		                              "'labs': 3}}, 'topologies': {'t': {'nodes': [{'name': 'a', 'sids': "
		                              "{'x': 'End'}, 'service': null}], 'links': [{'ends': ['a.b', 'c.d'], "
		                              "'mtu': 1500}]}}, 'cells': [%s], 'partial': true, 'unrun': 3}",
		                              cells[i]);
		json_t *run = parse(text);
		comes_back(run);
		json_decref(run);
	}
}

static void unknown_members_are_left_out(void **state)
{
	owned(pool) pool = pool_new();
	struct error err = { 0 };
	struct run run = { 0 };
	json_t *json = parse("{'cells': [" CELL(", 'later': [{'x': 1}], 'why': 'w'") "], 'more': 1}");

	(void)state;
	assert_int_equal(read_run(&run, pool, json, &err), 0);
	json_decref(json);
	json = members_json(&run_members, &run);
	json_t *wanted = parse("{'cells': [" CELL(", 'why': 'w'") "]}");
	assert_true(json_equal(json, wanted));
	json_decref(json);
	json_decref(wanted);
}

static void malformed(void **state)
{
	static const struct {
		const char *run, *message;
	} rows[] = {
		{ "[]", "expected an object, got an array" },
		{ "{}", "no `cells`" },
		{ "{'cells': {}}", "cells: expected an array, got an object" },
		{ "{'cells': [3]}", "cells: 0: expected an object, got an integer" },
		{ "{'cells': [{'outcome': 'PASS'}]}", "cells: 0: no `case`" },
		{ "{'cells': [{'case': 'a', 'outcome': 'GOOD'}]}",
		  "cells: 0: outcome: unknown word 'GOOD'; expected PASS" },
		{ "{'cells': [" CELL(", 'hops': [{}, {'packets': 'x'}]") "]}",
		  "cells: 0: hops: 1: packets: expected an integer, got a string" },
		{ "{'cells': [" CELL(", 'hops': null") "]}", "cells: 0: hops: expected an array, got null" },
		{ "{'cells': [" CELL(", 'counters': {'dst': {'x': 2.5}}") "]}",
		  "cells: 0: counters: dst: x: expected an integer, got a number" },
		{ "{'cells': [" CELL(", 'drops_lost': 10000000000000000") "]}",
		  "drops_lost: the number is out of range" },
		{ "{'cells': [" CELL(", 'verdict': {'fate': 'fine'}") "]}", "verdict: fate: unknown word 'fine'" },
		{ "{'cells': [" CELL(", 'expected': {'bad_checksums': 'all'}") "]}",
		  "bad_checksums: expected an array, got a string" },
		{ "{'cells': [" CELL(", 'counters': {'a\\n': 1}") "]}", "counters: a : expected an object" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned(pool) pool = pool_new();
		struct error err = { 0 };
		struct run run = { 0 };
		json_t *json = parse(rows[i].run);
		assert_int_equal(read_run(&run, pool, json, &err), -1);
		assert_int_equal(err.count, 1);
		if (!strstr(err.text, rows[i].message))
			fail_msg("'%s' is not in: %s", rows[i].message, err.text);
		json_decref(json);
	}
}

static void alike_is_held_once(void **state)
{
	owned(pool) pool = pool_new();
	struct error err = { 0 };
	struct run run = { 0 };
	json_t *json = parse("{'cells': [" CELL(", 'hops': [{'node': 'a', 'packets': 3}], 'ms': 1.5") ", " CELL(
	        ", 'hops': [{'node': 'a', 'packets': 3}], 'ms': 2.5") ", " CELL(", 'hops': [{'node': 'a', 'packets': "
	                                                                        "4}]") "]}");

	(void)state;
	assert_int_equal(read_run(&run, pool, json, &err), 0);
	json_decref(json);
	struct result *const *cells = run.cells.at;
	assert_ptr_equal(cells[0]->evidence, cells[1]->evidence);
	assert_ptr_not_equal(cells[0]->evidence, cells[2]->evidence);
	assert_ptr_equal(cells[0]->axes.at, cells[2]->axes.at);
	assert_ptr_equal(cells[0]->name, cells[2]->name);
	assert_ptr_not_equal(cells[0], cells[1]);
}

static void changes_are_written(void **state)
{
	owned(pool) pool = pool_new();
	struct error err = { 0 };
	struct run run = { 0 };
	json_t *json = parse("{'cells': [" CELL(", 'warning': {'log': 'x'}, 'why': 'w'") "]}");

	(void)state;
	assert_int_equal(read_run(&run, pool, json, &err), 0);
	json_decref(json);
	struct result *cell = run.cells.at[0];
	cell->outcome = OUTCOME_KNOWN;
	GIVE(pool, result_members, cell, outcome);
	cell->known = cell->warning;
	GIVE(pool, result_members, cell, known);
	DROP(pool, result_members, cell, warning);
	json = members_json(&result_members, cell);
	owned_text text = json_dumps(json, 0);
	assert_string_equal(text, "{\"case\": \"a\", \"axes\": {\"mode\": \"inline\"}, \"outcome\": \"KNOWN\", "
	                          "\"why\": \"w\", \"known\": {\"log\": \"x\"}}");
	json_decref(json);
}

static void shown_is_harmless(void **state)
{
	owned(pool) pool = pool_new();
	struct error err = { 0 };
	struct run run = { 0 };
	json_t *json = parse("{'kernel': {'missing': {'a\\u0007': 'x\\ny', 'a\\u0006': 'z'}}, 'cells': ["
	                     "{'case': 'a\\u001b', 'outcome': 'PASS', 'hops': [{'node': '\\u202e'}]}]}");

	(void)state;
	assert_int_equal(read_run(&run, pool, json, &err), 0);
	json_decref(json);
	struct run shown = run;
	members_disarm(pool, &run_members, &shown);
	json = members_json(&run_members, &shown);
	owned_text text = json_dumps(json, 0);
	assert_string_equal(text, "{\"kernel\": {\"missing\": {\"a?\": \"x y\", \"a??\": \"z\"}}, \"cells\": ["
	                          "{\"case\": \"a?\", \"outcome\": \"PASS\", \"hops\": [{\"node\": \"?\"}]}]}");
	assert_string_equal(run.cells.at[0]->name, "a\x1b");
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reference_comes_back),
		cmocka_unit_test(parts_come_back),
		cmocka_unit_test(unknown_members_are_left_out),
		cmocka_unit_test(malformed),
		cmocka_unit_test(alike_is_held_once),
		cmocka_unit_test(changes_are_written),
		cmocka_unit_test(shown_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
