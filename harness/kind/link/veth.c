/* veth: a pair of virtual Ethernet devices. */
#include "link.h"

/* Both ends are made in their namespaces at once: nothing ever stands where the command runs. */
static void make(struct lines *lines, const struct port_plan *ports, size_t count)
{
	struct command *line = LINE(lines, NOT_FOUND, TOOL_IP, "link add");

	line->option = "VETH";
	for (size_t i = 0; i < count; i++) {
		const struct port_plan *port = &ports[i];
		text_append(&line->text, "%s name %s index %u address %s mtu %u netns %s%s", i ? " peer" : "",
		            port->name, port->ifindex, port->mac, port->mtu, port->node_name, i ? "" : " type veth");
		struct facts *facts = line_leaves(line, port->node, THING_LINK, text_copy(port->name));
		facts_add(facts, "kind", "veth");
		facts_add(facts, "index", "%u", port->ifindex);
		facts_add(facts, "address", "%s", port->mac);
		facts_add(facts, "mtu", "%u", port->mtu);
	}
}

const struct link_kind link_veth = {
	.word = "veth",
	.about = "a pair of virtual Ethernet devices",
	.ports = 2,
	.modules = "veth",
	.gro_needs = 1U << FEATURE_VETH_GRO,
	.make = make,
};
