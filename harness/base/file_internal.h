/* What file.c and claim.c share. */
#ifndef HOPCHECK_BASE_FILE_INTERNAL_H
#define HOPCHECK_BASE_FILE_INTERNAL_H

#include <signal.h>

#include "file.h"

/* What is being written, before it has the file's name. */
struct beside {
	const char *directory;
	int fd;
	char *name;      /* NULL: it has none yet */
	sigset_t before; /* while it has a name, signals wait */
};
int beside_open(struct beside *beside, const char *directory); /* 0 or an errno */
void beside_close(struct beside *beside);                      /* leaves nothing but what was put in place */

char *directory_of(const char *path); /* "." where it names none; caller frees */
/* `name` is for messages. */
int write_stream(FILE *out, const char *name, file_writer *write, const void *value, struct error *err);
int write_whole(const char *path, const char *name, file_writer *write, const void *value, struct error *err);

#endif
