/* What the files of this room have of each other. */
#ifndef HOPCHECK_SWEEP_INTERNAL_H
#define HOPCHECK_SWEEP_INTERNAL_H

#include "plan.h"
#include "sweep.h"

/* forecast.c: whether by the standards a cell's packets come to their receiver, and the answers of a real connection
 * back: by the nodes' SIDs, policies, tables and routes, whatever their sizes. What it does not know counts as no. */
bool forecast_delivers(const struct plan *plan);

#endif
