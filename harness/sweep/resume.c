/* A sweep's state as JSON: rows that were run are not run again, since equal seeds give equal rows. */
#include <stdlib.h>
#include <string.h>

#include "sweeping.h"

static json_t *find_json(const struct find *find)
{
	return json_pack("{s:s, s:I, s:I, s:s, s:s*, s:s, s:s*, s:s*, s:s*}", "what", find->what, "rows",
	                 (json_int_t)find->rows, "first", (json_int_t)find->first, "sets", find->sets, "why", find->why,
	                 "state", word_of(find_state_words, find->state), "least", find->least, "control",
	                 find->control, "named", find->named);
}

static size_t state_of(const json_t *sweeps, const char *of)
{
	size_t i;
	json_t *one;

	json_array_foreach (sweeps, i, one) {
		const char *name = json_string_value(json_object_get(one, "of"));
		if (name && strcmp(name, of) == 0)
			return i;
	}
	return NOT_FOUND;
}

static char *space_text(const struct sweeping *sweeping)
{
	return text_format("%016llx", (unsigned long long)sweep_digest(&sweeping->sweep));
}

void sweeping_save(json_t *document, const struct sweeping *sweeping)
{
	json_t *sweeps = json_object_get(document, "sweeps"), *finds = json_array();
	owned_text space = space_text(sweeping);

	if (!sweeps) {
		sweeps = json_array();
		json_object_set_new(document, "sweeps", sweeps);
	}
	for (size_t i = 0; i < sweeping->finds.count; i++)
		json_array_append_new(finds, find_json(&sweeping->finds.at[i]));
	json_t *state =
	        json_pack("{s:s, s:s, s:i, s:I, s:I, s:s, s:b, s:o}", "of", sweeping_name(sweeping), "space", space,
	                  "strength", (int)sweeping->strength, "seed", (json_int_t)sweeping->seed, "first_rows",
	                  (json_int_t)sweeping->first_rows, "rows", sweeping->marks ? sweeping->marks : "", "complete",
	                  sweeping->complete, "finds", finds);
	const size_t there = state_of(sweeps, sweeping_name(sweeping));
	if (there == NOT_FOUND)
		json_array_append_new(sweeps, state);
	else
		json_array_set_new(sweeps, there, state);
}

static const char *text_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int take_finds(struct sweeping *sweeping, const json_t *finds, struct error *err)
{
	size_t i;
	json_t *one;

	finds_clear(&sweeping->finds);
	json_array_foreach (finds, i, one) {
		const char *what = text_at(one, "what"), *sets = text_at(one, "sets"), *why = text_at(one, "why");
		const char *word = text_at(one, "state");
		int state;
		if (!what || !sets || !why || !word || !word_value(find_state_words, word, &state))
			return fail(err, "find %zu is not whole", i + 1);
		struct find *find = PUSH(sweeping->finds.at, sweeping->finds.count);
		*find = (struct find){ .what = text_copy(what),
			               .sets = text_copy(sets),
			               .why = text_copy(why),
			               .state = (enum find_state)state,
			               .rows = (size_t)json_integer_value(json_object_get(one, "rows")),
			               .first = (size_t)json_integer_value(json_object_get(one, "first")),
			               .least = text_copy(text_at(one, "least")),
			               .control = text_copy(text_at(one, "control")),
			               .named = text_copy(text_at(one, "named")) };
	}
	return 0;
}

static void count_marks(struct sweeping *sweeping)
{
	sweeping->right = sweeping->wrong = sweeping->skipped = sweeping->broken = 0;
	for (const char *mark = sweeping->marks; *mark; mark++) {
		sweeping->right += *mark == '.';
		sweeping->wrong += *mark == 'w';
		sweeping->skipped += *mark == 's' || *mark == 'p';
		sweeping->broken += *mark == 'b';
	}
}

/* The rows of the array that were run, for what they cover; finds that are yet to be looked at need the values. */
static int take_rows(struct sweeping *sweeping, const char *marks, struct error *err)
{
	const size_t rows = strlen(marks), size = sweeping->sweep.count * sizeof(unsigned);
	unsigned *row = zalloc(size);
	bool there = true;

	if (strspn(marks, ".wsbp") != rows || rows < sweeping->first_rows)
		there = false;
	for (size_t i = sweeping->first_rows; i < rows && there; i++) {
		there = cover_next(sweeping->cover, row);
		if (there && (marks[i] == '.' || marks[i] == 'w'))
			cover_ran(sweeping->cover, row);
		for (size_t f = 0; f < sweeping->finds.count && there; f++)
			if (sweeping->finds.at[f].first == i)
				sweeping->finds.at[f].values = memcpy(zalloc(size), row, size);
	}
	free(row);
	if (!there)
		return fail(err, "its rows are not those of this sweep");
	free(sweeping->marks);
	sweeping->marks = text_copy(marks);
	sweeping->rows = rows;
	count_marks(sweeping);
	return 0;
}

int sweeping_resume(struct sweeping *sweeping, const json_t *document, struct error *err)
{
	const char *name = sweeping_name(sweeping);
	const json_t *sweeps = json_object_get(document, "sweeps");
	const size_t there = state_of(sweeps, name);
	owned_text space = space_text(sweeping);

	if (there == NOT_FOUND)
		return 0;
	const json_t *state = json_array_get(sweeps, there);
	const char *marks = text_at(state, "rows"), *was = text_at(state, "space");
	if (!marks || !was)
		return fail(err, "the sweep of %s is not whole", name);
	if (json_integer_value(json_object_get(state, "strength")) != (json_int_t)sweeping->strength ||
	    json_integer_value(json_object_get(state, "seed")) != (json_int_t)sweeping->seed || strcmp(was, space) != 0)
		return fail(
		        err,
		        "the sweep of %s is another one: its strength, its seed, the topology or what this kernel can "
		        "do was another; name another file",
		        name);
	if (take_finds(sweeping, json_object_get(state, "finds"), err) < 0 || take_rows(sweeping, marks, err) < 0)
		return blame(err, "the sweep of %s", name);
	return 0;
}
