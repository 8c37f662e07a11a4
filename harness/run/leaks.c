/* Labs whose namespaces the kernel did not remove, in the runner: their cells' results say so. */
#include <stdlib.h>
#include <string.h>

#include "ends.h"
#include "suite.h"

void leaks_add(struct leaks *leaks, const json_t *leak)
{
	const json_t *cell;
	size_t i;

	if (!leaks->log)
		leaks->log = json_array();
	json_array_extend(leaks->log, json_object_get(leak, "log"));
	json_array_foreach (json_object_get(leak, "cells"), i, cell)
		*PUSH(leaks->cells, leaks->count) = (size_t)json_integer_value(cell);
	leaks->labs += (size_t)json_integer_value(json_object_get(leak, "labs"));
	leaks->unknown |= json_integer_value(json_object_get(leak, "labs")) == 0;
}

static void tell_one(const struct leaks *leaks, struct pool *pool, struct result *result, const struct texts *log)
{
	const char *why = said(result->why);
	owned_text others = leaks->labs > 1
	                            ? text_format(", or that of another one of %zu that ended then", leaks->labs)
	                            : text_copy("");
	owned_text now = text_format("the kernel did not take down this cell's lab%s: namespaces stay forever%s%s. "
	                             "Otherwise: %s",
	                             others, log->count ? ": " : "", log->count ? log->at[0] : "", why);
	bool fails = leaks->labs == 1 || result->outcome == OUTCOME_FAIL;

	result_change(pool, result, fails ? OUTCOME_FAIL : OUTCOME_BROKEN, now, log);
}

void leaks_tell(const struct leaks *leaks, struct suite *suite)
{
	struct texts log = texts_read(suite->pool, leaks->log);

	for (size_t i = 0; i < leaks->count; i++)
		if (leaks->cells[i] < suite->cell_count && suite->cells[leaks->cells[i]].result)
			tell_one(leaks, suite->pool, suite->cells[leaks->cells[i]].result, &log);
}

void leaks_clear(struct leaks *leaks)
{
	free(leaks->cells);
	json_decref(leaks->log);
}
