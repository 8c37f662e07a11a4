/* Sweeping: all that a topology lets traffic be, as factors with values for covering arrays, and rows of them as case
 * files. Pure. */
#ifndef HOPCHECK_SWEEP_H
#define HOPCHECK_SWEEP_H

#include "cover.h"
#include "testcase.h"

/* A value of a factor: what it sets, as in a case file, "dst.a0.gro: on, r1.a0.gro: on"; empty: nothing, so that it is
 * as the kernel made it, or unless given. */
struct factor_value {
	char *word, *sets;
	char *with_list; /* what it sets too in modes that have a segment list; NULL: nothing */
};
struct factor {
	char *name; /* "mode", "way", "dst.a0.gro" */
	bool fixed; /* it says what is sent: it stays when the least settings are looked for */
	struct factor_value *values;
	size_t count; /* at least 2, but of `way` and `mode` */
};
/* What may be, and what may not be together. */
struct sweep {
	const struct topology *topology; /* borrowed */
	const struct testcase *testcase; /* likewise, whose axes are the first factors; NULL: none */
	struct factor *factors;
	size_t count;
	struct cover_space cover; /* of the factors, in their order */
	size_t tried, right;      /* ways in a mode: looked at, and those of which the standards have all delivered */
};
#define SWEEP_NARROW "1400" /* the MTU of a link that is less than others' */
#define SWEEP_LENGTH 3      /* segments of a list */
#define SWEEP_WAYS   16     /* ways that are taken: a sender, a receiver, a list, and who pushes it */
/* Returns 0, or -1 and a message: nothing of it can be delivered, or nothing can be planned. Caller clears. */
int sweep_make(struct sweep *sweep, const struct topology *topology, struct error *err);
/* The same around a case: its axes, as far as it expects their cells to be delivered, and what it leaves open of
 * offloads, models and MTUs. */
int sweep_make_case(struct sweep *sweep, const struct testcase *testcase, const struct topology *topology,
                    struct error *err);
void sweep_clear(struct sweep *sweep);
const struct factor *sweep_factor(const struct sweep *sweep, const char *name, size_t *index); /* NULL: none */

/* What a row sets, "from: src, to: ..., mode: inline"; caller frees. */
char *sweep_row_text(const struct sweep *sweep, const unsigned *row);
/* The same of the factors alone that are kept: the others are as the kernel makes them, or unless given. */
char *sweep_kept_text(const struct sweep *sweep, const unsigned *row, const bool *kept);
/* A case whose axis `row` has a value for each of these texts, its label the number of the text from `first` on; all
 * must be delivered. Caller frees. */
char *sweep_case_text(const struct topology *topology, const char *name, char *const *sets, size_t count, size_t first);
/* Of the spaces: equal ones have equal rows. */
uint64_t sweep_digest(const struct sweep *sweep);

#endif
