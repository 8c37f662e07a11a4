/* Routes and rules as they are requested, and as they are read back: a kernel that keeps what it is asked for. */
#include <errno.h>
#include <linux/fib_rules.h>
#include <stdio.h>

#include "testing.h"

#define A0 7
#define B0 9

/* What was asked for last. */
struct keeper {
	struct made_kernel kernel;
	struct message kept;
};

/* A dump of a family has what was kept of it. */
static void answer_dump(struct keeper *keeper, const struct nlmsghdr *request)
{
	const bool routes = request->nlmsg_type == RTM_GETROUTE;
	const uint16_t kept = keeper->kept.header.nlmsg_type;

	if (*(const uint8_t *)NLMSG_DATA(request) == keeper->kept.octets[0] &&
	    kept == (routes ? RTM_NEWROUTE : RTM_NEWRULE) && (routes || request->nlmsg_type == RTM_GETRULE)) {
		struct message answer = keeper->kept;
		answer.header.nlmsg_flags = NLM_F_MULTI;
		made_answer(&keeper->kernel, request, &answer, 0);
	}
	made_done(&keeper->kernel, request);
}

static void answers(struct made_kernel *kernel, const struct nlmsghdr *request)
{
	struct keeper *keeper = (struct keeper *)kernel;

	if ((request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP) {
		answer_dump(keeper, request);
		return;
	}
	memcpy(&keeper->kept, request, request->nlmsg_len);
	made_error(kernel, request, 0);
}

/* "type unicast, via fd00::2, dev a0" to facts, whose keys are the test's. */
static void facts_of(struct facts *facts, char *text)
{
	char *rest = NULL;

	for (char *fact = strtok_r(text, ",", &rest); fact; fact = strtok_r(NULL, ",", &rest)) {
		fact += *fact == ' ';
		char *value = strchr(fact, ' ');
		*value = 0;
		facts_add(facts, fact, "%s", value + 1);
	}
}

static void routes_are_kept(void **state)
{
	static const struct {
		const char *name, *facts;
		int type, scope, table;
	} rows[] = {
		{ "fc00:d::1/128", "type unicast, via fd00::2, dev a0", RTN_UNICAST, RT_SCOPE_UNIVERSE, 254 },
		{ "10.0.2.0/24", "type unicast, via 10.0.9.1, dev b0", RTN_UNICAST, RT_SCOPE_UNIVERSE, 254 },
		{ "10.0.2.0/24", "type unicast, dev b0", RTN_UNICAST, RT_SCOPE_LINK, 254 },
		{ "10.0.2.1/32 table 100", "type local, dev a0", RTN_LOCAL, RT_SCOPE_HOST, 100 },
		{ "::/0 table 1000", "type unreachable", RTN_UNREACHABLE, RT_SCOPE_UNIVERSE, 0 },
		{ "10.0.0.0/8 table 7", "type blackhole", RTN_BLACKHOLE, RT_SCOPE_UNIVERSE, 7 },
		{ "fc00::/16", "type prohibit", RTN_PROHIBIT, RT_SCOPE_UNIVERSE, 254 },
		{ "fc00:d::/32", "type unicast, nexthop fd00::2 dev a0 weight 1, nexthop fe80::2 dev b0 weight 3",
		  RTN_UNICAST, RT_SCOPE_UNIVERSE, 254 },
		{ "10.0.0.0/8 table 7",
		  "type unicast, nexthop 10.1.0.1 dev a0 weight 1, nexthop 10.2.0.1 dev b0 weight 256", RTN_UNICAST,
		  RT_SCOPE_UNIVERSE, 7 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct keeper keeper = { .kernel.answer = answers };
		owned_holdings devices = { 0 }, holdings = { .ipv4 = true };
		owned_facts facts = { 0 };
		owned_text words = text_copy(rows[i].facts);
		struct thing thing = { .kind = THING_ROUTE, .name = (char *)rows[i].name };

		facts_of(&facts, words);
		holdings_know(&devices, A0, "a0");
		holdings_know(&devices, B0, "b0");
		holdings_know(&holdings, A0, "a0");
		holdings_know(&holdings, B0, "b0");
		made_kernel_start(&keeper.kernel);
		assert_int_equal(
		        route_ask(keeper.kernel.ours, RTM_NEWROUTE, NLM_F_CREATE, thing.name, &facts, &devices), 0);
		assert_int_equal(holdings_read(&holdings, keeper.kernel.ours, NULL), 0);
		made_kernel_end(&keeper.kernel);
		const struct rtmsg *asked = (const struct rtmsg *)keeper.kept.octets;
		assert_int_equal(asked->rtm_type, rows[i].type);
		assert_int_equal(asked->rtm_scope, rows[i].scope);
		assert_int_equal(asked->rtm_table, rows[i].table);
		const struct held *held = holdings_find(&holdings, THING_ROUTE, thing.name);
		assert_non_null(held);
		thing.facts = facts;
		owned_text differs = thing_differs(&thing, held);
		assert_null(differs);
		assert_int_equal(held->facts.count, facts.count);
	}
}

/* A next hop more than was asked for, or another weight, is a difference. */
static void next_hops_differ(void **state)
{
	struct thing thing = { .kind = THING_ROUTE };
	struct held held = { .kind = THING_ROUTE };

	(void)state;
	facts_add(&thing.facts, "nexthop", "fd00::2 dev a0 weight 1");
	facts_add(&held.facts, "nexthop", "fd00::2 dev a0 weight 1");
	facts_add(&held.facts, "nexthop", "fe80::2 dev b0 weight 1");
	owned_text more = thing_differs(&thing, &held);
	assert_string_equal(more, "nexthop fe80::2 dev b0 weight 1 was not asked for");
	facts_add(&thing.facts, "nexthop", "fe80::2 dev b0 weight 2");
	owned_text weight = thing_differs(&thing, &held);
	assert_non_null(strstr(weight, "not fe80::2 dev b0 weight 2"));
	facts_clear(&thing.facts);
	facts_clear(&held.facts);
}

static void malformed_routes_are_not_asked(void **state)
{
	static const char *const names[] = { "fc00::1", "fc00::1/129", "10.0.0.1/33", "nowhere/1", "" };
	owned_facts none = { 0 }, hop = { 0 };
	owned_holdings devices = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		assert_int_equal(route_ask(-1, RTM_NEWROUTE, 0, names[i], &none, &devices), EINVAL);
	facts_add(&hop, "nexthop", "fd00::2 a0");
	assert_int_equal(route_ask(-1, RTM_NEWROUTE, 0, "fc00::/16", &hop, &devices), EINVAL);
}

static void types_have_words(void **state)
{
	(void)state;
	assert_string_equal(route_type_word(RTN_UNICAST), "unicast");
	assert_string_equal(route_type_word(RTN_LOCAL), "local");
	assert_string_equal(route_type_word(RTN_PROHIBIT), "prohibit");
	assert_string_equal(route_type_word(RTN_THROW), "other");
}

static void rules_are_kept(void **state)
{
	static const struct {
		const char *name, *facts;
		int family, from, to;
	} rows[] = {
		{ "-6 500", "from fc00:5::/64, to fc00:9::/48, iif a0, fwmark 7, table 100", AF_INET6, 64, 48 },
		{ "-4 32765", "to 10.0.0.0/8, table 254", AF_INET, 0, 8 },
		{ "-6 1", "table 4294967295", AF_INET6, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct keeper keeper = { .kernel.answer = answers };
		owned_holdings holdings = { 0 };
		owned_facts facts = { 0 };
		owned_text words = text_copy(rows[i].facts);
		struct thing thing = { .kind = THING_RULE, .name = (char *)rows[i].name };

		facts_of(&facts, words);
		made_kernel_start(&keeper.kernel);
		assert_int_equal(rule_ask(keeper.kernel.ours, thing.name, &facts), 0);
		holdings_read_rules(&holdings, keeper.kernel.ours);
		made_kernel_end(&keeper.kernel);
		const struct fib_rule_hdr *asked = (const struct fib_rule_hdr *)keeper.kept.octets;
		assert_int_equal(asked->family, rows[i].family);
		assert_int_equal(asked->src_len, rows[i].from);
		assert_int_equal(asked->dst_len, rows[i].to);
		assert_int_equal(asked->action, FR_ACT_TO_TBL);
		const struct held *held = holdings_find(&holdings, THING_RULE, thing.name);
		assert_non_null(held);
		thing.facts = facts;
		owned_text differs = thing_differs(&thing, held);
		assert_null(differs);
	}
}

/* Nothing is sent of a rule that cannot be written. */
static void malformed_rules_are_not_asked(void **state)
{
	owned_facts from = { 0 }, to = { 0 };

	(void)state;
	facts_add(&from, "table", "100");
	facts_add(&from, "from", "fc00::1");
	assert_int_equal(rule_ask(-1, "-6 500", &from), EINVAL);
	facts_add(&to, "table", "100");
	facts_add(&to, "to", "nowhere/64");
	assert_int_equal(rule_ask(-1, "-6 500", &to), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes_are_kept),
		cmocka_unit_test(next_hops_differ),
		cmocka_unit_test(malformed_routes_are_not_asked),
		cmocka_unit_test(types_have_words),
		cmocka_unit_test(rules_are_kept),
		cmocka_unit_test(malformed_rules_are_not_asked),
	};

	return cmocka_run_group_tests_name("build: routes and rules", tests, NULL, NULL);
}
