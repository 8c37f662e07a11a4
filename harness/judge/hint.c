/* What a reader of a verdict may miss: GRO that the case turned on and that had nothing to merge, so that the cell says
 * nothing about it. */
#include "judge.h"
#include "link.h"

/* The data packets that the others on a link send. */
struct departures {
	size_t from; /* the last one's interface */
	uint64_t packets;
	uint64_t whole; /* not segmented yet: a veth passes them on as they are, and GRO does not merge GSO packets */
};

static struct departures count_departures(const struct evidence *evidence, size_t interface)
{
	enum way way = data_way(evidence->plan);
	const struct interface *interfaces = evidence->plan->topology->interfaces;
	struct departures departures = { .from = NOT_FOUND };

	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		size_t from = HOP_INTERFACE(s->hop);
		if (HOP_DIRECTION(s->hop) != HOP_OUT || from == interface ||
		    interfaces[from].link != interfaces[interface].link || s->way != way || !s->payload)
			continue;
		departures.from = from;
		departures.packets++;
		departures.whole += s->gso_size && s->payload > s->gso_size;
	}
	return departures;
}

/* As many data packets came out of its receive path as the other end sent. */
static bool merged_nothing(const struct verdict *verdict, const struct topology *topology, size_t interface)
{
	uint64_t captured = verdict->hops[HOP(interface, HOP_IN)].data, sent = 0;

	FOR_EACH_OTHER (other, topology, interface)
		sent += verdict->hops[HOP(other, HOP_OUT)].data;
	return captured && captured == sent;
}

/* NULL: GRO merged packets, or it could have, and the verdict says that it did not. */
static char *hint_of(const struct verdict *verdict, const struct evidence *evidence, size_t interface)
{
	const struct departures came = count_departures(evidence, interface);
	char *text = NULL;

	if (!merged_nothing(verdict, evidence->plan->topology, interface) || (came.packets > 1 && !came.whole))
		return NULL;
	/* What was segmented on the wire GRO may have merged into as many packets again. */
	if (came.whole && port_kind(evidence->plan->topology, interface)->cuts)
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
	say_interface(&text, evidence, HOP(came.from, HOP_OUT));
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
