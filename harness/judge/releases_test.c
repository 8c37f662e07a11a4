/* Which rows of the shipped cases count on which release: what no machine of CI can run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "verdict.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

enum row { NO_ROW, WARNING_ONLY, DROPPED, DELIVERED };

static enum row known_row(const struct judgement *judgement)
{
	const struct expectation *known = judgement->known;

	if (!known)
		return NO_ROW;
	if (!known->has_fate)
		return known->log ? WARNING_ONLY : NO_ROW;
	return known->fate == FATE_DROPPED ? DROPPED : DELIVERED;
}

/* All axes in a cell's text, "mode=inline gro=on". */
static bool has_words(const char *text, const char *words)
{
	owned_text rest = text_copy(words);
	char *save = NULL;

	for (char *word = strtok_r(rest, " ", &save); word; word = strtok_r(NULL, " ", &save))
		if (!strstr(text, word))
			return false;
	return true;
}

/* How many cells with these words there are; each must have the row, and this expectation where one is given. */
static size_t look(const char *name, const char *words, const char *release, enum row row, const char *reason)
{
	owned_text path = text_format("cases/%s.yaml", name);
	owned(testcase) testcase = NULL;
	struct topology **topologies = NULL;
	struct deviations deviations = { 0 };
	struct error err = { 0 };
	size_t seen = 0;

	deviations_read(&deviations, "cases", &err);
	if (testcase_read(&testcase, &topologies, path, &deviations, &err) < 0)
		print_error("%s\n", err.text);
	assert_non_null(testcase);
	for (size_t cell = 0; cell < testcase_cells(testcase); cell++) {
		owned_text text = cell_text(testcase, cell);
		if (!has_words(text, words))
			continue;
		owned(plan) plan = NULL;
		owned(trace) trace = trace_new();
		assert_int_equal(plan_make(&plan, testcase, topologies[0], cell, release, &err), 0);
		trace->skip = text_copy("it is not run");
		owned(evidence) evidence = evidence_make(plan, trace);
		owned(journeys) journeys = journeys_follow(evidence);
		owned(judgement) judgement = judge(evidence, journeys, &(struct circumstances){ .release = release });
		if (known_row(judgement) != row)
			print_error("%s %s on %s\n", name, text, release);
		assert_int_equal(known_row(judgement), row);
		if (reason)
			assert_string_equal(row == NO_ROW ? judgement->expected->reason : judgement->known->reason,
			                    reason);
		seen++;
	}
	for (size_t i = 0; i < testcase->topology_count; i++)
		topology_free(topologies[i]);
	free(topologies);
	testcase_free(take(testcase));
	deviations_clear(&deviations);
	return seen;
}

/* The first failure of the source document: on 4.10 to 4.12 dropped, its workarounds without any deviation, and from
 * 4.13 on delivered. */
static void first_failure(void **state)
{
	static const struct {
		const char *release;
		enum row inlined, others;
	} rows[] = {
		{ "4.9.337", NO_ROW, NO_ROW },
		{ "4.10.17", DROPPED, WARNING_ONLY },
		{ "4.11.0", DROPPED, NO_ROW },
		{ "4.12.0", DROPPED, NO_ROW },
		{ "4.12.14-122.37-default", DROPPED, NO_ROW },
		{ "4.13.4", DELIVERED, NO_ROW },
		{ "4.14.5", DELIVERED, NO_ROW },
		{ "5.10.262", DELIVERED, NO_ROW },
		{ "6.18.44", DELIVERED, NO_ROW },
	};
	static const char *const cases[] = { "nic-final-host", "nic-router" };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t c = 0; c < COUNT(cases); c++) {
			const char *reason = rows[i].inlined == DROPPED ? "tcp-csum" : NULL;
			size_t models = look(cases[c], "mode=inline gro=on", rows[i].release, rows[i].inlined, reason);
			assert_int_equal(models, 8);
			assert_int_equal(look(cases[c], "mode=inline gro=off", rows[i].release, rows[i].others, NULL),
			                 8);
			assert_int_equal(look(cases[c], "mode=encap", rows[i].release, rows[i].others, NULL), 16);
			assert_int_equal(look(cases[c], "mode=plain", rows[i].release, NO_ROW, NULL), 16);
			assert_int_equal(look(cases[c], "mode=ip6ip6", rows[i].release, NO_ROW, NULL), 16);
		}
}

/* Where a NIC is asked to do what kernels up to 4.16 did themselves. */
static void other_bounds(void **state)
{
	(void)state;
	assert_int_equal(look("nic-driver", "tcp=kernel mode=inline model=next-header tx=on", "4.13.4", NO_ROW, NULL),
	                 1);
	assert_int_equal(
	        look("nic-driver", "tcp=kernel mode=inline model=next-header tx=on", "4.17.0", DROPPED, "tcp-csum"), 1);
	assert_int_equal(
	        look("nic-driver", "tcp=crafted mode=inline model=next-header tx=on", "4.12.0", DROPPED, "tcp-csum"),
	        1);
	assert_int_equal(look("mistakes", "mistake=own-sid-at-headend", "4.12.0", NO_ROW, "seg6-disabled"), 1);
	assert_int_equal(look("mistakes", "mistake=own-sid-at-headend", "4.14.5", NO_ROW, "own-destination"), 1);
	assert_int_equal(look("end-host", "last=encap-End.DT6", "4.14.5", DROPPED, NULL), 4);
	assert_int_equal(look("end-host", "last=encap-End.DT6", "5.10.0", NO_ROW, NULL), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(first_failure), cmocka_unit_test(other_bounds) };

	return cmocka_run_group_tests_name("judge: rows by release", tests, NULL, NULL);
}
