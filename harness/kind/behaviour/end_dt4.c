/* End.DT4: the inner IPv4 packet, looked up in a VRF's table. */
#include "parts.h"

static void encode(char **text, const struct sid *sid, const char *nh6)
{
	(void)nh6;
	append_given(text, "vrftable", sid->vrftable);
}

const struct behaviour end_dt4 = {
	.word = "End.DT4",
	.rfc = "RFC 8986 4.7",
	.needs = NEEDS_VRFTABLE,
	.decapsulates = true,
	.encode = encode,
};
