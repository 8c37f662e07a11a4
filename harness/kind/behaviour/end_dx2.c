/* End.DX2: the Ethernet frame inside, out of an interface. */
#include "parts.h"

static void parameters(struct facts *facts, const struct sid *sid, const char *nh6)
{
	(void)nh6;
	add_given(facts, "oif", sid->oif);
}

const struct behaviour end_dx2 = {
	.word = "End.DX2",
	.action = 4,
	.rfc = "RFC 8986 4.9",
	.needs = NEEDS_OIF,
	.decapsulates = true,
	.inside = INSIDE_IPV4 | INSIDE_IPV6,
	.frames = true,
	.parameters = parameters,
};
