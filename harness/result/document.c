/* JSON documents as files have them. */
#include <errno.h>
#include <string.h>

#include "file.h"
#include "report_internal.h"

int json_writer(FILE *out, const void *document, struct error *err)
{
	(void)err; /* a stream that failed says so itself */
	if (json_dumpf(document, out, JSON_INDENT(1)) == 0)
		fputc('\n', out);
	return 0;
}

json_t *json_read(const char *path, size_t flags, struct error *err)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *in = standard ? stdin : file_open(path, err);
	json_error_t error;

	if (!in)
		return NULL;
	errno = 0;
	json_t *document = json_loadf(in, flags, &error);
	if (!document && ferror(in))
		fail(err, "%s: cannot be read: %s", standard ? "standard input" : path, strerror(errno ? errno : EIO));
	else if (!document && error.line > 0)
		fail(err, "%s:%d:%d: %s", path, error.line, error.column, error.text);
	else if (!document)
		fail(err, "%s: %s", path, error.text);
	if (!standard)
		fclose(in);
	return document;
}
