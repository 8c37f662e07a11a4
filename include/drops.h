/* Drop events: the kernel's own word on each packet that it frees as dropped, from its tracepoint skb:kfree_skb by a
 * BPF program that is put together at run time. They are evidence only: every verdict is reached without them.
 * Every function but drops_learn() and drops_open() takes NULL for a listener that there is none of, and does nothing.
 */
#ifndef HOPCHECK_DROPS_H
#define HOPCHECK_DROPS_H

#include "lab.h"
#include "trace.h"

/* What the running kernel tells about itself (BTF): where things lie in its structures, and what its drop reasons are
 * called. Read once, before the workers are made. */
struct kernel_facts;

/* Reads the facts, and tries whether this process may listen. Returns 0 and *ret (caller frees), or -1: what is
 * missing. *unnamed is NULL, or why functions will not be named (caller frees). */
int drops_learn(struct kernel_facts **ret, char **unnamed, struct error *err);
void kernel_facts_free(struct kernel_facts *facts);
DEFINE_OWNED(kernel_facts)

struct drops;

/* Listens, to no lab yet. The facts are borrowed. Returns 0 and *ret (close with drops_close), or -1. */
int drops_open(struct drops **ret, const struct kernel_facts *facts, struct error *err);
/* Listens to this lab's nodes from now on and to no other's; NULL: to none. Returns 0 or -1. */
int drops_watch(struct drops *drops, const struct lab *lab, struct error *err);
/* Appends what has come since the last call to the trace: those of the test's packets that something else than the
 * harness itself made the kernel drop. What was lost on the way to us is counted in trace->drops_lost. */
void drops_take(struct drops *drops, const struct lab *lab, const struct plan *plan, struct trace *trace);
/* Names the functions, which may read the kernel's symbols and so take long, and leaves out what turns out to be no
 * drop. Once, when nothing is under way any more. */
void drops_name(struct drops *drops, struct trace *trace);
/* Finds the captured packet that each drop was, once trace->packets is in order. */
void drops_tie(struct trace *trace, const struct plan *plan);
void drops_close(struct drops *drops);

#endif
