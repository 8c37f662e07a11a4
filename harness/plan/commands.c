/* The lines of a plan: commands that build the lab, node by node, and those that set it up for the cell. */
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "nic.h"
#include "plan_internal.h"

/* A port of a link as its kind's lines need it. */
struct port_words {
	char *mac, lent[NAME_SIZE];
};

static struct port_plan port_of(const struct plan *plan, size_t i, struct port_words *words)
{
	const struct topology *topology = plan->topology;
	const struct interface *interface = &topology->interfaces[i];

	words->mac = mac_text(plan, i);
	return (struct port_plan){
		.node = interface->node,
		.node_name = topology->nodes[interface->node].name,
		.name = interface->name,
		.mac = words->mac,
		.lent = port_kind(topology, i)->lent ? nic_name(words->lent, nic_end(topology, i)) : NULL,
		.ifindex = plan->interfaces[i].ifindex,
		.mtu = interface->mtu,
		.model = interface->model,
	};
}

static void link_lines(struct plan *plan, const struct link *link)
{
	if (!link_kind(link)->make)
		return;
	struct port_words *words = zalloc(link->count * sizeof *words);
	struct port_plan *ports = zalloc(link->count * sizeof *ports);
	for (size_t i = 0; i < link->count; i++)
		ports[i] = port_of(plan, link->first + i, &words[i]);
	link_kind(link)->make(&plan->lab, ports, link->count);
	for (size_t i = 0; i < link->count; i++)
		free(words[i].mac);
	free(words);
	free(ports);
}

static void port_lines(struct plan *plan, size_t i)
{
	struct port_words words;
	const struct port_plan port = port_of(plan, i, &words);

	if (port_kind(plan->topology, i)->port)
		port_kind(plan->topology, i)->port(&plan->lab, &port);
	free(words.mac);
}

/* A new namespace may have the machine's values (net.core.devconf_inherit_init_net). Packets may come by another way
 * than answers go, so that reverse path filters would drop them; of a filter's values the greater counts. */
static void ipv4_sysctl_lines(struct plan *plan, size_t n)
{
	sysctl_line(&plan->lab, n, NULL, "net.ipv4.conf.all.rp_filter", 0);
	FOR_EACH_INTERFACE (i, plan->topology, n) {
		owned_text name = text_format("net.ipv4.conf.%s.rp_filter", interface_name(plan, i));
		sysctl_line(&plan->lab, n, NULL, name, 0);
	}
	/* A node that does not forward counts what a blackhole takes. */
	const bool blackholes = n == plan->from && case_crafts(plan->testcase);
	sysctl_line(&plan->lab, n, NULL, "net.ipv4.conf.all.forwarding", plan_forwards(plan, n) || blackholes);
	/* The mask and not the limit: a limit of 0 takes away what ip_error() may send of its own. */
	sysctl_line(&plan->lab, n, NULL, "net.ipv4.icmp_ratemask", 0);
}

static void sysctl_lines(struct plan *plan, size_t n)
{
	const struct topology *topology = plan->topology;

	/* No metrics from earlier connections, so that no cell depends on the one before it, and no tail loss probes:
	 * they retransmit on a timer, so that what is captured after a loss would depend on time. Before 4.15 both
	 * sysctls are global; in a guest init_tcp() has set them. */
	sysctl_line(&plan->lab, n, NULL, "-e net.ipv4.tcp_no_metrics_save", 1);
	sysctl_line(&plan->lab, n, NULL, "-e net.ipv4.tcp_early_retrans", 0);
	seg6_lines(&plan->lab, n, &plan->topology->nodes[n], "all", plan->topology->nodes[n].seg6_enabled);
	FOR_EACH_INTERFACE (i, topology, n) {
		seg6_lines(&plan->lab, n, &plan->topology->nodes[n], topology->interfaces[i].name,
		           seg6_is_enabled(topology, i));
	}
	/* Each loss has its ICMPv6 error, however many the cells before it had. */
	sysctl_line(&plan->lab, n, NULL, "net.ipv6.icmp.ratelimit", 0);
	const struct node *node = &topology->nodes[n];
	char source[ADDRESS_TEXT_SIZE];
	if (node->seg6_flowlabel)
		sysctl_line(&plan->lab, n, "IPV6", "net.ipv6.seg6_flowlabel", node->seg6_flowlabel);
	if (node->tunsrc.family) {
		struct command *line = LAB(n, TOOL_IP, "sr tunsrc set %s", address_text(&node->tunsrc, source));
		line_leaves(line, n, THING_TUNSRC, text_copy(source));
		line->option = "IPV6_SEG6_LWTUNNEL";
		line->direct = true;
	}
	if (node->seg6_hmac_key) {
		int key = node->seg6_hmac_key;
		struct command *line = LAB(n, TOOL_IP, "sr hmac set %d sha256", key);
		facts_add(line_leaves(line, n, THING_HMAC_KEY, text_format("%d", key)), "algorithm", "sha256");
		line->option = "IPV6_SEG6_HMAC";
		line->direct = true;
	}
	if (plan_forwards(plan, n))
		sysctl_line(&plan->lab, n, NULL, "net.ipv6.conf.all.forwarding", 1);
	if (plan->ipv4)
		ipv4_sysctl_lines(plan, n);
}

static void address_line(struct plan *plan, size_t node, const struct prefix *address, const char *device)
{
	char text[PREFIX_TEXT_SIZE];
	const bool ipv4 = address->address.family == AF_INET; /* which has no duplicate address detection */
	struct command *line =
	        LAB(node, TOOL_IP, "addr add %s dev %s%s", prefix_text(address, text), device, ipv4 ? "" : " nodad");
	struct facts *facts = line_leaves(line, node, THING_ADDRESS, text_copy(text));

	facts_add(facts, "dev", "%s", device);
	if (!ipv4)
		facts_add(facts, "nodad", "yes");
}

/* An interface's address of a family, and those of the others on its link. */
static void family_lines(struct plan *plan, size_t i, int family)
{
	char address[ADDRESS_TEXT_SIZE];
	const size_t node = plan->topology->interfaces[i].node;
	const char *name = interface_name(plan, i);
	const struct prefix prefix = link_prefix(link_of(plan, i), port_address(plan, i, family));

	if (!prefix.address.family)
		return;
	address_line(plan, node, &prefix, name);
	FOR_EACH_OTHER (other, plan->topology, i) {
		owned_text mac = mac_text(plan, other);
		neighbour_line(&plan->lab, node, address_text(port_address(plan, other, family), address), mac, name);
	}
}

/* Of a link that has no other addresses of IPv6. */
static void link_local_lines(struct plan *plan, size_t i)
{
	const size_t node = plan->topology->interfaces[i].node;
	const char *name = interface_name(plan, i);
	struct address address = address_link_local(plan, i);
	const struct prefix prefix = { address, 64 };
	char text[ADDRESS_TEXT_SIZE];

	owned_text solicitations = text_format("net.ipv6.conf.%s.router_solicitations", name);
	sysctl_line(&plan->lab, node, NULL, solicitations, 0);
	address_line(plan, node, &prefix, name);
	FOR_EACH_OTHER (other, plan->topology, i) {
		owned_text mac = mac_text(plan, other);
		address = address_link_local(plan, other);
		neighbour_line(&plan->lab, node, address_text(&address, text), mac, name);
	}
}

/* Interfaces that send nothing by themselves: no link-local address, no multicast, no neighbour discovery. What they
 * sent would be in the captures. */
static void interface_lines(struct plan *plan, size_t i)
{
	const size_t node = plan->topology->interfaces[i].node;
	const bool link_local = link_of(plan, i)->link_local;

	if (link_local) /* before it is up: a request with both is carried out in the other order */
		LAB(node, TOOL_IP, "link set dev %s addrgenmode none", interface_name(plan, i));
	quiet_line(&plan->lab, node, interface_name(plan, i));
	if (link_local)
		link_local_lines(plan, i);
	family_lines(plan, i, AF_INET6);
	family_lines(plan, i, AF_INET);
}

/* The route into the tunnel has no gateway. `route replace` does not replace one that has a gateway by one without: the
 * kernel would have both. */
static bool is_tunnelled(const struct plan *plan, const struct next_hop *entry)
{
	return plan_tunnel_end(plan) && !traffic_is_crafted(&plan->traffic) && entry->node == plan->headend &&
	       address_same(&entry->to, &plan->traffic.to);
}

static bool node_has_vrf(const struct node *node, const char *table)
{
	for (size_t i = 0; i < node->sid_count; i++)
		if (node->sids[i].vrftable && strcmp(table_number(node->sids[i].vrftable), table) == 0)
			return true;
	return node_vrf_of(node, table);
}

/* A route that leads nowhere. */
static void nowhere_line(struct plan *plan, size_t n, const struct route *route)
{
	const char *type = word_of(route_type_words, (int)route->type);
	owned_text where = table_words(route->table);
	char to[PREFIX_TEXT_SIZE];
	struct command *line = LAB(n, TOOL_IP, "route add %s %s%s", type, prefix_text(&route->to, to), where);

	facts_add(line_leaves(line, n, THING_ROUTE, text_format("%s%s", to, where)), "type", "%s", type);
}

/* Those to the node itself come with their VRF (sids.c). */
static int given_line(struct plan *plan, size_t n, const struct route *route, struct error *err)
{
	const struct node *node = &plan->topology->nodes[n];

	if (route_is_own(node, route))
		return node_has_vrf(node, route->table)
		               ? 0
		               : fail_at(err, route->where,
		                         "%s has no VRF with table %s, and no SID with `vrftable: %s`", node->name,
		                         route->table, route->table);
	if (!route->gateway_count)
		nowhere_line(plan, n, route);
	else if (gateway_lines(plan, n, route, err) < 0)
		return -1;
	if (route->table) {
		struct command *line = &plan->lab.commands[plan->lab.count - 1];
		line->option = "IPV6_MULTIPLE_TABLES";
		line->dispensable = true;
		line->after = vrf_line(plan, n, route->table);
	}
	return 0;
}

static int route_lines(struct plan *plan, size_t n, const struct routes *routes, struct error *err)
{
	const struct node *node = &plan->topology->nodes[n];

	for (size_t i = 0; i < node->route_count; i++)
		if (given_line(plan, n, &node->routes[i], err) < 0)
			return -1;
	for (size_t i = 0; i < routes->count; i++) {
		const struct next_hop *entry = &routes->entries[i];
		if (entry->node != n || entry->connected || entry->replaced || is_tunnelled(plan, entry))
			continue;
		const struct prefix to = prefix_of(&entry->to);
		via_line(plan, n, "replace", &to, (struct crossing){ entry->out, entry->in }, entry->table);
		line_depends(plan, vrf_line(plan, n, entry->table));
	}
	return 0;
}

static int node_lines(struct plan *plan, size_t n, const struct routes *routes, struct error *err)
{
	const struct topology *topology = plan->topology;
	const struct node *node = &topology->nodes[n];

	facts_add(line_leaves(LAB(n, TOOL_IP, "link set dev lo up"), n, THING_LINK, text_copy("lo")), "up", "yes");
	FOR_EACH_INTERFACE (i, topology, n)
		port_lines(plan, i);
	node_vrf_lines(plan, n);
	for (size_t i = 0; i < node->address_count; i++) {
		const struct prefix alone = prefix_of(&node->addresses[i]);
		address_line(plan, n, &alone, "lo");
	}
	FOR_EACH_INTERFACE (i, topology, n)
		interface_lines(plan, i);
	/* Drops answers to crafted packets silently, so that no RST resets the connection. */
	if (n == plan->from && case_crafts(plan->testcase))
		for (const int *family = plan_families(plan); *family; family++)
			blackhole_line(&plan->lab, n, crafted_source(*family));
	if (route_lines(plan, n, routes, err) < 0)
		return -1;
	policy_lines(plan, n);
	rule_lines(plan, n);
	if (sid_lines(plan, n, routes, err) < 0)
		return -1;
	tunnel_lines(plan, n);
	sysctl_lines(plan, n);
	return 0;
}

static void traffic_line(struct plan *plan, size_t headend, const struct next_hop *entry,
                         const struct plan_policy *pushed)
{
	const char *device = interface_name(plan, entry->out);
	const struct prefix prefix = prefix_of(&entry->to);
	char to[PREFIX_TEXT_SIZE], via[ADDRESS_TEXT_SIZE];
	struct command *line = PUSH(plan->cell_commands, plan->cell_command_count);

	prefix_text(&prefix, to);
	const struct address next = port_gateway(plan, entry->in, entry->to.family);
	address_text(&next, via);
	*line = (struct command){ .node = headend, .tool = TOOL_IP };
	struct facts *facts = line_leaves(line, headend, THING_ROUTE, text_copy(to));
	text_append(&line->text, "route replace %s", to);
	if (pushed && plan_tunnel_end(plan)) {
		route_facts(facts, NULL, device_ip6tnl.name);
		text_append(&line->text, " dev %s", device_ip6tnl.name);
		return;
	}
	route_facts(facts, via, device);
	if (pushed)
		policy_words(line, facts, pushed);
	text_append(&line->text, " via %s dev %s", via, device);
}

/* What a flow's segments push at its headend; NULL: they do not lead there. */
static const struct plan_policy *flows_policy(const struct plan *plan, const struct plan_flow *flow)
{
	const struct traffic *traffic = &flow->traffic;
	const struct prefix to = prefix_of(&traffic->to);

	for (size_t i = 0; i < plan->policy_count; i++) {
		const struct plan_policy *policy = &plan->policies[i];
		if (!policy->given && policy->node == flow->headend && prefix_same(&policy->to, &to) &&
		    policy->mode == traffic->mode && policy->list == traffic->segments[traffic->mode].segments)
			return policy;
	}
	return NULL;
}

/* Crafted packets need no route of their own where another flow, which runs at once, has one. */
static bool leaves_without(const struct plan *plan, size_t index)
{
	const struct plan_flow *flow = &plan->flows[index];
	bool pushed = false;

	for (size_t i = 0; i < plan->flow_count; i++)
		pushed |= plan->flows[i].headend == flow->headend && traffic_pushes(&plan->flows[i].traffic) &&
		          address_same(&plan->flows[i].traffic.to, &flow->traffic.to);
	return traffic_is_crafted(&flow->traffic) && pushed;
}

/* Flows that run at once and are alike have one line. */
static void drop_twin(struct plan *plan)
{
	struct command *last = &plan->cell_commands[plan->cell_command_count - 1];

	for (const struct command *line = plan->cell_commands; line < last; line++)
		if (line->node == last->node && strcmp(line->text, last->text) == 0) {
			command_clear(last);
			plan->cell_command_count--;
			return;
		}
}

/* The only routes that differ between the cells of a lab: with the segments of the mode, or without. */
static int traffic_route(struct plan *plan, size_t index, struct error *err)
{
	const struct plan_flow *flow = &plan->flows[index];
	const struct traffic *traffic = &flow->traffic;
	const struct segment_list *list = &traffic->segments[traffic->mode];
	char to[ADDRESS_TEXT_SIZE];
	const struct next_hop *entry = plan_next_hop(plan, flow->headend, &traffic->to);
	const bool pushes = traffic_pushes(traffic);
	if (pushes && !list->count)
		return fail_at(err, cell_place(plan, "mode"), "mode %s has no segments; give `segments`",
		               word_of(mode_words, traffic->mode));
	if (pushes && !entry)
		return fail_at(err, cell_place(plan, traffic->headend ? "headend" : "to"),
		               "headend %s is not on the path from %s to %s", plan->topology->nodes[flow->headend].name,
		               traffic->from, address_text(&traffic->to, to));
	if (!entry || (!pushes && entry->replaced) || leaves_without(plan, index))
		return 0;
	traffic_line(plan, flow->headend, entry, pushes ? flows_policy(plan, flow) : NULL);
	drop_twin(plan);
	return 0;
}

static void offload_lines(struct plan *plan)
{
	for (size_t i = 0; i < INTERFACES(plan->topology); i++)
		for (int offload = 0; offload < OFFLOADS; offload++)
			if (plan->offloads[i][offload] >= 0)
				*PUSH(plan->cell_commands, plan->cell_command_count) = (struct command){
					.node = plan->topology->interfaces[i].node,
					.tool = TOOL_ETHTOOL,
					.text = text_format("-K %s %s %s", interface_name(plan, i),
					                    word_of(offload_words, offload),
					                    plan->offloads[i][offload] ? "on" : "off")
				};
}

int commands_make(struct plan *plan, const struct routes *routes, struct error *err)
{
	const struct topology *topology = plan->topology;

	/* Lent ports last, after those whose indices are given: the kernel gives them another ifindex if theirs is in
	 * use. */
	for (int lent = 0; lent < 2; lent++)
		for (size_t link = 0; link < topology->link_count; link++)
			if (link_kind(&topology->links[link])->lent == lent)
				link_lines(plan, &topology->links[link]);
	for (size_t n = 0; n < topology->node_count; n++)
		if (node_lines(plan, n, routes, err) < 0)
			return -1;
	for (size_t i = 0; i < plan->flow_count; i++)
		if (traffic_route(plan, i, err) < 0)
			return -1;
	offload_lines(plan);
	return 0;
}
