/* End.B6.Encaps: the next segment, then a policy's outer header around it. */
#include "parts.h"

static void encode(char **text, const struct sid *sid, const char *nh6)
{
	(void)nh6;
	append_policy(text, sid);
}

const struct behaviour end_b6_encaps = {
	.word = "End.B6.Encaps",
	.rfc = "RFC 8986 4.13",
	.needs = NEEDS_SEGMENTS,
	.encode = encode,
};
