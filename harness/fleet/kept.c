/* Files: what guests send of failing cells, and their consoles. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "fleet_internal.h"

static int make_directories(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		int made = mkdir(path, 0777);
		*slash = '/';
		if (made < 0 && errno != EEXIST)
			return -1;
	}
	return 0;
}

/* A guest names files below its own directory; nothing it says leads out of that. */
static bool is_safe(const char *name)
{
	return *name && *name != '/' && !strstr(name, "..") && strlen(name) < 200;
}

static int write_octets(FILE *file, const void *value, struct error *err)
{
	const struct bytes *octets = value;

	(void)err;
	fwrite(octets->data, 1, octets->length, file);
	return 0;
}

static void keep_octets(const struct fleet *fleet, char *path, struct bytes octets)
{
	struct error err = { 0 };

	if (make_directories(path) < 0)
		fail(&err, "%s: %s", path, strerror(errno));
	else
		file_put(path, write_octets, &octets, &err);
	if (err.count)
		say(fleet, "%.*s", (int)strcspn(err.text, "\n"), err.text);
}

void keep_file(const struct ship *ship, struct bytes body)
{
	const struct fleet *fleet = ship->fleet;
	const char *name = (const char *)body.data;
	size_t head = strlen(name) + 1;

	if (!fleet->options->keep || head > body.length || !is_safe(name))
		return;
	owned_text path =
	        text_format("%s/%s/%s", fleet->options->keep, fleet->kernels[ship->task.kernel].kernel.label, name);
	keep_octets(fleet, path, (struct bytes){ body.data + head, body.length - head });
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
	for (const char *c = text; *c; c++) /* what a terminal would act on is not for one */
		if (*c != '\r')
			*out++ = (unsigned char)*c >= 127 || ((unsigned char)*c < ' ' && *c != '\n' && *c != '\t') ? '?'
			                                                                                           : *c;
	*out = 0;
	return text_copy(cell == NOT_FOUND ? text : begin_of(text, cell));
}

/* At most the first 60 lines from `text` on. */
json_t *lines_json(const char *text)
{
	json_t *lines = json_array();

	for (int i = 0; i < 60 && *text; i++) {
		size_t length = strcspn(text, "\n"), end = length;
		while (end && text[end - 1] == ' ')
			end--;
		if (end)
			json_array_append_new(lines, json_stringn(text, end));
		text += length + (text[length] == '\n');
	}
	return lines;
}

void keep_console(const struct ship *ship)
{
	const struct fleet *fleet = ship->fleet;

	if (!fleet->options->keep)
		return;
	owned_text text = console_text(ship->console, NOT_FOUND);
	owned_text path = text_format("%s/%s/console-%u.txt", fleet->options->keep,
	                              fleet->kernels[ship->task.kernel].kernel.label, ship->number);
	keep_octets(fleet, path, (struct bytes){ (const uint8_t *)text, strlen(text) });
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

void remove_files(const char *directory)
{
	if (nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
		fprintf(stderr, "hopcheck: %s is left behind: %s\n", directory, strerror(errno));
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
	return copied < 0 ? fail(err, "%s: %s", path, strerror(error)) : 0;
}
