/* Why TCP, or the lack of a socket, ends a packet. */
#include "tcp_internal.h"

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
	const struct endpoint *end = loss->node == loss->evidence->plan->to ? &trace->server : &trace->client;

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

	return loss_arrived(loss) && loss->node == plan->to && loss->last->known && traffic_is_crafted(&plan->traffic);
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

#define ROW(is, ...)                                                                                                   \
	{                                                                                                              \
		.reason = REASON_##is, __VA_ARGS__                                                                     \
	}

const struct reason_row tcp_reasons[] = {
	ROW(TCP_CSUM, .step = STEP_CHECKSUM, .counters = { "TcpInCsumErrors" }, .kernel = "tcp_v6_rcv",
	    .with = { "TcpInErrs" }, .promised = { "TcpInErrs" }),
	ROW(NO_SOCKET, .step = STEP_SOCKET, .counters = { "TcpOutRsts" }, .holds = no_socket_answered,
	    .kernel = "tcp_v6_send_reset"),
	ROW(RESET, .step = STEP_SOCKET, .counters = { "TcpOutRsts" }, .holds = socket_was_reset,
	    .kernel = "tcp_v6_send_reset"),
	ROW(OUT_OF_ORDER, .step = STEP_LAST, .counters = { "TcpExtTCPOFOQueue" }, .holds = is_kept_by_receiver,
	    .kernel = "tcp_data_queue_ofo"),
	ROW(TCP_FLAGS, .step = STEP_LAST, .holds = flags_are_refused,
	    .kernel = "tcp_rcv_established, tcp_rcv_state_process"),
	ROW(SEQUENCE, .step = STEP_LAST, .holds = sequence_is_refused, .kernel = "tcp_validate_incoming"),
	{ .reason = REASON_NONE },
};

const char *const tcp_drop_counters[] = { "TcpInErrs", "TcpInCsumErrors", "TcpOutRsts", NULL };

const struct drop_word tcp_drop_words[] = {
	{ "TCP_CSUM", { REASON_TCP_CSUM } },
	{ "NO_SOCKET", { REASON_NO_SOCKET, REASON_RESET } },
	{ .word = NULL },
};
