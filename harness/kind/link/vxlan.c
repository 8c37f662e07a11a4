/* vxlan: a VXLAN tunnel (RFC 7348) between the two nodes, over a veth pair beneath that is no hop. Where what is
 * beneath has a whole UDP checksum, the kernel that takes it off hands the inner packet on with a sum over all of it
 * (CHECKSUM_COMPLETE), which whoever changes or removes headers must keep right: net/core/datagram.c,
 * __skb_checksum_complete(). */
#include <linux/if_link.h>
#include <stdio.h>

#include "link.h"

#define OVERHEAD 70U  /* Ethernet, IPv6, UDP and VXLAN headers */
#define PORT     4789 /* and up: sockets of one port share their settings */
#define TEXT     32

enum { AS_CSUM, AS_GRO, AS_PARTIAL, AS_ZERO };
static const struct nic_model models[] = {
	[AS_CSUM] = { "udp-csum", "UDP looks at a whole UDP checksum, and keeps the sum that it made" },
	[AS_GRO] = { "udp-gro", "GRO beneath looks at it first: what it has no TCP of gets a sum as from a device" },
	[AS_PARTIAL] = { "udp-partial", "checksums stay partial beneath, as between namespaces" },
	[AS_ZERO] = { "udp-zero", "no UDP checksum" },
};

struct under {
	char name[NAME_SIZE], mac[TEXT], address[TEXT];
	unsigned index, mtu;
};

/* Its name and addresses cannot be those of anything in a file. */
static struct under under_of(const struct port_plan *port)
{
	struct under under = { .index = port->ifindex + BENEATH, .mtu = port->mtu + OVERHEAD };

	snprintf(under.name, sizeof under.name, "under+%u", port->ifindex);
	snprintf(under.mac, sizeof under.mac, "06%s", port->mac + 2);
	snprintf(under.address, sizeof under.address, "fe80::%x", port->ifindex);
	return under;
}

static void pair_line(struct lines *lines, const struct port_plan *ports, size_t count)
{
	struct command *line = LINE(lines, NOT_FOUND, TOOL_IP, "link add");

	line->option = "VETH";
	for (size_t i = 0; i < count; i++) {
		const struct under under = under_of(&ports[i]);
		text_append(&line->text, "%s name %s index %u address %s mtu %u netns %s%s", i ? " peer" : "",
		            under.name, under.index, under.mac, under.mtu, ports[i].node_name, i ? "" : " type veth");
		struct facts *facts = line_leaves(line, ports[i].node, THING_LINK, text_copy(under.name));
		facts_add(facts, "kind", "veth");
		facts_add(facts, "index", "%u", under.index);
		facts_add(facts, "mtu", "%u", under.mtu);
	}
}

/* The local route of an address comes a moment after the address, unless a line makes it. */
static void under_lines(struct lines *lines, const struct port_plan *port, const struct under *under,
                        const struct under *peer)
{
	const bool partial = port->model == &models[AS_PARTIAL], gro = port->model == &models[AS_GRO];

	LINE(lines, port->node, TOOL_ETHTOOL, "-K %s tx %s", under->name, partial ? "on" : "off");
	LINE(lines, port->node, TOOL_ETHTOOL, "-K %s gro %s", under->name, gro ? "on" : "off");
	quiet_line(lines, port->node, under->name);
	struct command *line =
	        LINE(lines, port->node, TOOL_IP, "addr add %s/64 dev %s nodad", under->address, under->name);
	facts_add(line_leaves(line, port->node, THING_ADDRESS, text_format("%s/64", under->address)), "dev", "%s",
	          under->name);
	LINE(lines, port->node, TOOL_IP, "route add local %s dev %s table local", under->address, under->name);
	neighbour_line(lines, port->node, peer->address, peer->mac, under->name);
}

static void tunnel_line(struct lines *lines, const struct port_plan *port, const struct under *under,
                        const struct under *peer, unsigned id)
{
	const bool zero = port->model == &models[AS_ZERO];
	const char *sums = zero ? "" : "no";
	struct command *line = LINE(
	        lines, port->node, TOOL_IP,
	        "link add name %s index %u address %s mtu %u type vxlan id %u local %s remote %s dev %s dstport %u "
	        "nolearning %sudp6zerocsumtx %sudp6zerocsumrx",
	        port->name, port->ifindex, port->mac, port->mtu, id, under->address, peer->address, under->name,
	        PORT + id, sums, sums);
	struct facts *facts = line_leaves(line, port->node, THING_LINK, text_copy(port->name));

	line->option = "VXLAN";
	facts_add(facts, "kind", "vxlan");
	facts_add(facts, "index", "%u", port->ifindex);
	facts_add(facts, "address", "%s", port->mac);
	facts_add(facts, "mtu", "%u", port->mtu);
	facts_add(facts, "id", "%u", id);
	facts_add(facts, "local", "%s", under->address);
	facts_add(facts, "remote", "%s", peer->address);
	facts_add(facts, "udp6zerocsumtx", "%u", zero);
	facts_add(facts, "udp6zerocsumrx", "%u", zero);
}

static void make(struct lines *lines, const struct port_plan *ports, size_t count)
{
	const struct under under[] = { under_of(&ports[0]), under_of(&ports[1]) };

	pair_line(lines, ports, count);
	for (size_t i = 0; i < count; i++) {
		under_lines(lines, &ports[i], &under[i], &under[!i]);
		tunnel_line(lines, &ports[i], &under[i], &under[!i], ports[0].ifindex);
	}
}

static const struct held_key held[] = {
	{ "id", IFLA_VXLAN_ID, HELD_NUMBER },
	{ "local", IFLA_VXLAN_LOCAL6, HELD_ADDRESS },
	{ "remote", IFLA_VXLAN_GROUP6, HELD_ADDRESS },
	{ "udp6zerocsumtx", IFLA_VXLAN_UDP_ZERO_CSUM6_TX, HELD_OCTET },
	{ "udp6zerocsumrx", IFLA_VXLAN_UDP_ZERO_CSUM6_RX, HELD_OCTET },
	{ NULL, 0, 0 },
};

const struct link_kind link_vxlan = {
	.word = "vxlan",
	.about = "a VXLAN tunnel over a veth pair beneath, whose UDP checksum covers the packet",
	.ports = 2,
	.models = models,
	.model_count = COUNT(models),
	.one_model = true,
	.modules = "veth vxlan",
	.state_unknown = true, /* a tunnel's device never says more */
	.cuts = true,
	.beneath = true,
	.sums = true,
	.held_as = "vxlan",
	.held = held,
	.make = make,
};
