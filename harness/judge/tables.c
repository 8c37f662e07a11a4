/* Reasons that lie in the node's tables: a route that leads nowhere, and one that is in another table. */
#include <string.h>

#include "behaviour.h"
#include "stage.h"

/* The route of the file that the packet takes, if it is of a type that leads nowhere. */
static bool leads_nowhere(const struct loss *loss, enum route_type type, char **said)
{
	const struct plan *plan = loss->evidence->plan;
	char to[ADDRESS_TEXT_SIZE], prefix[PREFIX_TEXT_SIZE];
	struct address address;

	if ((!loss_pushed_to(loss, &address) && !loss_routed_to(loss, &address)) ||
	    address_is_local(plan, loss->node, &address))
		return false;
	const char *table = loss_table(loss, &address);
	const struct route *route = node_route(loss_at(loss), table, &address);
	if (!route || route->type != type || plan_next_hop_in(plan, loss->node, table, &address) ||
	    plan_policy_for(plan, loss->node, table, &address) || node_sid(loss_at(loss), &address))
		return false;
	text_append(said, "the route of %s to %s is to %s, %s, in table %s", loss_at(loss)->name,
	            address_text(&address, to), prefix_text(&route->to, prefix), word_of(route_type_words, (int)type),
	            table ? table : "main");
	return true;
}

bool route_is_blackhole(const struct loss *loss, char **said)
{
	return leads_nowhere(loss, ROUTE_BLACKHOLE, said);
}

bool route_is_unreachable(const struct loss *loss, char **said)
{
	return leads_nowhere(loss, ROUTE_UNREACHABLE, said);
}

bool route_is_prohibited(const struct loss *loss, char **said)
{
	return leads_nowhere(loss, ROUTE_PROHIBIT, said);
}

/* A SID looks in one table, and the route is in that of a VRF. */
bool route_is_in_other_table(const struct loss *loss, char **said)
{
	const struct plan *plan = loss->evidence->plan;
	const struct node *node = loss_at(loss);
	const struct sid *sid = stage_last(loss).sid;
	char to[ADDRESS_TEXT_SIZE];
	struct address address;

	if (!sid || sid->nh6 || !sid_behaviour(sid)->decapsulates || !loss_routed_to(loss, &address))
		return false;
	const char *table = sid_looks_in(sid);
	if (plan_table_has(plan, loss->node, table, &address) || loss_owns(loss, &address))
		return false;
	for (size_t i = 0; i < node->vrf_count; i++) {
		const struct vrf *vrf = &node->vrfs[i];
		if (same_table(vrf->table, table) || !plan_table_has(plan, loss->node, vrf->table, &address))
			continue;
		text_append(said, "%s looks in table %s, and the route of %s to %s is in that of VRF %s, %s",
		            sid_behaviour(sid)->word, table ? table : "main", node->name, address_text(&address, to),
		            vrf->name, vrf->table);
		return true;
	}
	return false;
}
