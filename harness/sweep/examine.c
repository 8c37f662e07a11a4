/* Looks at a find: whether it happens again, and what of its first row makes it happen. */
#include <stdlib.h>
#include <string.h>

#include "stop.h"
#include "sweep_internal.h"
#include "sweeping.h"

/* The factors of a find's row that set something beside its way, mode and traffic. */
struct examined {
	struct sweeping *sweeping;
	struct find *find;
	size_t *factors; /* elements of the sets that are tried */
	size_t count;
	struct error *err;
	bool failed;
};

/* Which of these texts go wrong as the find does. False: there was no time. */
static bool go_wrong(struct examined *examined, char *const *sets, size_t count, bool *wrong)
{
	struct sweeping *sweeping = examined->sweeping;
	struct rows_ran ran;
	bool all = true;

	if (rows_run(&ran, &sweeping->runner, sweeping_name(sweeping), sets, count, 0, examined->err) < 0)
		examined->failed = true;
	for (size_t i = 0; i < count && !examined->failed; i++) {
		const struct result *which = NULL;
		owned_text what = wrong_in_row(&ran, i, sets[i], &which);
		wrong[i] = what && strcmp(what, examined->find->what) == 0;
		all &= ran.why[i] || ran.results[i * ran.kernels];
	}
	rows_clear(&ran);
	return all && !examined->failed && !stop_signal();
}

/* Of all factors: the way, the mode, the traffic, and these. Caller frees. */
static bool *kept_factors(const struct examined *examined, const bool *kept)
{
	const struct sweep *sweep = &examined->sweeping->sweep;
	bool *factors = zalloc(sweep->count * sizeof *factors);

	for (size_t i = 0; i < sweep->count; i++)
		factors[i] = sweep->factors[i].fixed;
	for (size_t i = 0; i < examined->count; i++)
		factors[examined->factors[i]] = kept[i];
	return factors;
}

static char *kept_text(const struct examined *examined, const bool *kept)
{
	bool *factors = kept_factors(examined, kept);
	char *text = sweep_kept_text(&examined->sweeping->sweep, examined->find->values, factors);

	free(factors);
	return text;
}

static bool ask(void *context, bool *const *kept, size_t count, bool *wrong)
{
	struct examined *examined = context;
	char **sets = zalloc(count * sizeof *sets + 1);

	for (size_t i = 0; i < count; i++)
		sets[i] = kept_text(examined, kept[i]);
	const bool all = go_wrong(examined, sets, count, wrong);
	for (size_t i = 0; i < count; i++)
		free(sets[i]);
	free(sets);
	return all;
}

static void list_factors(struct examined *examined)
{
	const struct sweep *sweep = &examined->sweeping->sweep;

	for (size_t i = 0; i < sweep->count; i++) {
		if (!sweep->factors[i].fixed && *sweep->factors[i].values[examined->find->values[i]].sets)
			*PUSH(examined->factors, examined->count) = i;
	}
}

/* The find's row twice again: as it is, each in a part of the run of its own. */
static void repeat(struct examined *examined)
{
	struct find *find = examined->find;
	bool wrong[2] = { false, false };

	for (size_t i = 0; i < COUNT(wrong); i++)
		if (!go_wrong(examined, &find->sets, 1, &wrong[i])) {
			find->state = FIND_UNKNOWN;
			return;
		}
	find->state = wrong[0] && wrong[1] ? FIND_AGAIN : FIND_ONCE;
}

static void keep_least(struct examined *examined, const bool *kept)
{
	examined->find->kept = kept_factors(examined, kept);
	examined->find->least = kept_text(examined, kept);
}

static void find_least(struct examined *examined)
{
	const struct oracle oracle = { ask, examined };
	bool *none = zalloc(examined->count + 1);
	bool *const at_none[] = { none };
	bool wrong = false;
	struct minimal least = { 0 };

	if (ask(examined, at_none, 1, &wrong) && wrong)
		keep_least(examined, none);
	else if (!examined->failed)
		minimal_find(&least, examined->count, 1, &oracle);
	if (least.count)
		keep_least(examined, least.sets[0]);
	minimal_clear(&least);
	free(none);
}

static bool is_right(struct examined *examined, char *sets)
{
	struct sweeping *sweeping = examined->sweeping;
	const struct result *which = NULL;
	struct rows_ran ran;

	examined->failed |= rows_run(&ran, &sweeping->runner, sweeping_name(sweeping), &sets, 1, 0, examined->err) < 0;
	owned_text wrong = examined->failed ? NULL : wrong_in_row(&ran, 0, sets, &which);
	const bool right = !examined->failed && !wrong && ran.results[0] && ran.results[0]->verdict;
	rows_clear(&ran);
	return right;
}

/* Whether the values that are kept can be together. */
static bool kept_can_be(const struct sweep *sweep, const unsigned *values, const bool *kept)
{
	for (size_t b = 0; b < sweep->cover.ban_count; b++) {
		const struct cover_ban *ban = &sweep->cover.bans[b];
		bool holds = true;
		for (size_t i = 0; i < ban->count; i++)
			holds &=
			        kept[ban->choices[i].factor] && values[ban->choices[i].factor] == ban->choices[i].value;
		if (holds)
			return false;
	}
	return true;
}

/* The least of it in plain mode, where that can be. */
static void find_control(struct examined *examined)
{
	const struct sweep *sweep = &examined->sweeping->sweep;
	struct find *find = examined->find;
	const size_t size = sweep->count * sizeof *find->values;
	unsigned *values = memcpy(zalloc(size), find->values, size);
	size_t mode;
	const struct factor *modes = sweep_factor(sweep, "mode", &mode);

	if (modes && values[mode] && strcmp(modes->values[0].word, "plain") == 0) {
		values[mode] = 0;
		owned_text control =
		        kept_can_be(sweep, values, find->kept) ? sweep_kept_text(sweep, values, find->kept) : NULL;
		if (control && is_right(examined, control))
			find->control = take(control);
	}
	free(values);
}

int sweeping_examine(struct sweeping *sweeping, struct error *err)
{
	for (size_t i = 0; i < sweeping->finds.count; i++) {
		struct examined examined = { .sweeping = sweeping, .find = &sweeping->finds.at[i], .err = err };
		if (examined.find->state != FIND_NEW || !examined.find->values)
			continue;
		list_factors(&examined);
		repeat(&examined);
		if (examined.find->state == FIND_AGAIN)
			find_least(&examined);
		if (examined.find->kept && !examined.failed)
			find_control(&examined);
		free(examined.factors);
		if (examined.failed)
			return -1;
	}
	return 0;
}
