/* Runs that a signal ended: their results count, and every output says that some are missing. */
#include "result.h"

void run_set_partial(struct pool *pool, struct run *run, size_t unrun)
{
	run->partial = true;
	GIVE(pool, run_members, run, partial);
	if (!unrun)
		return;
	run->unrun = (int64_t)unrun;
	GIVE(pool, run_members, run, unrun);
}

size_t run_unrun(const struct run *run)
{
	return run->partial && run->unrun > 0 ? (size_t)run->unrun : 0;
}

bool results_are_partial(const struct results *results)
{
	for (size_t i = 0; i < results->count; i++)
		if (results->runs[i]->partial)
			return true;
	return false;
}

size_t results_unrun(const struct results *results)
{
	size_t unrun = 0;

	for (size_t i = 0; i < results->count; i++)
		unrun += run_unrun(results->runs[i]);
	return unrun;
}

char *partial_text(const struct results *results)
{
	size_t unrun = results_unrun(results), cells = unrun;

	if (!results_are_partial(results))
		return NULL;
	if (!unrun)
		return text_copy("a signal ended it before all results were there");
	for (size_t i = 0; i < results->count; i++)
		cells += results->runs[i]->cells.count;
	return text_format("a signal ended it when %zu of %zu cell%s had no result", unrun, cells,
	                   cells == 1 ? "" : "s");
}

char *run_partial_text(const struct run *run)
{
	struct run *alone = (struct run *)(uintptr_t)run;

	return partial_text(&(struct results){ .runs = &alone, .count = 1 });
}
