/* What a reader of a verdict may miss: GRO that the case switched on and that had nothing to merge, so that the cell
 * tells nothing of it. */
#include "judge.h"

/* The data packets that leave by a hop. */
struct departures {
	uint64_t packets;
	uint64_t whole; /* not cut yet: a veth hands them over as they are, and the other end's GRO leaves them alone */
};

static struct departures count_departures(const struct evidence *evidence, size_t hop)
{
	enum way way = data_way(evidence->plan);
	struct departures departures = { 0 };

	for (size_t i = 0; i < evidence->count; i++) {
		const struct sighting *s = &evidence->sightings[i];
		if (s->seen->hop != hop || s->way != way || !s->payload)
			continue;
		departures.packets++;
		departures.whole += s->seen->gso_size && s->payload > s->seen->gso_size;
	}
	return departures;
}

/* As many data packets came out of its receive path as the other end sent. */
static bool merged_nothing(const struct verdict *verdict, size_t interface)
{
	uint64_t seen = verdict->hops[HOP(interface, HOP_IN)].data;

	return seen && seen == verdict->hops[HOP(PEER(interface), HOP_OUT)].data;
}

/* NULL: it merged, or it could have: then it is the verdict that tells. */
static char *hint_of(const struct verdict *verdict, const struct evidence *evidence, size_t interface)
{
	const struct link *link = &evidence->plan->topology->links[interface / 2];
	const struct departures came = count_departures(evidence, HOP(PEER(interface), HOP_OUT));
	char *text = NULL;

	if (!merged_nothing(verdict, interface) || (came.packets > 1 && !came.whole))
		return NULL;
	/* A device may cut them on the wire, and GRO may have made as many of the pieces. */
	if (came.whole && link->kind == LINK_NIC)
		return NULL;
	text_append(&text, "GRO at ");
	say_interface(&text, evidence, HOP(interface, HOP_IN));
	text_append(&text, " had nothing to merge: ");
	if (!came.whole) {
		text_append(&text, "one data packet came");
		return text;
	}
	if (came.packets == 1)
		text_append(&text, "the only data packet came whole from ");
	else
		text_append(&text, "%llu of %llu data packets came whole from ", (unsigned long long)came.whole,
		            (unsigned long long)came.packets);
	say_interface(&text, evidence, HOP(PEER(interface), HOP_OUT));
	text_append(&text, ", as tso is on there");
	return text;
}

void hints_find(struct verdict *verdict, const struct evidence *evidence)
{
	const struct plan *plan = evidence->plan;

	for (size_t i = 0; i < INTERFACES(plan->topology) && plan->offloads; i++) {
		char *hint = plan->offloads[i][OFFLOAD_GRO] == 1 ? hint_of(verdict, evidence, i) : NULL;
		if (hint)
			*PUSH(verdict->hints, verdict->hint_count) = hint;
	}
}
