/* A pool: alike octets have one address, and all sizes keep what was put in. */
#include <stdlib.h>
#include <string.h>

#include "../../tests/scene.h"
#include "pool.h"

static void alike_once(void **state)
{
	owned(pool) pool = pool_new();
	uint64_t three = 3, four = 4, also_three = 3;

	(void)state;
	assert_ptr_equal(pool_keep(pool, &three, sizeof three), pool_keep(pool, &also_three, sizeof also_three));
	assert_ptr_not_equal(pool_keep(pool, &three, sizeof three), pool_keep(pool, &four, sizeof four));
	assert_ptr_equal(pool_text(pool, "a"), pool_format(pool, "%c", 'a'));
	assert_ptr_not_equal(pool_text(pool, "a"), pool_text(pool, "ab"));
	assert_ptr_not_equal(pool_keep(pool, "abcdefg", 8), pool_text(pool, "abcdefg"));
	assert_null(pool_text(pool, NULL));
	assert_non_null(pool_keep(pool, "", 0));
}

/* From less than a block to more than one; each can hold an address. */
static void all_sizes(void **state)
{
	owned(pool) pool = pool_new();
	const uint64_t *kept[600];
	size_t sizes[COUNT(kept)];

	(void)state;
	for (size_t i = 0; i < COUNT(kept); i++) {
		sizes[i] = i % 100 == 99 ? 20000 * i : 8 * (i % 50 + 1);
		uint64_t *octets = zalloc(sizes[i]);
		for (size_t o = 0; o < sizes[i] / 8; o++)
			octets[o] = i << 32 | o;
		pool_text(pool, "odd");
		pool_format(pool, "%zu", i);
		kept[i] = pool_keep(pool, octets, sizes[i]);
		free(octets);
	}
	for (size_t i = 0; i < COUNT(kept); i++) {
		assert_int_equal((uintptr_t)kept[i] % 8, 0);
		for (size_t o = 0; o < sizes[i] / 8; o++)
			assert_int_equal(kept[i][o], i << 32 | o);
	}
	assert_true(pool_size(pool) > 20000U * 99);
}

static bool is_short(const char *text)
{
	return strlen(text) < 4;
}

static void all_texts(void **state)
{
	owned(pool) pool = pool_new();

	(void)state;
	pool_keep(pool, "no text", 7);
	for (int i = 0; i < 1000; i++)
		pool_format(pool, "%d", i);
	assert_true(pool_texts_are(pool, is_short));
	pool_text(pool, "long");
	assert_false(pool_texts_are(pool, is_short));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alike_once),
		cmocka_unit_test(all_sizes),
		cmocka_unit_test(all_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
