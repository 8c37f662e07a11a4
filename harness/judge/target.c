/* Whether a packet at a hop is the target: the packet that is being followed. */
#include "judge.h"
#include "transport.h"

bool target_is(const struct evidence *evidence, const struct target *target, const struct captured *captured)
{
	const struct transport *transport = transport_of(&evidence->plan->traffic);

	if (captured->way != target->way || (target->refused && captured->checksum != CHECKSUM_BAD))
		return false;
	switch (target->kind) {
	case TARGET_FLAGS:
		return captured->known && !(captured->payload && target->flags == transport->beside_data) &&
		       (captured->flags & transport->kinds) == target->flags;
	case TARGET_OCTET: /* or a packet that it was merged into */
		return captured->known && captured->flow == target->flow &&
		       target->sequence - captured->sequence < captured->payload;
	case TARGET_ANY:
		return true;
	}
	return false;
}

bool target_seen(const struct evidence *evidence, const struct target *target, size_t node,
                 enum hop_direction direction)
{
	for (size_t i = 0; i < evidence->count; i++) {
		size_t hop = evidence->packets[i].hop;
		if (HOP_DIRECTION(hop) == direction && hop_node(evidence->plan, hop) == node &&
		    target_is(evidence, target, &evidence->packets[i]))
			return true;
	}
	return false;
}
