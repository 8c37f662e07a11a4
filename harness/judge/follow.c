/* Follows a packet through the hops: it ended behind the last place that saw it. */
#include "judge.h"

bool target_is(const struct target *target, const struct sighting *sighting)
{
	if (sighting->way != target->way || (target->refused && sighting->checksum != CHECKSUM_BAD))
		return false;
	switch (target->kind) {
	case TARGET_FLAGS:
		return sighting->tcp && !(sighting->payload && target->flags == TCP_ACK) &&
		       (sighting->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == target->flags;
	case TARGET_OCTET: /* also a packet it was merged into */
		return sighting->tcp && target->sequence - sighting->sequence < sighting->payload;
	case TARGET_ANY:
		return true;
	}
	return false;
}

bool target_seen(const struct evidence *evidence, const struct target *target, size_t node,
                 enum hop_direction direction)
{
	for (size_t i = 0; i < evidence->count; i++) {
		size_t hop = evidence->sightings[i].captured->hop;
		if (HOP_DIRECTION(hop) == direction && hop_node(evidence->plan, hop) == node &&
		    target_is(target, &evidence->sightings[i]))
			return true;
	}
	return false;
}

bool data_start(const struct evidence *evidence, enum way way, uint32_t *sequence)
{
	const struct sighting *first = NULL;

	for (size_t i = 0; i < evidence->count; i++) {
		const struct sighting *s = &evidence->sightings[i];
		if (s->way != way || !s->tcp)
			continue;
		if (s->flags & TCP_SYN && !traffic_is_crafted(&evidence->plan->traffic)) {
			*sequence = s->sequence + 1;
			return true;
		}
		if (s->payload && !first)
			first = s;
	}
	if (first)
		*sequence = first->sequence;
	return first != NULL;
}

/* Packets that are alike and not the same: acknowledgements, whatever cannot be read. The last one is asked about; of
 * what is sent again only because it was lost, the first. */
static bool has_copies(const struct target *target)
{
	return target->kind == TARGET_OCTET || (target->kind == TARGET_FLAGS && target->flags & TCP_SYN);
}

struct loss loss_follow(const struct evidence *evidence, const struct target *target)
{
	struct loss loss = { .evidence = evidence, .target = *target };

	if (has_copies(target))
		loss.last = first_copy_last_seen(evidence, target);
	for (size_t i = 0; i < evidence->count && !has_copies(target); i++) {
		const struct sighting *s = &evidence->sightings[i];
		if (target_is(target, s) && (!loss.last || s->captured->time >= loss.last->captured->time))
			loss.last = s;
	}
	loss.node =
	        loss.last ? hop_node(evidence->plan, loss.last->captured->hop) : way_start(evidence->plan, target->way);
	return loss;
}

/* As it was captured, whole, where it was; else by what the kernel told of it, which is its first octets only. */
static bool is_drop_of(const struct evidence *evidence, const struct drop *drop, const struct target *target)
{
	const struct captured captured = { .data = drop->data,
		                           .length = drop->length,
		                           .wire_length = drop->wire_length };

	if (drop->packet < evidence->count)
		return target_is(target, &evidence->sightings[drop->packet]);
	struct sighting sighting = sighting_of(evidence->plan, &captured);
	return target_is(target, &sighting);
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
		if (drop->node != loss->node || !is_drop_of(evidence, drop, &loss->target))
			continue;
		if (loss->last && drop->packet < evidence->count && &evidence->sightings[drop->packet] == loss->last)
			return drop;
		if (!first && (!loss->last || drop->time >= loss->last->captured->time))
			first = drop;
	}
	return first;
}

bool loss_arrived(const struct loss *loss)
{
	return loss->last && HOP_DIRECTION(loss->last->captured->hop) == HOP_IN;
}
