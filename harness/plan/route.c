/* Static routes along shortest paths, and only those that a packet of the case may need between any of its ends:
 * otherwise each router of a chain would cost more the longer the chain is. An address that no node has gets no route.
 */
#include <stdlib.h>
#include <string.h>

#include "behaviour.h"
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

static void walk_policy(const struct plan *plan, struct routes *routes, size_t node, const struct policy *policy,
                        const struct address *to);

/* Routes for `to` at every node from `node` to its owner, and along the policies of these nodes. */
static void walk(const struct plan *plan, struct routes *routes, size_t node, const struct address *to)
{
	const struct topology *topology = plan->topology;
	size_t owner = address_owner(plan, to);

	if (owner == NOT_FOUND || node == NOT_FOUND)
		return;
	size_t *distance = distances(topology, owner);
	for (size_t steps = 0; node != owner && steps < topology->node_count && !known(routes, node, to); steps++) {
		struct crossing over;
		const struct policy *policy = node_policy(&topology->nodes[node], NULL, to);
		if (policy)
			walk_policy(plan, routes, node, policy, to);
		if (!choose(&over, plan, node, to, distance))
			break;
		*PUSH(routes->entries, routes->count) = (struct next_hop){
			.node = node,
			.to = *to,
			.out = over.out,
			.in = over.in,
			.connected = address_same(port_address(plan, over.in, to->family), to),
			.replaced = policy,
		};
		node = topology->interfaces[over.in].node;
	}
	free(distance);
}

/* From the neighbour that is a SID's next hop. */
static void walk_from_next_hop(const struct plan *plan, struct routes *routes, size_t node, const struct sid *sid,
                               const struct address *to)
{
	const char *next_hop = sid->nh4 ? sid->nh4 : sid->nh6;
	struct address address;

	if (!next_hop)
		return;
	size_t neighbour = topology_node(plan->topology, next_hop);
	if (neighbour == NOT_FOUND && address_parse(&address, AF_UNSPEC, next_hop)) {
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
	if (sid && behaviour_table[sid->behaviour]->frames) {
		const size_t out = topology_interface(plan->topology, node, sid->oif);
		FOR_EACH_OTHER (other, plan->topology, out)
			walk(plan, routes, plan->topology->interfaces[other].node, to);
		return;
	}
	walk(plan, routes, node, to);
	if (!sid)
		return;
	walk_from_next_hop(plan, routes, node, sid, to);
	const char *table = sid_table(sid);
	const struct route *given = table ? node_route(&plan->topology->nodes[node], table, to) : NULL;
	const struct policy *policy = table ? node_policy(&plan->topology->nodes[node], table, to) : NULL;
	if (policy)
		walk_policy(plan, routes, node, policy, to);
	else if (given)
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

/* Along a policy's list and on to where its packets go; only once, since it may lead to itself. */
static void walk_policy(const struct plan *plan, struct routes *routes, size_t node, const struct policy *policy,
                        const struct address *to)
{
	const size_t last = policy->segment_count - 1;

	for (size_t i = 0; i < routes->pushed_count; i++)
		if (routes->pushed[i].policy == policy && address_same(&routes->pushed[i].to, to))
			return;
	*PUSH(routes->pushed, routes->pushed_count) = (struct pushed){ node, policy, *to };
	walk(plan, routes, node, &policy->segments[0]);
	for (size_t i = 0; i < last; i++)
		walk_on(plan, routes, &policy->segments[i], &policy->segments[i + 1]);
	walk_on(plan, routes, &policy->segments[last], to);
}

static void walk_list(const struct plan *plan, struct routes *routes, const struct case_ends *ends,
                      const struct setting *list)
{
	const struct address *segments = list->addresses;
	const size_t count = list->address_count;

	for (size_t i = 0; i < ends->headends.count && count; i++)
		walk(plan, routes, ends->headends.list[i], &segments[0]);
	for (size_t i = 0; i + 1 < count; i++)
		walk_on(plan, routes, &segments[i], &segments[i + 1]);
	for (size_t i = 0; i < ends->to_count && count; i++)
		walk_on(plan, routes, &segments[count - 1], ends->to[i]);
}

/* A crafted packet may be sent to any of its segments. */
static void walk_to_each(const struct plan *plan, struct routes *routes, const struct nodes *from,
                         const struct setting *list)
{
	for (size_t i = 0; i < from->count; i++)
		for (size_t s = 0; s < list->address_count; s++)
			walk(plan, routes, from->list[i], &list->addresses[s]);
}

struct listing {
	const struct plan *plan;
	struct routes *routes;
	const struct case_ends *ends;
	bool anywhere;
};

static void walk_setting(void *context, const struct setting *setting)
{
	const struct listing *listing = context;

	if (setting->kind != SET_TRAFFIC || setting->field->type != FIELD_SEGMENTS)
		return;
	walk_list(listing->plan, listing->routes, listing->ends, setting);
	if (listing->anywhere)
		walk_to_each(listing->plan, listing->routes, &listing->ends->from, setting);
}

/* From a node to each of the sources, of either family. */
static void walk_back(const struct plan *plan, struct routes *routes, const struct nodes *from, size_t node)
{
	const bool crafts = case_crafts(plan->testcase);

	for (const int *family = plan_families(plan); *family; family++) {
		if (crafts)
			walk(plan, routes, node, crafted_source(*family));
		for (size_t i = 0; i < from->count; i++)
			walk(plan, routes, node, node_address(plan, from->list[i], *family));
	}
}

/* ICMPv6 errors about encapsulated packets go to the outer source, an interface's address of the headend. */
static void walk_back_to(const struct plan *plan, struct routes *routes, size_t node, size_t headend)
{
	FOR_EACH_INTERFACE (i, plan->topology, headend)
		walk(plan, routes, node, &plan->interfaces[i].address);
	if (plan->topology->nodes[headend].tunsrc.family)
		walk(plan, routes, node, &plan->topology->nodes[headend].tunsrc);
}

static void walk_back_to_headends(const struct plan *plan, struct routes *routes, const struct nodes *headends,
                                  size_t node)
{
	for (size_t h = 0; h < headends->count; h++)
		walk_back_to(plan, routes, node, headends->list[h]);
	for (size_t n = 0; n < plan->topology->node_count; n++)
		if (plan->topology->nodes[n].policy_count)
			walk_back_to(plan, routes, node, n);
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
	struct case_ends ends = case_ends_make(plan);
	struct routes routes = { 0 };

	for (size_t from = 0; from < ends.from.count; from++)
		for (size_t to = 0; to < ends.to_count; to++)
			walk(plan, &routes, ends.from.list[from], ends.to[to]);
	walk_tunnel(plan, &routes);
	case_settings(plan->testcase, walk_setting,
	              &(struct listing){ plan, &routes, &ends, case_starts_anywhere(plan->testcase) });
	for (size_t node = 0; node < plan->topology->node_count; node++) {
		walk_back(plan, &routes, &ends.from, node);
		walk_back_to_headends(plan, &routes, &ends.headends, node);
	}
	case_ends_clear(&ends);
	return routes;
}

struct routes routes_of_cell(const struct plan *plan)
{
	const struct segment_list *list = &plan->traffic.segments[plan->traffic.mode];
	struct routes routes = { 0 };

	walk(plan, &routes, plan->from, &plan->traffic.to);
	walk(plan, &routes, plan->to, &plan->from_address);
	for (size_t i = 0; i < list->count; i++) {
		if (i == 0)
			walk(plan, &routes, plan->headend, &list->segments[0]);
		walk_on(plan, &routes, &list->segments[i],
		        i + 1 < list->count ? &list->segments[i + 1] : &plan->traffic.to);
	}
	return routes;
}

void routes_clear(struct routes *routes)
{
	free(routes->entries);
	free(routes->pushed);
}
