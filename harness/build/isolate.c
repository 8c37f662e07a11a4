#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "build_internal.h"

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	ssize_t written = write(fd, text, strlen(text));
	close(fd);
	return written == (ssize_t)strlen(text) ? 0 : -1;
}

/* Maps root inside to the caller outside. */
static int map_user(uid_t user, gid_t group, struct error *err)
{
	char map[64];

	write_file("/proc/self/setgroups", "deny"); /* older kernels do not have this file or need it */
	snprintf(map, sizeof map, "0 %u 1", (unsigned)user);
	if (write_file("/proc/self/uid_map", map) < 0)
		return fail(err, "cannot map the user in a new user namespace: %s", strerror(errno));
	snprintf(map, sizeof map, "0 %u 1", (unsigned)group);
	if (write_file("/proc/self/gid_map", map) < 0)
		return fail(err, "cannot map the group in a new user namespace: %s", strerror(errno));
	return 0;
}

static int explain_refusal(int error, struct error *err)
{
	char allowed[8] = "";
	int fd = open("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		if (read(fd, allowed, sizeof allowed - 1) < 0)
			allowed[0] = 0;
		close(fd);
	}
	if (allowed[0] == '1')
		return fail(err,
		            "AppArmor forbids user namespaces here: run as root, or allow them with `sudo sysctl -w "
		            "kernel.apparmor_restrict_unprivileged_userns=0`");
	return fail(err,
	            "cannot make namespaces (%s): run as root, or allow unprivileged user namespaces (`sudo sysctl -w "
	            "kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000`)",
	            strerror(error));
}

static int unshare_all(struct error *err)
{
	const int flags = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID;
	uid_t user = geteuid();
	gid_t group = getegid();

	if (user == 0 && unshare(flags) == 0)
		return 0;
	if (unshare(flags | CLONE_NEWUSER) < 0)
		return explain_refusal(errno, err);
	if (map_user(user, group, err) < 0)
		return explain_refusal(EPERM, err);
	return 0;
}

/* Bind-mounts a guest's own network namespace, which has its NICs, where lab_build() finds it. */
static int machine_name(int machine, struct error *err)
{
	char path[64];
	int name = open(MACHINE_PATH, O_RDONLY | O_CREAT | O_CLOEXEC, 0600);

	snprintf(path, sizeof path, "/proc/self/fd/%d", machine);
	bool named = name >= 0 && mount(path, MACHINE_PATH, "none", MS_BIND, NULL) == 0;
	int error = errno;
	if (name >= 0)
		close(name);
	close(machine);
	return named ? 0 : fail(err, "keeping the guest's network namespace: %s", strerror(error));
}

/* A /run of this mount namespace alone, so that `ip` finds the nodes by name and the host never sees them. */
static int mount_private(int machine, struct error *err)
{
	if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("hopcheck", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") < 0 || mkdir("/run/netns", 0755) < 0)
		return fail(err, "cannot mount a private /run: %s", strerror(errno));
	return machine < 0 ? 0 : machine_name(machine, err);
}

/* Dies with its parent, which may already be dead when the death signal is set. */
static void die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(3);
}

/* The same for the first process of a PID namespace, whose getppid() is 0: the other end of the line is held by its
 * parent only. */
static void die_with_line(const int line[2])
{
	struct pollfd end = { .fd = line[0] };

	close(line[1]);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (poll(&end, 1, 0) > 0)
		_exit(3);
	close(line[0]);
}

int worker_isolate(pid_t runner, bool keep_machine, struct error *err)
{
	int machine = keep_machine && geteuid() == 0 ? open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC) : -1;
	int status, line[2];

	if (unshare_all(err) < 0)
		return -1;
	die_with(runner); /* after unshare(): a change of credentials clears the signal */
	if (pipe2(line, O_CLOEXEC) < 0)
		return fail(err, "a pipe: %s", strerror(errno));
	pid_t first = fork();
	if (first < 0)
		return fail_to_fork(err);
	if (first == 0) {
		die_with_line(line);
		return mount_private(machine, err);
	}
	while (waitpid(first, &status, 0) < 0 && errno == EINTR)
		;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}
