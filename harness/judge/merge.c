/* What each hop saw of the connection, and the aggregation there: data packets of the origin per data packet. */
#include <stdlib.h>

#include "judge.h"

/* A data packet at a hop, its sequence counted from the first octet. */
struct range {
	size_t hop;
	uint32_t sequence, length;
};

static int range_order(const void *left, const void *right)
{
	const struct range *a = left, *b = right;

	if (a->hop != b->hop)
		return a->hop < b->hop ? -1 : 1;
	if (a->sequence != b->sequence)
		return a->sequence < b->sequence ? -1 : 1;
	return a->length < b->length ? -1 : a->length > b->length;
}

static void count_data(struct hop_summary *hops, const struct evidence *evidence)
{
	struct range *ranges = zalloc(evidence->count * sizeof *ranges);
	enum way way = data_way(evidence->plan);
	size_t count = 0;
	uint32_t start = 0, end = 0;

	data_start(evidence, way, &start);
	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		if (s->way == way && s->payload && !s->flow)
			ranges[count++] = (struct range){ s->hop, s->sequence - start, s->payload };
	}
	if (count)
		qsort(ranges, count, sizeof *ranges, range_order);
	/* A retransmission is not counted: its octets were, even if it is cut differently. */
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && ranges[i - 1].hop == ranges[i].hop && (int32_t)(ranges[i].sequence - end) < 0)
			continue;
		hops[ranges[i].hop].data++;
		end = ranges[i].sequence + ranges[i].length;
	}
	free(ranges);
}

/* The hop where the data leaves its sender. */
static size_t origin_hop(const struct evidence *evidence)
{
	enum way way = data_way(evidence->plan);
	size_t start = way_start(evidence->plan, way);

	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		if (s->way == way && s->payload && !s->flow && HOP_DIRECTION(s->hop) == HOP_OUT &&
		    hop_node(evidence->plan, s->hop) == start)
			return s->hop;
	}
	return NOT_FOUND;
}

/* For packets of WAY_FORWARD, with an SRH or without. */
static void count_left(struct hop_summary *hop, const struct packet_view *view)
{
	const struct srh_view srh = packet_srh(view, packet_ip(view));
	int left = srh.present ? srh.segments_left : NO_SRH;

	if (!hop->forward || left < hop->left_least)
		hop->left_least = left;
	if (!hop->forward || left > hop->left_most)
		hop->left_most = left;
	hop->forward++;
}

struct hop_summary *hops_summarize(const struct evidence *evidence)
{
	size_t count = HOPS(evidence->plan->topology);
	struct hop_summary *hops = zalloc(count * sizeof *hops);

	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		struct hop_summary *hop = &hops[s->hop];
		if (s->way == WAY_OTHER)
			continue;
		hop->packets++;
		if (s->way == WAY_FORWARD)
			count_left(hop, &s->view);
		hop->bytes += s->wire_length;
		if (hop->largest < s->wire_length)
			hop->largest = s->wire_length;
		hop->oversize += captured_excess(evidence->plan->topology, s) > 0;
		if (s->summed)
			hop->checksum[s->checksum]++;
	}
	count_data(hops, evidence);
	size_t origin = origin_hop(evidence);
	for (size_t i = 0; origin != NOT_FOUND && i < count; i++)
		if (hops[i].data)
			hops[i].aggregation = (double)hops[origin].data / (double)hops[i].data;
	return hops;
}
