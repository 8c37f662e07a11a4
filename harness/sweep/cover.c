/* Row by row, each the best of some: it begins with a tuple that no row has yet, and every further factor, in an order
 * drawn for the row, gets the value by which the row has most new tuples (as AETG does: Cohen, Dalal, Fredman, Patton,
 * 1997). Bans are kept by going back where a factor has no value left. */
#include <stdlib.h>
#include <string.h>

#include "tuples.h"

struct cover {
	const struct cover_space *space;
	unsigned strength; /* COVER_ALL: every row */
	uint64_t random;
	struct tuple_layout layout;
	struct tuple_set given, ran, impossible; /* impossible: those that bans leave no row for */
	/* per factor and value: the bans that it is in */
	size_t **bans, *ban_counts, *first; /* first: index of a factor's value 0 */
	size_t choice_count;                /* of all factors together */
	unsigned *fill;
	size_t *order;
	uint64_t rows, row, step, offset; /* COVER_ALL: row number `row` is (row * step + offset) mod rows */
};

#define NO_VALUE ((unsigned)-1)

void cover_space_ban(struct cover_space *space, const struct cover_choice *choices, size_t count)
{
	struct cover_ban *ban = PUSH(space->bans, space->ban_count);

	for (size_t i = 0; i < count; i++)
		*PUSH(ban->choices, ban->count) = choices[i];
}

void cover_space_clear(struct cover_space *space)
{
	for (size_t i = 0; i < space->ban_count; i++)
		free(space->bans[i].choices);
	free(space->bans);
	free(space->values);
	*space = (struct cover_space){ 0 };
}

static bool ban_holds(const struct cover_ban *ban, const unsigned *row)
{
	for (size_t i = 0; i < ban->count; i++)
		if (row[ban->choices[i].factor] != ban->choices[i].value)
			return false;
	return true;
}

bool cover_allows(const struct cover_space *space, const unsigned *row)
{
	for (size_t i = 0; i < space->ban_count; i++)
		if (ban_holds(&space->bans[i], row))
			return false;
	return true;
}

/* splitmix64 (Steele, Lea, Flood, 2014). */
static uint64_t draw(struct cover *cover)
{
	uint64_t z = cover->random += 0x9e3779b97f4a7c15U;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
	z = (z ^ z >> 27) * 0x94d049bb133111ebU;
	return z ^ z >> 31;
}

static void index_bans(struct cover *cover)
{
	const struct cover_space *space = cover->space;
	size_t choices = 0;

	cover->first = zalloc((space->factor_count + 1) * sizeof *cover->first);
	for (size_t f = 0; f < space->factor_count; f++) {
		cover->first[f] = choices;
		choices += space->values[f];
	}
	cover->first[space->factor_count] = cover->choice_count = choices;
	cover->bans = zalloc(choices * sizeof *cover->bans);
	cover->ban_counts = zalloc(choices * sizeof *cover->ban_counts);
	for (size_t b = 0; b < space->ban_count; b++)
		for (size_t i = 0; i < space->bans[b].count; i++) {
			const struct cover_choice *choice = &space->bans[b].choices[i];
			const size_t at = cover->first[choice->factor] + choice->value;
			*PUSH(cover->bans[at], cover->ban_counts[at]) = b;
		}
}

/* Whether a row, whose other factors may have NO_VALUE, may have a value too. */
static bool may_have(const struct cover *cover, unsigned *row, size_t factor, unsigned value)
{
	const size_t at = cover->first[factor] + value;
	const unsigned before = row[factor];
	bool may = true;

	row[factor] = value;
	for (size_t i = 0; may && i < cover->ban_counts[at]; i++)
		may = !ban_holds(&cover->space->bans[cover->bans[at][i]], row);
	row[factor] = before;
	return may;
}

static bool is_banned(const struct cover *cover, size_t factor)
{
	for (size_t at = cover->first[factor]; at < cover->first[factor + 1]; at++)
		if (cover->ban_counts[at])
			return true;
	return false;
}

/* Whether factors from `factor` on have values with which the row breaks no ban; those without bans always have. */
static bool can_be_filled(const struct cover *cover, unsigned *row, size_t factor)
{
	while (factor < cover->space->factor_count && (row[factor] != NO_VALUE || !is_banned(cover, factor)))
		factor++;
	if (factor == cover->space->factor_count)
		return true;
	for (unsigned v = 0; v < cover->space->values[factor]; v++) {
		if (!may_have(cover, row, factor, v))
			continue;
		row[factor] = v;
		const bool can = can_be_filled(cover, row, factor + 1);
		row[factor] = NO_VALUE;
		if (can)
			return true;
	}
	return false;
}

/* Puts a tuple into an empty row; false: no row can have it. */
static bool begin_with(struct cover *cover, unsigned *row, uint64_t tuple)
{
	struct cover_choice choices[COVER_STRENGTH_MOST];

	tuple_at(&cover->layout, tuple, choices);
	for (size_t f = 0; f < cover->space->factor_count; f++)
		row[f] = NO_VALUE;
	for (unsigned i = 0; i < cover->strength; i++) {
		if (!may_have(cover, row, choices[i].factor, choices[i].value))
			return false;
		row[choices[i].factor] = choices[i].value;
	}
	return can_be_filled(cover, row, 0);
}

/* How many tuples that no row has yet come with the value of `factor`: with any others of those that are in the row,
 * `order` up to `count`. */
static unsigned new_with(const struct cover *cover, const unsigned *row, size_t factor, size_t count)
{
	size_t chosen[COVER_STRENGTH_MOST] = { 0, 1, 2, 3 };
	const unsigned others = cover->strength - 1;
	unsigned new = 0;

	if (count < others)
		return 0;
	do {
		size_t factors[COVER_STRENGTH_MOST], n = 0;
		size_t add = factor;
		for (unsigned i = 0; i <= others; i++) { /* sorted, by insertion */
			size_t at = n++;
			for (; at > 0 && factors[at - 1] > add; at--)
				factors[at] = factors[at - 1];
			factors[at] = add;
			add = i < others ? cover->order[chosen[i]] : 0;
		}
		new += !tuple_set_has(&cover->given, tuple_number(&cover->layout, factors, row));
	} while (combination_next(chosen, others, count));
	return new;
}

/* The value of a factor by which the row has most new tuples; of equals any. NO_VALUE: bans leave none. */
static unsigned best_value(struct cover *cover, unsigned *row, size_t factor, size_t count)
{
	unsigned best = NO_VALUE, most = 0, equals = 0;

	for (unsigned v = 0; v < cover->space->values[factor]; v++) {
		if (!may_have(cover, row, factor, v))
			continue;
		row[factor] = v;
		const unsigned new = can_be_filled(cover, row, 0) ? new_with(cover, row, factor, count) + 1 : 0;
		row[factor] = NO_VALUE;
		if (!new || new < most)
			continue;
		equals = new > most ? 1 : equals + 1;
		most = new;
		if (draw(cover) % equals == 0)
			best = v;
	}
	return best;
}

/* The order in which factors are filled: those that have a value already, then the others as drawn. */
static size_t draw_order(struct cover *cover, const unsigned *row)
{
	size_t set = 0, end = cover->space->factor_count;

	for (size_t f = 0; f < cover->space->factor_count; f++)
		cover->order[row[f] != NO_VALUE ? set++ : --end] = f;
	for (size_t i = cover->space->factor_count; i > set + 1; i--) {
		const size_t other = set + draw(cover) % (i - set), moved = cover->order[i - 1];
		cover->order[i - 1] = cover->order[other];
		cover->order[other] = moved;
	}
	return set;
}

static void fill(struct cover *cover, unsigned *row)
{
	for (size_t i = draw_order(cover, row); i < cover->space->factor_count; i++)
		row[cover->order[i]] = best_value(cover, row, cover->order[i], i);
}

static uint64_t new_in(const struct cover *cover, const unsigned *row)
{
	size_t factors[COVER_STRENGTH_MOST] = { 0, 1, 2, 3 };
	uint64_t new = 0;

	do
		new += !tuple_set_has(&cover->given, tuple_number(&cover->layout, factors, row));
	while (combination_next(factors, cover->strength, cover->space->factor_count));
	return new;
}

/* The first tuple from a number on, around the end, that is in neither set; false: there is none. */
static bool open_tuple(const struct cover *cover, uint64_t from, uint64_t *ret)
{
	const uint64_t words = cover->layout.count / 64 + 1;
	uint64_t closed_before = from % 64 ? (1ULL << (from % 64)) - 1 : 0; /* in the first word, the first time */

	for (uint64_t i = 0; i <= words; i++, closed_before = 0) {
		const uint64_t word = (from / 64 + i) % words;
		uint64_t closed = cover->given.bits[word] | cover->impossible.bits[word] | closed_before;
		if (word == words - 1)
			closed |= ~0ULL << (cover->layout.count % 64);
		if (closed == ~0ULL)
			continue;
		*ret = word * 64 + (uint64_t)__builtin_ctzll(~closed);
		return true;
	}
	return false;
}

static bool next_covering(struct cover *cover, unsigned *row)
{
	const size_t size = cover->space->factor_count * sizeof *row;
	unsigned tries = cover->strength < 3 ? 24 : 4;
	uint64_t most = 0, tuple;

	while (tries && open_tuple(cover, draw(cover) % cover->layout.count, &tuple)) {
		if (!begin_with(cover, cover->fill, tuple)) {
			tuple_set_add(&cover->impossible, tuple);
			continue;
		}
		fill(cover, cover->fill);
		const uint64_t new = new_in(cover, cover->fill);
		if (new > most) {
			most = new;
			memcpy(row, cover->fill, size);
		}
		tries--;
	}
	if (most)
		tuple_set_add_row(&cover->given, &cover->layout, row);
	return most > 0;
}

static bool next_of_all(struct cover *cover, unsigned *row)
{
	while (cover->row < cover->rows) {
		unsigned __int128 wide = (unsigned __int128)cover->row++ * cover->step + cover->offset;
		uint64_t number = (uint64_t)(wide % cover->rows);
		for (size_t f = 0; f < cover->space->factor_count; f++) {
			row[f] = (unsigned)(number % cover->space->values[f]);
			number /= cover->space->values[f];
		}
		if (cover_allows(cover->space, row)) {
			cover->given.count++;
			return true;
		}
		cover->impossible.count++;
	}
	return false;
}

bool cover_next(struct cover *cover, unsigned *row)
{
	return cover->strength == COVER_ALL ? next_of_all(cover, row) : next_covering(cover, row);
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	return b ? common_divisor(b, a % b) : a;
}

/* Each number below `rows` once, by a step that has no divisor in common with it. */
static int walk_all(struct cover *cover, struct error *err)
{
	cover->rows = 1;
	for (size_t f = 0; f < cover->space->factor_count; f++)
		if (__builtin_mul_overflow(cover->rows, cover->space->values[f], &cover->rows))
			return fail(err, "%zu factors have more rows than can be counted; take a strength",
			            cover->space->factor_count);
	cover->offset = draw(cover) % cover->rows;
	do
		cover->step = draw(cover) % cover->rows;
	while (cover->rows > 1 && common_divisor(cover->step, cover->rows) != 1);
	return 0;
}

struct cover *cover_new(const struct cover_space *space, unsigned strength, uint64_t seed, struct error *err)
{
	owned(cover) cover = zalloc(sizeof *cover);

	cover->space = space;
	cover->random = seed;
	cover->strength = strength > space->factor_count ? (unsigned)space->factor_count : strength;
	if (strength > COVER_STRENGTH_MOST) {
		fail(err, "strength %u: at most %u", strength, COVER_STRENGTH_MOST);
		return NULL;
	}
	if (cover->strength == COVER_ALL)
		return walk_all(cover, err) < 0 ? NULL : take(cover);
	if (tuple_layout_make(&cover->layout, space, cover->strength, err) < 0)
		return NULL;
	index_bans(cover);
	tuple_set_make(&cover->given, &cover->layout);
	tuple_set_make(&cover->ran, &cover->layout);
	tuple_set_make(&cover->impossible, &cover->layout);
	cover->fill = zalloc(space->factor_count * sizeof *cover->fill);
	cover->order = zalloc(space->factor_count * sizeof *cover->order);
	return take(cover);
}

void cover_free(struct cover *cover)
{
	if (!cover)
		return;
	for (size_t i = 0; i < cover->choice_count; i++)
		free(cover->bans[i]);
	free(cover->bans);
	free(cover->ban_counts);
	free(cover->first);
	free(cover->given.bits);
	free(cover->ran.bits);
	free(cover->impossible.bits);
	free(cover->fill);
	free(cover->order);
	tuple_layout_clear(&cover->layout);
	free(cover);
}

static struct cover_count count_of(const struct cover *cover, uint64_t covered)
{
	const uint64_t all = cover->strength == COVER_ALL ? cover->rows : cover->layout.count;

	return (struct cover_count){ covered, all - cover->impossible.count };
}

struct cover_count cover_counted(const struct cover *cover)
{
	return count_of(cover, cover->given.count);
}

void cover_ran(struct cover *cover, const unsigned *row)
{
	if (cover->strength == COVER_ALL)
		cover->ran.count++;
	else
		tuple_set_add_row(&cover->ran, &cover->layout, row);
}

struct cover_count cover_counted_ran(const struct cover *cover)
{
	return count_of(cover, cover->ran.count);
}
