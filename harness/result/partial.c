/* Runs that a signal ended: what is there counts, and what is missing is said wherever it is shown. */
#include <stdlib.h>

#include "report_internal.h"

void run_set_partial(json_t *run, size_t unrun)
{
	json_object_set_new(run, "partial", json_true());
	if (unrun)
		json_object_set_new(run, "unrun", json_integer((json_int_t)unrun));
}

bool runs_are_partial(const json_t *runs)
{
	const json_t *run;
	size_t i;

	json_array_foreach (runs, i, run)
		if (json_is_true(json_object_get(run, "partial")))
			return true;
	return false;
}

size_t runs_unrun(const json_t *runs)
{
	const json_t *run;
	size_t unrun = 0, i;

	json_array_foreach (runs, i, run) {
		json_int_t one = json_integer_value(json_object_get(run, "unrun"));
		unrun += json_is_true(json_object_get(run, "partial")) && one > 0 ? (size_t)one : 0;
	}
	return unrun;
}

char *partial_text(const json_t *runs)
{
	size_t unrun = runs_unrun(runs), cells = unrun, i;
	const json_t *run;

	if (!runs_are_partial(runs))
		return NULL;
	if (!unrun)
		return text_copy("a signal ended it before all results were there");
	json_array_foreach (runs, i, run)
		cells += json_array_size(json_object_get(run, "cells"));
	return text_format("a signal ended it when %zu of %zu cell%s had no result", unrun, cells,
	                   cells == 1 ? "" : "s");
}

void report_partial(FILE *out, struct report_style style, const json_t *runs)
{
	owned_text text = partial_text(runs);
	owned_text line = text ? text_format("PARTIAL: %s.", text) : NULL;

	if (!line)
		return;
	fputc('\n', out);
	write_wrapped(out, style, 0, 2, line);
}
