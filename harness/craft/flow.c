/* Whose a packet is, of flows that run at once. */
#include "crafted.h"

static size_t by_ports(const struct plan *plan, const struct packet_view *view)
{
	uint16_t ports[2];

	packet_ports(view, &ports[0], &ports[1]);
	for (size_t i = 0; i < COUNT(ports); i++)
		if (ports[i] >= SERVER_PORT && (size_t)(ports[i] - SERVER_PORT) < plan->flow_count)
			return (size_t)(ports[i] - SERVER_PORT);
	return NOT_FOUND;
}

/* Only if it is that of one flow. */
static size_t by_addresses(const struct plan *plan, const struct packet_view *view)
{
	const struct layer *ip = packet_innermost_ip(view);
	const struct address source = ip_source(view, ip), final = packet_final(view, ip);
	size_t found = NOT_FOUND, count = 0;

	for (size_t i = 0; ip && i < plan->flow_count; i++) {
		const struct address *to = &plan->flows[i].traffic.to;
		if (!address_same(to, &source) && !address_same(to, &final))
			continue;
		found = i;
		count++;
	}
	return count == 1 ? found : NOT_FOUND;
}

size_t packet_flow(const struct plan *plan, const struct packet_view *view)
{
	if (plan->flow_count < 2)
		return 0;
	const struct packet_view quoted = packet_quoted(view);
	const struct packet_view *told = quoted.count ? &quoted : view;
	const size_t flow = by_ports(plan, told);
	return flow != NOT_FOUND ? flow : by_addresses(plan, told);
}
