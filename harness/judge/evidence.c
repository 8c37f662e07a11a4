/* Reads the trace's packets once, and tells which of them belong to the test's connection. */
#include <stdlib.h>
#include <string.h>

#include "judge.h"

/* The addresses that tell a packet's way. */
struct ends {
	struct address outer_source; /* of the first IPv6 header */
	struct address source;       /* of the innermost, and where that leads */
	struct address final;
};

static bool is_from(const struct ends *ends, const struct plan *plan)
{
	return address_same(&ends->source, &plan->from_address) ||
	       address_same(&ends->outer_source, &plan->from_address) ||
	       (mode_encapsulates((enum mode)plan->traffic.mode) &&
	        address_same(&ends->outer_source, &plan->outer_address));
}

/* A crafted header may hide where it goes; who sent it is still there. */
static bool is_unreadable(const struct packet_view *view, const struct plan *plan)
{
	return traffic_is_crafted(&plan->traffic) || packet_srh(view, packet_layer(view, LAYER_IPV6)).fault ||
	       packet_srh(view, packet_innermost(view, LAYER_IPV6)).fault || !view->whole;
}

static enum way way_of(const struct packet_view *view, const struct plan *plan)
{
	const struct layer *first = packet_layer(view, LAYER_IPV6), *last = packet_innermost(view, LAYER_IPV6);

	if (!first) /* cut inside its first header, as only a crafted packet is */
		return traffic_is_crafted(&plan->traffic) ? WAY_FORWARD : WAY_OTHER;
	if (packet_layer(view, LAYER_ICMPV6))
		return WAY_OTHER;
	const struct ends ends = { ipv6_source(view, first), ipv6_source(view, last), packet_final(view, last) };
	if (address_same(&ends.source, &plan->from_address) && address_same(&ends.final, &plan->traffic.to))
		return WAY_FORWARD;
	if (address_same(&ends.source, &plan->traffic.to) && address_same(&ends.final, &plan->from_address))
		return WAY_BACK;
	return is_unreadable(view, plan) && is_from(&ends, plan) ? WAY_FORWARD : WAY_OTHER;
}

struct srh_view sighting_srh(const struct sighting *sighting)
{
	return packet_srh(&sighting->view, packet_layer(&sighting->view, LAYER_IPV6));
}

struct sighting sighting_of(const struct plan *plan, const struct captured *captured)
{
	const struct packet_view view = captured_view(captured);
	const bool has_tcp = packet_layer(&view, LAYER_TCP);
	const struct tcp_header tcp = packet_tcp(&view);
	struct sighting sighting = { .captured = captured,
		                     .view = view,
		                     .way = way_of(&view, plan),
		                     .payload = has_tcp ? (uint32_t)packet_payload_length(&view) : 0,
		                     .tcp = has_tcp,
		                     .sequence = tcp.sequence,
		                     .acknowledgement = tcp.acknowledgement,
		                     .flags = tcp.flags,
		                     .encapsulated = packet_is_encapsulated(&view),
		                     .summed = has_tcp && view.whole };

	if (sighting.summed)
		sighting.checksum =
		        captured->headers_only ? captured->checksum : packet_checksum(&view, captured->needs_csum);
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
