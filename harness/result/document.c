/* JSON documents as files have them. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "report_internal.h"
#include "stop.h"

int json_writer(FILE *out, const void *document, struct error *err)
{
	(void)err; /* a stream that failed says so itself */
	if (json_dumpf(document, out, JSON_INDENT(1)) == 0)
		fputc('\n', out);
	return 0;
}

struct source {
	FILE *in;
	int error;
};

/* What comes through a pipe may come late, or never: a signal that asks for the end ends the wait. */
static ssize_t read_stream(int fd, void *buffer, size_t size)
{
	struct pollfd events[] = { { fd, POLLIN, 0 }, { stop_fd(), POLLIN, 0 } };

	if (poll(events, COUNT(events), -1) < 0 || !events[0].revents)
		return -1;
	return read(fd, buffer, size);
}

static size_t read_some(void *buffer, size_t size, void *context)
{
	struct source *source = context;
	ssize_t got = -1;

	errno = 0;
	while (!stop_signal()) {
		got = source->in == stdin ? read_stream(STDIN_FILENO, buffer, size)
		                          : (ssize_t)fread(buffer, 1, size, source->in);
		if (got >= 0 || errno != EINTR)
			break;
	}
	if (got < 0 || ferror(source->in))
		source->error = errno ? errno : EIO;
	return source->error ? (size_t)-1 : (size_t)got;
}

json_t *json_read(const char *path, size_t flags, struct error *err)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *in = standard ? stdin : file_open(path, err);
	json_error_t error;

	if (!in)
		return NULL;
	struct source source = { .in = in };
	json_t *document = json_load_callback(read_some, &source, flags, &error);
	if (!document && source.error)
		fail(err, "%s: cannot be read: %s", standard ? "standard input" : path, strerror(source.error));
	else if (!document && error.line > 0)
		fail(err, "%s:%d:%d: %s", path, error.line, error.column, error.text);
	else if (!document)
		fail(err, "%s: %s", path, error.text);
	if (!standard)
		fclose(in);
	return document;
}
