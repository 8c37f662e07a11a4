/* What became of each packet of a burst whose packets leave as frames of their own: which went together at a hop, and
 * whether that, and all that is in them, is what was sent. GRO may merge what GSO could cut into the same packets
 * again, and nothing else (Documentation/networking/segmentation-offloads.rst, "Generic Receive Offload"). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "transport.h"

/* A burst at one hop. */
struct sorting {
	const struct evidence *evidence;
	const struct captured *origins[HELD_MOST]; /* as they left their node; NULL: it was not seen */
	uint64_t taken;                            /* packets found at this hop so far */
	uint64_t again; /* likewise, once more: what was decapsulated, or is led here again, is heard a second time */
	bool twice;     /* some come with an outer header, or with other segments left than others */
};

#define BIT(index) ((uint64_t)1 << (index))

static bool is_of_burst(const struct captured *captured)
{
	return captured->way == WAY_FORWARD;
}

/* The packet, of those not found yet, that begins at a place of a flow and ends by `end`; burst.count: there is none.
 */
static size_t packet_from(const struct sorting *sorting, unsigned flow, int64_t place, int64_t end, bool empty)
{
	const struct burst *burst = &sorting->evidence->burst;

	for (size_t i = 0; i < burst->count; i++) {
		const struct burst_packet *packet = &burst->packets[i];
		if (!(sorting->taken & BIT(i)) && packet_is_readable(&packet->traffic) && packet->flow == flow &&
		    packet->place == place && place + packet->traffic.payload <= end &&
		    !packet->traffic.payload == empty)
			return i;
	}
	return burst->count;
}

static size_t unreadable_packet(const struct sorting *sorting)
{
	const struct burst *burst = &sorting->evidence->burst;
	size_t i = 0;

	while (i < burst->count && (sorting->taken & BIT(i) || packet_is_readable(&burst->packets[i].traffic)))
		i++;
	return i;
}

static int64_t place_of(const struct sorting *sorting, const struct captured *captured)
{
	return (int32_t)(captured->sequence - sorting->evidence->starts[WAY_FORWARD].sequence);
}

/* The packets that one at a hop was made of, in `order`; returns how many, and 0 where it is not made of whole ones. */
static size_t members_of(struct sorting *sorting, const struct captured *captured, size_t order[HELD_MOST])
{
	const struct burst *burst = &sorting->evidence->burst;
	int64_t at = place_of(sorting, captured), end = at + captured->payload;
	size_t count = 0, index;

	if (!captured->known || !captured->view.whole) {
		index = unreadable_packet(sorting);
		sorting->taken |= index < burst->count ? BIT(index) : 0;
		order[0] = index;
		return index < burst->count;
	}
	const uint64_t taken = sorting->taken;
	do {
		index = packet_from(sorting, captured->flow, at, end, !captured->payload);
		if (index == burst->count) {
			sorting->taken = taken;
			return 0;
		}
		sorting->taken |= BIT(index);
		order[count++] = index;
		at += burst->packets[index].traffic.payload;
	} while (at < end);
	return count;
}

/* Why two packets, one behind the other, must not have been merged; NULL: they may. Caller frees. */
static char *parts(const struct burst *burst, const size_t *order, size_t index)
{
	const struct traffic *first = &burst->packets[order[0]].traffic;
	const struct traffic *before = &burst->packets[order[index - 1]].traffic;
	const struct traffic *after = &burst->packets[order[index]].traffic;
	const struct transport *transport = transport_of(after);
	const struct traffic_field *field = packets_difference(before, after);
	const char *why = transport->parts ? transport->parts(before, after) : NULL;

	if (field)
		return text_format("which differ in `%s`", field->key);
	if (why)
		return text_format("%s", why);
	if (after->checksum == CHECKSUM_BAD)
		return text_copy("whose checksums are bad");
	if (before->payload < first->payload || after->payload > first->payload)
		return text_copy("whose sizes GSO could not make again");
	return NULL;
}

/* Whether the payload is what senders send there. */
static bool has_pattern(const struct plan *plan, const struct captured *captured, int64_t place)
{
	struct bytes rest = packet_payload(&captured->view);

	if (captured->headers_only)
		return captured->as_sent;
	if (place < 0)
		return false;
	if (rest.length > captured->payload) { /* a transport of its own may have a header behind the last known one */
		rest.data += rest.length - captured->payload;
		rest.length = captured->payload;
	}
	for (uint64_t at = (uint64_t)place; rest.length; at += PATTERN_CHUNK) {
		size_t part = rest.length < PATTERN_CHUNK ? rest.length : PATTERN_CHUNK;
		if (memcmp(rest.data, flow_pattern_at(plan, at), part) != 0)
			return false;
		rest = (struct bytes){ rest.data + part, rest.length - part };
	}
	return true;
}

/* Whether these packets are all that left as one or several frames: none was cut from a larger one, whose header it has
 * another part of. */
static bool left_as_they_are(const struct sorting *sorting, const size_t *order, size_t count)
{
	const struct captured *first = sorting->origins[order[0]], *last = sorting->origins[order[count - 1]];
	const int64_t begin = place_of(sorting, first), end = place_of(sorting, last) + last->payload;
	const struct burst_packet *from = &sorting->evidence->burst.packets[order[0]],
	                          *to = &sorting->evidence->burst.packets[order[count - 1]];

	return from->place <= begin && to->place + to->traffic.payload >= end;
}

/* What a packet at a hop has that was not sent so; NULL: nothing. Caller frees. */
static char *alteration(const struct sorting *sorting, const struct captured *captured, const size_t *order,
                        size_t count)
{
	const struct evidence *evidence = sorting->evidence;
	const struct transport *transport = transport_of(&evidence->plan->traffic);
	const struct captured *first = count ? sorting->origins[order[0]] : NULL;
	const struct captured *last = count ? sorting->origins[order[count - 1]] : NULL;

	if (!count)
		return text_format("octets %lld to %lld of the data are no packets of the burst",
		                   (long long)place_of(sorting, captured),
		                   (long long)place_of(sorting, captured) + captured->payload);
	for (size_t i = 1; i < count; i++) {
		owned_text why = parts(&evidence->burst, order, i);
		if (why)
			return text_format("packets %zu and %zu are one, %s", order[i - 1] + 1, order[i] + 1, why);
	}
	if (!captured->known || !captured->view.whole)
		return NULL;
	if (!has_pattern(sorting->evidence->plan, captured, place_of(sorting, captured)))
		return text_format("packet %zu has other data than was sent", order[0] + 1);
	if (first && last && transport->merges_to && left_as_they_are(sorting, order, count) &&
	    !transport->merges_to(first, last, captured))
		return text_format("packet %zu has another %s header than was sent", order[0] + 1, transport->name);
	return NULL;
}

/* Whether it is what a node has decapsulated, or what its list has led here again, and is heard a second time. */
static bool members_again(struct sorting *sorting, const struct captured *captured, size_t order[HELD_MOST],
                          size_t *count)
{
	uint64_t taken = sorting->taken;

	if (!sorting->twice)
		return false;
	sorting->taken = sorting->again;
	*count = members_of(sorting, captured, order);
	sorting->again = sorting->taken;
	sorting->taken = taken;
	return *count > 0;
}

static void note(struct verdict *verdict, struct sorting *sorting, const struct captured *captured)
{
	size_t order[HELD_MOST], count = members_of(sorting, captured, order);
	bool first = count > 0 || !members_again(sorting, captured, order, &count);

	if (first) {
		struct merged_group *group = PUSH(verdict->groups, verdict->group_count);
		*group = (struct merged_group){ .hop = captured->hop };
		for (size_t i = 0; i < count; i++)
			group->packets |= BIT(order[i]);
	}
	owned_text why = alteration(sorting, captured, order, count);
	if (!why)
		return;
	verdict->hops[captured->hop].altered++;
	if (!verdict->altered) {
		char hop[HOP_TEXT_SIZE];
		verdict->altered =
		        text_format("at %s %s", hop_text(sorting->evidence->plan->topology, captured->hop, hop), why);
	}
}

/* A packet is numbered by when it left. */
static void find_origins(struct sorting *sorting)
{
	const struct evidence *evidence = sorting->evidence;
	size_t count = 0;

	for (size_t i = 0; i < evidence->count && count < evidence->burst.count; i++) {
		const struct captured *s = &evidence->packets[i];
		if (is_of_burst(s) && HOP_DIRECTION(s->hop) == HOP_OUT &&
		    hop_node(evidence->plan, s->hop) == evidence->plan->from)
			sorting->origins[count++] = s;
	}
}

static bool comes_twice(const struct evidence *evidence, size_t hop)
{
	const struct captured *first = NULL;

	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		if (s->hop != hop || !is_of_burst(s))
			continue;
		first = first ? first : s;
		const struct srh_view srh = captured_srh(s), other = captured_srh(first);
		if (s->encapsulated || srh.present != other.present || srh.segments_left != other.segments_left)
			return true;
	}
	return false;
}

static void sort_at(struct verdict *verdict, struct sorting *sorting, size_t hop)
{
	const struct evidence *evidence = sorting->evidence;

	sorting->taken = sorting->again = 0;
	sorting->twice = comes_twice(evidence, hop);
	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		if (s->hop == hop && is_of_burst(s))
			note(verdict, sorting, s);
	}
}

void burst_sort(struct verdict *verdict, const struct evidence *evidence)
{
	struct sorting sorting = { .evidence = evidence };

	if (!evidence->burst.count)
		return;
	find_origins(&sorting);
	for (size_t hop = 0; hop < verdict->hop_count; hop++)
		sort_at(verdict, &sorting, hop);
}
