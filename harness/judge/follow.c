/* Follows a packet through the hops: it was lost after the last hop that saw it. */
#include "judge.h"
#include "transport.h"

/* Whether a packet that looks the same is a retransmission: then the first one is followed. Others that look the same,
 * such as acknowledgements, are packets of their own: then the last one is followed. */
static bool has_copies(const struct evidence *evidence, const struct target *target)
{
	return target->kind == TARGET_OCTET ||
	       (target->kind == TARGET_FLAGS && target->flags & transport_of(&evidence->plan->traffic)->resent);
}

struct loss loss_follow(const struct evidence *evidence, const struct target *target)
{
	struct loss loss = { .evidence = evidence, .target = *target };

	if (has_copies(evidence, target))
		loss.last = first_copy_last_seen(evidence, target);
	for (size_t i = 0; i < evidence->count && !has_copies(evidence, target); i++) {
		const struct captured *s = &evidence->packets[i];
		if (target_is(evidence, target, s) && (!loss.last || s->time >= loss.last->time))
			loss.last = s;
	}
	loss.node = loss.last ? hop_node(evidence->plan, loss.last->hop) : way_start(evidence->plan, target->way);
	return loss;
}

/* By the capture of the dropped packet if there is one; else by the octets in the drop event, which has only the first.
 */
static bool is_drop_of(const struct evidence *evidence, size_t index, const struct target *target)
{
	size_t packet = evidence->trace->drops[index].packet;

	return target_is(evidence, target,
	                 packet < evidence->count ? &evidence->packets[packet] : &evidence->drops[index]);
}

/* The event of exactly the packet that was seen last; else the first event after it that fits, as a retransmission may
 * be dropped elsewhere. */
const struct drop *loss_drop(const struct loss *loss)
{
	const struct evidence *evidence = loss->evidence;
	const struct trace *trace = evidence->trace;
	const struct drop *first = NULL;

	for (size_t i = 0; i < trace->drop_count; i++) {
		const struct drop *drop = &trace->drops[i];
		if (drop->node != loss->node || !is_drop_of(evidence, i, &loss->target))
			continue;
		if (loss->last && drop->packet < evidence->count && &evidence->packets[drop->packet] == loss->last)
			return drop;
		if (!first && (!loss->last || drop->time >= loss->last->time))
			first = drop;
	}
	return first;
}

const struct node *loss_at(const struct loss *loss)
{
	return &loss->evidence->plan->topology->nodes[loss->node];
}

bool loss_arrived(const struct loss *loss)
{
	return loss->last && HOP_DIRECTION(loss->last->hop) == HOP_IN;
}
