/* Shared by the files that make journeys. */
#ifndef HOPCHECK_JUDGE_JOURNEY_INTERNAL_H
#define HOPCHECK_JUDGE_JOURNEY_INTERNAL_H

#include "match.h"

/* Journeys that are being put together; journeys->steps[i] is of matches.matches[i]. */
struct assembly {
	const struct evidence *evidence;
	struct matches matches;
	struct journeys *journeys;
	size_t *origins; /* of each journey: the match it begins with */
	size_t member_count;
};

/* journey_end.c: where each one ended, for which reason, and which one explains the verdict. */
void journeys_end(struct assembly *assembly);

#endif
