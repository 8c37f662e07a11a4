/* What a sweep varies: rows that can be planned, as texts and as case files; its finds, and its state. */
#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "sweeping.h"

/* after ours: it has a macro called fail */
#include <cmocka.h>
#undef fail

static const char topology_text[] =
        "topology: t\n"
        "nodes:\n"
        "  src: {addresses: [\"fc00:5::1\"]}\n"
        "  r1: {sids: {\"fc00:1::100\": End, \"fc00:1::6\": {behaviour: End.DT6, table: main}}}\n"
        "  dst: {addresses: [\"fc00:d::1\", \"fc00:d::2\"]}\n"
        "links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, dst.a0], kind: wire}]\n";

static struct bytes bytes_of(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

static const struct topology *find(void *context, const char *name)
{
	(void)name;
	return context;
}

static struct topology *topology_made(void)
{
	struct topology *topology = NULL;
	struct error err = { 0 };

	if (topology_parse(&topology, "t.yaml", bytes_of(topology_text), &err) < 0)
		print_error("%s", err.text);
	assert_non_null(topology);
	return topology;
}

static struct sweep sweep_made(const struct topology *topology)
{
	struct sweep sweep;
	struct error err = { 0 };

	if (sweep_make(&sweep, topology, &err) < 0)
		print_error("%s", err.text);
	assert_int_equal(err.count, 0);
	return sweep;
}

/* Every row of an array can be read, and planned: no value is there that does not go with the others. */
static void rows_can_be_planned(void **state)
{
	owned(topology) topology = topology_made();
	struct sweep sweep = sweep_made(topology);
	struct error err = { 0 };
	owned(cover) cover = cover_new(&sweep.cover, 2, 1, &err);
	unsigned *row = zalloc(sweep.count * sizeof *row);
	size_t rows = 0;

	(void)state;
	while (cover_next(cover, row)) {
		owned(testcase) testcase = NULL;
		owned_text sets = sweep_row_text(&sweep, row);
		owned_text text = sweep_case_text(topology, "c", &sets, 1, rows++);
		if (testcase_parse(&testcase, "c.yaml", bytes_of(text), find, topology, NULL, &err) < 0 ||
		    plan_check(testcase, topology, 0, &err) < 0)
			print_error("%s%s", text, err.text);
		assert_int_equal(err.count, 0);
	}
	assert_in_range(rows, 30, 200);
	free(row);
	sweep_clear(&sweep);
}

/* Of a case: no row has a cell that the case does not expect to be delivered, and each says what its cell does. */
static void rows_of_a_case(void **state)
{
	static const char text[] = "case: c\ntopology: t\nset: {\"*.*.gro\": off}\n"
	                           "traffic: {from: src, to: \"fc00:d::1\", segments.inline: [\"fc00:1::100\"], "
	                           "segments.encap: [\"fc00:1::6\"], "
	                           "bytes: 8k}\n"
	                           "axes: {tcp: [kernel, crafted], mode: [plain, inline, encap], hop_limit: [64, 1], "
	                           "src.b0.tso: [on, off]}\n"
	                           "expect: [{when: {hop_limit: 1}, fate: dropped}, {fate: delivered}]\n";
	owned(topology) topology = topology_made();
	owned(testcase) testcase = NULL;
	struct sweep sweep;
	struct error err = { 0 };

	(void)state;
	if (testcase_parse(&testcase, "c.yaml", bytes_of(text), find, topology, NULL, &err) < 0 ||
	    sweep_make_case(&sweep, testcase, topology, &err) < 0)
		print_error("%s", err.text);
	assert_int_equal(err.count, 0);
	assert_int_equal(sweep.right, 2 * 3 * 2);
	assert_non_null(sweep_factor(&sweep, "r1.a0.tso", NULL));
	assert_null(sweep_factor(&sweep, "r1.a0.gro", NULL)); /* the case sets it */
	owned(cover) cover = cover_new(&sweep.cover, 2, 1, &err);
	unsigned *row = zalloc(sweep.count * sizeof *row);
	while (cover_next(cover, row)) {
		owned(testcase) made = NULL;
		owned_text sets = sweep_row_text(&sweep, row);
		owned_text whole = sweep_case_text(topology, "c", &sets, 1, 0);
		if (testcase_parse(&made, "c.yaml", bytes_of(whole), find, topology, NULL, &err) < 0 ||
		    plan_check(made, topology, 0, &err) < 0)
			print_error("%s%s", whole, err.text);
		assert_int_equal(err.count, 0);
		assert_null(strstr(sets, "hop_limit: 1,"));
		assert_true(!strstr(sets, "mode: plain") == (strstr(sets, "segments") != NULL));
		assert_true(!strstr(sets, "crafted") == (strstr(sets, "bytes: 8192") != NULL));
	}
	free(row);
	sweep_clear(&sweep);
}

static bool has_value(const struct sweep *sweep, const char *factor, const char *word)
{
	const struct factor *found = sweep_factor(sweep, factor, NULL);

	for (size_t v = 0; found && v < found->count; v++)
		if (strcmp(found->values[v].word, word) == 0)
			return true;
	return false;
}

static void has_what_a_topology_has(void **state)
{
	static const char *const words[][2] = {
		{ "way", "src-dst" },      { "way", "src-dst:fc00:1::100" },
		{ "mode", "plain" },       { "mode", "inline" },
		{ "mode", "encap" },       { "mode", "encap.red" },
		{ "src.b0.tx", "off" },    { "dst.a0.gro", "on" },
		{ "r1.b0.model", "lro" },  { "mtu", "1400-at-src.b0" },
		{ "traffic", "real-64k" }, { "checksum", "partial" },
		{ "differ", "srh.tag" },   { "differ", "dscp" },
	};
	owned(topology) topology = topology_made();
	struct sweep sweep = sweep_made(topology), again = sweep_made(topology);

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		if (!has_value(&sweep, words[i][0], words[i][1]))
			print_error("no %s of %s\n", words[i][1], words[i][0]);
		assert_true(has_value(&sweep, words[i][0], words[i][1]));
	}
	assert_false(has_value(&sweep, "mode", "l2encap"));
	assert_true(sweep_digest(&sweep) == sweep_digest(&again));
	cover_space_ban(&again.cover, (struct cover_choice[]){ { 0, 0 } }, 1);
	assert_true(sweep_digest(&sweep) != sweep_digest(&again));
	sweep_clear(&sweep);
	sweep_clear(&again);
}

#define LIST(...)                                                                                                      \
	{                                                                                                              \
		(const char *const[]){ __VA_ARGS__ }, COUNT(((const char *const[]){ __VA_ARGS__ }))                    \
	}

static void finds_by_what_is_wrong(void **state)
{
	const struct result_evidence quiet = { 0 }, loud = { .complaints = LIST("r1: driver: no csum") };
	static const struct result_contradiction too_big[] = { { .what = "Ip6InTooBigErrors" } };
	const struct result_verdict right = { .fate = FATE_DELIVERED },
	                            lost = { .fate = FATE_DROPPED, .at = "r1", .reason = "no-route" },
	                            told = { .fate = FATE_DELIVERED, .contradicted_by = { too_big, 1 } };
	const struct result a = { .outcome = OUTCOME_FAIL, .verdict = &lost, .evidence = &quiet },
	                    b = { .outcome = OUTCOME_FAIL, .verdict = &right, .evidence = &loud },
	                    c = { .outcome = OUTCOME_FAIL, .verdict = &told, .evidence = &quiet },
	                    d = { .outcome = OUTCOME_PASS, .verdict = &right, .evidence = &quiet },
	                    e = { .outcome = OUTCOME_SKIP, .evidence = &quiet };
	owned_text wrong_a = wrong_text(&a, false);
	owned_text wrong_b = wrong_text(&b, false);
	owned_text wrong_c = wrong_text(&c, false);
	struct finds finds = { 0 };
	bool new;

	(void)state;
	assert_string_equal(wrong_a, "dropped: no-route");
	assert_string_equal(wrong_b, "delivered; complaint: driver: no csum");
	assert_string_equal(wrong_c, "delivered; against it: Ip6InTooBigErrors");
	assert_null(wrong_text(&c, true)); /* path MTU discovery */
	assert_null(wrong_text(&d, false));
	assert_null(wrong_text(&e, false));
	finds_add(&finds, wrong_a, 3, "from: src", "why", &new);
	assert_true(new);
	finds_add(&finds, wrong_b, 4, "from: src", "why", &new);
	assert_true(new);
	assert_int_equal(finds_add(&finds, wrong_a, 5, "from: dst", "why", &new)->rows, 2);
	assert_false(new);
	assert_int_equal(finds.count, 2);
	assert_int_equal(finds.at[0].first, 3);
	finds_clear(&finds);
}

/* A sweep that has run some rows, without running any. */
static void pretend(struct sweeping *sweeping, const struct topology *topology, uint64_t seed)
{
	struct error err = { 0 };

	*sweeping =
	        (struct sweeping){ .topology = topology, .strength = 2, .seed = seed, .sweep = sweep_made(topology) };
	sweeping->cover = cover_new(&sweeping->sweep.cover, 2, seed, &err);
	sweeping->marks = text_copy(".s");
	sweeping->rows = sweeping->first_rows = 2;
	assert_non_null(sweeping->cover);
}

static void goes_on_where_it_ended(void **state)
{
	owned(topology) topology = topology_made();
	struct sweeping first, second, other;
	json_t *document = json_object();
	struct error err = { 0 };
	unsigned *rows[4];
	bool new;

	(void)state;
	pretend(&first, topology, 1);
	for (size_t i = 0; i < COUNT(rows); i++) {
		rows[i] = zalloc(first.sweep.count * sizeof *rows[i]);
		assert_true(cover_next(first.cover, rows[i]));
	}
	cover_ran(first.cover, rows[0]);
	cover_ran(first.cover, rows[1]);
	free(first.marks);
	first.marks = text_copy(".s.wb");
	finds_add(&first.finds, "dropped: no-route", 3, "from: src", "why", &new);
	sweeping_save(document, &first);
	sweeping_save(document, &first); /* in its place */
	assert_int_equal(json_array_size(json_object_get(document, "sweeps")), 1);

	pretend(&second, topology, 1);
	assert_int_equal(sweeping_resume(&second, document, &err), 0);
	assert_int_equal(second.rows, 5);
	assert_int_equal(second.right, 2);
	assert_int_equal(second.wrong, 1);
	assert_int_equal(second.finds.count, 1);
	assert_memory_equal(second.finds.at[0].values, rows[1], second.sweep.count * sizeof *rows[1]);
	assert_int_equal(cover_counted_ran(second.cover).covered, cover_counted_ran(first.cover).covered);
	unsigned *next = zalloc(second.sweep.count * sizeof *next);
	assert_true(cover_next(second.cover, next));
	assert_memory_equal(next, rows[3], second.sweep.count * sizeof *next);
	free(next);

	pretend(&other, topology, 2);
	assert_int_equal(sweeping_resume(&other, document, &err), -1);
	assert_non_null(strstr(err.text, "another one"));
	for (size_t i = 0; i < COUNT(rows); i++)
		free(rows[i]);
	json_decref(document);
	sweeping_clear(&first);
	sweeping_clear(&second);
	sweeping_clear(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_can_be_planned),     cmocka_unit_test(rows_of_a_case),
		cmocka_unit_test(has_what_a_topology_has), cmocka_unit_test(finds_by_what_is_wrong),
		cmocka_unit_test(goes_on_where_it_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
