/* Evidence: a trace whose packets have been read once: parsed, summed, and told apart by the way they travel.
 * Everything that is concluded (verdicts, journeys, what is kept of them) is concluded from it. Pure. */
#ifndef HOPCHECK_EVIDENCE_H
#define HOPCHECK_EVIDENCE_H

#include "trace.h"

struct evidence {
	const struct plan *plan;
	const struct trace *trace;
	const struct captured *packets; /* the trace's, by time */
	size_t count;
	struct captured *drops; /* what the kernel told of each of the trace's drops, read likewise */
	struct {
		bool known; /* something was seen of it */
		uint32_t sequence;
	} starts[3]; /* by enum way: the sequence number of the first octet of data */
};

/* Reads the trace's packets, which must have been parsed (captured_parse()) and be in order: fills in what they are to
 * the test's connection. Nothing of the trace's packets and drops may change while it is used. Never fails; caller
 * frees, before plan and trace, which are borrowed. */
struct evidence *evidence_make(const struct plan *plan, struct trace *trace);
void evidence_free(struct evidence *evidence);
DEFINE_OWNED(evidence)

#endif
