/* What a row of `expect` or `known` says, against what was seen. */
#ifndef HOPCHECK_JUDGE_DIFFERENCE_H
#define HOPCHECK_JUDGE_DIFFERENCE_H

#include "judge.h"

/* What a row is compared with. */
struct seen_verdict {
	const struct plan *plan;
	const struct trace *trace;
	const struct verdict *verdict;
	const char *may_say; /* a part of complaints that are no difference; NULL: of none */
};

/* Adds a difference; `what` ends with a space where it is not empty. */
void differ(char **differences, const char *what, const char *expected, const char *saw);
/* Every difference as text (caller frees), or NULL when all that the row gives was seen. */
char *differences_to(const struct expectation *row, const struct seen_verdict *seen);

#endif
