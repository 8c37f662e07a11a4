/* The least sets of elements with which something still goes wrong, by asking: delta debugging (Zeller, 2002) finds
 * one, and leaving out an element of each that is known finds another. Pure: what is asked is the oracle's. */
#include <stdlib.h>
#include <string.h>

#include "search.h"

/* What is asked at once. */
struct batch_of_sets {
	bool **kept;
	size_t count;
	bool *wrong;
};

/* A search over n elements. */
struct hunt {
	size_t n, most;
	const struct oracle *oracle;
	bool ended; /* the oracle gives no more answers */
	struct minimal *found;
	bool **left_out; /* sets of elements that were, or are yet to be, left out */
	size_t left_out_count;
};

static bool *set_copy(const struct hunt *hunt, const bool *set)
{
	bool *copy = zalloc(hunt->n + 1);

	if (set)
		memcpy(copy, set, hunt->n);
	return copy;
}

static size_t set_size(const struct hunt *hunt, const bool *set)
{
	size_t size = 0;

	for (size_t i = 0; i < hunt->n; i++)
		size += set[i];
	return size;
}

static void batch_clear(struct batch_of_sets *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		free(batch->kept[i]);
	free(batch->kept);
	free(batch->wrong);
}

static void ask(struct hunt *hunt, struct batch_of_sets *batch)
{
	batch->wrong = zalloc(batch->count + 1);
	if (!hunt->ended && !hunt->oracle->ask(hunt->oracle->context, batch->kept, batch->count, batch->wrong))
		hunt->ended = true;
	for (size_t i = 0; i < batch->count && hunt->ended; i++)
		batch->wrong[i] = false;
}

/* Of a set, the elements of one of several equal parts; `without`: all others. */
static bool *part_of(const struct hunt *hunt, const bool *set, size_t part, size_t parts, bool without)
{
	const size_t size = set_size(hunt, set);
	bool *made = set_copy(hunt, NULL);

	for (size_t i = 0, seen = 0; i < hunt->n; i++) {
		if (!set[i])
			continue;
		made[i] = (seen++ * parts / size == part) != without;
	}
	return made;
}

/* Each part alone, then each left out. Of two parts one is the other's rest. */
static size_t first_wrong(struct hunt *hunt, const bool *set, size_t parts, struct batch_of_sets *batch)
{
	for (size_t part = 0; part < parts; part++)
		*PUSH(batch->kept, batch->count) = part_of(hunt, set, part, parts, false);
	for (size_t part = 0; part < parts && parts > 2; part++)
		*PUSH(batch->kept, batch->count) = part_of(hunt, set, part, parts, true);
	ask(hunt, batch);
	for (size_t i = 0; i < batch->count; i++)
		if (batch->wrong[i])
			return i;
	return batch->count;
}

/* Makes a set that goes wrong minimal. False: the oracle gave up before. */
static bool shrink(struct hunt *hunt, bool *set)
{
	for (size_t parts = 2; set_size(hunt, set) > 1;) {
		const size_t size = set_size(hunt, set);
		struct batch_of_sets batch = { 0 };
		parts = parts < size ? parts : size;
		const size_t wrong = first_wrong(hunt, set, parts, &batch);
		if (wrong < batch.count)
			memcpy(set, batch.kept[wrong], hunt->n);
		batch_clear(&batch);
		if (hunt->ended)
			return false;
		if (wrong < parts)
			parts = 2;
		else if (wrong < 2 * parts && parts > 2)
			parts--;
		else if (parts == size)
			return true;
		else
			parts *= 2;
	}
	return !hunt->ended;
}

static bool is_found(const struct hunt *hunt, const bool *set)
{
	for (size_t i = 0; i < hunt->found->count; i++)
		if (memcmp(hunt->found->sets[i], set, hunt->n) == 0)
			return true;
	return false;
}

/* Another search leaves out one element of it, beside what this one left out. */
static void branch(struct hunt *hunt, const bool *found, const bool *left_out)
{
	for (size_t i = 0; i < hunt->n; i++) {
		if (!found[i])
			continue;
		bool *more = set_copy(hunt, left_out);
		bool known = false;
		more[i] = true;
		for (size_t k = 0; k < hunt->left_out_count; k++)
			known |= memcmp(hunt->left_out[k], more, hunt->n) == 0;
		if (known)
			free(more);
		else
			*PUSH(hunt->left_out, hunt->left_out_count) = more;
	}
}

/* Whether a minimal set that is found already avoids what is left out: then it would be found again. */
static const bool *avoiding(const struct hunt *hunt, const bool *left_out)
{
	for (size_t s = 0; s < hunt->found->count; s++) {
		bool meets = false;
		for (size_t i = 0; i < hunt->n; i++)
			meets |= hunt->found->sets[s][i] && left_out[i];
		if (!meets)
			return hunt->found->sets[s];
	}
	return NULL;
}

/* All sets that were not asked yet, at once. */
static void look_further(struct hunt *hunt, size_t from, size_t to)
{
	struct batch_of_sets batch = { 0 };

	for (size_t k = from; k < to; k++) {
		bool *kept = set_copy(hunt, NULL);
		for (size_t i = 0; i < hunt->n; i++)
			kept[i] = !hunt->left_out[k][i];
		*PUSH(batch.kept, batch.count) = kept;
	}
	ask(hunt, &batch);
	for (size_t k = from; k < to && !hunt->ended && hunt->found->count < hunt->most; k++) {
		bool *set = batch.kept[k - from];
		const bool *again = avoiding(hunt, hunt->left_out[k]);
		if (again)
			branch(hunt, again, hunt->left_out[k]);
		if (again || !batch.wrong[k - from] || !shrink(hunt, set))
			continue;
		if (!is_found(hunt, set))
			*PUSH(hunt->found->sets, hunt->found->count) = set_copy(hunt, set);
		branch(hunt, set, hunt->left_out[k]);
	}
	batch_clear(&batch);
}

/* Whether nothing at all has to be kept. */
static bool needs_none(struct hunt *hunt)
{
	struct batch_of_sets batch = { 0 };

	*PUSH(batch.kept, batch.count) = set_copy(hunt, NULL);
	ask(hunt, &batch);
	const bool none = batch.wrong[0];
	batch_clear(&batch);
	return none;
}

void minimal_find(struct minimal *ret, size_t n, size_t most, const struct oracle *oracle)
{
	struct hunt hunt = { .n = n, .most = most, .oracle = oracle, .found = ret };
	size_t asked = 0;

	*ret = (struct minimal){ 0 };
	if (needs_none(&hunt)) {
		*PUSH(ret->sets, ret->count) = set_copy(&hunt, NULL);
	} else if (n) {
		*PUSH(hunt.left_out, hunt.left_out_count) = set_copy(&hunt, NULL);
		while (asked < hunt.left_out_count && ret->count < most && !hunt.ended) {
			const size_t to = hunt.left_out_count;
			look_further(&hunt, asked, to);
			asked = to;
		}
	}
	ret->complete = !hunt.ended && (asked == hunt.left_out_count || !hunt.left_out_count);
	for (size_t i = 0; i < hunt.left_out_count; i++)
		free(hunt.left_out[i]);
	free(hunt.left_out);
}

void minimal_clear(struct minimal *minimal)
{
	for (size_t i = 0; i < minimal->count; i++)
		free(minimal->sets[i]);
	free(minimal->sets);
	*minimal = (struct minimal){ 0 };
}
