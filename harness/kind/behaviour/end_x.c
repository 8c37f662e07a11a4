/* End.X: the next segment, by way of a given neighbour. */
#include "parts.h"

static void encode(char **text, const struct sid *sid, const char *nh6)
{
	append_given(text, "nh6", nh6);
	append_given(text, "oif", sid->oif);
	append_flavors(text, sid);
}

const struct behaviour end_x = {
	.word = "End.X",
	.rfc = "RFC 8986 4.2",
	.needs = NEEDS_NH6,
	.allows = NEEDS_OIF | MAY_FLAVOR,
	.encode = encode,
};
