/* What a node of a plan reaches: its next hops, services, routes and neighbours. */
#include <limits.h>
#include <string.h>

#include "plan_internal.h"

const struct next_hop *plan_next_hop_in(const struct plan *plan, size_t node, const char *table,
                                        const struct address *to)
{
	for (size_t i = 0; i < plan->next_hop_count; i++)
		if (plan->next_hops[i].node == node && same_table(plan->next_hops[i].table, table) &&
		    address_same(&plan->next_hops[i].to, to))
			return &plan->next_hops[i];
	return NULL;
}

const struct next_hop *plan_next_hop(const struct plan *plan, size_t node, const struct address *to)
{
	return plan_next_hop_in(plan, node, NULL, to);
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

bool plan_table_has(const struct plan *plan, size_t node, const char *table, const struct address *to)
{
	const struct node *n = &plan->topology->nodes[node];
	const struct route *given = node_route(n, table, to);

	if (given || plan_policy_for(plan, node, table, to) || plan_next_hop_in(plan, node, table, to) ||
	    (!table && node_sid(n, to)))
		return true;
	FOR_EACH_INTERFACE (i, plan->topology, node) {
		const struct prefix link = link_prefix(link_of(plan, i), port_address(plan, i, to->family));
		if (same_table(interface_table(plan->topology, i), table) && prefix_covers(&link, to))
			return true;
	}
	return false;
}

static bool rule_matches(const struct plan *plan, size_t node, const struct table_rule *rule,
                         const struct arrival *arrival, const struct address *to)
{
	const struct vrf *vrf = node_vrf_of(&plan->topology->nodes[node], arrival->vrf);

	if (rule->fwmark || (rule->has_to && !prefix_covers(&rule->to, to)) ||
	    (rule->has_from && !prefix_covers(&rule->from, &arrival->source)))
		return false;
	if (!rule->iif)
		return true;
	if (vrf)
		return strcmp(rule->iif, vrf->name) == 0;
	return arrival->in != NOT_FOUND && strcmp(rule->iif, plan->topology->interfaces[arrival->in].name) == 0;
}

/* The kernel's own rules: that of VRFs, and that of main. */
#define PRIORITY_VRF 1000

/* The first rule from one priority up to another that matches, and whose table has a route. */
static const struct table_rule *rule_for(const struct plan *plan, size_t node, const struct arrival *arrival,
                                         const struct address *to, long from, long below)
{
	const struct node *n = &plan->topology->nodes[node];
	const struct table_rule *first = NULL;

	for (size_t i = 0; i < n->rule_count; i++) {
		const struct table_rule *rule = &n->rules[i];
		if (rule->priority >= from && rule->priority < below && rule_matches(plan, node, rule, arrival, to) &&
		    plan_table_has(plan, node, rule->table, to) && (!first || rule->priority < first->priority))
			first = rule;
	}
	return first;
}

const char *plan_table_for(const struct plan *plan, size_t node, const struct arrival *arrival,
                           const struct address *to)
{
	const struct table_rule *rule = rule_for(plan, node, arrival, to, 0, PRIORITY_VRF);

	if (rule)
		return rule->table;
	if (arrival->vrf && plan_table_has(plan, node, arrival->vrf, to))
		return arrival->vrf;
	rule = rule_for(plan, node, arrival, to, PRIORITY_VRF, LONG_MAX);
	return rule ? rule->table : NULL;
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
