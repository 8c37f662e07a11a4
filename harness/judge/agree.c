/* Whether the kernel's own words agree with a verdict: what its counters and its drop events say may not contradict the
 * reason, and what it counts of every packet that ends so must have been counted. */
#include <string.h>

#include "told.h"
#include "transport.h"

/* What is counted only of packets that are dropped or refused. A counter of an interface is known by what stands behind
 * its colon. Counters that move when nothing is wrong are left out: neighbour discovery's, those of TCP's queues;
 * and Icmp6OutDestUnreachs and IcmpOutDestUnreachs, as where nobody answers a packet may be given up when a later cell
 * of the lab runs. */
static const char *const telling[] = {
	"Ip6InHdrErrors",     "Ip6InTooBigErrors", "Ip6InNoRoutes",     "Ip6InAddrErrors",    "Ip6InUnknownProtos",
	"Ip6InTruncatedPkts", "Ip6InDiscards",     "Ip6OutDiscards",    "Ip6OutNoRoutes",     "Ip6FragFails",
	"IpInHdrErrors",      "IpExtInNoRoutes",   "IpInAddrErrors",    "IpInUnknownProtos",  "IpExtInTruncatedPkts",
	"IpInDiscards",       "IpOutDiscards",     "IpOutNoRoutes",     "IpFragFails",        "IpExtInCsumErrors",
	"IcmpOutTimeExcds",   "IcmpOutParmProbs",  "Icmp6OutTimeExcds", "Icmp6OutPktTooBigs", "Icmp6OutParmProblems",
	"tx_dropped",
};

/* Kernels before 5.17 have none (include/net/dropreason-core.h). PKT_TOO_SMALL is left out: an ICMPv6 error that quotes
 * too little of a packet with a long segment list is freed so where it arrives. */
static const struct drop_word words[] = {
	{ "IP_INNOROUTES",
	  { REASON_NO_ROUTE, REASON_LINK_LOCAL, REASON_UNREACHABLE, REASON_PROHIBITED, REASON_OTHER_TABLE,
	    REASON_ADDRESS } },
	{ "IP_OUTNOROUTES", { REASON_NO_ROUTE, REASON_UNREACHABLE, REASON_PROHIBITED } },
	{ "IP_INADDRERRORS", { REASON_NOT_FORWARDING, REASON_ADDRESS, REASON_HEADER } },
	{ "OTHERHOST", { REASON_OTHER_HOST } },
	{ "IP_INHDR", { REASON_HOP_LIMIT, REASON_ADDRESS, REASON_HEADER } },
	{ "IP_CSUM", { REASON_IP_CSUM } },
	{ "IP_NOPROTO", { REASON_NO_DECAPSULATION, REASON_HEADER } },
	{ "IPV6_BAD_EXTHDR", { REASON_SRH_MALFORMED, REASON_HEADER } },
	{ "PKT_TOO_BIG", { REASON_TOO_BIG } },
	{ "RECURSION_LIMIT", { REASON_RECURSION, REASON_SELF_SEGMENT } },
	{ .word = NULL },
};

static const char *plain_name(const char *counter)
{
	const char *colon = strrchr(counter, ':');

	return colon ? colon + 1 : counter;
}

static bool is_among(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count && names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool goes_with(const struct reason_row *row, const char *counter)
{
	return row && (is_among(row->counters, COUNT(row->counters), counter) ||
	               is_among(row->with, COUNT(row->with), counter));
}

/* Of a burst some packets may be of other flows, which nobody listens to, or broken on purpose: the verdict is about
 * the others, and what the kernel counts is about all. */
static bool has_stray_packets(const struct traffic *traffic)
{
	struct burst burst = { 0 };
	bool stray = false;

	if (!traffic->differ_count)
		return false;
	burst_make(&burst, traffic);
	for (size_t i = 0; i < burst.count; i++)
		stray |= burst.packets[i].flow > 0 || burst.packets[i].traffic.cut > 0 ||
		         !packet_is_readable(&burst.packets[i].traffic);
	burst_clear(&burst);
	return stray;
}

static bool tells_a_drop(const struct transport *transport, const char *counter)
{
	return is_among(telling, COUNT(telling), counter) ||
	       (transport->drop_counters && is_among(transport->drop_counters, SIZE_MAX, counter));
}

/* A crafted packet has a verdict of its own; an answer to it has none, and may have ended on its way back. */
static bool has_lost_answers(const struct evidence *evidence)
{
	const struct plan *plan = evidence->plan;
	size_t sent = 0, came = 0;

	if (!traffic_is_crafted(&plan->traffic))
		return false;
	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *captured = &evidence->packets[i];
		const size_t node = hop_node(plan, captured->hop);
		if (captured->way != WAY_BACK)
			continue;
		sent += HOP_DIRECTION(captured->hop) == HOP_OUT && node == plan->to;
		came += HOP_DIRECTION(captured->hop) == HOP_IN && node == plan->from;
	}
	return sent > came;
}

/* Where a flow that ran at once ended, and why. */
struct other_loss {
	const struct reason_row *row; /* NULL: it may be anything that is counted */
	size_t node;
};
/* False: it was delivered. */
static bool other_lost(struct other_loss *ret, const struct evidence *other)
{
	const struct ending ending = transport_of(&other->plan->traffic)->conclude(other);
	owned_text said = NULL;
	owned_text how = NULL;

	*ret = (struct other_loss){ NULL, NOT_FOUND };
	if (ending.fate == FATE_DELIVERED)
		return has_stray_packets(&other->plan->traffic) || has_lost_answers(other);
	if (ending.fate == FATE_CORRUPTED || unreadable_find(other, &how))
		return true;
	const struct loss loss = loss_follow(other, &ending.target);
	ret->row = loss_row(&loss, &said);
	ret->node = loss.node;
	return true;
}

/* Whether a counter of the lab's may be about a flow that ran at once. */
static bool is_about_another(const struct evidence *evidence, size_t node, const char *counter)
{
	for (size_t i = 0; i < evidence->beside_count; i++) {
		struct other_loss other;
		if (other_lost(&other, evidence->beside[i]) &&
		    (!other.row || (other.node == node && goes_with(other.row, counter))))
			return true;
	}
	return false;
}

static void check_counters(struct verdict *verdict, const struct evidence *evidence, const struct reason_row *row,
                           size_t node)
{
	const struct transport *transport = transport_of(&evidence->plan->traffic);
	const struct trace *trace = evidence->trace;

	for (size_t i = 0; i < trace->counter_count; i++) {
		const struct counter *counter = &trace->counters[i];
		const char *name = plain_name(counter->name);
		if (counter->node == NOT_FOUND || !tells_a_drop(transport, name) ||
		    (counter->node == node && goes_with(row, name)) || is_about_another(evidence, counter->node, name))
			continue;
		contradict(verdict, counter->node, CONTRADICTION_COUNTER, counter->name, "");
		verdict->contradictions[verdict->contradiction_count - 1].count = counter->delta;
	}
	for (size_t i = 0; row && i < COUNT(row->promised) && row->promised[i]; i++)
		if (!counter_at(trace, node, row->promised[i]))
			contradict(verdict, node, CONTRADICTION_SILENCE, row->promised[i], "");
}

static const struct drop_word *word_in(const struct drop_word *table, const char *word)
{
	while (table && table->word && strcmp(table->word, word) != 0)
		table++;
	return table && table->word ? table : NULL;
}

static bool word_goes_with(const struct transport *transport, const char *word, enum reason reason)
{
	const struct drop_word *row = word_in(words, word);

	if (!row)
		row = word_in(transport->drop_words, word);
	return !row /* then it says nothing that could be contradicted */ || goes_with_reason(row->reasons, reason);
}

static void check_drops(struct verdict *verdict, const struct evidence *evidence)
{
	const struct transport *transport = transport_of(&evidence->plan->traffic);
	const struct trace *trace = evidence->trace;

	for (size_t i = 0; i < trace->drop_count; i++)
		if (!word_goes_with(transport, trace->drops[i].reason, verdict->reason))
			contradict(verdict, trace->drops[i].node, CONTRADICTION_DROP, trace->drops[i].reason, "");
}

void agree_check(struct verdict *verdict, const struct evidence *evidence, const struct reason_row *row,
                 const struct loss *loss)
{
	sid_counts_check(verdict, evidence);
	if (verdict->fate == FATE_CORRUPTED || verdict->reason == REASON_UNEXPLAINED ||
	    verdict->reason == REASON_MALFORMED || has_stray_packets(&evidence->plan->traffic) ||
	    (verdict->fate == FATE_DELIVERED && has_lost_answers(evidence)))
		return; /* no reason is given that could be contradicted, or what is counted is not about it alone */
	check_counters(verdict, evidence, row, loss ? loss->node : NOT_FOUND);
	check_drops(verdict, evidence);
	told_check(verdict, evidence, loss);
}
