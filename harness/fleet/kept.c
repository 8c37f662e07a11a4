/* Files: what guests send of failing cells, and their consoles. What they say is checked before it gets here
 * (answer.c). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "fleet_internal.h"

/* The directory that a path below that of --keep lies in; both are made where they are missing, with the first that is
 * kept. -1 and a message. */
static int directory_for(const char *root, const char *path, struct error *err)
{
	int at = directory_open(root, err);

	for (const char *slash; at >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
		owned_text name = text_format("%.*s", (int)(slash - path), path);
		int below = directory_below(at, name, false, err);
		close(at);
		at = below;
	}
	return at;
}

static int write_octets(FILE *file, const void *value, struct error *err)
{
	const struct bytes *octets = value;

	(void)err;
	fwrite(octets->data, 1, octets->length, file);
	return 0;
}

static void keep(const struct guest_run *run, const char *name, struct bytes octets)
{
	const struct fleet *fleet = run->fleet;
	owned_text path = text_format("%s/%s", fleet->kernels[run->task.kernel].kernel.label, name);
	owned_text shown = text_format("%s/%s", fleet->options->keep, path);
	struct error err = { 0 };
	int directory = directory_for(fleet->options->keep, path, &err);

	if (directory >= 0)
		file_put_at(directory, strrchr(path, '/') + 1, shown, write_octets, &octets, &err);
	if (err.count)
		say(fleet, "%s is not kept: %s", shown, error_line(&err));
	if (directory >= 0)
		close(directory);
}

/* What a guest may send of a cell. */
static const char *const kept_files[] = { "trace.json", "trace.pcapng" };

bool is_kept_file(const struct suite *suite, const struct suite_cell *cell, const char *name)
{
	owned_text directory = text_format("%s-%zu/", suite->cases[cell->case_index].testcase->name, cell->cell);

	if (strncmp(name, directory, strlen(directory)) != 0)
		return false;
	for (size_t i = 0; i < COUNT(kept_files); i++)
		if (strcmp(name + strlen(directory), kept_files[i]) == 0)
			return true;
	return false;
}

void keep_file(const struct guest_run *run, struct bytes body)
{
	size_t head = strlen((const char *)body.data) + 1;

	keep(run, (const char *)body.data, (struct bytes){ body.data + head, body.length - head });
}

static long file_size(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 ? (long)status.st_size : 0;
}

/* Behind the last line that says so; the kernel wrote it among its own, so they are in order. */
static const char *begin_of(const char *text, size_t cell)
{
	owned_text marker = text_format(FLEET_MARKER "\n", cell);
	const char *found = text;

	for (const char *at = text; (at = strstr(at, marker)); at += strlen(marker))
		found = at + strlen(marker);
	return found;
}

char *console_text(const char *path, size_t cell)
{
	const size_t most = 65536;
	FILE *file = fopen(path, "re");
	owned_text text = zalloc(most + 1);
	long size = file_size(path);
	char *out = text;

	if (file) {
		if (fseek(file, size > (long)most ? size - (long)most : 0, SEEK_SET) == 0)
			text[fread(text, 1, most, file)] = 0;
		fclose(file);
	}
	for (const char *c = text; *c; c++) /* no control characters, which a terminal would act on */
		if (*c != '\r')
			*out++ = (unsigned char)*c >= 127 || ((unsigned char)*c < ' ' && *c != '\n' && *c != '\t') ? '?'
			                                                                                           : *c;
	*out = 0;
	return text_copy(cell == NOT_FOUND ? text : begin_of(text, cell));
}

/* At most the first 60 lines from `text` on. */
struct texts lines_of(struct pool *pool, const char *text)
{
	const char *lines[60];
	size_t count = 0;

	for (int i = 0; i < 60 && *text; i++) {
		size_t length = strcspn(text, "\n"), end = length;
		while (end && text[end - 1] == ' ')
			end--;
		if (end)
			lines[count++] = pool_format(pool, "%.*s", (int)end, text);
		text += length + (text[length] == '\n');
	}
	return (struct texts){ pool_keep(pool, lines, count * sizeof *lines), count };
}

void keep_console(const struct guest_run *run)
{
	owned_text text = run->fleet->options->keep ? console_text(run->console, NOT_FOUND) : NULL;
	owned_text name = text_format("console-%u.txt", run->number);

	if (text)
		keep(run, name, (struct bytes){ (const uint8_t *)text, strlen(text) });
}

static bool is_over(const char *path, size_t most)
{
	return file_size(path) >= (long)most;
}

bool console_is_full(const struct guest_run *run)
{
	owned_text messages = text_format("%s.qemu", run->console);

	return is_over(run->console, GUEST_FILE_MAX) || is_over(messages, GUEST_FILE_MAX);
}

int copy_program(const char *directory, struct error *err)
{
	owned_text path = text_format("%s/" FLEET_PROGRAM, directory);
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	ssize_t copied = from >= 0 && to >= 0 ? 1 : -1;

	while (copied > 0)
		copied = sendfile(to, from, NULL, 1 << 30);
	int error = errno;
	if (from >= 0)
		close(from);
	if (to >= 0 && close(to) < 0 && copied == 0) {
		error = errno;
		copied = -1;
	}
	return copied < 0 ? fail(err, "%s: %s", from < 0 ? "/proc/self/exe" : path, strerror(error)) : 0;
}
