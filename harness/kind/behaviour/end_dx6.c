/* End.DX6: the inner IPv6 packet, to a given neighbour ("::": by the inner destination). */
#include "parts.h"

static void parameters(struct facts *facts, const struct sid *sid, const char *nh6)
{
	(void)sid;
	add_given(facts, "nh6", nh6);
}

const struct behaviour end_dx6 = {
	.word = "End.DX6",
	.action = 5,
	.rfc = "RFC 8986 4.4",
	.needs = NEEDS_NH6,
	.decapsulates = true,
	.inside = INSIDE_IPV6,
	.parameters = parameters,
};
