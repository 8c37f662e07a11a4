/* A topology and a case that replay a flow: real TCP where its connection was opened in the capture, else its packets
 * one by one. */
#include <stdlib.h>
#include <string.h>

#include "replay.h"
#include "transport.h"

enum { PACKETS_MOST = 24, BYTES_MOST = 1 << 30 };

/* Octets of data that each way carried. */
static uint64_t octets_of(const struct capture *capture, const struct flow *flow, enum way way)
{
	uint64_t most = 0;

	for (size_t i = 0; i < flow->count; i++) {
		const struct captured *seen = &capture->packets[flow->packets[i]].seen;
		const uint32_t end = seen->sequence - flow->starts[way] + seen->payload;
		if (seen->way == way && seen->known && seen->payload && end < BYTES_MOST && most < end)
			most = end;
	}
	return most;
}

static bool was_opened(const struct capture *capture, const struct flow *flow)
{
	const struct transport *transport = transport_of(&(struct traffic){ 0 });
	uint32_t ignored;

	for (size_t i = 0; i < flow->count; i++) {
		const struct captured *seen = &capture->packets[flow->packets[i]].seen;
		if (seen->known && seen->way == WAY_FORWARD && transport->opens(seen, &ignored))
			return true;
	}
	return false;
}

static void say_traffic(char **text, const struct flow *flow, const struct shape *shape, const char *generator)
{
	char address[ADDRESS_TEXT_SIZE];

	text_append(text, "traffic: {%s: %s, from: src, to: \"%s\", to_node: dst, mode: %s",
	            transport_of(&(struct traffic){ 0 })->word, generator, address_text(&flow->ends[1], address),
	            word_of(mode_words, (int)shape->mode));
	for (size_t i = 0; i < shape->count; i++)
		text_append(text, "%s\"%s\"", i ? ", " : ", segments: [", address_text(&shape->list[i], address));
	text_append(text, "%s", shape->count ? "]" : "");
}

static char *connection_text(const struct capture *capture, const struct flow *flow, const struct shape *shape)
{
	const uint64_t there = octets_of(capture, flow, WAY_FORWARD), back = octets_of(capture, flow, WAY_BACK);
	char *text = NULL;

	say_traffic(&text, flow, shape, "kernel");
	text_append(&text, ", bytes: %llu, direction: %s}\n", (unsigned long long)(there > back ? there : back),
	            !back    ? "forward"
	            : !there ? "reverse"
	                     : "both");
	text_append(&text, "expect: {fate: delivered}\n");
	return text;
}

/* A packet for each label of an axis; alike ones once. */
struct list {
	char *packets, *expected;
	char **texts;
	size_t count;
};

static bool is_listed(const struct list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->texts[i], text) == 0)
			return true;
	return false;
}

static void add_packet(struct list *list, const struct capture_packet *packet, unsigned mtu)
{
	const char *expected;
	owned_text text = packet_text(&packet->seen, mtu, &expected);

	if (!text || list->count == PACKETS_MOST || is_listed(list, text))
		return;
	text_append(&list->packets, "    n%zu: {%s}\n", packet->number, text);
	if (expected)
		text_append(&list->expected, "  - {when: {packet: n%zu}, %s\n", packet->number, expected + 1);
	*PUSH(list->texts, list->count) = take(text);
}

static char *crafted_text(const struct capture *capture, const struct flow *flow, const struct tracks *tracks,
                          const struct shape *shape, unsigned mtu)
{
	struct list list = { 0 };
	char *text = NULL;

	for (size_t i = 0; i < tracks->pass_count; i++) {
		const struct capture_packet *packet = &capture->packets[tracks->passes[i].packet];
		if (packet->seen.way == WAY_FORWARD && !tracks->passes[i].part_count)
			add_packet(&list, packet, mtu);
	}
	if (list.count) {
		say_traffic(&text, flow, shape, "crafted");
		text_append(&text,
		            "}\naxes:\n  packet: # called by their numbers in the capture\n%sexpect:\n%s  - {fate: "
		            "delivered}\n",
		            list.packets, list.expected ? list.expected : "");
	}
	for (size_t i = 0; i < list.count; i++)
		free(list.texts[i]);
	free(list.texts);
	free(list.packets);
	free(list.expected);
	return text;
}

static const char *refusal(const struct flow *flow, const struct shape *shape)
{
	for (size_t end = 0; end < 2; end++) {
		const struct address *address = &flow->ends[end];
		if (!address->family)
			return "it has no IP header";
		if (address_is_link_local(address) || address_is_multicast(address) || address_is_loopback(address) ||
		    address_is_unspecified(address))
			return "an address of it is none that a route leads to from elsewhere";
	}
	if (address_same(&flow->ends[0], &flow->ends[1]))
		return "both ends have one address";
	return shape->too_long ? "its segment list is too long" : NULL;
}

static bool replay_make(struct replay *replay, const struct capture *capture, const struct flow *flow, size_t number,
                        unsigned mtu)
{
	struct shape shape = shape_of(capture, flow);
	struct tracks tracks = { 0 };
	owned_text protocol = flow_protocol(flow);
	owned_text traffic = NULL;

	replay->refusal = refusal(flow, &shape);
	if (replay->refusal)
		return false;
	tracks_make(&tracks, capture, flow);
	shape.crafted = !was_opened(capture, flow);
	traffic = !shape.crafted ? connection_text(capture, flow, &shape)
	                         : crafted_text(capture, flow, &tracks, &shape, mtu);
	if (traffic) {
		replay->name = text_format("captured-%zu", number);
		replay->topology = topology_text(replay->name, capture, flow, &tracks, &shape, mtu);
		text_append(&replay->testcase,
		            "# Made by hopcheck pcap: what is expected is that packets without a fault arrive.\n");
		if (shape.other)
			text_append(&replay->testcase,
			            "# The flow is %s, which hopcheck does not send: TCP is in its place.\n", protocol);
		text_append(&replay->testcase, "case: %s\ntopology: %s\n%s", replay->name, replay->name, traffic);
	} else {
		replay->refusal = "it has no packet with data from its client";
	}
	tracks_clear(&tracks);
	return traffic != NULL;
}

static void replay_clear(struct replay *replay)
{
	free(replay->name);
	free(replay->topology);
	free(replay->testcase);
}

struct replays replays_make(struct capture *capture, unsigned mtu)
{
	struct replays replays = { 0 };
	struct flows flows = { 0 };

	flows_make(&flows, capture);
	for (size_t i = 0; i < flows.count; i++) {
		struct replay *replay = PUSH(replays.at, replays.count);
		owned_text client = flow_end(&flows.at[i], 0);
		owned_text server = flow_end(&flows.at[i], 1);
		owned_text protocol = flow_protocol(&flows.at[i]);
		replay->flow =
		        text_format("%s%s%s%s%s", protocol, *client ? " " : "", client, *server ? " > " : "", server);
		replay_make(replay, capture, &flows.at[i], i + 1, mtu);
	}
	flows_clear(&flows);
	return replays;
}

void replays_clear(struct replays *replays)
{
	for (size_t i = 0; i < replays->count; i++) {
		free(replays->at[i].flow);
		replay_clear(&replays->at[i]);
	}
	free(replays->at);
}
