/* Where a path leads, and whether another user may have put that there. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_internal.h"

#define LINKS 40 /* as the kernel has it */

char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return text_copy(".");
	return text_format("%.*s", slash == path ? 1 : (int)(slash - path), path);
}

const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* What another user puts into a directory that all may write to is not what this user named: the rule of
 * fs.protected_symlinks, protected_regular and protected_fifos, whatever they are set to. */
int path_check_shared(const char *directory, const char *path, const struct stat *entry, struct error *err)
{
	struct stat about;

	if (stat(directory, &about) < 0 || !(about.st_mode & S_ISVTX) || !(about.st_mode & S_IWOTH) ||
	    entry->st_uid == geteuid() || entry->st_uid == about.st_uid || S_ISCHR(entry->st_mode))
		return 0;
	return fail(err, "%s is another user's, in a directory that all may write to; name another file", path);
}

/* A path on its way: `done` has no symbolic link, `rest` is still to go. */
struct walk {
	char *done, *rest;
	unsigned links;
};

static void walk_clear(struct walk *walk)
{
	free(walk->done);
	free(walk->rest);
}

static void replace(char **text, char *by)
{
	free(*text);
	*text = by;
}

/* What a symbolic link says stands for its name; `tail` is what came behind that. 0 or an errno. */
static int walk_link(struct walk *walk, const char *link, const char *tail)
{
	char target[PATH_MAX];
	ssize_t length = readlink(link, target, sizeof target - 1);

	if (length < 0)
		return errno;
	if (++walk->links > LINKS)
		return ELOOP;
	target[length] = 0;
	replace(&walk->rest, text_format("%s%s", target, tail));
	if (*target == '/')
		replace(&walk->done, text_copy("/"));
	return 0;
}

/* One name further; 1 at the end, 0, or -1 and a message. */
static int walk_step(struct walk *walk, struct error *err)
{
	char *name = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(name, "/");
	bool last = !name[length];
	owned_text next =
	        text_format("%s%s%.*s", walk->done, strcmp(walk->done, "/") == 0 ? "" : "/", (int)length, name);
	owned_text tail = text_copy(name + length);
	struct stat about;

	if (!length)
		return 1;
	if (lstat(next, &about) < 0) {
		if (errno != ENOENT || !last)
			return fail(err, "%s", strerror(errno));
	} else if (S_ISLNK(about.st_mode)) {
		int error = path_check_shared(walk->done, next, &about, err) < 0 ? -1 : walk_link(walk, next, tail);
		return error > 0 ? fail(err, "%s", strerror(error)) : error;
	} else if (last && path_check_shared(walk->done, next, &about, err) < 0) {
		return -1;
	}
	replace(&walk->done, take(next));
	replace(&walk->rest, take(tail));
	return last;
}

/* Where a path leads, without symbolic links; the last part need not be there. */
int path_resolve(char **ret, const char *path, struct error *err)
{
	struct walk walk = { text_copy(*path == '/' ? "/" : "."), text_copy(path), 0 };
	int step;

	while ((step = walk_step(&walk, err)) == 0)
		;
	if (step > 0)
		*ret = take(walk.done);
	walk_clear(&walk);
	return step < 0 ? -1 : 0;
}
