/* Journeys: the path of each packet of the test, hop by hop: its headers there, which others it was merged with, and
 * where it ended. A packet is what its origin sent; what it was merged into or segmented into on its way is the same
 * journey. Pure: made from evidence. */
#ifndef HOPCHECK_JOURNEY_H
#define HOPCHECK_JOURNEY_H

#include "evidence.h"

enum journey_end {
	END_RECEIVED,  /* it reached its destination node, and nothing says that it was dropped there */
	END_DROPPED,   /* for `reason` */
	END_LOST,      /* it was not seen again, and nothing explains it */
	END_CORRUPTED, /* it reached its destination with a wrong octet */
};
extern const struct word journey_end_words[]; /* "received", "dropped", "lost", "corrupted" */

/* A packet at a hop. */
struct step {
	size_t packet;                      /* of the trace */
	uint64_t time;                      /* as the trace has it */
	struct address source, destination; /* of the first IPv6 header */
	uint32_t hop;
	int segments_left; /* -1: no SRH */
	uint32_t length;   /* octets of the frame */
	uint32_t payload;  /* octets of TCP payload */
	uint32_t excess;   /* octets over the MTU of the interface that it leaves */
	int32_t sequence;  /* counted from the first octet of data, so that a SYN is at -1; tcp only */
	enum checksum checksum;
	bool known;
	bool summed; /* a whole TCP segment: `checksum` is known */
	bool encapsulated;
	bool handed_on;          /* the node decapsulated it: it passes the hop a second time */
	bool has_copies;         /* others like what it was made of came too: which of them it was is not certain */
	bool repeated;           /* what it was made of had been seen further on already: it is there once more */
	size_t from, from_count; /* it was made of steps[journeys->from[from ...]]; none: its node made it */
	size_t merged;           /* journeys that it is a step of, its own included */
	size_t members;          /* they are journeys->members[members ...], by the time they were sent */
};

struct journey {
	enum way way;
	char name[64];     /* "SYN", "data 0:1428", "ACK 1428", "ICMPv6 time exceeded"; with " again" for what was sent
	                    * before
	                    */
	size_t *steps;     /* of journeys->steps, by time */
	size_t step_count; /* 0: it was never captured */
	size_t last;       /* of journeys->steps: where it was last seen, or NOT_FOUND */
	size_t node;       /* where it ended */
	enum journey_end end;
	enum reason reason;      /* REASON_NONE: none is known, or received */
	const struct drop *drop; /* of the trace: the drop event of its end; NULL: none */
};

struct journeys {
	struct step *steps; /* every packet of the trace, by time */
	size_t step_count;
	struct journey *journeys; /* by the time they set out */
	size_t count;
	size_t *members;
	uint32_t *from;
	size_t deciding; /* the journey that explains the verdict: the lost, dropped or corrupted packet, else the first
	                 with a bad checksum or larger than an MTU, else the first with data; NOT_FOUND: there is none
	               */
};

/* Same input, same journeys, which borrow from the evidence's trace. Never fails; caller frees. */
struct journeys *journeys_follow(const struct evidence *evidence);
void journeys_free(struct journeys *journeys);
DEFINE_OWNED(journeys)

#endif
