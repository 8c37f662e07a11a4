/* Plans of flows that run at once: each knows the routes of all. */
#include "testing.h"

#define FLOWS(list)       "case: c\ntopology: t\ntraffic: " list "\nexpect: {fate: delivered}\n"
#define TO(address, more) "{from: src, to: \"" address "\"" more "}"
#define INLINE            ", mode: inline, segments: [\"fc00:1::100\"]"
#define ENCAP             ", mode: encap, segments: [\"fc00:2::100\", \"fc00:d::1\"]"
#define CRAFTED           ", tcp: crafted"

static int plan_it(struct made *made, const char *text, size_t cell, struct error *err)
{
	*made = (struct made){ 0 };
	assert_int_equal(topology_parse(&made->topology, "t.yaml", bytes_of(CHAIN), err), 0);
	if (testcase_parse(&made->testcase, "c.yaml", bytes_of(text), find, made->topology, NULL, err) < 0)
		return -1;
	return plan_make(&made->plan, made->testcase, made->topology, cell, "6.18.44", err);
}

static size_t routes_of(const struct plan *plan)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->cell_command_count; i++)
		count += plan->cell_commands[i].tool == TOOL_IP;
	return count;
}

static void routes(void **state)
{
	static const char text[] =
	        FLOWS("[" TO("fc00:d::1", "") ", [" TO("fc00:d::1", INLINE) ", " TO("fc00:d::2", ENCAP) "]]");
	static const size_t wanted[] = { 1, 2, 2 };

	(void)state;
	for (size_t cell = 0; cell < COUNT(wanted); cell++) {
		struct error err = { 0 };
		struct made made;
		assert_int_equal(plan_it(&made, text, cell, &err), 0);
		const struct plan *plan = made.plan;
		assert_int_equal(routes_of(plan), wanted[cell]);
		assert_int_equal(plan->flow_count, wanted[cell]);
		assert_int_equal(plan->flow, cell ? cell - 1 : 0);
		if (cell) {
			struct address second;
			assert_true(address_parse(&second, AF_INET6, "fc00:d::2"));
			const struct plan_policy *pushed = plan_policy_for(plan, plan->from, NULL, &second);
			assert_non_null(pushed);
			assert_int_equal(pushed->mode, MODE_ENCAP);
			assert_non_null(strstr(plan->cell_commands[0].text, "mode inline"));
			assert_non_null(strstr(plan->cell_commands[1].text, "mode encap"));
		}
		made_free(&made);
	}
}

static void refused(void **state)
{
	static const struct {
		const char *text, *error; /* NULL: taken */
		size_t routes;
	} rows[] = {
		{ FLOWS("[[" TO("fc00:d::1", INLINE) ", " TO("fc00:d::1", ENCAP) "]]"),
		  "src would need two routes to fc00:d::1", 0 },
		{ FLOWS("[[" TO("fc00:d::1", INLINE) ", " TO("fc00:d::1", "") "]]"),
		  "would need two routes to fc00:d::1", 0 },
		{ FLOWS("[[" TO("fc00:d::1", INLINE) ", " TO("fc00:d::1", INLINE) "]]"), NULL, 1 },
		{ FLOWS("[[" TO("fc00:d::1", INLINE) ", " TO("fc00:d::1", CRAFTED) "]]"), NULL, 1 },
		{ FLOWS("[[" TO("fc00:d::1", CRAFTED ", burst: 65") ", " TO("fc00:d::2", CRAFTED) "]]"),
		  "a crafted one has a `burst` of up to 64", 0 },
		{ FLOWS("[[" TO("fc00:d::1", CRAFTED ", checksum: partial") ", " TO("fc00:d::2", CRAFTED) "]]"),
		  "a `checksum` that is not partial", 0 },
		{ FLOWS("[[" TO("fc00:d::1", CRAFTED ", burst: 40") ", " TO("fc00:d::2", CRAFTED ", burst: 40") "]]"),
		  "send 80 crafted packets together; the limit is 64", 0 },
		{ FLOWS("[[" TO("fc00:d::1", CRAFTED ", cut: 50") ", " TO("fc00:d::2", CRAFTED) "]]"),
		  "nothing tells whose they are", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = { 0 };
		struct made made;
		int result = plan_it(&made, rows[i].text, 0, &err);
		if ((result < 0) != (rows[i].error != NULL) || (rows[i].error && !strstr(err.text, rows[i].error)))
			print_error("%zu: %s", i, err.text);
		assert_int_equal(result, rows[i].error ? -1 : 0);
		if (rows[i].error)
			assert_non_null(strstr(err.text, rows[i].error));
		else
			assert_int_equal(routes_of(made.plan), rows[i].routes);
		made_free(&made);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
