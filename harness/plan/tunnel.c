/* An ordinary tunnel, IPv6 in IPv6 without a routing header, as a control for encap mode: from the headend to the last
 * of `segments`. */
#include <string.h>

#include "device.h"
#include "plan_internal.h"

const struct address *plan_tunnel_end(const struct plan *plan)
{
	const struct segment_list *list = &plan->traffic.segments[plan->traffic.mode];

	return mode_is_tunnel(mode_kind(plan->traffic.mode)) && list->count ? &list->segments[list->count - 1] : NULL;
}

static void device_lines(struct plan *plan, size_t node, const struct address *local, const struct address *remote)
{
	char from[ADDRESS_TEXT_SIZE], to[ADDRESS_TEXT_SIZE];

	device_ip6tnl.lines(&plan->lab, &(struct device_plan){ .node = node,
	                                                       .settings = &plan->topology->nodes[node],
	                                                       .local = address_text(local, from),
	                                                       .remote = address_text(remote, to) });
}

void tunnel_lines(struct plan *plan, size_t node)
{
	const struct address *end = plan_tunnel_end(plan);

	if (end && node == plan->headend && !traffic_is_crafted(&plan->traffic))
		device_lines(plan, node, &plan->outer_address, end);
	else if (end && node == address_owner(plan, end))
		device_lines(plan, node, end, &plan->outer_address);
}
