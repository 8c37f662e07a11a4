/* End.DX6: the inner IPv6 packet, to a given neighbour ("::": by the inner destination). */
#include "parts.h"

static void encode(char **text, const struct sid *sid, const char *nh6)
{
	(void)sid;
	append_given(text, "nh6", nh6);
}

const struct behaviour end_dx6 = {
	.word = "End.DX6",
	.rfc = "RFC 8986 4.4",
	.needs = NEEDS_NH6,
	.decapsulates = true,
	.encode = encode,
};
