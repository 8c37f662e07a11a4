/* Which named deviations look like what was found. */
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "mode.h"

void known_rows_read(struct known_rows *known, const char *directory, const char *release)
{
	struct error err = { 0 };

	*known = (struct known_rows){ .release = text_copy(release) };
	known->suite.directory = directory;
	suite_read(&known->suite, NULL, 0, &err);
}

void known_rows_clear(struct known_rows *known)
{
	suite_free(&known->suite);
	free(known->release);
	*known = (struct known_rows){ 0 };
}

static bool row_breaks(const struct expectation *row, const char *invariant)
{
	int number;

	return row->broken.any || (word_value(invariant_words, invariant, &number) && row->broken.has[number]);
}

/* How much of a result a row of `known` says; 0: it says otherwise, or nothing. */
static unsigned likeness(const struct expectation *row, const struct result *result)
{
	const struct result_verdict *verdict = result->verdict;
	const struct texts *broken = &verdict->broken, *complaints = &result->evidence->complaints;
	unsigned agreed = 0;

	const bool large = verdict->oversize.count && (row->oversize.any || row->oversize.count);

	/* What becomes of a frame that is too large is the link's. */
	if (!row->has_fate || (row->fate != (enum fate)verdict->fate && !large))
		return 0;
	if (row->reason && is_said(verdict->reason) && strcmp(row->reason, verdict->reason) != 0)
		return 0;
	agreed += row->reason != NULL;
	for (size_t i = 0; i < broken->count; i++, agreed += 2)
		if (!row_breaks(row, broken->at[i]))
			return 0;
	if (verdict->bad_checksums.count && verdict->fate == FATE_DELIVERED && !row->bad_checksums.any &&
	    !row->bad_checksums.count)
		return 0;
	agreed += verdict->bad_checksums.count && (row->bad_checksums.any || row->bad_checksums.count);
	if (verdict->oversize.count && !row->oversize.any && !row->oversize.count)
		return 0;
	agreed += 2 * (verdict->oversize.count > 0);
	for (size_t i = 0; i < complaints->count; i++, agreed += 2)
		if (!row->complaint || !strstr(complaints->at[i], row->complaint))
			return 0;
	return agreed;
}

static unsigned modes_set(const struct setting *settings, size_t count)
{
	unsigned modes = 0;

	for (size_t i = 0; i < count; i++)
		if (settings[i].kind == SET_TRAFFIC && strcmp(settings[i].field->key, "mode") == 0)
			modes = 1U << settings[i].number;
	return modes;
}

static bool has_label(const struct expectation *row, size_t axis, size_t value)
{
	for (size_t i = 0; i < row->condition_count; i++) {
		const struct condition *condition = &row->conditions[i];
		bool has = condition->axis != axis;
		for (size_t v = 0; v < condition->value_count && !has; v++)
			has = condition->values[v] == value;
		if (!has)
			return false;
	}
	return true;
}

/* The modes of the cells that a row may be of, as bits. */
static unsigned row_modes(const struct testcase *testcase, const struct expectation *row)
{
	unsigned modes = modes_set(testcase->base, testcase->base_count);

	for (size_t a = 0; a < testcase->axis_count; a++) {
		const struct axis *axis = &testcase->axes[a];
		unsigned set = 0;
		for (size_t v = 0; v < axis->value_count; v++)
			if (has_label(row, a, v))
				set |= modes_set(axis->values[v].settings, axis->values[v].setting_count);
		modes = set ? set : modes;
	}
	return modes ? modes : 1U << MODE_PLAIN;
}

static void add_name(char **names, const char *name)
{
	const char *there = *names ? strstr(*names, name) : NULL;

	if (!there)
		text_append(names, "%s%s", *names ? ", " : "", name);
}

static char *names_of(const struct known_rows *known, const struct result *result, unsigned modes)
{
	char *names = NULL;
	unsigned most = 1;

	for (size_t c = 0; c < known->suite.case_count; c++) {
		const struct testcase *testcase = known->suite.cases[c].testcase;
		for (size_t i = 0; i < testcase->known_count; i++) {
			const struct expectation *row = &testcase->known[i];
			if (!row->deviation || (*known->release && !release_in_range(known->release, row->kernel)) ||
			    row->qemu || !(row_modes(testcase, row) & modes))
				continue;
			const unsigned agreed = likeness(row, result);
			if (agreed < most)
				continue;
			if (agreed > most)
				free(take(names));
			most = agreed;
			add_name(&names, row->deviation->name);
		}
	}
	return names;
}

char *known_rows_like(const struct known_rows *known, const struct result *result, int mode)
{
	char *names = names_of(known, result, 1U << mode);

	if (!names)
		names = names_of(known, result, ~0U);
	return names || !is_said(result->like) ? names : text_copy(result->like);
}
