/* End.T: the next segment, looked up in a given table. */
#include "parts.h"

static void parameters(struct facts *facts, const struct sid *sid, const char *nh6)
{
	(void)nh6;
	add_given(facts, "table", sid->table);
}

const struct behaviour end_t = {
	.word = "End.T",
	.action = 3,
	.rfc = "RFC 8986 4.3",
	.needs = NEEDS_TABLE,
	.parameters = parameters,
};
