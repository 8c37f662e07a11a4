/* Removal of labs' namespaces: checked by the worker that closed them, reported by the runner. */
#ifndef HOPCHECK_RUN_ENDS_H
#define HOPCHECK_RUN_ENDS_H

#include <jansson.h>

#include "topology.h"

/* ---- ends.c */
/* A lab that was given back. */
struct end {
	double since; /* ms */
	int *marks;   /* namespaces that are not known to be gone */
	size_t mark_count;
	size_t *cells; /* of the suite, that ran in it */
	size_t cell_count;
	const struct topology *topology; /* borrowed */
};
/* How it is checked; tests have their own. */
struct ends_way {
	bool (*gone)(void *context, int mark);
	void (*close)(void *context, int mark);
	/* Starts reading the kernel's log, and makes and closes an empty namespace; until all is well again. */
	void (*doubt)(void *context);
	void (*trust)(void *context);
	char *(*log)(void *context);  /* the next message; caller frees; NULL: none for now */
	bool (*works)(void *context); /* whether that empty namespace is gone */
	double (*now)(void *context); /* ms */
	void (*pause)(void *context, int ms);
};
struct ends {
	const struct ends_way *way;
	void *way_context;
	size_t most;         /* marks that may be pending: they are open files */
	struct end *pending; /* the oldest first */
	size_t count, marks;
	bool suspects, named, given_up;
	json_t *log;
};
void ends_add(struct ends *ends, const struct end *end); /* takes its arrays and marks; `since` is set */
/* Checks all, and waits while one is late, or there are too many; `all`: until all are gone. NULL, or a new reference:
 * {"labs": how many may not have been removed, "cells": theirs, "log": what the kernel says}; 0 labs: not even an empty
 * namespace is removed, so nothing can be concluded. Afterwards nothing is checked any more. */
json_t *ends_settle(struct ends *ends, bool all);
void ends_clear(struct ends *ends);

/* ---- ends_way.c: the machine's. */
extern const struct ends_way ends_way_here;
struct ends_here {
	int control, kmsg; /* -1: none */
};
size_t ends_most(void); /* marks that the limit of open files leaves room for */

/* ---- leaks.c: in the runner. */
struct leaks {
	size_t labs;
	size_t *cells;
	size_t count;
	json_t *log;
	bool unknown; /* a worker could not tell */
};
struct suite;
void leaks_add(struct leaks *leaks, const json_t *leak); /* what ends_settle() gave */
/* Changes the results: of one lab they FAIL, of several they are BROKEN. */
void leaks_tell(const struct leaks *leaks, struct suite *suite);
void leaks_clear(struct leaks *leaks);

#endif
