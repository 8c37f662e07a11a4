/* What the standards deliver: segment lists that come to their receiver, and those that do not. */
#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "sweep_internal.h"

/* after ours: it has a macro called fail */
#include <cmocka.h>
#undef fail

static const char topology_text[] =
        "topology: t\n"
        "nodes:\n"
        "  src: {addresses: [\"fc00:5::1\", \"10.0.1.1\"]}\n"
        "  r1:\n"
        "    sids: {\"fc00:1::1\": End, \"fc00:1::2\": {behaviour: End.X, nh6: r2}, \"fc00:1::a\": {behaviour: End, "
        "flavors: "
        "[psp]},\n"
        "      \"fc00:1::3\": {behaviour: End.T, table: 7}, \"fc00:1::5\": {behaviour: End.B6.Encaps, segments: "
        "[\"fc00:2::6\"]},\n"
        "      \"fc00:1::4\": {behaviour: End.B6, segments: [\"fc00:2::1\"]},\n"
        "      \"fcbb:bb01:1::/48\": {behaviour: End, flavors: [next-csid]}}\n"
        "    routes: {\"fc00:9::/64\": {via: r2, table: 7}}\n"
        "    policies: [{to: \"fc00:d:1::/64\", segments: [\"fc00:2::6\"]}]\n"
        "  r2:\n"
        "    sids: {\"fc00:2::1\": End, \"fc00:2::6\": {behaviour: End.DT6, table: main}, \"fc00:2::7\": {behaviour: "
        "End.DX6, nh6: dst},\n"
        "      \"fc00:2::4\": {behaviour: End.DX4, nh4: dst}, \"fc00:9::1\": End, \"fcbb:bb01:2::/48\": {behaviour: "
        "End, "
        "flavors: [next-csid]}}\n"
        "  dst: {addresses: [\"fc00:d::1\", \"fc00:d::2\", \"fc00:d:1::1\", \"10.0.2.1\"], sids: {\"fc00:d::6\": "
        "{behaviour: "
        "End.DT6, table: local}}}\n"
        "links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0]}, {ends: [r2.b0, dst.a0]}]\n";

static const struct {
	const char *traffic;
	bool delivers;
} rows[] = {
	{ "to: \"fc00:d::1\"", true },
	{ "to: \"fc00:d:1::1\"", true }, /* by r1's policy */
	{ "to: \"fc00:d::1\", mode: inline, segments: [\"fc00:1::1\"]", true },
	{ "to: \"fc00:d::1\", mode: inline, segments: [\"fc00:2::1\", \"fc00:1::1\", \"fc00:2::1\"]", true },
	{ "to: \"fc00:d::1\", mode: inline, segments: [\"fc00:d::2\"]", true }, /* a host's own segment */
	{ "to: \"fc00:d::1\", mode: inline, segments: [\"fc00:1::a\"]", true }, /* PSP */
	{ "to: \"fc00:d::1\", mode: inline, segments: [\"fc00:1::2\", \"fc00:2::1\"]", true },
	{ "to: \"fc00:d::1\", mode: inline, segments: [\"fc00:1::3\", \"fc00:9::1\"]", true },
	{ "to: \"fc00:d::1\", mode: inline, segments: [\"fc00:1::3\", \"fc00:2::1\"]", false }, /* not in table 7 */
	{ "to: \"fc00:d::1\", mode: inline, segments: [\"fc00:1::4\", \"fc00:2::1\"]", true },
	{ "to: \"fc00:d::1\", mode: inline, segments: [\"fc00:1::5\", \"fc00:2::1\"]", true },
	{ "to: \"fc00:d::1\", mode: inline, segments: [\"fc00:2::6\"]", false }, /* a segment is left */
	{ "to: \"fc00:d::1\", mode: encap, segments: [\"fc00:2::6\"]", true },
	{ "to: \"fc00:d::1\", mode: encap.red, segments: [\"fc00:1::1\", \"fc00:2::6\"]", true },
	{ "to: \"fc00:d::1\", mode: encap, segments: [\"fc00:2::7\"]", true },
	{ "to: \"fc00:d::1\", mode: encap, segments: [\"fc00:2::1\"]", false }, /* End has no next segment */
	{ "to: \"fc00:d::1\", mode: encap, segments: [\"fc00:2::6\", \"fc00:1::1\"]", false }, /* DT6 has one left */
	{ "to: \"fc00:d::1\", mode: encap, segments: [\"fc00:2::4\"]", false },                /* IPv6 inside of DX4 */
	{ "to: \"fc00:d::1\", mode: encap, segments: [\"fc00:d::6\"]", true },
	{ "to: \"fc00:d::1\", mode: encap, segments: [\"fc00:d::2\"]", true },      /* a host, with an SRH */
	{ "to: \"fc00:d::1\", mode: encap.red, segments: [\"fc00:d::2\"]", false }, /* without one */
	{ "to: \"fc00:d::1\", mode: ip6ip6, segments: [\"fc00:d::2\"]", true },
	{ "to: \"fc00:d::1\", mode: encap, segments: [\"fcbb:bb01:1:2::\", \"fc00:2::6\"]", true },
	{ "to: \"fc00:d::1\", mode: encap, segments: [\"fcbb:bb01:1:3::\", \"fc00:2::6\"]", false }, /* nobody's */
	{ "to: \"10.0.2.1\", mode: encap, segments: [\"fc00:1::1\", \"fc00:2::4\"]", true },
	{ "to: \"10.0.2.1\", mode: encap, segments: [\"fc00:2::6\"]", false },
	{ "to: \"fc00:d::1\", mode: inline, headend: r1, segments: [\"fc00:2::1\"]", true },
	{ "to: \"fc00:d::1\", mode: inline, headend: r1, segments: [\"fc00:1::1\"]", false }, /* its own SID */
};

static const struct topology *find(void *context, const char *name)
{
	(void)name;
	return context;
}

static struct bytes bytes_of(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

static void forecasts(void **state)
{
	struct error err = { 0 };
	owned(topology) topology = NULL;
	int wrong = 0;

	(void)state;
	if (topology_parse(&topology, "t.yaml", bytes_of(topology_text), &err) < 0)
		print_error("%s", err.text);
	assert_non_null(topology);
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned(testcase) testcase = NULL;
		owned(plan) plan = NULL;
		owned_text text = text_format(
		        "case: c\ntopology: t\ntraffic: {from: src, %s}\nexpect: {fate: delivered}\n", rows[i].traffic);
		if (testcase_parse(&testcase, "c.yaml", bytes_of(text), find, topology, NULL, &err) < 0 ||
		    plan_make(&plan, testcase, topology, 0, NULL, &err) < 0)
			print_error("%s: %s", rows[i].traffic, err.text);
		assert_int_equal(err.count, 0);
		if (forecast_delivers(plan) == rows[i].delivers)
			continue;
		wrong++;
		print_error("%s: forecast otherwise than %s\n", rows[i].traffic,
		            rows[i].delivers ? "delivered" : "lost");
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(forecasts) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
