/* End.DT46: the inner packet of either kind, looked up in a VRF's table. */
#include "parts.h"

static void encode(char **text, const struct sid *sid, const char *nh6)
{
	(void)nh6;
	append_given(text, "vrftable", sid->vrftable);
}

const struct behaviour end_dt46 = {
	.word = "End.DT46",
	.rfc = "RFC 8986 4.8",
	.needs = NEEDS_VRFTABLE,
	.decapsulates = true,
	.encode = encode,
};
