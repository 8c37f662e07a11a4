/* Rows run: as cases of files of their own, on this kernel or on others. */
#ifndef HOPCHECK_ROWRUN_H
#define HOPCHECK_ROWRUN_H

#include "fleet.h"

/* How rows are run. */
struct rows_runner {
	const struct topology *topology; /* borrowed; its file is there */
	const char *deviations;          /* the directory of cases whose deviations are known; NULL: none */
	unsigned workers;
	double deadline;      /* by clock_ms(): what has not begun by then has no result; 0: none. This kernel only */
	const char **kernels; /* names; none: the one that runs here */
	size_t kernel_count;
	struct fleet_options *fleet;
	void (*finished)(void *context, const struct result *result); /* NULL: nobody listens. This kernel only */
	void *context;
	/* Its own. */
	struct features features;
	struct kernel_facts *facts;
	bool looked, tried;
	char *directory; /* of the files */
};
/* Makes its directory; 0, or -1 and a message. */
int rows_open(struct rows_runner *runner, struct error *err);
void rows_close(struct rows_runner *runner);

struct rows_ran {
	struct suite suite; /* whose pool has the results */
	size_t count, kernels;
	struct result **results; /* of each row on each kernel: results[row * kernels + kernel]; NULL: not run */
	char **why;              /* of each row: it cannot be planned; NULL: it can */
	char **labels;           /* of the kernels */
};
/* Rows as texts of what they set, whose numbers begin with `first`. Returns 0, or -1 and a message; caller clears in
 * both cases. */
int rows_run(struct rows_ran *ran, struct rows_runner *runner, const char *name, char *const *sets, size_t count,
             size_t first, struct error *err);
void rows_clear(struct rows_ran *ran);

#endif
