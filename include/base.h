/* What every room uses: ownership, errors, views of bytes, small text helpers. Out of memory ends the process with a
 * message: no caller has a better answer. */
#ifndef HOPCHECK_BASE_H
#define HOPCHECK_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* `owned(plan) plan = NULL;` frees at the end of its scope; `return take(plan)` moves it out. */
#define owned(type) __attribute__((cleanup(type##_cleanup))) struct type *
#define owned_text  __attribute__((cleanup(text_cleanup))) char *
#define DEFINE_OWNED(type)                                                                                             \
	static inline void type##_cleanup(struct type **p)                                                             \
	{                                                                                                              \
		type##_free(*p);                                                                                       \
	}
#define take(pointer)                                                                                                  \
	({                                                                                                             \
		__auto_type taken_ = (pointer);                                                                        \
		(pointer) = NULL;                                                                                      \
		taken_;                                                                                                \
	})
#define COUNT(array)             (sizeof(array) / sizeof *(array))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

/* A place in a file a person wrote. `file` is borrowed from the value that was read. */
struct where {
	const char *file; /* NULL: no place */
	unsigned line, column;
};

/* One error value, always the last parameter. The buffer is fixed, so reporting cannot fail; what does not fit is
 * counted. Each message is one line. */
struct error {
	unsigned count;  /* messages, including those that did not fit */
	size_t last;     /* where the last message starts in text */
	char text[4096]; /* lines, each ended by '\n' */
};

/* Append one message; both return -1 so that a caller can `return fail(...)`. err is NULL where nobody would read it.
 */
int fail(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);
int fail_at(struct error *err, struct where where, const char *format, ...) PRINTF_LIKE(3, 4);
/* Why fork() failed, by errno, and what to do; returns -1. */
int fail_to_fork(struct error *err);
/* Why a program did not start, by errno, and what to do; returns -1. */
int fail_to_run(struct error *err, const char *program, const char *package);
/* The first message alone, without its end of line: what follows is dropped. Returns err->text. */
const char *error_line(struct error *err);
/* Put "context: " before the last message; returns -1. */
int blame(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* A bounded view; never owns. */
struct bytes {
	const uint8_t *data;
	size_t length;
};

void *grow(void *array, size_t count, size_t element_size); /* room for one more after `count`, zeroed; never NULL */
#define PUSH(array, count) ((array) = grow((array), (count), sizeof *(array)), &(array)[(count)++])
/* For a buffer whose size is kept beside it: room for `more` elements behind the first `used`. It at least doubles
 * where it grows; what is behind `used` is not set. More than can be addressed counts as out of memory. Never NULL,
 * unless both are 0. */
void *room(void *buffer, size_t *size, size_t used, size_t more, size_t element_size);
#define ROOM(buffer, size, used, more) ((buffer) = room((buffer), &(size), (used), (more), sizeof *(buffer)))
void *must(void *memory); /* not NULL, or the end of the process */
/* From now on, out of memory exits with this status and without a message: another process reports it. */
void memory_ends_with(int status);
void *zalloc(size_t size);                                    /* zeroed; never NULL */
char *text_copy(const char *text);                            /* never NULL for a non-NULL text; NULL for NULL */
char *text_format(const char *format, ...) PRINTF_LIKE(1, 2); /* caller frees; never NULL */
char *text_format_list(const char *format, va_list arguments);
void text_append(char **text, const char *format, ...) PRINTF_LIKE(2, 3); /* *text may be NULL at first */
void text_cleanup(char **text);
char *text_line(const char *text); /* its first line, without the end; caller frees */

/* Makes a text harmless where it is shown, in place: one line of UTF-8, whose control and bidirectional characters, and
 * what else acts unseen, are ?, and that begins no command of a CI system's log. False: nothing had to be changed. */
bool text_disarm(char *text);
char *shell_word(const char *word); /* as a single shell word, quoted where needed; caller frees */

/* A vocabulary is one table, used in both directions: word to value and back. A row with a NULL word ends it. */
struct word {
	const char *word;
	int value;
	const char *about; /* one line for help texts; may be NULL */
};
bool word_value(const struct word *table, const char *word, int *value); /* false: no such word */
const char *word_of(const struct word *table, int value);                /* "?" when there is none */
char *word_list(const struct word *table);                               /* "a, b or c", for messages; caller frees */

/* Properties of a thing as keys and values: "mtu 1500", "flavors psp", "flavors next-csid". A key may occur more than
 * once; order is the order of adding. */
struct facts {
	struct fact {
		const char *key; /* borrowed: a literal */
		char *value;
	} * facts;
	size_t count;
};
void facts_add(struct facts *facts, const char *key, const char *format, ...) PRINTF_LIKE(3, 4);
const char *facts_get(const struct facts *facts, const char *key); /* the first of this key; NULL: none */
bool facts_have(const struct facts *facts, const char *key, const char *value);
/* " KEY VALUE" of each to *text, the values of one key joined by commas: "flavors psp,next-csid". */
void facts_append(char **text, const struct facts *facts);
void facts_clear(struct facts *facts);
#define owned_facts __attribute__((cleanup(facts_clear))) struct facts
/* The candidate nearest to an unknown word, if any is near: at most two edits, and no more than half of the word. Start
 * with { .word = word }; candidates are borrowed. */
struct nearest {
	const char *word, *best;
	unsigned distance;
};
void nearest_try(struct nearest *nearest, const char *candidate);
struct hint {
	char text[96];
};
struct hint nearest_hint(const struct nearest *nearest); /* " (did you mean 'x'?)" or "" */

/* FNV-1a of 64 bits: from DIGEST_START on, over octets that may come in parts. Kept traces have it, so it stays as it
 * is. */
#define DIGEST_START 0xcbf29ce484222325U
#define DIGEST_PRIME 0x100000001b3U
uint64_t digest_add(uint64_t digest, const void *octets, size_t length);

double clock_ms(void); /* monotonic; for deadlines and figures, never for verdicts */

const char *program_directory(void); /* directory of the binary */
/* Waits for a child's end: its exit status, 128 if a signal ended it; -1 and errno. */
int child_status(pid_t child);

/* Whether a kernel release lies in a range such as ">=4.10 <4.13" (all conditions hold; empty or NULL: any), or in one
 * of several, ">=6.1.116 <6.2 || >=6.12", as for a change that was backported to stable series. Releases are compared
 * by their leading numbers: "6.18.44-fc" is 6.18.44; missing numbers are 0. */
bool release_in_range(const char *release, const char *range);
/* Which release comes first: <0, 0, >0. By the numbers, and among equal ones a release candidate before the rest. */
int version_compare(const char *a, const char *b);
/* The upstream version of a kernel whose `uname -r` says only the vendor's: "6.1.0-56-amd64" is 6.1.176 by Debian's
 * `uname -v`, "6.8.0-45-generic" is 6.8.12 by Ubuntu's /proc/version_signature. `about` is such a text, or NULL; caller
 * frees. */
char *release_upstream(const char *release, const char *about);
/* Checks that a range is well-formed; a message without place goes to err. Returns 0 or -1. */
int range_check(const char *range, struct error *err);

#endif
