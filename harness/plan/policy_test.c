/* Policies of nodes: their routes, what is planned along them, which a node takes, and which a cell needs. */
#include "testing.h"

#define SITES(policies)                                                                                                \
	"topology: t\n"                                                                                                \
	"nodes:\n"                                                                                                     \
	"  src: {addresses: [\"fc00:5::1\"]}\n"                                                                        \
	"  r1: {sids: {\"fc00:1::d6\": {behaviour: End.DX6, nh6: src}}, policies: [" policies "]}\n"                   \
	"  r2: {addresses: [\"fc00:e::1\"], sids: {\"fc00:2::100\": End}}\n"                                           \
	"  r3: {sids: {\"fc00:3::d6\": {behaviour: End.DX6, nh6: dst}, \"fc00:3::100\": End},\n"                       \
	"    policies: [{to: \"fc00:5::1\", segments: [\"fc00:1::d6\"]}]}\n"                                           \
	"  dst: {addresses: [\"fc00:d::1\"]}\n"                                                                        \
	"links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0]}, {ends: [r2.b0, r3.a0]}, {ends: [r3.b0, dst.a0]}]\n"
#define POLICY "{to: \"fc00:d::/64\", segments: [\"fc00:2::100\", \"fc00:3::d6\"]}"

/* The address's prefix that a node's policy for it has; "": it has none. */
static const char *taken(const struct plan *plan, const char *name, const char *table, const char *to,
                         char text[PREFIX_TEXT_SIZE])
{
	const struct address address = ip6(to);
	const struct plan_policy *policy = plan_policy_for(plan, node(plan, name), table, &address);

	return policy ? prefix_text(&policy->to, text) : "";
}

static void lines(void **state)
{
	owned_made made = make(SITES(POLICY), CASE("", ""), 0);

	(void)state;
	assert_true(has_line(made.plan, "r1",
	                     "route replace fc00:d::/64 encap seg6 mode encap segs fc00:2::100,fc00:3::d6 dev b0"));
	assert_true(
	        has_line(made.plan, "r3", "route replace fc00:5::1/128 encap seg6 mode encap segs fc00:1::d6 dev a0"));
	/* They go before the routes that are made, and their segments have routes. */
	assert_false(has_line(made.plan, "r1", "route replace fc00:d::1/128 via fd00:1:2::2 dev b0"));
	assert_false(has_line(made.plan, "r3", "route replace fc00:5::1/128 via fd00:1:3::1 dev a0"));
	assert_true(has_line(made.plan, "r2", "route replace fc00:3::d6/128 via fd00:1:3::2 dev b0"));
	assert_true(has_line(made.plan, "r2", "route replace fc00:1::d6/128 via fd00:1:2::1 dev a0"));
	/* The outer source is that of the interface by which they lead. */
	const struct address to = ip6("fc00:d::1");
	const struct plan_policy *policy = plan_policy_for(made.plan, node(made.plan, "r1"), NULL, &to);
	assert_address(&policy->source, "fd00:1:2::1");
	assert_int_equal(made.plan->cell_command_count, 1); /* src's own route */
}

static void which(void **state)
{
	char text[PREFIX_TEXT_SIZE];
	owned_made made =
	        make(SITES(POLICY ", {to: \"fc00:d::/48\", segments: [\"fc00:2::100\"]}, "
	                          "{to: \"fc00:d::/64\", table: 7, mode: inline, segments: [\"fc00:2::100\"]}"),
	             CASE("", ""), 0);

	(void)state;
	assert_string_equal(taken(made.plan, "r1", NULL, "fc00:d::1", text), "fc00:d::/64");
	assert_string_equal(taken(made.plan, "r1", NULL, "fc00:d:0:1::1", text), "fc00:d::/48");
	assert_string_equal(taken(made.plan, "r1", NULL, "fc00:e::1", text), "");
	assert_string_equal(taken(made.plan, "r1", "7", "fc00:d::1", text), "fc00:d::/64");
	assert_string_equal(taken(made.plan, "r1", "8", "fc00:d::1", text), "");
	assert_string_equal(taken(made.plan, "r2", NULL, "fc00:d::1", text), "");
	assert_true(has_line(made.plan, "r1",
	                     "route replace fc00:d::/64 encap seg6 mode inline segs fc00:2::100 dev b0 table 7"));
	/* The traffic's own is longer. */
	owned_made short_form =
	        make(SITES(POLICY), CASE(", mode: encap, headend: r1, segments: [\"fc00:3::d6\"]", ""), 0);
	assert_string_equal(taken(short_form.plan, "r1", NULL, "fc00:d::1", text), "fc00:d::1/128");
	assert_string_equal(taken(short_form.plan, "r1", NULL, "fc00:d::2", text), "fc00:d::/64");
}

/* A route of the file that is longer than the policy. */
static void given_route(void **state)
{
	static const char topology[] = "topology: t\nnodes:\n"
	                               "  src: {routes: {\"fc00:d::/64\": r1},\n"
	                               "    policies: [{to: \"fc00:d::/48\", segments: [\"fc00:1::100\"]}]}\n"
	                               "  r1: {sids: {\"fc00:1::100\": End}}\n  dst: {addresses: [\"fc00:d::1\"]}\n"
	                               "links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, dst.a0]}]\n";
	char text[PREFIX_TEXT_SIZE];
	owned_made made = make(topology, CASE("", ""), 0);

	(void)state;
	assert_string_equal(taken(made.plan, "src", NULL, "fc00:d::1", text), "");
	assert_string_equal(taken(made.plan, "src", NULL, "fc00:d:0:9::1", text), "fc00:d::/48");
}

static void mode_of_axis(void **state)
{
	static const char text[] = CASE("", "axes: {r1.policies.mode: [inline, encap]}");
	owned_made inserts = make(SITES(POLICY), text, 0), encapsulates = make(SITES(POLICY), text, 1);

	(void)state;
	assert_true(has_line(inserts.plan, "r1",
	                     "route replace fc00:d::/64 encap seg6 mode inline segs fc00:2::100,fc00:3::d6 dev b0"));
	assert_true(has_line(encapsulates.plan, "r1",
	                     "route replace fc00:d::/64 encap seg6 mode encap segs fc00:2::100,fc00:3::d6 dev b0"));
	assert_string_not_equal(inserts.plan->key, encapsulates.plan->key);
}

/* Of a plan's lines that not every kernel can apply, those that this cell's packets need. */
static char *needed_text(const struct plan *plan)
{
	char *text = text_copy("");
	char to[PREFIX_TEXT_SIZE];

	for (size_t i = 0; i < plan->policy_count; i++)
		if (plan->policies[i].line && plan->needed[plan->policies[i].line - 1])
			text_append(&text, "%s ", prefix_text(&plan->policies[i].to, to));
	for (size_t i = 0; i < plan->lab.count; i++)
		if (plan->needed[i] && plan->lab.commands[i].sid.family)
			text_append(&text, "%s ", address_text(&plan->lab.commands[i].sid, to));
	return text;
}

static void needed(void **state)
{
	static const char text[] = CASE("", "axes: {to: [\"fc00:d::1\", \"fc00:e::1\"]}");
	owned_made along = make(SITES(POLICY), text, 0), beside = make(SITES(POLICY), text, 1);
	owned_text both = needed_text(along.plan);
	owned_text none = needed_text(beside.plan);

	(void)state;
	assert_string_equal(both, "fc00:d::/64 fc00:5::1/128 fc00:1::d6 fc00:2::100 fc00:3::d6 ");
	assert_string_equal(none, "");
}

static void warned(const char *topology, const char *warning)
{
	owned_made made = make(topology, CASE("", ""), 0);
	struct error warnings = { 0 };

	plan_warn(made.testcase, &made.topology, &warnings);
	if (!warning)
		assert_int_equal(warnings.count, 0);
	else
		assert_non_null(strstr(warnings.text, warning));
}

/* A policy that leads to itself ends in no plan without end either. */
static void warnings(void **state)
{
	(void)state;
	warned(SITES(POLICY), NULL);
	warned(SITES("{to: \"fc00:d::1\", segments: [\"fc00:9::9\"]}"),
	       "t.yaml:4:73: warning: no node has the segment fc00:9::9, so no route leads there");
	warned(SITES("{to: \"fc00::/16\", segments: [\"fc00:2::100\"]}"),
	       "t.yaml:4:73: warning: the policy leads r1 to its own route again, by the segment fc00:2::100");
	warned(SITES("{to: \"fc00:d::/64\", mode: inline, segments: [\"fc00:1::d6\", \"fc00:d::1\"]}"),
	       "leads r1 to its own route again, by the segment fc00:d::1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),        cmocka_unit_test(which),  cmocka_unit_test(given_route),
		cmocka_unit_test(mode_of_axis), cmocka_unit_test(needed), cmocka_unit_test(warnings),
	};

	return cmocka_run_group_tests_name("plan: policies", tests, NULL, NULL);
}
