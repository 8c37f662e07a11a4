/* Copies of a packet: what left once and what TCP sent again look alike at every hop, and only the first one tells what
 * the network does. */
#include <stdlib.h>

#include "judge.h"

struct copy {
	const struct captured *captured;
	size_t before; /* the copy as it was captured before; NOT_FOUND: this is where it set out */
	bool taken;    /* it was seen further on */
};

static bool leaves(const struct copy *copy)
{
	return HOP_DIRECTION(copy->captured->hop) == HOP_OUT;
}

static size_t link_of(const struct plan *plan, size_t hop)
{
	return plan->topology->interfaces[HOP_INTERFACE(hop)].link;
}

static size_t transport_offset(const struct copy *copy)
{
	const struct layer *transport = packet_transport(&copy->captured->view);

	return transport ? transport->offset : 0;
}

/* Whether what was seen here can be what was seen there a moment later. */
static bool leads_to(const struct plan *plan, const struct copy *before, const struct copy *after)
{
	size_t from = before->captured->hop, to = after->captured->hop;

	if (leaves(after))
		return !leaves(before) && hop_node(plan, from) == hop_node(plan, to);
	if (leaves(before))
		return HOP_INTERFACE(from) != HOP_INTERFACE(to) && link_of(plan, from) == link_of(plan, to);
	/* Decapsulated, and heard once more: with a header less, where another copy has as many. */
	return from == to && transport_offset(before) > transport_offset(after);
}

/* From the last to the first, each from the newest that nothing later was made of: where fewer arrive than left, the
 * older ones are those that were lost, or they would not have been sent again. */
static void connect_copies(struct copy *copies, size_t count, const struct plan *plan)
{
	for (size_t i = count; i-- > 0;) {
		copies[i].before = NOT_FOUND;
		for (size_t k = i; k-- > 0 && copies[i].before == NOT_FOUND;)
			if (!copies[k].taken && leads_to(plan, &copies[k], &copies[i]))
				copies[i].before = k;
		if (copies[i].before != NOT_FOUND)
			copies[copies[i].before].taken = true;
	}
}

static size_t first_of(const struct copy *copies, size_t index)
{
	while (copies[index].before != NOT_FOUND)
		index = copies[index].before;
	return index;
}

const struct captured *first_copy_last_seen(const struct evidence *evidence, const struct target *target)
{
	struct copy *copies = NULL;
	size_t count = 0;
	const struct captured *last = NULL;

	for (size_t i = 0; i < evidence->count; i++)
		if (target_is(target, &evidence->packets[i]))
			*PUSH(copies, count) = (struct copy){ .captured = &evidence->packets[i] };
	connect_copies(copies, count, evidence->plan);
	for (size_t i = 0; i < count; i++)
		if (first_of(copies, i) == 0)
			last = copies[i].captured;
	free(copies);
	return last;
}

/* ---- what a timer of TCP's sent again */

/* TCP answers what it hears at once; its timers run out after two ticks of the kernel's clock at the earliest. */
#define AT_ONCE_NS 1000000

static bool timers_ran_out(const struct evidence *evidence, size_t node)
{
	return counter_at(evidence->trace, node, "TcpExtTCPTimeouts") > 0 ||
	       counter_at(evidence->trace, node, "TcpExtTCPLossProbes") > 0;
}

static bool is_sent(const struct evidence *evidence, const struct captured *s, enum way way)
{
	return s->way == way && s->payload && HOP_DIRECTION(s->hop) == HOP_OUT &&
	       hop_node(evidence->plan, s->hop) == way_start(evidence->plan, way);
}

/* The first packet that was sent again although its sender had just heard nothing; evidence->count: none. */
static size_t first_by_timer(const struct evidence *evidence, enum way way, uint32_t start)
{
	size_t node = way_start(evidence->plan, way);
	uint64_t heard = 0;
	uint32_t end = 0;

	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		uint32_t begin = s->sequence - start;
		if (HOP_DIRECTION(s->hop) == HOP_IN && hop_node(evidence->plan, s->hop) == node)
			heard = s->time;
		if (!is_sent(evidence, s, way))
			continue;
		if ((int32_t)(begin - end) < 0 && s->time - heard > AT_ONCE_NS)
			return i;
		if ((int32_t)(begin + s->payload - end) > 0)
			end = begin + s->payload;
	}
	return evidence->count;
}

/* Whether an octet had been sent, and only once, when something was sent by a timer. */
static bool was_sent_once(const struct evidence *evidence, const struct target *target, size_t before)
{
	size_t sent = 0;

	for (size_t i = 0; i < before; i++)
		sent += is_sent(evidence, &evidence->packets[i], target->way) &&
		        target_is(target, &evidence->packets[i]);
	return sent == 1;
}

bool timer_mended_loss(const struct evidence *evidence, enum way way, uint64_t *octet)
{
	struct target target = { .kind = TARGET_OCTET, .way = way };
	size_t end = way_end(evidence->plan, way);
	uint32_t start;
	bool found = false;

	if (!timers_ran_out(evidence, way_start(evidence->plan, way)) || !data_start(evidence, way, &start))
		return false;
	size_t first = first_by_timer(evidence, way, start);
	for (size_t i = first; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		target.sequence = s->sequence;
		if (!is_sent(evidence, s, way) || (found && s->sequence - start >= *octet) ||
		    !was_sent_once(evidence, &target, first))
			continue;
		const struct captured *last = first_copy_last_seen(evidence, &target);
		if (HOP_DIRECTION(last->hop) == HOP_IN && hop_node(evidence->plan, last->hop) == end)
			continue;
		*octet = s->sequence - start;
		found = true;
	}
	return found;
}
