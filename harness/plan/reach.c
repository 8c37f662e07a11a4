/* What a node of a plan reaches: its next hops, services, routes and neighbours. */
#include "plan_internal.h"

const struct next_hop *plan_next_hop(const struct plan *plan, size_t node, const struct address *to)
{
	for (size_t i = 0; i < plan->next_hop_count; i++)
		if (plan->next_hops[i].node == node && address_same(&plan->next_hops[i].to, to))
			return &plan->next_hops[i];
	return NULL;
}

/* The traffic's are first, and go before those of the file for the same prefix, whose routes they replace. */
const struct plan_policy *plan_policy_for(const struct plan *plan, size_t node, const char *table,
                                          const struct address *to)
{
	const struct plan_policy *best = NULL;

	for (size_t i = 0; i < plan->policy_count; i++) {
		const struct plan_policy *policy = &plan->policies[i];
		if (policy->node == node && same_table(policy->table, table) && prefix_covers(&policy->to, to) &&
		    (!best || policy->to.length > best->to.length))
			best = policy;
	}
	const struct route *given = best ? node_route(&plan->topology->nodes[node], table, to) : NULL;
	return given && given->to.length > best->to.length ? NULL : best;
}

const struct plan_service *plan_service_at(const struct plan *plan, size_t node, const struct address *sid)
{
	for (size_t i = 0; i < plan->service_count; i++)
		if (plan->services[i].node == node && address_same(&plan->services[i].device.sid, sid))
			return &plan->services[i];
	return NULL;
}

bool plan_has_route(const struct plan *plan, size_t node, const struct address *to)
{
	const struct node *n = &plan->topology->nodes[node];

	if (plan_next_hop(plan, node, to) || address_is_local(plan, node, to) || node_sid(n, to) ||
	    node_route(n, NULL, to) || plan_policy_for(plan, node, NULL, to))
		return true;
	FOR_EACH_INTERFACE (i, plan->topology, node) {
		const struct prefix link = link_prefix(link_of(plan, i), port_address(plan, i, to->family));
		if (prefix_covers(&link, to))
			return true;
	}
	return false;
}

bool plan_lacks_neighbour(const struct plan *plan, size_t node, const char *oif, const struct address *to)
{
	const struct topology *topology = plan->topology;
	bool lacks = false;

	if (address_is_link_local(to)) {
		size_t out = oif ? topology_interface(topology, node, oif) : NOT_FOUND;
		return out != NOT_FOUND && address_link_neighbour(plan, out, to) == NOT_FOUND;
	}
	if (plan_next_hop(plan, node, to) || address_is_local(plan, node, to))
		return false;
	FOR_EACH_INTERFACE (i, topology, node) {
		const struct prefix link = link_prefix(link_of(plan, i), port_address(plan, i, to->family));
		if (!prefix_covers(&link, to))
			continue;
		FOR_EACH_OTHER (other, topology, i)
			if (address_same(port_address(plan, other, to->family), to))
				return false;
		lacks = true;
	}
	return lacks;
}
