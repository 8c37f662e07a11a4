/* Finds the hop where an octet of the data changed, by comparing what each hop saw of it. */
#include "device.h"
#include "judge.h"

/* An octet of the data in a packet, counted from the sequence number `start`; NULL: not in it, or not kept. */
static const uint8_t *octet_in(const struct plan *plan, const struct captured *captured, enum way way, uint32_t start,
                               uint64_t octet)
{
	uint32_t offset = start + (uint32_t)octet - captured->sequence;

	if (captured->way != way || !captured->known || offset >= captured->payload)
		return NULL;
	if (captured->headers_only)
		return captured->as_sent ? flow_pattern_at(plan, octet) : NULL;
	const struct bytes payload = packet_payload(&captured->view);
	return offset < payload.length ? &payload.data[offset] : NULL;
}

/* The direction in which data arrived changed. */
static enum way damaged_way(const struct evidence *evidence)
{
	if (evidence->server.mangled == evidence->client.mangled)
		return data_way(evidence->plan);
	return evidence->client.mangled ? WAY_BACK : WAY_FORWARD;
}

static void compare(struct damage *damage, const struct evidence *evidence, enum way way, uint32_t start)
{
	const uint8_t *before = NULL;

	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		const uint8_t *octet = octet_in(evidence->plan, s, way, start, damage->octet);
		if (!octet)
			continue;
		if (!before) {
			before = octet;
			damage->origin = s->hop;
		} else if (*octet != *before) {
			damage->hop = s->hop;
			damage->sender = other_end(evidence->plan, s);
			damage->before = *before;
			damage->after = *octet;
			return;
		}
	}
}

struct damage damage_find(const struct evidence *evidence)
{
	const struct plan *plan = evidence->plan;
	enum way way = damaged_way(evidence);
	const struct endpoint *end = way == WAY_BACK ? &evidence->client : &evidence->server;
	const struct endpoint *other = way == WAY_BACK ? &evidence->server : &evidence->client;
	struct damage damage = { .node = way_end(plan, way),
		                 .reason = REASON_UNEXPLAINED,
		                 .hop = NOT_FOUND,
		                 .origin = NOT_FOUND,
		                 .sender = NOT_FOUND };
	uint32_t start;

	damage.octet = end->mangled ? end->mangled_at : end->received + traffic_overlap(&plan->traffic);
	damage.wanted = other->sent - traffic_overlap(&plan->traffic);
	damage.received = end->received;
	if (data_start(evidence, way, &start))
		compare(&damage, evidence, way, start);
	if (damage.hop == NOT_FOUND)
		return damage;
	if (HOP_DIRECTION(damage.hop) == HOP_IN) {
		damage.node = plan->topology->interfaces[damage.sender].node;
		damage.reason = REASON_LINK;
	} else {
		damage.node = hop_node(plan, damage.hop);
		if (node_service(&plan->topology->nodes[damage.node]))
			damage.reason = REASON_SERVICE;
	}
	return damage;
}
