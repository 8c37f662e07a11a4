/* End.B6.Encaps: the next segment, then a policy's outer header around it. */
#include "parts.h"

static void parameters(struct facts *facts, const struct sid *sid, const char *nh6)
{
	(void)nh6;
	add_policy(facts, sid);
}

const struct behaviour end_b6_encaps = {
	.word = "End.B6.Encaps",
	.action = 10,
	.rfc = "RFC 8986 4.13",
	.needs = NEEDS_SEGMENTS,
	.parameters = parameters,
};
