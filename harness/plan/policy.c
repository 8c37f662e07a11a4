/* What nodes push: the policies of a topology's file, and the traffic's segments at their headend. */
#include <string.h>

#include "plan_internal.h"
#include "transport.h"

/* The kernel takes the source of the outer header from the device of the route with the segments (set_tun_src()): the
 * interface towards `to`, even if the first segment is reached by another one; `ip sr tunsrc` gives one to all. */
static void add_traffics(struct plan *plan)
{
	const struct traffic *traffic = &plan->traffic;
	const struct segment_list *list = &traffic->segments[traffic->mode];
	const struct next_hop *next = plan_next_hop(plan, plan->headend, &traffic->to);

	if (next)
		plan->outer_address = plan->interfaces[next->out].address;
	const struct address *given = &plan->topology->nodes[plan->headend].tunsrc;
	if (given->family && !mode_is_tunnel(mode_kind(traffic->mode)) && !traffic_is_crafted(traffic))
		plan->outer_address = *given;
	if (!list->count || traffic->mode == MODE_PLAIN || traffic_is_crafted(traffic))
		return;
	*PUSH(plan->policies, plan->policy_count) = (struct plan_policy){ .node = plan->headend,
		                                                          .to = prefix_of(&traffic->to),
		                                                          .mode = traffic->mode,
		                                                          .list = list->segments,
		                                                          .count = list->count,
		                                                          .source = plan->outer_address };
}

void policies_make(struct plan *plan)
{
	add_traffics(plan);
}

static bool is_table(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The traffic's are first, and go before those of the file for the same prefix, whose routes they replace. */
const struct plan_policy *plan_policy_for(const struct plan *plan, size_t node, const char *table,
                                          const struct address *to)
{
	const struct plan_policy *best = NULL;

	for (size_t i = 0; i < plan->policy_count; i++) {
		const struct plan_policy *policy = &plan->policies[i];
		if (policy->node == node && is_table(policy->table, table) && prefix_covers(&policy->to, to) &&
		    (!best || policy->to.length > best->to.length))
			best = policy;
	}
	const struct route *given = best ? node_route(&plan->topology->nodes[node], table, to) : NULL;
	return given && given->to.length > best->to.length ? NULL : best;
}
