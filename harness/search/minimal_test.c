/* The least sets, against oracles whose least sets are known. */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "search.h"

/* Behind ours: its fail() is a macro. */
#include <cmocka.h>

#define MOST 4

/* Wrong when a set has all elements of one of these; bits. */
struct scene {
	size_t n;
	uint64_t causes[MOST];
	size_t count;
	size_t asked, rounds, last; /* last: no answers after so many questions; 0: always */
};

static bool answer(void *context, bool *const *kept, size_t count, bool *wrong)
{
	struct scene *scene = context;

	scene->rounds++;
	for (size_t k = 0; k < count; k++) {
		uint64_t set = 0;
		if (scene->last && scene->asked >= scene->last)
			return false;
		scene->asked++;
		for (size_t i = 0; i < scene->n; i++)
			set |= kept[k][i] ? UINT64_C(1) << i : 0;
		for (size_t c = 0; c < scene->count; c++)
			wrong[k] |= (set & scene->causes[c]) == scene->causes[c];
	}
	return true;
}

static uint64_t bits(const bool *set, size_t n)
{
	uint64_t made = 0;

	for (size_t i = 0; i < n; i++)
		made |= set[i] ? UINT64_C(1) << i : 0;
	return made;
}

static void finds(struct scene scene)
{
	struct minimal found;
	const struct oracle oracle = { answer, &scene };

	minimal_find(&found, scene.n, MOST + 1, &oracle);
	assert_int_equal(found.count, scene.count);
	assert_true(found.complete);
	for (size_t c = 0; c < scene.count; c++) {
		bool there = false;
		for (size_t i = 0; i < found.count; i++)
			there |= bits(found.sets[i], scene.n) == scene.causes[c];
		assert_true(there);
	}
	minimal_clear(&found);
}

static void all_least_sets(void **state)
{
	(void)state;
	finds((struct scene){ 1, { 1 }, 1, 0, 0, 0 });
	finds((struct scene){ 8, { 0x12 }, 1, 0, 0, 0 });
	finds((struct scene){ 8, { 0xff }, 1, 0, 0, 0 });
	finds((struct scene){ 8, { 0x01, 0x80 }, 2, 0, 0, 0 });
	finds((struct scene){ 10, { 0x0c, 0x0a, 0x300 }, 3, 0, 0, 0 });
	finds((struct scene){ 12, { 0x007, 0x700, 0x107, 0 }, 2, 0, 0, 0 });
	finds((struct scene){ 60, { UINT64_C(1) << 59 | 1, UINT64_C(1) << 30 }, 2, 0, 0, 0 });
	finds((struct scene){ 6, { 0x03, 0x06, 0x0c, 0x18 }, 4, 0, 0, 0 });
}

/* Nothing has to be kept, and nothing can be kept. */
static void none(void **state)
{
	struct scene always = { 5, { 0 }, 1, 0, 0, 0 }, empty = { 0, { 0 }, 1, 0, 0, 0 },
	             never = { 5, { UINT64_C(1) << 9 }, 1, 0, 0, 0 };
	struct minimal found;

	(void)state;
	finds(always);
	finds(empty);
	minimal_find(&found, never.n, 3, &(struct oracle){ answer, &never });
	assert_int_equal(found.count, 0);
	assert_true(found.complete);
	minimal_clear(&found);
}

/* Few questions are asked at few times: each time costs a start of workers. */
static void few_rounds(void **state)
{
	struct scene scene = { 60, { UINT64_C(1) << 7 | UINT64_C(1) << 41 }, 1, 0, 0, 0 };
	struct minimal found;

	(void)state;
	minimal_find(&found, scene.n, 4, &(struct oracle){ answer, &scene });
	assert_int_equal(found.count, 1);
	assert_true(scene.rounds < 24);
	assert_true(scene.asked < 250);
	minimal_clear(&found);
}

/* Without time, what is found by then is minimal, and is said not to be all. */
static void out_of_time(void **state)
{
	(void)state;
	for (size_t last = 1; last < 60; last++) {
		struct scene scene = { 10, { 0x0c, 0x300 }, 2, 0, 0, last };
		struct minimal found;
		minimal_find(&found, scene.n, 4, &(struct oracle){ answer, &scene });
		assert_true(found.count == 2 || !found.complete);
		for (size_t i = 0; i < found.count; i++)
			assert_true(bits(found.sets[i], 10) == 0x0c || bits(found.sets[i], 10) == 0x300);
		minimal_clear(&found);
	}
}

/* No more than asked for. */
static void no_more(void **state)
{
	struct scene scene = { 12, { 0x001, 0x010, 0x100, 0x800 }, 4, 0, 0, 0 };
	struct minimal found;

	(void)state;
	minimal_find(&found, scene.n, 2, &(struct oracle){ answer, &scene });
	assert_int_equal(found.count, 2);
	assert_false(found.complete);
	minimal_clear(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_least_sets), cmocka_unit_test(none),    cmocka_unit_test(few_rounds),
		cmocka_unit_test(out_of_time),    cmocka_unit_test(no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
