/* A program's arguments, one by one. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "machine.h"

void arguments_add(struct arguments *arguments, const char *format, ...)
{
	va_list list;
	char *word = NULL;

	va_start(list, format);
	if (vasprintf(&word, format, list) < 0)
		abort();
	va_end(list);
	*PUSH(arguments->words, arguments->count) = word;
}

void arguments_end(struct arguments *arguments)
{
	*PUSH(arguments->words, arguments->count) = NULL;
}

void arguments_clear(struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->count; i++)
		free(arguments->words[i]);
	free(arguments->words);
	*arguments = (struct arguments){ 0 };
}
