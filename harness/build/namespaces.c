/* The network namespaces of nodes, held by descriptors; and their names, which only `ip` needs. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "build_internal.h"

static void netns_path(char path[64], const char *node)
{
	snprintf(path, 64, "/run/netns/%s", node);
}

/* A namespace, held open: a copy of one that was given, or a new one. */
int namespace_make(struct lab *lab, size_t node, const int *given, struct error *err)
{
	if (given) {
		lab->namespaces[node] = fcntl(given[node], F_DUPFD_CLOEXEC, 0);
	} else if (unshare(CLONE_NEWNET) == 0) {
		lab->namespaces[node] = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
		int error = errno;
		lab_enter(lab, NOT_FOUND);
		errno = error;
	}
	return lab->namespaces[node] >= 0
	               ? 0
	               : fail(err, "a network namespace for %s: %s", lab->names[node], strerror(errno));
}

/* For `ip netns`; only this mount namespace sees the name. */
static int namespace_name(const struct lab *lab, size_t node, struct error *err)
{
	char path[64], from[64];

	netns_path(path, lab->names[node]);
	snprintf(from, sizeof from, "/proc/self/fd/%d", lab->namespaces[node]);
	int name = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
	bool named = name >= 0 && mount(from, path, "none", MS_BIND, NULL) == 0;
	int error = errno;
	if (name >= 0)
		close(name);
	return named ? 0 : fail(err, "naming the namespace of %s: %s", lab->names[node], strerror(error));
}

int namespaces_name(struct lab *lab, struct error *err)
{
	if (lab->named)
		return 0;
	lab->named = true;
	for (size_t i = 0; i < lab->node_count; i++)
		if (namespace_name(lab, i, err) < 0)
			return -1;
	return 0;
}

void namespaces_unname(const struct lab *lab)
{
	char path[64];

	for (size_t i = 0; i < lab->node_count && lab->named; i++) {
		netns_path(path, lab->names[i]);
		umount2(path, MNT_DETACH);
		unlink(path);
	}
}

int lab_control(const struct lab *lab, size_t node)
{
	if (lab->controls[node] >= 0)
		return lab->controls[node];
	lab_enter(lab, node);
	lab->controls[node] = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	lab_enter(lab, NOT_FOUND);
	return lab->controls[node];
}
