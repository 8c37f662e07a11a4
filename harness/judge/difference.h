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
void differ(struct differences *differences, const char *what, const char *expected, const char *saw);
/* Every difference to what the row gives. */
struct differences differences_to(const struct expectation *row, const struct seen_verdict *seen);
void differences_clear(struct differences *differences);

#endif
