#include <stdlib.h>

#include "tuples.h"

#define TUPLES_MOST (1ULL << 30) /* a set of them has 128 MiB */

/* Of so many factors; k is a strength. */
static uint64_t choose(uint64_t n, unsigned k)
{
	if (n < k)
		return 0;
	switch (k) {
	case 0:
		return 1;
	case 1:
		return n;
	case 2:
		return n * (n - 1) / 2;
	case 3:
		return n * (n - 1) * (n - 2) / 6;
	default:
		return n * (n - 1) / 2 * ((n - 2) * (n - 3) / 2) / 6;
	}
}

bool combination_next(size_t *factors, unsigned strength, size_t of)
{
	for (unsigned i = 0; i < strength; i++) {
		const size_t below = i + 1 < strength ? factors[i + 1] : of;
		if (factors[i] + 1 == below) {
			factors[i] = i;
			continue;
		}
		factors[i]++;
		return true;
	}
	return false;
}

static uint64_t combination_number(const size_t *factors, unsigned strength)
{
	uint64_t number = 0;

	for (unsigned i = 0; i < strength; i++)
		number += choose(factors[i], i + 1);
	return number;
}

int tuple_layout_make(struct tuple_layout *layout, const struct cover_space *space, unsigned strength,
                      struct error *err)
{
	size_t factors[COVER_STRENGTH_MOST];

	*layout = (struct tuple_layout){ .space = space, .strength = strength };
	layout->combinations = choose(space->factor_count, strength);
	if (layout->combinations > TUPLES_MOST)
		return fail(err, "%zu factors have more combinations of %u than can be counted; take a lower strength",
		            space->factor_count, strength);
	layout->start = zalloc((layout->combinations + 1) * sizeof *layout->start);
	for (unsigned i = 0; i < strength; i++)
		factors[i] = i;
	for (uint64_t c = 0; c < layout->combinations; c++) {
		uint64_t tuples = 1;
		for (unsigned i = 0; i < strength; i++)
			tuples *= space->values[factors[i]];
		layout->start[c] = layout->count;
		layout->count += tuples;
		if (layout->count > TUPLES_MOST)
			return fail(err, "more than %llu combinations of %u values; take a lower strength", TUPLES_MOST,
			            strength);
		combination_next(factors, strength, space->factor_count);
	}
	layout->start[layout->combinations] = layout->count;
	return 0;
}

void tuple_layout_clear(struct tuple_layout *layout)
{
	free(layout->start);
	layout->start = NULL;
}

uint64_t tuple_number(const struct tuple_layout *layout, const size_t *factors, const unsigned *row)
{
	uint64_t within = 0;

	for (unsigned i = 0; i < layout->strength; i++)
		within = within * layout->space->values[factors[i]] + row[factors[i]];
	return layout->start[combination_number(factors, layout->strength)] + within;
}

/* The combination whose tuples include a number. */
static uint64_t combination_of(const struct tuple_layout *layout, uint64_t number)
{
	uint64_t low = 0, high = layout->combinations;

	while (high - low > 1) {
		const uint64_t middle = low + (high - low) / 2;
		if (layout->start[middle] <= number)
			low = middle;
		else
			high = middle;
	}
	return low;
}

void tuple_at(const struct tuple_layout *layout, uint64_t number, struct cover_choice *choices)
{
	uint64_t combination = combination_of(layout, number), within = number - layout->start[combination];

	for (unsigned i = layout->strength; i-- > 0;) {
		size_t factor = i;
		while (choose(factor + 1, i + 1) <= combination)
			factor++;
		combination -= choose(factor, i + 1);
		choices[i].factor = factor;
	}
	for (unsigned i = layout->strength; i-- > 0;) {
		const unsigned values = layout->space->values[choices[i].factor];
		choices[i].value = (unsigned)(within % values);
		within /= values;
	}
}

void tuple_set_make(struct tuple_set *set, const struct tuple_layout *layout)
{
	*set = (struct tuple_set){ .bits = zalloc((layout->count / 64 + 1) * sizeof *set->bits) };
}

bool tuple_set_add(struct tuple_set *set, uint64_t number)
{
	if (tuple_set_has(set, number))
		return false;
	set->bits[number / 64] |= 1ULL << (number % 64);
	set->count++;
	return true;
}

uint64_t tuple_set_add_row(struct tuple_set *set, const struct tuple_layout *layout, const unsigned *row)
{
	size_t factors[COVER_STRENGTH_MOST];
	uint64_t new = 0;

	for (unsigned i = 0; i < layout->strength; i++)
		factors[i] = i;
	do
		new += tuple_set_add(set, tuple_number(layout, factors, row));
	while (combination_next(factors, layout->strength, layout->space->factor_count));
	return new;
}
