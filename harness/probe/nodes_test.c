/* Counters of nodes on a kernel before 5.0, whose /proc/thread-self/net shows a thread, for ever, the namespace that it
 * looked at first. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe_internal.h"

static void node_fails(void *context, size_t node, struct error *err)
{
	__atomic_add_fetch((int *)context, 1, __ATOMIC_RELAXED);
	if (node == 1)
		fail(err, "node %zu has none", node);
}

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

#define NODES 2

static struct {
	ino_t inode;
	int files[COUNTER_FILES]; /* snmp6, snmp, netstat, dev */
} namespaces[NODES];

static ino_t namespace_of_thread(void)
{
	struct stat status;

	return stat("/proc/thread-self/ns/net", &status) == 0 ? status.st_ino : 0;
}

static int file_number(const char *path)
{
	static const char *const names[COUNTER_FILES] = { "snmp6", "snmp", "netstat", "dev" };

	for (int i = 0; i < COUNTER_FILES; i++)
		if (strcmp(strrchr(path, '/') + 1, names[i]) == 0)
			return i;
	return -1;
}

/* Such a kernel's open(). */
static int sticky_open(const char *path)
{
	static __thread ino_t first;

	if (!first)
		first = namespace_of_thread();
	for (size_t i = 0; i < NODES && strstr(path, "/proc/thread-self/net/"); i++)
		if (namespaces[i].inode == first)
			return dup(namespaces[i].files[file_number(path)]);
	errno = ENOENT;
	return -1;
}

static void rewrite(size_t node, int file, const char *text)
{
	int fd = namespaces[node].files[file];

	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, text, strlen(text), 0), strlen(text));
}

static void node_open(void *context, size_t node, struct error *err)
{
	counters_open((struct counters *)context + node, sticky_open, err);
}

/* Two namespaces, each with a fake /proc/net; false: not allowed on this machine. */
static bool make_lab(struct lab *lab, int descriptors[NODES], char *names[NODES])
{
	*lab = (struct lab){ .node_count = NODES, .namespaces = descriptors, .names = names };
	lab->home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	for (size_t i = 0; i < NODES; i++) {
		if (unshare(CLONE_NEWNET) < 0 && (i || unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0))
			return false;
		descriptors[i] = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
		namespaces[i].inode = namespace_of_thread();
		for (int f = 0; f < COUNTER_FILES; f++)
			namespaces[i].files[f] = memfd_create("fake", MFD_CLOEXEC);
		rewrite(i, 0, "Ip6InReceives \t5\n");
		rewrite(i, 1, "Tcp: InSegs InCsumErrors\nTcp: 5 5\n");
	}
	assert_true(namespaces[0].inode != namespaces[1].inode);
	return true;
}

static void free_counters(struct counters counters[NODES])
{
	for (size_t i = 0; i < NODES; i++)
		counters_close(&counters[i]);
}

/* "Name+1 Other-2" of a node since its mark. */
static char *moved_text(struct counters *counters)
{
	struct counter_set moved = counters_moved(counters);
	char *said = text_copy("");

	for (size_t i = 0; i < moved.count; i++)
		text_append(&said, "%s%s%+lld", i ? " " : "", moved.values[i].name, (long long)moved.values[i].value);
	free(moved.values);
	return said;
}

static void packets_come(struct counters counters[NODES])
{
	rewrite(0, 0, "Ip6InReceives \t5\n");
	rewrite(1, 1, "Tcp: InSegs InCsumErrors\nTcp: 5 5\n");
	for (size_t i = 0; i < NODES; i++)
		counters_mark(&counters[i]);
	rewrite(0, 0, "Ip6InReceives \t8\n");
	rewrite(1, 1, "Tcp: InSegs InCsumErrors\nTcp: 9 6\n");
}

static void each_node_its_own(void **state)
{
	struct counters counters[NODES] = { 0 };
	int descriptors[NODES];
	char one[] = "a", other[] = "b", *names[NODES] = { one, other };
	struct error err = { 0 };
	struct lab lab;

	(void)state;
	if (!make_lab(&lab, descriptors, names))
		skip();
	assert_int_equal(at_nodes(&lab, NODES, node_open, counters, &err), 0);
	packets_come(counters);
	owned_text first = moved_text(&counters[0]);
	owned_text second = moved_text(&counters[1]);
	assert_string_equal(first, "Ip6InReceives+3");
	assert_string_equal(second, "TcpInSegs+4 TcpInCsumErrors+1");
	free_counters(counters);

	/* The fake is such a kernel: one thread for both sees the first node twice. */
	struct counters shared[NODES] = { 0 };
	for (size_t i = 0; i < NODES; i++) {
		lab_enter(&lab, i);
		node_open(shared, i, &err);
	}
	packets_come(shared);
	owned_text same = moved_text(&shared[1]);
	assert_string_equal(same, "Ip6InReceives+3");
	free_counters(shared);
}

static void failures(void **state)
{
	struct error err = { 0 };
	int ran = 0;

	(void)state;
	assert_int_equal(at_nodes(NULL, 3, node_fails, &ran, &err), -1);
	assert_int_equal(ran, 3);
	assert_string_equal(err.text, "node 1 has none\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(failures), cmocka_unit_test(each_node_its_own) };

	return cmocka_run_group_tests_name("probe: nodes", tests, NULL, NULL);
}
