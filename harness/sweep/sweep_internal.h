/* What the files of this room have of each other. */
#ifndef HOPCHECK_SWEEP_INTERNAL_H
#define HOPCHECK_SWEEP_INTERNAL_H

#include "plan.h"
#include "sweep.h"

/* forecast.c: whether by the standards a cell's packets come to their receiver, and the answers of a real connection
 * back: by the nodes' SIDs, policies, tables and routes, whatever their sizes. What it does not know counts as no. */
bool forecast_delivers(const struct plan *plan);

/* setting.c: one of a case as a case file has it, to a text that may be empty: ", mode: inline". */
void setting_append(char **text, const struct setting *setting);
/* case.c: what the cell with these values on its axes sets, without what has no effect in it; caller frees. */
char *case_cell_text(const struct testcase *testcase, const unsigned *values);

/* factors.c */
void factor_clear(struct factor *factor);
struct factor *factor_add(struct sweep *sweep, const char *name);
struct factor_value *factor_add_value(struct factor *factor, const char *word, const char *sets);
void factors_add_labels(struct sweep *sweep); /* seg6_flowlabel */
void factors_add_mtus(struct sweep *sweep);
void factors_add_ports(struct sweep *sweep, const struct plan *plan); /* offloads, and models of NICs */
void factors_end(struct sweep *sweep); /* when all are there: the space, and offloads that do not go together */

#endif
