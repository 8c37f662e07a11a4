/* This program itself. */
#include <libgen.h>
#include <limits.h>
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
