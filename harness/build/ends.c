/* Whether a namespace is gone: an open file of its sysctls tells, and holds no reference to the namespace. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "build_internal.h"

/* In the current namespace. The second exists even if the kernel has no IPv6. */
static int mark_open(void)
{
	int mark = open("/proc/sys/net/ipv6/conf/all/forwarding", O_RDONLY | O_CLOEXEC);

	if (mark < 0)
		mark = open("/proc/sys/net/core/somaxconn", O_RDONLY | O_CLOEXEC);
	return mark;
}

size_t lab_marks(const struct lab *lab, int *marks)
{
	size_t count = 0;

	for (size_t node = 0; node < lab->node_count; node++) {
		if (lab->namespaces[node] < 0) /* never made */
			continue;
		lab_enter(lab, node);
		marks[count] = mark_open();
		count += marks[count] >= 0;
	}
	lab_enter(lab, NOT_FOUND);
	return count;
}

int namespace_mark(void)
{
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), mark = -1;

	if (home < 0)
		return -1;
	if (unshare(CLONE_NEWNET) == 0) {
		mark = mark_open();
		if (setns(home, CLONE_NEWNET) < 0)
			abort(); /* as in lab_enter() */
	}
	close(home);
	return mark;
}

bool mark_is_gone(int mark)
{
	char octet;

	return pread(mark, &octet, 1, 0) < 0 && errno == ENOENT;
}
