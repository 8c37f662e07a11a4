/* End.DT46: the inner packet of either kind, looked up in a VRF's table. */
#include "parts.h"

static void parameters(struct facts *facts, const struct sid *sid, const char *nh6)
{
	(void)nh6;
	add_given(facts, "vrftable", sid->vrftable);
}

const struct behaviour end_dt46 = {
	.word = "End.DT46",
	.action = 16,
	.rfc = "RFC 8986 4.8",
	.needs = NEEDS_VRFTABLE,
	.decapsulates = true,
	.inside = INSIDE_IPV4 | INSIDE_IPV6,
	.parameters = parameters,
};
