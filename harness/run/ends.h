/* The ends of labs, seen by the worker that gave them back; and what the runner makes of it. */
#ifndef HOPCHECK_RUN_ENDS_H
#define HOPCHECK_RUN_ENDS_H

#include <jansson.h>

#include "topology.h"

/* ---- ends.c */
/* A lab that was given back. */
struct end {
	double since; /* ms */
	int *marks;   /* of its namespaces that are not known to be gone */
	size_t mark_count;
	size_t *cells; /* of the suite, that ran in it */
	size_t cell_count;
	const struct topology *topology; /* borrowed */
};
/* How it is looked at; tests have another one. */
struct ends_way {
	bool (*gone)(void *context, int mark);
	void (*close)(void *context, int mark);
	/* From now on the kernel's log is read, and an empty namespace is made and ended; until there is trust again.
	 */
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
/* Looks at all, and waits while one is late, or there are too many; `all`: until all are gone. NULL, or a new
 * reference:
 * {"labs": how many may not have been taken down, "cells": of theirs, "log": what the kernel says}; 0 labs: neither
 * does an empty namespace go, so that nothing can be told. Afterwards nothing is looked at any more. */
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
