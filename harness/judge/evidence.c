/* Reads the trace's packets once, and tells which of them belong to the test's connection. */
#include <stdlib.h>
#include <string.h>

#include "judge.h"

static bool is_from(const struct packet_view *view, const struct plan *plan)
{
	return address_same(&view->source, &plan->from_address) ||
	       address_same(&view->outer_source, &plan->from_address) ||
	       (mode_encapsulates((enum mode)plan->traffic.mode) &&
	        address_same(&view->outer_source, &plan->outer_address));
}

/* A crafted header may hide where it goes; who sent it is still there. */
static bool is_unreadable(const struct packet_view *view, const struct plan *plan)
{
	return traffic_is_crafted(&plan->traffic) || view->srh.fault || view->inner_srh.fault || !view->whole;
}

static enum way way_of(const struct packet_view *view, const struct plan *plan)
{
	if (!view->ipv6) /* cut inside its first header, as only a crafted packet is */
		return traffic_is_crafted(&plan->traffic) ? WAY_FORWARD : WAY_OTHER;
	if (view->icmpv6)
		return WAY_OTHER;
	if (address_same(&view->source, &plan->from_address) && address_same(&view->final, &plan->traffic.to))
		return WAY_FORWARD;
	if (address_same(&view->source, &plan->traffic.to) && address_same(&view->final, &plan->from_address))
		return WAY_BACK;
	return is_unreadable(view, plan) && is_from(view, plan) ? WAY_FORWARD : WAY_OTHER;
}

static uint32_t payload_octets(const struct seen *seen, const struct packet_view *view)
{
	if (!view->tcp || view->tcp_offset + 13 > seen->length)
		return 0;
	size_t header = (size_t)(seen->data[view->tcp_offset + 12] >> 4) * 4;
	return view->tcp_length > header ? (uint32_t)(view->tcp_length - header) : 0;
}

struct sighting sighting_of(const struct plan *plan, const struct seen *seen)
{
	struct sighting sighting = { .seen = seen, .view = seen_view(seen) };

	sighting.way = way_of(&sighting.view, plan);
	sighting.payload = payload_octets(seen, &sighting.view);
	sighting.summed = sighting.view.tcp && sighting.view.whole;
	if (sighting.summed)
		sighting.checksum =
		        seen->headers_only ? seen->checksum : packet_checksum(&sighting.view, seen->needs_csum);
	return sighting;
}

void evidence_gather(struct evidence *evidence, const struct plan *plan, const struct trace *trace)
{
	*evidence = (struct evidence){ .plan = plan, .trace = trace, .count = trace->packet_count };
	evidence->sightings = zalloc(evidence->count * sizeof *evidence->sightings);
	for (size_t i = 0; i < evidence->count; i++)
		evidence->sightings[i] = sighting_of(plan, &trace->packets[i]);
}

void evidence_cleanup(struct evidence *evidence)
{
	free(evidence->sightings);
}

size_t hop_node(const struct plan *plan, size_t hop)
{
	return plan->topology->interfaces[HOP_INTERFACE(hop)].node;
}

int64_t counter_at(const struct trace *trace, size_t node, const char *name)
{
	for (size_t i = 0; i < trace->counter_count; i++)
		if (trace->counters[i].node == node && strcmp(trace->counters[i].name, name) == 0)
			return trace->counters[i].delta;
	return 0;
}

const struct counter *tx_dropped_at(const struct trace *trace, size_t node)
{
	for (size_t i = 0; i < trace->counter_count; i++) {
		const struct counter *counter = &trace->counters[i];
		const char *colon = strchr(counter->name, ':');
		if (counter->node == node && colon && strcmp(colon, ":tx_dropped") == 0 && counter->delta > 0)
			return counter;
	}
	return NULL;
}

enum way data_way(const struct plan *plan)
{
	return !traffic_is_crafted(&plan->traffic) && plan->traffic.direction == DIRECTION_REVERSE ? WAY_BACK
	                                                                                           : WAY_FORWARD;
}

size_t way_start(const struct plan *plan, enum way way)
{
	return way == WAY_BACK ? plan->to : plan->from;
}

size_t way_end(const struct plan *plan, enum way way)
{
	return way == WAY_BACK ? plan->from : plan->to;
}
