/* Whether a worker ran out of memory, by counters in files that the test writes, and the messages. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

/* Behind ours: its fail() is a macro. */
#include <cmocka.h>

static char counter[] = "/tmp/hopcheck-test-XXXXXX";

static void counter_says(const char *text)
{
	FILE *file = fopen(counter, "we");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static int make_counter(void **state)
{
	int fd = mkstemp(counter);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_counter(void **state)
{
	(void)state;
	return unlink(counter);
}

/* Files of a cgroup (version 2, and 1), and of the machine: Documentation/admin-guide/cgroup-v2.rst, "memory.events".
 */
static void kills(void **state)
{
	static const char *const forms[] = { "low 0\nhigh 7\nmax 9\noom 5\noom_kill %d\noom_group_kill 0\n",
		                             "oom_kill_disable 0\nunder_oom 0\noom_kill %d\n",
		                             "nr_free_pages 77\noom_kill %d" };

	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		struct oom_watch watch = { .counter = counter, .told = 3 };
		owned_text three = text_format(forms[i], 3);
		owned_text five = text_format(forms[i], 5);
		counter_says(three);
		assert_false(oom_killed_one(&watch));
		counter_says(five);
		assert_true(oom_killed_one(&watch));
		assert_true(oom_killed_one(&watch));
		assert_false(oom_killed_one(&watch)); /* each is told once */
	}
}

/* Before 4.13 no file has the counter: nothing is known. */
static void no_counter(void **state)
{
	struct oom_watch watch = { .counter = counter, .told = -1 };

	(void)state;
	counter_says("oom 5\noom_group_kill 2\n");
	assert_false(oom_killed_one(&watch));
	counter_says("");
	assert_false(oom_killed_one(&watch));
	watch.counter = "/nonexistent/counter";
	assert_false(oom_killed_one(&watch));
}

/* What is there when it starts is not counted. */
static void watched(void **state)
{
	struct oom_watch watch;

	(void)state;
	oom_watch_start(&watch);
	assert_non_null(watch.counter);
	assert_int_equal(!watch.version, strcmp(watch.counter, "/proc/vmstat") == 0);
	owned_text text = oom_text(&watch);
	assert_non_null(
	        strstr(text, watch.version ? "ended it, for its cgroup" : "ended it, for the machine; give it more"));
	assert_non_null(strstr(text, "run fewer workers (-j)"));
	oom_watch_clear(&watch);
}

/* In a process of its own, whose limits are lowered. */
static bool starved_says(rlim_t space, rlim_t data, const char *text)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		const struct rlimit of_space = { space, RLIM_INFINITY }, of_data = { data, RLIM_INFINITY };
		if (setrlimit(RLIMIT_AS, &of_space) < 0 || setrlimit(RLIMIT_DATA, &of_data) < 0)
			_exit(2);
		owned_text said = starved_text();
		if (strcmp(said, text) != 0)
			print_error("%s\n", said);
		_exit(strcmp(said, text) != 0 ? 1 : 0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

#define STARVED "the worker ran out of memory while this cell ran: an allocation failed"
static void starved(void **state)
{
	const rlim_t one = 1024UL * 1024 * 1024 * 1024, two = 2 * one; /* far above what it needs, sanitizers or not */

	(void)state;
	assert_true(starved_says(RLIM_INFINITY, RLIM_INFINITY, STARVED "; free memory, or run fewer workers (-j)"));
	assert_true(starved_says(RLIM_INFINITY, one, STARVED " under `ulimit -d 1073741824`; raise it"));
	assert_true(
	        starved_says(two, one, STARVED " under `ulimit -v 2147483648` and `ulimit -d 1073741824`; raise it"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kills),
		cmocka_unit_test(no_counter),
		cmocka_unit_test(watched),
		cmocka_unit_test(starved),
	};

	return cmocka_run_group_tests_name("memory", tests, make_counter, remove_counter);
}
