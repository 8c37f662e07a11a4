/* What was judged once and is not any more: a regression hides behind a cell that is SKIP, or is not there. */
#include <string.h>

#include "result.h"

static bool is_judged(const struct result *cell)
{
	switch ((enum outcome)cell->outcome) {
	case OUTCOME_PASS:
	case OUTCOME_KNOWN:
	case OUTCOME_FIXED:
	case OUTCOME_FAIL:
		return true;
	case OUTCOME_SKIP:
	case OUTCOME_BROKEN:
		break;
	}
	return false;
}

static bool has_case(const struct run *run, const char *name)
{
	for (size_t i = 0; i < run->cells.count; i++)
		if (strcmp(run->cells.at[i]->name, name) == 0)
			return true;
	return false;
}

static bool is_asked_for(const struct run *later, const struct result *cell, enum missing_scope scope)
{
	return !later->partial && (scope == MISSING_ALL || (scope == MISSING_OF_CASES && has_case(later, cell->name)));
}

struct hidden cells_hidden(struct pool *pool, const struct run *earlier, const struct run *later,
                           enum missing_scope scope)
{
	struct cell_index index = cell_index_of(&later->cells);
	struct hidden hidden = { 0 };

	hidden.missing.at = pool_alloc(pool, (earlier->cells.count + 1) * sizeof *hidden.missing.at);
	for (size_t i = 0; i < earlier->cells.count; i++) {
		struct result *cell = earlier->cells.at[i];
		const struct result *now = is_judged(cell) ? cell_find(&index, cell) : NULL;
		if (now)
			hidden.skipped += now->outcome == OUTCOME_SKIP;
		else if (is_judged(cell) && is_asked_for(later, cell, scope))
			hidden.missing.at[hidden.missing.count++] = cell;
	}
	cell_index_clear(&index);
	return hidden;
}
