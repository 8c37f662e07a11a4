/* A probe: listens at every hop of a lab, plays a cell's traffic, waits until no packet is in flight, and returns the
 * trace. Opening captures is slow, so one probe serves all cells of its lab. */
#ifndef HOPCHECK_PROBE_H
#define HOPCHECK_PROBE_H

#include "drops.h"

struct probe;

/* The lab and the drop listener are borrowed; the listener may be NULL. Returns 0 and *ret (free with probe_close), or
 * -1. */
int probe_open(struct probe **ret, const struct lab *lab, struct drops *drops, struct error *err);
/* Plays the plan's traffic and fills the trace. Failures of the harness itself are in trace->broken. */
void trace_record(struct probe *probe, const struct plan *plan, struct trace *trace);
/* Closing waits for the kernel's grace periods, all captures at once. */
void probe_close(struct probe *probe);

#endif
