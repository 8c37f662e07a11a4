/* Evidence: a trace whose packets have been read once: parsed, checksums verified, and sorted by direction. All
 * conclusions (verdicts, journeys, what is kept of them) are drawn from it. Pure. */
#ifndef HOPCHECK_EVIDENCE_H
#define HOPCHECK_EVIDENCE_H

#include "trace.h"

struct evidence {
	const struct plan *plan;
	const struct trace *trace;
	const struct captured *packets; /* the trace's, by time */
	size_t count;
	struct captured *drops; /* packets of the trace's drop events, read likewise */
	/* What both ends had: as the trace's sockets saw it; without sockets, as in a capture from elsewhere, as the
	 * packets tell, and then neither is `used`. */
	struct endpoint client, server;
	struct {
		bool known; /* something was seen of it */
		uint32_t sequence;
	} starts[3];        /* by enum way: the sequence number of the first octet of data */
	struct burst burst; /* where its packets are numbered (traffic_is_numbered()); else empty */
	/* Of the other flows that ran at once, whose packets the lab's counters count too; borrowed. */
	const struct evidence **beside;
	size_t beside_count;
};

/* Reads the trace's packets, which must have been parsed (captured_parse()) and sorted: fills in what each is in the
 * test's connection. Nothing of the trace's packets and drops may change while it is used. Never fails; caller frees,
 * before plan and trace, which are borrowed. */
struct evidence *evidence_make(const struct plan *plan, struct trace *trace);
/* Tells the evidence of flows that ran at once of each other. All must be there as long as one of them is used. */
void evidence_beside(struct evidence *const all[], size_t count);
void evidence_free(struct evidence *evidence);
DEFINE_OWNED(evidence)

/* Whether a packet that leaves a node is an ICMPv6 error of its own: the packet inside any tunnel has an address of the
 * node as its source. Then *ret says what it is. */
bool captured_own_error(const struct plan *plan, const struct captured *captured, struct icmp_error *ret);

#endif
