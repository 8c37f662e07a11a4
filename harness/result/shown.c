/* Results as they may be shown: their texts come from guests, from other machines' files and from kernels' logs. */
#include "result.h"

static bool is_harmless(const char *text)
{
	owned_text copy = text_copy(text);

	return !text_disarm(copy);
}

struct run run_shown(struct pool *pool, const struct run *run)
{
	struct run shown = *run;

	if (!pool_texts_are(pool, is_harmless))
		members_disarm(pool, &run_members, &shown);
	return shown;
}

struct results results_shown(const struct results *results)
{
	struct results shown = { .pool = results->pool };

	if (pool_texts_are(results->pool, is_harmless))
		return *results;
	for (size_t i = 0; i < results->count; i++) {
		struct run *run = pool_alloc(results->pool, sizeof *run);
		*run = *results->runs[i];
		members_disarm(results->pool, &run_members, run);
		results_add(&shown, run);
	}
	return shown;
}
