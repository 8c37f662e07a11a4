/* Results that cannot be a guest's answer to what it was asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "fleet_internal.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

static struct axis_value values[] = { { .label = (char *)"on" }, { .label = (char *)"off" } };
static struct axis axes[] = { { .name = (char *)"dst.a0.gro", .values = values, .value_count = 2 } };
static char *topologies[] = { (char *)"chain-1" };
static const struct testcase two = {
	.name = (char *)"two", .axes = axes, .axis_count = 1, .topologies = topologies, .topology_count = 1
};

/* A PASS of cell 1, with one member replaced. */
static json_t *result_with(const char *name, const char *value)
{
	owned(pool) pool = pool_new();
	json_t *result = result_json(result_without_trace(pool, &two, 1, OUTCOME_PASS, ""));

	json_object_set_new(result, "verdict",
	                    json_pack("{s:s, s:n, s:n, s:{}}", "fate", "delivered", "at", "reason", "aggregation"));
	if (name && !value)
		json_object_del(result, name);
	else if (name)
		json_object_set_new(result, name, json_loads(value, JSON_DECODE_ANY, NULL));
	return result;
}

static bool fits(const char *name, const char *value)
{
	json_t *result = result_with(name, value);
	struct error err = { 0 };
	owned(pool) pool = pool_new();
	bool taken = answer_result(pool, result, &two, 1, &err) != NULL;

	json_decref(result);
	assert_int_equal(!taken, err.count > 0);
	return taken;
}

static void what_fits(void **state)
{
	(void)state;
	assert_true(fits(NULL, NULL));
	assert_true(fits("outcome", "\"FAIL\""));
	assert_true(fits("why", "null"));
	assert_true(fits("hops", "[{\"packets\": 1}]"));
	assert_true(fits("something-new", "[1, {\"x\": 2}]"));
	assert_true(fits("verdict", "{\"fate\": \"dropped\", \"at\": \"dst\", \"reason\": \"tcp-csum\"}"));
}

/* A lab that the kernel refused, as it must, has no verdict; nor has one that it should not have refused. */
static void without_verdict(void **state)
{
	(void)state;
	for (int refused = 0; refused < 2; refused++) {
		json_t *result = result_with("verdict", "null");
		struct error err = { 0 };
		owned(pool) pool = pool_new();
		json_object_set_new(result, "expected",
		                    refused ? json_pack("{s:s}", "refused", "Invalid")
		                            : json_pack("{s:s}", "fate", "delivered"));
		assert_int_equal(answer_result(pool, result, &two, 1, &err) != NULL, refused);
		json_object_set_new(result, "outcome", json_string("FAIL"));
		assert_non_null(answer_result(pool, result, &two, 1, &err));
		json_decref(result);
	}
}

static void what_does_not(void **state)
{
	static const char *const rows[][2] = {
		{ "case", "\"another\"" },
		{ "case", NULL },
		{ "axes", "{}" },
		{ "axes", "{\"dst.a0.gro\": \"on\"}" }, /* cell 0 */
		{ "axes", "[]" },
		{ "topology", "\"another\"" },
		{ "outcome", "\"GOOD\"" },
		{ "outcome", "0" },
		{ "outcome", NULL },
		{ "outcome", "\"KNOWN\"" }, /* of nothing */
		{ "verdict", "null" },      /* a PASS */
		{ "verdict", "\"delivered\"" },
		{ "verdict", "{}" },
		{ "verdict", "{\"fate\": \"fine\", \"at\": null, \"reason\": null}" },
		{ "verdict", "{\"fate\": \"dropped\", \"at\": null, \"reason\": \"because\"}" },
		{ "verdict", "{\"fate\": \"dropped\", \"at\": [], \"reason\": null}" },
		{ "why", "[]" },
		{ "why", NULL },
		{ "ms", "\"1\"" },
		{ "ms", "1e300" },
		{ "hops", "{}" },
		{ "hops", "[\"x\"]" },
		{ "hops", "[{\"packets\": 100000000000000000}]" },
		{ "counters", "{\"src\": 1}" },
		{ "offloads", "[]" },
		{ "models", "{\"x\": {}}" },
		{ "sender", "1" },
		{ "complaints", "[1]" },
		{ "drops", "[\"x\"]" },
		{ "journeys", "{}" },
		{ "hops", "[{\"direction\": \"up\"}]" },
		{ "journey", "{\"steps\": [{\"checksum\": \"good\"}]}" },
		{ "known", "\"x\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (fits(rows[i][0], rows[i][1]))
			fail_msg("%s %s fits", rows[i][0], rows[i][1] ? rows[i][1] : "(missing)");
}

static void no_object(void **state)
{
	struct error err = { 0 };
	json_t *text = json_string("PASS");

	(void)state;
	owned(pool) pool = pool_new();
	assert_null(answer_result(pool, text, &two, 1, &err));
	assert_null(answer_result(pool, NULL, &two, 1, &err));
	json_decref(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(what_fits), cmocka_unit_test(without_verdict),
		                            cmocka_unit_test(what_does_not), cmocka_unit_test(no_object) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
