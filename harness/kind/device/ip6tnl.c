/* An ordinary tunnel, IPv6 in IPv6 without a routing header. */
#include <linux/if_tunnel.h>
#include <netinet/in.h>

#include "device.h"

#define NAME "tnl0"

/* Without the option that says how deep tunnels may nest: it would stand before the inner packet, and NICs are to see
 * nothing but that. */
static void lines(struct lines *lines, const struct device_plan *device)
{
	size_t node = device->node;
	struct command *line = LINE(lines, node, TOOL_IP,
	                            "link add name " NAME " type ip6tnl mode ip6ip6 local %s remote %s encaplimit none",
	                            device->local, device->remote);
	struct facts *facts = line_leaves(line, node, THING_LINK, text_copy(NAME));

	line->option = "IPV6_TUNNEL";
	facts_add(facts, "kind", "ip6tnl");
	facts_add(facts, "local", "%s", device->local);
	facts_add(facts, "remote", "%s", device->remote);
	quiet_line(lines, node, NAME);
}

static const struct held_key held[] = {
	{ "local", IFLA_IPTUN_LOCAL, HELD_ADDRESS },
	{ "remote", IFLA_IPTUN_REMOTE, HELD_ADDRESS },
	{ NULL, 0, 0 },
};

const struct device_kind device_ip6tnl = {
	.word = "ip6tnl",
	.about = "a tunnel of IPv6 in IPv6, which mode ip6ip6 goes through",
	.modules = "tunnel6 ip6_tunnel",
	.name = NAME,
	.lines = lines,
	.held_as = "ip6tnl",
	.held = held,
};
