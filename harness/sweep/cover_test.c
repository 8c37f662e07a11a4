/* Covering arrays: every tuple that can be is in a row, no ban is broken, few rows, the same again by the same seed. */
#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cover.h"

/* after ours: it has a macro called fail */
#include <cmocka.h>
#undef fail

struct array {
	unsigned *at;
	size_t rows, factors;
};

static struct array rows_of(const struct cover_space *space, unsigned strength, uint64_t seed)
{
	struct error err = { 0 };
	owned(cover) cover = cover_new(space, strength, seed, &err);
	struct array array = { .factors = space->factor_count };
	unsigned *row = zalloc(space->factor_count * sizeof *row);

	assert_non_null(cover);
	while (cover_next(cover, row))
		for (size_t f = 0, used = array.rows++ * array.factors; f < array.factors; f++) {
			*PUSH(array.at, used) = row[f];
		}
	const struct cover_count count = cover_counted(cover);
	assert_int_equal(count.covered, count.possible);
	free(row);
	return array;
}

static bool row_has(const struct array *array, size_t row, const struct cover_choice *choices, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (array->at[row * array->factors + choices[i].factor] != choices[i].value)
			return false;
	return true;
}

static bool is_covered(const struct array *array, const struct cover_choice *choices, size_t count)
{
	for (size_t r = 0; r < array->rows; r++)
		if (row_has(array, r, choices, count))
			return true;
	return false;
}

/* By another way than the code's: whether any row that keeps the bans has these values, by trying all. */
static bool is_possible(const struct cover_space *space, const struct cover_choice *choices, size_t count)
{
	unsigned *row = zalloc(space->factor_count * sizeof *row);
	bool possible = false, more = true;

	while (more && !possible) {
		possible = cover_allows(space, row);
		for (size_t i = 0; i < count; i++)
			possible = possible && row[choices[i].factor] == choices[i].value;
		more = false;
		for (size_t f = 0; f < space->factor_count && !more; f++) {
			more = ++row[f] < space->values[f];
			if (!more)
				row[f] = 0;
		}
	}
	free(row);
	return possible;
}

/* Every tuple of `strength` values; those that no row can have are asked for where the space is small. */
static void check_tuples(const struct cover_space *space, const struct array *array, struct cover_choice *choices,
                         size_t count, unsigned strength, bool may_lack)
{
	if (count == strength) {
		if (!is_covered(array, choices, count))
			assert_true(may_lack && !is_possible(space, choices, count));
		return;
	}
	for (size_t f = count ? choices[count - 1].factor + 1 : 0; f < space->factor_count; f++)
		for (unsigned v = 0; v < space->values[f]; v++) {
			choices[count] = (struct cover_choice){ f, v };
			check_tuples(space, array, choices, count + 1, strength, may_lack);
		}
}

static struct cover_space space_of(const unsigned *values, size_t count)
{
	struct cover_space space = { 0 };

	for (size_t i = 0; i < count; i++)
		*PUSH(space.values, space.factor_count) = values[i];
	return space;
}

/* Sizes: `best` is the smallest array known (Colbourn's tables; of 4 factors of 3 values Latin squares). */
static const struct {
	unsigned values[20];
	size_t factors;
	unsigned strength;
	size_t best, most;
} arrays[] = {
	{ { 3, 3, 3, 3 }, 4, 2, 9, 12 },
	{ { 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3 }, 13, 2, 15, 21 },
	{ { 2, 2, 2, 2, 2, 2, 2, 2, 2, 2 }, 10, 2, 6, 10 },
	{ { 7, 5, 2, 2, 2, 2, 2, 2, 2, 2 }, 10, 2, 35, 40 },
	{ { 2, 2, 2, 2, 2, 2, 2, 2, 2, 2 }, 10, 3, 12, 20 },
	{ { 3, 3, 3, 3, 3, 3 }, 6, 3, 33, 52 },
	{ { 4, 3, 2, 2, 2 }, 5, 3, 24, 30 },
	{ { 2, 2, 2, 2, 2, 2 }, 6, 4, 21, 32 },
	{ { 5 }, 1, 2, 5, 5 },
	{ { 2, 3 }, 2, 3, 6, 6 },
	{ { 1, 1, 1 }, 3, 2, 1, 1 },
};

static void covers_every_tuple(void **state)
{
	struct cover_choice choices[COVER_STRENGTH_MOST];

	(void)state;
	for (size_t i = 0; i < COUNT(arrays); i++) {
		struct cover_space space = space_of(arrays[i].values, arrays[i].factors);
		struct array array = rows_of(&space, arrays[i].strength, 1);
		const unsigned strength =
		        arrays[i].strength < arrays[i].factors ? arrays[i].strength : (unsigned)arrays[i].factors;
		check_tuples(&space, &array, choices, 0, strength, false);
		assert_in_range(array.rows, arrays[i].best, arrays[i].most);
		free(array.at);
		cover_space_clear(&space);
	}
}

static void same_seed_same_rows(void **state)
{
	const unsigned values[] = { 4, 3, 2, 2, 2, 5 };
	struct cover_space space = space_of(values, COUNT(values));

	(void)state;
	for (unsigned strength = COVER_ALL; strength < 4; strength++) {
		struct array first = rows_of(&space, strength, 7), again = rows_of(&space, strength, 7),
		             other = rows_of(&space, strength, 8);
		assert_int_equal(first.rows, again.rows);
		assert_memory_equal(first.at, again.at, first.rows * first.factors * sizeof *first.at);
		assert_true(other.rows != first.rows ||
		            memcmp(first.at, other.at, first.rows * first.factors * sizeof *first.at) != 0);
		free(first.at);
		free(again.at);
		free(other.at);
	}
	cover_space_clear(&space);
}

/* Value 2 of factor 0 leaves factor 1 its value 0 only, and that goes not with value 1 of factor 2: so a tuple of
 * factors 0 and 2 is impossible though no ban names it. */
static struct cover_space banned_space(void)
{
	const unsigned values[] = { 3, 3, 2, 4, 2, 2 };
	struct cover_space space = space_of(values, COUNT(values));

	cover_space_ban(&space, (struct cover_choice[]){ { 0, 2 }, { 1, 1 } }, 2);
	cover_space_ban(&space, (struct cover_choice[]){ { 0, 2 }, { 1, 2 } }, 2);
	cover_space_ban(&space, (struct cover_choice[]){ { 1, 0 }, { 2, 1 } }, 2);
	cover_space_ban(&space, (struct cover_choice[]){ { 3, 3 }, { 4, 1 }, { 5, 0 } }, 3);
	cover_space_ban(&space, (struct cover_choice[]){ { 3, 0 } }, 1);
	return space;
}

static void keeps_bans(void **state)
{
	struct cover_choice choices[COVER_STRENGTH_MOST];
	struct cover_space space = banned_space();

	(void)state;
	for (unsigned strength = 1; strength <= 4; strength++) {
		struct array array = rows_of(&space, strength, 3);
		for (size_t r = 0; r < array.rows; r++)
			assert_true(cover_allows(&space, array.at + r * array.factors));
		check_tuples(&space, &array, choices, 0, strength, true);
		free(array.at);
	}
	cover_space_clear(&space);
}

static void all_rows_once(void **state)
{
	struct cover_space space = banned_space();
	struct array array = rows_of(&space, COVER_ALL, 5);
	size_t allowed = 0;

	(void)state;
	for (unsigned n = 0; n < 3 * 3 * 2 * 4 * 2 * 2; n++) {
		const unsigned row[] = { n % 3, n / 3 % 3, n / 9 % 2, n / 18 % 4, n / 72 % 2, n / 144 };
		size_t times = 0;
		for (size_t r = 0; r < array.rows; r++)
			times += memcmp(array.at + r * array.factors, row, sizeof row) == 0;
		assert_int_equal(times, cover_allows(&space, row));
		allowed += times;
	}
	assert_int_equal(array.rows, allowed);
	free(array.at);
	cover_space_clear(&space);
}

/* What was run is counted by itself: rows without a verdict cover nothing. */
static void counts_what_ran(void **state)
{
	const unsigned values[] = { 2, 2, 2 };
	struct cover_space space = space_of(values, COUNT(values));
	struct error err = { 0 };
	owned(cover) cover = cover_new(&space, 2, 1, &err);

	(void)state;
	assert_int_equal(cover_counted(cover).possible, 12);
	cover_ran(cover, (unsigned[]){ 0, 1, 0 });
	assert_int_equal(cover_counted_ran(cover).covered, 3);
	cover_ran(cover, (unsigned[]){ 0, 1, 1 });
	assert_int_equal(cover_counted_ran(cover).covered, 5);
	assert_int_equal(cover_counted(cover).covered, 0);
	cover_space_clear(&space);
}

static void refuses_what_cannot_be_counted(void **state)
{
	struct cover_space space = { 0 };
	struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < 100; i++)
		*PUSH(space.values, space.factor_count) = 2;
	assert_null(cover_new(&space, COVER_ALL, 1, &err));
	assert_non_null(strstr(err.text, "more rows than can be counted"));
	assert_null(cover_new(&space, 5, 1, &err));
	cover_space_clear(&space);
	for (size_t i = 0; i < 2000; i++)
		*PUSH(space.values, space.factor_count) = 40;
	err = (struct error){ 0 };
	assert_null(cover_new(&space, 3, 1, &err));
	assert_non_null(strstr(err.text, "lower strength"));
	cover_space_clear(&space);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(covers_every_tuple), cmocka_unit_test(same_seed_same_rows),
		cmocka_unit_test(keeps_bans),         cmocka_unit_test(all_rows_once),
		cmocka_unit_test(counts_what_ran),    cmocka_unit_test(refuses_what_cannot_be_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
