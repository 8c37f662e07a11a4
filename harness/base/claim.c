/* Where an output of a user's goes, and whether it can. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_internal.h"

bool file_is_stdout(const char *path)
{
	struct stat named, out;

	if (strcmp(path, "-") == 0)
		return true;
	return stat(path, &named) == 0 && fstat(STDOUT_FILENO, &out) == 0 && named.st_dev == out.st_dev &&
	       named.st_ino == out.st_ino && !S_ISCHR(named.st_mode);
}

/* A device, a FIFO: there is nothing to put in its place. */
static int write_in_place(const char *path, file_writer *write, const void *value, struct error *err)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");

	if (!out) {
		int error = errno;
		if (fd >= 0)
			close(fd);
		return fail(err, "%s: %s", path, strerror(error));
	}
	int result = write_stream(out, path, write, value, err);
	fclose(out);
	return result;
}

int file_write(const char *path, file_writer *write, const void *value, struct error *err)
{
	owned_text real = NULL;
	struct stat about;

	if (file_is_stdout(path))
		return write_stream(stdout, "standard output", write, value, err);
	if (path_resolve(&real, path, err) < 0)
		return blame(err, "%s", path);
	/* by its own name: one of /proc leads to what has no other */
	if (stat(path, &about) == 0 && (!S_ISREG(about.st_mode) || !about.st_nlink))
		return write_in_place(path, write, value, err);
	owned_text directory = directory_of(real);
	int at = directory_plain(directory);
	if (at < 0)
		return fail(err, "%s: %s", path, strerror(errno));
	int result = write_whole(at, base_of(real), path, write, value, err);
	close(at);
	return result;
}

/* A mount, of a container say, cannot be replaced. */
static bool is_mounted(const char *path)
{
	struct statx about;

	return statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &about) == 0 &&
	       about.stx_attributes & STATX_ATTR_MOUNT_ROOT;
}

static int check_directory(const char *path, const char *real, struct error *err)
{
	owned_text parent = directory_of(real);
	struct stat about;
	bool there = lstat(real, &about) == 0;

	if (there && !S_ISDIR(about.st_mode))
		return fail(err, "%s", strerror(ENOTDIR));
	if (!there && lstat(path, &about) == 0)
		return fail(err, "a dangling symbolic link");
	if (faccessat(AT_FDCWD, there ? real : parent, W_OK | X_OK, AT_EACCESS) < 0)
		return fail(err, "%s", strerror(errno));
	return 0;
}

/* A file is tried where it would be made: only that tells. */
static int check_file(const char *path, const char *real, struct error *err)
{
	owned_text directory = directory_of(real);
	struct beside beside;
	struct stat about;

	if (stat(path, &about) == 0) {
		if (S_ISDIR(about.st_mode))
			return fail(err, "%s", strerror(EISDIR));
		if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) < 0)
			return fail(err, "%s", strerror(errno));
		if (!S_ISREG(about.st_mode) || !about.st_nlink)
			return 0;
		if (is_mounted(real))
			return fail(err, "a mount point, which cannot be replaced; name another file");
	} else if (errno != ENOENT) {
		return fail(err, "%s", strerror(errno));
	}
	int at = directory_plain(directory), error = at < 0 ? errno : beside_open(&beside, at);
	if (!error)
		beside_close(&beside);
	if (at >= 0)
		close(at);
	return error ? fail(err, "%s", strerror(error)) : 0;
}

/* What tells two outputs apart: directory and name; NULL where a file may be written twice. */
static int check_claim(const struct file_claim *claim, char **identity, struct error *err)
{
	owned_text real = NULL;
	char directory[PATH_MAX];
	struct stat about;

	if (!*claim->path)
		return fail(err, "an empty name");
	if (file_is_stdout(claim->path)) {
		if ((fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE) == O_RDONLY)
			return fail(err, "standard output is closed");
		*identity = text_copy("");
		return 0;
	}
	if (path_resolve(&real, claim->path, err) < 0)
		return -1;
	if ((claim->directory ? check_directory : check_file)(claim->path, real, err) < 0)
		return -1;
	owned_text parent = directory_of(real);
	bool device = stat(claim->path, &about) == 0 && S_ISCHR(about.st_mode);
	if (!device && realpath(parent, directory))
		*identity = text_format("%s/%s", directory, base_of(real));
	return 0;
}

static int check_same(const struct file_claim *claims, char *const *identities, size_t index, struct error *err)
{
	for (size_t i = 0; identities[index] && i < index; i++) {
		if (!identities[i] || strcmp(identities[i], identities[index]) != 0)
			continue;
		if (!*identities[i])
			return fail(err, "only one output can be written to standard output (-)");
		return fail(err, "--%s %s: --%s writes the same file", claims[index].option, claims[index].path,
		            claims[i].option);
	}
	return 0;
}

int files_check(const struct file_claim *claims, size_t count, struct error *err)
{
	char **identities = zalloc(count * sizeof *identities);
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++) {
		if (!claims[i].path)
			continue;
		result = check_claim(&claims[i], &identities[i], err);
		if (result < 0)
			blame(err, "--%s %s", claims[i].option, claims[i].path);
		else
			result = check_same(claims, identities, i, err);
	}
	for (size_t i = 0; i < count; i++)
		free(identities[i]);
	free(identities);
	return result;
}
