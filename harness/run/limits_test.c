/* Messages about limits that are too low for a suite, each in a process of its own. */
#include <setjmp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

/* Behind ours: its fail() is a macro. */
#include <cmocka.h>

#define MIB (1024UL * 1024)

/* A suite whose largest lab has 10 nodes. */
static struct suite_lab three_labs[] = { { .nodes = 3 }, { .nodes = 10 }, { .nodes = 2 } };
static const struct suite suite = { .labs = three_labs, .lab_count = COUNT(three_labs) };

static int status_of(pid_t child)
{
	int status;

	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool suffice(const struct suite *checked, rlim_t files)
{
	pid_t child = fork();

	if (child == 0) {
		struct error err = { 0 };
		_exit(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ files, files }) < 0 ||
		                      limits_check(checked, 4, &err) < 0
		              ? 1
		              : 0);
	}
	return status_of(child) == 0;
}

/* The least number of open files that suffices. */
static rlim_t files_needed(const struct suite *checked)
{
	rlim_t few = 20, enough = 1000;

	assert_false(suffice(checked, few));
	assert_true(suffice(checked, enough));
	while (enough - few > 1) {
		rlim_t middle = (few + enough) / 2;
		*(suffice(checked, middle) ? &enough : &few) = middle;
	}
	return enough;
}

static int check_in(int resource, rlim_t soft, rlim_t hard, const char *text)
{
	struct rlimit limit = { soft, hard };
	struct error err = { 0 };

	if (setrlimit(resource, &limit) < 0)
		return 3;
	int result = limits_check(&suite, 4, &err);
	if (!text)
		return result == 0 && !err.count && getrlimit(resource, &limit) == 0 && limit.rlim_cur == hard ? 0 : 1;
	if (result == 0 || err.count != 1 || !strstr(err.text, text)) {
		print_error("%d: %s", result, err.text);
		return 1;
	}
	return 0;
}

/* The message with `soft` and `hard` for a resource; NULL: they suffice, and the soft limit is raised. */
static void with(int resource, rlim_t soft, rlim_t hard, const char *text)
{
	pid_t child = fork();

	if (child == 0)
		_exit(check_in(resource, soft, hard, text));
	assert_int_equal(status_of(child), 0);
}

/* The message says how many are needed: exactly as many suffice. */
static void open_files(void **state)
{
	static struct suite_lab larger_lab = { .nodes = 20 };
	static const struct suite larger = { .labs = &larger_lab, .lab_count = 1 };
	unsigned needed = (unsigned)files_needed(&suite);
	owned_text text =
	        text_format("too few open files: 10 nodes and 4 workers need %u, the limit is %u; `ulimit -n %u`",
	                    needed, needed - 1, needed);

	(void)state;
	with(RLIMIT_NOFILE, 40, needed - 1, text);
	with(RLIMIT_NOFILE, 40, needed, NULL);
	assert_true(files_needed(&larger) >= needed + 10); /* at least a namespace for each node more */
}

static void memory(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip(); /* its shadow is larger than any limit */
#endif
	with(RLIMIT_DATA, 16 * MIB, 16 * MIB, "MiB more, the limit is 16 MiB; raise it (ulimit -d)");
	with(RLIMIT_AS, 64 * MIB, 64 * MIB, "too little memory: a lab of 10 nodes needs ");
	with(RLIMIT_DATA, 4096 * MIB, 8192 * MIB, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_files),
		cmocka_unit_test(memory),
	};

	return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
