/* Sets of tuples: `strength` factors and a value of each. */
#ifndef HOPCHECK_SWEEP_TUPLES_H
#define HOPCHECK_SWEEP_TUPLES_H

#include "cover.h"

/* Where the tuples of each combination of factors begin in a set. Combinations are counted by the combinatorial number
 * system: of the factors a < b < c it is C(a, 1) + C(b, 2) + C(c, 3). */
struct tuple_layout {
	const struct cover_space *space;
	unsigned strength;
	uint64_t *start; /* one more than there are combinations */
	uint64_t combinations, count;
};
/* Returns 0, or -1 and a message: there are more than a set can hold. */
int tuple_layout_make(struct tuple_layout *layout, const struct cover_space *space, unsigned strength,
                      struct error *err);
void tuple_layout_clear(struct tuple_layout *layout);
/* The number of a tuple: `factors`, rising, and the values that `row` has of them. */
uint64_t tuple_number(const struct tuple_layout *layout, const size_t *factors, const unsigned *row);
/* The tuple of a number. */
void tuple_at(const struct tuple_layout *layout, uint64_t number, struct cover_choice *choices);
/* The next combination of `of` factors, rising; false: that was the last. The first is 0, 1, 2 ... */
bool combination_next(size_t *factors, unsigned strength, size_t of);

struct tuple_set {
	uint64_t *bits, count;
};
void tuple_set_make(struct tuple_set *set, const struct tuple_layout *layout);
static inline bool tuple_set_has(const struct tuple_set *set, uint64_t number)
{
	return set->bits[number / 64] >> (number % 64) & 1;
}
bool tuple_set_add(struct tuple_set *set, uint64_t number); /* false: it was there */
/* Adds those that a row has; gives how many are new. */
uint64_t tuple_set_add_row(struct tuple_set *set, const struct tuple_layout *layout, const unsigned *row);

#endif
