/* A bundle that somebody else made, as the operand of `run`: its case and topologies are read as any others, from a
 * directory of our own; its scripts are not run, and nothing else of it is written. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle.h"
#include "cli.h"

#define ARCHIVE_MOST ((size_t)64 << 20)

bool is_bundle(const char *operand)
{
	const size_t length = strlen(operand);

	return length > 7 && strcmp(operand + length - 7, ".tar.gz") == 0;
}

/* Its one cell. */
static const struct result *cell_of(const struct bundle *bundle, struct pool *pool, const char *path, struct error *err)
{
	const struct bundle_file *file = bundle_find(bundle, "results.json");
	json_t *json = file ? json_loadb((const char *)file->data, file->length, JSON_REJECT_DUPLICATES, NULL) : NULL;
	struct run *run = json ? run_read(pool, json, err) : NULL;

	json_decref(json);
	if (run && run->cells.count == 1)
		return run->cells.at[0];
	fail(err, "%s: no results.json of one cell; is it a file of `hopcheck bundle`?", path);
	return NULL;
}

static int unpack(struct bundle *bundle, const char *path, struct error *err)
{
	uint8_t *octets = NULL;
	size_t length = 0;
	int result = file_read(&octets, &length, path, ARCHIVE_MOST, err);

	if (result == 0)
		result = bundle_unpack(bundle, octets, length, path, err);
	free(octets);
	return result;
}

/* Case and axes as arguments; options keep them until they are cleared. */
static int choose(struct options *options, const struct bundle *bundle, const struct result *cell, const char *path,
                  const char *dir, struct error *err)
{
	struct selection *selection = &options->selection;
	owned_text name = text_format("cases/%s.yaml", said(cell->name));

	if (selection->only_count)
		return fail(err, "%s: --only: a bundle is one cell", path);
	if (!bundle_name_is_good(name) || !bundle_find(bundle, name))
		return fail(err, "%s: the case of its cell is not in it", path);
	options->operands[0] = text_format("%s/%s", dir, name);
	options->unpacked = true;
	for (size_t i = 0; i < cell->axes.count; i++)
		*PUSH(selection->only, selection->only_count) =
		        (struct only){ text_copy(cell->axes.at[i].name), text_copy(cell->axes.at[i].text) };
	return 0;
}

static int enter(struct options *options, size_t operand, char **dir, struct error *err)
{
	static const char *const wanted[] = { "cases/", "topologies/", NULL };
	const char *path = options->operands[operand], *tmp = getenv("TMPDIR");
	owned(pool) pool = pool_new();
	owned_bundle bundle = { 0 };

	if (options->operand_count > 1)
		return fail(err, "%s: a bundle runs alone", path);
	if (unpack(&bundle, path, err) < 0)
		return -1;
	const struct result *cell = cell_of(&bundle, pool, path, err);
	if (!cell)
		return -1;
	owned_text made = text_format("%s/hopcheck.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(made))
		return fail(err, "%s: %m", made);
	*dir = take(made);
	return bundle_put(&bundle, wanted, *dir, err) < 0 ? -1 : choose(options, &bundle, cell, path, *dir, err);
}

int bundle_enter(struct options *options, size_t operand, char **dir)
{
	struct error err = { 0 };

	if (enter(options, operand, dir, &err) == 0)
		return EXIT_OK;
	say_errors(&err);
	return EXIT_USAGE;
}

void bundle_leave(struct options *options, char **dir)
{
	if (!*dir)
		return;
	for (size_t i = 0; i < options->selection.only_count; i++) {
		free((char *)options->selection.only[i].axis);
		free((char *)options->selection.only[i].value);
	}
	if (options->unpacked)
		free(take(options->operands[0])); /* choose() made it */
	options->selection.only_count = 0;
	files_remove(*dir);
	free(take(*dir));
}
