/* Writing an output: whole, or not at all. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report_internal.h"

const struct word report_format_words[] = {
	{ "ktap", FORMAT_KTAP, "KTAP, for kernel CI" },
	{ "tap", FORMAT_TAP, "TAP 13, a line a cell" },
	{ "junit", FORMAT_JUNIT, "JUnit XML" },
	{ "html", FORMAT_HTML, "one page that needs nothing else" },
	{ NULL, 0, NULL },
};

static void (*const writers[FORMATS])(FILE *out, const json_t *runs) = {
	[FORMAT_KTAP] = write_ktap,
	[FORMAT_TAP] = write_tap,
	[FORMAT_JUNIT] = write_junit,
	[FORMAT_HTML] = write_html,
};

/* Takes what was written out to the kernel; 0 or an errno. */
static int written(FILE *out)
{
	if (fflush(out) == 0 && !ferror(out))
		return 0;
	return errno ? errno : EIO;
}

static int write_to(FILE *out, enum report_format format, const json_t *runs)
{
	errno = 0;
	writers[format](out, runs);
	return written(out);
}

static int write_stdout(enum report_format format, const json_t *runs, struct error *err)
{
	int error = write_to(stdout, format, runs);

	if (error && error != EPIPE)
		return fail(err, "standard output: %s", strerror(error));
	return 0;
}

/* A device, a pipe: there is nothing to put in its place. */
static int write_in_place(const char *path, enum report_format format, const json_t *runs, struct error *err)
{
	FILE *out = fopen(path, "w");
	int error = out ? write_to(out, format, runs) : errno;

	if (out)
		fclose(out);
	return error ? fail(err, "%s: %s", path, strerror(error)) : 0;
}

/* Beside the file, then over it. */
static int write_whole(const char *path, enum report_format format, const json_t *runs, struct error *err)
{
	owned_text beside = text_format("%s.XXXXXX", path);
	mode_t mask = umask(0);
	int fd = mkstemp(beside);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	int error = out ? 0 : errno;

	umask(mask);
	if (out && fchmod(fd, 0666 & ~mask) < 0)
		error = errno;
	if (!error)
		error = write_to(out, format, runs);
	if (out && fclose(out) != 0 && !error)
		error = errno;
	if (!error && rename(beside, path) < 0)
		error = errno;
	if (error && fd >= 0)
		unlink(beside);
	return error ? fail(err, "%s: %s", path, strerror(error)) : 0;
}

int report_write(enum report_format format, const char *path, const json_t *runs, struct error *err)
{
	char real[PATH_MAX];
	struct stat status;

	if (strcmp(path, "-") == 0)
		return write_stdout(format, runs, err);
	if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
		return write_in_place(path, format, runs, err);
	return write_whole(realpath(path, real) ? real : path, format, runs, err);
}
