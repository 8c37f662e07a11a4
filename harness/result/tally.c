/* Counts of outcomes, and the exit code that follows from them. */
#include <fnmatch.h>

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

bool skip_is_accepted(const struct exit_rules *rules, const struct result *cell)
{
	owned_text name = cell_name(cell);

	for (size_t i = 0; i < rules->accepted_count; i++)
		if (fnmatch(rules->accepted[i], cell->name, 0) == 0 || fnmatch(rules->accepted[i], name, 0) == 0)
			return true;
	return false;
}

/* As what a cell counts. */
static void count_cells(struct tally *tally, const struct cells *cells, const struct exit_rules *rules)
{
	for (size_t i = 0; i < cells->count; i++) {
		const struct result *cell = cells->at[i];
		bool is_found = rules->strict && (cell->outcome == OUTCOME_FIXED ||
		                                  (cell->outcome == OUTCOME_SKIP && !skip_is_accepted(rules, cell)));
		tally->cells++;
		tally->outcome[is_found ? OUTCOME_FAIL : cell->outcome]++;
	}
}

static int exit_code(const struct tally *tally, bool partial, enum exit_style style)
{
	if (tally->outcome[OUTCOME_FAIL])
		return exit_codes[style].fail;
	if (tally->outcome[OUTCOME_BROKEN] || partial)
		return exit_codes[style].broken;
	return tally->outcome[OUTCOME_SKIP] == tally->cells ? exit_codes[style].nothing : 0;
}

int cells_exit_code(const struct cells *cells, const struct exit_rules *rules)
{
	struct tally tally = { 0 };

	count_cells(&tally, cells, rules);
	return exit_code(&tally, false, rules->style);
}

int results_exit_code(const struct results *results, const struct exit_rules *rules)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < results->count; i++)
		count_cells(&tally, &results->runs[i]->cells, rules);
	return exit_code(&tally, results_are_partial(results), rules->style);
}
