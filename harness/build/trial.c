/* Why a thing is not held: it is requested once more from the plan's values, without `ip`. What the kernel refuses or
 * ignores then, it does not support; what it accepts was lost before it reached the kernel. */
#include <errno.h>
#include <linux/if_link.h>
#include <stdlib.h>
#include <string.h>

#include "readback.h"

/* An unused prefix. A separate table would not do: a kernel without IPV6_MULTIPLE_TABLES has only one. */
static const char *trial_prefix(const struct thing *thing)
{
	return strchr(thing->name, ':') ? "fd00:c::7472/128" : "100.127.116.114/32";
}

struct trial {
	int socket;
	const struct thing *thing;
	struct holdings devices;
};

/* The " table NUMBER" after the name of a route that is not in main; else empty. */
static const char *table_of(const struct thing *thing)
{
	const char *table = strstr(thing->name, " table ");

	return table ? table : "";
}

/* A route with an encapsulation is tried in main, where every kernel has one. */
static int ask_route(const struct trial *trial, unsigned type, unsigned flags, const struct facts *facts)
{
	owned_text name = text_format("%s%s", trial_prefix(trial->thing),
	                              facts_get(facts, "encap") ? "" : table_of(trial->thing));

	return route_ask(trial->socket, type, flags, name, facts, &trial->devices);
}

/* By what it was made from: another gateway is another route. */
static void withdraw(const struct trial *trial, const struct facts *facts)
{
	ask_route(trial, RTM_DELROUTE, 0, facts);
}

static int attempt(const struct trial *trial, const struct facts *facts)
{
	int error = ask_route(trial, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, facts);

	if (!error)
		withdraw(trial, facts);
	return error;
}

/* All facts, but of one key at most one value. */
static void leave_out(struct facts *ret, const struct facts *all, const char *key, const char *but)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct fact *fact = &all->facts[i];
		if (strcmp(fact->key, key) != 0 || (but && strcmp(fact->value, but) == 0))
			facts_add(ret, fact->key, "%s", fact->value);
	}
}

static bool stays(const char *key)
{
	static const char *const keys[] = { "type", "via", "dev", "encap", "action", "mode", "segs" };

	for (size_t i = 0; i < COUNT(keys); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

/* The parameter without which the kernel accepts the rest: those of its values that it also refuses alone, or all. */
static char *refused_parameter(const struct trial *trial)
{
	const struct facts *all = &trial->thing->facts;
	char *text = NULL;

	for (size_t i = 0; i < all->count && !text; i++) {
		const char *key = all->facts[i].key;
		owned_facts without = { 0 }, refused = { 0 };
		if (stays(key))
			continue;
		leave_out(&without, all, key, NULL);
		if (attempt(trial, &without) != 0)
			continue;
		for (size_t j = i; j < all->count; j++) {
			owned_facts one = { 0 };
			if (strcmp(all->facts[j].key, key) != 0)
				continue;
			leave_out(&one, all, key, all->facts[j].value);
			if (attempt(trial, &one) != 0)
				facts_add(&refused, key, "%s", all->facts[j].value);
		}
		text_append(&text, "this kernel refuses %s %s", facts_get(all, "encap"), facts_get(all, "action"));
		if (refused.count)
			facts_append(&text, &refused);
		else
			text_append(&text, " %s", key);
	}
	return text;
}

/* The simplest of its kind, which every kernel with the option accepts. */
static int attempt_plain(const struct trial *trial)
{
	const char *encap = facts_get(&trial->thing->facts, "encap");
	owned_facts plain = { 0 };

	facts_add(&plain, "dev", "%s", facts_get(&trial->thing->facts, "dev"));
	facts_add(&plain, "encap", "%s", encap);
	facts_add(&plain, "action", "End");
	facts_add(&plain, "mode", "encap");
	facts_add(&plain, "segs", "fc00::1");
	return attempt(trial, &plain);
}

/* Errors of the machine or of the socket, which say nothing about the request. */
static bool is_no_answer(int error)
{
	return error == ENOMEM || error == ENOBUFS || error == EINTR || error == EAGAIN || error == EIO ||
	       error == EACCES;
}

static char *refusal(const struct trial *trial, int error, const char *option)
{
	const struct facts *all = &trial->thing->facts;
	owned_facts words = { 0 };

	if (is_no_answer(error))
		return NULL;
	if (error == EPERM && facts_get(all, "endpoint"))
		return text_copy("only root, in no user namespace, can load the program of End.BPF");
	char *text = refused_parameter(trial);
	if (text)
		return text;
	int plain = attempt_plain(trial);
	if (plain == EOPNOTSUPP) /* lwtunnel_valid_encap_type(): it is not built */
		return text_format("this kernel has no `encap %s` (CONFIG_%s)", facts_get(all, "encap"), option);
	if (plain)
		return text_format("this kernel refuses every `encap %s` (%s)", facts_get(all, "encap"),
		                   strerror(plain));
	for (size_t i = 0; i < all->count; i++)
		if (!stays(all->facts[i].key) || strcmp(all->facts[i].key, "action") == 0 ||
		    strcmp(all->facts[i].key, "mode") == 0)
			facts_add(&words, all->facts[i].key, "%s", all->facts[i].value);
	text_append(&text, "this kernel refuses %s", facts_get(all, "encap"));
	facts_append(&text, &words);
	text_append(&text, " (%s)", strerror(error));
	return text;
}

/* What the kernel accepted and does not hold. */
static char *ignored(const struct trial *trial)
{
	const struct thing *thing = trial->thing;
	owned_holdings holdings = { .ipv4 = true };
	owned_facts lost = { 0 };
	char *text = NULL;

	if (holdings_read(&holdings, trial->socket, NULL) < 0)
		return NULL;
	const struct held *held = holdings_find(&holdings, THING_ROUTE, trial_prefix(thing));
	for (size_t i = 0; held && i < thing->facts.count; i++)
		if (!facts_have(&held->facts, thing->facts.facts[i].key, thing->facts.facts[i].value))
			facts_add(&lost, thing->facts.facts[i].key, "%s", thing->facts.facts[i].value);
	if (!lost.count)
		return NULL;
	text_append(&text, "this kernel ignores %s", facts_get(&thing->facts, "encap"));
	facts_append(&text, &lost);
	return text;
}

/* A kernel that has only table main puts a route of another table there, without an error. */
static char *table_is_main(const struct trial *trial, const char *option)
{
	owned_text name = text_format("%s%s", trial_prefix(trial->thing), table_of(trial->thing));
	owned_holdings holdings = { .ipv4 = true };
	char *text = NULL;

	if (ask_route(trial, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &trial->thing->facts) != 0)
		return NULL;
	if (holdings_read(&holdings, trial->socket, NULL) == 0 && !holdings_find(&holdings, THING_ROUTE, name) &&
	    holdings_find(&holdings, THING_ROUTE, trial_prefix(trial->thing)))
		text = text_format("this kernel has no routing table but main (CONFIG_%s)", option);
	withdraw(trial, &trial->thing->facts);
	return text;
}

static char *several_are_refused(const struct trial *trial, const char *option)
{
	const int error = attempt(trial, &trial->thing->facts);

	if (!error || is_no_answer(error))
		return NULL;
	return text_format("this kernel refuses a route with several next hops (CONFIG_%s)", option);
}

char *trial_route(int socket, const struct thing *thing, const char *option)
{
	struct trial trial = { .socket = socket, .thing = thing };
	char *text = NULL;

	if (holdings_read(&trial.devices, socket, NULL) < 0)
		return NULL;
	if (facts_get(&thing->facts, "nexthop")) {
		text = several_are_refused(&trial, option);
		holdings_clear(&trial.devices);
		return text;
	}
	if (!facts_get(&thing->facts, "encap")) {
		text = *table_of(thing) ? table_is_main(&trial, option) : NULL;
		holdings_clear(&trial.devices);
		return text;
	}
	int error = ask_route(&trial, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &thing->facts);
	if (!error) {
		text = ignored(&trial);
		withdraw(&trial, &thing->facts);
	} else {
		text = refusal(&trial, error, option);
	}
	holdings_clear(&trial.devices);
	return text;
}

char *trial_link(int socket, const struct thing *thing, const char *option)
{
	static const char name[] = "hopcheck-trial";
	const char *kind = facts_get(&thing->facts, "kind");
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC };
	const uint32_t table = (uint32_t)strtoul(facts_get(&thing->facts, "table") ?: "0", NULL, 10);
	struct message message;

	if (!kind)
		return NULL;
	message_start(&message, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, &link, sizeof link);
	message_put(&message, IFLA_IFNAME, name, sizeof name);
	struct rtattr *info = message_nest(&message, IFLA_LINKINFO);
	message_put(&message, IFLA_INFO_KIND, kind, strlen(kind) + 1);
	if (facts_get(&thing->facts, "table")) {
		struct rtattr *data = message_nest(&message, IFLA_INFO_DATA);
		message_put(&message, IFLA_VRF_TABLE, &table, sizeof table);
		message_nest_end(&message, data);
	}
	message_nest_end(&message, info);
	int error = rtnetlink_ask(socket, &message, NULL, NULL);
	if (error == EOPNOTSUPP)
		return text_format("this kernel makes no %s device (CONFIG_%s)", kind, option);
	message_start(&message, RTM_DELLINK, NLM_F_ACK, &link, sizeof link);
	message_put(&message, IFLA_IFNAME, name, sizeof name);
	rtnetlink_ask(socket, &message, NULL, NULL);
	return NULL;
}
