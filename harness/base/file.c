/* Reading plain files, and writing whole ones. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "file_internal.h"

#define ACL      "system.posix_acl_access"
#define ATTEMPTS 100 /* at a name that nobody has */

FILE *file_open(const char *path, struct error *err)
{
	struct stat about;
	/* O_NONBLOCK: a FIFO would keep us waiting before we can see that it is one */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0) {
		fail(err, "%s: cannot be read: %s", path, strerror(errno));
		return NULL;
	}
	FILE *stream = fstat(fd, &about) == 0 && S_ISREG(about.st_mode) ? fdopen(fd, "rb") : NULL;
	if (!stream) {
		close(fd);
		fail(err, "%s: is not a file", path);
	}
	return stream;
}

/* The size is only a guess: a file of /proc has none, and another one may grow. */
int file_read(uint8_t **data, size_t *length, const char *path, size_t most, struct error *err)
{
	FILE *stream = file_open(path, err);
	uint8_t *buffer = NULL;
	size_t used = 0, size = 0, more = 4096;
	struct stat about;

	if (!stream)
		return -1;
	if (fstat(fileno(stream), &about) == 0 && about.st_size > 0 && (uint64_t)about.st_size <= most)
		more = (size_t)about.st_size + 2; /* one more than it has, so that its end is seen, and a 0 */
	do {
		ROOM(buffer, size, used, more);
		used += fread(buffer + used, 1, size - used - 1, stream);
	} while (used == size - 1 && used <= most);
	int error = ferror(stream) ? errno : 0;
	fclose(stream);
	buffer[used] = 0;
	if (error || used > most) {
		free(buffer);
		return error ? fail(err, "%s: cannot be read: %s", path, strerror(error))
		             : fail_at(err, (struct where){ path, 1, 1 }, "longer than %zu octets", most);
	}
	*data = buffer;
	*length = used;
	return 0;
}

static void unique_name(char **name)
{
	uint64_t number;

	if (getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number)
		number = (uint64_t)getpid() << 32 ^ (uint64_t)(clock_ms() * 1e6);
	free(*name);
	*name = text_format(".hopcheck-%016llx", (unsigned long long)number);
}

/* Until the file has its name, a signal would leave this one. */
static void hold_signals(sigset_t *before)
{
	sigset_t ending;

	sigemptyset(&ending);
	sigaddset(&ending, SIGHUP);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGQUIT);
	sigaddset(&ending, SIGTERM);
	sigprocmask(SIG_BLOCK, &ending, before);
}

/* A file without a name goes with its process, however that ends; not every file system has such. */
int beside_open(struct beside *beside, int at)
{
	*beside = (struct beside){ .at = at, .fd = -1 };
	if (access("/proc/self/fd", X_OK) == 0)
		beside->fd = openat(at, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
	if (beside->fd >= 0)
		return 0;
	hold_signals(&beside->before);
	for (int i = 0; i < ATTEMPTS && beside->fd < 0; i++) {
		unique_name(&beside->name);
		beside->fd = openat(at, beside->name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0666);
		if (beside->fd < 0 && errno != EEXIST)
			break;
	}
	if (beside->fd >= 0)
		return 0;
	int error = errno;
	sigprocmask(SIG_SETMASK, &beside->before, NULL);
	free(take(beside->name));
	return error;
}

void beside_close(struct beside *beside)
{
	if (beside->fd >= 0)
		close(beside->fd);
	if (beside->name) {
		unlinkat(beside->at, beside->name, 0); /* gone already, where it was put in place */
		sigprocmask(SIG_SETMASK, &beside->before, NULL);
	}
	free(take(beside->name));
}

static int give_name(const struct beside *beside, const char *name)
{
	char descriptor[64];

	snprintf(descriptor, sizeof descriptor, "/proc/self/fd/%d", beside->fd);
	return linkat(AT_FDCWD, descriptor, beside->at, name, AT_SYMLINK_FOLLOW);
}

/* Puts it where the file is to be; 0 or an errno. */
static int put_in_place(struct beside *beside, const char *base)
{
	if (!beside->name && give_name(beside, base) == 0)
		return 0;
	if (!beside->name && errno != EEXIST)
		return errno;
	if (!beside->name) {
		hold_signals(&beside->before);
		int named = -1;
		for (int i = 0; i < ATTEMPTS && named < 0; i++) {
			unique_name(&beside->name);
			named = give_name(beside, beside->name);
			if (named < 0 && errno != EEXIST)
				break;
		}
		if (named < 0)
			return errno;
	}
	return renameat(beside->at, beside->name, beside->at, base) < 0 ? errno : 0;
}

/* The new file is to its owner, group and others what the old one was. */
static int keep_mode(int fd, int at, const char *base)
{
	owned_text path = text_format("/proc/self/fd/%d/%s", at, base); /* ACLs can only be copied by path */
	struct stat old, new;
	char acl[4096];

	if (fstatat(at, base, &old, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(old.st_mode) || fstat(fd, &new) < 0)
		return 0;
	if ((new.st_uid != old.st_uid || new.st_gid != old.st_gid) && fchown(fd, old.st_uid, old.st_gid) < 0 &&
	    fchown(fd, (uid_t)-1, old.st_gid) < 0)
		old.st_mode &= ~(mode_t)(S_ISUID | S_ISGID);
	if (fchmod(fd, old.st_mode & 07777) < 0)
		return errno;
	ssize_t length = lgetxattr(path, ACL, acl, sizeof acl);
	return length > 0 && fsetxattr(fd, ACL, acl, (size_t)length, 0) < 0 ? errno : 0;
}

/* Lets a value be written, and what was written go to the kernel. Returns 0, -1 and a message, or an errno. */
static int write_value(FILE *out, file_writer *write, const void *value, struct error *err)
{
	errno = 0;
	if (write(out, value, err) < 0)
		return -1;
	if (fflush(out) == 0 && !ferror(out))
		return 0;
	return errno ? errno : EIO;
}

int write_stream(FILE *out, const char *name, file_writer *write, const void *value, struct error *err)
{
	int error = write_value(out, write, value, err);

	return error > 0 && error != EPIPE ? fail(err, "%s: %s", name, strerror(error))
	       : error < 0                 ? blame(err, "%s", name)
	                                   : 0;
}

int write_whole(int at, const char *base, const char *name, file_writer *write, const void *value, struct error *err)
{
	struct beside beside;
	int error = beside_open(&beside, at);
	FILE *out = NULL;

	if (error)
		return fail(err, "%s: %s", name, strerror(error));
	int copy = fcntl(beside.fd, F_DUPFD_CLOEXEC, 3);
	if (copy < 0 || !(out = fdopen(copy, "w")))
		error = errno;
	if (!error)
		error = write_value(out, write, value, err);
	if (out && fclose(out) != 0 && !error)
		error = errno;
	if (!error)
		error = keep_mode(beside.fd, at, base);
	if (!error)
		error = put_in_place(&beside, base);
	beside_close(&beside);
	return error > 0 ? fail(err, "%s: %s", name, strerror(error)) : error < 0 ? blame(err, "%s", name) : 0;
}

int file_put(const char *path, file_writer *write, const void *value, struct error *err)
{
	owned_text directory = directory_of(path);
	int at = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (at < 0)
		return fail(err, "%s: %s", path, strerror(errno));
	int result = write_whole(at, base_of(path), path, write, value, err);
	close(at);
	return result;
}

int file_put_at(int at, const char *name, const char *shown, file_writer *write, const void *value, struct error *err)
{
	return write_whole(at, name, shown, write, value, err);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

void files_remove(const char *directory)
{
	if (nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
		fprintf(stderr, "hopcheck: %s is left behind: %s\n", directory, strerror(errno));
}

int file_is_yaml(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}
