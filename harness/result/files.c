/* Files that a run has with it. */
#include <stdlib.h>
#include <string.h>

#include "result.h"

const char *const script_file_names[] = { "script/begin.sh", "script/finish.sh", "script/program.py" };

const char *run_file(const struct run *run, const char *name)
{
	for (size_t i = 0; i < run->files.count; i++)
		if (strcmp(run->files.at[i].name, name) == 0)
			return run->files.at[i].text;
	return NULL;
}

void run_add_file(struct pool *pool, struct run *run, const char *name, const char *text)
{
	struct run_files *files = &run->files;
	struct run_file *all = pool_alloc(pool, (files->count + 1) * sizeof *all);

	if (run_file(run, name))
		return;
	for (size_t i = 0; i < files->count; i++)
		all[i] = files->at[i];
	all[files->count] = (struct run_file){ pool_text(pool, name), pool_text(pool, text) };
	*files = (struct run_files){ all, files->count + 1 };
	GIVE(pool, run_members, run, files);
}
