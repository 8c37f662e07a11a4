/* Covering arrays: rows of values, one of each factor, so that any `strength` factors have all of their values together
 * in some row. Row by row, so that the first rows cover most; the same seed gives the same rows. Pure. */
#ifndef HOPCHECK_COVER_H
#define HOPCHECK_COVER_H

#include "base.h"

struct cover_choice {
	size_t factor;
	unsigned value;
};
/* Values that no row has together; one choice: no row has it. */
struct cover_ban {
	struct cover_choice *choices; /* of different factors */
	size_t count;                 /* at least 1 */
};
struct cover_space {
	unsigned *values; /* how many values each factor has, at least 1 */
	size_t factor_count;
	struct cover_ban *bans;
	size_t ban_count;
};
void cover_space_ban(struct cover_space *space, const struct cover_choice *choices, size_t count); /* copies */
void cover_space_clear(struct cover_space *space);
/* Whether a row has no ban's values. */
bool cover_allows(const struct cover_space *space, const unsigned *row);

#define COVER_ALL           0U /* a strength: every row that there is, in an order that the seed gives */
#define COVER_STRENGTH_MOST 4U

struct cover;
/* The space must outlive it; caller frees. NULL and a message: there are more tuples, or for COVER_ALL rows, than can
 * be counted. A strength above the number of factors is that number. */
struct cover *cover_new(const struct cover_space *space, unsigned strength, uint64_t seed, struct error *err);
/* The next row, a value of each factor. False: there is no tuple left that a row can have. */
bool cover_next(struct cover *cover, unsigned *row);
void cover_free(struct cover *cover);
DEFINE_OWNED(cover)

/* Tuples that rows have: of a strength, or for COVER_ALL the rows themselves. */
struct cover_count {
	uint64_t covered, possible; /* possible: as far as is known, those without the ones that no row can have */
};
struct cover_count cover_counted(const struct cover *cover);
/* Beside the rows that cover_next() gave: those that were run. `row` covers these tuples. */
void cover_ran(struct cover *cover, const unsigned *row);
struct cover_count cover_counted_ran(const struct cover *cover);

#endif
