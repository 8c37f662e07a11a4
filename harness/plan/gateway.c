/* Next hops of the routes of a file: over which link each lies, and the lines of these routes. */
#include <string.h>

#include "plan_internal.h"

/* By its link-local address, or the other one. */
static bool port_has(const struct plan *plan, size_t interface, const struct address *address)
{
	const struct address local = address_link_local(plan, interface);

	return address_same(&local, address) || address_same(port_address(plan, interface, address->family), address);
}

bool gateway_crossing(struct crossing *ret, const struct plan *plan, size_t node, const char *table,
                      const struct gateway *gateway)
{
	const struct topology *topology = plan->topology;
	const size_t neighbour = topology_node(topology, gateway->via);
	struct address address = { 0 };

	if (neighbour != NOT_FOUND && !gateway->oif)
		return table_crossing(ret, topology, node, table, neighbour);
	if (neighbour == NOT_FOUND && !address_parse(&address, AF_UNSPEC, gateway->via))
		return false;
	FOR_EACH_INTERFACE (out, topology, node) {
		if (gateway->oif && strcmp(interface_name(plan, out), gateway->oif) != 0)
			continue;
		FOR_EACH_OTHER (in, topology, out)
			if (neighbour == NOT_FOUND ? port_has(plan, in, &address)
			                           : topology->interfaces[in].node == neighbour) {
				*ret = (struct crossing){ out, in };
				return true;
			}
	}
	return false;
}

struct command *via_line(struct plan *plan, size_t n, const char *verb, const struct prefix *to, struct crossing over,
                         const char *table)
{
	char prefix[PREFIX_TEXT_SIZE], via[ADDRESS_TEXT_SIZE];
	const char *device = interface_name(plan, over.out);
	owned_text where = table_words(table);

	prefix_text(to, prefix);
	const struct address next = port_gateway(plan, over.in, to->address.family);
	address_text(&next, via);
	struct command *line = LAB(n, TOOL_IP, "route %s %s via %s dev %s%s", verb, prefix, via, device, where);
	route_facts(line_leaves(line, n, THING_ROUTE, text_format("%s%s", prefix, where)), via, device);
	return line;
}

/* Says who is at the other end of its interface. */
static int no_way(const struct plan *plan, size_t n, const struct gateway *gateway, int family, struct error *err)
{
	const char *node = plan->topology->nodes[n].name;
	const size_t out = gateway->oif ? topology_interface(plan->topology, n, gateway->oif) : NOT_FOUND;
	const size_t other = out == NOT_FOUND ? NOT_FOUND : link_other(plan->topology, out, NOT_FOUND);
	char text[ADDRESS_TEXT_SIZE];

	if (other == NOT_FOUND)
		return fail_at(err, gateway->where, "%s has no link to '%s'", node, gateway->via);
	const struct address address = address_parse(&(struct address){ 0 }, AF_INET6, gateway->via)
	                                       ? address_link_local(plan, other)
	                                       : port_gateway(plan, other, family);
	return fail_at(err, gateway->where, "%s.%s does not lead to '%s'; at the other end is %s, %s", node,
	               gateway->oif, gateway->via, plan->topology->nodes[plan->topology->interfaces[other].node].name,
	               address_text(&address, text));
}

/* A route with several next hops, of which the kernel takes one for each flow. */
static int several_line(struct plan *plan, size_t n, const struct route *route, struct error *err)
{
	owned_text where = table_words(route->table);
	char text[PREFIX_TEXT_SIZE];
	struct command *line = LAB(n, TOOL_IP, "route add %s%s", prefix_text(&route->to, text), where);
	struct facts *facts = line_leaves(line, n, THING_ROUTE, text_format("%s%s", text, where));

	facts_add(facts, "type", "unicast");
	line->option = "IP_ROUTE_MULTIPATH";
	for (size_t i = 0; i < route->gateway_count; i++) {
		const struct gateway *gateway = &route->gateways[i];
		struct crossing over;
		if (!gateway_crossing(&over, plan, n, route->table, gateway))
			return no_way(plan, n, gateway, route->to.address.family, err);
		const struct address next = port_gateway(plan, over.in, route->to.address.family);
		owned_text hop = text_format("%s dev %s weight %ld", address_text(&next, text),
		                             interface_name(plan, over.out), gateway->weight);
		text_append(&line->text, " nexthop via %s", hop);
		facts_add(facts, "nexthop", "%s", hop);
	}
	return 0;
}

int gateway_lines(struct plan *plan, size_t n, const struct route *route, struct error *err)
{
	struct crossing over;

	if (route->gateway_count > 1)
		return several_line(plan, n, route, err);
	if (!gateway_crossing(&over, plan, n, route->table, &route->gateways[0]))
		return no_way(plan, n, &route->gateways[0], route->to.address.family, err);
	via_line(plan, n, "add", &route->to, over, route->table);
	return 0;
}
