/* Lines for a node's SIDs: routes with the kernel's behaviours, the VRFs that they need, and services. */
#include <stdlib.h>
#include <string.h>

#include "behaviour.h"
#include "device.h"
#include "plan_internal.h"

/* nh6 or nh4 as an address: for a neighbour's name, its address on the link between the two. */
static int next_hop_text(const struct plan *plan, size_t node, const struct sid *sid, char text[ADDRESS_TEXT_SIZE],
                         struct error *err)
{
	const int family = sid->nh4 ? AF_INET : AF_INET6;
	const char *given = sid_given_next_hop(sid);
	struct address address;

	text[0] = 0;
	if (!given)
		return 0;
	if (address_parse(&address, family, given)) {
		address_text(&address, text);
		return 0;
	}
	size_t neighbour = topology_node(plan->topology, given);
	struct crossing over;
	if (!topology_crossing(&over, plan->topology, node, neighbour))
		return fail_at(err, sid->where, "%s: %s has no link to '%s'", sid->nh4 ? "nh4" : "nh6",
		               plan->topology->nodes[node].name, given);
	address = port_gateway(plan, over.in, family);
	if (address_is_link_local(&address) && !sid->oif)
		return fail_at(
		        err, sid->where,
		        "nh6: the link of %s and %s has link-local addresses only, which need an interface: give "
		        "`oif`",
		        plan->topology->nodes[node].name, given);
	address_text(&address, text);
	return 0;
}

static int sid_line(struct plan *plan, size_t node, const struct sid *sid, size_t after, struct error *err)
{
	const struct behaviour *behaviour = behaviour_table[sid->behaviour];
	const struct prefix prefix = sid_prefix(sid);
	char next_hop[ADDRESS_TEXT_SIZE], to[PREFIX_TEXT_SIZE];
	const char *device = interface_name(plan, node_interface(plan->topology, node, NOT_FOUND));
	owned_facts words = { 0 };

	if (next_hop_text(plan, node, sid, next_hop, err) < 0)
		return -1;
	behaviour->parameters(&words, sid, next_hop);
	struct command *line =
	        LAB(node, TOOL_IP, "route add %s encap seg6local action %s", prefix_text(&prefix, to), behaviour->word);
	facts_append(&line->text, &words);
	text_append(&line->text, "%s dev %s", sid->count ? " count" : "", device);
	struct facts *facts = line_leaves(line, node, THING_ROUTE, text_copy(to));
	route_facts(facts, NULL, device);
	facts_add(facts, "encap", "seg6local");
	facts_add(facts, "action", "%s", behaviour->word);
	if (sid->count)
		facts_add(facts, "count", "yes");
	for (size_t i = 0; i < words.count; i++)
		facts_add(facts, words.facts[i].key, "%s",
		          strstr(words.facts[i].key, "table") ? table_number(words.facts[i].value)
		                                              : words.facts[i].value);
	line->option = "IPV6_SEG6_LWTUNNEL";
	const char *policy = facts_get(facts, "srh segs");
	/* `ip` loads no program from words, and names one from an object as it likes. */
	line->direct = sid->endpoint || (policy && list_is_long(policy, sid->segment_count + 1));
	line->dispensable = true;
	line->after = after;
	line->sid = sid->address;
	return 0;
}

/* A VRF's table has the node's routes too, so that decapsulated packets are forwarded as without a VRF. */
static void vrf_routes(struct plan *plan, size_t n, const char *table, const struct routes *routes, size_t after)
{
	char to[PREFIX_TEXT_SIZE], via[ADDRESS_TEXT_SIZE];

	for (size_t i = 0; i < routes->count; i++) {
		const struct next_hop *entry = &routes->entries[i];
		const char *device = interface_name(plan, entry->out);
		if (entry->node != n || entry->table)
			continue;
		const struct prefix prefix = prefix_of(&entry->to);
		prefix_text(&prefix, to);
		const struct address next = port_gateway(plan, entry->in, entry->to.family);
		address_text(&next, via);
		bool direct = entry->connected;
		struct command *line = LAB(n, TOOL_IP, "route replace %s%s%s dev %s table %s", to,
		                           direct ? "" : " via ", direct ? "" : via, device, table);
		route_facts(line_leaves(line, n, THING_ROUTE, text_format("%s table %s", to, table)),
		            direct ? NULL : via, device);
		line->dispensable = true;
		line->after = after;
	}
}

/* Given routes of the table to the node itself. The kernel's seg6local goes on to what is local only by a device that
 * is not lo. */
static void vrf_own_routes(struct plan *plan, size_t n, const char *table, const char *device, size_t after)
{
	const struct node *node = &plan->topology->nodes[n];
	char to[PREFIX_TEXT_SIZE];

	for (size_t i = 0; i < node->route_count; i++) {
		const struct route *route = &node->routes[i];
		if (!route->table || strcmp(route->table, table) != 0 || !route_is_own(node, route))
			continue;
		prefix_text(&route->to, to);
		struct command *line = LAB(n, TOOL_IP, "route add local %s dev %s table %s", to, device, table);
		struct facts *facts = line_leaves(line, n, THING_ROUTE, text_format("%s table %s", to, table));
		facts_add(facts, "type", "local");
		facts_add(facts, "dev", "%s", device);
		line->dispensable = true;
		line->after = after;
	}
}

/* The VRF whose table is `table`. Returns 1 + the line that all others depend on. */
static size_t vrf_lines(struct plan *plan, size_t n, const char *table, const struct routes *routes)
{
	device_vrf.lines(&plan->lab,
	                 &(struct device_plan){ .node = n, .settings = &plan->topology->nodes[n], .table = table });
	size_t made = plan->lab.count;
	vrf_routes(plan, n, table, routes, made);
	owned_text device = text_format("vrf.%s", table);
	vrf_own_routes(plan, n, table, device, made);
	return made;
}

static size_t vrf_of(struct plan *plan, size_t n, size_t sid, const struct routes *routes, size_t *after)
{
	const struct node *node = &plan->topology->nodes[n];
	const size_t line = vrf_line(plan, n, sid_looks_in(&node->sids[sid]));

	if (line || !node->sids[sid].vrftable)
		return line;
	for (size_t i = 0; i < sid; i++)
		if (after[i] && same_table(node->sids[i].vrftable, node->sids[sid].vrftable))
			return after[i];
	return vrf_lines(plan, n, table_number(node->sids[sid].vrftable), routes);
}

/* 1 + the line of the node's first given route in the table that a SID looks up: the kernel makes a table with its
 * first route, so the SID depends on that. 0: none. */
static size_t table_of(const struct plan *plan, size_t n, const struct sid *sid)
{
	const char *table = sid_table(sid);
	owned_text end = table ? text_format(" table %s", table) : NULL;

	for (size_t i = 0; end && i < plan->lab.count; i++) {
		const struct command *line = &plan->lab.commands[i];
		const char *found = line->node == n ? strstr(line->text, end) : NULL;
		if (found && !found[strlen(end)] && strncmp(line->text, "route add", strlen("route add")) == 0)
			return i + 1;
	}
	return 0;
}

static void service_lines(struct plan *plan, const struct plan_service *service)
{
	service->device.kind->lines(&plan->lab,
	                            &(struct device_plan){ .node = service->node,
	                                                   .settings = &plan->topology->nodes[service->node],
	                                                   .sid = &service->device.sid });
}

/* Labs have no link-local addresses, so a next hop that is one needs a route and a neighbour entry on the SID's `oif`.
 */
static void link_local_lines(struct plan *plan, size_t n, size_t interface)
{
	const struct node *node = &plan->topology->nodes[n];
	const char *name = interface_name(plan, interface);
	char text[ADDRESS_TEXT_SIZE];
	struct address address;
	bool wanted = false;

	for (size_t i = 0; i < node->sid_count; i++)
		wanted |= node->sids[i].oif && strcmp(node->sids[i].oif, name) == 0 && node->sids[i].nh6 &&
		          address_parse(&address, AF_INET6, node->sids[i].nh6) && address_is_link_local(&address);
	if (!wanted || link_of(plan, interface)->link_local)
		return;
	/* append: there is one on each such interface */
	struct command *line = LAB(n, TOOL_IP, "route append fe80::/64 dev %s", name);
	route_facts(line_leaves(line, n, THING_ROUTE, text_copy("fe80::/64")), NULL, name);
	FOR_EACH_OTHER (other, plan->topology, interface) {
		const struct address local = address_link_local(plan, other);
		owned_text mac = mac_text(plan, other);
		neighbour_line(&plan->lab, n, address_text(&local, text), mac, name);
	}
}

int sid_lines(struct plan *plan, size_t n, const struct routes *routes, struct error *err)
{
	const struct node *node = &plan->topology->nodes[n];
	size_t *after = zalloc(node->sid_count * sizeof *after);
	int result = 0;

	FOR_EACH_INTERFACE (i, plan->topology, n)
		link_local_lines(plan, n, i);
	for (size_t i = 0; i < node->vrf_count; i++)
		vrf_own_routes(plan, n, node->vrfs[i].table, node->vrfs[i].name,
		               vrf_line(plan, n, node->vrfs[i].table));
	for (size_t i = 0; i < node->sid_count && plan->seg6local && result == 0; i++) {
		if (plan_service_at(plan, n, &node->sids[i].address))
			continue;
		after[i] = vrf_of(plan, n, i, routes, after);
		result =
		        sid_line(plan, n, &node->sids[i], after[i] ? after[i] : table_of(plan, n, &node->sids[i]), err);
	}
	free(after);
	for (size_t i = 0; i < plan->service_count && result == 0; i++)
		if (plan->services[i].node == n)
			service_lines(plan, &plan->services[i]);
	return result;
}

/* ---- SIDs on the path of the cell's packets */

/* Marks the line of a SID as needed; false: it was already. */
static bool mark(struct plan *plan, size_t node, const struct sid *sid)
{
	for (size_t i = 0; i < plan->lab.count; i++) {
		const struct command *line = &plan->lab.commands[i];
		if (line->node != node || !address_same(&line->sid, &sid->address) || plan->needed[i])
			continue;
		plan->needed[i] = true;
		return true;
	}
	return false;
}

/* The SID that covers an address; after it those of its policy, or of the rest of a carrier (next-csid). */
static void meet(struct plan *plan, const struct address *segment)
{
	struct address at = *segment, next;
	size_t node = address_owner(plan, &at);
	const struct sid *sid = node == NOT_FOUND ? NULL : node_sid(&plan->topology->nodes[node], &at);

	while (sid) {
		bool first = mark(plan, node, sid);
		for (size_t i = 0; first && i < sid->segment_count; i++)
			meet(plan, &sid->segments[i]);
		if (!sid_shift(sid, &at, &next)) /* ends, since every shift shortens the argument */
			return;
		at = next;
		node = address_owner(plan, &at);
		sid = node == NOT_FOUND ? NULL : node_sid(&plan->topology->nodes[node], &at);
	}
}

static void meet_differences(struct plan *plan)
{
	for (size_t d = 0; d < plan->traffic.differ_count; d++) {
		const struct difference *difference = &plan->traffic.differ[d];
		for (size_t s = 0; s < difference->count; s++)
			for (size_t a = 0; a < difference->settings[s].address_count; a++)
				meet(plan, &difference->settings[s].addresses[a]);
	}
}

static bool has_policies(const struct plan *plan)
{
	for (size_t i = 0; i < plan->policy_count; i++)
		if (plan->policies[i].given)
			return true;
	return false;
}

static bool has_vrfs(const struct plan *plan)
{
	return topology_places(plan->topology) > plan->topology->node_count;
}

static void need_vrf(struct plan *plan, size_t node, const char *table)
{
	const size_t line = vrf_line(plan, node, table);

	if (line)
		plan->needed[line - 1] = true;
}

static void need_vrf_of(struct plan *plan, size_t interface)
{
	need_vrf(plan, plan->topology->interfaces[interface].node, interface_table(plan->topology, interface));
}

/* Policies and VRFs of nodes on the way of the cell's packets, and their SIDs. */
static void meet_policies(struct plan *plan)
{
	struct routes routes = has_policies(plan) || has_vrfs(plan) ? routes_of_cell(plan) : (struct routes){ 0 };

	for (size_t i = 0; i < routes.count; i++) {
		need_vrf_of(plan, routes.entries[i].in);
		need_vrf_of(plan, routes.entries[i].out);
	}

	for (size_t p = 0; p < routes.pushed_count; p++)
		for (size_t i = 0; i < plan->policy_count; i++) {
			const struct plan_policy *policy = &plan->policies[i];
			if (policy->given != routes.pushed[p].policy || policy->node != routes.pushed[p].node)
				continue;
			plan->needed[policy->line - 1] = true;
			need_vrf(plan, policy->node, policy->table);
			for (size_t s = 0; s < policy->count; s++)
				meet(plan, &policy->list[s]);
		}
	routes_clear(&routes);
}

void needed_make(struct plan *plan)
{
	const struct segment_list *list = &plan->traffic.segments[plan->traffic.mode];

	plan->needed = zalloc(plan->lab.count * sizeof *plan->needed);
	meet(plan, &plan->traffic.to);
	for (size_t i = 0; mode_kind(plan->traffic.mode)->leads && i < list->count; i++)
		meet(plan, &list->segments[i]);
	meet_differences(plan);
	meet_policies(plan);
}
