/* The plan's lines: what a person would type to make the lab, node by node, and to turn it into the cell's. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "behaviour.h"
#include "nic.h"
#include "plan_internal.h"

const struct word tool_words[] = {
	{ "ip", TOOL_IP, NULL }, { "ethtool", TOOL_ETHTOOL, NULL }, { "sysctl", TOOL_SYSCTL, NULL }, { NULL, 0, NULL }
};

static void lab_line(struct plan *plan, size_t node, enum tool tool, char *text)
{
	*PUSH(plan->lab, plan->lab_count) = (struct command){ node, tool, text };
}

#define LAB(node, tool, ...) lab_line(plan, (node), (tool), text_format(__VA_ARGS__))

static const char *interface_name(const struct plan *plan, size_t interface)
{
	return plan->topology->interfaces[interface].name;
}

static char *mac_text(const struct plan *plan, size_t interface)
{
	const uint8_t *m = plan->interfaces[interface].mac;

	return text_format("%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
}

/* Both ends are made in their namespaces at once: nothing ever stands where the command runs. */
static void veth_line(struct plan *plan, size_t left)
{
	const struct topology *topology = plan->topology;
	char *text = text_copy("link add");

	for (size_t i = left; i <= PEER(left); i++) {
		const struct interface *interface = &topology->interfaces[i];
		owned_text mac = mac_text(plan, i);
		text_append(&text, "%s name %s index %u address %s mtu %u netns %s%s", i == left ? "" : " peer",
		            interface->name, plan->interfaces[i].ifindex, mac, interface->mtu,
		            topology->nodes[interface->node].name, i == left ? " type veth" : "");
	}
	lab_line(plan, NOT_FOUND, TOOL_IP, text);
}

static void tap_lines(struct plan *plan, size_t i)
{
	const struct interface *interface = &plan->topology->interfaces[i];
	owned_text mac = mac_text(plan, i);

	LAB(interface->node, TOOL_IP, "tuntap add dev %s mode tap vnet_hdr", interface->name);
	LAB(interface->node, TOOL_IP, "link set dev %s address %s mtu %u", interface->name, mac, interface->mtu);
}

/* From the guest's own namespace, where it has this name, to its node. */
static void nic_line(struct plan *plan, size_t i)
{
	const struct interface *interface = &plan->topology->interfaces[i];
	char name[NAME_SIZE];

	LAB(MACHINE, TOOL_IP, "link set dev %s netns %s name %s", nic_name(name, nic_end(plan->topology, i)),
	    plan->topology->nodes[interface->node].name, interface->name);
}

/* In its node. Where large receive offload is on, as vmxnet3 has it at first, GRO is not run. */
static void nic_lines(struct plan *plan, size_t i)
{
	const struct interface *interface = &plan->topology->interfaces[i];

	LAB(interface->node, TOOL_IP, "link set dev %s mtu %u", interface->name, interface->mtu);
	LAB(interface->node, TOOL_ETHTOOL, "-K %s lro off", interface->name);
}

static void sysctl_lines(struct plan *plan, size_t n)
{
	const struct topology *topology = plan->topology;
	const struct node *node = &topology->nodes[n];
	size_t links = 0;

	/* No memory of earlier connections, and no loss probe, whose timer would decide what is seen behind a loss.
	 * Both are of the whole machine, and not here, before 4.15. */
	LAB(n, TOOL_SYSCTL, "-e net.ipv4.tcp_no_metrics_save=1");
	LAB(n, TOOL_SYSCTL, "-e net.ipv4.tcp_early_retrans=0");
	LAB(n, TOOL_SYSCTL, "net.ipv6.conf.all.seg6_enabled=%d", node->seg6_enabled);
	if (node->seg6_require_hmac)
		LAB(n, TOOL_SYSCTL, "net.ipv6.conf.all.seg6_require_hmac=%d", node->seg6_require_hmac);
	for (size_t i = 0; i < INTERFACES(topology); i++) {
		const char *name = topology->interfaces[i].name;
		if (topology->interfaces[i].node != n)
			continue;
		links++;
		LAB(n, TOOL_SYSCTL, "net.ipv6.conf.%s.seg6_enabled=%d", name, node->seg6_enabled);
		if (node->seg6_require_hmac)
			LAB(n, TOOL_SYSCTL, "net.ipv6.conf.%s.seg6_require_hmac=%d", name, node->seg6_require_hmac);
	}
	if (links > 1 || node->sid_count)
		LAB(n, TOOL_SYSCTL, "net.ipv6.conf.all.forwarding=1");
}

/* Quiet interfaces: no link-local address, no multicast, no neighbour discovery. */
static void interface_lines(struct plan *plan, size_t i)
{
	char address[INET6_ADDRSTRLEN], peer[INET6_ADDRSTRLEN];
	size_t node = plan->topology->interfaces[i].node;
	const char *name = interface_name(plan, i);
	owned_text mac = mac_text(plan, PEER(i));

	LAB(node, TOOL_IP, "link set dev %s addrgenmode none multicast off up", name);
	LAB(node, TOOL_IP, "addr add %s/64 dev %s nodad", address_text(&plan->interfaces[i].address, address), name);
	LAB(node, TOOL_IP, "neigh add %s lladdr %s nud permanent dev %s",
	    address_text(&plan->interfaces[PEER(i)].address, peer), mac, name);
}

static size_t first_interface(const struct plan *plan, size_t node)
{
	size_t i = 0;

	while (i < INTERFACES(plan->topology) && plan->topology->interfaces[i].node != node)
		i++;
	return i;
}

/* nh6 as an address: a neighbour's name stands for its end of the link between the two. */
static int next_hop_text(const struct plan *plan, size_t node, const struct sid *sid, char text[INET6_ADDRSTRLEN],
                         struct error *err)
{
	struct in6_addr address;

	if (!sid->nh6 || inet_pton(AF_INET6, sid->nh6, &address) == 1) {
		strcpy(text, sid->nh6 ? sid->nh6 : "");
		return 0;
	}
	size_t neighbour = topology_node(plan->topology, sid->nh6);
	size_t interface = neighbour == NOT_FOUND ? NOT_FOUND : interface_towards(plan->topology, node, neighbour);
	if (interface == NOT_FOUND)
		return fail_at(err, sid->where, "nh6: %s has no link to '%s'", plan->topology->nodes[node].name,
		               sid->nh6);
	address_text(&plan->interfaces[PEER(interface)].address, text);
	return 0;
}

static int sid_line(struct plan *plan, size_t node, const struct sid *sid, struct error *err)
{
	const struct behaviour *behaviour = behaviour_table[sid->behaviour];
	char next_hop[INET6_ADDRSTRLEN], address[INET6_ADDRSTRLEN];

	if (next_hop_text(plan, node, sid, next_hop, err) < 0)
		return -1;
	char *text = text_format("route add %s/%u encap seg6local action %s", address_text(&sid->address, address),
	                         128 - sid->argument, behaviour->word);
	behaviour->encode(&text, sid, next_hop);
	text_append(&text, " dev %s", interface_name(plan, first_interface(plan, node)));
	lab_line(plan, node, TOOL_IP, text);
	return 0;
}

static const struct plan_service *service_of(const struct plan *plan, size_t node)
{
	for (size_t i = 0; i < plan->service_count; i++)
		if (plan->services[i].node == node)
			return &plan->services[i];
	return NULL;
}

/* The kernel must not forward a service's packets too: they end here for it, or go to the service's own device. */
static void service_lines(struct plan *plan, const struct plan_service *service)
{
	char sid[INET6_ADDRSTRLEN];

	address_text(&service->sid, sid);
	if (service->kind == SERVICE_PACKET) {
		LAB(service->node, TOOL_IP, "route add blackhole %s/128", sid);
		return;
	}
	LAB(service->node, TOOL_IP, "tuntap add dev %s mode tun", SERVICE_DEVICE);
	LAB(service->node, TOOL_IP, "link set dev %s addrgenmode none multicast off up", SERVICE_DEVICE);
	LAB(service->node, TOOL_IP, "route add %s/128 dev %s", sid, SERVICE_DEVICE);
}

/* Labs have no link-local addresses; a next hop that is one is reached over the interface that the SID names. */
static void link_local_lines(struct plan *plan, size_t n, size_t interface)
{
	const struct node *node = &plan->topology->nodes[n];
	const char *name = interface_name(plan, interface);
	const struct in6_addr peer = address_link_local(plan, PEER(interface));
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;
	bool wanted = false;

	for (size_t i = 0; i < node->sid_count; i++)
		wanted |= node->sids[i].oif && strcmp(node->sids[i].oif, name) == 0 && node->sids[i].nh6 &&
		          inet_pton(AF_INET6, node->sids[i].nh6, &address) == 1 && IN6_IS_ADDR_LINKLOCAL(&address);
	if (!wanted)
		return;
	owned_text mac = mac_text(plan, PEER(interface));
	LAB(n, TOOL_IP, "route append fe80::/64 dev %s", name); /* append: each interface has one */
	LAB(n, TOOL_IP, "neigh add %s lladdr %s nud permanent dev %s", address_text(&peer, text), mac, name);
}

static int sid_lines(struct plan *plan, size_t n, struct error *err)
{
	const struct node *node = &plan->topology->nodes[n];
	const struct plan_service *service = service_of(plan, n);

	for (size_t i = 0; i < INTERFACES(plan->topology); i++)
		if (plan->topology->interfaces[i].node == n)
			link_local_lines(plan, n, i);
	for (size_t i = 0; i < node->sid_count; i++)
		if (!service || !address_same(&service->sid, &node->sids[i].address))
			if (sid_line(plan, n, &node->sids[i], err) < 0)
				return -1;
	if (service)
		service_lines(plan, service);
	return 0;
}

static int route_lines(struct plan *plan, size_t n, const struct routes *routes, struct error *err)
{
	const struct node *node = &plan->topology->nodes[n];
	char to[INET6_ADDRSTRLEN], via[INET6_ADDRSTRLEN];

	for (size_t i = 0; i < node->route_count; i++) {
		const struct route *route = &node->routes[i];
		size_t out = interface_towards(plan->topology, n, topology_node(plan->topology, route->via));
		if (out == NOT_FOUND)
			return fail_at(err, route->where, "%s has no link to '%s'", node->name, route->via);
		LAB(n, TOOL_IP, "route add %s/%u via %s dev %s", address_text(&route->to.address, to), route->to.length,
		    address_text(&plan->interfaces[PEER(out)].address, via), interface_name(plan, out));
	}
	for (size_t i = 0; i < routes->count; i++) {
		const struct route_entry *entry = &routes->entries[i];
		if (entry->node != n || entry->connected)
			continue;
		LAB(n, TOOL_IP, "route replace %s/128 via %s dev %s", address_text(&entry->to, to),
		    address_text(&plan->interfaces[PEER(entry->interface)].address, via),
		    interface_name(plan, entry->interface));
	}
	return 0;
}

static int node_lines(struct plan *plan, size_t n, const struct routes *routes, struct error *err)
{
	const struct topology *topology = plan->topology;
	const struct node *node = &topology->nodes[n];
	char text[INET6_ADDRSTRLEN];

	LAB(n, TOOL_IP, "link set dev lo up");
	for (size_t i = 0; i < INTERFACES(topology); i++) {
		if (topology->interfaces[i].node != n)
			continue;
		if (topology->links[i / 2].kind == LINK_NIC_MODEL)
			tap_lines(plan, i);
		else if (topology->links[i / 2].kind == LINK_NIC)
			nic_lines(plan, i);
	}
	for (size_t i = 0; i < node->address_count; i++)
		LAB(n, TOOL_IP, "addr add %s/128 dev lo nodad", address_text(&node->addresses[i], text));
	for (size_t i = 0; i < INTERFACES(topology); i++)
		if (topology->interfaces[i].node == n)
			interface_lines(plan, i);
	if (n == plan->from) /* answers to crafted packets end here, silently: nobody must reset the connection */
		LAB(n, TOOL_IP, "route add blackhole %s/128", address_text(&crafted_source, text));
	if (route_lines(plan, n, routes, err) < 0 || sid_lines(plan, n, err) < 0)
		return -1;
	sysctl_lines(plan, n);
	return 0;
}

/* The one route that differs between the cells of a lab: with the mode's segments, or without. */
static int traffic_route(struct plan *plan, const struct routes *routes, struct error *err)
{
	const struct traffic *traffic = &plan->traffic;
	const struct segment_list *list = &traffic->segments[traffic->mode];
	char to[INET6_ADDRSTRLEN], via[INET6_ADDRSTRLEN], segment[INET6_ADDRSTRLEN];
	const struct route_entry *entry = NULL;

	for (size_t i = 0; i < routes->count; i++)
		if (routes->entries[i].node == plan->headend && address_same(&routes->entries[i].to, &traffic->to))
			entry = &routes->entries[i];
	bool pushes = traffic->mode != MODE_PLAIN && traffic->tcp == TCP_KERNEL;
	if (pushes && !list->count)
		return fail(err, "case %s: mode %s has no segments; give `segments`", plan->testcase->name,
		            word_of(mode_words, traffic->mode));
	if (pushes && !entry)
		return fail(err, "case %s: headend %s does not lie on the way from %s to %s", plan->testcase->name,
		            plan->topology->nodes[plan->headend].name, plan->topology->nodes[plan->from].name,
		            address_text(&traffic->to, to));
	if (!entry)
		return 0;
	char *text = text_format("route replace %s/128", address_text(&traffic->to, to));
	if (pushes) {
		text_append(&text, " encap seg6 mode %s segs ", word_of(mode_words, traffic->mode));
		for (size_t i = 0; i < list->count; i++)
			text_append(&text, "%s%s", i ? "," : "", address_text(&list->segments[i], segment));
	}
	text_append(&text, " via %s dev %s", address_text(&plan->interfaces[PEER(entry->interface)].address, via),
	            interface_name(plan, entry->interface));
	*PUSH(plan->cell_commands, plan->cell_command_count) = (struct command){ plan->headend, TOOL_IP, text };
	return 0;
}

static void offload_lines(struct plan *plan)
{
	for (size_t i = 0; i < INTERFACES(plan->topology); i++)
		for (int offload = 0; offload < OFFLOADS; offload++)
			if (plan->offloads[i][offload] >= 0)
				*PUSH(plan->cell_commands, plan->cell_command_count) =
				        (struct command){ plan->topology->interfaces[i].node, TOOL_ETHTOOL,
					                  text_format("-K %s %s %s", interface_name(plan, i),
					                              word_of(offload_words, offload),
					                              plan->offloads[i][offload] ? "on" : "off") };
}

int commands_make(struct plan *plan, const struct routes *routes, struct error *err)
{
	const struct topology *topology = plan->topology;

	for (size_t link = 0; link < topology->link_count; link++)
		if (topology->links[link].kind == LINK_VETH)
			veth_line(plan, 2 * link);
	/* After those, whose indices are given: a NIC takes another one where its own is taken. */
	for (size_t i = 0; i < INTERFACES(topology); i++)
		if (topology->links[i / 2].kind == LINK_NIC)
			nic_line(plan, i);
	for (size_t n = 0; n < topology->node_count; n++)
		if (node_lines(plan, n, routes, err) < 0)
			return -1;
	if (traffic_route(plan, routes, err) < 0)
		return -1;
	offload_lines(plan);
	return 0;
}
