/* Results of many kernels: merged, compared, shown. */
#include "../../tests/results.h"
#include "view.h"

static json_t *cell(const char *name, const char *mode, const char *outcome, const char *fate)
{
	return json_pack("{s:s, s:{s:s}, s:s, s:{s:s, s:s, s:s}, s:s, s:s}", "case", name, "axes", "mode", mode,
	                 "outcome", outcome, "verdict", "fate", fate, "at", "dst", "reason", "tcp-csum", "why",
	                 "because.", "command", "hopcheck run");
}

static json_t *run_of(const char *label, const char *release, const char *version, json_t *cells)
{
	return json_pack("{s:{s:s, s:s, s:s, s:f}, s:o}", "kernel", "label", label, "release", release, "version",
	                 version, "seconds", 10.0, "cells", cells);
}

/* What a reporter writes, as text; caller frees. */
static char *written(const json_t *runs, enum matrix_form form, bool unfolded)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	struct results results = read_runs(runs);
	report_matrix(out, (struct report_style){ .width = 80 }, form, &results, unfolded);
	fclose(out);
	return text;
}

static json_t *two_kernels(void)
{
	json_t *runs = json_array();

	json_array_append_new(runs, run_of("6.12", "6.12.1", "6.12.1",
	                                   json_pack("[o,o]", cell("a", "inline", "FAIL", "dropped"),
	                                             cell("a", "encap", "PASS", "delivered"))));
	json_array_append_new(runs, run_of("6.1", "6.1.0-5-amd64", "6.1.192",
	                                   json_pack("[o,o]", cell("a", "inline", "PASS", "delivered"),
	                                             cell("a", "encap", "PASS", "delivered"))));
	return runs;
}

/* Merged, as runs of a document. */
static struct results merge(const json_t *runs)
{
	struct results results = read_runs(runs);

	return results_merge(&results);
}

static json_t *merged_json(const json_t *runs)
{
	struct results merged = merge(runs);
	json_t *json = json_array();

	for (size_t i = 0; i < merged.count; i++)
		json_array_append_new(json, members_json(&run_members, merged.runs[i]));
	return json;
}

static void merge_sorts(void **state)
{
	json_t *runs = two_kernels(), *merged = merged_json(runs);

	(void)state;
	assert_int_equal(json_array_size(merged), 2);
	assert_string_equal(merge(runs).runs[0]->kernel->label, "6.1");
	assert_string_equal(merge(runs).runs[1]->kernel->label, "6.12");
	json_decref(merged);
	json_decref(runs);
}

/* The times of guests that ran side by side are added up, and the table says so. */
static void times_are_sums(void **state)
{
	json_t *runs = two_kernels();

	(void)state;
	owned_text text = written(runs, MATRIX_TERMINAL, false);
	assert_non_null(strstr(text, "in 10 s of guests'"));
	json_decref(runs);
}

static void merge_joins_shards(void **state)
{
	json_t *runs = json_array();

	(void)state;
	json_array_append_new(
	        runs, run_of("6.1", "6.1.5", "6.1.5", json_pack("[o]", cell("a", "inline", "PASS", "delivered"))));
	json_array_append_new(runs,
	                      run_of("6.1", "6.1.5", "6.1.5", json_pack("[o]", cell("a", "encap", "FAIL", "dropped"))));
	json_t *merged = merged_json(runs);
	assert_int_equal(json_array_size(merged), 1);
	const json_t *one = json_array_get(merged, 0);
	assert_int_equal(json_array_size(json_object_get(one, "cells")), 2);
	assert_true(json_number_value(json_object_get(json_object_get(one, "kernel"), "seconds")) == 20.0);
	/* What was merged is left as it was. */
	assert_int_equal(json_array_size(json_object_get(json_array_get(runs, 0), "cells")), 1);
	json_decref(merged);
	json_decref(runs);
}

/* The same cells of the same kernel, as two machines ran them: two columns. Another kernel of the same label: too. */
static void merge_keeps_doubles_apart(void **state)
{
	static const char *const versions[] = { "6.1.5", "6.1.5", "6.1.6" };
	json_t *runs = json_array();

	(void)state;
	for (size_t i = 0; i < COUNT(versions); i++)
		json_array_append_new(runs,
		                      run_of("6.1", versions[i], versions[i],
		                             json_pack("[o]", cell("a", "inline", i ? "FAIL" : "PASS", "delivered"))));
	json_t *merged = merged_json(runs);
	assert_int_equal(json_array_size(merged), 3);
	assert_string_equal(merge(runs).runs[0]->kernel->label, "6.1");
	assert_string_equal(merge(runs).runs[1]->kernel->label, "6.1 (2)");
	assert_string_equal(merge(runs).runs[2]->kernel->label, "6.1 (3)");
	struct results all = merge(runs);
	assert_int_equal(results_exit_code(&all, &(struct exit_rules){ .style = EXIT_STYLE_HOPCHECK }), 1);
	json_decref(merged);
	json_decref(runs);
}

static void changes_are_named(void **state)
{
	json_t *runs = two_kernels(), *merged = merged_json(runs);

	(void)state;
	owned_text text = written(merged, MATRIX_TERMINAL, false);
	assert_non_null(strstr(
	        text,
	        "From 6.1 to 6.12\n  PASS delivered at dst for tcp-csum -> FAIL dropped at dst for tcp-csum: 1 cell"));
	assert_non_null(strstr(text, "\na       2  1 1F\n"));
	owned_text cells = written(merged, MATRIX_TERMINAL, true);
	assert_non_null(strstr(cells, "\na mode=inline  PASS  FAIL\n"));
	assert_non_null(strstr(cells, "\n    a mode=inline\n"));
	owned_text markdown = written(merged, MATRIX_MARKDOWN, false);
	assert_non_null(strstr(markdown, "| case | 6.1 | 6.12 |\n|---|--:|--:|\n| a    |   2 | 1 1F |\n"));
	json_decref(merged);
	json_decref(runs);
}

/* More kernels than fit: more tables, each within the width. */
static void many_kernels(void **state)
{
	json_t *runs = json_array();
	char *rest = NULL;

	(void)state;
	for (int i = 1; i <= 30; i++) {
		owned_text release = text_format("6.%d.%d-amd64", i, i);
		json_array_append_new(runs, run_of(release, release, release,
		                                   json_pack("[o]", cell("a-case", "inline", "PASS", "delivered"))));
	}
	json_t *merged = merged_json(runs);
	owned_text text = written(merged, MATRIX_TERMINAL, false);
	assert_non_null(strstr(text, "No verdict changes from kernel to kernel."));
	unsigned heads = 0;
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		assert_true(strlen(line) <= 80);
		heads += strncmp(line, "case ", 5) == 0;
	}
	assert_true(heads > 3);
	json_decref(merged);
	json_decref(runs);
}

static void write_brief(FILE *out, const json_t *runs)
{
	struct results results = read_runs(runs);
	struct error err = { 0 };

	assert_int_equal(brief_writer(out, &(struct matrix_document){ "hopcheck matrix", &results, false }, &err), 0);
}

static struct against compared(const json_t *now, const json_t *then, enum missing_scope scope, char **text)
{
	size_t size = 0;
	FILE *out = open_memstream(text, &size);
	struct results results = read_runs(now), earlier = read_runs(then);
	struct against against = report_against(out, (struct report_style){ .width = 80 }, &results, &earlier, scope);

	fclose(out);
	return against;
}

static size_t against(const json_t *now, const json_t *then, char **text)
{
	struct against against = compared(now, then, MISSING_ALL, text);

	assert_int_equal(against.skipped + against.missing, 0);
	assert_null(strstr(*text, "HIDDEN"));
	return against.changed;
}

/* A cell with a verdict that is SKIP later, or not there, is told and counted; one that was asked for by nobody is not.
 */
static void nothing_hides(void **state)
{
	json_t *then = two_kernels(), *now = two_kernels(), *run = json_array_get(now, 0);
	json_t *cells = json_object_get(run, "cells");
	struct against against;
	char *text = NULL;

	(void)state;
	json_object_set_new(json_array_get(cells, 0), "outcome", json_string("SKIP"));
	against = compared(now, then, MISSING_ALL, &text);
	assert_int_equal(against.skipped, 1);
	assert_int_equal(against.missing, 0);
	assert_non_null(strstr(text, "1 is SKIP now and 0 are missing: this counts as a FAIL\n"));
	free(text);
	against = compared(then, now, MISSING_ALL, &text); /* SKIP then, a verdict now */
	assert_int_equal(against.skipped + against.missing, 0);
	free(text);
	json_array_remove(cells, 0);
	against = compared(now, then, MISSING_ALL, &text);
	assert_int_equal(against.skipped, 0);
	assert_int_equal(against.missing, 1);
	assert_non_null(strstr(text, "missing, with a verdict in the earlier results: 1 cell of "));
	free(text);
	assert_int_equal(compared(now, then, MISSING_NONE, &text).missing, 0);
	free(text);
	json_array_clear(cells);
	assert_int_equal(compared(now, then, MISSING_OF_CASES, &text).missing, 0); /* no cell of its case is there */
	free(text);
	assert_true(compared(now, then, MISSING_ALL, &text).missing > 0);
	free(text);
	json_object_set_new(run, "partial", json_true());
	assert_int_equal(compared(now, then, MISSING_ALL, &text).missing, 0);
	free(text);
	json_decref(then);
	json_decref(now);
}

static void earlier_results(void **state)
{
	json_t *then = two_kernels(), *now = two_kernels();
	char *text = NULL;

	(void)state;
	assert_int_equal(against(now, then, &text), 0);
	assert_non_null(strstr(text, "No verdict differs"));
	free(text);
	/* A brief document tells the same. */
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	write_brief(out, then);
	fclose(out);
	assert_true(strncmp(text, "{\"command\": \"hopcheck matrix\",\n", 31) == 0);
	json_t *brief = json_loads(text, 0, NULL);
	free(text);
	assert_int_equal(against(now, json_object_get(brief, "kernels"), &text), 0);
	free(text);
	json_t *first = json_array_get(json_object_get(json_array_get(now, 0), "cells"), 0);
	json_object_set_new(first, "outcome", json_string("KNOWN"));
	assert_int_equal(against(now, json_object_get(brief, "kernels"), &text), 1);
	assert_non_null(strstr(text, "a mode=inline"));
	free(text);
	json_decref(brief);
	json_decref(then);
	json_decref(now);
}

/* A delivered cell of a NIC, as results of this version have it. */
static json_t *nic_cell(const char *model, const char *outcome, double aggregation, const char *bad)
{
	json_t *one = cell("nic", model, outcome, "delivered"), *verdict = json_object_get(one, "verdict");

	json_object_del(verdict, "at");
	json_object_del(verdict, "reason");
	json_object_set_new(verdict, "aggregation",
	                    json_pack("{s:f, s:f}", "src.b0:out", 1.0, "dst.a0:in", aggregation));
	json_object_set_new(verdict, "bad_checksums", bad ? json_pack("[s]", bad) : json_array());
	return one;
}

/* Segments that a NIC cut, and its wrong sums, are two verdicts: as changes, and as FAILs. */
static void merging_and_checksums_count(void **state)
{
	json_t *runs = json_array();

	(void)state;
	json_array_append_new(runs, run_of("6.1", "6.1.1", "6.1.1",
	                                   json_pack("[o,o,o]", nic_cell("e1000e", "FAIL", 0.13, NULL),
	                                             nic_cell("igb", "FAIL", 1, "dst.a0:in"),
	                                             nic_cell("other", "FAIL", 0.15, NULL))));
	json_array_append_new(
	        runs, run_of("6.2", "6.2.1", "6.2.1",
	                     json_pack("[o,o,o]", nic_cell("e1000e", "FAIL", 1, NULL), nic_cell("igb", "FAIL", 1, NULL),
	                               nic_cell("other", "FAIL", 0.17, NULL))));
	owned_text text = written(runs, MATRIX_TERMINAL, true);
	assert_non_null(strstr(text, "  FAIL delivered, dst.a0:in split -> FAIL delivered, dst.a0:in none: 1 cell of\n"
	                             "    nic (1)\n    nic mode=e1000e\n"));
	assert_non_null(strstr(text, "  FAIL delivered, bad checksums at dst.a0:in -> FAIL delivered, no bad"));
	assert_non_null(strstr(text, "    nic mode=igb\n"));
	assert_null(strstr(text, "    nic mode=other"));
	assert_non_null(strstr(text, "3 cells of nic on 6.1, 6.2: as nic mode=e1000e")); /* all that are split */
	assert_non_null(strstr(text, "1 cell of nic on 6.1: as nic mode=igb"));
	json_decref(runs);
}

/* Why a cell was not run and what a deviation is stay; sentences about evidence go. */
static void brief_results_keep_reasons(void **state)
{
	json_t *runs = json_array(), *cells = json_array(), *one;
	char *text = NULL;
	size_t size = 0;

	(void)state;
	json_array_append_new(cells, json_pack("{s:s, s:{}, s:s, s:s}", "case", "a", "axes", "outcome", "SKIP", "why",
	                                       "it lacks this"));
	json_array_append_new(cells, json_pack("{s:s, s:{}, s:s, s:s, s:{s:s, s:s, s:{s:s}}}", "case", "b", "axes",
	                                       "outcome", "KNOWN", "why", "10 packets", "known", "because", "a bug",
	                                       "workaround", "none", "verdict", "fate", "dropped"));
	json_array_append_new(runs, run_of("6.1", "6.1.1", "6.1.1", cells));
	FILE *out = open_memstream(&text, &size);
	write_brief(out, runs);
	fclose(out);
	json_t *brief = json_loads(text, 0, NULL);
	free(text);
	cells = json_object_get(json_array_get(json_object_get(brief, "kernels"), 0), "cells");
	one = json_array_get(cells, 0);
	assert_string_equal(json_string_value(json_object_get(one, "why")), "it lacks this");
	one = json_array_get(cells, 1);
	assert_null(json_object_get(one, "why"));
	json_t *known = json_pack("{s:s, s:s}", "because", "a bug", "workaround", "none");
	assert_true(json_equal(json_object_get(one, "known"), known));
	json_decref(known);
	json_decref(brief);
	json_decref(runs);
}

/* What a brief document keeps is enough to find the same; what an earlier version kept says nothing of it. */
static void brief_results_compare_alike(void **state)
{
	json_t *now = json_array(), *then = json_array();
	char *text = NULL;
	size_t size = 0;

	(void)state;
	json_array_append_new(
	        then, run_of("6.1", "6.1.1", "6.1.1",
	                     json_pack("[o,o]", nic_cell("a", "PASS", 1, NULL), nic_cell("b", "PASS", 12.5, NULL))));
	json_array_append_new(now, run_of("6.1", "6.1.1", "6.1.1",
	                                  json_pack("[o,o]", nic_cell("a", "PASS", 1, "dst.a0:in"),
	                                            nic_cell("b", "PASS", 13.5, NULL))));
	FILE *out = open_memstream(&text, &size);
	write_brief(out, then);
	fclose(out);
	json_t *brief = json_loads(text, 0, NULL);
	free(text);
	assert_int_equal(against(now, json_object_get(brief, "kernels"), &text), 1);
	assert_non_null(strstr(text, "PASS delivered, no bad checksums -> PASS delivered, bad checksums at\n"));
	free(text);
	json_t *cells = json_object_get(json_array_get(json_object_get(brief, "kernels"), 0), "cells"), *one;
	size_t i;
	json_array_foreach (cells, i, one) {
		json_object_del(json_object_get(one, "verdict"), "aggregation");
		json_object_del(json_object_get(one, "verdict"), "bad_checksums");
	}
	assert_int_equal(against(now, json_object_get(brief, "kernels"), &text), 0);
	free(text);
	json_decref(brief);
	json_decref(then);
	json_decref(now);
}

static bool differ(const json_t *a, const json_t *b)
{
	return verdicts_differ(test_pool(), read_result(a), read_result(b));
}

/* Full results of an earlier version have the sums at each hop only. */
static void checksums_of_hops(void **state)
{
	json_t *earlier = nic_cell("a", "PASS", 1, NULL), *now = nic_cell("a", "PASS", 1, "dst.a0:in");

	(void)state;
	json_object_del(json_object_get(earlier, "verdict"), "bad_checksums");
	assert_false(differ(earlier, now));
	json_object_set_new(earlier, "hops",
	                    json_pack("[{s:s, s:s, s:s, s:{s:i}}]", "node", "dst", "interface", "a0", "direction", "in",
	                              "checksum", "bad", 0));
	assert_true(differ(earlier, now));
	json_object_set_new(json_object_get(json_array_get(json_object_get(earlier, "hops"), 0), "checksum"), "bad",
	                    json_integer(48));
	assert_false(differ(earlier, now));
	json_decref(earlier);
	json_decref(now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merge_sorts),
		cmocka_unit_test(merge_joins_shards),
		cmocka_unit_test(times_are_sums),
		cmocka_unit_test(merge_keeps_doubles_apart),
		cmocka_unit_test(changes_are_named),
		cmocka_unit_test(many_kernels),
		cmocka_unit_test(earlier_results),
		cmocka_unit_test(nothing_hides),
		cmocka_unit_test(merging_and_checksums_count),
		cmocka_unit_test(brief_results_keep_reasons),
		cmocka_unit_test(brief_results_compare_alike),
		cmocka_unit_test(checksums_of_hops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
