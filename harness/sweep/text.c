/* Rows as case files. */
#include <string.h>

#include "sweep_internal.h"

static void append_part(char **text, const char *part)
{
	if (part && *part)
		text_append(text, "%s%s", **text ? ", " : "", part);
}

char *sweep_kept_text(const struct sweep *sweep, const unsigned *row, const bool *kept)
{
	char *text = sweep->testcase ? case_cell_text(sweep->testcase, row) : text_copy("");
	bool listed = true;

	for (size_t i = 0; i < sweep->count; i++)
		if (strcmp(sweep->factors[i].name, "mode") == 0)
			listed = strcmp(sweep->factors[i].values[row[i]].word, "plain") != 0;
	for (size_t i = 0; i < sweep->count; i++) {
		const struct factor_value *value = &sweep->factors[i].values[row[i]];
		if (sweep->testcase && i < sweep->testcase->axis_count)
			continue;
		append_part(&text, !kept || kept[i] ? value->sets : NULL);
		append_part(&text, listed && (!kept || kept[i]) ? value->with_list : NULL);
	}
	return text;
}

char *sweep_row_text(const struct sweep *sweep, const unsigned *row)
{
	return sweep_kept_text(sweep, row, NULL);
}

char *sweep_case_text(const struct topology *topology, const char *name, char *const *sets, size_t count, size_t first)
{
	char *text = text_format("case: %s\ntopology: %s\ntraffic: {}\naxes:\n  row:\n", name, topology->name);

	for (size_t i = 0; i < count; i++)
		text_append(&text, "    \"%zu\": {%s}\n", first + i, sets[i]);
	text_append(&text, "expect: {fate: delivered}\n");
	return text;
}

static uint64_t value_digest(uint64_t digest, const struct factor_value *value)
{
	digest = digest_add(digest, value->word, strlen(value->word) + 1);
	digest = digest_add(digest, value->sets, strlen(value->sets) + 1);
	return value->with_list ? digest_add(digest, value->with_list, strlen(value->with_list) + 1) : digest;
}

uint64_t sweep_digest(const struct sweep *sweep)
{
	uint64_t digest = DIGEST_START;

	for (size_t i = 0; i < sweep->count; i++) {
		const struct factor *factor = &sweep->factors[i];
		digest = digest_add(digest, factor->name, strlen(factor->name) + 1);
		for (size_t v = 0; v < factor->count; v++)
			digest = value_digest(digest, &factor->values[v]);
	}
	for (size_t i = 0; i < sweep->cover.ban_count; i++)
		for (size_t c = 0; c < sweep->cover.bans[i].count; c++) {
			const struct cover_choice *choice = &sweep->cover.bans[i].choices[c];
			digest = digest_add(digest, &choice->factor, sizeof choice->factor);
			digest = digest_add(digest, &choice->value, sizeof choice->value);
		}
	return digest;
}
