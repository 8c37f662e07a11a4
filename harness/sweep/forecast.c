/* Follows a packet's headers from node to node as RFC 8986, RFC 8754 and RFC 9800 have it, the kernel's deviations left
 * out: what does not arrive by this is no deviation. */
#include <string.h>

#include "behaviour.h"
#include "mode.h"
#include "sweep_internal.h"
#include "transport.h"

#define STOPS_MOST  32
#define LEVELS_MOST 8
#define STEPS_MOST  64 /* a packet that takes more goes round and round */

/* An IP header, and where its list leads. */
struct level {
	struct address at; /* its destination */
	struct address stops[STOPS_MOST];
	size_t count, left; /* of the stops; stops[count - left] is next */
	bool srh;
	const uint8_t *mac; /* it is in an Ethernet frame inside the packet: for this address; NULL: it is in none */
};
struct walk {
	const struct plan *plan;
	struct level levels[LEVELS_MOST]; /* the outermost last */
	size_t depth, node, in;           /* in: NOT_FOUND where the packet begins */
	const struct address *end;
	size_t end_node;
	unsigned steps;
};
enum way_on { WALK_LOST, WALK_GOES, WALK_ARRIVED };

static struct level *outer(struct walk *walk)
{
	return &walk->levels[walk->depth - 1];
}

static const struct node *node_of(const struct walk *walk)
{
	return &walk->plan->topology->nodes[walk->node];
}

static bool add_stops(struct level *level, const struct address *stops, size_t count)
{
	if (level->count + count > STOPS_MOST)
		return false;
	memcpy(level->stops + level->count, stops, count * sizeof *stops);
	level->count += count;
	return true;
}

/* An SRH is inserted: its list, then where the packet goes now, then what is left of its own list. */
static bool insert_list(struct level *level, const struct address *list, size_t count)
{
	struct level with = { .srh = true, .mac = level->mac };

	if (!add_stops(&with, list, count) || !add_stops(&with, &level->at, 1) ||
	    !add_stops(&with, level->stops + level->count - level->left, level->left))
		return false;
	with.at = list[0];
	with.left = with.count - 1;
	*level = with;
	return true;
}

static bool push_list(struct walk *walk, const struct mode_kind *mode, const struct address *list, size_t count)
{
	if (!count)
		return false;
	if (mode->inserts)
		return insert_list(outer(walk), list, count);
	if (!mode->outer || walk->depth == LEVELS_MOST)
		return false;
	if (mode->frame && !outer(walk)->mac && walk->in == NOT_FOUND)
		return false;
	if (mode->frame && !outer(walk)->mac)
		outer(walk)->mac = walk->plan->interfaces[walk->in].mac;
	struct level *level = &walk->levels[walk->depth++];
	*level = (struct level){ .at = list[mode->leads ? 0 : count - 1] };
	if (!mode->leads)
		return true;
	level->left = count - 1;
	level->srh = mode_entries(mode, count) > 0;
	return add_stops(level, list, count);
}

static bool take_stop(struct level *level)
{
	if (!level->left)
		return false;
	level->at = level->stops[level->count - level->left];
	level->left--;
	return true;
}

/* ---- onto a link */

static enum way_on leave(struct walk *walk, size_t out, size_t in)
{
	if (out == NOT_FOUND || in == NOT_FOUND)
		return WALK_LOST;
	walk->in = in;
	walk->node = walk->plan->topology->interfaces[in].node;
	return WALK_GOES;
}

static enum way_on leave_to_neighbour(struct walk *walk, const char *table, const char *name)
{
	const struct topology *topology = walk->plan->topology;
	const size_t neighbour = topology_node(topology, name);
	struct crossing crossing;

	if (neighbour == NOT_FOUND || !table_crossing(&crossing, topology, walk->node, table, neighbour))
		return WALK_LOST;
	return leave(walk, crossing.out, crossing.in);
}

/* An address that is on a link of the node. */
static enum way_on leave_on_link(struct walk *walk, const char *table, const struct address *to)
{
	const struct plan *plan = walk->plan;

	FOR_EACH_INTERFACE (i, plan->topology, walk->node) {
		if (!same_table(interface_table(plan->topology, i), table))
			continue;
		FOR_EACH_OTHER (other, plan->topology, i)
			if (address_same(port_address(plan, other, to->family), to))
				return leave(walk, i, other);
	}
	return WALK_LOST;
}

/* The interface of another node on a link of the node, by the address by which others send to it. */
static size_t port_called(const struct walk *walk, size_t out, const char *via)
{
	const size_t neighbour = topology_node(walk->plan->topology, via);
	struct address given;

	FOR_EACH_OTHER (other, walk->plan->topology, out) {
		if (neighbour != NOT_FOUND && walk->plan->topology->interfaces[other].node == neighbour)
			return other;
		if (!address_parse(&given, AF_UNSPEC, via))
			continue;
		const struct address gateway = port_gateway(walk->plan, other, given.family),
		                     own = address_link_local(walk->plan, other);
		if (address_same(&gateway, &given) || address_same(&own, &given))
			return other;
	}
	return NOT_FOUND;
}

static enum way_on leave_by_gateway(struct walk *walk, const char *table, const struct gateway *gateway)
{
	FOR_EACH_INTERFACE (out, walk->plan->topology, walk->node) {
		const struct interface *port = &walk->plan->topology->interfaces[out];
		const bool fits = gateway->oif
		                          ? strcmp(port->name, gateway->oif) == 0
		                          : !table || same_table(interface_table(walk->plan->topology, out), table) ||
		                                    !node_vrf_of(node_of(walk), table);
		const size_t in = fits ? port_called(walk, out, gateway->via) : NOT_FOUND;
		if (in != NOT_FOUND)
			return leave(walk, out, in);
	}
	return WALK_LOST;
}

static enum way_on go_all_the_way(struct walk *walk, enum way_on way);

/* A packet may take any of them: all must lead there. */
static enum way_on leave_by_gateways(struct walk *walk, const char *table, const struct route *route)
{
	for (size_t i = 0; i + 1 < route->gateway_count; i++) {
		struct walk other = *walk;
		if (go_all_the_way(&other, leave_by_gateway(&other, table, &route->gateways[i])) != WALK_ARRIVED)
			return WALK_LOST;
	}
	return route->gateway_count ? leave_by_gateway(walk, table, &route->gateways[route->gateway_count - 1])
	                            : WALK_LOST;
}

static enum way_on deliver(const struct walk *walk);

/* By the routes of one table, no policy among them. */
static enum way_on leave_by_route(struct walk *walk, const char *table, const struct address *to)
{
	const struct route *given = node_route(node_of(walk), table, to);
	const struct next_hop *hop = plan_next_hop_in(walk->plan, walk->node, table, to);

	if (given && route_is_own(node_of(walk), given))
		return deliver(walk);
	if (given)
		return leave_by_gateways(walk, table, given);
	return hop ? leave(walk, hop->out, hop->in) : leave_on_link(walk, table, to);
}

/* By the routes of a table, of which a policy pushes its list first. What takes a second policy of the node is not
 * judged. */
static enum way_on leave_by_table(struct walk *walk, const char *table)
{
	const struct address to = outer(walk)->at;
	const struct plan_policy *policy = plan_policy_for(walk->plan, walk->node, table, &to);

	if (!policy)
		return leave_by_route(walk, table, &to);
	if (!push_list(walk, mode_kind(policy->mode), policy->list, policy->count))
		return WALK_LOST;
	const struct address *first = &outer(walk)->at;
	if (node_sid(node_of(walk), first) || address_is_local(walk->plan, walk->node, first))
		return WALK_LOST; /* what a node sends itself is not processed by its own SIDs */
	if (!plan_table_has(walk->plan, walk->node, table, first))
		table = NULL;
	return plan_policy_for(walk->plan, walk->node, table, first) ? WALK_LOST : leave_by_route(walk, table, first);
}

static enum way_on forward(struct walk *walk)
{
	const struct address *to = &outer(walk)->at;
	const struct arrival arrival = {
		.in = walk->in,
		.vrf = walk->in == NOT_FOUND ? NULL : interface_table(walk->plan->topology, walk->in),
	};

	if (walk->in != NOT_FOUND && !plan_forwards(walk->plan, walk->node))
		return WALK_LOST;
	return leave_by_table(walk, plan_table_for(walk->plan, walk->node, &arrival, to));
}

/* ---- at a node */

static enum way_on deliver(const struct walk *walk)
{
	const struct level *level = &walk->levels[walk->depth - 1];
	const bool there = walk->node == walk->end_node && walk->depth == 1 && !level->left;

	return there && address_same(&level->at, walk->end) ? WALK_ARRIVED : WALK_LOST;
}

static enum way_on arrive(struct walk *walk);
static enum way_on process(struct walk *walk, const struct sid *sid);

/* An address of the node itself: RFC 8754 4.3.1, or the end of a tunnel. */
static enum way_on arrive_at_own(struct walk *walk)
{
	struct level *level = outer(walk);

	if (++walk->steps > STEPS_MOST)
		return WALK_LOST;
	if (level->left && seg6_is_enabled(walk->plan->topology, walk->in) && take_stop(level))
		return arrive(walk);
	if (level->left || walk->depth == 1)
		return deliver(walk);
	if (walk->levels[walk->depth - 2].mac)
		return WALK_LOST;
	const struct address *tunnel = plan_tunnel_end(walk->plan);
	if (!level->srh && !(tunnel && address_same(tunnel, &level->at)))
		return WALK_LOST;
	walk->depth--;
	return arrive(walk);
}

/* By what a SID gives: its next hop, an address or a neighbour's name. */
static enum way_on leave_by_next_hop(struct walk *walk, const struct sid *sid)
{
	const char *given = sid_given_next_hop(sid);
	struct address next;

	if (!address_parse(&next, AF_UNSPEC, given))
		return leave_to_neighbour(walk, NULL, given);
	if (address_is_unspecified(&next))
		return leave_by_table(walk, NULL);
	if (address_is_link_local(&next)) {
		const size_t out =
		        sid->oif ? topology_interface(walk->plan->topology, walk->node, sid->oif) : NOT_FOUND;
		return out == NOT_FOUND ? WALK_LOST : leave(walk, out, link_peer(walk->plan->topology, out));
	}
	return leave_by_route(walk, NULL, &next);
}

/* DX2: the frame leaves as it is, for an interface that has its address. */
static enum way_on leave_as_frame(struct walk *walk, const struct sid *sid)
{
	const struct plan *plan = walk->plan;
	const size_t out = topology_interface(plan->topology, walk->node, sid->oif);
	const size_t in = out == NOT_FOUND ? NOT_FOUND : link_peer(plan->topology, out);
	const uint8_t *mac = outer(walk)->mac;

	if (in == NOT_FOUND || memcmp(plan->interfaces[in].mac, mac, sizeof plan->interfaces[in].mac) != 0)
		return WALK_LOST;
	outer(walk)->mac = NULL;
	return leave(walk, out, in);
}

static enum way_on decapsulate(struct walk *walk, const struct sid *sid, const struct behaviour *behaviour)
{
	const struct level *inner = walk->depth > 1 ? &walk->levels[walk->depth - 2] : NULL;
	const unsigned inside = inner && inner->at.family == AF_INET ? INSIDE_IPV4 : INSIDE_IPV6;

	if (!inner || outer(walk)->left || behaviour->frames != (inner->mac != NULL) || !(behaviour->inside & inside))
		return WALK_LOST;
	walk->depth--;
	if (behaviour->frames)
		return leave_as_frame(walk, sid);
	if (sid_given_next_hop(sid))
		return leave_by_next_hop(walk, sid);
	const char *table = sid_looks_in(sid);
	const bool local = table && strcmp(table, "255") == 0;
	if ((local || sid->vrftable) && address_is_local(walk->plan, walk->node, &outer(walk)->at))
		return deliver(walk);
	const struct sid *next = table ? NULL : node_sid(node_of(walk), &outer(walk)->at); /* SIDs are routes of main */
	if (next)
		return process(walk, next);
	return local ? WALK_LOST : leave_by_table(walk, table);
}

/* What the SID leaves goes on: to its next hop, by its table, or by the node's routes, which may have a SID again. */
static enum way_on go_on(struct walk *walk, const struct sid *sid)
{
	if (sid_given_next_hop(sid))
		return leave_by_next_hop(walk, sid);
	if (sid_table(sid))
		return leave_by_table(walk, sid_table(sid));
	return arrive(walk);
}

static enum way_on process(struct walk *walk, const struct sid *sid)
{
	const struct behaviour *behaviour = behaviour_table[sid->behaviour];
	struct level *level = outer(walk);
	struct address next;

	if (++walk->steps > STEPS_MOST || sid->endpoint) /* a program of its own may do anything */
		return WALK_LOST;
	if (behaviour->decapsulates)
		return decapsulate(walk, sid, behaviour);
	if (sid_shift(sid, &level->at, &next)) {
		level->at = next;
		return go_on(walk, sid);
	}
	if (!take_stop(level)) /* USP and USD, which no kernel has, are left out */
		return WALK_LOST;
	if (!level->left && sid_has_flavor(sid, "psp"))
		level->srh = false;
	if (!sid->segment_count)
		return go_on(walk, sid);
	if (!push_list(walk, mode_kind(behaviour->inserts ? MODE_INLINE : MODE_ENCAP), sid->segments,
	               sid->segment_count))
		return WALK_LOST;
	return arrive(walk);
}

static enum way_on arrive(struct walk *walk)
{
	const struct address *at = &outer(walk)->at;

	if (++walk->steps > STEPS_MOST)
		return WALK_LOST;
	if (address_is_local(walk->plan, walk->node, at))
		return arrive_at_own(walk);
	const struct sid *sid = node_sid(node_of(walk), at);
	return sid ? process(walk, sid) : forward(walk);
}

static enum way_on go_all_the_way(struct walk *walk, enum way_on way)
{
	while (way == WALK_GOES && ++walk->steps <= STEPS_MOST)
		way = arrive(walk);
	return way;
}

static bool follow(struct walk *walk)
{
	return go_all_the_way(walk, forward(walk)) == WALK_ARRIVED;
}

static bool comes_back(const struct plan *plan)
{
	struct walk walk = { .plan = plan,
		             .depth = 1,
		             .node = plan->to,
		             .in = NOT_FOUND,
		             .end = &plan->from_address,
		             .end_node = plan->from };

	walk.levels[0].at = plan->from_address;
	return follow(&walk);
}

bool forecast_delivers(const struct plan *plan)
{
	const struct traffic *traffic = &plan->traffic;
	const struct segment_list *list = &traffic->segments[traffic->mode];
	const struct mode_kind *mode = mode_kind(traffic->mode);
	struct walk walk = {
		.plan = plan, .depth = 1, .node = plan->from, .in = NOT_FOUND, .end = &traffic->to, .end_node = plan->to
	};

	walk.levels[0].at = traffic->to;
	if (traffic_is_crafted(traffic) && mode->frame) /* hopcheck makes it for the receiver's first interface */
		walk.levels[0].mac = plan->interfaces[node_interface(plan->topology, plan->to, NOT_FOUND)].mac;
	if (traffic_is_crafted(traffic) && mode->source && !push_list(&walk, mode, list->segments, list->count))
		return false;
	return follow(&walk) && (traffic_is_crafted(traffic) || comes_back(plan));
}
