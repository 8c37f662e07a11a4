/* Whether what the kernel counted at SIDs with `count` is what came to them: each packet is sent on or refused there.
 */
#include <stdio.h>

#include "told.h"

/* Packets that came by a link to the node and for the SID, of which merged ones are one, and their octets. */
struct came {
	int64_t packets, octets;
};

static struct came came_to(const struct evidence *evidence, size_t node, const struct sid *sid)
{
	const struct plan *plan = evidence->plan;
	struct came came = { 0 };

	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *captured = &evidence->packets[i];
		const struct layer *ip = packet_ip(&captured->view);
		if (!ip || HOP_DIRECTION(captured->hop) != HOP_IN || hop_node(plan, captured->hop) != node)
			continue;
		const struct address to = ip_destination(&captured->view, ip);
		if (to.family != AF_INET6 || address_is_local(plan, node, &to) || plan_service_at(plan, node, &to) ||
		    node_sid(&plan->topology->nodes[node], &to) != sid)
			continue;
		came.packets++;
		came.octets += ip_octets(&captured->view, ip);
	}
	return came;
}

/* The same of all flows that ran at once: what is counted is about all. */
static struct came all_came_to(const struct evidence *evidence, size_t node, const struct sid *sid)
{
	struct came all = came_to(evidence, node, sid);

	for (size_t i = 0; i < evidence->beside_count; i++) {
		const struct node *owner = &evidence->beside[i]->plan->topology->nodes[node];
		const struct came more = came_to(evidence->beside[i], node, node_sid(owner, &sid->address));
		all.packets += more.packets;
		all.octets += more.octets;
	}
	return all;
}

/* What a SID of the node sends on may come to another one before it is captured. */
static bool has_another(const struct evidence *evidence, size_t node, const struct sid *sid)
{
	const struct node *owner = &evidence->plan->topology->nodes[node];

	for (size_t i = 0; i < owner->sid_count; i++)
		if (&owner->sids[i] != sid && all_came_to(evidence, node, &owner->sids[i]).packets)
			return true;
	return false;
}

static int64_t counted_at(const struct evidence *evidence, size_t node, const struct sid *sid, const char *what,
                          char name[COUNTER_NAME])
{
	char text[ADDRESS_TEXT_SIZE];

	snprintf(name, COUNTER_NAME, "%s %s", address_text(&sid->address, text), what);
	return counter_at(evidence->trace, node, name);
}

static void contradict_count(struct verdict *verdict, size_t node, const char *name, int64_t counted, int64_t came)
{
	char detail[CONTRADICTION_DETAIL];

	snprintf(detail, sizeof detail, ", with the errors, where %lld came", (long long)came);
	contradict(verdict, node, CONTRADICTION_COUNTER, name, detail);
	verdict->contradictions[verdict->contradiction_count - 1].count = counted;
}

static void check_sid(struct verdict *verdict, const struct evidence *evidence, size_t node, const struct sid *sid)
{
	char name[COUNTER_NAME], octets_name[COUNTER_NAME];
	const int64_t octets = counted_at(evidence, node, sid, SID_COUNTS_OCTETS, octets_name);
	const int64_t errors = counted_at(evidence, node, sid, SID_COUNTS_ERRORS, name);
	const int64_t counted = errors + counted_at(evidence, node, sid, SID_COUNTS_PACKETS, name);
	const struct came came = all_came_to(evidence, node, sid);

	if (counted != came.packets && (counted < came.packets || !has_another(evidence, node, sid)))
		contradict_count(verdict, node, name, counted, came.packets);
	/* Refused packets' octets are counted nowhere. */
	else if (counted == came.packets && !errors && octets != came.octets)
		contradict_count(verdict, node, octets_name, octets, came.octets);
}

void sid_counts_check(struct verdict *verdict, const struct evidence *evidence)
{
	const struct topology *topology = evidence->plan->topology;

	for (size_t n = 0; n < topology->node_count; n++)
		for (size_t i = 0; i < topology->nodes[n].sid_count; i++)
			if (topology->nodes[n].sids[i].count)
				check_sid(verdict, evidence, n, &topology->nodes[n].sids[i]);
}
