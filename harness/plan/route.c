/* Static routes along shortest paths, and only those that a packet of the case may need: otherwise each router of a
 * chain would cost more the longer the chain is. An address that no node has gets no route. */
#include <stdlib.h>
#include <string.h>

#include "plan_internal.h"

/* Hops from every node to `target`, by breadth-first search; caller frees. */
static size_t *distances(const struct topology *topology, size_t target)
{
	size_t *distance = zalloc(topology->node_count * sizeof *distance);
	size_t *queue = zalloc(topology->node_count * sizeof *queue);
	size_t head = 0, tail = 0;

	for (size_t i = 0; i < topology->node_count; i++)
		distance[i] = NOT_FOUND;
	distance[target] = 0;
	queue[tail++] = target;
	while (head < tail) {
		size_t node = queue[head++];
		FOR_EACH_INTERFACE (i, topology, node) {
			FOR_EACH_OTHER (other, topology, i) {
				size_t next = topology->interfaces[other].node;
				if (distance[next] != NOT_FOUND)
					continue;
				distance[next] = distance[node] + 1;
				queue[tail++] = next;
			}
		}
	}
	free(queue);
	return distance;
}

/* The next hop on the shortest path from a node; of equal ones the first in the file. */
static bool nearest_crossing(struct crossing *ret, const struct topology *topology, size_t node, const size_t *distance)
{
	size_t best = NOT_FOUND;

	FOR_EACH_INTERFACE (out, topology, node) {
		FOR_EACH_OTHER (in, topology, out) {
			size_t far = distance[topology->interfaces[in].node];
			if (far >= best)
				continue;
			best = far;
			*ret = (struct crossing){ out, in };
		}
	}
	return best != NOT_FOUND;
}

static bool choose(struct crossing *ret, const struct plan *plan, size_t node, const struct address *to,
                   const size_t *distance)
{
	const struct topology *topology = plan->topology;
	const struct route *given = node_route(&topology->nodes[node], NULL, to);

	if (given)
		return topology_crossing(ret, topology, node, topology_node(topology, given->via));
	return nearest_crossing(ret, topology, node, distance);
}

static bool known(const struct routes *routes, size_t node, const struct address *to)
{
	for (size_t i = 0; i < routes->count; i++)
		if (routes->entries[i].node == node && address_same(&routes->entries[i].to, to))
			return true;
	return false;
}

/* Routes for `to` at every node from `node` to its owner. */
static void walk(const struct plan *plan, struct routes *routes, size_t node, const struct address *to)
{
	const struct topology *topology = plan->topology;
	size_t owner = address_owner(plan, to);

	if (owner == NOT_FOUND || node == NOT_FOUND)
		return;
	size_t *distance = distances(topology, owner);
	for (size_t steps = 0; node != owner && steps < topology->node_count && !known(routes, node, to); steps++) {
		struct crossing over;
		if (!choose(&over, plan, node, to, distance))
			break;
		*PUSH(routes->entries, routes->count) = (struct next_hop){
			.node = node,
			.to = *to,
			.out = over.out,
			.in = over.in,
			.connected = address_same(&plan->interfaces[over.in].address, to),
		};
		node = topology->interfaces[over.in].node;
	}
	free(distance);
}

/* From the neighbour that is a SID's next hop. */
static void walk_from_next_hop(const struct plan *plan, struct routes *routes, size_t node, const struct sid *sid,
                               const struct address *to)
{
	struct address address;

	if (!sid->nh6)
		return;
	size_t neighbour = topology_node(plan->topology, sid->nh6);
	if (neighbour == NOT_FOUND && address_parse(&address, AF_INET6, sid->nh6)) {
		size_t out = sid->oif ? topology_interface(plan->topology, node, sid->oif) : NOT_FOUND;
		if (!address_is_link_local(&address))
			neighbour = address_owner(plan, &address);
		else if (out != NOT_FOUND)
			neighbour = address_link_neighbour(plan, out, &address);
	}
	walk(plan, routes, neighbour, to);
}

/* From a SID on: by the node's routes, from the SID's next hop, or by the table that it looks up. */
static void walk_behind(const struct plan *plan, struct routes *routes, size_t node, const struct sid *sid,
                        const struct address *to)
{
	walk(plan, routes, node, to);
	if (!sid)
		return;
	walk_from_next_hop(plan, routes, node, sid, to);
	const char *table = route_table(sid);
	const struct route *given = table ? node_route(&plan->topology->nodes[node], table, to) : NULL;
	if (given)
		walk(plan, routes, topology_node(plan->topology, given->via), to);
}

/* Along a carrier of several SIDs (next-csid), node by node. Returns the address that it has become at the last one. */
static struct address walk_carrier(const struct plan *plan, struct routes *routes, const struct address *segment)
{
	struct address at = *segment, next;
	size_t node = address_owner(plan, &at);
	const struct sid *sid = node == NOT_FOUND ? NULL : node_sid(&plan->topology->nodes[node], &at);

	/* Ends, since every shift shortens the argument. */
	while (sid && sid_shift(sid, &at, &next)) {
		walk_behind(plan, routes, node, sid, &next);
		at = next;
		node = address_owner(plan, &at);
		sid = node == NOT_FOUND ? NULL : node_sid(&plan->topology->nodes[node], &at);
	}
	return at;
}

/* From a segment's node to the next destination, by way of the segments or the next hop of its SID. */
static void walk_on(const struct plan *plan, struct routes *routes, const struct address *segment,
                    const struct address *next)
{
	const struct address last = walk_carrier(plan, routes, segment);
	size_t node = address_owner(plan, &last);

	if (node == NOT_FOUND)
		return;
	const struct sid *sid = node_sid(&plan->topology->nodes[node], &last);
	walk_behind(plan, routes, node, sid, next);
	for (size_t i = 0; sid && i < sid->segment_count; i++) {
		walk(plan, routes, node, &sid->segments[i]);
		node = address_owner(plan, &sid->segments[i]);
		if (node == NOT_FOUND)
			return;
	}
	if (sid && sid->segment_count)
		walk_behind(plan, routes, node,
		            node_sid(&plan->topology->nodes[node], &sid->segments[sid->segment_count - 1]), next);
}

static void walk_list(const struct plan *plan, struct routes *routes, const struct address *segments, size_t count,
                      const struct address *end)
{
	if (count)
		walk(plan, routes, plan->headend, &segments[0]);
	for (size_t i = 0; i < count; i++)
		walk_on(plan, routes, &segments[i], i + 1 < count ? &segments[i + 1] : end);
}

/* A crafted packet may be sent to any of its segments. */
static void walk_to_each(const struct plan *plan, struct routes *routes, const struct address *segments, size_t count)
{
	for (size_t i = 0; i < count; i++)
		walk(plan, routes, plan->from, &segments[i]);
}

static bool sets_segments_left(const struct setting *settings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (settings[i].kind == SET_TRAFFIC && strcmp(settings[i].field->key, "segments_left") == 0)
			return true;
	for (size_t i = 0; i < count; i++)
		for (size_t d = 0; d < settings[i].difference_count; d++)
			if (sets_segments_left(settings[i].differences[d].settings, settings[i].differences[d].count))
				return true;
	return false;
}

/* In any cell of the case: cells that differ only in this share a lab. */
static bool starts_anywhere(const struct testcase *testcase)
{
	bool anywhere = sets_segments_left(testcase->base, testcase->base_count);

	for (size_t a = 0; a < testcase->axis_count; a++)
		for (size_t v = 0; v < testcase->axes[a].value_count; v++)
			anywhere |= sets_segments_left(testcase->axes[a].values[v].settings,
			                               testcase->axes[a].values[v].setting_count);
	return anywhere;
}

static void walk_settings(const struct plan *plan, struct routes *routes, const struct setting *settings, size_t count,
                          bool anywhere);

/* A packet of a burst may have another list, or go to another address over those of the cell. */
static void walk_difference(const struct plan *plan, struct routes *routes, const struct difference *difference,
                            bool anywhere)
{
	for (size_t s = 0; s < difference->count; s++) {
		const struct setting *setting = &difference->settings[s];
		if (strcmp(setting->field->key, "to") != 0)
			continue;
		walk(plan, routes, plan->from, setting->addresses);
		for (int mode = 0; mode < MODES; mode++)
			walk_list(plan, routes, plan->traffic.segments[mode].segments,
			          plan->traffic.segments[mode].count, setting->addresses);
	}
	walk_settings(plan, routes, difference->settings, difference->count, anywhere);
}

static void walk_settings(const struct plan *plan, struct routes *routes, const struct setting *settings, size_t count,
                          bool anywhere)
{
	for (size_t i = 0; i < count; i++)
		if (settings[i].kind == SET_TRAFFIC && settings[i].field->type == FIELD_SEGMENTS) {
			walk_list(plan, routes, settings[i].addresses, settings[i].address_count, &plan->traffic.to);
			if (anywhere)
				walk_to_each(plan, routes, settings[i].addresses, settings[i].address_count);
		}
	for (size_t i = 0; i < count; i++)
		for (size_t d = 0; d < settings[i].difference_count; d++)
			walk_difference(plan, routes, &settings[i].differences[d], anywhere);
}

/* ICMPv6 errors about encapsulated packets go to the outer source, an interface's address of the headend. */
static void walk_back_to_headend(const struct plan *plan, struct routes *routes, size_t node)
{
	FOR_EACH_INTERFACE (i, plan->topology, plan->headend)
		walk(plan, routes, node, &plan->interfaces[i].address);
}

/* To the tunnel's other end, and on from there. */
static void walk_tunnel(const struct plan *plan, struct routes *routes)
{
	const struct address *end = plan_tunnel_end(plan);

	if (!end)
		return;
	walk(plan, routes, plan->headend, end);
	walk(plan, routes, address_owner(plan, end), &plan->traffic.to);
}

struct routes routes_make(const struct plan *plan)
{
	const struct testcase *testcase = plan->testcase;
	bool anywhere = starts_anywhere(testcase);
	struct routes routes = { 0 };

	walk(plan, &routes, plan->from, &plan->traffic.to);
	walk_tunnel(plan, &routes);
	walk_settings(plan, &routes, testcase->base, testcase->base_count, anywhere);
	for (size_t a = 0; a < testcase->axis_count; a++)
		for (size_t v = 0; v < testcase->axes[a].value_count; v++)
			walk_settings(plan, &routes, testcase->axes[a].values[v].settings,
			              testcase->axes[a].values[v].setting_count, anywhere);
	for (size_t node = 0; node < plan->topology->node_count; node++) {
		walk(plan, &routes, node, &crafted_source);
		walk(plan, &routes, node, node_address(plan, plan->from));
		walk_back_to_headend(plan, &routes, node);
	}
	return routes;
}
