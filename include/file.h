/* The user's files: read whole, and written whole or not at all. */
#ifndef HOPCHECK_FILE_H
#define HOPCHECK_FILE_H

#include <stdio.h>

#include "base.h"

/* A plain file to read: a FIFO, a device or a directory is an error at once. NULL and a message on failure. */
FILE *file_open(const char *path, struct error *err);
/* All of it, NUL-terminated; more than `most` octets are an error. Caller frees *data. */
int file_read(uint8_t **data, size_t *length, const char *path, size_t most, struct error *err);

/* Writes a value to a stream; returns 0, or -1 and a message. The caller checks the stream for write errors. */
typedef int file_writer(FILE *out, const void *value, struct error *err);
/* Writes a file that a user named: all of it, or the old content stays. It is renamed into place when complete, so that
 * neither a signal nor a full disk leaves half of it; its mode is kept, symbolic links are followed unless they are
 * another user's in a shared directory. A device or a FIFO is written as it is, as is standard output (-), and a reader
 * that goes away is not a failure. */
int file_write(const char *path, file_writer *write, const void *value, struct error *err);
/* The same for a file whose name we chose, in a directory of ours: a symbolic link is replaced, not followed. */
int file_put(const char *path, file_writer *write, const void *value, struct error *err);

/* The same in a directory that is held by descriptor; `shown` is its name in messages. */
int file_put_at(int at, const char *name, const char *shown, file_writer *write, const void *value, struct error *err);

/* A directory that a user named, made where it is missing: by symbolic links as file_write() follows them, and from
 * then on held by descriptor, whatever its path leads to later. Returns a descriptor to close, or -1 and a message. */
int directory_open(const char *path, struct error *err);
/* One in it, made where it is missing (`fresh`: it must be); a symbolic link is an error. Likewise. */
int directory_below(int at, const char *name, bool fresh, struct error *err);

/* A directory of ours and all in it; symbolic links are removed, not followed. Reports what could not be removed. */
void files_remove(const char *directory);

const char *base_of(const char *path); /* its last part; points into it */

/* "-", or another name of standard output. */
bool file_is_stdout(const char *path);
/* An output that a user asked for. */
struct file_claim {
	const char *option, *path; /* "json"; a path of NULL: not wanted */
	bool directory;            /* that is there, or is made */
};
/* Whether all of them can be written, before anything runs: each can be, no two are the same. Leaves no file behind. */
int files_check(const struct file_claim *claims, size_t count, struct error *err);

/* For scandir(3): NAME.yaml, which is not hidden. */
struct dirent;
int file_is_yaml(const struct dirent *entry);

#endif
