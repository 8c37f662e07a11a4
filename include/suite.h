/* A suite: the cases that were asked for, and their cells, planned. */
#ifndef HOPCHECK_SUITE_H
#define HOPCHECK_SUITE_H

#include "nic.h"
#include "plan.h"
#include "result.h"

/* The deviations of a directory of cases. */
struct suite_deviations {
	char *directory;
	struct deviations deviations;
};

struct suite_case {
	struct testcase *testcase;
	struct topology **topologies;
	bool left_out; /* a cell of it cannot be planned, and the suite is lenient */
};

/* What cells of one lab have in common. */
struct suite_lab {
	uint64_t key;                    /* of its plans' keys: their hash */
	const struct topology *topology; /* the case's own */
	size_t nodes;
	unsigned pairs[NICS]; /* of NICs that it needs */
	bool lent;            /* links_are_lent() */
};

/* There may be a hundred thousand of them, so few plans are kept: other cells' are made when they are needed. */
struct suite_cell {
	unsigned case_index, lab; /* lab: of suite->labs, once it is planned */
	size_t cell;
	uint64_t route;        /* the hash of its traffic's route */
	struct plan *plan;     /* of the first cells that were planned; NULL: not kept */
	struct result *result; /* once it is there; the suite's pool has it */
};

/* Cells of one lab, in the order they are run; the unit that a worker takes. */
struct batch {
	size_t *cells;
	size_t count;
	size_t next; /* first without a result */
};

struct suite {
	const char *directory; /* of cases; NULL: ./cases, or where there is none, the one beside the program */
	struct error left_out; /* unusable files of the directory; the others are run */
	bool lenient;          /* the whole directory was asked for: a file with an error is left out */
	char version[128];     /* of the kernel that it is planned for; empty: a current one */
	struct suite_deviations **deviations; /* of the directories that the cases lie in */
	size_t deviation_count;
	struct suite_case *cases;
	size_t case_count;
	struct suite_cell *cells;
	size_t cell_count;
	struct suite_lab *labs;
	size_t lab_count;
	size_t plan_size; /* of the plans that are kept: their nodes, squared, as routes are */
	struct batch *batches;
	size_t batch_count;
	struct pool *pool; /* of results */
};

/* `--only AXIS=VALUE` */
struct only {
	const char *axis;
	const char *value;
};

/* Reads cases by name or path; none: all of the cases directory, without files that cannot be used: their errors go to
 * suite->left_out. Other errors go to err. */
int suite_read(struct suite *suite, char *const *names, size_t name_count, struct error *err);
/* The directory of cases: the one that was named, else that of the current directory, else that beside the binary's
 * directory. Caller frees. */
char *suite_cases_directory(const struct suite *suite);
/* The installed cases directory, if ./cases is used instead of it; NULL: it is not, or is the same. Caller frees. */
char *suite_shadowed(const struct suite *suite);
/* Rows of `known` are ignored: what they document is a FAIL, as a bisection needs it. */
void suite_forget_known(struct suite *suite);
/* Before it is planned: for the kernel that runs here. */
void suite_for_this_kernel(struct suite *suite);
/* Chooses cells, without plans. An axis or value that no case has is an error. */
/* Whether a cell has all of these, and not only one that runs in its lab. */
bool cell_is_chosen(const struct testcase *testcase, size_t cell, const struct only *only, size_t count);
int suite_choose(struct suite *suite, const struct only *only, size_t only_count, struct error *err);
void suite_add(struct suite *suite, size_t case_index, size_t number); /* adds one cell to the chosen ones */
/* Plans the cells that were chosen, one at a time, and keeps which lab each runs in, and the plans of the first;
 * lines that many share are made once. */
int suite_plan(struct suite *suite, struct error *err);
/* A cell's plan, made now; caller frees. */
int suite_plan_cell(struct plan **ret, const struct suite *suite, const struct suite_cell *cell, struct error *err);
/* The plan that is kept of it, or one that is made now, which *made owns; NULL: it cannot be planned. */
const struct plan *suite_cell_plan(struct plan **made, const struct suite *suite, const struct suite_cell *cell,
                                   struct error *err);
const struct testcase *suite_testcase(const struct suite *suite, const struct suite_cell *cell);
const struct suite_lab *suite_lab(const struct suite *suite, const struct suite_cell *cell);
void suite_batch(struct suite *suite, bool fresh);
char *suite_cell_name(const struct suite *suite, size_t cell); /* "case axis=value"; caller frees */
void suite_free(struct suite *suite);
void suite_add_topologies(const struct suite *suite, struct run *run); /* those of the cells */

#endif
