/* From one interface of a link to another. */
#include <net/ethernet.h>
#include <string.h>

#include "judge.h"

/* Of a link with more than two interfaces the frame's addresses tell. */
size_t other_end(const struct plan *plan, const struct seen *seen)
{
	const struct topology *topology = plan->topology;
	const size_t interface = HOP_INTERFACE(seen->hop), peer = link_peer(topology, interface);
	const size_t at = HOP_DIRECTION(seen->hop) == HOP_IN ? ETH_ALEN : 0;

	if (peer != NOT_FOUND)
		return peer;
	FOR_EACH_OTHER (other, topology, interface) {
		if (seen->length >= at + ETH_ALEN && !memcmp(seen->data + at, plan->interfaces[other].mac, ETH_ALEN))
			return other;
	}
	return link_other(topology, interface, NOT_FOUND);
}
