/* A packet that has several segments of one node in a row: what it is at the last of them. */
#ifndef HOPCHECK_JUDGE_STAGE_H
#define HOPCHECK_JUDGE_STAGE_H

#include "reason.h"

/* An IP header in a packet, and the segment list that it follows. */
struct header {
	struct address at; /* its destination */
	size_t left;       /* segments of the list that are left */
	bool has_srh;
	bool framed;              /* it is in an Ethernet frame inside the packet */
	struct srh_view srh;      /* the list it came with */
	const struct sid *policy; /* End.B6 or End.B6.Encaps: its list is followed first */
	struct address behind;    /* of a policy that was inserted: where its list ends */
	size_t under;             /* segments left in the list beneath an inserted one */
};

#define HEADERS_MOST 8
#define STAGES_MOST  64 /* a policy may begin with its own SID: then there is no last stage */
struct stage {
	const struct sid *sid; /* NULL: its destination is none */
	bool service;          /* the SID is a tun service's, which processes packets as End does */
	struct header headers[HEADERS_MOST];
	size_t depth;  /* headers[depth - 1] is the outermost */
	size_t nested; /* SIDs so far */
	bool by_host;  /* an address of the node had led to the first of them */
};

/* At the node's last SID in a row. */
struct stage stage_last(const struct loss *loss);
/* Processes the packet as the SID's behaviour does; false: the behaviour drops it. */
bool stage_advance(struct stage *stage);
/* Whether a packet, or for a SID that takes them a frame, is inside the outermost header. */
bool stage_has_inside(const struct stage *stage);
static inline struct header *stage_outer(struct stage *stage)
{
	return &stage->headers[stage->depth - 1];
}
/* The address that a SID's nh6 or nh4 is; false: it has none, or it is ::, by which the destination is looked up. */
bool sid_next_hop(const struct sid *sid, struct address *ret);

#endif
