/* From evidence to reason: one table, the most specific evidence first, with the transport's own rows where its steps
 * are. A new reason is a row here. Counters alone are not enough: several reasons share one (Ip6InHdrErrors), the
 * kernel drops some packets without counting them, and one lost packet may move the counters of others
 * (retransmissions, ICMPv6 errors). */
#include <string.h>

#include "reason.h"
#include "transport.h"

/* How many segments in a row, from the one that the packet came to, are addresses of the node: each but the last takes
 * one from the hop limit (RFC 8754 4.3.1.1). */
static unsigned own_segments(const struct loss *loss)
{
	const struct srh_view srh = captured_srh(loss->last);
	unsigned own = 0;

	if (!loss_is_local(loss) || !srh.present || srh.fault)
		return 0;
	for (size_t left = srh.segments_left; left && left * SEGMENT_OCTETS <= srh.segment_list.length; left--) {
		struct address next = address_from(AF_INET6, srh.segment_list.data + (left - 1) * SEGMENT_OCTETS);
		if (!loss_owns(loss, &next))
			break;
		own++;
	}
	return own;
}

static bool hop_limit_is_spent(const struct loss *loss, char **said)
{
	const struct layer *ipv6 = loss_arrived(loss) ? packet_layer(&loss->last->view, LAYER_IPV6) : NULL;

	unsigned limit = ipv6 ? ipv6_hop_limit(&loss->last->view, ipv6) : 0;
	unsigned own = ipv6 ? own_segments(loss) : 0;

	if (!ipv6 || limit > (own ? own : 1))
		return false;
	text_append(said, "its hop limit was %u", limit);
	if (limit > 1)
		text_append(said, ", and %u segments in a row are the node's own", own);
	return true;
}

/* A service's complaints begin with "r2 service". */
static bool service_complained(const struct loss *loss, char **said)
{
	const struct trace *trace = loss->evidence->trace;
	owned_text start = text_format("%s service", loss_at(loss)->name);

	for (size_t i = 0; i < trace->complaint_count; i++) {
		if (strncmp(trace->complaints[i], start, strlen(start)) == 0) {
			text_append(said, "the service complained: %s", trace->complaints[i]);
			return true;
		}
	}
	return false;
}

/* Whether a frame is larger than the MTU of the interface at the other end of its link. */
static bool exceeds(const struct interface *other, const struct captured *captured)
{
	const size_t ethernet = 14;

	return !captured->gso_size && captured->wire_length > ethernet + other->mtu;
}

static bool was_last_seen_leaving(const struct loss *loss, char **said)
{
	char hop[HOP_TEXT_SIZE];
	const struct topology *topology = loss->evidence->plan->topology;

	if (!loss->last || loss_arrived(loss))
		return false;
	size_t other = other_end(loss->evidence->plan, loss->last);
	text_append(said, "it never arrived at %s", hop_text(topology, HOP(other, HOP_IN), hop));
	size_t excess = captured_excess(topology, loss->last);
	if (excess)
		text_append(said, ", being %zu octets larger than the MTU of %u where it left", excess,
		            topology->interfaces[HOP_INTERFACE(loss->last->hop)].mtu);
	else if (exceeds(&topology->interfaces[other], loss->last))
		text_append(said, ", which takes no more than its own MTU of %u", topology->interfaces[other].mtu);
	return true;
}

/* Without an answer the packet stays in the neighbour's queue until resolution fails. */
static bool next_hop_is_silent(const struct loss *loss, char **said)
{
	text_append(said, "%s asked for a neighbour's link-layer address and nobody answered", loss_at(loss)->name);
	return true;
}

static bool does_not_forward(const struct loss *loss, char **said)
{
	const struct plan *plan = loss->evidence->plan;

	if (!loss_arrived(loss) || plan_forwards(plan, loss->node))
		return false;
	text_append(said, "the packet is not for %s, which does not forward", loss_at(loss)->name);
	return true;
}

/* validate_xmit_skb(), the last step before the driver, drops GSO packets that it cannot segment: they count here too.
 */
static bool was_dropped_going_out(const struct loss *loss, char **said)
{
	const struct counter *dropped = tx_dropped_at(loss->evidence->trace, loss->node);

	if (!dropped)
		return false;
	text_append(said, "tx_dropped of %.*s rose by %lld at %s", (int)strcspn(dropped->name, ":"), dropped->name,
	            (long long)dropped->delta, loss_at(loss)->name);
	return true;
}

/* Ip6OutNoRoutes counts packets that the node itself sends: if the lost packet had arrived, the answer to it. */
static bool its_answer_was_lost(const struct loss *loss, char **said)
{
	text_append(said, "%s has no route for what it %s", loss_at(loss)->name,
	            loss_arrived(loss) ? "would answer" : "sends");
	return true;
}

static const struct reason_row rows[] = {
	{ REASON_LINK, { NULL }, was_last_seen_leaving, NULL, STEP_COMMON },
	{ REASON_HEADER, { "Ip6InTruncatedPkts" }, NULL, "ip6_rcv_core", STEP_COMMON }, /* checked before any SRH */
	{ REASON_SEG6_DISABLED, { NULL }, seg6_is_disabled, "ipv6_srh_rcv", STEP_COMMON },
	{ REASON_SRH_MALFORMED, { NULL }, srh_is_faulty, "get_and_validate_srh, ipv6_rthdr_rcv", STEP_COMMON },
	{ REASON_HOP_LIMIT,
	  { "Ip6InHdrErrors", "Icmp6OutTimeExcds" },
	  hop_limit_is_spent,
	  "ip6_forward, ipv6_srh_rcv",
	  STEP_COMMON },
	{ .step = STEP_CHECKSUM },
	{ REASON_SELF_SEGMENT, { NULL }, segment_is_destination, "lwtunnel_output", STEP_COMMON },
	{ REASON_SEG6_DISABLED, { NULL }, segment_is_headends_own, "ipv6_srh_rcv", STEP_COMMON },
	{ REASON_LOCAL_REFUSED, { NULL }, segment_is_headends_sid, "seg6_output", STEP_COMMON },
	{ REASON_NO_ROUTE, { NULL }, segment_has_no_route, "seg6_output", STEP_COMMON },
	{ REASON_LINK_LOCAL, { "Ip6InNoRoutes" }, next_hop_lacks_interface, "seg6_lookup_any_nexthop", STEP_COMMON },
	{ REASON_NO_ROUTE, { "Ip6InNoRoutes" }, NULL, "ip6_pkt_drop", STEP_COMMON },
	{ REASON_NO_ROUTE, { "Ip6OutNoRoutes" }, its_answer_was_lost, "ip6_dst_lookup", STEP_COMMON },
	{ REASON_HOP_LIMIT, { "Icmp6OutTimeExcds" }, NULL, "ip6_forward", STEP_COMMON },
	{ REASON_TOO_BIG, { "Icmp6OutPktTooBigs", "Ip6InTooBigErrors" }, NULL, "ip6_forward", STEP_COMMON },
	{ REASON_TOO_BIG, { "Ip6FragFails" }, NULL, "ip6_xmit", STEP_COMMON }, /* where TCP itself sends it */
	{ REASON_NO_DECAPSULATION, { NULL }, nobody_decapsulates, "ip6_input_finish, tunnel6_rcv", STEP_COMMON },
	{ REASON_SRH_MALFORMED, { "Icmp6OutParmProblems" }, NULL, "ipv6_srh_rcv", STEP_COMMON },
	{ REASON_NOT_FORWARDING, { "Ip6InAddrErrors" }, does_not_forward, "ip6_forward", STEP_COMMON },
	{ REASON_ADDRESS, { "Ip6InAddrErrors" }, address_is_unusable, "ip6_forward", STEP_COMMON },
	{ REASON_ADDRESS, { "Ip6InHdrErrors" }, destination_is_loopback, "ip6_rcv_core", STEP_COMMON },
	{ REASON_HEADER, { "Ip6InHdrErrors", "Ip6InAddrErrors" }, NULL, "ip6_rcv_core", STEP_COMMON },
	{ .step = STEP_SOCKET },
	{ REASON_RECURSION, { NULL }, own_segments_are_many, "lwtunnel_input, __dev_queue_xmit", STEP_COMMON },
	{ REASON_TX_DROPPED, { NULL }, was_dropped_going_out, "validate_xmit_skb, or the driver", STEP_COMMON },
	/* The kernel drops these without counting them. In the order of its checks. */
	{ REASON_SEGMENTS_LEFT_ZERO, { NULL }, no_segments_are_left, "get_and_validate_srh", STEP_COMMON },
	{ REASON_SEGMENTS_LEFT, { NULL }, segments_are_left, "decap_and_validate", STEP_COMMON },
	{ REASON_HMAC, { NULL }, hmac_is_missing, "seg6_hmac_validate_skb", STEP_COMMON },
	{ REASON_HMAC_UNFLAGGED, { NULL }, hmac_is_unflagged, "seg6_hmac_validate_skb", STEP_COMMON },
	{ REASON_HMAC_WRONG, { NULL }, hmac_is_wrong, "seg6_hmac_validate_skb", STEP_COMMON },
	{ REASON_NO_INNER, { NULL }, inner_packet_is_missing, "decap_and_validate", STEP_COMMON },
	{ REASON_LOCAL_REFUSED, { NULL }, next_is_local, "seg6_lookup_any_nexthop", STEP_COMMON },
	{ REASON_EMPTY_TABLE, { NULL }, table_is_empty, "seg6_lookup_any_nexthop", STEP_COMMON },
	{ REASON_LINK_LOCAL,
	  { NULL },
	  next_hop_lacks_interface,
	  "seg6_lookup_any_nexthop",
	  STEP_COMMON }, /* 6.1 does not count it */
	{ REASON_NO_NEIGHBOUR, { NULL }, neighbour_is_nobody, "ndisc_solicit", STEP_COMMON },
	{ REASON_ADDRESS, { NULL }, address_is_unusable, "ipv6_rcv", STEP_COMMON },
	{ REASON_NO_NEIGHBOUR, { "Icmp6OutNeighborSolicits" }, next_hop_is_silent, "ndisc_solicit", STEP_COMMON },
	{ REASON_SERVICE, { NULL }, service_complained, NULL, STEP_COMMON },
	{ REASON_SERVICE, { NULL }, service_is_not_asked, "dst_discard", STEP_COMMON },
	{ .step = STEP_LAST },
};

static bool row_holds(const struct reason_row *row, const struct loss *loss, char **said)
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
		text_append(said, "%s at %s", counters, loss_at(loss)->name);
	if (check)
		text_append(said, "%s%s", counters ? ": " : "", check);
	if (row->kernel)
		text_append(said, " (%s)", row->kernel);
	return true;
}

/* Whether a counter may be that of a drop for which there is no row. */
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
		text_append(said, " at %s", loss_at(loss)->name);
	else
		text_append(said, "no counter that tells a drop moved at %s", loss_at(loss)->name);
}

static enum reason transport_reason(const struct loss *loss, enum reason_step step, char **said)
{
	const struct reason_row *row = transport_of(&loss->evidence->plan->traffic)->reasons;

	for (; row && row->reason != REASON_NONE; row++)
		if (row->step == step && row_holds(row, loss, said))
			return row->reason;
	return REASON_NONE;
}

enum reason loss_reason(const struct loss *loss, char **said)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		enum reason reason = rows[i].reason;
		if (rows[i].step != STEP_COMMON)
			reason = transport_reason(loss, rows[i].step, said);
		else if (!row_holds(&rows[i], loss, said))
			continue;
		if (reason != REASON_NONE)
			return reason;
	}
	say_unexplained(loss, said);
	return REASON_UNEXPLAINED;
}
