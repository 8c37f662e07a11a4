/* Each mistake is found where it is, and not where it is mended; deviations by what a set-up has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"

/* after ours: it has a macro called fail */
#include <cmocka.h>

/* A thing is a line: KIND NAME|key=value|... A name may have spaces. */
static void add(struct setup *setup, const char *line)
{
	static const struct {
		const char *word;
		enum thing_kind kind;
	} kinds[] = { { "link", THING_LINK },
		      { "address", THING_ADDRESS },
		      { "route", THING_ROUTE },
		      { "sysctl", THING_SYSCTL } };
	static const char *const keys[] = { "up",   "mtu",    "kind", "table",    "dev", "type",  "encap",   "mode",
		                            "segs", "action", "nh6",  "vrftable", "oif", "value", "flavors", "gro" };
	size_t length = strcspn(line, " ");
	owned_text rest = text_copy(line + length + 1);
	struct setup_thing *thing = PUSH(setup->things, setup->count);
	char *part, *left = NULL;

	*thing = (struct setup_thing){ .kind = THING_RULE };
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (strlen(kinds[i].word) == length && strncmp(kinds[i].word, line, length) == 0)
			thing->kind = kinds[i].kind;
	assert_int_not_equal(thing->kind, THING_RULE);
	thing->name = text_copy(strtok_r(rest, "|", &left));
	while ((part = strtok_r(NULL, "|", &left))) {
		size_t key = strcspn(part, "=");
		const char *found = NULL;
		for (size_t i = 0; i < COUNT(keys); i++)
			if (strlen(keys[i]) == key && strncmp(keys[i], part, key) == 0)
				found = keys[i];
		assert_non_null(found);
		facts_add(&thing->facts, found, "%s", part + key + 1);
	}
}

static void setup_of(struct setup *ret, const char *lines)
{
	owned_text all = text_copy(lines);
	char *left = NULL;

	*ret = (struct setup){ .version = "6.18.44" };
	for (char *line = strtok_r(all, "\n", &left); line; line = strtok_r(NULL, "\n", &left))
		add(ret, line);
}

static bool finds(const char *lines, const char *name, enum finding_kind kind)
{
	static const struct deviations none;
	owned_findings findings = { 0 };
	owned_setup setup;
	bool there = false;

	setup_of(&setup, lines);
	setup_find(&findings, &setup, &none);
	for (size_t i = 0; i < findings.count; i++)
		there |= strcmp(findings.at[i].name, name) == 0 && findings.at[i].kind == kind && findings.at[i].remedy;
	return there;
}

#define A0         "link a0|up=yes|mtu=1500\n"
#define SID        "route fc00:1::100/128|type=unicast|encap=seg6local|action="
#define PUSH_ROUTE "route fc00:d::/64|type=unicast|dev=a0|encap=seg6|mode=encap|segs=fc00:1::100,fc00:d::6\n"

static void test_mistakes(void **state)
{
	static const struct {
		const char *name, *wrong, *right;
		bool hint;
	} rows[] = {
		{ "forwarding-off", SID "End\nsysctl net.ipv6.conf.all.forwarding|value=0",
		  SID "End\nsysctl net.ipv6.conf.all.forwarding|value=1", false },
		{ "forwarding-off", SID "End.DX4\nsysctl net.ipv4.ip_forward|value=0",
		  SID "End.DX4\nsysctl net.ipv4.ip_forward|value=1\nsysctl net.ipv6.conf.all.forwarding|value=0",
		  false },
		{ "seg6-enabled-halved",
		  A0 "sysctl net.ipv6.conf.all.seg6_enabled|value=0\nsysctl net.ipv6.conf.a0.seg6_enabled|value=1",
		  A0 "sysctl net.ipv6.conf.all.seg6_enabled|value=1\nsysctl net.ipv6.conf.a0.seg6_enabled|value=1",
		  false },
		{ "seg6-enabled-halved",
		  A0 "sysctl net.ipv6.conf.all.seg6_enabled|value=1\nsysctl net.ipv6.conf.a0.seg6_enabled|value=0",
		  A0 "sysctl net.ipv6.conf.all.seg6_enabled|value=0\nsysctl net.ipv6.conf.a0.seg6_enabled|value=0",
		  false },
		{ "sid-is-address", SID "End\naddress fc00:1::100/64|dev=a0", SID "End\naddress fc00:1::1/64|dev=a0",
		  false },
		{ "sid-is-link-local", "route fe80::100/128|encap=seg6local|action=End", SID "End", false },
		{ "next-hop-without-link", SID "End.X|nh6=fe80::2", SID "End.X|nh6=fc00::2", false },
		{ "next-hop-without-link", SID "End.X|nh6=fe80::2", SID "End.X|nh6=fe80::2|oif=a0", false },
		{ "table-is-empty", SID "End.DT6|table=100", SID "End.DT6|table=100\nroute ::/0 table 100|type=unicast",
		  false },
		{ "table-is-empty", SID "End.DT6|table=10\nroute ::/0 table 100|type=unicast",
		  SID "End.T|table=254\nroute ::/0|type=unicast", false },
		{ "no-such-vrf", SID "End.DT46|vrftable=100\nlink red|kind=vrf|table=10",
		  SID "End.DT46|vrftable=100\nlink red|kind=vrf|table=100", false },
		{ "strict-mode-off", SID "End.DT4|vrftable=100\nsysctl net.vrf.strict_mode|value=0",
		  SID "End.DT4|vrftable=100\nsysctl net.vrf.strict_mode|value=1", false },
		{ "no-route-to-segment", A0 PUSH_ROUTE, A0 PUSH_ROUTE "route fc00:1::/64|type=unicast", false },
		{ "no-route-to-segment", A0 PUSH_ROUTE "route fc00:1::/64|type=blackhole",
		  A0 PUSH_ROUTE "route fc00:1::/64|type=blackhole\nroute fc00:1::100/128|type=unicast", false },
		{ "segment-by-itself", A0 "route fc00::/16|type=unicast|dev=a0|encap=seg6|mode=encap|segs=fc00:1::100",
		  A0 "route fc00::/16|type=unicast|dev=a0|encap=seg6|mode=encap|segs=fc00:1::100\n"
		     "route fc00:1::/64|type=unicast",
		  false },
		{ "mtu", A0 PUSH_ROUTE, A0, true },
		{ "hmac-required", A0 "sysctl net.ipv6.conf.a0.seg6_require_hmac|value=1",
		  A0 "sysctl net.ipv6.conf.a0.seg6_require_hmac|value=0", true },
		{ "rp-filter", A0 SID "End.DT4\nsysctl net.ipv4.conf.all.rp_filter|value=1",
		  A0 SID "End.DT6\nsysctl net.ipv4.conf.all.rp_filter|value=1", true },
		{ "rp-filter", A0 SID "End.DT4\nsysctl net.ipv4.conf.a0.rp_filter|value=1",
		  A0 SID
		  "End.DT4\nsysctl net.ipv4.conf.all.rp_filter|value=2\nsysctl net.ipv4.conf.a0.rp_filter|value=1",
		  true },
		{ "ipv6-disabled", A0 "sysctl net.ipv6.conf.a0.disable_ipv6|value=1",
		  A0 "sysctl net.ipv6.conf.a0.disable_ipv6|value=0", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		enum finding_kind kind = rows[i].hint ? FINDING_HINT : FINDING_MISTAKE;
		if (!finds(rows[i].wrong, rows[i].name, kind) || finds(rows[i].right, rows[i].name, kind))
			fail_msg("row %zu, %s", i, rows[i].name);
	}
}

/* RFC 8754 2: 8 octets and 16 for each segment; inserted with the destination; reduced without the first. */
static void test_octets(void **state)
{
	static const struct {
		const char *mode, *segments, *text;
	} rows[] = {
		{ "encap", "fc00::1", "adds 64 octets: packets of more than 1436" },
		{ "encap", "fc00::1,fc00::2", "adds 80 octets" },
		{ "encap.red", "fc00::1", "adds 40 octets" },
		{ "encap.red", "fc00::1,fc00::2", "adds 64 octets" },
		{ "inline", "fc00::1", "adds 40 octets" },
		{ "l2encap", "fc00::1", "adds 78 octets" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		static const struct deviations none;
		owned_text lines = text_format(A0 "route fc00:d::/64|dev=a0|encap=seg6|mode=%s|segs=%s", rows[i].mode,
		                               rows[i].segments);
		owned_findings findings = { 0 };
		owned_setup setup;
		bool said = false;
		setup_of(&setup, lines);
		setup_find(&findings, &setup, &none);
		for (size_t j = 0; j < findings.count; j++)
			said |= strstr(findings.at[j].text, rows[i].text) != NULL;
		if (!said)
			fail_msg("%s %s", rows[i].mode, rows[i].segments);
	}
}

static size_t met(const char *lines, const char *range, struct met_by *met_by, size_t count)
{
	struct deviation one = {
		.name = "one", .because = "so it is", .kernel = (char *)range, .met_by = met_by, .met_count = count
	};
	struct deviation *at[] = { &one };
	const struct deviations deviations = { at, 1 };
	owned_findings findings = { 0 };
	owned_setup setup;
	size_t found = 0;

	setup_of(&setup, lines);
	setup_find(&findings, &setup, &deviations);
	for (size_t i = 0; i < findings.count; i++)
		found += findings.at[i].kind == FINDING_DEVIATION;
	return found;
}

static void test_deviations(void **state)
{
	char *sid_or_host[] = { "sid", "host" }, *gro[] = { "gro" }, *psp[] = { "psp" }, *dx2[] = { "End.DX2" },
	     *inserts[] = { "inserts" };
	struct met_by both[] = { { sid_or_host, 2 }, { gro, 1 } }, flavor[] = { { psp, 1 } },
	              behaviour[] = { { dx2, 1 } }, mode[] = { { inserts, 1 } };

	(void)state;
	assert_int_equal(met(SID "End\nlink a0|up=yes|gro=on", ">=6.1", both, 2), 1);
	assert_int_equal(met(SID "End\nlink a0|up=yes|gro=off", ">=6.1", both, 2), 0);
	assert_int_equal(met(SID "End\nlink a0|up=no|gro=on", ">=6.1", both, 2), 0);
	assert_int_equal(met(SID "End\nlink lo|up=yes|gro=on", ">=6.1", both, 2), 0);
	assert_int_equal(met(SID "End\nlink a0|up=yes|gro=on", ">=7.0", both, 2), 0);
	assert_int_equal(met(SID "End\nlink a0|up=yes|gro=on", NULL, NULL, 0), 0);
	assert_int_equal(met(SID "End|flavors=psp", NULL, flavor, 1), 1);
	assert_int_equal(met(SID "End", NULL, flavor, 1), 0);
	assert_int_equal(met(SID "End.DX2", NULL, behaviour, 1), 1);
	assert_int_equal(met(SID "End.DX6", NULL, behaviour, 1), 0);
	assert_int_equal(met(A0 PUSH_ROUTE, NULL, mode, 1), 0);
	assert_int_equal(met("link a0|up=yes\nsysctl net.ipv6.conf.all.seg6_enabled|value=1\n"
	                     "sysctl net.ipv6.conf.a0.seg6_enabled|value=1\nlink b0|up=yes|gro=on",
	                     NULL, both, 2),
	                 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_octets),
		cmocka_unit_test(test_deviations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
