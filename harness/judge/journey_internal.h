/* What the files that make journeys share. */
#ifndef HOPCHECK_JUDGE_JOURNEY_INTERNAL_H
#define HOPCHECK_JUDGE_JOURNEY_INTERNAL_H

#include "marks.h"

/* Journeys that are being put together; journeys->steps[i] is of marks.marks[i]. */
struct assembly {
	const struct evidence *evidence;
	struct marks marks;
	struct journeys *journeys;
	size_t *origins; /* of each journey: the mark it begins with */
	size_t member_count;
};

/* journey_end.c: where each one ended, for which reason, and which one tells the verdict. */
void journeys_end(struct assembly *assembly);

#endif
