/* End: the next segment of the list. */
#include "parts.h"

static void encode(char **text, const struct sid *sid, const char *nh6)
{
	(void)nh6;
	append_flavors(text, sid);
}

const struct behaviour end = {
	.word = "End",
	.rfc = "RFC 8986 4.1",
	.allows = MAY_FLAVOR,
	.encode = encode,
};
