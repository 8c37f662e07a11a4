/* The judge's own nouns: what is followed through the hops, and what got lost. */
#ifndef HOPCHECK_JUDGE_JUDGE_H
#define HOPCHECK_JUDGE_JUDGE_H

#include "journey.h"
#include "verdict.h"

/* The SRH that nodes act on: of its first IPv6 header. */
struct srh_view captured_srh(const struct captured *captured);
size_t hop_node(const struct plan *plan, size_t hop);
int64_t counter_at(const struct trace *trace, size_t node, const char *name); /* 0: did not move */
/* The first interface of a node whose tx_dropped rose; NULL: none. */
const struct counter *tx_dropped_at(const struct trace *trace, size_t node);
/* The way the data goes that aggregation is counted on, and the nodes at its ends. */
enum way data_way(const struct plan *plan);
size_t way_start(const struct plan *plan, enum way way);
size_t way_end(const struct plan *plan, enum way way);

/* What is followed through the hops. */
enum target_kind {
	TARGET_FLAGS, /* no payload, and exactly these of syn, ack and rst */
	TARGET_OCTET, /* payload that covers a sequence number */
	TARGET_ANY,   /* whatever goes that way: a packet with nothing readable in it */
};
struct target {
	enum target_kind kind;
	enum way way;
	unsigned flags;
	uint32_t sequence;
	bool refused;  /* only copies whose checksum is bad: TCP repaired the loss by others */
	bool mended;   /* a timer of TCP's sent it again */
	char name[80]; /* for sentences: "the SYN" */
};
bool target_is(const struct target *target, const struct captured *captured);
bool target_seen(const struct evidence *evidence, const struct target *target, size_t node,
                 enum hop_direction direction);
/* The sequence number of the first octet of data that way; false, and *sequence as it was: nothing was seen of it. */
bool data_start(const struct evidence *evidence, enum way way, uint32_t *sequence);

/* A packet that had no effect, and the place where its traces end. */
struct loss {
	const struct evidence *evidence;
	struct target target;
	const struct captured *last; /* NULL: never seen */
	size_t node;                 /* where it ended */
};
/* copies.c: where the first copy of a target that was sent was last captured; NULL: it was never seen. */
const struct captured *first_copy_last_seen(const struct evidence *evidence, const struct target *target);
/* Whether a packet was lost that nothing but a timer of TCP's brought back, which runs out only where the machine is
 * slow; *octet is the first octet of it. */
bool timer_mended_loss(const struct evidence *evidence, enum way way, uint64_t *octet);

struct loss loss_follow(const struct evidence *evidence, const struct target *target);
bool loss_arrived(const struct loss *loss); /* it was last seen arriving at loss->node */
/* The drop event of the packet at the node where it ended; NULL: the kernel told of none. */
const struct drop *loss_drop(const struct loss *loss);
/* Whether a complaint is the kernel's own word for a reason. */
bool reason_is_said(enum reason reason, const char *complaint);
/* The reason, and the sentence part that names its evidence (caller frees). */
enum reason loss_reason(const struct loss *loss, char **evidence);

/* How it ended; the target is what had no effect, when dropped or stalled. */
struct ending {
	enum fate fate;
	struct target target;
};
struct ending ending_find(const struct evidence *evidence);

/* Where an octet of the data changed. */
struct damage {
	size_t node;
	enum reason reason;
	size_t hop;             /* the first hop that saw it changed, or NOT_FOUND */
	size_t origin;          /* the hop it was first seen at */
	size_t sender;          /* the interface at the other end of that hop's link; valid when hop was found */
	uint8_t before, after;  /* valid when hop was found */
	uint64_t octet, wanted; /* where, of how many */
	uint64_t received;
};
/* crossing.c: the interface beside a packet's on its link that sent it, or that it was sent to. */
size_t other_end(const struct plan *plan, const struct captured *captured);

struct damage damage_find(const struct evidence *evidence);

/* How the packets of a connection left the node that pushes their segments, where it is not as the plan has it; NULL
 * (else caller frees): as it has it, or nothing tells. */
char *headend_contradicts(const struct evidence *evidence);

struct hop_summary *hops_summarize(const struct evidence *evidence);
/* verdict.c: "dst.a0", where the direction is in the sentence already. */
void say_interface(char **text, const struct evidence *evidence, size_t hop);
/* hint.c: fills verdict->hints, whose hops are known. */
void hints_find(struct verdict *verdict, const struct evidence *evidence);

#endif
