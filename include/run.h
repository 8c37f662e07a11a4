/* Running: one cell through all rooms, and the processes that take batches of cells. */
#ifndef HOPCHECK_RUN_H
#define HOPCHECK_RUN_H

#include "feature.h"
#include "lab.h"

struct drops;
struct ends;
struct probe;

/* ---- limits.c: whether the machine's limits suffice for these cells: /proc, open files, memory. Raises soft limits.
 */
/* How many listeners a worker may make ahead (probe.h). */
size_t limits_ahead(const struct suite *suite);
int limits_check(const struct suite *suite, unsigned workers, struct error *err);

/* ---- memory.c: whether a worker ran out of memory. */
/* The OOM killer's own count: of our cgroup, or where that is not seen, of the machine. */
struct oom_watch {
	const struct version *version; /* of cgroups; NULL: the machine's counter */
	char *directory, *counter;     /* of the cgroup; the file with its count */
	long long told;                /* kills that were reported */
};
void oom_watch_start(struct oom_watch *watch);
void oom_watch_clear(struct oom_watch *watch);
bool oom_killed_one(struct oom_watch *watch); /* since the start; each kill is reported once */
/* The sentence of a cell whose worker the OOM killer killed, and of one whose allocation failed; caller frees. */
char *oom_text(const struct oom_watch *watch);
char *starved_text(void);
#define WORKER_STARVED 5 /* a worker's exit status: an allocation failed */

/* ---- cell.c: one cell through all rooms. */
struct stages {
	double build, open, prepare, record, judge, close;
	unsigned labs, cells;
};
json_t *stages_json(const struct stages *stages);
struct rules stages_rules(struct pool *pool, const struct stages *stages); /* for a document */
void stages_add(struct stages *all, const json_t *one);                    /* what stages_json() made */
/* Whose ladders are shown: the results of these cells have the rows. */
enum ladders { LADDERS_NONE, LADDERS_FAIL, LADDERS_DEVIATING, LADDERS_ALL };
/* Chosen by the number of -v and of cells. */
enum ladders ladders_of(int verbose, size_t cells);
bool ladder_wanted(enum ladders ladders, enum outcome outcome);

struct cell_runner {
	struct lab *lab;
	struct lab_setup setup; /* state that its cells have left */
	struct probe *probe;
	struct stock *stock; /* of what hears its labs */
	bool more;           /* another lab may follow */
	struct drops *drops; /* the worker's, for all its labs; NULL: drop events are not available */
	const struct topology
	        *topology; /* that the lab was built from: it belongs to the case, which outlives its plans */
	struct ends *ends; /* of labs that were given back */
	size_t number;     /* of the cell in the suite */
	size_t *cells;     /* that ran in the lab */
	size_t cell_count;
	const char *keep;                        /* directory, or NULL */
	int keep_at;                             /* the same, open */
	bool keep_failing;                       /* only cells that FAIL or are BROKEN */
	bool fresh;                              /* a lab of its own for every cell, or for flows that share one */
	struct {                                 /* the flow that ran last, and after which the lab stands */
		const struct testcase *testcase; /* NULL: none */
		size_t cell;
		char *skip; /* it was SKIP: why */
	} flow;
	struct { /* of flows that ran at once: some may have to be judged yet */
		const struct testcase *testcase;
		size_t first; /* cell */
		struct trace **traces;
		size_t count;
	} at_once;
	bool by_ip; /* `ip` applies the lines of labs */
	enum ladders ladders;
	struct stages stages;
};
void cell_runner_clear(struct cell_runner *runner); /* frees what the flows left; the lab was given up */
/* lab_prepare(); the offloads as they are for this cell become a part of its trace. */
enum lab_status cell_prepare(struct lab *lab, struct lab_setup *setup, const struct plan *plan, struct trace *trace,
                             struct error *err);
/* The plans of all flows that run at once with a cell's (cell_at_once()), in their order; alone: of the cell. They run
 * when the first one's turn comes; of each the result is told at its own. */
struct result *cell_run(struct cell_runner *runner, const struct plan *const plans[], size_t count, size_t own,
                        const struct features *features, struct pool *pool);
void cell_runner_leave_lab(struct cell_runner *runner); /* gives up the lab */

/* ---- workers.c: processes that take batches. */
struct workers_options {
	unsigned count;
	const char *keep; /* a directory for traces, and the same, open; NULL: none */
	int keep_at;
	bool keep_failing;
	bool fresh, by_ip;
	/* Called before a cell begins, which waits until it returns; may be NULL. */
	void (*starting)(void *context, struct suite_cell *cell);
	const struct kernel_facts *facts; /* NULL: no drop events */
	enum ladders ladders;
	bool features_are_tried; /* `features` has what an earlier run of workers learnt */
	double deadline;         /* by clock_ms(): no batch begins after it, and its cells have no result; 0: none */
	void (*finished)(void *context, struct suite_cell *cell); /* called as each result comes in */
	/* The kernel did not remove the namespaces of labs whose cells' results have come in: {"labs", "cells", "log"}.
	 * NULL: those results are changed, when all has run. */
	void (*leaked)(void *context, const json_t *leak);
	void *context;
};
/* worker.c: runs the batches that the runner sends, until it closes `fd`, the socket between them; `runner` is its
 * parent. */
void worker_be(struct suite *suite, const struct workers_options *options, struct features *features, unsigned number,
               bool try_features, pid_t runner, int fd) __attribute__((noreturn));
/* Runs all batches; every cell has a result afterwards, unless a signal asked for the end (stop.h) or the deadline came
 * first. Returns 0, or -1 when no worker could be isolated. */
int workers_run(struct suite *suite, const struct workers_options *options, struct features *features,
                struct stages *stages, struct error *err);

/* ---- checkup.c: what this machine can run, tried in namespaces of a process of its own. */
enum checkup_state { CHECKUP_OK, CHECKUP_PART, CHECKUP_NO };
extern const struct word checkup_words[]; /* "ok", "part", "no" */
struct checkup {
	char release[128], version[128]; /* of the kernel: `uname -r`, and upstream's */
	struct checkup_row {
		enum checkup_state state;
		char *name; /* "namespaces", a feature, a program, ... */
		char *text; /* what is missing, and what to do; NULL: nothing to say */
	} * rows;
	size_t count;
};
/* 0, or -1 and err: it could not be tried. The caller clears it. */
int checkup_make(struct checkup *ret, struct error *err);
bool checkup_is_good(const struct checkup *checkup); /* nothing that all need is missing */
void checkup_clear(struct checkup *checkup);
#define owned_checkup __attribute__((cleanup(checkup_clear))) struct checkup

#endif
