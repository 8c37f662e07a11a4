/* End.DT6: the inner IPv6 packet, looked up in a given table. */
#include "parts.h"

static void parameters(struct facts *facts, const struct sid *sid, const char *nh6)
{
	(void)nh6;
	add_given(facts, "table", sid->table);
	add_given(facts, "vrftable", sid->vrftable);
}

const struct behaviour end_dt6 = {
	.word = "End.DT6",
	.action = 7,
	.rfc = "RFC 8986 4.6",
	.allows = NEEDS_TABLE | NEEDS_VRFTABLE,
	.decapsulates = true,
	.inside = INSIDE_IPV6,
	.parameters = parameters,
};
