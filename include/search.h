/* Searching around a cell: all that can be set in it, and trials of it with other settings. A trial asks what needs no
 * list: whether all was delivered as it was sent, with no bad checksum and no invariant broken. The case's rows of
 * `expect` and `known` have no say. */
#ifndef HOPCHECK_SEARCH_H
#define HOPCHECK_SEARCH_H

#include "run.h"

/* ---- space.c: what can be set. Pure. */
enum toggle_kind {
	TOGGLE_OFFLOAD, /* of a port, by ethtool's names */
	TOGGLE_NODE,    /* a setting of a node, or of one of its interfaces: sysctls, services, policies */
	TOGGLE_MTU,
	TOGGLE_MODEL,
	TOGGLE_MODE,     /* how the segment list travels, of modes that have a list, and plain */
	TOGGLE_SEGMENTS, /* the list, without one of its segments */
	TOGGLE_SIZE,     /* of the traffic: bytes, burst, payload */
	TOGGLE_PACKET,   /* any other field of the traffic */
};
extern const struct word toggle_kind_words[]; /* "offload", "node" ... */

struct choice {
	char *word; /* as a case file has it: "on", "1280", "[\"fc00:1::100\"]" */
	struct setting setting;
};
struct toggle {
	enum toggle_kind kind;
	char *key;              /* as a case file has it: "r1.a0.gro", "segments.inline" */
	struct choice *choices; /* the first is what the cell has; all differ */
	size_t count;           /* at least 2 */
};
struct space {
	struct toggle *toggles; /* in the order of the topology, then of the traffic's fields */
	size_t count;
};
/* All that can be set in a cell, what its case does not name included. `seen`: evidence of a run of it, which has the
 * state of every offload; NULL: one that the case does not set is taken as on. Offloads that no NIC of the kind has are
 * left out. Never fails; the plan may be freed before it, the case not; caller frees. */
struct space *space_make(const struct plan *plan, const struct result_evidence *seen);
void space_free(struct space *space);
DEFINE_OWNED(space)
const struct toggle *space_find(const struct space *space, const char *key); /* NULL: none of that key */

/* ---- signature.c: what went wrong, for comparing and grouping. Texts are borrowed from the result. */
struct signature {
	bool wrong;           /* not delivered as sent */
	enum fate fate;       /* of the verdict */
	const char *at;       /* node where it was lost; NULL: nowhere */
	const char *reason;   /* as the judge has it; NULL: none */
	const char *function; /* of the kernel, that freed the packet there; NULL: not known */
	struct texts broken;  /* invariants */
	struct texts bad;     /* hops that saw bad checksums */
	bool oversize, warned;
};
/* Of a result that has a verdict. */
struct signature signature_of(const struct result *result);
/* "dropped at dst: tcp-csum in tcp_v6_rcv; broken: hop-limit"; "delivered": nothing is wrong. Caller frees. With
 * `places`: also the nodes and hops, which differ between topologies. */
char *signature_text(const struct signature *signature, bool places);
/* Whether both went wrong in the same way: fate, place, reason and invariants; a function counts where both have one.
 */
bool signatures_agree(const struct signature *a, const struct signature *b);
/* Whether both have the same deviation, though one of them may do less harm: they agree, or a hop saw bad checksums in
 * both, or both broke an invariant. */
bool signatures_are_kin(const struct signature *a, const struct signature *b);

/* ---- minimal.c: the least sets of elements with which something goes wrong. Pure, but for the oracle. */
struct oracle {
	/* Writes for each of these sets, each an array of truths by element, whether it goes wrong; all are false
	 * before. False: there is no time left, and no answer counts. */
	bool (*ask)(void *context, bool *const *kept, size_t count, bool *wrong);
	void *context;
};
struct minimal {
	bool **sets; /* each goes wrong, and does not without any one of its elements */
	size_t count;
	bool complete; /* there are no others, provided that more elements never make it right */
};
/* The minimal sets of n elements, at most so many; all of them together are taken to go wrong. minimal_clear() frees
 * what it finds. */
void minimal_find(struct minimal *ret, size_t n, size_t most, const struct oracle *oracle);
void minimal_clear(struct minimal *minimal);

/* ---- trials.c: variants of a cell, run by workers. */
enum trial_says {
	TRIAL_UNTRIED, /* a signal came first */
	TRIAL_RIGHT,
	TRIAL_WRONG,
	TRIAL_UNKNOWN, /* SKIP or BROKEN, or it contradicts itself and cannot be planned */
};
struct variant {
	const struct setting *const *settings; /* laid over the case's, later ones win; borrowed */
	size_t count;
	const struct topology *topology; /* instead of the cell's; its name must be its own; NULL: the cell's */
	/* What trials_run() fills in. */
	enum trial_says says;
	const struct result *result; /* NULL: it was not run; memory of the trials' pool */
	const char *why;             /* TRIAL_UNKNOWN: why; memory of the pool */
};

struct trials {
	/* What they are trials of; borrowed. */
	const struct testcase *testcase;
	const struct topology *topology;
	size_t cell;
	/* May be changed between runs. */
	const struct expectation *expected; /* of every variant, whatever its conditions; NULL: delivered as sent */
	const char *keep; /* a new directory for the variants' traces, and the same, open; NULL: none */
	int keep_at;
	unsigned workers;
	enum ladders ladders;
	double deadline; /* by clock_ms(): what has not begun by then stays TRIAL_UNTRIED; 0: none */
	void (*finished)(void *context, size_t variant, const struct result *result); /* NULL: nobody listens */
	void *context;

	struct features features;
	struct kernel_facts *facts; /* NULL: no drop events */
	bool tried;                 /* the features are known */
	struct pool *pool;          /* of all results */
	size_t count;               /* cells that were run */
};
/* Of a cell, on the kernel that runs here. *trials must stay where it is; caller clears. */
void trials_open(struct trials *trials, const struct testcase *testcase, const struct topology *topology, size_t cell);
/* Runs variants, those of one lab together. A variant without settings is the cell itself. Where the case's traffic is
 * a list of flows, those before the cell's run first. Returns 0, or -1 when no worker could be isolated. */
int trials_run(struct trials *trials, struct variant *variants, size_t count, struct error *err);
/* What was kept of one of the variants that ran last, read and judged again. Returns 0 and *ret (caller frees), or -1.
 */
struct recalled {
	struct plan *plan;
	struct trace *trace;
	struct evidence *evidence;
	struct journeys *journeys;
	struct verdict *verdict;
	void *testcase; /* the plan's */
};
int trials_recall(struct recalled **ret, const struct trials *trials, const struct variant *variants, size_t count,
                  size_t index, struct error *err);
void recalled_free(struct recalled *recalled);
DEFINE_OWNED(recalled)
void trials_close(struct trials *trials);

#endif
