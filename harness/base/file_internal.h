/* What the files about files share. */
#ifndef HOPCHECK_BASE_FILE_INTERNAL_H
#define HOPCHECK_BASE_FILE_INTERNAL_H

#include <signal.h>

#include "file.h"

/* What is being written, before it has the file's name. */
struct beside {
	int at; /* the directory */
	int fd;
	char *name;      /* in it; NULL: it has none yet */
	sigset_t before; /* while it has a name, signals wait */
};
int beside_open(struct beside *beside, int at); /* 0 or an errno */
void beside_close(struct beside *beside);       /* leaves nothing but what was put in place */

/* ---- path.c */
char *directory_of(const char *path); /* "." where it names none; caller frees */
/* Where a path leads, without symbolic links (caller frees); another user's in a shared directory are an
 * error, as is another user's file there. The last part need not be there. */
int path_resolve(char **ret, const char *path, struct error *err);
struct stat;
int path_check_shared(const char *directory, const char *path, const struct stat *entry, struct error *err);
/* directory.c: a directory by a path that has no symbolic link, nor gets one meanwhile; -1 and errno. */
int directory_plain(const char *path);
/* `name` is for messages. */
int write_stream(FILE *out, const char *name, file_writer *write, const void *value, struct error *err);
int write_whole(int at, const char *base, const char *name, file_writer *write, const void *value, struct error *err);

#endif
