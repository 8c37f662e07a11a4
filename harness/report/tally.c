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

int results_exit_code(const json_t *cells)
{
	struct tally tally = { 0 };
	const json_t *cell;
	size_t i;

	json_array_foreach (cells, i, cell)
		tally_add(&tally, cell);
	if (tally.outcome[OUTCOME_FAIL])
		return 1;
	if (tally.outcome[OUTCOME_BROKEN] || tally.other)
		return 3;
	return tally.outcome[OUTCOME_SKIP] == tally.cells ? 4 : 0;
}
