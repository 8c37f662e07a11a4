/* Buffers that grow, first lines, digests, children's ends. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base.h"

/* after ours: it has a macro called fail */
#include <cmocka.h>
#undef fail

static void rooms(void **state)
{
	uint32_t *numbers = NULL;
	size_t size = 0;

	(void)state;
	for (size_t used = 0; used < 5000; used++) {
		size_t before = size;
		ROOM(numbers, size, used, 1);
		assert_true(size > used);
		assert_true(size == before || size >= 2 * before); /* or filling it would take time squared */
		numbers[used] = (uint32_t)used;
	}
	for (size_t i = 0; i < 5000; i++)
		assert_int_equal(numbers[i], i);
	size_t before = size;
	ROOM(numbers, size, 10, before - 10);
	assert_int_equal(size, before);
	ROOM(numbers, size, 10, 3 * before);
	assert_int_equal(size, 3 * before + 10);
	free(numbers);
}

static pid_t child_that(int exits, int signal)
{
	pid_t child = fork();

	if (child == 0) {
		if (signal)
			raise(signal);
		_exit(exits);
	}
	assert_true(child > 0);
	return child;
}

static void ends_of_children(void **state)
{
	(void)state;
	assert_int_equal(child_status(child_that(0, 0)), 0);
	assert_int_equal(child_status(child_that(7, 0)), 7);
	assert_int_equal(child_status(child_that(0, SIGKILL)), 128);
	errno = 0;
	assert_int_equal(child_status(1), -1); /* not a child */
	assert_int_equal(errno, ECHILD);
}

/* Whether room for so much ends the process as out of memory does, rather than return less. */
static bool ends(size_t size, size_t used, size_t more, size_t element_size)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		memory_ends_with(42);
		free(room(NULL, &size, used, more, element_size));
		_exit(0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) && WEXITSTATUS(status) == 42;
}

static void rooms_that_are_too_large(void **state)
{
	(void)state;
	assert_false(ends(0, 0, 100, 8));
	assert_true(ends(0, 10, SIZE_MAX - 5, 1));               /* the sum is 4 */
	assert_true(ends(0, 0, SIZE_MAX / 4 + 2, 4));            /* so many elements have 4 octets */
	assert_true(ends(SIZE_MAX / 8, 0, SIZE_MAX / 8 + 2, 8)); /* doubled too */
}

static void first_lines(void **state)
{
	owned_text first = text_line("one\ntwo\n");
	owned_text alone = text_line("alone");
	owned_text none = text_line("\nsecond");
	struct error err = { 0 };

	(void)state;
	assert_string_equal(first, "one");
	assert_string_equal(alone, "alone");
	assert_string_equal(none, "");
	fail(&err, "no tea");
	fail(&err, "no coffee");
	assert_string_equal(error_line(&err), "no tea");
}

static void digests(void **state)
{
	/* Test vectors of RFC 9923. */
	static const struct {
		const char *text;
		uint64_t digest;
	} rows[] = { { "", 0xcbf29ce484222325 }, { "a", 0xaf63dc4c8601ec8c }, { "foobar", 0x85944171f73967e8 } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_true(digest_add(DIGEST_START, rows[i].text, strlen(rows[i].text)) == rows[i].digest);
	assert_true(digest_add(digest_add(DIGEST_START, "foo", 3), "bar", 3) == rows[2].digest);
	assert_true(digest_add(DIGEST_START, "\xff", 1) == 0xaf64724c8602eb6e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rooms),       cmocka_unit_test(rooms_that_are_too_large),
		cmocka_unit_test(first_lines), cmocka_unit_test(ends_of_children),
		cmocka_unit_test(digests),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
