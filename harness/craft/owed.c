/* What the receiver of crafted packets must have sent, so that they can acknowledge it. */
#include "crafted.h"
#include "transport.h"

static bool owes(const struct traffic *packet)
{
	const struct transport *transport = transport_of(packet);

	return transport->owes && transport->owes(packet);
}

bool crafted_owes(const struct traffic *traffic)
{
	struct burst burst;
	bool any = owes(traffic);

	if (!traffic_is_held(traffic))
		return any;
	burst_make(&burst, traffic);
	for (size_t i = 0; i < burst.count; i++)
		any |= owes(&burst.packets[i].traffic);
	burst_clear(&burst);
	return any;
}
