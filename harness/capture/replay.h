/* Files that replay a flow: shared by what makes them. */
#ifndef HOPCHECK_CAPTURE_REPLAY_H
#define HOPCHECK_CAPTURE_REPLAY_H

#include "track.h"

/* How the packets of a flow's client travel. */
struct shape {
	enum mode mode;
	struct address list[128]; /* in the order of travel, without the final destination in inline mode */
	size_t count;
	bool too_long, pops; /* the SRH was seen removed before its last segment (PSP) */
	bool shifts;         /* compressed SIDs were used up on the way */
	bool other;          /* TCP is in place of another transport */
	bool crafted;        /* its connection was not opened in the capture */
};
/* ---- shape.c */
struct shape shape_of(const struct capture *capture, const struct flow *flow);

/* ---- replay_topology.c: nodes in a row, with a node for each segment. Caller frees. */
char *topology_text(const char *name, const struct capture *capture, const struct flow *flow,
                    const struct tracks *tracks, const struct shape *shape, unsigned mtu);
/* Whether a segment is an address of the last node rather than a SID of a node before it. */
bool is_of_last_node(const struct flow *flow, const struct shape *shape, size_t segment);

/* ---- replay_packet.c: "payload: 100, flags: [psh, ack], srh.tag: 7", and what is expected of it: NULL: it arrives.
 * NULL: a packet without data, which is not crafted. Caller frees. */
char *packet_text(const struct captured *seen, unsigned mtu, const char **expected);

#endif
