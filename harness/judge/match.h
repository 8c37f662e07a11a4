/* Which packet at one hop was made of which at the hop before: what journeys are put together from. */
#ifndef HOPCHECK_JUDGE_MATCH_H
#define HOPCHECK_JUDGE_MATCH_H

#include "judge.h"

/* A step of a journey, with what tells its packet apart from others and what it was made of. */
struct match {
	const struct captured *captured;
	bool data;           /* with payload: told apart by its octets */
	uint64_t key;        /* data: way and first octet; else a digest of what does not change on the way */
	uint64_t begin, end; /* data: its octets, counted from the first octet of data that way */
	uint64_t followed;   /* octets of it (without data: packets) that were seen again further on */
	size_t *from;        /* matches that it was made of; none: its node made it */
	size_t from_count;
};
struct matches {
	struct match *matches; /* by time; what is decapsulated comes behind the packet it was in */
	size_t count;
};
void matches_make(struct matches *matches, const struct evidence *evidence);
void matches_cleanup(struct matches *matches);

#endif
