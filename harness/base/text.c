#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base.h"

/* Allocates nothing. */
static void out_of_memory(void)
{
	struct rlimit space = { RLIM_INFINITY, 0 }, data = { RLIM_INFINITY, 0 };
	char line[128];

	getrlimit(RLIMIT_AS, &space);
	getrlimit(RLIMIT_DATA, &data);
	bool limited = space.rlim_cur != RLIM_INFINITY || data.rlim_cur != RLIM_INFINITY;
	int length = snprintf(line, sizeof line, "hopcheck: out of memory%s\n",
	                      limited ? "; a limit is set (ulimit -v, ulimit -d): raise it" : "");
	ssize_t written = write(STDERR_FILENO, line, (size_t)length);
	(void)written;
}

static int ending; /* 0: not given */

void memory_ends_with(int status)
{
	ending = status;
}

void *must(void *memory)
{
	if (memory)
		return memory;
	if (!ending)
		out_of_memory();
	_exit(ending ? ending : 3);
}

void *zalloc(size_t size)
{
	return must(calloc(1, size ? size : 1));
}

/* Doubles at powers of two, so that no capacity has to be kept beside the count. */
void *grow(void *array, size_t count, size_t element_size)
{
	if (count == 0 || (count & (count - 1)) == 0)
		array = must(count > SIZE_MAX / 2 ? NULL : reallocarray(array, count ? 2 * count : 1, element_size));
	memset((char *)array + count * element_size, 0, element_size);
	return array;
}

void *room(void *buffer, size_t *size, size_t used, size_t more, size_t element_size)
{
	size_t needed, doubled = *size > SIZE_MAX / 2 ? SIZE_MAX : 2 * *size;

	if (__builtin_add_overflow(used, more, &needed))
		return must(NULL);
	if (needed <= *size)
		return buffer;
	if (doubled > needed && doubled <= SIZE_MAX / 2 / element_size)
		needed = doubled;
	*size = needed;
	return must(reallocarray(buffer, needed, element_size));
}

char *text_copy(const char *text)
{
	return text ? must(strdup(text)) : NULL;
}

char *text_format_list(const char *format, va_list arguments)
{
	char *text = NULL;

	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	return must(text);
}

char *text_format(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	char *text = text_format_list(format, arguments);
	va_end(arguments);
	return text;
}

void text_append(char **text, const char *format, ...)
{
	size_t used = *text ? strlen(*text) : 0;
	va_list arguments;

	va_start(arguments, format);
	owned_text more = text_format_list(format, arguments);
	va_end(arguments);
	*text = must(realloc(*text, used + strlen(more) + 1));
	strcpy(*text + used, more);
}

char *text_line(const char *text)
{
	return must(strndup(text, strcspn(text, "\n")));
}

void text_cleanup(char **text)
{
	free(*text);
}

bool word_value(const struct word *table, const char *word, int *value)
{
	for (; table->word; table++) {
		if (strcmp(table->word, word) == 0) {
			*value = table->value;
			return true;
		}
	}
	return false;
}

const char *word_of(const struct word *table, int value)
{
	for (; table->word; table++)
		if (table->value == value)
			return table->word;
	return "?";
}

char *word_list(const struct word *table)
{
	char *list = NULL;

	for (const struct word *row = table; row->word; row++)
		text_append(&list, "%s%s", row == table ? "" : row[1].word ? ", " : " or ", row->word);
	return list ? list : text_copy("");
}

static bool is_plain_word(const char *text)
{
	return *text &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%") == strlen(text);
}

char *shell_word(const char *word)
{
	char *quoted = NULL;

	if (is_plain_word(word))
		return text_copy(word);
	text_append(&quoted, "'");
	for (; *word; word++)
		text_append(&quoted, *word == '\'' ? "'\\''" : "%c", *word);
	text_append(&quoted, "'");
	return quoted;
}
