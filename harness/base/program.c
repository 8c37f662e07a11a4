/* This program itself, and those that it starts. */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base.h"

const char *program_directory(void)
{
	static char path[PATH_MAX];
	ssize_t length = path[0] ? 0 : readlink("/proc/self/exe", path, sizeof path - 1);

	if (length > 0)
		dirname(path);
	return path;
}

int child_status(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
