/* From evidence to reason: one table, the most specific evidence first. A row holds when one of its counters moved at
 * the node where the packet ended and its check, where it has one, holds too. To teach the judge, add a row. */
#include <string.h>

#include "reason.h"
#include "tcp.h"

struct row {
	enum reason reason;
	const char *counters[4];
	/* Adds a sentence part with what it saw. NULL: the counters alone decide. */
	bool (*holds)(const struct loss *loss, char **said);
	const char *kernel; /* where the kernel does it */
};

const struct node *loss_at(const struct loss *loss)
{
	return &loss->evidence->plan->topology->nodes[loss->node];
}

static bool hop_limit_is_spent(const struct loss *loss, char **said)
{
	const struct layer *ipv6 = loss_arrived(loss) ? packet_layer(&loss->last->view, LAYER_IPV6) : NULL;

	if (!ipv6 || ipv6_hop_limit(&loss->last->view, ipv6) > 1)
		return false;
	text_append(said, "its hop limit was %u", ipv6_hop_limit(&loss->last->view, ipv6));
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
	text_append(said, "%s answered with a reset", loss_at(loss)->name);
	return true;
}

static bool socket_was_reset(const struct loss *loss, char **said)
{
	if (!has_connection(loss) || !is_answered_by_reset(loss))
		return false;
	text_append(said, "%s reset the connection", loss_at(loss)->name);
	return true;
}

/* A service says "r2 service: ...". */
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

/* Whether a frame that left is larger than what the other end of its link takes. */
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

/* With which the kernel's log says a reason. */
static const struct {
	enum reason reason;
	const char *words;
} spoken[] = {
	{ REASON_RECURSION, "Dead loop on virtual device" },
	{ REASON_RECURSION, "recursion limit reached on datapath" },
	{ REASON_SELF_SEGMENT, "Dead loop on virtual device" },
	{ REASON_SELF_SEGMENT, "recursion limit reached on datapath" },
};

bool reason_is_said(enum reason reason, const char *complaint)
{
	for (size_t i = 0; i < COUNT(spoken); i++)
		if (spoken[i].reason == reason && strstr(complaint, spoken[i].words))
			return true;
	return false;
}

void say_kernel_words(const struct loss *loss, enum reason reason, char **said)
{
	const struct trace *trace = loss->evidence->trace;

	for (size_t i = 0; i < trace->log_count; i++) {
		if (!reason_is_said(reason, trace->log[i]))
			continue;
		text_append(said, "; its log says \"%s\"", trace->log[i]);
		return;
	}
}

/* Where nobody answers, the packet waits for the answer until it is given up. */
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

static bool is_kept_by_receiver(const struct loss *loss, char **said)
{
	if (!loss_arrived(loss) || loss->node != way_end(loss->evidence->plan, loss->target.way))
		return false;
	text_append(said, "TCP keeps it until the data before it comes");
	return true;
}

static bool came_to_crafted_receiver(const struct loss *loss)
{
	const struct plan *plan = loss->evidence->plan;

	return loss_arrived(loss) && loss->node == plan->to && loss->last->tcp && traffic_is_crafted(&plan->traffic);
}

/* What TCP wants: SYN alone in front of a connection, ACK and no SYN in one (RFC 9293 3.10.7). */
static bool flags_are_refused(const struct loss *loss, char **said)
{
	if (!came_to_crafted_receiver(loss))
		return false;
	unsigned flags = loss->last->flags;
	bool opens = tcp_fields(&loss->evidence->plan->traffic)->flags & TCP_SYN;
	if (opens ? !(flags & (TCP_FIN | TCP_RST | TCP_ACK)) : flags & TCP_ACK && !(flags & (TCP_SYN | TCP_RST)))
		return false;
	text_append(said, "TCP takes nothing from a segment with its flags (0x%02x)", flags);
	return true;
}

static bool sequence_is_refused(const struct loss *loss, char **said)
{
	long off = tcp_fields(&loss->evidence->plan->traffic)->sequence;

	if (!came_to_crafted_receiver(loss) || !off)
		return false;
	text_append(said, "its data is %ld octets %s what the receiver expects", off < 0 ? -off : off,
	            off < 0 ? "before" : "behind");
	return true;
}

/* A GSO packet that cannot be cut ends here too, in the last step before the driver. */
static bool was_dropped_going_out(const struct loss *loss, char **said)
{
	const struct counter *dropped = tx_dropped_at(loss->evidence->trace, loss->node);

	if (!dropped)
		return false;
	text_append(said, "tx_dropped of %.*s rose by %lld at %s", (int)strcspn(dropped->name, ":"), dropped->name,
	            (long long)dropped->delta, loss_at(loss)->name);
	return true;
}

/* What a node sends itself has no route: what it would have answered, where the packet had arrived. */
static bool its_answer_was_lost(const struct loss *loss, char **said)
{
	text_append(said, "%s has no route for what it %s", loss_at(loss)->name,
	            loss_arrived(loss) ? "would answer" : "sends");
	return true;
}

static const struct row rows[] = {
	{ REASON_LINK, { NULL }, was_last_seen_leaving, NULL },
	{ REASON_HEADER, { "Ip6InTruncatedPkts" }, NULL, "ip6_rcv_core" }, /* before any SRH is looked at */
	{ REASON_SEG6_DISABLED, { NULL }, seg6_is_disabled, "ipv6_srh_rcv" },
	{ REASON_SRH_MALFORMED, { NULL }, srh_is_faulty, "get_and_validate_srh, ipv6_rthdr_rcv" },
	{ REASON_HOP_LIMIT,
	  { "Ip6InHdrErrors", "Icmp6OutTimeExcds" },
	  hop_limit_is_spent,
	  "ip6_forward, ipv6_srh_rcv" },
	{ REASON_TCP_CSUM, { "TcpInCsumErrors" }, NULL, "tcp_v6_rcv" },
	{ REASON_SELF_SEGMENT, { NULL }, segment_is_destination, "lwtunnel_output" },
	{ REASON_SEG6_DISABLED, { NULL }, segment_is_headends_own, "ipv6_srh_rcv" },
	{ REASON_LOCAL_REFUSED, { NULL }, segment_is_headends_sid, "seg6_output" },
	{ REASON_NO_ROUTE, { NULL }, segment_has_no_route, "seg6_output" },
	{ REASON_LINK_LOCAL, { "Ip6InNoRoutes" }, next_hop_lacks_interface, "seg6_lookup_any_nexthop" },
	{ REASON_NO_ROUTE, { "Ip6InNoRoutes" }, NULL, "ip6_pkt_drop" },
	{ REASON_NO_ROUTE, { "Ip6OutNoRoutes" }, its_answer_was_lost, "ip6_dst_lookup" },
	{ REASON_HOP_LIMIT, { "Icmp6OutTimeExcds" }, NULL, "ip6_forward" },
	{ REASON_TOO_BIG, { "Icmp6OutPktTooBigs", "Ip6InTooBigErrors" }, NULL, "ip6_forward" },
	{ REASON_TOO_BIG, { "Ip6FragFails" }, NULL, "ip6_xmit" }, /* where TCP itself sends it */
	{ REASON_NO_DECAPSULATION, { NULL }, nobody_decapsulates, "ip6_input_finish, tunnel6_rcv" },
	{ REASON_SRH_MALFORMED, { "Icmp6OutParmProblems" }, NULL, "ipv6_srh_rcv" },
	{ REASON_NOT_FORWARDING, { "Ip6InAddrErrors" }, does_not_forward, "ip6_forward" },
	{ REASON_ADDRESS, { "Ip6InAddrErrors" }, address_is_unusable, "ip6_forward" },
	{ REASON_ADDRESS, { "Ip6InHdrErrors" }, destination_is_loopback, "ip6_rcv_core" },
	{ REASON_HEADER, { "Ip6InHdrErrors", "Ip6InAddrErrors" }, NULL, "ip6_rcv_core" },
	{ REASON_NO_SOCKET, { "TcpOutRsts" }, no_socket_answered, "tcp_v6_send_reset" },
	{ REASON_RESET, { "TcpOutRsts" }, socket_was_reset, "tcp_v6_send_reset" },
	{ REASON_RECURSION, { NULL }, own_segments_are_many, "lwtunnel_input, __dev_queue_xmit" },
	{ REASON_TX_DROPPED, { NULL }, was_dropped_going_out, "validate_xmit_skb, or the driver" },
	/* The kernel drops these without moving a counter; in the order of its checks. */
	{ REASON_SEGMENTS_LEFT_ZERO, { NULL }, no_segments_are_left, "get_and_validate_srh" },
	{ REASON_SEGMENTS_LEFT, { NULL }, segments_are_left, "decap_and_validate" },
	{ REASON_HMAC, { NULL }, hmac_is_missing, "seg6_hmac_validate_skb" },
	{ REASON_HMAC_UNFLAGGED, { NULL }, hmac_is_unflagged, "seg6_hmac_validate_skb" },
	{ REASON_HMAC_WRONG, { NULL }, hmac_is_wrong, "seg6_hmac_validate_skb" },
	{ REASON_NO_INNER, { NULL }, inner_packet_is_missing, "decap_and_validate" },
	{ REASON_LOCAL_REFUSED, { NULL }, next_is_local, "seg6_lookup_any_nexthop" },
	{ REASON_EMPTY_TABLE, { NULL }, table_is_empty, "seg6_lookup_any_nexthop" },
	{ REASON_LINK_LOCAL, { NULL }, next_hop_lacks_interface, "seg6_lookup_any_nexthop" }, /* 6.1 says nothing */
	{ REASON_NO_NEIGHBOUR, { NULL }, neighbour_is_nobody, "ndisc_solicit" },
	{ REASON_ADDRESS, { NULL }, address_is_unusable, "ipv6_rcv" },
	{ REASON_NO_NEIGHBOUR, { "Icmp6OutNeighborSolicits" }, next_hop_is_silent, "ndisc_solicit" },
	{ REASON_SERVICE, { NULL }, service_complained, NULL },
	{ REASON_SERVICE, { NULL }, service_is_not_asked, "dst_discard" },
	{ REASON_OUT_OF_ORDER, { "TcpExtTCPOFOQueue" }, is_kept_by_receiver, "tcp_data_queue_ofo" },
	{ REASON_TCP_FLAGS, { NULL }, flags_are_refused, "tcp_rcv_established, tcp_rcv_state_process" },
	{ REASON_SEQUENCE, { NULL }, sequence_is_refused, "tcp_validate_incoming" },
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
		text_append(said, "%s at %s", counters, loss_at(loss)->name);
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
		text_append(said, " at %s", loss_at(loss)->name);
	else
		text_append(said, "no counter that tells a drop moved at %s", loss_at(loss)->name);
}

enum reason loss_reason(const struct loss *loss, char **said)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (row_holds(&rows[i], loss, said))
			return rows[i].reason;
	say_unexplained(loss, said);
	return REASON_UNEXPLAINED;
}
