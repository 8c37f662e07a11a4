/* Reads the trace's packets once, and tells which of them belong to the test's connection. */
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "transport.h"

/* The addresses that tell a packet's direction. */
struct ends {
	struct address outer_source; /* of the first IPv6 header */
	struct address source;       /* of the innermost, with its final destination */
	struct address final;
};

/* A packet of a burst may have a source of its own. */
static bool is_own_source(const struct address *source, const struct plan *plan)
{
	for (size_t d = 0; d < plan->traffic.differ_count; d++) {
		const struct difference *difference = &plan->traffic.differ[d];
		for (size_t s = 0; s < difference->count; s++)
			if (strcmp(difference->settings[s].key, "source") == 0 &&
			    address_same(difference->settings[s].addresses, source))
				return true;
	}
	return false;
}

static bool is_from(const struct ends *ends, const struct plan *plan)
{
	return is_own_source(&ends->source, plan) || address_same(&ends->source, &plan->from_address) ||
	       address_same(&ends->outer_source, &plan->from_address) ||
	       (mode_kind(plan->traffic.mode)->outer && address_same(&ends->outer_source, &plan->outer_address));
}

/* Whether a packet's final destination may be unreadable, so that only its source tells whose it is. */
static bool is_unreadable(const struct packet_view *view, const struct plan *plan)
{
	return traffic_is_crafted(&plan->traffic) || packet_srh(view, packet_ip(view)).fault ||
	       packet_srh(view, packet_innermost_ip(view)).fault || !view->whole;
}

static enum way way_of(const struct packet_view *view, const struct plan *plan)
{
	const struct layer *first = packet_ip(view), *last = packet_innermost_ip(view);

	if (!first) /* cut in its first header, which only crafted packets are */
		return traffic_is_crafted(&plan->traffic) ? WAY_FORWARD : WAY_OTHER;
	if (packet_is_icmp(view))
		return WAY_OTHER;
	const struct ends ends = { ip_source(view, first), ip_source(view, last), packet_final(view, last) };
	if (address_same(&ends.source, &plan->from_address) && address_same(&ends.final, &plan->traffic.to))
		return WAY_FORWARD;
	if (address_same(&ends.source, &plan->traffic.to) && address_same(&ends.final, &plan->from_address))
		return WAY_BACK;
	return is_unreadable(view, plan) && is_from(&ends, plan) ? WAY_FORWARD : WAY_OTHER;
}

struct srh_view captured_srh(const struct captured *captured)
{
	return packet_srh(&captured->view, packet_ip(&captured->view));
}

static void read_packet(struct captured *captured, const struct plan *plan)
{
	const struct packet_view *view = &captured->view;

	captured->way = way_of(view, plan);
	transport_of(&plan->traffic)->identify(captured);
	captured->encapsulated = packet_is_encapsulated(view);
	captured->summed = captured->known && packet_transport(view) && view->whole;
	if (captured->summed && !captured->headers_only)
		captured->checksum = captured_checksum(captured, plan);
}

/* A drop event has the first octets only, so the checksum stays unknown. */
static void read_drop(struct captured *read, const struct drop *drop, const struct plan *plan)
{
	*read = (struct captured){ .data = drop->data, .length = drop->length, .wire_length = drop->wire_length };
	captured_parse(read);
	read_packet(read, plan);
}

/* The flow of a burst's packet: by its port, and by its final destination where that can be read. */
static uint16_t flow_of(const struct evidence *evidence, const struct captured *captured, uint16_t port)
{
	const struct transport *transport = transport_of(&evidence->plan->traffic);
	const struct packet_view *view = &captured->view;
	const struct layer *ip = packet_innermost_ip(view);
	const struct address to = packet_final(view, ip), from = ip_source(view, ip);
	const struct burst_packet *found = NULL;

	for (size_t i = 0; i < evidence->burst.count; i++) {
		const struct burst_packet *packet = &evidence->burst.packets[i];
		const struct address *source =
		        packet->traffic.source.family ? &packet->traffic.source : &evidence->plan->from_address;
		if (!address_same(source, &from) ||
		    (uint16_t)(port + transport->crafted_port(&packet->traffic)) != transport->port(captured))
			continue;
		if (address_same(&packet->traffic.to, &to))
			return (uint16_t)packet->flow;
		found = found ? found : packet;
	}
	return found ? (uint16_t)found->flow : UINT16_MAX;
}

/* The first packet that left was the first of the burst whose transport can be read. */
static void find_flows(struct evidence *evidence, struct trace *trace)
{
	const struct transport *transport = transport_of(&evidence->plan->traffic);
	size_t first = 0, shown = 0;

	while (first < evidence->burst.count && !packet_is_readable(&evidence->burst.packets[first].traffic))
		first++;
	while (shown < evidence->count && (trace->packets[shown].way != WAY_FORWARD || !trace->packets[shown].known))
		shown++;
	if (first == evidence->burst.count || shown == evidence->count || !transport->port)
		return;
	uint16_t port = (uint16_t)(transport->port(&trace->packets[shown]) -
	                           transport->crafted_port(&evidence->burst.packets[first].traffic));
	for (size_t i = shown; i < evidence->count; i++)
		if (trace->packets[i].way == WAY_FORWARD && trace->packets[i].known)
			trace->packets[i].flow = flow_of(evidence, &trace->packets[i], port);
	for (size_t i = 0; i < trace->drop_count; i++)
		if (evidence->drops[i].way == WAY_FORWARD && evidence->drops[i].known)
			evidence->drops[i].flow = flow_of(evidence, &evidence->drops[i], port);
}

/* Where the data begins: a kernel's connection says so when it opens; crafted data has no SYN, so its first packet. */
static void find_start(struct evidence *evidence, enum way way)
{
	const struct traffic *traffic = &evidence->plan->traffic;
	const struct transport *transport = transport_of(traffic);
	const struct captured *first = NULL;

	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		if (s->way != way || !s->known)
			continue;
		if (way == WAY_FORWARD && evidence->burst.count) {
			evidence->starts[way].known = true;
			evidence->starts[way].sequence = transport->crafted_start(traffic);
			return;
		}
		if (!traffic_is_crafted(traffic) && transport->opens &&
		    transport->opens(s, &evidence->starts[way].sequence)) {
			evidence->starts[way].known = true;
			return;
		}
		if (s->payload && !first)
			first = s;
	}
	evidence->starts[way].known = first != NULL;
	evidence->starts[way].sequence = first ? first->sequence : 0;
}

struct evidence *evidence_make(const struct plan *plan, struct trace *trace)
{
	struct evidence *evidence = zalloc(sizeof *evidence);

	*evidence = (struct evidence){ .plan = plan,
		                       .trace = trace,
		                       .packets = trace->packets,
		                       .count = trace->packet_count,
		                       .client = trace->client,
		                       .server = trace->server };
	for (size_t i = 0; i < trace->packet_count; i++)
		read_packet(&trace->packets[i], plan);
	evidence->drops = zalloc(trace->drop_count * sizeof *evidence->drops);
	for (size_t i = 0; i < trace->drop_count; i++)
		read_drop(&evidence->drops[i], &trace->drops[i], plan);
	if (traffic_is_numbered(&plan->traffic)) {
		burst_make(&evidence->burst, &plan->traffic);
		find_flows(evidence, trace);
	}
	find_start(evidence, WAY_FORWARD);
	find_start(evidence, WAY_BACK);
	const struct transport *transport = transport_of(&plan->traffic);
	if (!trace->client.used && !trace->server.used && transport->endpoints)
		transport->endpoints(evidence, &evidence->client, &evidence->server);
	return evidence;
}

void evidence_beside(struct evidence *const all[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t other = 0; other < count; other++)
			if (other != i)
				*PUSH(all[i]->beside, all[i]->beside_count) = all[other];
}

void evidence_free(struct evidence *evidence)
{
	if (!evidence)
		return;
	free(evidence->beside);
	free(evidence->drops);
	burst_clear(&evidence->burst);
	free(evidence);
}

bool data_start(const struct evidence *evidence, enum way way, uint32_t *sequence)
{
	if (evidence->starts[way].known)
		*sequence = evidence->starts[way].sequence;
	return evidence->starts[way].known;
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

void say_interface(char **why, const struct evidence *evidence, size_t hop)
{
	const struct interface *interface = &evidence->plan->topology->interfaces[HOP_INTERFACE(hop)];

	text_append(why, "%s.%s", evidence->plan->topology->nodes[interface->node].name, interface->name);
}
