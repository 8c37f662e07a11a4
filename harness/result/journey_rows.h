/* Journeys as the rows of a ladder: packets with equal steps in one row. */
#ifndef HOPCHECK_RESULT_JOURNEY_ROWS_H
#define HOPCHECK_RESULT_JOURNEY_ROWS_H

#include "verdict.h"

/* Equal steps of a row's packets. */
struct row_step {
	size_t first;           /* of journeys->steps */
	size_t packets, merged; /* how many; the most journeys in one of them */
	bool oversize;          /* one of them is */
	bool summed;
	enum checksum worst; /* bad before partial before valid */
	uint64_t broken;     /* invariants, bits */
};

/* Consecutive packets that were merged with each other, or have equal steps. */
struct journey_row {
	size_t first, last; /* of journeys->journeys */
	size_t packets;
	struct row_step *steps;
	size_t step_count;
};
struct journey_rows {
	struct journey_row *rows; /* by the time their first packet was sent */
	size_t count;
};
void journey_rows_make(struct journey_rows *rows, const struct journeys *journeys, const struct breaches *breaches);
void journey_rows_cleanup(struct journey_rows *rows);

#endif
