/* End.X: the next segment, by way of a given neighbour. */
#include "parts.h"

static void parameters(struct facts *facts, const struct sid *sid, const char *nh6)
{
	add_given(facts, "nh6", nh6);
	add_given(facts, "oif", sid->oif);
	add_flavors(facts, sid);
}

const struct behaviour end_x = {
	.word = "End.X",
	.action = 2,
	.rfc = "RFC 8986 4.2",
	.needs = NEEDS_NH6,
	.allows = NEEDS_OIF | MAY_FLAVOR,
	.parameters = parameters,
};
