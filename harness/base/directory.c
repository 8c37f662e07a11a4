/* Directories by descriptor: what is put below one stays there, whoever moves names about meanwhile. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file_internal.h"

#if __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#endif

int directory_plain(const char *path)
{
	const int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
#if defined SYS_openat2 && defined RESOLVE_NO_SYMLINKS
	struct open_how how = { .flags = (uint64_t)flags, .resolve = RESOLVE_NO_SYMLINKS };
	int fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);

	if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
		return fd;
#endif
	return open(path, flags | O_NOFOLLOW); /* before 5.6: the last name at least */
}

static int fail_with(struct error *err, const char *name, int error)
{
	return fail(err, "%s: %s", name, error == ELOOP ? "is a symbolic link" : strerror(error));
}

int directory_below(int at, const char *name, bool fresh, struct error *err)
{
	if (mkdirat(at, name, 0777) < 0 && (fresh || errno != EEXIST))
		return fail_with(err, name, errno);
	/* O_DIRECTORY would say ENOTDIR of a link */
	int fd = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat about;
	if (fd < 0 || fstat(fd, &about) < 0)
		return fail_with(err, name, errno);
	if (S_ISDIR(about.st_mode))
		return fd;
	close(fd);
	return fail_with(err, name, S_ISLNK(about.st_mode) ? ELOOP : ENOTDIR);
}

/* Its parent first: a name that is missing is made there. */
static int open_resolved(const char *real, struct error *err)
{
	owned_text parent = directory_of(real);
	const char *name = base_of(real);
	int at = directory_plain(parent);

	if (at < 0)
		return fail_with(err, parent, errno);
	int fd = directory_below(at, *name ? name : ".", false, err);
	close(at);
	return fd;
}

int directory_open(const char *path, struct error *err)
{
	owned_text real = NULL;
	struct stat about;

	if (path_resolve(&real, path, err) < 0)
		return blame(err, "%s", path);
	owned_text parent = directory_of(real);
	int fd = open_resolved(real, err);
	if (fd >= 0 && fstat(fd, &about) == 0 && path_check_shared(parent, real, &about, err) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return blame(err, "%s", path);
}
