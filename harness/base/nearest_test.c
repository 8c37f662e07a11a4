/* Which word was meant: the nearest one, if any is near. */
#include <setjmp.h>
#include <stddef.h>
#include <string.h>

#include "base.h"

/* after ours: it has a macro called fail */
#include <cmocka.h>
#undef fail

static const struct {
	const char *word, *meant; /* NULL: none is near */
} rows[] = {
	{ "jsno", "json" },        /* neighbours swapped: one edit */
	{ "jsn", "json" },         /* one is missing */
	{ "jason", "json" },       /* one too many */
	{ "jzon", "json" },        /* another one */
	{ "markdon", "markdown" }, /* the nearer one of several */
	{ "kep", "keep" },
	{ "kxxp", "keep" },   /* two edits of four letters */
	{ "kxxx", NULL },     /* three edits are too many */
	{ "markdxxx", NULL }, /* three edits, though of eight letters */
	{ "gos", "gso" },     /* a swap is one edit, or it would be two of three letters */
	{ "kp", NULL },       /* two edits of two letters are more than half of them */
	{ "x", NULL },
	{ "", NULL },
	{ "json", "json" },
	{ "an-option-longer-than-the-table-has-room", NULL },
};

static void meant(void **state)
{
	static const char *const words[] = { "json", "markdown", "keep",
		                             "ktap", "gso",      "an-option-longer-than-the-table-has-rooms" };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct nearest nearest = { .word = rows[i].word };
		for (size_t w = 0; w < COUNT(words); w++)
			nearest_try(&nearest, words[w]);
		if (!rows[i].meant != !nearest.best || (nearest.best && strcmp(nearest.best, rows[i].meant) != 0))
			print_error("%s: %s\n", rows[i].word, nearest.best ? nearest.best : "none");
		assert_int_equal(!nearest.best, !rows[i].meant);
		if (nearest.best)
			assert_string_equal(nearest.best, rows[i].meant);
	}
}

/* The first of those that are equally near; a nearer one that comes later takes its place. */
static void first_of_equals(void **state)
{
	struct nearest nearest = { .word = "gso" };

	(void)state;
	nearest_try(&nearest, "tso");
	nearest_try(&nearest, "gro");
	assert_string_equal(nearest.best, "tso");
	nearest_try(&nearest, "gso");
	assert_string_equal(nearest.best, "gso");
}

static void hints(void **state)
{
	(void)state;
	assert_string_equal(nearest_hint(&(struct nearest){ .word = "x" }).text, "");
	assert_string_equal(nearest_hint(&(struct nearest){ .word = "x", .best = "xy" }).text, " (did you mean 'xy'?)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(meant),
		cmocka_unit_test(first_of_equals),
		cmocka_unit_test(hints),
	};

	return cmocka_run_group_tests_name("nearest", tests, NULL, NULL);
}
