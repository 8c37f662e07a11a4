/* Static routes along shortest paths, and only those that a packet of the case may need between any of its ends:
 * otherwise each router of a chain would cost more the longer the chain is. An address that no node has gets no route.
 */
#include <stdlib.h>
#include <string.h>

#include "behaviour.h"
#include "plan_internal.h"

/* Hops from every place to those that are 0 hops away, which are marked so; the others come as NOT_FOUND. */
static void spread(const struct topology *topology, size_t *distance)
{
	const size_t places = topology_places(topology);
	size_t *queue = zalloc(places * sizeof *queue);
	size_t head = 0, tail = 0;

	for (size_t place = 0; place < places; place++)
		if (distance[place] == 0)
			queue[tail++] = place;
	while (head < tail) {
		const size_t place = queue[head++];
		const char *table;
		FOR_EACH_INTERFACE (i, topology, place_node(topology, place, &table)) {
			if (interface_place(topology, i) != place)
				continue;
			FOR_EACH_OTHER (other, topology, i) {
				size_t next = interface_place(topology, other);
				if (distance[next] != NOT_FOUND)
					continue;
				distance[next] = distance[place] + 1;
				queue[tail++] = next;
			}
		}
	}
	free(queue);
}

/* Where an address is: of several nodes that have it, since VRFs keep them apart, each. */
static bool mark_owners(const struct plan *plan, const struct address *to, size_t *distance)
{
	const struct topology *topology = plan->topology;
	bool found = false;

	for (size_t n = 0; n < topology->node_count; n++)
		if (node_has_address(&topology->nodes[n], to)) {
			distance[n] = 0;
			found = true;
		}
	for (size_t i = 0; i < INTERFACES(topology) && !found; i++)
		if (address_same(port_address(plan, i, to->family), to)) {
			distance[interface_place(topology, i)] = 0;
			found = true;
		}
	const size_t owner = found ? NOT_FOUND : address_owner(plan, to);
	if (owner != NOT_FOUND)
		distance[owner] = 0;
	return found || owner != NOT_FOUND;
}

/* Where a policy takes over. */
static void mark_policies(const struct plan *plan, const struct address *to, size_t *distance)
{
	const struct topology *topology = plan->topology;

	for (size_t place = 0; place < topology_places(topology); place++) {
		const char *table;
		const struct node *node = &topology->nodes[place_node(topology, place, &table)];
		distance[place] = node_policy(node, table, to) ? 0 : NOT_FOUND;
	}
}

/* Hops from every place to `to`; where no links lead there, to the nearest policy for it. NULL: no node has it. */
static size_t *distances(const struct plan *plan, size_t start, const struct address *to)
{
	const size_t places = topology_places(plan->topology);
	size_t *distance = zalloc(places * sizeof *distance);

	for (size_t i = 0; i < places; i++)
		distance[i] = NOT_FOUND;
	if (!mark_owners(plan, to, distance)) {
		free(distance);
		return NULL;
	}
	spread(plan->topology, distance);
	if (distance[start] != NOT_FOUND)
		return distance;
	mark_policies(plan, to, distance);
	spread(plan->topology, distance);
	return distance;
}

/* The next hop on the shortest path from a place; of equal ones the first in the file. */
static bool nearest_crossing(struct crossing *ret, const struct topology *topology, size_t place,
                             const size_t *distance)
{
	const char *table;
	size_t best = NOT_FOUND;

	FOR_EACH_INTERFACE (out, topology, place_node(topology, place, &table)) {
		if (interface_place(topology, out) != place)
			continue;
		FOR_EACH_OTHER (in, topology, out) {
			size_t far = distance[interface_place(topology, in)];
			if (far >= best)
				continue;
			best = far;
			*ret = (struct crossing){ out, in };
		}
	}
	return best < distance[place];
}

static bool choose(struct crossing *ret, const struct plan *plan, size_t place, const struct address *to,
                   const size_t *distance)
{
	const struct topology *topology = plan->topology;
	const char *table;
	const size_t node = place_node(topology, place, &table);
	const struct route *given = node_route(&topology->nodes[node], table, to);

	/* A default that leads nowhere is for what nothing else leads to. */
	if (given && (given->gateway_count || given->to.length))
		return given->gateway_count && gateway_crossing(ret, plan, node, table, &given->gateways[0]);
	return nearest_crossing(ret, topology, place, distance);
}

static bool known(const struct routes *routes, size_t node, const char *table, const struct address *to)
{
	for (size_t i = 0; i < routes->count; i++)
		if (routes->entries[i].node == node && same_table(routes->entries[i].table, table) &&
		    address_same(&routes->entries[i].to, to))
			return true;
	return false;
}

static void walk_policy(const struct plan *plan, struct routes *routes, size_t node, const struct policy *policy,
                        const struct address *to);

static void walk_rules(const struct plan *plan, struct routes *routes, size_t node, const struct address *to);

static void push_entry(const struct plan *plan, struct routes *routes, size_t node, const char *table,
                       const struct address *to, struct crossing over, bool replaced)
{
	*PUSH(routes->entries, routes->count) = (struct next_hop){
		.node = node,
		.table = table,
		.to = *to,
		.out = over.out,
		.in = over.in,
		.connected = address_same(port_address(plan, over.in, to->family), to),
		.replaced = replaced,
	};
}

static void walk_from(const struct plan *plan, struct routes *routes, size_t node, const char *table,
                      const struct address *to);

/* From the neighbours to which a given route leads; the first ones are left out. */
static void walk_gateways(const struct plan *plan, struct routes *routes, size_t node, const struct route *given,
                          size_t first, const struct address *to)
{
	const struct topology *topology = plan->topology;
	struct crossing over;

	for (size_t i = first; i < given->gateway_count; i++) {
		if (!gateway_crossing(&over, plan, node, given->table, &given->gateways[i]))
			continue;
		const char *table;
		size_t next = place_node(topology, interface_place(topology, over.in), &table);
		walk_from(plan, routes, next, table, to);
	}
}

/* Routes for `to` in a table of a node, and in those of every node from there to its owner, and along the policies of
 * these nodes. */
static void walk_from(const struct plan *plan, struct routes *routes, size_t node, const char *table,
                      const struct address *to)
{
	const struct topology *topology = plan->topology;
	const bool leads = node != NOT_FOUND && to->family;
	size_t place = leads ? table_place(topology, node, table) : 0;
	size_t *distance = leads ? distances(plan, place, to) : NULL;

	for (size_t steps = 0; distance && steps < topology_places(topology); steps++) {
		struct crossing over;
		node = place_node(topology, place, &table);
		if (address_is_local(plan, node, to) || address_owner(plan, to) == node ||
		    known(routes, node, table, to))
			break;
		const struct policy *policy = node_policy(&topology->nodes[node], table, to);
		if (policy)
			walk_policy(plan, routes, node, policy, to);
		walk_rules(plan, routes, node, to);
		if (!choose(&over, plan, place, to, distance))
			break;
		/* Several next hops are the given route's: one of a longer prefix would have but one of them. */
		const struct route *given = node_route(&topology->nodes[node], table, to);
		const bool several = given && given->gateway_count > 1;
		push_entry(plan, routes, node, table, to, over, policy || several);
		if (several)
			walk_gateways(plan, routes, node, given, 1, to);
		place = interface_place(topology, over.in);
	}
	free(distance);
}

static void walk(const struct plan *plan, struct routes *routes, size_t node, const struct address *to)
{
	walk_from(plan, routes, node, NULL, to);
}

#define RULES_MOST 8
static void walk_ruled(const struct plan *plan, struct routes *routes, size_t node, const struct route *given,
                       const struct address *to)
{
	routes->ruled++;
	walk_gateways(plan, routes, node, given, 0, to);
	routes->ruled--;
}

/* From the neighbours to which routes of the tables of a node's rules lead. */
static void walk_rules(const struct plan *plan, struct routes *routes, size_t node, const struct address *to)
{
	const struct node *n = &plan->topology->nodes[node];

	/* Rules of several nodes may lead in a circle. */
	for (size_t i = 0; i < n->rule_count && routes->ruled < RULES_MOST; i++) {
		const char *table = n->rules[i].table;
		const struct policy *policy = node_policy(n, table, to);
		const struct route *given = node_route(n, table, to);
		if (policy)
			walk_policy(plan, routes, node, policy, to);
		else if (given)
			walk_ruled(plan, routes, node, given, to);
	}
}

/* From the neighbour that is a SID's next hop. */
static void walk_from_next_hop(const struct plan *plan, struct routes *routes, size_t node, const struct sid *sid,
                               const struct address *to)
{
	const char *next_hop = sid_given_next_hop(sid);
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
	const char *table = sid_looks_in(sid);
	if (node_vrf_of(&plan->topology->nodes[node], table)) {
		walk_from(plan, routes, node, table, to);
		return;
	}
	const struct route *given = table ? node_route(&plan->topology->nodes[node], table, to) : NULL;
	const struct policy *policy = table ? node_policy(&plan->topology->nodes[node], table, to) : NULL;
	if (policy)
		walk_policy(plan, routes, node, policy, to);
	else if (given)
		walk_gateways(plan, routes, node, given, 0, to);
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

/* In table main and in those of the node's VRFs. */
static void walk_in_each(const struct plan *plan, struct routes *routes, size_t node, const struct address *to)
{
	const struct node *n = &plan->topology->nodes[node];

	walk(plan, routes, node, to);
	for (size_t i = 0; i < n->vrf_count; i++)
		walk_from(plan, routes, node, n->vrfs[i].table, to);
}

/* From a node to each of the sources, of either family. */
static void walk_back(const struct plan *plan, struct routes *routes, const struct nodes *from, size_t node)
{
	const bool crafts = case_crafts(plan->testcase);

	for (const int *family = plan_families(plan); *family; family++) {
		if (crafts)
			walk_in_each(plan, routes, node, crafted_source(*family));
		for (size_t i = 0; i < from->count; i++)
			walk_in_each(plan, routes, node, node_address(plan, from->list[i], *family));
	}
}

/* ICMPv6 errors about encapsulated packets go to the outer source, an interface's address of the headend. */
static void walk_back_to(const struct plan *plan, struct routes *routes, size_t node, size_t headend)
{
	FOR_EACH_INTERFACE (i, plan->topology, headend) {
		if (link_of(plan, i)->link_local)
			walk_in_each(plan, routes, node, node_address(plan, headend, AF_INET6));
		else
			walk_in_each(plan, routes, node, &plan->interfaces[i].address);
	}
	if (plan->topology->nodes[headend].tunsrc.family)
		walk_in_each(plan, routes, node, &plan->topology->nodes[headend].tunsrc);
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
