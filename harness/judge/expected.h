/* What rows of `expect` say of packets at hops, counters and ICMPv6 errors, against the trace. */
#ifndef HOPCHECK_JUDGE_EXPECTED_H
#define HOPCHECK_JUDGE_EXPECTED_H

#include "difference.h"

/* expected_hop.c */
void compare_hops(struct differences *differences, const struct seen_verdict *seen, const struct expectation *row);
/* expected_counter.c */
void compare_counters(struct differences *differences, const struct seen_verdict *seen, const struct expectation *row);
void compare_retransmissions(struct differences *differences, const struct seen_verdict *seen,
                             const struct expectation *row);
/* expected_icmp.c */
void compare_icmp(struct differences *differences, const struct seen_verdict *seen, const struct expectation *row);

static inline bool in_bounds(const struct bounds *bounds, int64_t number)
{
	return number >= bounds->least && number <= bounds->most;
}

#endif
