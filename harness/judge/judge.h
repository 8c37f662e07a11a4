/* Shared by the files of this room. */
#ifndef HOPCHECK_JUDGE_JUDGE_H
#define HOPCHECK_JUDGE_JUDGE_H

#include "journey.h"
#include "loss.h"
#include "verdict.h"

/* Ethernet's least frame without its checksum: shorter packets are padded to it, which no header counts. */
#define ETHERNET_LEAST 60

/* The SRH that nodes act on: of its first IPv6 header. */
struct srh_view captured_srh(const struct captured *captured);
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
/* crossing.c: the interface on the same link that sent a packet, or that it was sent to. */
size_t other_end(const struct plan *plan, const struct captured *captured);

struct damage damage_find(const struct evidence *evidence);

struct hop_summary *hops_summarize(const struct evidence *evidence);
/* evidence.c: "dst.a0", where the direction is in the sentence already. */
void say_interface(char **text, const struct evidence *evidence, size_t hop);
/* burst.c: which packets of a burst went together at each hop, and what is not as it was sent; verdict->hops are there.
 */
void burst_sort(struct verdict *verdict, const struct evidence *evidence);
/* unreadable.c: the first packet that left a node unreadable and cannot have come to it so; NULL: none did. *how, which
 * the caller frees, is a sentence part with what is wrong with it. */
const struct captured *unreadable_find(const struct evidence *evidence, char **how);
/* What makes a packet unreadable (caller frees), or NULL. */
char *captured_unreadable(const struct captured *captured);

/* agree.c: adds to the verdict, whose fate and reason are known, what of the kernel's counters, drop events and ICMPv6
 * errors contradicts it; `row` is where the reason of a loss comes from; both NULL: nothing was lost. */
void agree_check(struct verdict *verdict, const struct evidence *evidence, const struct reason_row *row,
                 const struct loss *loss);
/* contradiction.c: appends "Ip6InNoRoutes rose by 1 at r1". */
void say_contradiction(char **text, const struct topology *topology, const struct contradiction *contradiction);
/* hint.c: fills verdict->hints, whose hops are known. */
void hints_find(struct verdict *verdict, const struct evidence *evidence);

#endif
