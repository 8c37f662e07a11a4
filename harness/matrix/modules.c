/* Which module files a guest needs, and in which order: modules.dep has every dependency of a module in its line, the
 * one that is loaded first last (depmod(8)). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "matrix.h"

#define DEP_LIMIT (64u << 20) /* octets of a modules.dep */

/* "kernel/net/ipv6/tunnel6.ko.xz" is tunnel6; - and _ are the same in a module's name. */
static bool is_module(const char *path, size_t length, const char *name)
{
	size_t start = length;

	while (start && path[start - 1] != '/')
		start--;
	for (path += start; *name; name++, path++) {
		char a = *path == '-' ? '_' : *path, b = *name == '-' ? '_' : *name;
		if (a != b)
			return false;
	}
	return strncmp(path, ".ko", 3) == 0;
}

char *module_parameters(const char *command_line, const char *path)
{
	char *text = text_copy("");

	for (const char *word = command_line; *word; word += strspn(word, " \n")) {
		size_t length = strcspn(word, " \n"), dot = strcspn(word, ". \n");
		owned_text name = text_format("%.*s", (int)dot, word);
		if (dot && dot + 1 < length && is_module(path, strlen(path), name))
			text_append(&text, "%s%.*s", *text ? " " : "", (int)(length - dot - 1), word + dot + 1);
		word += length;
	}
	return text;
}

struct list {
	char **paths;
	size_t count;
};

static void add_once(struct list *list, const char *path, size_t length)
{
	for (size_t i = 0; i < list->count; i++)
		if (strlen(list->paths[i]) == length && memcmp(list->paths[i], path, length) == 0)
			return;
	*PUSH(list->paths, list->count) = text_format("%.*s", (int)length, path);
}

/* A line "PATH: LAST ... FIRST": its dependencies from the end, then itself. */
static void add_line(struct list *list, const char *line, size_t length, size_t path_length)
{
	size_t end = length;

	while (end > path_length + 1) {
		while (end > path_length + 1 && line[end - 1] == ' ')
			end--;
		size_t start = end;
		while (start > path_length + 1 && line[start - 1] != ' ')
			start--;
		if (start < end)
			add_once(list, line + start, end - start);
		end = start;
	}
	add_once(list, line, path_length);
}

int modules_order(char ***paths, const char *text, const char *const *wanted)
{
	struct list list = { 0 };

	for (; *wanted; wanted++) {
		for (const char *line = text; *line;) {
			size_t length = strcspn(line, "\n"), path = strcspn(line, ":\n");
			if (path < length && is_module(line, path, *wanted))
				add_line(&list, line, length, path);
			line += length + (line[length] == '\n');
		}
	}
	*paths = list.paths;
	return (int)list.count;
}

int modules_resolve(char ***paths, const char *directory, const char *const *wanted, struct error *err)
{
	owned_text dep = text_format("%s/modules.dep", directory);
	uint8_t *text = NULL;
	size_t length = 0;

	if (file_read(&text, &length, dep, DEP_LIMIT, err) < 0)
		return -1;
	int count = modules_order(paths, (const char *)text, wanted);
	free(text);
	return count;
}
