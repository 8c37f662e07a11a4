/* Whether a node forwards. */
#include "plan_internal.h"

bool plan_forwards(const struct plan *plan, size_t node)
{
	size_t links = 0;

	for (size_t i = 0; i < INTERFACES(plan->topology); i++)
		links += plan->topology->interfaces[i].node == node;
	return links > 1 || plan->topology->nodes[node].sid_count || plan->topology->nodes[node].had_sids;
}
