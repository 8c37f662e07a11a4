/* From one interface of a link to another. */
#include <net/ethernet.h>
#include <string.h>

#include "judge.h"

/* Of a link with more than two interfaces the frame's addresses tell. */
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
