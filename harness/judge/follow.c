/* Follows a packet through the hops: it ended behind the last place that saw it. */
#include <stdlib.h>

#include "judge.h"

bool target_is(const struct target *target, const struct sighting *sighting)
{
	const struct packet_view *view = &sighting->view;

	if (sighting->way != target->way || (target->refused && sighting->checksum != CHECKSUM_BAD))
		return false;
	switch (target->kind) {
	case TARGET_FLAGS:
		return view->tcp && !(sighting->payload && target->flags == TCP_ACK) &&
		       (view->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == target->flags;
	case TARGET_OCTET: /* also a packet it was merged into */
		return view->tcp && target->sequence - view->sequence < sighting->payload;
	case TARGET_ANY:
		return true;
	}
	return false;
}

bool target_seen(const struct evidence *evidence, const struct target *target, size_t node,
                 enum hop_direction direction)
{
	for (size_t i = 0; i < evidence->count; i++) {
		size_t hop = evidence->sightings[i].seen->hop;
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
		if (s->way != way || !s->view.tcp)
			continue;
		if (s->view.tcp_flags & TCP_SYN && evidence->plan->traffic.tcp == TCP_KERNEL) {
			*sequence = s->view.sequence + 1;
			return true;
		}
		if (s->payload && !first)
			first = s;
	}
	if (first)
		*sequence = first->view.sequence;
	return first != NULL;
}

/* Whether each hop that saw it saw every copy of it. */
static bool is_one_place(const struct evidence *evidence, const struct target *target)
{
	size_t hops = HOPS(evidence->plan->topology), most = 0;
	size_t *copies = zalloc(hops * sizeof *copies);
	bool same = true;

	for (size_t i = 0; i < evidence->count; i++)
		if (target_is(target, &evidence->sightings[i]) && ++copies[evidence->sightings[i].seen->hop] > most)
			most++;
	for (size_t hop = 0; hop < hops; hop++)
		same &= copies[hop] == 0 || copies[hop] == most;
	free(copies);
	return same && most;
}

struct loss loss_follow(const struct evidence *evidence, const struct target *target)
{
	struct loss loss = { .evidence = evidence, .target = *target };

	for (size_t i = 0; i < evidence->count; i++) {
		const struct sighting *s = &evidence->sightings[i];
		if (target_is(target, s) && (!loss.last || s->seen->time >= loss.last->seen->time))
			loss.last = s;
	}
	loss.node = loss.last ? hop_node(evidence->plan, loss.last->seen->hop) : way_start(evidence->plan, target->way);
	loss.one_place = is_one_place(evidence, target);
	return loss;
}

/* As it was captured, whole, where it was; else by what the kernel told of it, which is its first octets only. */
static bool is_drop_of(const struct evidence *evidence, const struct drop *drop, const struct target *target)
{
	const struct seen seen = { .data = drop->data, .length = drop->length, .wire_length = drop->wire_length };

	if (drop->packet < evidence->count)
		return target_is(target, &evidence->sightings[drop->packet]);
	struct sighting sighting = sighting_of(evidence->plan, &seen);
	return target_is(target, &sighting);
}

const struct drop *loss_drop(const struct loss *loss)
{
	const struct trace *trace = loss->evidence->trace;
	const struct drop *last = NULL;

	for (size_t i = 0; i < trace->drop_count; i++)
		if (trace->drops[i].node == loss->node && is_drop_of(loss->evidence, &trace->drops[i], &loss->target))
			last = &trace->drops[i];
	return last;
}

bool loss_arrived(const struct loss *loss)
{
	return loss->last && HOP_DIRECTION(loss->last->seen->hop) == HOP_IN;
}
