/* A packet's way through a node's own segments, one after the other, until it leaves the node or ends there. */
#ifndef HOPCHECK_JUDGE_STAGE_H
#define HOPCHECK_JUDGE_STAGE_H

#include "reason.h"

/* An IPv6 header in a packet, and the list that leads it on. */
struct header {
	struct address at; /* its destination */
	size_t left;       /* segments of the list that are left */
	bool has_srh;
	struct srh_view srh;      /* the list it came with */
	const struct sid *policy; /* whose list was put before that one */
	struct address behind;    /* of a policy that was inserted: where its list ends */
	size_t under;             /* segments left in the list beneath an inserted one */
};

#define HEADERS_MOST 8
#define STAGES_MOST  64 /* a policy may lead to itself without end */
struct stage {
	const struct sid *sid; /* NULL: it came to none */
	bool service;          /* the SID is a tun service's, which does as End does */
	struct header headers[HEADERS_MOST];
	size_t depth;  /* headers[depth - 1] is the outermost */
	size_t nested; /* SIDs so far */
};

/* The last SID of the node that the packet comes to. */
struct stage stage_last(const struct loss *loss);
/* To what the SID makes of the packet; false: it ends here. */
bool stage_advance(struct stage *stage);
static inline struct header *stage_outer(struct stage *stage)
{
	return &stage->headers[stage->depth - 1];
}
/* The address that a SID's nh6 is; false: it has none, or it is ::, by which the destination is looked up. */
bool sid_next_hop(const struct sid *sid, struct address *ret);

#endif
