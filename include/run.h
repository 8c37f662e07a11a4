/* The corridor's own: what its files share. The rooms see nothing of this. */
#ifndef HOPCHECK_RUN_H
#define HOPCHECK_RUN_H

#include <jansson.h>

#include "nic.h"
#include "report.h"

struct drops;
struct kernel_facts;

/* ---- suite.c: the cases that were asked for, and their cells, planned. */
struct suite_case {
	struct testcase *testcase;
	struct topology **topologies;
};

struct suite_cell {
	size_t case_index, cell;
	struct plan *plan;
	json_t *result; /* once it is there */
};

/* Cells of one lab, in the order they are run; the unit that a worker takes. */
struct batch {
	size_t *cells;
	size_t count;
	size_t next; /* first without a result */
};

struct suite {
	struct suite_case *cases;
	size_t case_count;
	struct suite_cell *cells;
	size_t cell_count;
	struct batch *batches;
	size_t batch_count;
};

/* `--only AXIS=VALUE` */
struct only {
	const char *axis;
	const char *value;
};

/* Reads cases by name or path; none: all of the cases directory. Errors go to err. */
int suite_read(struct suite *suite, char *const *names, size_t name_count, struct error *err);
/* Rows of known hold on no kernel: what they document is a FAIL, as a bisection wants it. */
void suite_forget_known(struct suite *suite);
/* Chooses and plans cells. An axis or value that no case has is an error. */
int suite_plan(struct suite *suite, const struct only *only, size_t only_count, struct error *err);
/* Plans one cell more of a case. */
int suite_add(struct suite *suite, size_t case_index, size_t number, struct error *err);
void suite_batch(struct suite *suite, bool fresh);
void suite_free(struct suite *suite);

/* ---- features.c: what this kernel and machine can do. */
struct features {
	char release[128]; /* `uname -r` */
	char version[128]; /* upstream's, for ranges of kernels */
	bool has[FEATURES];
	bool unknown[FEATURES];  /* its trial broke off: no statement about the kernel */
	char why[FEATURES][256]; /* why it has not, or is unknown */
	unsigned nics[NICS];     /* whole pairs of a guest's NICs, by row of nic_table */
	bool driverless[NICS];   /* such a NIC is here, and no driver has taken it */
	bool unoffered[NICS];    /* in a guest: its QEMU does not have such a NIC */
	char qemu[64];           /* in a guest: QEMU's version; empty: not known, or no guest */
	char unnamed[256];       /* why drop events name no functions; empty: they do */
};
/* In an isolated worker: the features that must be tried out. Writes them as they are. */
void features_try(struct features *features);
void features_look(struct features *features); /* those that can be seen from outside */
/* Whether drop events can be had: what the workers need for it, or NULL (caller frees). `off`: they are not wanted. */
struct kernel_facts *features_look_at_drops(struct features *features, bool off);
void features_no_drops(struct features *features, const char *why);
json_t *features_json(const struct features *features);
void features_read(struct features *features, const json_t *json); /* what features_json() wrote */
/* Whether any row of expect or known asks for features: then they must be known before the first cell is judged. */
bool features_decide(const struct suite *suite);
/* NULL, or what a cell needs that is not there, as a sentence; caller frees. *outcome becomes SKIP, or BROKEN where it
 * is only not known. */
char *feature_missing(const struct features *features, const struct plan *plan, enum outcome *outcome);
/* nics.c: the part of it that is a guest's NICs. */
void nics_look(struct features *features);
char *nics_missing(const struct features *features, const struct plan *plan); /* as feature_missing(); always SKIP */
json_t *nics_json(const struct features *features);                           /* {"e1000": 1}: pairs, by model */
void nics_read_qemu(struct features *features, const json_t *qemu); /* of a guest's job: {"version", "lacks"} */
void nics_read_json(struct features *features, const json_t *nics);
void features_lost(struct features *features, const char *why); /* those that must be tried are unknown */

/* ---- run.c: one cell through all rooms. */
struct stages {
	double build, open, prepare, record, judge, close;
	unsigned labs, cells;
};
json_t *stages_json(const struct stages *stages);
void stages_add(struct stages *all, const json_t *one); /* what stages_json() made */
/* Whose ladders are shown: the results of these cells have the rows. */
enum ladders { LADDERS_NONE, LADDERS_FAIL, LADDERS_DEVIATING, LADDERS_ALL };
/* By how often -v was given, and how many cells there are. */
enum ladders ladders_of(int verbose, size_t cells);
bool ladder_wanted(enum ladders ladders, enum outcome outcome);

struct corridor {
	struct lab *lab;
	struct probe *probe;
	struct drops *drops;     /* the worker's, for all its labs; NULL: the kernel does not tell */
	const struct plan *plan; /* that the lab was built from */
	const char *keep;        /* directory, or NULL */
	bool keep_failing;       /* only cells that FAIL or are BROKEN */
	bool fresh;              /* a lab of its own for every cell */
	enum ladders ladders;
	struct stages stages;
};
json_t *corridor_run(struct corridor *corridor, const struct plan *plan, const struct features *features);
void corridor_leave(struct corridor *corridor); /* gives the lab back */

/* ---- workers.c: processes that take batches. */
struct workers_options {
	unsigned count;
	const char *keep;
	bool keep_failing;
	bool fresh;
	/* Called before a cell begins, which waits until it returns; may be NULL. */
	void (*starting)(void *context, struct suite_cell *cell);
	const struct kernel_facts *facts; /* NULL: no drop events */
	enum ladders ladders;
	void (*finished)(void *context, struct suite_cell *cell); /* called as each result comes in */
	void *context;
};
/* worker.c: what a worker does, until its runner has no more for it; `fd` is the line between them. */
void worker_be(struct suite *suite, const struct workers_options *options, struct features *features, unsigned number,
               bool try_features, int fd) __attribute__((noreturn));
/* Runs all batches; every cell has a result afterwards. Returns 0, or -1 when no worker could be isolated. */
int workers_run(struct suite *suite, const struct workers_options *options, struct features *features,
                struct stages *stages, struct error *err);

/* ---- guest.c: the first process of a guest: runs the job that it finds, says what came of it over the wire. */
void guest_main(void) __attribute__((noreturn));

/* ---- subcommands: argv starts behind the subcommand's name; return the exit code. */
int command_run(int argc, char **argv);
int command_list(int argc, char **argv);
int command_check(int argc, char **argv);
int command_plan(int argc, char **argv);
int command_judge(int argc, char **argv);
int command_report(int argc, char **argv);
int command_verdicts(int argc, char **argv);
int command_matrix(int argc, char **argv);
int command_merge(int argc, char **argv);
int command_bisect(int argc, char **argv);

enum exit_code { EXIT_OK, EXIT_FAIL, EXIT_USAGE, EXIT_BROKEN, EXIT_NOTHING };

/* options.c: options that several subcommands take. */
struct selection {
	struct only *only;
	size_t only_count;
	char **names;
	size_t name_count;
	int no_known; /* --no-known */
};
bool selection_only(struct selection *selection, char *argument, struct error *err); /* splits AXIS=VALUE */
int selection_plan(const struct selection *selection, struct suite *suite); /* reads, plans; or says why: EXIT_USAGE */
void selection_free(struct selection *selection);
int write_json(const char *path, json_t *document);  /* - is stdout; EXIT_OK, or EXIT_BROKEN once said */
json_t *suite_topologies(const struct suite *suite); /* those of the cells, for a document (new reference) */
int write_results(const char *path, json_t *kernel, json_t *topologies, json_t *cells);
/* A number of an option's; what is none goes to err. */
long option_number(const char *option, const char *text, long least, long most, struct error *err);
const char *program_directory(void); /* where the binary lies */

#endif
