/* Which packet at one hop was made of which at the hop before: what journeys are put together from. */
#ifndef HOPCHECK_JUDGE_MARKS_H
#define HOPCHECK_JUDGE_MARKS_H

#include "judge.h"

/* A packet at a hop, with what tells it apart from others. */
struct mark {
	const struct captured *captured;
	bool data;           /* with payload: told apart by its octets */
	uint64_t key;        /* data: way and first octet; else a digest of what does not change on the way */
	uint64_t begin, end; /* data: its octets, counted from the first octet of data that way */
	uint64_t followed;   /* octets of it (without data: packets) that were seen again further on */
	size_t *from;        /* marks that it was made of; none: its node made it */
	size_t from_count;
};
struct marks {
	struct mark *marks; /* by time; what is decapsulated comes behind the packet it was in */
	size_t count;
};
void marks_make(struct marks *marks, const struct evidence *evidence);
void marks_cleanup(struct marks *marks);

#endif
