/* The least sets of settings with which it happens. A setting whose other value cures alone is in each of them. Of
 * those that do not matter alone some may matter together, where two of them do the same harm: which, is asked by
 * keeping some as they are and giving all others another value. */
#include <stdlib.h>
#include <string.h>

#include "explain_internal.h"

#define SETS_MOST 4

/* Settings that can be taken back and leave it wrong. */
struct loose {
	struct explainer *explainer;
	size_t *toggles, *others; /* and the choice that does so */
	size_t count;
	double limit; /* by clock_ms(): the rest of the time is for other questions */
};

/* How large the lab and its packets are is told by the smallest one; here it is what they are. */
static bool counts(const struct toggle *toggle)
{
	return toggle->kind != TOGGLE_SIZE && toggle->kind != TOGGLE_SEGMENTS;
}

static void loose_find(struct loose *loose, struct explainer *explainer)
{
	const double now = clock_ms();

	*loose = (struct loose){ .explainer = explainer, .limit = now + (explainer->trials.deadline - now) / 2 };
	for (size_t t = 0; t < explainer->space->count; t++) {
		const struct alternative *keeps = alternative_of(explainer, t, DOES_KEEP);
		if (!keeps || alternative_of(explainer, t, DOES_CURE) || !counts(&explainer->space->toggles[t]))
			continue;
		size_t others = loose->count;
		*PUSH(loose->others, others) = keeps->choice;
		*PUSH(loose->toggles, loose->count) = t;
	}
}

static void add_set(const struct loose *loose, struct tries *tries, const bool *kept)
{
	size_t *choices = zalloc((loose->explainer->space->count + 1) * sizeof *choices);

	for (size_t i = 0; i < loose->count; i++)
		if (!kept[i])
			choices[loose->toggles[i]] = loose->others[i];
	try_add(loose->explainer, tries, choices, NULL, 0, NULL);
	free(choices);
}

static bool ask(void *context, bool *const *kept, size_t count, bool *wrong)
{
	struct loose *loose = context;
	owned_tries tries = { 0 };

	for (size_t i = 0; i < count; i++)
		add_set(loose, &tries, kept[i]);
	say_progress(loose->explainer, "%zu sets of settings", count);
	const bool time = tries_run(loose->explainer, &tries);
	for (size_t i = 0; i < count; i++)
		wrong[i] = variant_does(loose->explainer, &tries.variants[i]) == DOES_KEEP;
	return time && clock_ms() < loose->limit;
}

/* What has to stay only because it would go wrong in another way otherwise is no part of it. */
static bool drop_what_does_not_cure(struct loose *loose, bool *set)
{
	owned_tries tries = { 0 };
	bool *kept = zalloc(loose->count + 1);

	for (size_t i = 0; i < loose->count; i++) {
		memcpy(kept, set, loose->count);
		kept[i] = false;
		if (set[i])
			add_set(loose, &tries, kept);
	}
	free(kept);
	const bool time = !tries.count || tries_run(loose->explainer, &tries);
	for (size_t i = 0, tried = 0; i < loose->count && time; i++)
		if (set[i])
			set[i] = variant_does(loose->explainer, &tries.variants[tried++]) == DOES_CURE;
	return time;
}

static const char *setting_text(const struct explainer *explainer, size_t toggle)
{
	const struct toggle *one = &explainer->space->toggles[toggle];

	return pool_format(explainer->out->pool, "%s: %s", one->key, one->choices[0].word);
}

static bool same_set(const struct explained_set *a, const struct explained_set *b)
{
	bool same = a->count == b->count;

	for (size_t i = 0; i < a->count && same; i++)
		same = a->settings[i] == b->settings[i]; /* of one pool */
	return same;
}

static void tell_set(struct explainer *explainer, const struct loose *loose, const bool *set)
{
	struct explanation *out = explainer->out;
	struct explained_set *told = PUSH(out->least, out->least_count);

	*told = (struct explained_set){ 0 };
	for (size_t t = 0; t < explainer->space->count; t++) {
		bool in = counts(&explainer->space->toggles[t]) && alternative_of(explainer, t, DOES_CURE);
		for (size_t i = 0; i < loose->count; i++)
			in |= loose->toggles[i] == t && set[i];
		if (in)
			*PUSH(told->settings, told->count) = setting_text(explainer, t);
	}
	for (size_t i = 0; i + 1 < out->least_count; i++) {
		if (!same_set(&out->least[i], told))
			continue;
		free(told->settings);
		out->least_count--;
		return;
	}
}

bool least_find(struct explainer *explainer)
{
	struct loose loose;
	struct minimal found;
	bool time = true;

	loose_find(&loose, explainer);
	minimal_find(&found, loose.count, SETS_MOST, &(struct oracle){ ask, &loose });
	for (size_t i = 0; i < found.count && time; i++) {
		time = drop_what_does_not_cure(&loose, found.sets[i]);
		if (time)
			tell_set(explainer, &loose, found.sets[i]);
	}
	explainer->out->least_complete = found.complete && time;
	minimal_clear(&found);
	free(loose.toggles);
	free(loose.others);
	return time && !time_is_up(explainer);
}
