/* The interface at the other end of a link. */
#include <net/ethernet.h>
#include <string.h>

#include "judge.h"

/* Where a link has more than two, the frame's Ethernet address tells which. */
size_t other_end(const struct plan *plan, const struct captured *captured)
{
	const struct topology *topology = plan->topology;
	const size_t interface = HOP_INTERFACE(captured->hop), peer = link_peer(topology, interface);
	const size_t at = HOP_DIRECTION(captured->hop) == HOP_IN ? ETH_ALEN : 0;

	if (peer != NOT_FOUND)
		return peer;
	FOR_EACH_OTHER (other, topology, interface) {
		if (captured->length >= at + ETH_ALEN &&
		    !memcmp(captured->data + at, plan->interfaces[other].mac, ETH_ALEN))
			return other;
	}
	return link_other(topology, interface, NOT_FOUND);
}
