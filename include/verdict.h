/* A verdict: what the judge concludes from evidence; and the outcome, against what was expected. Pure. */
#ifndef HOPCHECK_VERDICT_H
#define HOPCHECK_VERDICT_H

#include "journey.h"

struct hop_summary {
	uint64_t packets, bytes; /* test packets of both directions of the connection, and their frames' octets */
	size_t largest;          /* octets */
	uint64_t checksum[3];    /* by enum checksum; packets with a whole TCP segment */
	uint64_t oversize;       /* packets that left here larger than the interface's MTU (captured_excess()) */
	uint64_t altered; /* packets that are not what was sent, or what GRO may make of it (struct merged_group) */
	uint64_t forward; /* of them from `from` to `to` */
	int left_least, left_most; /* segments left of those, NO_SRH without one; forward > 0 only */
	/* data packets (with payload) in the direction the data travels, each octet range once */
	uint64_t data;
	double aggregation; /* data packets the origin sent per data packet seen here; 0: none seen */
};

/* A packet at a hop, of a burst whose packets leave as frames of their own (struct burst). */
struct merged_group {
	size_t hop;
	uint64_t packets; /* those that it is made of, as bits; 0: it is not made of whole ones */
};
/* An invariant that packets broke at a hop: alike ones once. */
struct breach {
	enum invariant invariant;
	size_t step; /* the first of them: of journeys->steps */
	size_t hop;  /* where it was seen */
	size_t node; /* that broke it: the one between the two hops, or at whose end of the link it arrived */
	size_t packets;
	char packet[64];              /* what the first is called, as its journey */
	char expected[120], saw[120]; /* of the first */
};
struct breaches {
	struct breach *at; /* by the time they were seen */
	size_t count;
	uint64_t *of_steps; /* of each of journeys->steps: bits 1 << enum invariant */
};
_Static_assert(INVARIANTS <= 64, "they have bits");
/* Holds every packet against the invariants. Never fails; caller frees with breaches_free(). */
struct breaches *breaches_find(const struct evidence *evidence, const struct journeys *journeys);
void breaches_free(struct breaches *breaches);
DEFINE_OWNED(breaches)
/* What says that it holds: "RFC 8200 3". */
const char *invariant_source(enum invariant invariant);

/* What the kernel says that does not go with the reason, or with a delivery. */
enum contradiction_kind {
	CONTRADICTION_COUNTER, /* it counted a packet that it dropped for another reason */
	CONTRADICTION_SILENCE, /* it did not count what it counts of every packet that it drops for the reason */
	CONTRADICTION_DROP,    /* a drop event has another reason */
	CONTRADICTION_ERROR,   /* it sent an ICMPv6 error for another reason, or one that points elsewhere */
};
#define CONTRADICTION_WHAT   48
#define CONTRADICTION_DETAIL 96
struct contradiction {
	size_t node;
	enum contradiction_kind kind;
	char what[CONTRADICTION_WHAT];     /* the counter, the drop event's reason, or "ICMPv6 TYPE/CODE" */
	char detail[CONTRADICTION_DETAIL]; /* what stands behind it in the sentence; may be empty */
	int64_t count;                     /* 0: it did not move */
};

struct verdict {
	enum fate fate;
	char at[NAME_SIZE]; /* node; empty when delivered */
	enum reason reason;
	struct hop_summary *hops; /* HOPS(topology) of them */
	size_t hop_count;
	struct contradiction *contradictions;
	size_t contradiction_count;
	size_t last_hop;           /* of the packet that got lost, or NOT_FOUND */
	struct breaches *breaches; /* NULL: not looked for */
	char why[1000];            /* one sentence with its evidence; more for frames larger than an MTU, and for broken
	                              invariants */
	struct merged_group *groups; /* by hop, and there by time */
	size_t group_count;
	char *altered; /* what the first altered packet is, for a sentence; NULL: there is none */
	char **hints;  /* beside the verdict: "GRO at dst.a0 had nothing to merge: one data packet came" */
	size_t hint_count;
};

enum outcome { OUTCOME_PASS, OUTCOME_KNOWN, OUTCOME_FIXED, OUTCOME_FAIL, OUTCOME_SKIP, OUTCOME_BROKEN };
#define OUTCOMES 6
extern const struct word outcome_words[]; /* "PASS", ... */

/* What a row of `expect` says otherwise than what was seen. */
struct differences {
	struct mismatch {
		char *what; /* "at r1", "reason"; may be empty */
		char *expected, *saw;
	} * at;
	size_t count;
	char *text; /* all of them, and what the kernel says otherwise; NULL: there are none */
};

struct judgement {
	enum outcome outcome;
	struct verdict *verdict;            /* NULL for SKIP and BROKEN */
	const struct expectation *expected; /* the first row of `expect` that applies; borrowed from the case */
	const struct expectation *known;    /* the first row of `known` that applies, or NULL */
	bool may_warn; /* the row of `known` documents a kernel warning beside this verdict: if the kernel's log has it,
	                  the outcome is KNOWN */
	const struct deviation *like;   /* FAIL: a named deviation that its loss resembles, or NULL; borrowed */
	struct differences differences; /* FAIL: to `expected` */
	char why[1400];                 /* the verdict's; for FAIL with what was expected instead */
};

/* Where a trace was recorded: what the conditions of rows of `expect` and `known` are checked against. */
struct circumstances {
	const char *release; /* the kernel's */
	const char *qemu;    /* in a guest, QEMU's version; NULL or empty: not known, or no guest */
	const bool *has;     /* the features that the kernel had, by enum feature; NULL: all */
};
/* The evidence's journeys. Same input, same judgement. */
struct judgement *judge(const struct evidence *evidence, const struct journeys *journeys,
                        const struct circumstances *in);
void judgement_free(struct judgement *judgement);
DEFINE_OWNED(judgement)

/* Only the verdict, for probes that ask what happened without expecting anything; caller frees with verdict_free.
 * journeys: NULL for no look at invariants. */
struct verdict *verdict_reach(const struct evidence *evidence, const struct journeys *journeys);
void verdict_free(struct verdict *verdict);
DEFINE_OWNED(verdict)

#endif
