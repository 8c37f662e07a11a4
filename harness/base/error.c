#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base.h"

/* Writes the message as one line: line breaks inside a message would look like a second message, and what a file or a
 * guest said may be in it. */
static void append(struct error *err, const char *place, const char *format, va_list arguments)
{
	if (!err)
		return;
	size_t used = strlen(err->text);
	char line[1536];
	int n = snprintf(line, sizeof line, "%s", place);

	vsnprintf(line + n, sizeof line - (size_t)n, format, arguments);
	text_disarm(line);
	err->count++;
	if (used + strlen(line) + 2 > sizeof err->text)
		return;
	err->last = used;
	sprintf(err->text + used, "%s\n", line);
}

int fail(struct error *err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	append(err, "", format, arguments);
	va_end(arguments);
	return -1;
}

int fail_at(struct error *err, struct where where, const char *format, ...)
{
	char place[1024] = "";
	va_list arguments;

	if (where.file)
		snprintf(place, sizeof place, "%.990s:%u:%u: ", where.file, where.line, where.column);
	va_start(arguments, format);
	append(err, place, format, arguments);
	va_end(arguments);
	return -1;
}

const char *error_line(struct error *err)
{
	err->text[strcspn(err->text, "\n")] = 0;
	return err->text;
}

int blame(struct error *err, const char *format, ...)
{
	char context[256], message[sizeof err->text];
	va_list arguments;

	if (!err)
		return -1;
	size_t room = sizeof err->text - err->last;

	va_start(arguments, format);
	vsnprintf(context, sizeof context, format, arguments);
	va_end(arguments);
	strcpy(message, err->text + err->last);
	if ((size_t)snprintf(err->text + err->last, room, "%s: %s", context, message) >= room)
		err->text[sizeof err->text - 2] = '\n'; /* cut, but still a line */
	return -1;
}

int fail_to_fork(struct error *err)
{
	int error = errno;

	if (error == EAGAIN)
		return fail(err, "cannot start a process: too many; raise `ulimit -u`, or the cgroup's pids.max");
	if (error == ENOMEM)
		return fail(err, "cannot start a process: %s; free memory, or raise `ulimit -v`", strerror(error));
	return fail(err, "cannot start a process: %s", strerror(error));
}

int fail_to_run(struct error *err, const char *program, const char *package)
{
	if (errno == EAGAIN || errno == ENOMEM) {
		fail_to_fork(err);
		return blame(err, "%s", program);
	}
	return fail(err, "cannot run %s: %s; install %s", program, strerror(errno), package);
}
