/* The initramfs: a list of files, written as a cpio archive by bsdtar, which also unpacks modules. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "matrix.h"

extern char **environ;

/* Runs a program with its output in a file (NULL: thrown away). Returns its exit status, or -1 and errno. */
static int run(char *const *arguments, char *const *environment, const char *output)
{
	posix_spawn_file_actions_t actions;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, output ? output : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC,
	                                 0600);
	errno = posix_spawnp(&child, *arguments, &actions, NULL, arguments, environment);
	posix_spawn_file_actions_destroy(&actions);
	return errno ? -1 : child_status(child);
}

static int explain(int status, const char *program, const char *package, const char *what, struct error *err)
{
	if (status < 0)
		return fail_to_run(err, program, package);
	return fail(err, "%s ended with status %d on %s", program, status, what);
}

static bool has(const struct initramfs *initramfs, const char *path)
{
	for (size_t i = 0; i < initramfs->count; i++)
		if (strcmp(initramfs->files[i].path, path) == 0)
			return true;
	return false;
}

static void add_parents(struct initramfs *initramfs, const char *path)
{
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		owned_text directory = text_format("%.*s", (int)(slash - path), path);
		if (*directory && !has(initramfs, directory))
			*PUSH(initramfs->files, initramfs->count) =
			        (struct initramfs_file){ take(directory), NULL, 0755 };
	}
}

void initramfs_add(struct initramfs *initramfs, const char *path, const char *content, unsigned mode)
{
	path += strspn(path, "/");
	if (has(initramfs, path))
		return;
	add_parents(initramfs, path);
	*PUSH(initramfs->files, initramfs->count) =
	        (struct initramfs_file){ text_copy(path), text_copy(content), mode };
}

/* The loader lists what it would load: "	libc.so.6 => /lib/.../libc.so.6 (0x...)", "	/lib64/ld-linux...
 * (0x...)".
 */
static void add_library(struct initramfs *initramfs, char *line)
{
	char *path = strstr(line, "=> ");

	path = path ? path + 3 : line + strspn(line, " \t");
	path[strcspn(path, " \n")] = 0;
	if (*path == '/')
		initramfs_add(initramfs, path, path, 0755);
}

int initramfs_add_program(struct initramfs *initramfs, const char *path, const char *program, const char *work,
                          struct error *err)
{
	owned_text list = text_format("%s/libraries-XXXXXX", work);
	char *line = NULL, real[PATH_MAX];
	char *const arguments[] = { real, NULL };
	char *const environment[] = { "LD_TRACE_LOADED_OBJECTS=1", "LC_ALL=C", NULL };
	size_t size = 0;
	int fd = mkstemp(list), status = -1;

	if (fd < 0)
		return fail(err, "%s: %s", list, strerror(errno));
	close(fd);
	/* A program without a loader would run instead of being listed: it is one of ours or ip, which have one. */
	if (realpath(program, real))
		status = run(arguments, environment, list);
	FILE *file = status == 0 ? fopen(list, "re") : NULL;
	while (file && getline(&line, &size, file) > 0) {
		if (strstr(line, "not found"))
			status = 1;
		add_library(initramfs, line);
	}
	free(line);
	if (file)
		fclose(file);
	unlink(list);
	if (status)
		return fail(err, "%s: cannot tell its libraries%s%s", program, status < 0 ? ": " : "",
		            status < 0 ? strerror(errno) : "");
	initramfs_add(initramfs, path, real, 0755);
	return 0;
}

/* Unpacked here: only then does every kernel load it, whatever it was built with. */
static int unpack_module(const char *from, const char *to, struct error *err)
{
	FILE *there = file_open(from, err); /* bsdcat would wait for a FIFO */

	if (!there)
		return -1;
	fclose(there);
	char *const arguments[] = { "bsdcat", (char *)from, NULL };
	int status = run(arguments, environ, to);

	return status == 0 ? 0 : explain(status, "bsdcat", "libarchive-tools", from, err);
}

static int add_module(struct initramfs *initramfs, const char *directory, const char *path, const char *work,
                      FILE *list, struct error *err)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	owned_text from = path[0] == '/' ? text_copy(path) : text_format("%s/%s", directory, path);
	owned_text plain = text_format("%.*s", (int)(strstr(name, ".ko") + 3 - name), name);
	owned_text to = text_format("%s/%s", work, plain);
	owned_text in_guest = text_format("modules/%s", plain);

	if (unpack_module(from, to, err) < 0)
		return -1;
	initramfs_add(initramfs, in_guest, to, 0644);
	fprintf(list, "%s\n", plain);
	return 0;
}

int initramfs_add_modules(struct initramfs *initramfs, const struct guest_kernel *kernel, const char *const *wanted,
                          const char *work, struct error *err)
{
	owned_text list_path = text_format("%s/modules.list", work);
	char **paths = NULL;
	int count = kernel->modules ? modules_resolve(&paths, kernel->modules, wanted, err) : 0, result = 0;
	FILE *list = fopen(list_path, "we");

	if (!list)
		result = fail(err, "%s: %s", list_path, strerror(errno));
	for (int i = 0; i < count; i++) {
		if (result == 0)
			result = add_module(initramfs, kernel->modules, paths[i], work, list, err);
		free(paths[i]);
	}
	free(paths);
	if (list && fclose(list) != 0 && result == 0)
		result = fail(err, "%s: %s", list_path, strerror(errno));
	initramfs_add(initramfs, "modules/list", list_path, 0644);
	return count < 0 ? -1 : result;
}

/* mtree(5) writes what is not a plain letter as an octal number. */
static void write_path(FILE *spec, const char *path)
{
	for (const unsigned char *c = (const unsigned char *)path; *c; c++)
		if (*c > ' ' && *c < 127 && *c != '\\' && *c != '#')
			fputc(*c, spec);
		else
			fprintf(spec, "\\%03o", *c);
}

static int write_spec(const struct initramfs *initramfs, const char *path, struct error *err)
{
	FILE *spec = fopen(path, "we");

	if (!spec)
		return fail(err, "%s: %s", path, strerror(errno));
	/* The kernel opens /dev/console for the first process before that can mount anything. */
	fputs("#mtree\n/set uid=0 gid=0 time=0.0 nlink=1\n./dev type=dir mode=0755\n"
	      "./dev/console type=char mode=0600 device=native,5,1\n",
	      spec);
	for (size_t i = 0; i < initramfs->count; i++) {
		const struct initramfs_file *file = &initramfs->files[i];
		fputs("./", spec);
		write_path(spec, file->path);
		fprintf(spec, " type=%s mode=%04o", file->content ? "file" : "dir", file->mode);
		if (file->content) {
			fputs(" content=", spec);
			write_path(spec, file->content);
		}
		fputc('\n', spec);
	}
	if (fclose(spec) != 0)
		return fail(err, "%s: %s", path, strerror(errno));
	return 0;
}

int initramfs_write(const struct initramfs *initramfs, const char *path, struct error *err)
{
	owned_text spec = text_format("%s.mtree", path);
	owned_text from = text_format("@%s", spec);
	char *const arguments[] = { "bsdtar", "--format", "newc", "-cf", (char *)path, from, NULL };

	if (write_spec(initramfs, spec, err) < 0)
		return -1;
	int status = run(arguments, environ, NULL);
	unlink(spec);
	return status == 0 ? 0 : explain(status, "bsdtar", "libarchive-tools", path, err);
}

void initramfs_clear(struct initramfs *initramfs)
{
	for (size_t i = 0; i < initramfs->count; i++) {
		free(initramfs->files[i].path);
		free(initramfs->files[i].content);
	}
	free(initramfs->files);
	*initramfs = (struct initramfs){ 0 };
}
