/* The addresses of a lab's interfaces, and which node has an address. */
#include <string.h>

#include "device.h"
#include "nic.h"
#include "plan_internal.h"

const struct address *crafted_source(int family)
{
	static const struct address six = { AF_INET6, { 0xfd, 0, 0, 0x0c, [15] = 1 } }; /* fd00:c::1 */
	static const struct address four = { AF_INET, { 100, 127, 0, 1 } };

	return family == AF_INET ? &four : &six;
}

const int *plan_families(const struct plan *plan)
{
	static const int both[] = { AF_INET6, AF_INET, AF_UNSPEC }, six[] = { AF_INET6, AF_UNSPEC };

	return plan->ipv4 ? both : six;
}

const struct address *port_address(const struct plan *plan, size_t interface, int family)
{
	return family == AF_INET ? &plan->interfaces[interface].ipv4 : &plan->interfaces[interface].address;
}

/* fd00:1:<link + 1>::1, ::2 and so on, and from 100.64.0.0/10 (RFC 6598), unless the file gives them. */
static struct address link_address(const struct topology *topology, size_t interface, int family)
{
	const struct link *on = &topology->links[topology->interfaces[interface].link];
	size_t link = topology->interfaces[interface].link + 1, number = link_position(topology, interface) + 1;

	if (family == AF_INET)
		return (struct address){ AF_INET,
			                 { 100, (uint8_t)(64 + (link >> 8)), (uint8_t)link, (uint8_t)number } };
	if (on->prefix) /* ::2 and ::3 are in one /127 */
		number++;
	return (struct address){ AF_INET6,
		                 { 0xfd, 0, 0, 1, (uint8_t)(link >> 8), (uint8_t)link, [14] = (uint8_t)(number >> 8),
		                   (uint8_t)number } };
}

/* Whether a node's route or SID leads to the IPv4 address of a neighbour. */
static bool node_needs_ipv4(const struct node *node)
{
	bool needs = false;
	struct address address;

	for (size_t i = 0; i < node->route_count; i++)
		needs |= node->routes[i].to.address.family == AF_INET;
	for (size_t i = 0; i < node->sid_count; i++)
		needs |= node->sids[i].nh4 && !address_parse(&address, AF_INET, node->sids[i].nh4);
	return needs;
}

static bool needs_ipv4(const struct plan *plan)
{
	const struct topology *topology = plan->topology;
	bool needs = plan->testcase && case_sends_ipv4(plan->testcase);

	for (size_t i = 0; i < topology->node_count; i++)
		needs |= node_needs_ipv4(&topology->nodes[i]);
	return needs;
}

static struct address given_or_made(const struct plan *plan, size_t interface, int family)
{
	const struct interface *given = &plan->topology->interfaces[interface];
	const struct address *address = family == AF_INET ? &given->ipv4 : &given->address;

	if (address->family || (family == AF_INET && !plan->ipv4))
		return *address;
	if (family == AF_INET6 && link_of(plan, interface)->link_local)
		return (struct address){ 0 };
	return link_address(plan->topology, interface, family);
}

void addresses_make(struct plan *plan)
{
	const struct topology *topology = plan->topology;

	plan->ipv4 = needs_ipv4(plan);
	plan->interfaces = zalloc(INTERFACES(topology) * sizeof *plan->interfaces);
	for (size_t i = 0; i < INTERFACES(topology); i++) {
		struct plan_interface *interface = &plan->interfaces[i];

		/* One ifindex a link end: linkwatch delays the carrier of a veth whose ifindex is its peer's. */
		interface->ifindex = (unsigned)(100 + i);
		memcpy(interface->mac, (uint8_t[]){ 0x02, 0x68, 0x63, 0, (uint8_t)(i >> 8), (uint8_t)i }, 6);
		if (topology->interfaces[i].has_mac)
			memcpy(interface->mac, topology->interfaces[i].mac, 6);
		if (port_kind(topology, i)->lent) /* a guest's NIC keeps its own */
			nic_mac(interface->mac, nic_end(topology, i));
		interface->address = given_or_made(plan, i, AF_INET6);
		interface->ipv4 = given_or_made(plan, i, AF_INET);
	}
}

bool address_is_local(const struct plan *plan, size_t node, const struct address *address)
{
	const struct topology *topology = plan->topology;

	if (node_has_address(&topology->nodes[node], address))
		return true;
	FOR_EACH_INTERFACE (i, topology, node)
		if (address_same(port_address(plan, i, address->family), address))
			return true;
	return false;
}

const struct vrf *address_vrf(const struct plan *plan, size_t node, const struct address *address)
{
	const struct topology *topology = plan->topology;

	FOR_EACH_INTERFACE (i, topology, node)
		if (address_same(port_address(plan, i, address->family), address))
			return node_vrf_of(&topology->nodes[node], interface_table(topology, i));
	return NULL;
}

size_t address_host(const struct plan *plan, const struct address *address)
{
	if (address_same(address, &plan->from_address)) /* no node has the source of crafted packets */
		return plan->from;
	if (address_same(address, &plan->traffic.to) && address_is_local(plan, plan->to, address))
		return plan->to; /* of several that have it */
	for (size_t node = 0; node < plan->topology->node_count; node++)
		if (address_is_local(plan, node, address))
			return node;
	return NOT_FOUND;
}

static bool node_owns(const struct node *node, const struct address *address)
{
	const struct device *service = node_service(node);

	return (service && address_same(&service->sid, address)) || node_has_address(node, address);
}

size_t address_owner(const struct plan *plan, const struct address *address)
{
	const struct topology *topology = plan->topology;

	for (size_t i = 0; i < topology->node_count; i++)
		if (node_owns(&topology->nodes[i], address))
			return i;
	for (size_t i = 0; i < INTERFACES(topology); i++)
		if (address_same(port_address(plan, i, address->family), address))
			return topology->interfaces[i].node;
	size_t owner;
	if (topology_sid(topology, address, &owner))
		return owner;
	return address_same(address, crafted_source(address->family)) && plan->traffic.from
	               ? topology_node(topology, plan->traffic.from)
	               : NOT_FOUND;
}

bool address_is_shared(const struct plan *plan, const struct address *address)
{
	size_t owners = 0;

	for (size_t i = 0; i < plan->topology->node_count; i++)
		owners += node_owns(&plan->topology->nodes[i], address);
	return owners > 1;
}

struct address address_link_local(const struct plan *plan, size_t interface)
{
	const uint8_t *m = plan->interfaces[interface].mac;

	return (struct address){ AF_INET6,
		                 { 0xfe, 0x80, [8] = (uint8_t)(m[0] ^ 2), m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5] } };
}

struct address port_gateway(const struct plan *plan, size_t interface, int family)
{
	const struct address *address = port_address(plan, interface, family);

	return address->family || family != AF_INET6 ? *address : address_link_local(plan, interface);
}

bool address_is_own_link_local(const struct plan *plan, size_t node, const struct address *address)
{
	FOR_EACH_INTERFACE (i, plan->topology, node) {
		const struct address local = address_link_local(plan, i);
		if (address_same(&local, address))
			return true;
	}
	return false;
}

size_t address_link_neighbour(const struct plan *plan, size_t out, const struct address *address)
{
	FOR_EACH_OTHER (other, plan->topology, out) {
		const struct address local = address_link_local(plan, other);
		if (address_same(&local, address))
			return plan->topology->interfaces[other].node;
	}
	return NOT_FOUND;
}

const struct address *node_address(const struct plan *plan, size_t node, int family)
{
	static const struct address none;
	const struct node *given = &plan->topology->nodes[node];

	for (size_t i = 0; i < given->address_count; i++)
		if (given->addresses[i].family == family)
			return &given->addresses[i];
	FOR_EACH_INTERFACE (i, plan->topology, node)
		if (port_address(plan, i, family)->family)
			return port_address(plan, i, family);
	return &none;
}

char *mac_text(const struct plan *plan, size_t interface)
{
	const uint8_t *m = plan->interfaces[interface].mac;

	return text_format("%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
}

const char *interface_name(const struct plan *plan, size_t interface)
{
	return plan->topology->interfaces[interface].name;
}
