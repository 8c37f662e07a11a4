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

/* ip_rcv_core() looks at the first header. */
static bool ip_checksum_is_bad(const struct loss *loss, char **said)
{
	const struct layer *ip = loss_arrived(loss) ? packet_ip(&loss->last->view) : NULL;

	if (!ip || ip->kind != LAYER_IPV4 || layer_checksum(&loss->last->view, ip, false) != CHECKSUM_BAD)
		return false;
	text_append(said, "the checksum of its IPv4 header is bad");
	return true;
}

static bool hop_limit_is_spent(const struct loss *loss, char **said)
{
	const struct layer *ip = loss_arrived(loss) ? packet_ip(&loss->last->view) : NULL;

	unsigned limit = ip ? ip_hop_limit(&loss->last->view, ip) : 0;
	unsigned own = ip ? own_segments(loss) : 0;

	if (!ip || limit > (own ? own : 1))
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

/* Without an answer the packet stays in the neighbour's queue until resolution fails. A neighbour that is known is
 * asked from time to time too, and answers. */
/* The packet came to the node that has its destination, and all segments that are left. */
static bool goes_no_further(const struct loss *loss)
{
	if (!loss_arrived(loss) || !loss_is_local(loss))
		return false;
	const struct srh_view srh = captured_srh(loss->last);
	for (size_t i = srh.segments_left; i-- > 0;) {
		if ((i + 1) * SEGMENT_OCTETS > srh.segment_list.length)
			return false;
		const struct address segment = address_from(AF_INET6, srh.segment_list.data + i * SEGMENT_OCTETS);
		if (!address_is_local(loss->evidence->plan, loss->node, &segment))
			return false;
	}
	return true;
}

static bool next_hop_is_silent(const struct loss *loss, char **said)
{
	const struct trace *trace = loss->evidence->trace;

	if (counter_at(trace, loss->node, "Icmp6InNeighborAdvertisements") >=
	    counter_at(trace, loss->node, "Icmp6OutNeighborSolicits"))
		return false;
	if (goes_no_further(loss))
		return false; /* who is asked for is to get what an earlier cell left waiting */
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

static bool came_in(const struct loss *loss, char **said)
{
	(void)said;
	return loss_arrived(loss);
}

/* Ip6OutNoRoutes counts packets that the node itself sends: if the lost packet had arrived, the answer to it. */
static bool its_answer_was_lost(const struct loss *loss, char **said)
{
	text_append(said, "%s has no route for what it %s", loss_at(loss)->name,
	            loss_arrived(loss) ? "would answer" : "sends");
	return true;
}

#define COMMON(is, ...)                                                                                                \
	{                                                                                                              \
		.reason = REASON_##is, .step = STEP_COMMON, __VA_ARGS__                                                \
	}

/* Rows without counters are of what the kernel drops silently, at least in some version. */
static const struct reason_row rows[] = {
	COMMON(LINK, .holds = was_last_seen_leaving, .with = { "tx_dropped" }),
	/* checked before any header of IP */
	COMMON(OTHER_HOST, .holds = frame_is_for_another, .kernel = "ip6_rcv_core"),
	/* checked before any SRH */
	COMMON(HEADER, .counters = { "Ip6InTruncatedPkts" }, .kernel = "ip6_rcv_core"),
	COMMON(HEADER, .counters = { "IpExtInTruncatedPkts" }, .kernel = "ip_rcv_core"),
	COMMON(IP_CSUM, .counters = { "IpExtInCsumErrors" }, .holds = ip_checksum_is_bad, .kernel = "ip_rcv_core",
	       .with = { "IpInHdrErrors" }, .promised = { "IpInHdrErrors" }),
	COMMON(SEG6_DISABLED, .holds = seg6_is_disabled, .kernel = "ipv6_srh_rcv"),
	COMMON(SRH_MALFORMED, .holds = srh_is_faulty_at_sid, .kernel = "get_and_validate_srh"),
	COMMON(SRH_MALFORMED, .holds = srh_is_incomplete_at_host, .kernel = "ipv6_rthdr_rcv",
	       .promised = { "Ip6InHdrErrors" }, .with = { "Ip6InHdrErrors" }),
	COMMON(SRH_MALFORMED, .holds = srh_is_faulty_at_host, .kernel = "ipv6_rthdr_rcv",
	       .promised = { "Ip6InHdrErrors", "Icmp6OutParmProblems" },
	       .with = { "Ip6InHdrErrors", "Icmp6OutParmProblems" }),
	COMMON(HOP_LIMIT, .counters = { "Ip6InHdrErrors", "Icmp6OutTimeExcds" }, .holds = hop_limit_is_spent,
	       .kernel = "ip6_forward, ipv6_srh_rcv", .promised = { "Ip6InHdrErrors", "Icmp6OutTimeExcds" }),
	COMMON(HOP_LIMIT, .counters = { "IcmpOutTimeExcds" }, .kernel = "ip_forward", .with = { "IpInHdrErrors" },
	       .promised = { "IpInHdrErrors", "IcmpOutTimeExcds" }),
	{ .step = STEP_CHECKSUM },
	COMMON(BLACKHOLE, .holds = route_is_blackhole, .kernel = "dst_discard"),
	COMMON(UNREACHABLE, .holds = route_is_unreachable, .kernel = "ip6_pkt_discard",
	       .with = { "Ip6InNoRoutes", "Ip6OutNoRoutes" }),
	COMMON(PROHIBITED, .holds = route_is_prohibited, .kernel = "ip6_pkt_prohibit",
	       .with = { "Ip6InNoRoutes", "Ip6OutNoRoutes" }),
	COMMON(OTHER_TABLE, .holds = route_is_in_other_table, .kernel = "seg6_lookup_any_nexthop",
	       .with = { "Ip6InNoRoutes" }),
	COMMON(SELF_SEGMENT, .holds = segment_is_destination, .kernel = "lwtunnel_output", .with = { "tx_dropped" }),
	COMMON(SEG6_DISABLED, .holds = segment_is_headends_own, .kernel = "ipv6_srh_rcv"),
	COMMON(LOCAL_REFUSED, .holds = segment_is_headends_sid, .kernel = "seg6_output"),
	COMMON(NO_ROUTE, .holds = segment_has_no_route, .kernel = "seg6_output",
	       .with = { "Ip6InNoRoutes", "Ip6OutNoRoutes" }),
	COMMON(LINK_LOCAL, .counters = { "Ip6InNoRoutes" }, .holds = next_hop_lacks_interface,
	       .kernel = "seg6_lookup_any_nexthop"),
	COMMON(ADDRESS, .counters = { "Ip6InNoRoutes" }, .holds = destination_is_unusable, .kernel = "ip6_pkt_drop"),
	COMMON(NO_ROUTE, .counters = { "Ip6InNoRoutes" }, .kernel = "ip6_pkt_drop",
	       .promised = { "Icmp6OutDestUnreachs" }),
	/* ip_error() sends five errors to a source, and then one a second: none is promised. */
	COMMON(NO_ROUTE, .counters = { "IpExtInNoRoutes" }, .kernel = "ip_error"),
	COMMON(ADDRESS, .counters = { "Ip6InAddrErrors" }, .holds = source_is_link_local, .kernel = "ip6_forward",
	       .with = { "Ip6OutNoRoutes" }),
	COMMON(NO_ROUTE, .counters = { "Ip6OutNoRoutes" }, .holds = its_answer_was_lost, .kernel = "ip6_dst_lookup"),
	COMMON(NO_ROUTE, .counters = { "IpOutNoRoutes" }, .holds = its_answer_was_lost,
	       .kernel = "ip_route_output_key_hash_rcu"),
	COMMON(HOP_LIMIT, .counters = { "Icmp6OutTimeExcds" }, .kernel = "ip6_forward", .with = { "Ip6InHdrErrors" },
	       .promised = { "Ip6InHdrErrors", "Icmp6OutTimeExcds" }),
	COMMON(TOO_BIG, .counters = { "Icmp6OutPktTooBigs", "Ip6InTooBigErrors" }, .holds = came_in,
	       .kernel = "ip6_forward", .with = { "Ip6FragFails" },
	       .promised = { "Ip6InTooBigErrors", "Icmp6OutPktTooBigs" }),
	/* what the node itself sends is no packet that came in */
	COMMON(TOO_BIG, .counters = { "Icmp6OutPktTooBigs" }, .kernel = "ip6_fragment", .with = { "Ip6FragFails" }),
	COMMON(TOO_BIG, .counters = { "IpFragFails" }, .kernel = "ip_forward, ip_fragment",
	       .promised = { "IpFragFails", "IcmpOutDestUnreachs" }),
	/* where TCP itself sends it */
	COMMON(TOO_BIG, .counters = { "Ip6FragFails" }, .kernel = "ip6_xmit"),
	COMMON(NO_DECAPSULATION, .holds = nobody_decapsulates, .kernel = "ip6_input_finish, tunnel6_rcv",
	       .with = { "Ip6InUnknownProtos", "Icmp6OutParmProblems" }),
	/* a number that no protocol has, or options that are not behind the IPv6 header (RFC 8200 4) */
	COMMON(HEADER, .counters = { "Ip6InUnknownProtos" }, .kernel = "ip6_input_finish",
	       .with = { "Icmp6OutParmProblems" }),
	COMMON(SRH_MALFORMED, .counters = { "Icmp6OutParmProblems" }, .kernel = "ipv6_srh_rcv",
	       .with = { "Ip6InHdrErrors" }),
	COMMON(NOT_FORWARDING, .counters = { "Ip6InAddrErrors" }, .holds = does_not_forward, .kernel = "ip6_forward"),
	COMMON(NOT_FORWARDING, .counters = { "IpInAddrErrors" }, .holds = does_not_forward, .kernel = "ip_error"),
	COMMON(ADDRESS, .counters = { "Ip6InAddrErrors" }, .holds = address_is_unusable, .kernel = "ip6_forward"),
	COMMON(ADDRESS, .counters = { "Ip6InHdrErrors" }, .holds = destination_is_loopback, .kernel = "ip6_rcv_core"),
	COMMON(HEADER, .counters = { "Ip6InHdrErrors", "Ip6InAddrErrors" }, .kernel = "ip6_rcv_core"),
	COMMON(HEADER, .counters = { "IpInHdrErrors" }, .kernel = "ip_rcv_core, ip_rcv_options",
	       .with = { "IcmpOutParmProbs" }),
	{ .step = STEP_SOCKET },
	COMMON(RECURSION, .holds = own_segments_are_many, .kernel = "lwtunnel_input, __dev_queue_xmit",
	       .with = { "tx_dropped" }),
	COMMON(TX_DROPPED, .holds = was_dropped_going_out, .kernel = "validate_xmit_skb, or the driver",
	       .with = { "tx_dropped", "Ip6OutDiscards", "IpOutDiscards" }),
	/* The kernel drops these without counting them. In the order of its checks. */
	COMMON(SEGMENTS_LEFT_ZERO, .holds = no_segments_are_left, .kernel = "get_and_validate_srh"),
	COMMON(SEGMENTS_LEFT, .holds = segments_are_left, .kernel = "decap_and_validate"),
	COMMON(HMAC, .holds = hmac_is_missing, .kernel = "seg6_hmac_validate_skb"),
	COMMON(HMAC_UNFLAGGED, .holds = hmac_is_unflagged, .kernel = "seg6_hmac_validate_skb"),
	COMMON(HMAC_WRONG, .holds = hmac_is_wrong, .kernel = "seg6_hmac_validate_skb"),
	COMMON(TOO_BIG, .holds = frame_is_too_big, .kernel = "input_action_end_dx2"),
	COMMON(NO_INNER, .holds = inner_packet_is_missing, .kernel = "decap_and_validate"),
	COMMON(LOCAL_REFUSED, .holds = next_is_local, .kernel = "seg6_lookup_any_nexthop"),
	COMMON(EMPTY_TABLE, .holds = table_is_empty, .kernel = "seg6_lookup_any_nexthop"),
	/* 6.1 does not count it */
	COMMON(LINK_LOCAL, .holds = next_hop_lacks_interface, .kernel = "seg6_lookup_any_nexthop"),
	COMMON(NO_NEIGHBOUR, .holds = inner_destination_is_nobody, .kernel = "input_action_end_dx4_finish"),
	COMMON(NO_NEIGHBOUR, .holds = neighbour_is_nobody, .kernel = "ndisc_solicit"),
	COMMON(ADDRESS, .holds = address_is_unusable, .kernel = "ipv6_rcv"),
	/* Before what the node's kernel asked of its neighbours: it does not forward what the service takes. */
	COMMON(SERVICE, .holds = service_complained),
	/* Likewise: who is asked for may be to get what an earlier cell's program sent on. */
	COMMON(PROGRAM, .holds = program_may_drop, .kernel = "input_action_end_bpf"),
	COMMON(NO_NEIGHBOUR, .counters = { "Icmp6OutNeighborSolicits" }, .holds = next_hop_is_silent,
	       .kernel = "ndisc_solicit"),
	COMMON(SERVICE, .holds = service_is_not_asked, .kernel = "dst_discard"),
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

static const struct reason_row *transport_row(const struct loss *loss, enum reason_step step, char **said)
{
	const struct reason_row *row = transport_of(&loss->evidence->plan->traffic)->reasons;

	for (; row && row->reason != REASON_NONE; row++)
		if (row->step == step && row_holds(row, loss, said))
			return row;
	return NULL;
}

const struct reason_row *loss_row(const struct loss *loss, char **said)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct reason_row *row = NULL;
		if (rows[i].step != STEP_COMMON)
			row = transport_row(loss, rows[i].step, said);
		else if (row_holds(&rows[i], loss, said))
			row = &rows[i];
		if (row)
			return row;
	}
	say_unexplained(loss, said);
	return NULL;
}

enum reason loss_reason(const struct loss *loss, char **said)
{
	const struct reason_row *row = loss_row(loss, said);

	return row ? row->reason : REASON_UNEXPLAINED;
}
