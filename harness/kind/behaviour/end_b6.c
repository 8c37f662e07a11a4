/* End.B6: a policy's SRH inserted before the one that is there. */
#include "parts.h"

static void parameters(struct facts *facts, const struct sid *sid, const char *nh6)
{
	(void)nh6;
	add_policy(facts, sid);
}

const struct behaviour end_b6 = {
	.word = "End.B6",
	.action = 9,
	.rfc = "draft-filsfils-spring-srv6-network-programming-07 4.12",
	.needs = NEEDS_SEGMENTS,
	.inserts = true,
	.parameters = parameters,
};
