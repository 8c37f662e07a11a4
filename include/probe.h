/* A probe: listens at every hop of a lab, plays a cell's traffic, waits until no packet is in flight, and returns the
 * trace. Opening captures is slow, so one probe serves all cells of its lab. */
#ifndef HOPCHECK_PROBE_H
#define HOPCHECK_PROBE_H

#include "drops.h"

struct probe;
struct stock;
struct listener;

/* What hears the nodes of a lab, each with a network namespace for the node. */
struct listeners {
	struct listener *list;
	size_t count;
};
/* Setting up a capture waits for the kernel's grace periods, and closing one too: a stock makes up to `ahead` listeners
 * before they are needed, and closes used ones while other labs run. With 0 nothing is made ahead, and closing is
 * waited for. */
struct stock *stock_new(size_t ahead);
void stock_order(struct stock *stock, size_t count); /* begins to make what is missing of so many */
void stock_wait(struct stock *stock);                /* until all that was given back is closed */
void stock_free(struct stock *stock);                /* waits too */
/* Listeners for so many nodes, taken from the stock or made. Returns 0, or -1 with nothing taken. */
int listeners_take(struct listeners *ret, struct stock *stock, size_t count, struct error *err);
int *listeners_namespaces(const struct listeners *listeners); /* borrowed descriptors; the caller frees the array */
void listeners_close(struct listeners *listeners, struct stock *stock);

/* The lab, the stock and the drop listener are borrowed; the drop listener may be NULL. The listeners, which the lab
 * was built for, are taken; NULL: they are opened in the lab's own namespaces, and the stock may be NULL too. Returns 0
 * and *ret (free with probe_close), or -1. */
int probe_open(struct probe **ret, const struct lab *lab, struct stock *stock, struct listeners *listeners,
               struct drops *drops, struct error *err);
/* Plays the plan's traffic and fills the trace. Failures of the harness itself are in trace->broken. */
void trace_record(struct probe *probe, const struct plan *plan, struct trace *trace);
/* The same of flows that run at once, all of cell_at_once() and in its order: to each its own packets. */
void traces_record(struct probe *probe, const struct plan *const plans[], struct trace *const traces[], size_t count);
/* Gives the listeners and sockets back to the stock. */
void probe_close(struct probe *probe);

#endif
