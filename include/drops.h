/* Drop events: what the kernel reports of each packet that it frees as dropped, read at the tracepoint skb:kfree_skb by
 * a BPF program that is assembled at run time. They are evidence only: every verdict is reached without them. Every
 * function but drops_learn() and drops_open() accepts NULL, no listener, and does nothing. */
#ifndef HOPCHECK_DROPS_H
#define HOPCHECK_DROPS_H

#include "lab.h"
#include "trace.h"

/* What the running kernel's BTF says: offsets of structure members, and the names of its drop reasons. Read once,
 * before the workers are made. */
struct kernel_facts;

/* Reads the facts, and checks whether this process may listen. Returns 0 and *ret (caller frees), or -1: what is
 * missing. *unnamed is NULL, or why functions will not be named (caller frees). */
int drops_learn(struct kernel_facts **ret, char **unnamed, struct error *err);
void kernel_facts_free(struct kernel_facts *facts);
DEFINE_OWNED(kernel_facts)

struct drops;

/* Listens, to no lab yet. The facts are borrowed. Returns 0 and *ret (close with drops_close), or -1. */
int drops_open(struct drops **ret, const struct kernel_facts *facts, struct error *err);
/* Listens to this lab's nodes only, from now on; NULL: to none. Returns 0 or -1. */
int drops_watch(struct drops *drops, const struct lab *lab, struct error *err);
/* Appends to the trace the drops since the last call: of the test's packets, without those that the harness itself
 * causes. Events lost because the ring was full are counted in trace->drops_lost. */
void drops_take(struct drops *drops, const struct lab *lab, const struct plan *plan, struct trace *trace);
/* Names the functions, and leaves out what turns out not to be a drop. May read /proc/kallsyms, which is slow: called
 * once, when no packet is in flight any more. */
void drops_name(struct drops *drops, struct trace *trace);
/* Finds each drop's captured packet, once trace->packets is sorted. */
void drops_tie(struct trace *trace, const struct plan *plan);
void drops_close(struct drops *drops);

#endif
