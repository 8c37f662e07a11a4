/* End.DT6: the inner IPv6 packet, looked up in a given table. */
#include "parts.h"

static void encode(char **text, const struct sid *sid, const char *nh6)
{
	(void)nh6;
	append_given(text, "table", sid->table);
	append_given(text, "vrftable", sid->vrftable);
}

const struct behaviour end_dt6 = {
	.word = "End.DT6",
	.rfc = "RFC 8986 4.6",
	.allows = NEEDS_TABLE | NEEDS_VRFTABLE,
	.decapsulates = true,
	.encode = encode,
};
