/* A flow's tracks for a ladder: a point is a link, so there is a node before, between and behind them. */
#include <stdlib.h>

#include "result.h"
#include "track.h"

/* Of more rows than MOST, the first and last ones are shown. */
enum { MOST = 24, FIRST = 20, LAST = 3 };

static const char *node_name(struct pool *pool, const struct tracks *tracks, size_t node)
{
	if (node == 0)
		return "client";
	return node == tracks->place_count ? "server" : pool_format(pool, "n%zu", node);
}

/* The ends of a place's link, and the hops there. */
static const char *end_name(struct pool *pool, const struct tracks *tracks, size_t place, size_t side)
{
	return pool_format(pool, "%s.%s%zu", node_name(pool, tracks, place + side), side ? "a" : "b", place);
}

static const struct result_sight *sight_of(struct pool *pool, const struct capture *capture, const struct pass *pass,
                                           const struct sighted_packet *sighted, size_t merged)
{
	const struct captured *seen = &capture->packets[pass->packet].seen;
	const struct address source = ip_source(&seen->view, packet_ip(&seen->view));
	char text[ADDRESS_TEXT_SIZE];
	const struct result_sight made = {
		.source = pool_text(pool, address_text(&source, text)),
		.destination = sighted->destination,
		.segments_left = sighted->segments_left,
		.length = seen->wire_length,
		.payload = seen->payload,
		.sequence = NO_INTEGER,
		.checksum = sighted->checksum > CHECKSUM_BAD ? NO_WORD : sighted->checksum,
		.encapsulated = seen->encapsulated,
		.merged = (int64_t)merged,
	};

	return pool_keep(pool, &made, sizeof made);
}

/* How many are in a packet is told of the link where they were merged: 5->1. */
static struct result_steps steps_of(struct pool *pool, const struct capture *capture, const struct tracks *tracks,
                                    const struct track *track, const struct sighted_flow *sighted)
{
	struct result_step *steps = pool_alloc(pool, 2 * track->count * sizeof *steps);
	size_t count = 0, before = 1;

	for (size_t i = 0; i < track->count; i++) {
		const struct pass *pass = &tracks->passes[track->passes[i]];
		const struct sighted_packet *told = &sighted->packets.at[track->passes[i]];
		const bool back = capture->packets[pass->packet].seen.way == WAY_BACK;
		steps[count++] = (struct result_step){
			.hop = pool_format(pool, "%s:out", end_name(pool, tracks, pass->place, back)),
			.seen = sight_of(pool, capture, pass, told, before),
		};
		steps[count++] = (struct result_step){
			.hop = pool_format(pool, "%s:in", end_name(pool, tracks, pass->place, !back)),
			.seen = sight_of(pool, capture, pass, told, pass->track_count),
		};
		before = pass->track_count;
	}
	return (struct result_steps){ steps, count };
}

/* How it ended: where it was seen last, if the flow was seen further on. */
static const struct result_end *end_of(struct pool *pool, const struct capture *capture, const struct tracks *tracks,
                                       const struct track *track, const size_t last[3])
{
	const struct pass *pass = &tracks->passes[track->passes[track->count - 1]];
	const enum way way = capture->packets[pass->packet].seen.way;
	struct result_end *end = pool_alloc(pool, sizeof *end);

	if (pass->place == last[way] || pass->followed)
		return NULL;
	*end = (struct result_end){ .node = node_name(pool, tracks, pass->place + (way != WAY_BACK)), .how = END_LOST };
	return end;
}

static struct result_journey row_of(struct pool *pool, const struct capture *capture, const struct flow *flow,
                                    const struct tracks *tracks, const struct track *track,
                                    const struct sighted_flow *sighted, const size_t last[3])
{
	const struct pass *first = &tracks->passes[track->passes[0]];
	const struct captured *seen = &capture->packets[first->packet].seen;
	owned_text name = packet_name(flow, seen);

	return (struct result_journey){
		.packet = pool_format(pool, "%s%s", name, first->resent ? " again" : ""),
		.packets = 1,
		.way = (int)seen->way,
		.time_us = (double)(seen->time - capture->packets[flow->packets[0]].seen.time) / 1000,
		.steps = steps_of(pool, capture, tracks, track, sighted),
		.end = end_of(pool, capture, tracks, track, last),
	};
}

static void find_last(size_t last[3], const struct capture *capture, const struct tracks *tracks)
{
	last[WAY_OTHER] = last[WAY_FORWARD] = 0;
	last[WAY_BACK] = tracks->place_count;
	for (size_t i = 0; i < tracks->pass_count; i++) {
		const size_t place = tracks->passes[i].place;
		const enum way way = capture->packets[tracks->passes[i].packet].seen.way;
		if (way == WAY_BACK ? place < last[way] : place > last[way])
			last[way] = place;
	}
}

static int row_order(const void *left, const void *right)
{
	const struct result_journey *a = left, *b = right;

	return a->time_us < b->time_us ? -1 : a->time_us > b->time_us;
}

static const struct result_topology *topology_of(struct pool *pool, const struct tracks *tracks)
{
	struct result_topology *topology = pool_alloc(pool, sizeof *topology);
	struct result_link *links = pool_alloc(pool, (tracks->place_count + 1) * sizeof *links);

	for (size_t place = 0; place < tracks->place_count; place++) {
		const char *ends[] = { end_name(pool, tracks, place, 0), end_name(pool, tracks, place, 1) };
		links[place].ends = (struct texts){ pool_keep(pool, ends, sizeof ends), COUNT(ends) };
	}
	topology->links.at = links;
	topology->links.count = tracks->place_count;
	return topology;
}

static const struct result_evidence *nodes_of(struct pool *pool, const struct tracks *tracks)
{
	struct result_evidence *evidence = pool_alloc(pool, sizeof *evidence);
	struct result_hop *hops = pool_alloc(pool, (tracks->place_count + 1) * sizeof *hops);

	for (size_t node = 0; node <= tracks->place_count; node++)
		hops[node].node = node_name(pool, tracks, node);
	evidence->hops.at = hops;
	evidence->hops.count = tracks->place_count + 1;
	return evidence;
}

const struct result *tracks_drawn(struct pool *pool, const struct capture *capture, const struct flow *flow,
                                  const struct tracks *tracks, const struct sighted_flow *sighted,
                                  const struct result_topology **topology)
{
	struct result *result = pool_alloc(pool, sizeof *result);
	struct result_journey *rows = pool_alloc(pool, (tracks->count + 1) * sizeof *rows);
	size_t last[3], count = tracks->count;

	find_last(last, capture, tracks);
	for (size_t i = 0; i < tracks->count; i++)
		rows[i] = row_of(pool, capture, flow, tracks, &tracks->at[i], sighted, last);
	qsort(rows, count, sizeof *rows, row_order);
	if (count > MOST) {
		rows[FIRST] = (struct result_journey){ .elided = (int64_t)(count - FIRST - LAST), .way = NO_WORD };
		for (size_t i = 0; i < LAST; i++)
			rows[FIRST + 1 + i] = rows[count - LAST + i];
		count = FIRST + 1 + LAST;
	}
	result->journeys = (struct result_journeys){ rows, count };
	result->evidence = nodes_of(pool, tracks);
	*topology = topology_of(pool, tracks);
	return result;
}
