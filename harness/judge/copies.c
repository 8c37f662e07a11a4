/* Copies of a packet: the original and its retransmissions look the same at every hop. A verdict follows the original:
 * whether a retransmission is sent, and when, depends on how busy the machine is. */
#include <stdlib.h>

#include "judge.h"

struct copy {
	const struct captured *captured;
	size_t before; /* the same copy at the hop before; NOT_FOUND: this is where it was sent */
	bool taken;    /* it was seen at a later hop */
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

/* Whether a copy seen at one hop can be the one seen later at another. */
static bool leads_to(const struct plan *plan, const struct copy *before, const struct copy *after)
{
	size_t from = before->captured->hop, to = after->captured->hop;

	if (leaves(after))
		return !leaves(before) && hop_node(plan, from) == hop_node(plan, to);
	if (leaves(before))
		return HOP_INTERFACE(from) != HOP_INTERFACE(to) && link_of(plan, from) == link_of(plan, to);
	/* Decapsulated, and captured at this hop a second time: with one header less, while another copy has all. */
	return from == to && transport_offset(before) > transport_offset(after);
}

/* From the last to the first, each is matched with the newest copy before it that has no match yet: where fewer arrive
 * than left, the older ones were lost, for otherwise nothing would have been retransmitted. */
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
		if (target_is(evidence, target, &evidence->packets[i]))
			*PUSH(copies, count) = (struct copy){ .captured = &evidence->packets[i] };
	connect_copies(copies, count, evidence->plan);
	for (size_t i = 0; i < count; i++)
		if (first_of(copies, i) == 0)
			last = copies[i].captured;
	free(copies);
	return last;
}
