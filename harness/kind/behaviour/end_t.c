/* End.T: the next segment, looked up in a given table. */
#include "parts.h"

static void encode(char **text, const struct sid *sid, const char *nh6)
{
	(void)nh6;
	append_given(text, "table", sid->table);
}

const struct behaviour end_t = {
	.word = "End.T",
	.rfc = "RFC 8986 4.3",
	.needs = NEEDS_TABLE,
	.encode = encode,
};
