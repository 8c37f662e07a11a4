/* The topology as a value: found in, copied, freed. */
#include <stdlib.h>
#include <string.h>

#include "device.h"

size_t topology_node(const struct topology *topology, const char *name)
{
	for (size_t i = 0; i < topology->node_count; i++)
		if (strcmp(topology->nodes[i].name, name) == 0)
			return i;
	return NOT_FOUND;
}

size_t topology_interface(const struct topology *topology, size_t node, const char *name)
{
	FOR_EACH_INTERFACE (i, topology, node)
		if (strcmp(topology->interfaces[i].name, name) == 0)
			return i;
	return NOT_FOUND;
}

size_t link_other(const struct topology *topology, size_t interface, size_t after)
{
	const struct link *link = &topology->links[topology->interfaces[interface].link];
	size_t next = after == NOT_FOUND ? link->first : after + 1;

	if (next == interface)
		next++;
	return next < link->first + link->count ? next : NOT_FOUND;
}

size_t link_peer(const struct topology *topology, size_t interface)
{
	const struct link *link = &topology->links[topology->interfaces[interface].link];

	return link->count == 2 ? link_other(topology, interface, NOT_FOUND) : NOT_FOUND;
}

size_t link_position(const struct topology *topology, size_t interface)
{
	return interface - topology->links[topology->interfaces[interface].link].first;
}

struct prefix link_prefix(const struct link *link, const struct address *address)
{
	return (struct prefix){ *address, address->family == AF_INET ? 24 : link->prefix ? link->prefix : 64 };
}

bool route_is_own(const struct node *node, const struct route *route)
{
	return route->gateway_count == 1 && strcmp(route->gateways[0].via, node->name) == 0;
}

bool topology_crossing(struct crossing *ret, const struct topology *topology, size_t node, size_t neighbour)
{
	FOR_EACH_INTERFACE (out, topology, node) {
		FOR_EACH_OTHER (in, topology, out)
			if (topology->interfaces[in].node == neighbour) {
				*ret = (struct crossing){ out, in };
				return true;
			}
	}
	return false;
}

bool table_crossing(struct crossing *ret, const struct topology *topology, size_t node, const char *table,
                    size_t neighbour)
{
	FOR_EACH_INTERFACE (out, topology, node) {
		FOR_EACH_OTHER (in, topology, out)
			if (topology->interfaces[in].node == neighbour &&
			    same_table(interface_table(topology, out), table)) {
				*ret = (struct crossing){ out, in };
				return true;
			}
	}
	return topology_crossing(ret, topology, node, neighbour);
}

bool node_has_address(const struct node *node, const struct address *address)
{
	for (size_t i = 0; i < node->address_count; i++)
		if (address_same(&node->addresses[i], address))
			return true;
	return false;
}

bool node_has_sid(const struct node *node, const struct address *address)
{
	for (size_t i = 0; i < node->sid_count; i++)
		if (address_same(&node->sids[i].address, address))
			return true;
	return false;
}

const char *interface_table(const struct topology *topology, size_t interface)
{
	const struct interface *i = &topology->interfaces[interface];

	return i->vrf ? topology->nodes[i->node].vrfs[i->vrf - 1].table : NULL;
}

const struct vrf *node_vrf(const struct node *node, const char *name)
{
	for (size_t i = 0; i < node->vrf_count; i++)
		if (strcmp(node->vrfs[i].name, name) == 0)
			return &node->vrfs[i];
	return NULL;
}

const struct vrf *node_vrf_of(const struct node *node, const char *table)
{
	for (size_t i = 0; i < node->vrf_count && table; i++)
		if (strcmp(node->vrfs[i].table, table) == 0)
			return &node->vrfs[i];
	return NULL;
}

bool same_table(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : !a && !b;
}

const struct route *node_route(const struct node *node, const char *table, const struct address *to)
{
	const struct route *best = NULL;

	for (size_t i = 0; i < node->route_count; i++) {
		const struct route *route = &node->routes[i];
		if (same_table(route->table, table) && prefix_covers(&route->to, to) &&
		    (!best || route->to.length > best->to.length))
			best = route;
	}
	return best;
}

const struct policy *node_policy(const struct node *node, const char *table, const struct address *to)
{
	const struct policy *best = NULL;
	const struct route *route;

	for (size_t i = 0; i < node->policy_count; i++) {
		const struct policy *policy = &node->policies[i];
		if (same_table(policy->table, table) && prefix_covers(&policy->to, to) &&
		    (!best || policy->to.length > best->to.length))
			best = policy;
	}
	route = best ? node_route(node, table, to) : NULL;
	return route && route->to.length > best->to.length ? NULL : best;
}

struct prefix sid_prefix(const struct sid *sid)
{
	return (struct prefix){ sid->address, prefix_most(sid->address.family) - sid->argument };
}

const struct sid *node_sid(const struct node *node, const struct address *address)
{
	const struct sid *best = NULL;

	for (size_t i = 0; i < node->sid_count; i++) {
		const struct prefix prefix = sid_prefix(&node->sids[i]);
		if (prefix_covers(&prefix, address) && (!best || node->sids[i].argument < best->argument))
			best = &node->sids[i];
	}
	return best;
}

const struct sid *topology_sid(const struct topology *topology, const struct address *address, size_t *owner)
{
	const struct sid *best = NULL;

	for (size_t i = 0; i < topology->node_count; i++) {
		const struct sid *sid = node_sid(&topology->nodes[i], address);
		if (!sid || (best && sid->argument >= best->argument))
			continue;
		best = sid;
		if (owner)
			*owner = i;
	}
	return best;
}

const struct device *node_service(const struct node *node)
{
	for (size_t i = 0; i < node->device_count; i++)
		if (node->devices[i].kind && node->devices[i].kind->serves)
			return &node->devices[i];
	return NULL;
}

static struct device *service_slot(const struct node *node)
{
	for (size_t i = 0; i < node->device_count; i++)
		if (!node->devices[i].kind || node->devices[i].kind->serves)
			return &node->devices[i];
	return NULL;
}

struct device *node_service_slot(struct node *node)
{
	struct device *slot = service_slot(node);

	return slot ? slot : PUSH(node->devices, node->device_count);
}

const struct address *node_own_service_sid(const struct node *node)
{
	const struct device *slot = service_slot(node);

	return slot && slot->sid.family ? &slot->sid : NULL;
}

const struct address *node_service_sid(const struct node *node)
{
	const struct address *own = node_own_service_sid(node);

	return own || !node->sid_count ? own : &node->sids[0].address;
}

/* Linux takes SEG6_LOCAL_LCBLOCK_DBITS and SEG6_LOCAL_LCNODE_FN_DBITS for what is not given. */
#define BLOCK_BITS    32
#define FUNCTION_BITS 16

const char *sid_given_next_hop(const struct sid *sid)
{
	return sid->nh4 ? sid->nh4 : sid->nh6;
}

unsigned sid_csid_bits(const struct sid *sid)
{
	return (sid->block ? sid->block : BLOCK_BITS) + (sid->function ? sid->function : FUNCTION_BITS);
}

bool sid_csid_is_valid(const struct sid *sid)
{
	return !sid->zero_block && !sid->zero_function && sid->block % 8 == 0 && sid->function % 8 == 0 &&
	       sid_csid_bits(sid) <= 8 * ADDRESS_OCTETS;
}

bool sid_has_flavor(const struct sid *sid, const char *word)
{
	return sid->flavors && strstr(sid->flavors, word);
}

bool sid_shift(const struct sid *sid, const struct address *address, struct address *next)
{
	size_t used = sid_csid_bits(sid) / 8, function = (sid->function ? sid->function : FUNCTION_BITS) / 8;
	bool left = false;

	if (!sid_has_flavor(sid, "next-csid") || !sid_csid_is_valid(sid))
		return false;
	for (size_t i = used; i < sizeof address->octets; i++)
		left |= address->octets[i] != 0;
	if (!left)
		return false;
	*next = *address;
	memmove(&next->octets[used - function], &address->octets[used], sizeof next->octets - used);
	memset(&next->octets[sizeof next->octets - function], 0, function);
	return true;
}

/* As much room as PUSH would have made, so that the copy can be pushed to. */
static void *copy_of(const void *array, size_t count, size_t size)
{
	size_t room = 1;

	if (count == 0)
		return NULL;
	while (room < count)
		room *= 2;
	return memcpy(zalloc(room * size), array, count * size);
}

static void sid_copy(struct sid *sid, const char *file)
{
	sid->where.file = file;
	sid->nh6 = text_copy(sid->nh6);
	sid->nh4 = text_copy(sid->nh4);
	sid->table = text_copy(sid->table);
	sid->vrftable = text_copy(sid->vrftable);
	sid->oif = text_copy(sid->oif);
	sid->flavors = text_copy(sid->flavors);
	sid->endpoint = text_copy(sid->endpoint);
	sid->segments = copy_of(sid->segments, sid->segment_count, sizeof *sid->segments);
}

static void policy_copy(struct policy *policy, const char *file)
{
	policy->where.file = file;
	policy->table = text_copy(policy->table);
	policy->segments = copy_of(policy->segments, policy->segment_count, sizeof *policy->segments);
}

static void route_copy(struct route *route, const char *file)
{
	route->where.file = file;
	route->table = text_copy(route->table);
	route->gateways = copy_of(route->gateways, route->gateway_count, sizeof *route->gateways);
	for (size_t i = 0; i < route->gateway_count; i++) {
		route->gateways[i].where.file = file;
		route->gateways[i].via = text_copy(route->gateways[i].via);
		route->gateways[i].oif = text_copy(route->gateways[i].oif);
	}
}

static void tables_copy(struct node *node, const char *file)
{
	node->vrfs = copy_of(node->vrfs, node->vrf_count, sizeof *node->vrfs);
	for (size_t i = 0; i < node->vrf_count; i++) {
		node->vrfs[i].where.file = file;
		node->vrfs[i].table = text_copy(node->vrfs[i].table);
	}
	node->rules = copy_of(node->rules, node->rule_count, sizeof *node->rules);
	for (size_t i = 0; i < node->rule_count; i++) {
		node->rules[i].where.file = file;
		node->rules[i].iif = text_copy(node->rules[i].iif);
		node->rules[i].table = text_copy(node->rules[i].table);
	}
}

static void node_copy(struct node *node, const char *file)
{
	node->where.file = file;
	node->addresses = copy_of(node->addresses, node->address_count, sizeof *node->addresses);
	node->sids = copy_of(node->sids, node->sid_count, sizeof *node->sids);
	for (size_t i = 0; i < node->sid_count; i++)
		sid_copy(&node->sids[i], file);
	node->devices = copy_of(node->devices, node->device_count, sizeof *node->devices);
	node->routes = copy_of(node->routes, node->route_count, sizeof *node->routes);
	for (size_t i = 0; i < node->route_count; i++)
		route_copy(&node->routes[i], file);
	tables_copy(node, file);
	node->policies = copy_of(node->policies, node->policy_count, sizeof *node->policies);
	for (size_t i = 0; i < node->policy_count; i++)
		policy_copy(&node->policies[i], file);
}

struct topology *topology_copy(const struct topology *topology)
{
	struct topology *copy = copy_of(topology, 1, sizeof *topology);

	copy->file = text_copy(topology->file);
	copy->name = text_copy(topology->name);
	copy->about = text_copy(topology->about);
	copy->nodes = copy_of(topology->nodes, topology->node_count, sizeof *copy->nodes);
	for (size_t i = 0; i < copy->node_count; i++)
		node_copy(&copy->nodes[i], copy->file);
	copy->links = copy_of(topology->links, topology->link_count, sizeof *copy->links);
	for (size_t i = 0; i < copy->link_count; i++)
		copy->links[i].where.file = copy->file;
	copy->interfaces = copy_of(topology->interfaces, topology->interface_count, sizeof *copy->interfaces);
	return copy;
}

static void sid_clear(struct sid *sid)
{
	free(sid->nh6);
	free(sid->nh4);
	free(sid->table);
	free(sid->vrftable);
	free(sid->oif);
	free(sid->flavors);
	free(sid->endpoint);
	free(sid->segments);
}

static void route_clear(struct route *route)
{
	for (size_t i = 0; i < route->gateway_count; i++) {
		free(route->gateways[i].via);
		free(route->gateways[i].oif);
	}
	free(route->gateways);
	free(route->table);
}

static void node_clear(struct node *node)
{
	for (size_t i = 0; i < node->sid_count; i++)
		sid_clear(&node->sids[i]);
	for (size_t i = 0; i < node->route_count; i++)
		route_clear(&node->routes[i]);
	for (size_t i = 0; i < node->policy_count; i++) {
		free(node->policies[i].table);
		free(node->policies[i].segments);
	}
	for (size_t i = 0; i < node->vrf_count; i++)
		free(node->vrfs[i].table);
	for (size_t i = 0; i < node->rule_count; i++) {
		free(node->rules[i].iif);
		free(node->rules[i].table);
	}
	free(node->policies);
	free(node->vrfs);
	free(node->rules);
	free(node->addresses);
	free(node->sids);
	free(node->devices);
	free(node->routes);
}

void topology_free(struct topology *topology)
{
	if (!topology)
		return;
	for (size_t i = 0; i < topology->node_count; i++)
		node_clear(&topology->nodes[i]);
	free(topology->nodes);
	free(topology->links);
	free(topology->interfaces);
	free(topology->file);
	free(topology->name);
	free(topology->about);
	free(topology);
}
