/* What a sweep found: rows that went wrong, those that did so in the same way as one find. */
#ifndef HOPCHECK_FIND_H
#define HOPCHECK_FIND_H

#include "search.h"

enum find_state {
	FIND_NEW,     /* not looked at yet */
	FIND_AGAIN,   /* its first row went wrong again, and what it needs of that row is known */
	FIND_ONCE,    /* it did not */
	FIND_UNKNOWN, /* there was no time, or a signal came */
};
extern const struct word find_state_words[]; /* "new", "again", "once", "unknown" */

struct find {
	char *what;         /* "dropped: tcp-csum in tcp_v6_rcv; bad checksums": what the rows have in common */
	size_t rows, first; /* how many, and the number of the first */
	char *sets;         /* of the first */
	unsigned *values;   /* likewise, of the factors; NULL: not known */
	char *why;          /* its sentence */
	enum find_state state;
	char *least;   /* of what it sets, that which makes it go wrong; NULL: not known */
	bool *kept;    /* the factors of that; NULL: not known */
	char *control; /* the same in plain mode, which is right; NULL: it is not, or cannot be */
	char *named;   /* deviations that look so, "a, b"; NULL: none */
};
struct finds {
	struct find *at;
	size_t count;
};
/* What went wrong in a result, without names of nodes, so that finds of different places are one; NULL: nothing did, or
 * it has no verdict. That nodes told of a packet too big, and all came nevertheless, is how path MTU discovery goes
 * (RFC 8201), where `narrow`: a link has a lesser MTU than others. Caller frees. */
char *wrong_text(const struct result *result, bool narrow);
/* The same of two results of one row on two kernels; NULL: they do not differ, or one has no verdict. */
char *difference_text(struct pool *pool, const struct result *a, const char *label_a, const struct result *b,
                      const char *label_b, bool narrow);
/* Counts a row that went wrong; *new: it is the first of its find. Gives the find, until the next is added. */
struct find *finds_add(struct finds *finds, const char *what, size_t row, const char *sets, const char *why, bool *new);
void finds_clear(struct finds *finds);

/* known.c: which named deviations look like a result: rows of `known` of the cases, for the kernel that it ran on. */
struct known_rows {
	struct suite suite; /* the cases */
	char *release;
};
/* Cases that cannot be read are left out. release: empty where it is not one kernel's. */
void known_rows_read(struct known_rows *known, const char *directory, const char *release);
/* "a, b", those that say most of what the result, of a cell in this mode, has; NULL: none. Caller frees. */
char *known_rows_like(const struct known_rows *known, const struct result *result, int mode);
void known_rows_clear(struct known_rows *known);

#endif
