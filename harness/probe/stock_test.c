/* Listeners made ahead: each hears its own namespace only, none is left open, and one that could not be made ahead is
 * made when it is needed. */
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe_internal.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

static size_t files_open(void)
{
	DIR *all = opendir("/proc/self/fd");
	size_t count = 0;

	assert_non_null(all);
	while (readdir(all))
		count++;
	closedir(all);
	return count;
}

static bool namespaces_allowed(void)
{
	static int allowed = -1;

	if (allowed < 0)
		allowed = unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
	return allowed;
}

static ino_t inode_of(int fd)
{
	struct stat status;

	assert_int_equal(fstat(fd, &status), 0);
	return status.st_ino;
}

static void take_and_close(struct stock *stock, size_t count)
{
	struct listeners listeners;
	struct error err = { 0 };

	assert_int_equal(listeners_take(&listeners, stock, count, &err), 0);
	assert_int_equal(listeners.count, count);
	for (size_t i = 0; i < count; i++) {
		assert_true(listeners.list[i].capture.fd >= 0);
		for (size_t j = 0; j < i; j++)
			assert_true(inode_of(listeners.list[i].namespace) != inode_of(listeners.list[j].namespace));
	}
	int *namespaces = listeners_namespaces(&listeners);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(namespaces[i], listeners.list[i].namespace);
	free(namespaces);
	listeners_close(&listeners, stock);
}

static void nothing_is_left(void **state)
{
	(void)state;
	if (!namespaces_allowed())
		skip();
	const ino_t home = inode_of(open("/proc/thread-self/ns/net", O_RDONLY));
	const size_t before = files_open();
	for (size_t ahead = 0; ahead <= 4; ahead += 2) {
		struct stock *stock = stock_new(ahead);
		stock_order(stock, 3);
		for (size_t i = 1; i <= 6; i++) {
			take_and_close(stock, i % 4);
			stock_order(stock, i);
		}
		stock_free(stock);
		assert_int_equal(files_open(), before);
	}
	int now = open("/proc/thread-self/ns/net", O_RDONLY);
	assert_int_equal(inode_of(now), home);
	close(now);
}

/* What the limit of open files prevents ahead is made once there is room; what it prevents then is an error. */
static void few_files(void **state)
{
	struct rlimit all, few;
	struct listeners listeners;
	struct error err = { 0 };

	(void)state;
	if (!namespaces_allowed())
		skip();
	const size_t before = files_open();
	struct stock *stock = stock_new(4);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &all), 0);
	few = (struct rlimit){ before + 1, all.rlim_max };
	setrlimit(RLIMIT_NOFILE, &few);
	stock_order(stock, 2);
	assert_int_equal(listeners_take(&listeners, stock, 2, &err), -1);
	assert_int_equal(listeners.count, 0);
	assert_non_null(strstr(err.text, "Too many open files"));
	stock_order(stock, 2);
	setrlimit(RLIMIT_NOFILE, &all);
	take_and_close(stock, 2);
	stock_free(stock);
	assert_int_equal(files_open(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(nothing_is_left), cmocka_unit_test(few_files) };

	return cmocka_run_group_tests_name("probe: stock", tests, NULL, NULL);
}
