/* Values of results that several files make. */
#include "result_internal.h"

const char *text_or_null(struct pool *pool, const char *text)
{
	return text && *text ? pool_text(pool, text) : NULL;
}

const char *hop_name(struct pool *pool, const struct plan *plan, size_t hop)
{
	char name[HOP_TEXT_SIZE];

	return pool_text(pool, hop_text(plan->topology, hop, name));
}

struct value left_value(struct pool *pool, int left)
{
	if (left == NO_SRH)
		return (struct value){ .text = pool_text(pool, "none") };
	return (struct value){ .number = left, .integer = true };
}
