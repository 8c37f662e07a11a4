/* Whether a node forwards. */
#include "plan_internal.h"

bool plan_forwards(const struct plan *plan, size_t node)
{
	const int given = plan->topology->nodes[node].forwarding;
	size_t links = 0;

	if (given)
		return given > 0;
	FOR_EACH_INTERFACE (i, plan->topology, node)
		links++;
	return links > 1 || plan->topology->nodes[node].sid_count || plan->topology->nodes[node].had_sids;
}
