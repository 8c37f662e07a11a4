/* End.DX4: the inner IPv4 packet, to a given neighbour. */
#include "parts.h"

static void parameters(struct facts *facts, const struct sid *sid, const char *nh4)
{
	(void)sid;
	add_given(facts, "nh4", nh4);
}

const struct behaviour end_dx4 = {
	.word = "End.DX4",
	.action = 6,
	.rfc = "RFC 8986 4.5",
	.needs = NEEDS_NH4,
	.decapsulates = true,
	.inside = INSIDE_IPV4,
	.parameters = parameters,
};
