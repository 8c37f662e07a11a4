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
struct ship {
	struct guest guest; /* guest.pid 0: none */
	struct task task;
	enum accelerator accelerator;
	char *directory, *console;
	double started, heard; /* ms */
	bool hello, done;
	bool by_itself; /* QEMU ended without being ended, with this wait status */
	int status;
	size_t running; /* cell of the suite, or NOT_FOUND */
	size_t results; /* that it brought */
	struct fleet *fleet;
	char *error; /* what the guest itself says is wrong; NULL */
	unsigned number;
};

struct fleet {
	struct fleet_kernel *kernels;
	size_t count;
	const struct suite *suite;
	const struct fleet_options *options;
	enum fleet_accelerator accelerator;
	struct qemu qemu;
	struct task *tasks; /* still to run, the last first */
	size_t task_count;
	struct ship *ships;
	char *directory; /* temporary */
	unsigned boots;
	bool fault_made;
	double shown; /* ms: when progress was last shown */
};

/* nics.c */
/* How many pairs of each row of nic_table these cells need. */
void fleet_nics_count(unsigned pairs[NICS], const struct suite *suite, const size_t *cells, size_t count);
/* Arguments of QEMU, ended by NULL. */
struct arguments {
	char **words;
	size_t count;
};
void fleet_nics_arguments(struct arguments *arguments, const struct qemu *qemu, const unsigned pairs[NICS]);
bool fleet_needs_nics(const struct suite *suite); /* whether any of its cells does */
void arguments_clear(struct arguments *arguments);

/* say.c: what is said while it runs. */
void say(const struct fleet *fleet, const char *format, ...) PRINTF_LIKE(2, 3);
void show_progress(struct fleet *fleet); /* on a terminal, one line that is written anew */

/* result.c: what becomes of a cell. */
void set_without_trace(struct fleet *fleet, size_t kernel, size_t cell, enum outcome outcome, const char *why,
                       json_t *console);
/* A frame of the guest's, as guest_read() hands it over; context is the ship. */
void frame_arrived(void *context, const struct wire_frame *frame);

/* kept.c: files. */
/* This program, copied below the fleet's directory: guests started later get the same one, whatever is built meanwhile.
 */
#define FLEET_PROGRAM "hopcheck"
int copy_program(const char *directory, struct error *err);
void keep_file(const struct ship *ship, struct bytes body); /* a name, a 0, octets */
void keep_console(const struct ship *ship);
/* The console, its end when that is much; from where a cell of the job began, unless that is NOT_FOUND. Caller frees.
 */
char *console_text(const char *path, size_t cell);
json_t *lines_json(const char *text);     /* at most the first 60 */
void remove_files(const char *directory); /* and it */

/* ship.c: one guest from its start to its end. */
void ship_start(struct fleet *fleet, struct ship *ship); /* with the next task */
void ship_readable(struct ship *ship);
void ship_check_time(struct ship *ship);
void task_push(struct fleet *fleet, struct task task);

#endif
