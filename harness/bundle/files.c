/* A bundle's files, in memory and below a directory. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle_internal.h"

void bundle_add(struct bundle *bundle, const char *name, uint8_t *data, size_t length)
{
	*PUSH(bundle->files, bundle->count) =
	        (struct bundle_file){ .name = text_copy(name), .data = data, .length = length };
}

void bundle_add_text(struct bundle *bundle, const char *name, const char *text)
{
	bundle_add(bundle, name, (uint8_t *)text_copy(text), strlen(text));
}

int bundle_add_written(struct bundle *bundle, const char *name, file_writer *write, const void *value,
                       struct error *err)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = must(open_memstream(&text, &length));
	int written = write(out, value, err);

	if (fclose(out) != 0 && written == 0)
		written = fail(err, "%s: out of memory", name);
	if (written == 0)
		bundle_add(bundle, name, (uint8_t *)text, length);
	else
		free(text);
	return written;
}

int bundle_add_file(struct bundle *bundle, const char *name, const char *path, size_t most, struct error *err)
{
	uint8_t *data = NULL;
	size_t length;

	if (file_read(&data, &length, path, most, err) < 0)
		return -1;
	bundle_add(bundle, name, data, length);
	return 0;
}

const struct bundle_file *bundle_find(const struct bundle *bundle, const char *name)
{
	for (size_t i = 0; i < bundle->count; i++)
		if (strcmp(bundle->files[i].name, name) == 0)
			return &bundle->files[i];
	return NULL;
}

void bundle_clear(struct bundle *bundle)
{
	for (size_t i = 0; i < bundle->count; i++) {
		free(bundle->files[i].name);
		free(bundle->files[i].data);
	}
	free(bundle->files);
	free(bundle->name);
	*bundle = (struct bundle){ 0 };
}

bool bundle_name_is_good(const char *name)
{
	bool begins = true;

	for (const char *c = name; *c; c++) {
		const bool part = isalnum((unsigned char)*c) || *c == '_' || *c == '-' || (*c == '.' && !begins);
		if (!part && (*c != '/' || begins))
			return false;
		begins = *c == '/';
	}
	return !begins;
}

static int put_text(FILE *out, const void *value, struct error *err)
{
	const struct bundle_file *file = value;

	(void)err; /* the caller checks the stream */
	fwrite(file->data, 1, file->length, out);
	return 0;
}

/* Down to the directory of a file, each made where it is missing. Returns a descriptor, or -1 and err. */
static int directory_of(int at, const char **name, struct error *err)
{
	int here = dup(at);

	for (const char *slash; here >= 0 && (slash = strchr(*name, '/')); *name = slash + 1) {
		owned_text part = text_format("%.*s", (int)(slash - *name), *name);
		int below = directory_below(here, part, false, err);
		close(here);
		here = below;
	}
	return here;
}

static int put_file(int at, const char *directory, const struct bundle_file *file, struct error *err)
{
	owned_text shown = text_format("%s/%s", directory, file->name);
	const char *name = file->name;
	int below = directory_of(at, &name, err);

	if (below < 0)
		return -1;
	int result = file_put_at(below, name, shown, put_text, file, err);
	if (result == 0 && file->runs && fchmodat(below, name, 0755, 0) < 0)
		result = fail(err, "%s: its mode cannot be set", shown);
	close(below);
	return result;
}

static bool is_wanted(const char *name, const char *const *only)
{
	for (size_t i = 0; only && only[i]; i++)
		if (strncmp(name, only[i], strlen(only[i])) == 0)
			return true;
	return !only;
}

int bundle_put(const struct bundle *bundle, const char *const *only, const char *directory, struct error *err)
{
	int at = directory_open(directory, err), result = at < 0 ? -1 : 0;

	for (size_t i = 0; i < bundle->count && result == 0; i++)
		if (is_wanted(bundle->files[i].name, only))
			result = put_file(at, directory, &bundle->files[i], err);
	if (at >= 0)
		close(at);
	return result;
}
