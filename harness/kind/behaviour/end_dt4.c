/* End.DT4: the inner IPv4 packet, looked up in a VRF's table. */
#include "parts.h"

static void parameters(struct facts *facts, const struct sid *sid, const char *nh6)
{
	(void)nh6;
	add_given(facts, "vrftable", sid->vrftable);
}

const struct behaviour end_dt4 = {
	.word = "End.DT4",
	.action = 8,
	.rfc = "RFC 8986 4.7",
	.needs = NEEDS_VRFTABLE,
	.decapsulates = true,
	.inside = INSIDE_IPV4,
	.parameters = parameters,
};
