/* What results say, counted; and the exit code it makes. */
#include "report_internal.h"

json_t *json_any_text(const char *text)
{
	json_t *json = text ? json_string(text) : json_null();

	if (json)
		return json;
	owned_text plain = text_copy(text);
	for (char *c = plain; *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	return json_string(plain);
}

const char *text_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

int outcome_at(const json_t *result)
{
	int outcome;

	return word_value(outcome_words, text_at(result, "outcome"), &outcome) ? outcome : -1;
}

void tally_add(struct tally *tally, const json_t *result)
{
	int outcome = outcome_at(result);

	tally->cells++;
	tally->milliseconds += json_number_value(json_object_get(result, "ms"));
	if (outcome < 0)
		tally->other++;
	else
		tally->outcome[outcome]++;
}

char *tally_text(const struct tally *tally, struct report_style style)
{
	char *text = NULL;

	for (const struct word *row = outcome_words; row->word; row++) {
		if (!tally->outcome[row->value])
			continue;
		owned_text count = text_format("%zu %s", tally->outcome[row->value], row->word);
		owned_text painted = paint(style, row->value, count);
		text_append(&text, "%s%s", text ? ", " : "", painted);
	}
	if (tally->other)
		text_append(&text, "%s%zu without an outcome", text ? ", " : "", tally->other);
	return text ? text : text_copy("nothing");
}

const struct word exit_style_words[] = {
	{ "hopcheck", EXIT_STYLE_HOPCHECK, "0 pass, 1 a FAIL, 3 a BROKEN and no FAIL, 4 nothing ran" },
	{ "ksft", EXIT_STYLE_KSFT, "0 pass, 1 a FAIL or BROKEN, 4 nothing ran: the kernel's selftests" },
	{ "bisect", EXIT_STYLE_BISECT, "0 pass, 1 a FAIL, 125 cannot tell: a BROKEN and no FAIL, or nothing ran" },
	{ NULL, 0, NULL },
};

/* The first that holds counts: a FAIL, a BROKEN, that nothing ran. */
static const struct {
	int fail, broken, nothing;
} exit_codes[] = {
	[EXIT_STYLE_HOPCHECK] = { .fail = 1, .broken = 3, .nothing = 4 },
	[EXIT_STYLE_KSFT] = { .fail = 1, .broken = 1, .nothing = 4 },
	[EXIT_STYLE_BISECT] = { .fail = 1, .broken = 125, .nothing = 125 },
};

void tally_cells(struct tally *tally, const json_t *cells)
{
	const json_t *cell;
	size_t i;

	json_array_foreach (cells, i, cell)
		tally_add(tally, cell);
}

static int exit_code(const struct tally *tally, bool partial, enum exit_style style)
{
	if (tally->outcome[OUTCOME_FAIL])
		return exit_codes[style].fail;
	if (tally->outcome[OUTCOME_BROKEN] || tally->other || partial)
		return exit_codes[style].broken;
	return tally->outcome[OUTCOME_SKIP] == tally->cells ? exit_codes[style].nothing : 0;
}

int results_exit_code(const json_t *cells, enum exit_style style)
{
	struct tally tally = { 0 };

	tally_cells(&tally, cells);
	return exit_code(&tally, false, style);
}

int runs_exit_code(const json_t *runs, enum exit_style style)
{
	struct tally tally = { 0 };
	const json_t *run;
	size_t i;

	json_array_foreach (runs, i, run)
		tally_cells(&tally, json_object_get(run, "cells"));
	return exit_code(&tally, runs_are_partial(runs), style);
}
