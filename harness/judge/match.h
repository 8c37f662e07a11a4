/* Which packet at one hop was made of which at the hop before: what journeys are put together from. */
#ifndef HOPCHECK_JUDGE_MATCH_H
#define HOPCHECK_JUDGE_MATCH_H

#include "judge.h"

/* What tells a packet apart from others, at every hop. */
struct identity {
	uint64_t begin, end; /* data: its octets, as places in the stream of its direction; else a digest of what no
	                        node changes, and 0 */
	bool data;           /* with payload, which may be merged and cut: identified by its octets */
};
/* identity.c */
struct identity captured_identity(const struct evidence *evidence, const struct captured *captured);
/* The place of an octet of the data in one direction. */
uint64_t octet_place(enum way way, uint64_t octet);

/* A step of a journey, with what its packet is and what it was made of. */
struct match {
	const struct captured *captured;
	struct identity id;
	uint64_t followed; /* octets of it (without data: packets) that were seen again further on */
	size_t from;       /* it was made of matches[from[this ...]]; none: its node made it */
	size_t from_count;
	bool copies; /* of what it was made of there were others */
	bool again;  /* what it was made of had been seen whole further on */
};
struct matches {
	struct match *matches; /* by time; what is decapsulated comes behind the packet it was in */
	size_t count;
	uint32_t *from;
	size_t from_total;
};
void matches_make(struct matches *matches, const struct evidence *evidence);
void matches_cleanup(struct matches *matches);
/* For qsort() of size_t. */
int number_order(const void *left, const void *right);

#endif
