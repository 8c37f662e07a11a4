/* What was lost, and why: questions about evidence that the judge and the transports ask. Pure. */
#ifndef HOPCHECK_LOSS_H
#define HOPCHECK_LOSS_H

#include "evidence.h"

size_t hop_node(const struct plan *plan, size_t hop);
int64_t counter_at(const struct trace *trace, size_t node, const char *name); /* by how much it rose; 0: not at all */
/* The first interface of a node whose tx_dropped rose; NULL: none. */
const struct counter *tx_dropped_at(const struct trace *trace, size_t node);
/* The direction of the data in which aggregation is counted, and the nodes at its ends. */
enum way data_way(const struct plan *plan);
size_t way_start(const struct plan *plan, enum way way);
size_t way_end(const struct plan *plan, enum way way);

/* The packet that is followed through the hops. */
enum target_kind {
	TARGET_FLAGS, /* exactly these of the transport's kinds of flags */
	TARGET_OCTET, /* payload that covers a sequence number */
	TARGET_ANY,   /* any packet in that direction: nothing in it can be read */
};
struct target {
	enum target_kind kind;
	enum way way;
	unsigned flags;
	uint32_t sequence;
	uint16_t flow;
	bool refused;  /* only copies whose checksum is bad: the transport repaired the loss by others */
	bool mended;   /* a timer of the transport's sent it again */
	char name[80]; /* for sentences: "the SYN" */
};
bool target_is(const struct evidence *evidence, const struct target *target, const struct captured *captured);
bool target_seen(const struct evidence *evidence, const struct target *target, size_t node,
                 enum hop_direction direction);
/* The sequence number of the first octet of data in a direction; false, with *sequence unchanged: none was seen. */
bool data_start(const struct evidence *evidence, enum way way, uint32_t *sequence);

/* A packet that had no effect, and where it was seen last. */
struct loss {
	const struct evidence *evidence;
	struct target target;
	const struct captured *last; /* NULL: never seen */
	size_t node;                 /* where it was lost: that of the last hop, else its sender */
};
/* copies.c: where the first copy of a target that was sent was last captured; NULL: it was never seen. */
const struct captured *first_copy_last_seen(const struct evidence *evidence, const struct target *target);

struct loss loss_follow(const struct evidence *evidence, const struct target *target);
const struct node *loss_at(const struct loss *loss); /* the node where it was lost */
bool loss_arrived(const struct loss *loss);          /* it was last seen arriving at loss->node */
/* The drop event of the packet at the node where it was lost; NULL: there is none. */
const struct drop *loss_drop(const struct loss *loss);
/* Whether a complaint is the kernel's own message for a reason. */
bool reason_is_said(enum reason reason, const char *complaint);
/* A reason, and the evidence for it: it holds when one of its counters moved at the node where the packet ended and its
 * check, where it has one, holds too. */
enum reason_step {
	STEP_COMMON,   /* where the row stands */
	STEP_CHECKSUM, /* a transport's: before reasons of route lookups */
	STEP_SOCKET,   /* a transport's: after them, and before drops that are not counted */
	STEP_LAST,     /* a transport's: when nothing else holds */
};
struct reason_row {
	enum reason reason; /* REASON_NONE ends a transport's table */
	const char *counters[4];
	/* Adds a sentence part with what it saw. NULL: the counters alone decide. */
	bool (*holds)(const struct loss *loss, char **said);
	const char *kernel; /* the kernel's function */
	enum reason_step step;
	/* What else may count it at that node: any other counter that tells a drop contradicts the reason. */
	const char *with[4];
	/* What every kernel counts of it there, as the RFCs have an error sent for it (4443 3, 8754 4.3.1.1). */
	const char *promised[2];
};
/* A word of the kernel's drop events that says more than that a packet was dropped, and the reasons that it goes with.
 */
#define KERNEL_REASONS 8
struct drop_word {
	const char *word;                    /* NULL ends a table */
	enum reason reasons[KERNEL_REASONS]; /* ends with REASON_NONE */
};
/* The row whose reason it is, or NULL where none holds; and the sentence part that names the evidence (caller frees).
 */
const struct reason_row *loss_row(const struct loss *loss, char **evidence);
/* The reason, and the sentence part that names its evidence (caller frees). */
enum reason loss_reason(const struct loss *loss, char **evidence);

/* How it ended; the target is what had no effect, when dropped or stalled. */
struct ending {
	enum fate fate;
	struct target target;
};

#endif
