/* The fleet's own. */
#ifndef HOPCHECK_FLEET_INTERNAL_H
#define HOPCHECK_FLEET_INTERNAL_H

#include "fleet.h"
#include "nic.h"
#include "report.h"

/* Cells of one kernel that are to run in one guest. */
struct task {
	size_t kernel;
	size_t *cells;
	size_t count;
};

/* A guest that runs. */
struct fleet;
struct guest_run {
	struct guest guest; /* guest.pid 0: none */
	struct task task;
	const struct machine *machine;
	char *directory, *console;
	double started, spoke; /* ms: when it last said something */
	bool hello, done;
	bool by_itself; /* the machine ended without being ended, with this wait status */
	int status;
	bool *began, *answered; /* of its task's cells */
	size_t began_count;
	size_t running;    /* cell of the suite that began last, or NOT_FOUND once it has a result */
	size_t results;    /* that it brought */
	size_t said, kept; /* octets of JSON, and of files, that it sent */
	char *doubt;       /* what it sent that does not fit what it was asked; NULL: nothing */
	struct fleet *fleet;
	char *error; /* what the guest itself says is wrong; NULL */
	unsigned number;
	unsigned slot; /* which of those that run at a time */
};

struct fleet {
	struct fleet_kernel *kernels;
	size_t count;
	const struct suite *suite;
	const struct fleet_options *options;
	bool failed[MACHINES]; /* rows of machine_table that do not work here */
	bool proven[MACHINES]; /* rows of machine_table with which a guest came up */
	struct qemu qemu;
	struct task *tasks; /* still to run, the last first */
	size_t task_count;
	struct guest_run *runs;
	char *directory; /* temporary */
	unsigned boots;
	bool fault_made;
	double shown; /* ms: when progress was last shown */
};

/* nics.c */
/* How many pairs of each row of nic_table these cells need. */
void fleet_nics_count(unsigned pairs[NICS], const struct suite *suite, const size_t *cells, size_t count);
/* Adds arguments of QEMU, and the end. */
void fleet_nics_arguments(struct arguments *arguments, const struct qemu *qemu, const unsigned pairs[NICS]);
/* For the kernel's command line: what its drivers must be told to run these NICs, or ""; caller frees. */
char *fleet_nics_parameters(const char *release, const unsigned pairs[NICS]);
bool fleet_needs_nics(const struct suite *suite); /* whether any of its cells does */

/* say.c: what is said while it runs. */
void say(const struct fleet *fleet, const char *format, ...) PRINTF_LIKE(2, 3);
void end_progress(const struct fleet *fleet);
void show_progress(struct fleet *fleet); /* on a terminal, one line that is overwritten */

/* result.c: what becomes of a cell. */
void set_without_trace(struct fleet *fleet, size_t kernel, size_t cell, enum outcome outcome, const char *why,
                       const struct texts *console);
/* A result, checked; console is what the kernel said meanwhile, at NULL: nothing. */
void take_result(struct guest_run *run, size_t cell, struct result *result, const struct texts *console);
/* The lab of these cells is still there long after its end. */
void take_leak(struct guest_run *run, const size_t *cells, size_t count, const struct texts *console);

/* answer.c: what a guest says, where it can be an answer to what it was asked; NULL and why not. */
#define ANSWER_LINES_MAX 10000
const struct result_kernel *answer_kernel(struct pool *pool, const json_t *kernel, struct error *err);
struct result *answer_result(struct pool *pool, const json_t *json, const struct testcase *testcase, size_t cell,
                             struct error *err);
struct texts answer_lines(struct pool *pool, const json_t *lines); /* at NULL: not a list of texts, or too long */

/* frames.c: takes one frame that a guest sent, as guest_read() passes it; context is its struct guest_run. */
void frame_arrived(void *context, const struct wire_frame *frame);

/* kept.c: files. */
/* This program, copied below the fleet's directory: guests started later get the same one, whatever is built meanwhile.
 */
#define FLEET_PROGRAM "hopcheck"
int copy_program(const char *directory, struct error *err);
bool is_kept_file(const struct suite *suite, const struct suite_cell *cell,
                  const char *name);                            /* of this cell's trace */
void keep_file(const struct guest_run *run, struct bytes body); /* a name, a 0, octets */
bool console_is_full(const struct guest_run *run);
void keep_console(const struct guest_run *run);
/* The console, its end when that is much; from where a cell of the job began, unless that is NOT_FOUND. Caller frees.
 */
char *console_text(const char *path, size_t cell);
struct texts lines_of(struct pool *pool, const char *text); /* at most the first 60 */

/* machines.c: how a kernel is to be run: the first row of machine_table that takes its image and is not known to fail.
 */
const struct machine *machine_for(const struct fleet *fleet, const struct fleet_kernel *kernel);
/* Whether it is not yet known that this row works here. */
bool machine_on_trial(const struct fleet *fleet, const struct machine *machine);
void machine_came_up(struct fleet *fleet, const struct machine *machine);
void machine_failed(struct fleet *fleet, struct fleet_kernel *kernel, const struct machine *machine, bool kernel_alone);

/* guest_run.c: one guest from its start to its end. */
void guest_run_start(struct fleet *fleet, struct guest_run *run); /* with the next task */
void guest_run_readable(struct guest_run *run);
void guest_run_check_time(struct guest_run *run);
void guest_run_stop(struct guest_run *run); /* before it has finished: its cells keep the results that came */

/* tasks.c */
void task_push(struct fleet *fleet, struct task task);            /* it is the next one; takes its cells */
void note_trouble(struct fleet_kernel *kernel, const char *text); /* one line more of what was wrong */

#endif
