#include <stdarg.h>
#include <string.h>

#include "cli.h"

/* "FILE:12:3: " */
static bool names_a_place(const char *line, size_t length)
{
	size_t i = 0;

	for (; i < length && line[i] != ':' && line[i] != ' '; i++)
		;
	for (int part = 0; part < 2; part++) {
		size_t digits = i < length && line[i] == ':' ? strspn(line + i + 1, "0123456789") : 0;
		if (!digits)
			return false;
		i += 1 + digits;
	}
	return i + 1 < length && line[i] == ':' && line[i + 1] == ' ';
}

void say_errors(const struct error *err)
{
	unsigned said = 0;

	for (const char *line = err->text, *end; *line; line = *end ? end + 1 : end, said++) {
		end = line + strcspn(line, "\n");
		size_t length = (size_t)(end - line);
		fprintf(stderr, "%s%.*s\n", names_a_place(line, length) ? "" : "hopcheck: ", (int)length, line);
	}
	if (said && err->count > said)
		fprintf(stderr, "hopcheck: and %u more\n", err->count - said);
}

void say_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("hopcheck: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
}

void say_nothing_told(void)
{
	say_error("a signal ended it before there were results; nothing is written");
}
