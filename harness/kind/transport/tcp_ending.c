/* How a flow of TCP ended: from what the sockets got, and for what is missing from what was seen of it. */
#include <stdio.h>

#include "tcp_internal.h"

/* Data that was to travel one way. */
struct flow {
	enum way way;
	const struct endpoint *from, *to;
	uint64_t asked;
};

/* Packets tell what was sent, not what was to be. */
static struct flow flow_of(const struct evidence *evidence, enum way way)
{
	const struct endpoint *from = way == WAY_FORWARD ? &evidence->client : &evidence->server;
	const struct endpoint *to = way == WAY_FORWARD ? &evidence->server : &evidence->client;

	return (struct flow){ way, from, to, from->used ? (uint64_t)evidence->plan->traffic.bytes : from->sent };
}

static size_t flows_of(const struct evidence *evidence, struct flow flows[2])
{
	const struct traffic *traffic = &evidence->plan->traffic;
	const struct flow forward = flow_of(evidence, WAY_FORWARD), back = flow_of(evidence, WAY_BACK);

	switch ((enum direction)traffic->direction) {
	case DIRECTION_FORWARD:
		flows[0] = forward;
		return 1;
	case DIRECTION_REVERSE:
		flows[0] = back;
		return 1;
	case DIRECTION_BOTH:
		flows[0] = forward;
		flows[1] = back;
		return 2;
	}
	return 0;
}

static struct target flags_target(enum way way, unsigned flags, const char *name)
{
	struct target target = { .kind = TARGET_FLAGS, .way = way, .flags = flags };

	snprintf(target.name, sizeof target.name, "%s", name);
	return target;
}

static struct target octet_target(enum way way, uint32_t start, uint64_t octet)
{
	struct target target = { .kind = TARGET_OCTET, .way = way, .sequence = start + (uint32_t)octet };

	snprintf(target.name, sizeof target.name, "the data from octet %llu on", (unsigned long long)octet);
	return target;
}

static struct target handshake_target(const struct evidence *evidence)
{
	struct target answer = flags_target(WAY_BACK, TCP_SYN | TCP_ACK, "the SYN-ACK");

	if (target_seen(evidence, &answer, evidence->plan->to, HOP_OUT))
		return answer;
	return flags_target(WAY_FORWARD, TCP_SYN, "the SYN");
}

/* Whether the other end's TCP has said that it has the octet: then no network lost it. */
static bool is_acknowledged(const struct evidence *evidence, const struct target *target)
{
	size_t receiver = way_end(evidence->plan, target->way);

	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		if (s->way != WAY_OTHER && s->way != target->way && s->known && s->flags & TCP_ACK &&
		    hop_node(evidence->plan, s->hop) == receiver &&
		    (int32_t)(s->acknowledgement - target->sequence) > 0)
			return true;
	}
	return false;
}

/* Dropped where the first copy that was sent ended, whatever became of others. */
static struct ending missing_data(const struct evidence *evidence, const struct flow *flow)
{
	uint32_t start = 0;
	bool started = data_start(evidence, flow->way, &start);
	struct target target = octet_target(flow->way, start, flow->to->received);
	struct loss loss = loss_follow(evidence, &target);

	if (started && loss.last && !is_acknowledged(evidence, &target))
		return (struct ending){ FATE_DROPPED, target };
	/* What the kernel drops before it reaches the device, no capture sees; the device counts it. */
	if (!loss.last && tx_dropped_at(evidence->trace, way_start(evidence->plan, flow->way)))
		return (struct ending){ FATE_DROPPED, target };
	if (!evidence->server.established && !loss.last) {
		/* Nothing was sent yet: the end that was to send never heard the end of the handshake. */
		struct target ack = flags_target(WAY_FORWARD, TCP_ACK, "the handshake's last ACK");
		return (struct ending){ FATE_DROPPED, ack };
	}
	return (struct ending){ FATE_STALLED, target };
}

/* TCP sends again what was refused, and may bring it all home: the packets were dropped nevertheless. */
static bool refused_data(const struct evidence *evidence, const struct flow *flow, struct target *target)
{
	size_t end = way_end(evidence->plan, flow->way);
	uint32_t start = 0;

	if (!data_start(evidence, flow->way, &start) || counter_at(evidence->trace, end, "TcpInCsumErrors") <= 0)
		return false;
	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		if (s->way != flow->way || !s->payload || !s->summed || s->checksum != CHECKSUM_BAD ||
		    HOP_DIRECTION(s->hop) != HOP_IN || hop_node(evidence->plan, s->hop) != end)
			continue;
		*target = octet_target(flow->way, start, s->sequence - start);
		target->refused = true;
		return true;
	}
	return false;
}

/* What only a timer brought home: on a quick machine the lab is quiet before it runs out, and the loss is what is seen.
 */
static bool mended_data(const struct evidence *evidence, const struct flow *flow, struct target *target)
{
	uint32_t start = 0;
	uint64_t octet;

	if (!tcp_timer_mended_loss(evidence, flow->way, &octet) || !data_start(evidence, flow->way, &start))
		return false;
	*target = octet_target(flow->way, start, octet);
	target->mended = true;
	return true;
}

/* All octets are there, and their sender never heard so. */
static struct target acknowledgement_target(const struct flow *flow)
{
	return flags_target(flow->way == WAY_FORWARD ? WAY_BACK : WAY_FORWARD, TCP_ACK, "the last acknowledgement");
}

static struct ending kernel_ending(const struct evidence *evidence)
{
	struct flow flows[2];
	size_t count = flows_of(evidence, flows);

	for (size_t i = 0; i < count; i++)
		if (flows[i].to->mangled || flows[i].to->received > flows[i].from->sent)
			return (struct ending){ .fate = FATE_CORRUPTED };
	if (!evidence->client.established)
		return (struct ending){ FATE_DROPPED, handshake_target(evidence) };
	for (size_t i = 0; i < count; i++) {
		struct target target;
		if (mended_data(evidence, &flows[i], &target))
			return (struct ending){ FATE_DROPPED, target };
	}
	for (size_t i = 0; i < count; i++)
		if (flows[i].from->sent != flows[i].asked || flows[i].to->received != flows[i].asked)
			return missing_data(evidence, &flows[i]);
	for (size_t i = 0; i < count; i++) {
		struct target target;
		if (refused_data(evidence, &flows[i], &target))
			return (struct ending){ FATE_DROPPED, target };
		if (flows[i].from->unacknowledged)
			return (struct ending){ FATE_DROPPED, acknowledgement_target(&flows[i]) };
	}
	return (struct ending){ .fate = FATE_DELIVERED };
}

uint64_t tcp_overlap(const struct traffic *traffic)
{
	const struct tcp_fields *own = tcp_fields(traffic);
	uint64_t sent = (uint64_t)traffic->burst * (uint64_t)traffic->payload;
	uint64_t before = own->sequence < 0 ? (uint64_t)-own->sequence : 0;

	/* A SYN's receiver expects nothing yet. */
	return own->flags & TCP_SYN || before >= sent ? 0 : before;
}

static struct target crafted_target(const struct evidence *evidence)
{
	const struct traffic *traffic = &evidence->plan->traffic;
	uint64_t received = evidence->server.received + tcp_overlap(traffic);
	struct target target = { .kind = TARGET_ANY, .way = WAY_FORWARD, .name = "the packet" };
	uint32_t start;

	if (tcp_fields(traffic)->flags & TCP_SYN)
		return flags_target(WAY_FORWARD, (unsigned)tcp_fields(traffic)->flags & (TCP_SYN | TCP_ACK | TCP_RST),
		                    "the SYN");
	if (!data_start(evidence, WAY_FORWARD, &start))
		return target;
	target = octet_target(WAY_FORWARD, start, received);
	if (traffic->burst > 1 && traffic->payload > 0)
		snprintf(target.name, sizeof target.name, "packet %llu of %ld",
		         (unsigned long long)(received / (uint64_t)traffic->payload + 1), traffic->burst);
	else
		snprintf(target.name, sizeof target.name, "the packet");
	return target;
}

/* Nothing was dropped: the receiver waits for what should have come first. */
static bool is_kept(const struct evidence *evidence, const struct target *target)
{
	struct loss loss = loss_follow(evidence, target);
	owned_text said = NULL;

	return loss_reason(&loss, &said) == REASON_OUT_OF_ORDER;
}

uint32_t tcp_crafted_start(const struct traffic *traffic)
{
	return TCP_CRAFTED_SEQUENCE + (uint32_t)tcp_fields(traffic)->sequence;
}

static struct target packet_target(const struct burst *burst, const struct traffic *traffic, size_t index)
{
	const struct burst_packet *packet = &burst->packets[index];
	struct target target = octet_target(WAY_FORWARD, tcp_crafted_start(traffic), (uint64_t)packet->place);

	target.flow = (uint16_t)packet->flow;
	snprintf(target.name, sizeof target.name, "packet %zu of %zu", index + 1, burst->count);
	return target;
}

/* The first packet of the connection's that has octets from `place` on; of those behind a gap, the first. */
static size_t packet_at(const struct burst *burst, int64_t place)
{
	size_t found = 0;
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < burst->count; i++) {
		const struct burst_packet *packet = &burst->packets[i];
		int64_t from = packet->place > place ? packet->place : place;
		if (packet->flow || packet->place + packet->traffic.payload <= place || from >= least)
			continue;
		least = from;
		found = i;
	}
	return found;
}

/* A packet of another flow that did not come to the node that it is for; burst.count: all did. */
static size_t lost_stranger(const struct evidence *evidence)
{
	const struct burst *burst = &evidence->burst;
	const struct plan *plan = evidence->plan;

	for (size_t i = 0; i < burst->count; i++) {
		const struct burst_packet *packet = &burst->packets[i];
		struct target target = packet_target(burst, &plan->traffic, i);
		size_t end = plan->to;
		for (size_t node = 0; node < plan->topology->node_count; node++)
			if (address_is_local(plan, node, &packet->traffic.to))
				end = node;
		if (packet->flow && packet->traffic.payload && packet_is_readable(&packet->traffic) &&
		    !target_seen(evidence, &target, end, HOP_IN))
			return i;
	}
	return burst->count;
}

/* Of a burst whose packets may differ: some may be for others, or leave a gap behind which TCP waits. */
static struct ending burst_ending(const struct evidence *evidence)
{
	const struct traffic *traffic = &evidence->plan->traffic;
	const struct burst *burst = &evidence->burst;
	const struct endpoint *server = &evidence->server;
	bool gap;
	uint64_t wanted = burst_octets(burst, tcp_overlap(traffic), &gap), received = server->received;
	size_t stranger = lost_stranger(evidence);
	size_t missing = packet_at(burst, (int64_t)(received + tcp_overlap(traffic)));
	struct ending ending = { FATE_DROPPED, packet_target(burst, traffic, missing) };

	if (ending.target.sequence - tcp_crafted_start(traffic) < received + tcp_overlap(traffic))
		ending.target.sequence = tcp_crafted_start(traffic) + (uint32_t)(received + tcp_overlap(traffic));
	if (server->mangled || received > wanted)
		ending.fate = FATE_CORRUPTED;
	else if (received == wanted && !gap && stranger == burst->count)
		ending.fate = FATE_DELIVERED;
	else if (received == wanted && !gap)
		ending.target = packet_target(burst, traffic, stranger);
	else if (is_kept(evidence, &ending.target))
		ending.fate = FATE_STALLED;
	return ending;
}

static struct ending crafted_ending(const struct evidence *evidence)
{
	const struct traffic *traffic = &evidence->plan->traffic;
	const struct endpoint *server = &evidence->server;

	if (evidence->burst.count && !(tcp_fields(traffic)->flags & TCP_SYN))
		return burst_ending(evidence);
	uint64_t wanted = (uint64_t)traffic->burst * (uint64_t)traffic->payload - tcp_overlap(traffic);
	struct ending ending = { FATE_DROPPED, crafted_target(evidence) };

	if (server->mangled || server->received > wanted)
		ending.fate = FATE_CORRUPTED;
	else if (tcp_fields(traffic)->flags & TCP_SYN) {
		struct target answer = flags_target(WAY_BACK, TCP_SYN | TCP_ACK, "the SYN-ACK");
		if (target_seen(evidence, &answer, evidence->plan->to, HOP_OUT))
			ending.fate = FATE_DELIVERED;
	} else if (wanted && server->received == wanted)
		ending.fate = FATE_DELIVERED;
	else if (wanted && is_kept(evidence, &ending.target))
		ending.fate = FATE_STALLED;
	else if (!wanted) {
		/* No octet tells: it got there, and nothing there says that it was dropped. */
		struct loss loss = loss_follow(evidence, &ending.target);
		owned_text said = NULL;
		if (loss_arrived(&loss) && loss.node == evidence->plan->to &&
		    loss_reason(&loss, &said) == REASON_UNEXPLAINED)
			ending.fate = FATE_DELIVERED;
	}
	return ending;
}

struct ending tcp_conclude(const struct evidence *evidence)
{
	return traffic_is_crafted(&evidence->plan->traffic) ? crafted_ending(evidence) : kernel_ending(evidence);
}
