/* Processes that end with their runner. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab.h"

/* Behind ours: its fail() is a macro. */
#include <cmocka.h>

enum { CANNOT = 77, GOES_ON = 78 };

/* How a worker ends that believes `runner` to be its parent. */
static int ends_with(pid_t runner)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct error err = { 0 };
		_exit(worker_isolate(runner, false, &err) < 0 ? CANNOT : GOES_ON);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* A runner that died before the worker asked for the signal: none would come. */
static void a_runner_that_is_gone(void **state)
{
	(void)state;
	int here = ends_with(getpid());

	if (here == CANNOT)
		skip(); /* no namespaces here */
	assert_int_equal(here, GOES_ON);
	assert_int_equal(ends_with(getppid()), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_runner_that_is_gone) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
