/* From evidence to reason: one table, the most specific evidence first. A row holds when one of its counters moved at
 * the node where the packet ended and its check, where it has one, holds too. To teach the judge, add a row. */
#include <string.h>

#include "behaviour.h"
#include "judge.h"

#define TLV_PAD1 0
#define TLV_HMAC 5

struct row {
	enum reason reason;
	const char *counters[4];
	/* Adds a sentence part with what it saw. NULL: the counters alone decide. */
	bool (*holds)(const struct loss *loss, char **said);
	const char *kernel; /* where the kernel does it */
};

static const struct node *node_of(const struct loss *loss)
{
	return &loss->evidence->plan->topology->nodes[loss->node];
}

static const struct sid *sid_of(const struct loss *loss)
{
	const struct node *node = node_of(loss);

	for (size_t i = 0; i < node->sid_count; i++)
		if (address_same(&node->sids[i].address, &loss->last->view.outer_destination))
			return &node->sids[i];
	return NULL;
}

static bool is_own_address(const struct loss *loss, const struct in6_addr *to)
{
	const struct plan *plan = loss->evidence->plan;
	const struct node *node = node_of(loss);

	for (size_t i = 0; i < node->address_count; i++)
		if (address_same(&node->addresses[i], to))
			return true;
	for (size_t i = 0; i < INTERFACES(plan->topology); i++)
		if (plan->topology->interfaces[i].node == loss->node && address_same(&plan->interfaces[i].address, to))
			return true;
	return false;
}

static bool is_to_own_address(const struct loss *loss)
{
	return is_own_address(loss, &loss->last->view.outer_destination);
}

static bool srh_is_faulty(const struct loss *loss, char **said)
{
	if (!loss_arrived(loss) || !loss->last->view.srh.fault || !(sid_of(loss) || is_to_own_address(loss)))
		return false;
	text_append(said, "its SRH is faulty (%s)", loss->last->view.srh.fault);
	return true;
}

static bool hop_limit_is_spent(const struct loss *loss, char **said)
{
	if (!loss_arrived(loss) || loss->last->view.hop_limit > 1)
		return false;
	text_append(said, "its hop limit was %u", loss->last->view.hop_limit);
	return true;
}

/* Whether the node answered the packet with a reset. */
static bool is_answered_by_reset(const struct loss *loss)
{
	struct target reset = { .kind = TARGET_FLAGS };

	reset.way = loss->target.way == WAY_FORWARD ? WAY_BACK : WAY_FORWARD;
	for (reset.flags = TCP_RST; reset.flags <= (TCP_RST | TCP_ACK); reset.flags += TCP_ACK)
		if (target_seen(loss->evidence, &reset, loss->node, HOP_OUT))
			return true;
	return false;
}

static bool has_connection(const struct loss *loss)
{
	const struct trace *trace = loss->evidence->trace;
	const struct endpoint *end = loss->node == loss->evidence->plan->to ? &trace->receiver : &trace->sender;

	return !(loss->target.kind == TARGET_FLAGS && loss->target.flags == TCP_SYN) && end->established;
}

static bool no_socket_answered(const struct loss *loss, char **said)
{
	if (has_connection(loss) || !is_answered_by_reset(loss))
		return false;
	text_append(said, "%s answered with a reset", node_of(loss)->name);
	return true;
}

static bool socket_was_reset(const struct loss *loss, char **said)
{
	if (!has_connection(loss) || !is_answered_by_reset(loss))
		return false;
	text_append(said, "%s reset the connection", node_of(loss)->name);
	return true;
}

static bool seg6_is_disabled(const struct loss *loss, char **said)
{
	const struct node *node = node_of(loss);

	if (!loss_arrived(loss) || node->seg6_enabled || !loss->last->view.srh.present || !is_to_own_address(loss))
		return false;
	text_append(said, "the packet has an SRH for an address of %s, where seg6_enabled is 0", node->name);
	return true;
}

static bool has_hmac(struct bytes tlvs)
{
	while (tlvs.length) {
		size_t size = tlvs.data[0] == TLV_PAD1 ? 1 : tlvs.length < 2 ? tlvs.length : (size_t)tlvs.data[1] + 2;
		if (tlvs.data[0] == TLV_HMAC)
			return true;
		if (size > tlvs.length)
			return false;
		tlvs = (struct bytes){ tlvs.data + size, tlvs.length - size };
	}
	return false;
}

static bool hmac_is_missing(const struct loss *loss, char **said)
{
	const struct node *node = node_of(loss);

	if (!loss_arrived(loss) || node->seg6_require_hmac != 1 || !loss->last->view.srh.present ||
	    has_hmac(loss->last->view.srh.tlvs) || !(sid_of(loss) || is_to_own_address(loss)))
		return false;
	text_append(said, "the SRH has no HMAC, which %s requires", node->name);
	return true;
}

static bool no_segments_are_left(const struct loss *loss, char **said)
{
	const struct sid *sid = loss_arrived(loss) ? sid_of(loss) : NULL;

	if (!sid || behaviour_table[sid->behaviour]->decapsulates || (sid->flavors && strstr(sid->flavors, "us")))
		return false;
	if (loss->last->view.srh.present && loss->last->view.srh.segments_left > 0)
		return false;
	text_append(said, "its destination is the %s SID of %s and it has %s", behaviour_table[sid->behaviour]->word,
	            node_of(loss)->name, loss->last->view.srh.present ? "no segments left" : "no SRH");
	return true;
}

/* The segment behind an End SID of this node is an address of this node. */
static bool next_is_local(const struct loss *loss, char **said)
{
	const struct sid *sid = loss_arrived(loss) ? sid_of(loss) : NULL;
	const struct srh_view *srh = loss->last ? &loss->last->view.srh : NULL;
	struct in6_addr next;

	if (!sid || behaviour_table[sid->behaviour]->decapsulates || !srh->present || srh->fault ||
	    !srh->segments_left || srh->segments_left * 16U > srh->segment_list.length)
		return false;
	memcpy(&next, srh->segment_list.data + (srh->segments_left - 1U) * 16, sizeof next);
	if (!is_own_address(loss, &next))
		return false;
	text_append(said, "its next segment is an address of %s itself, to which %s does not deliver",
	            node_of(loss)->name, behaviour_table[sid->behaviour]->word);
	return true;
}

/* A service says "r2 service: ...". */
static bool service_complained(const struct loss *loss, char **said)
{
	const struct trace *trace = loss->evidence->trace;
	owned_text start = text_format("%s service", node_of(loss)->name);

	for (size_t i = 0; i < trace->complaint_count; i++) {
		if (strncmp(trace->complaints[i], start, strlen(start)) == 0) {
			text_append(said, "the service complained: %s", trace->complaints[i]);
			return true;
		}
	}
	return false;
}

static bool was_last_seen_leaving(const struct loss *loss, char **said)
{
	char hop[HOP_TEXT_SIZE];
	const struct topology *topology = loss->evidence->plan->topology;

	if (!loss->last || loss_arrived(loss))
		return false;
	text_append(said, "it never arrived at %s",
	            hop_text(topology, HOP(PEER(HOP_INTERFACE(loss->last->seen->hop)), HOP_IN), hop));
	return true;
}

/* A GSO packet that cannot be cut ends here too, in the last step before the driver. */
static bool was_dropped_going_out(const struct loss *loss, char **said)
{
	const struct counter *dropped = tx_dropped_at(loss->evidence->trace, loss->node);

	if (!dropped)
		return false;
	text_append(said, "tx_dropped of %.*s rose by %lld at %s", (int)strcspn(dropped->name, ":"), dropped->name,
	            (long long)dropped->delta, node_of(loss)->name);
	return true;
}

/* What a node sends itself has no route: what it would have answered, where the packet had arrived. */
static bool its_answer_was_lost(const struct loss *loss, char **said)
{
	text_append(said, "%s has no route for what it %s", node_of(loss)->name,
	            loss_arrived(loss) ? "would answer" : "sends");
	return true;
}

static const struct row rows[] = {
	{ REASON_LINK, { NULL }, was_last_seen_leaving, NULL },
	{ REASON_HEADER, { "Ip6InTruncatedPkts" }, NULL, "ip6_rcv_core" }, /* before any SRH is looked at */
	{ REASON_SRH_MALFORMED, { NULL }, srh_is_faulty, "get_and_validate_srh, ipv6_rthdr_rcv" },
	{ REASON_HOP_LIMIT, { "Ip6InHdrErrors", "Icmp6OutTimeExcds" }, hop_limit_is_spent, "ip6_forward" },
	{ REASON_TCP_CSUM, { "TcpInCsumErrors" }, NULL, "tcp_v6_rcv" },
	{ REASON_NO_ROUTE, { "Ip6InNoRoutes" }, NULL, "ip6_pkt_drop" },
	{ REASON_NO_ROUTE, { "Ip6OutNoRoutes" }, its_answer_was_lost, "ip6_dst_lookup" },
	{ REASON_HOP_LIMIT, { "Icmp6OutTimeExcds" }, NULL, "ip6_forward" },
	{ REASON_TOO_BIG, { "Icmp6OutPktTooBigs", "Ip6InTooBigErrors" }, NULL, "ip6_forward" },
	{ REASON_SRH_MALFORMED, { "Icmp6OutParmProblems" }, NULL, "ipv6_srh_rcv" },
	{ REASON_HEADER, { "Ip6InHdrErrors", "Ip6InAddrErrors" }, NULL, "ip6_rcv_core" },
	{ REASON_NO_SOCKET, { "TcpOutRsts" }, no_socket_answered, "tcp_v6_send_reset" },
	{ REASON_RESET, { "TcpOutRsts" }, socket_was_reset, "tcp_v6_send_reset" },
	{ REASON_TX_DROPPED, { NULL }, was_dropped_going_out, "validate_xmit_skb, or the driver" },
	/* The kernel drops these without moving a counter. */
	{ REASON_SEG6_DISABLED, { NULL }, seg6_is_disabled, "ipv6_srh_rcv" },
	{ REASON_HMAC, { NULL }, hmac_is_missing, "seg6_hmac_validate_skb" },
	{ REASON_SEGMENTS_LEFT_ZERO, { NULL }, no_segments_are_left, "get_and_validate_srh" },
	{ REASON_LOCAL_REFUSED, { NULL }, next_is_local, "seg6_lookup_any_nexthop" },
	{ REASON_SERVICE, { NULL }, service_complained, NULL },
};

static bool row_holds(const struct row *row, const struct loss *loss, char **said)
{
	bool moved = !row->counters[0];
	owned_text counters = NULL;
	owned_text check = NULL;

	for (size_t i = 0; i < COUNT(row->counters) && row->counters[i]; i++) {
		long long delta = counter_at(loss->evidence->trace, loss->node, row->counters[i]);
		moved |= delta > 0;
		if (delta > 0)
			text_append(&counters, "%s%s rose by %lld", counters ? " and " : "", row->counters[i], delta);
	}
	if (!moved || (row->holds && !row->holds(loss, &check)))
		return false;
	if (counters)
		text_append(said, "%s at %s", counters, node_of(loss)->name);
	if (check)
		text_append(said, "%s%s", counters ? ": " : "", check);
	if (row->kernel)
		text_append(said, " (%s)", row->kernel);
	return true;
}

/* Counters that may tell a drop which no row knows. */
static bool tells_a_drop(const char *name)
{
	static const char *const parts[] = { "Err",      "err",     "Drop", "drop", "Discard",
		                             "NoRoutes", "Unknown", "Rsts", "Fail" };

	for (size_t i = 0; i < COUNT(parts); i++)
		if (strstr(name, parts[i]))
			return true;
	return false;
}

static void say_unexplained(const struct loss *loss, char **said)
{
	const struct trace *trace = loss->evidence->trace;
	size_t named = 0;

	for (size_t i = 0; i < trace->counter_count; i++) {
		const struct counter *c = &trace->counters[i];
		if (c->node == loss->node && tells_a_drop(c->name) && named++ < 4)
			text_append(said, "%s%s rose by %lld",
			            named > 1 ? ", " : "nothing known explains it: ", c->name, (long long)c->delta);
	}
	if (named)
		text_append(said, " at %s", node_of(loss)->name);
	else
		text_append(said, "no counter that tells a drop moved at %s", node_of(loss)->name);
}

enum reason loss_reason(const struct loss *loss, char **said)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (row_holds(&rows[i], loss, said))
			return rows[i].reason;
	say_unexplained(loss, said);
	return REASON_UNEXPLAINED;
}
