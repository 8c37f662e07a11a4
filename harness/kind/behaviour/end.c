/* End: the next segment of the list. */
#include "parts.h"

static void parameters(struct facts *facts, const struct sid *sid, const char *nh6)
{
	(void)nh6;
	add_flavors(facts, sid);
}

const struct behaviour end = {
	.word = "End",
	.action = 1,
	.rfc = "RFC 8986 4.1",
	.allows = MAY_FLAVOR,
	.by_host = true,
	.parameters = parameters,
};
