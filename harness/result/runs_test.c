/* Results files in both forms, topologies in them, and what an exit code makes of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../tests/results.h"

#define CELL "{'case': 'a', 'axes': {'mode': 'inline', 'n': '1'}, 'outcome': 'PASS'}"

static int read_text(struct results *results, const char *text, struct error *err)
{
	char path[] = "/tmp/runs_test.XXXXXX";
	int fd = mkstemp(path), read;

	assert_true(fd >= 0);
	for (; *text; text++)
		assert_int_equal(write(fd, *text == '\'' ? "\"" : text, 1), 1);
	close(fd);
	read = results_read(results, path, err);
	unlink(path);
	return read;
}

static void both_forms(void **state)
{
	struct results runs = { .pool = test_pool() };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(read_text(&runs, "{'kernel': {'release': '6.18.44'}, 'cells': [" CELL "]}", &err), 0);
	assert_int_equal(read_text(&runs,
	                           "{'kernels': [{'kernel': {'release': '5.10.1', 'label': '5.10'}, 'cells': [" CELL
	                           "]}, {'cells': []}]}",
	                           &err),
	                 0);
	assert_int_equal(runs.count, 3);
	assert_string_equal(run_label(runs.runs[0]), "6.18.44");
	assert_string_equal(run_label(runs.runs[1]), "5.10");
	assert_string_equal(run_label(runs.runs[2]), "unknown kernel");
	assert_int_equal(results_exit_code(&runs, &(struct exit_rules){ .style = EXIT_STYLE_HOPCHECK }), 0);
	owned_text axes = axes_text(runs.runs[0]->cells.at[0]);
	assert_string_equal(axes, "mode=inline n=1");
}

static void bad_files(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "{'cells': [", ":1:11: " },
		{ "[]", "no array `cells`; is this a file written by `run --json`?" },
		{ "{'kernels': {}}", "`kernels` is not an array" },
		{ "{'kernels': [{'cells': []}, {}]}", ": kernels: 1: no array `cells`" },
		{ "{'cells': [" CELL ", {'outcome': 'PASS'}]}", "cells: 1: no `case`" },
		{ "{'cells': [{'case': 'a', 'outcome': 'PASSED'}]}",
		  "cells: 0: outcome: unknown word 'PASSED'; expected PASS" },
	};
	struct results runs = { .pool = test_pool() };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = { 0 };
		assert_int_equal(read_text(&runs, rows[i].text, &err), -1);
		assert_int_equal(err.count, 1);
		assert_non_null(strstr(err.text, rows[i].message));
	}
	struct error err = { 0 };
	assert_int_equal(results_read(&runs, "/nowhere/at.json", &err), -1);
	assert_non_null(strstr(err.text, "/nowhere/at.json"));
}

static void exit_styles(void **state)
{
	static const struct {
		const char *outcomes[3];
		int hopcheck, ksft;
	} rows[] = {
		{ { NULL }, 4, 4 },           { { "PASS", "KNOWN", "FIXED" }, 0, 0 }, { { "SKIP", "SKIP" }, 4, 4 },
		{ { "SKIP", "PASS" }, 0, 0 }, { { "PASS", "FAIL", "BROKEN" }, 1, 1 }, { { "BROKEN", "SKIP" }, 3, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct run empty = { 0 }, run = { 0 }, *both[] = { &empty, &run };
		struct results runs = { .runs = both, .count = 2 };
		struct result cells[3] = { 0 }, *list[3];
		run.cells.at = list;
		for (size_t o = 0; o < 3 && rows[i].outcomes[o]; o++) {
			assert_true(word_value(outcome_words, rows[i].outcomes[o], &cells[o].outcome));
			list[run.cells.count++] = &cells[o];
		}
		assert_int_equal(cells_exit_code(&run.cells, &(struct exit_rules){ .style = EXIT_STYLE_HOPCHECK }),
		                 rows[i].hopcheck);
		assert_int_equal(cells_exit_code(&run.cells, &(struct exit_rules){ .style = EXIT_STYLE_KSFT }),
		                 rows[i].ksft);
		assert_int_equal(results_exit_code(&runs, &(struct exit_rules){ .style = EXIT_STYLE_KSFT }),
		                 rows[i].ksft);
		run.partial = true;
		assert_int_equal(results_exit_code(&runs, &(struct exit_rules){ .style = EXIT_STYLE_KSFT }), 1);
	}
}

/* Strictly, a FIXED and a SKIP count as a FAIL, unless the SKIP is accepted by the name of its case or its own. */
static void strict_rules(void **state)
{
	static const struct label axes[] = { { "mode", "inline" }, { "gro", "on" } };
	static const struct {
		const char *outcome, *accepted;
		int code;
	} rows[] = {
		{ "PASS", NULL, 0 },
		{ "KNOWN", NULL, 0 },
		{ "FIXED", NULL, 1 },
		{ "FIXED", "*", 1 },
		{ "SKIP", NULL, 1 },
		{ "SKIP", "nic-*", 0 },
		{ "SKIP", "nic-tx mode=inline *", 0 },
		{ "SKIP", "nic-tx mode=encap *", 1 },
		{ "SKIP", "nic", 1 },
		{ "BROKEN", NULL, 3 },
	};
	struct result passed = { .name = "other", .outcome = OUTCOME_PASS };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct result cell = { .name = "nic-tx", .axes = { axes, COUNT(axes) } }, *list[] = { &passed, &cell };
		const char *accepted[] = { "none", rows[i].accepted };
		struct cells cells = { list, 2 };
		struct exit_rules rules = { .strict = true,
			                    .accepted = accepted,
			                    .accepted_count = rows[i].accepted ? 2 : 1 };
		assert_true(word_value(outcome_words, rows[i].outcome, &cell.outcome));
		assert_int_equal(cells_exit_code(&cells, &rules), rows[i].code);
		rules.strict = false;
		assert_int_equal(cells_exit_code(&cells, &rules), cell.outcome == OUTCOME_BROKEN ? 3 : 0);
	}
}

static void topology(void **state)
{
	static const char text[] =
	        "topology: two\n"
	        "nodes:\n"
	        "  a: {addresses: [\"fc00:5::1\"]}\n"
	        "  b: {sids: {\"fc00:1::1\": End, \"fc00:1::2\": {behaviour: End.DT6, table: main}}}\n"
	        "  c: {sids: {\"fc00:2::1\": End}, service: packet}\n"
	        "links:\n"
	        "  - {ends: [a.x0, b.y0], mtu: 1400}\n"
	        "  - {ends: [b.z0, c.w0]}\n";
	static const char wanted[] =
	        "{\"two\": {\"nodes\": [{\"name\": \"a\", \"addresses\": [\"fc00:5::1\"], \"sids\": {}, \"service\": "
	        "null}, "
	        "{\"name\": \"b\", \"addresses\": [], \"sids\": {\"fc00:1::1\": \"End\", \"fc00:1::2\": \"End.DT6\"}, "
	        "\"service\": null}, "
	        "{\"name\": \"c\", \"addresses\": [], \"sids\": {\"fc00:2::1\": \"End\"}, \"service\": \"packet\"}], "
	        "\"links\": [{\"ends\": [\"a.x0\", \"b.y0\"], \"kind\": \"veth\", \"mtu\": 1400}, "
	        "{\"ends\": [\"b.z0\", \"c.w0\"], \"kind\": \"veth\", \"mtu\": 1500}]}}";
	struct error err = { 0 };
	owned(topology) two = NULL;
	struct run *run = run_new(test_pool(), 0);

	(void)state;
	if (topology_parse(&two, "two.yaml", (struct bytes){ (const uint8_t *)text, strlen(text) }, &err) < 0)
		fail_msg("%s", err.text);
	run_add_topology(test_pool(), run, two);
	run_add_topology(test_pool(), run, two); /* one of a name is enough */
	json_t *topologies = member_json(&run_members, run, "topologies");
	owned_text got = json_dumps(topologies, 0);
	assert_string_equal(got, wanted);
	json_decref(topologies);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_forms),   cmocka_unit_test(bad_files), cmocka_unit_test(exit_styles),
		cmocka_unit_test(strict_rules), cmocka_unit_test(topology),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
