/* Counts of outcomes, and the exit code that follows from them. */
#include "result.h"

void tally_add(struct tally *tally, const struct result *result)
{
	tally->cells++;
	tally->milliseconds += result->ms;
	tally->outcome[result->outcome]++;
}

const struct word exit_style_words[] = {
	{ "hopcheck", EXIT_STYLE_HOPCHECK, "0 pass, 1 a FAIL, 3 a BROKEN and no FAIL, 4 nothing ran" },
	{ "ksft", EXIT_STYLE_KSFT, "0 pass, 1 a FAIL or BROKEN, 4 nothing ran: the kernel's selftests" },
	{ "bisect", EXIT_STYLE_BISECT, "0 pass, 1 a FAIL, 125 cannot tell: a BROKEN and no FAIL, or nothing ran" },
	{ NULL, 0, NULL },
};

/* In order of precedence: a FAIL, a BROKEN, nothing ran. */
static const struct {
	int fail, broken, nothing;
} exit_codes[] = {
	[EXIT_STYLE_HOPCHECK] = { .fail = 1, .broken = 3, .nothing = 4 },
	[EXIT_STYLE_KSFT] = { .fail = 1, .broken = 1, .nothing = 4 },
	[EXIT_STYLE_BISECT] = { .fail = 1, .broken = 125, .nothing = 125 },
};

void tally_cells(struct tally *tally, const struct cells *cells)
{
	for (size_t i = 0; i < cells->count; i++)
		tally_add(tally, cells->at[i]);
}

static int exit_code(const struct tally *tally, bool partial, enum exit_style style)
{
	if (tally->outcome[OUTCOME_FAIL])
		return exit_codes[style].fail;
	if (tally->outcome[OUTCOME_BROKEN] || partial)
		return exit_codes[style].broken;
	return tally->outcome[OUTCOME_SKIP] == tally->cells ? exit_codes[style].nothing : 0;
}

int cells_exit_code(const struct cells *cells, enum exit_style style)
{
	struct tally tally = { 0 };

	tally_cells(&tally, cells);
	return exit_code(&tally, false, style);
}

int results_exit_code(const struct results *results, enum exit_style style)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < results->count; i++)
		tally_cells(&tally, &results->runs[i]->cells);
	return exit_code(&tally, results_are_partial(results), style);
}
