/* Follows a packet through the hops: it ended behind the last place that saw it. */
#include "judge.h"
#include "transport.h"

/* Packets that are alike and not the same: acknowledgements, whatever cannot be read. The last one is asked about; of
 * what is sent again only because it was lost, the first. */
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

/* As it was captured, whole, where it was; else by what the kernel told of it, which is its first octets only. */
static bool is_drop_of(const struct evidence *evidence, size_t index, const struct target *target)
{
	size_t packet = evidence->trace->drops[index].packet;

	return target_is(evidence, target,
	                 packet < evidence->count ? &evidence->packets[packet] : &evidence->drops[index]);
}

/* Of the packet as it was last seen; else the first that fits and was freed after that, as what is sent again may be
 * freed elsewhere. */
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
