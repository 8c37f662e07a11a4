/* What is asked and what is held, compared; encapsulations from facts to the kernel's attributes and back. */
#include <linux/seg6.h>
#include <linux/seg6_iptunnel.h>
#include <linux/seg6_local.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "behaviour.h"
#include "readback.h"

/* Behind ours: its fail() is a macro. */
#include <cmocka.h>

static void facts_of(struct facts *facts, const char *const *words)
{
	for (; *words; words += 2)
		facts_add(facts, words[0], "%s", words[1]);
}

static void round_trip(const char *const *words)
{
	struct holdings devices = { 0 };
	owned_facts asked = { 0 }, held = { 0 };
	owned_text one = NULL;
	owned_text other = NULL;
	const struct rtattr *found[RTA_ENCAP + 1];
	const struct rtmsg route = { 0 };
	struct message message;

	holdings_know(&devices, 7, "b0");
	facts_of(&asked, words);
	message_start(&message, RTM_NEWROUTE, 0, &route, sizeof route);
	assert_true(encap_write(&message, &asked, &devices));
	attributes_find(found, RTA_ENCAP, RTM_RTA(NLMSG_DATA(&message.header)), RTM_PAYLOAD(&message.header));
	encap_read(&held, found[RTA_ENCAP_TYPE], found[RTA_ENCAP], &devices);
	facts_append(&one, &asked);
	facts_append(&other, &held);
	assert_string_equal(one, other);
	holdings_clear(&devices);
}

/* The header that the kernel gets, inside its nest. */
static const struct ipv6_sr_hdr *header_of(struct message *message, const char *const *words)
{
	const struct rtattr *found[RTA_ENCAP + 1], *inside[SEG6_LOCAL_SRH + 1];
	const struct rtmsg route = { 0 };
	struct holdings devices = { 0 };
	owned_facts facts = { 0 };

	facts_of(&facts, words);
	message_start(message, RTM_NEWROUTE, 0, &route, sizeof route);
	assert_true(encap_write(message, &facts, &devices));
	attributes_find(found, RTA_ENCAP, RTM_RTA(NLMSG_DATA(&message->header)), RTM_PAYLOAD(&message->header));
	attributes_find(inside, SEG6_LOCAL_SRH, RTA_DATA(found[RTA_ENCAP]), RTA_PAYLOAD(found[RTA_ENCAP]));
	if (strcmp(words[1], "seg6") == 0)
		return ((const struct seg6_iptunnel_encap *)RTA_DATA(inside[SEG6_IPTUNNEL_SRH]))->srh;
	return RTA_DATA(inside[SEG6_LOCAL_SRH]);
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void encaps(void **state)
{
	(void)state;
	round_trip(WORDS("encap", "seg6", "mode", "inline", "segs", "fc00:1::100,fc00:2::100"));
	round_trip(WORDS("encap", "seg6", "mode", "encap", "segs", "fc00:1::100"));
	round_trip(WORDS("encap", "seg6", "mode", "encap", "segs", "fc00:1::100,fc00:2::100", "hmac", "77"));
	round_trip(WORDS("encap", "seg6local", "action", "End"));
	round_trip(WORDS("encap", "seg6local", "action", "End", "flavors", "psp", "flavors", "next-csid", "lblen", "48",
	                 "nflen", "8"));
	round_trip(WORDS("encap", "seg6local", "action", "End.X", "nh6", "fc00::2", "oif", "b0"));
	round_trip(WORDS("encap", "seg6local", "action", "End.T", "table", "4000000000"));
	round_trip(WORDS("encap", "seg6local", "action", "End.DX4", "nh4", "10.0.0.2"));
	round_trip(WORDS("encap", "seg6local", "action", "End.DX6", "nh6", "::"));
	round_trip(WORDS("encap", "seg6local", "action", "End.DT46", "vrftable", "100"));
	round_trip(WORDS("encap", "seg6local", "action", "End.B6", "srh segs", "fc00:1::1,fc00:2::1,fc00:3::1"));
}

/* The last segment is entry 0; what is inserted has the packet's own destination there, which the kernel fills in. */
static void entries(void **state)
{
	const struct {
		const char *const *words;
		unsigned entries;
		bool own;
	} rows[] = {
		{ WORDS("encap", "seg6", "mode", "inline", "segs", "fc00:1::100,fc00:2::100"), 3, true },
		{ WORDS("encap", "seg6", "mode", "encap", "segs", "fc00:1::100,fc00:2::100"), 2, false },
		{ WORDS("encap", "seg6local", "action", "End.B6", "srh segs", "fc00:1::1"), 2, true },
		{ WORDS("encap", "seg6local", "action", "End.B6.Encaps", "srh segs", "fc00:1::1"), 1, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct message message;
		const struct ipv6_sr_hdr *srh = header_of(&message, rows[i].words);
		assert_int_equal(srh->hdrlen, 2 * rows[i].entries);
		assert_int_equal(srh->segments_left, rows[i].entries - 1);
		assert_int_equal(srh->first_segment, rows[i].entries - 1);
		const struct address entry = address_from(AF_INET6, &srh->segments[0]);
		const struct address last = address_from(AF_INET6, &srh->segments[rows[i].entries - 1]);
		assert_int_equal(address_is_unspecified(&entry), rows[i].own);
		assert_false(address_is_unspecified(&last));
	}
}

/* Whatever a behaviour's row may ask for can be told to the kernel and read back. */
static void every_behaviour(void **state)
{
	struct address policy[] = { { AF_INET6, { [15] = 1 } } };
	const struct sid sid = { .nh6 = "fc00::2",
		                 .nh4 = "10.0.0.1",
		                 .table = "254",
		                 .vrftable = NULL,
		                 .oif = "b0",
		                 .segments = policy,
		                 .segment_count = 1,
		                 .flavors = "psp,usp,usd,next-csid" };

	(void)state;
	for (int row = 0; behaviour_table[row]; row++) {
		const char *words[32] = { "encap", "seg6local", "action", behaviour_table[row]->word };
		owned_facts facts = { 0 };
		behaviour_table[row]->parameters(&facts, &sid, "fc00::2");
		assert_true(facts.count <= 13);
		for (size_t i = 0; i < facts.count; i++) {
			words[4 + 2 * i] = facts.facts[i].key;
			words[5 + 2 * i] = facts.facts[i].value;
		}
		round_trip(words);
	}
}

static const struct {
	const char *const *asked, *const *held;
	const char *how; /* NULL: the same */
} compared[] = {
	{ WORDS("dev", "a0"), WORDS("dev", "a0"), NULL },
	{ WORDS("dev", "a0"), WORDS("dev", "b0"), "dev is b0, not a0" },
	{ WORDS("dev", "a0"), WORDS("dev", "a0", "encap", "seg6"), "encap seg6 was not asked for" },
	{ WORDS("dev", "a0", "encap", "seg6"), WORDS("dev", "a0"), "encap seg6 is missing" },
	{ WORDS("flavors", "psp"), WORDS("action", "End"), "flavors psp is missing, action End was not asked for" },
	{ WORDS("flavors", "next-csid"), WORDS("flavors", "next-csid", "lblen", "32", "nflen", "16"), NULL },
	{ WORDS("flavors", "next-csid"), WORDS("flavors", "next-csid", "lblen", "48"), "lblen 48 was not asked for" },
	{ WORDS("flavors", "psp"), WORDS("flavors", "psp", "flavors", "usd"), "flavors usd was not asked for" },
	{ WORDS("flavors", "psp", "flavors", "usd"), WORDS("flavors", "usd", "flavors", "psp"), NULL },
	{ WORDS("flavors", "psp", "flavors", "usd"), WORDS("flavors", "usd"), "flavors is usd, not psp" },
};

static void differences(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(compared); i++) {
		struct thing thing = { .kind = THING_ROUTE };
		struct held held = { .kind = THING_ROUTE };
		facts_of(&thing.facts, compared[i].asked);
		facts_of(&held.facts, compared[i].held);
		owned_text how = thing_differs(&thing, &held);
		if (compared[i].how)
			assert_string_equal(how, compared[i].how);
		else
			assert_null(how);
		facts_clear(&thing.facts);
		facts_clear(&held.facts);
	}
}

/* A link has more than a line says of it. */
static void parts(void **state)
{
	struct thing thing = { .kind = THING_LINK };
	struct held held = { .kind = THING_LINK };

	(void)state;
	facts_of(&thing.facts, WORDS("mtu", "1500"));
	facts_of(&held.facts, WORDS("mtu", "1500", "up", "yes"));
	assert_null(thing_differs(&thing, &held));
	facts_clear(&thing.facts);
	facts_clear(&held.facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(encaps), cmocka_unit_test(entries),
		                            cmocka_unit_test(every_behaviour), cmocka_unit_test(differences),
		                            cmocka_unit_test(parts) };

	return cmocka_run_group_tests_name("readback", tests, NULL, NULL);
}
