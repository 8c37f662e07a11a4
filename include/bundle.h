/* Bundles: a cell for somebody who does not have hopcheck. Its script, its mail, and the archive of both with its
 * files. */
#ifndef HOPCHECK_BUNDLE_H
#define HOPCHECK_BUNDLE_H

#include "crafted.h"
#include "file.h"
#include "result.h"

/* What a script is for: a person at a terminal, or the kernel's selftests. */
enum script_style { SCRIPT_ALONE, SCRIPT_KSELFTEST };

/* A shell script that builds a cell's lab, plays its traffic, and compares what became of it with the row of `expect`
 * that counted when the result was made: exit code 0 right, 1 wrong, 4 cannot tell. Pure; caller frees. */
char *script_text(const struct plan *plan, const struct result *result, enum script_style style);

/* Results have scripts in parts: those of a cell alone, and between them what all scripts have alike, which are files
 * of the run. Puts a cell's parts into its result, where a script can have it. 0, or -1 and err. */
int script_embed(struct pool *pool, struct result *result, const struct plan *plan, struct error *err);
void script_embed_files(struct pool *pool, struct run *run);

/* ---- mail.c: the report for a maintainer, plain text of at most 72 columns; only what was measured. */
struct mail {
	const struct plan *plan;
	const struct result *result;
	const struct result_kernel *kernel;
	const char *ladder;          /* of its packets, lines; may be empty */
	const char *tools;           /* lines: "iproute2-6.1.0" */
	const struct results *other; /* the same cell on other kernels; NULL: none was tried */
	const char *script;          /* its name: "reproduce.sh" */
};
char *mail_text(const struct mail *mail); /* caller frees */

/* ---- files.c: a bundle's files. */
struct bundle_file {
	char *name; /* "cases/final-host.yaml"; a name that bundle_name_is_good() */
	uint8_t *data;
	size_t length;
	bool runs; /* it is a program */
};
struct bundle {
	char *name; /* the directory of all in an archive; NULL: none yet */
	struct bundle_file *files;
	size_t count;
};
/* Adds a file; takes the data, not the name. */
void bundle_add(struct bundle *bundle, const char *name, uint8_t *data, size_t length);
void bundle_add_text(struct bundle *bundle, const char *name, const char *text); /* a copy */
/* What a writer writes. 0, or -1 and err. */
int bundle_add_written(struct bundle *bundle, const char *name, file_writer *write, const void *value,
                       struct error *err);
/* A file that is there, of at most `most` octets. 0, or -1 and err. */
int bundle_add_file(struct bundle *bundle, const char *name, const char *path, size_t most, struct error *err);
const struct bundle_file *bundle_find(const struct bundle *bundle, const char *name); /* NULL: none */
void bundle_clear(struct bundle *bundle);
#define owned_bundle __attribute__((cleanup(bundle_clear))) struct bundle
/* Whether a name leads nowhere but below its directory: parts of letters, digits, ".", "_" and "-", none of which
 * begins with a dot, joined by single slashes. */
bool bundle_name_is_good(const char *name);
/* Puts its files below a directory, which is made where it is missing; those of these names are replaced. Only names
 * that begin with one of `only` (ended by NULL; NULL: all). 0, or -1 and err. */
int bundle_put(const struct bundle *bundle, const char *const *only, const char *directory, struct error *err);

/* ---- archive.c, unpack.c: the same as one file, a tar (POSIX.1-1988 ustar) compressed by gzip. */
file_writer bundle_archive; /* of a struct bundle */
/* Reads what bundle_archive() wrote, and nothing else: plain files with good names in one directory, none twice, within
 * limits. `from`: its name in messages. 0 and *ret, which the caller clears; or -1 and err. */
int bundle_unpack(struct bundle *ret, const uint8_t *octets, size_t length, const char *from, struct error *err);

#endif
