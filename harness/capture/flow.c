/* Flows: packets between the same two ends. */
#include "flow.h"

#include <stdlib.h>
#include <string.h>

#include "transport.h"

/* What the packets of a flow have alike, as octets that can be compared. */
struct key {
	uint8_t ends[2][1 + ADDRESS_OCTETS + 2]; /* family, address and port; the lower one first */
	uint8_t transport, by;
	uint16_t unread;
};
struct entry {
	struct key key;
	size_t packet;
};

static struct flow ends_of(const struct packet_view *view)
{
	const struct layer *ip = packet_innermost_ip(view), *transport = packet_transport(view);
	struct flow flow = { .transport = LAYER_KINDS, .unread = packet_unread(view) };

	if (ip) {
		flow.ends[0] = end_source(view, ip);
		flow.ends[1] = end_final(view, ip);
	}
	if (transport) {
		flow.transport = transport->kind;
		packet_ports(view, &flow.ports[0], &flow.ports[1]);
	}
	return flow;
}

static void write_end(uint8_t into[1 + ADDRESS_OCTETS + 2], const struct flow *flow, size_t end)
{
	into[0] = flow->ends[end].family;
	memcpy(into + 1, flow->ends[end].octets, ADDRESS_OCTETS);
	into[1 + ADDRESS_OCTETS] = (uint8_t)(flow->ports[end] >> 8);
	into[2 + ADDRESS_OCTETS] = (uint8_t)flow->ports[end];
}

static struct key key_of(const struct flow *flow)
{
	struct key key;

	memset(&key, 0, sizeof key);
	write_end(key.ends[0], flow, 0);
	write_end(key.ends[1], flow, 1);
	if (memcmp(key.ends[0], key.ends[1], sizeof key.ends[0]) > 0) {
		write_end(key.ends[0], flow, 1);
		write_end(key.ends[1], flow, 0);
	}
	key.transport = flow->transport;
	key.by = (uint8_t)flow->unread.by;
	key.unread = flow->unread.number;
	return key;
}

static int entry_order(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = memcmp(&a->key, &b->key, sizeof a->key);

	return order ? order : a->packet < b->packet ? -1 : a->packet > b->packet;
}

static int flow_order(const void *left, const void *right)
{
	const struct flow *a = left, *b = right;

	return a->packets[0] < b->packets[0] ? -1 : a->packets[0] > b->packets[0];
}

static void turn(struct flow *flow)
{
	const struct address end = flow->ends[0];
	const uint16_t port = flow->ports[0];

	flow->ends[0] = flow->ends[1];
	flow->ports[0] = flow->ports[1];
	flow->ends[1] = end;
	flow->ports[1] = port;
}

static bool is_first(const struct flow *flow, const struct captured *seen)
{
	const struct flow of = ends_of(&seen->view);

	return address_same(&of.ends[0], &flow->ends[0]) && of.ports[0] == flow->ports[0];
}

/* The client is who sent the first packet, or where one opens a stream, who did that without an acknowledgement. */
static void find_client(struct flow *flow, const struct capture *capture)
{
	const struct transport *transport = transport_of(&(struct traffic){ 0 });
	uint32_t ignored;

	for (size_t i = 0; i < flow->count; i++) {
		const struct captured *seen = &capture->packets[flow->packets[i]].seen;
		if (!seen->known || !transport->opens(seen, &ignored))
			continue;
		if (!(seen->flags & transport->beside_data) != is_first(flow, seen))
			turn(flow);
		return;
	}
}

static void find_ways(struct flow *flow, struct capture *capture)
{
	for (size_t i = 0; i < flow->count; i++) {
		struct captured *seen = &capture->packets[flow->packets[i]].seen;
		seen->way = !packet_ip(&seen->view) ? WAY_OTHER : is_first(flow, seen) ? WAY_FORWARD : WAY_BACK;
	}
}

/* Where a stream was opened, else the first that was seen. */
static void find_starts(struct flow *flow, const struct capture *capture)
{
	const struct transport *transport = transport_of(&(struct traffic){ 0 });
	bool opened[3] = { false }, known[3] = { false };

	for (size_t i = 0; i < flow->count; i++) {
		const struct captured *seen = &capture->packets[flow->packets[i]].seen;
		uint32_t *start = &flow->starts[seen->way];
		if (!seen->known || opened[seen->way])
			continue;
		opened[seen->way] = transport->opens(seen, start);
		if (!opened[seen->way] && (!known[seen->way] || (int32_t)(seen->sequence - *start) < 0))
			*start = seen->sequence;
		known[seen->way] = true;
	}
}

static void flow_make(struct flow *flow, struct capture *capture, const struct entry *entries, size_t count)
{
	*flow = ends_of(&capture->packets[entries[0].packet].seen.view);
	flow->packets = zalloc(count * sizeof *flow->packets);
	flow->count = count;
	for (size_t i = 0; i < count; i++)
		flow->packets[i] = entries[i].packet;
	find_client(flow, capture);
	find_ways(flow, capture);
	find_starts(flow, capture);
}

void flows_make(struct flows *flows, struct capture *capture)
{
	struct entry *entries = zalloc((capture->packet_count + 1) * sizeof *entries);
	size_t next;

	for (size_t i = 0; i < capture->packet_count; i++) {
		struct captured *seen = &capture->packets[i].seen;
		const struct flow flow = ends_of(&seen->view);
		entries[i] = (struct entry){ .packet = i };
		entries[i].key = key_of(&flow);
		seen->encapsulated = packet_is_encapsulated(&seen->view);
		transport_of(&(struct traffic){ 0 })->identify(seen);
	}
	if (capture->packet_count)
		qsort(entries, capture->packet_count, sizeof *entries, entry_order);
	for (size_t i = 0; i < capture->packet_count; i = next) {
		for (next = i + 1; next < capture->packet_count &&
		                   memcmp(&entries[next].key, &entries[i].key, sizeof entries[i].key) == 0;)
			next++;
		flow_make(PUSH(flows->at, flows->count), capture, &entries[i], next - i);
	}
	if (flows->count)
		qsort(flows->at, flows->count, sizeof *flows->at, flow_order);
	free(entries);
}

void flows_clear(struct flows *flows)
{
	for (size_t i = 0; i < flows->count; i++)
		free(flows->at[i].packets);
	free(flows->at);
}
