/* A case file with the topologies beside it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "declare.h"

struct library {
	char *directory; /* of the case */
	struct topology **topologies;
	size_t count;
	struct error *err;
};

static const struct topology *library_find(void *context, const char *name)
{
	struct library *library = context;
	owned_text near = text_format("%s/%s.yaml", library->directory, name);
	owned_text path = text_format("%s/../topologies/%s.yaml", library->directory, name);
	owned(topology) topology = NULL;

	for (size_t i = 0; i < library->count; i++)
		if (strcmp(library->topologies[i]->name, name) == 0)
			return library->topologies[i];
	if (access(path, F_OK) != 0 && access(near, F_OK) != 0)
		return NULL;
	if (topology_read(&topology, access(path, F_OK) == 0 ? path : near, library->err) < 0)
		return NULL;
	return *PUSH(library->topologies, library->count) = take(topology);
}

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return text_copy(".");
	return text_format("%.*s", slash == path ? 1 : (int)(slash - path), path);
}

int testcase_read(struct testcase **ret, struct topology ***topologies, const char *path,
                  const struct deviations *deviations, struct error *err)
{
	owned_text directory = directory_of(path);
	struct library library = { .directory = directory, .err = err };
	uint8_t *data = NULL;
	size_t length = 0;

	if (file_read(&data, &length, path, FILE_LIMIT, err) < 0)
		return -1;
	int result = testcase_parse(ret, path, (struct bytes){ data, length }, library_find, &library, deviations, err);
	free(data);
	if (result == 0) {
		*topologies = library.topologies;
		return 0;
	}
	for (size_t i = 0; i < library.count; i++)
		topology_free(library.topologies[i]);
	free(library.topologies);
	return -1;
}
