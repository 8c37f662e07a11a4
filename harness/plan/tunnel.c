/* An ordinary tunnel, IPv6 in IPv6 without a routing header, which encap mode is held against: from the headend to the
 * last of `segments`. */
#include <string.h>

#include "plan_internal.h"

const struct address *plan_tunnel_end(const struct plan *plan)
{
	const struct segment_list *list = &plan->traffic.segments[MODE_IP6IP6];

	return plan->traffic.mode == MODE_IP6IP6 && list->count ? &list->segments[list->count - 1] : NULL;
}

/* Without the option that says how deep tunnels may nest: it would stand before the inner packet, and NICs are to see
 * nothing but that. */
static void device_lines(struct plan *plan, size_t node, const struct address *local, const struct address *remote)
{
	char from[ADDRESS_TEXT_SIZE], to[ADDRESS_TEXT_SIZE];
	struct command *line =
	        LAB(node, TOOL_IP,
	            "link add name " TUNNEL_DEVICE " type ip6tnl mode ip6ip6 local %s remote %s encaplimit none",
	            address_text(local, from), address_text(remote, to));
	struct facts *facts = line_leaves(line, node, THING_LINK, text_copy(TUNNEL_DEVICE));

	line->option = "IPV6_TUNNEL";
	facts_add(facts, "kind", "ip6tnl");
	facts_add(facts, "local", "%s", from);
	facts_add(facts, "remote", "%s", to);
	quiet_line(&plan->lab, node, TUNNEL_DEVICE);
}

void tunnel_lines(struct plan *plan, size_t node)
{
	const struct address *end = plan_tunnel_end(plan);

	if (end && node == plan->headend && plan->traffic.tcp == TCP_KERNEL)
		device_lines(plan, node, &plan->outer_address, end);
	else if (end && node == address_owner(plan, end))
		device_lines(plan, node, end, &plan->outer_address);
}
