/* The fleet: guests that run a suite's cells on many kernels, some at a time. */
#ifndef HOPCHECK_FLEET_H
#define HOPCHECK_FLEET_H

#include "feature.h"
#include "matrix.h"
#include "run.h"

struct fleet_options {
	unsigned guests; /* at a time */
	double timeout;  /* s: no guest lives longer */
	double silence;  /* s without a message after which a guest is taken to hang; more than a cell's own deadline */
	unsigned memory; /* MiB a guest */
	const struct machine
	        *machine; /* run images that it can run this way, without trying others; NULL: the first that works */
	bool failed[MACHINES]; /* rows of machine_table that were tried and do not work here; set by fleet_run() */
	const char *keep;      /* captures of failing cells, and consoles, go to KEEP/LABEL/; NULL: nowhere */
	const char *qemu;      /* program; a name is looked up in PATH */
	const char *append;    /* for the kernels' command lines; NULL */
	const char *fault;     /* "panic:12": for tests; NULL */
	bool no_known;         /* rows of `known` are ignored */
	double explain; /* s: the guest of the suite's last cell then looks for so long why it is not right, if so; 0 */
	bool quiet;
};

#define FLEET_DEFAULTS                                                                                                 \
	{                                                                                                              \
		.guests = (unsigned)sysconf(_SC_NPROCESSORS_ONLN), .timeout = 600, .silence = 120, .memory = 1024,     \
		.qemu = GUEST_QEMU                                                                                     \
	}

/* One kernel, and what became of every cell on it. */
struct fleet_kernel {
	struct guest_kernel kernel;
	struct result **results; /* a cell of the suite each; NULL: it has none yet. The suite's pool has them */
	struct texts
	        *warned; /* a cell of the suite each: what the kernel said when it ran among others; at NULL: nothing */
	bool *elsewhere; /* a cell of the suite each: a task of its own has it */
	const struct result_kernel *features; /* as a guest said; NULL: none came up */
	const struct machine *machine;        /* that the first guest to come up had; NULL: none came up */
	char *qemu;                           /* version; NULL: not known */
	char *troubles;                       /* lines of what was wrong with its guests; NULL: nothing */
	struct texts explained; /* what a guest found of the suite's last cell, as lines; at NULL: nothing */
	json_t *explanation;    /* the same as its document; NULL: nothing */
	double boot;            /* ms from the start of a machine until the first guest spoke */
	double seconds;         /* of all its guests together */
	struct stages stages;
	unsigned boots, idle;  /* guests started; consecutive ones that finished no cell */
	bool failed[MACHINES]; /* rows of machine_table under which it did not come up */
	size_t done;
};

/* Runs the chosen cells of the suite on every kernel; afterwards each has a result on each, unless a signal asked for
 * the end (stop.h): then guests and their files are gone, and what has a result has it. Returns 0, or -1: nothing
 * could be run at all. */
int fleet_run(struct fleet_kernel *kernels, size_t count, const struct suite *suite, struct fleet_options *options,
              struct error *err);
/* Its run for a document, partial where cells have no result; in the suite's pool. */
struct run *fleet_document(const struct fleet_kernel *kernel, const struct suite *suite);
void fleet_kernel_clear(struct fleet_kernel *kernel);

/* kernels.c: what scripts/kernels.sh has, and fetches. */
struct kernel_list {
	struct guest_kernel *kernels;
	size_t count;
};
/* Adds the kernels with these labels, versions or releases, fetched where they are not cached; none: the default list.
 * *complete is false when some could not be had, which has been said. Returns 0, or -1. */
int kernels_fetch(struct kernel_list *list, const char *const *labels, size_t label_count, bool *complete,
                  struct error *err);
/* All that could be had, a build of each version, oldest first. */
struct kernel_offers {
	struct kernel_offer {
		char *version, *release;
		bool cached;
	} * at;
	size_t count;
};
int kernels_offered(struct kernel_offers *offers, struct error *err);
void kernel_offers_clear(struct kernel_offers *offers);
/* What --kernel options name: paths and labels; none: the default list. */
int kernels_find(struct fleet_kernel **kernels, size_t *count, const char *const *names, size_t name_count,
                 bool *complete, struct error *err);

#define FLEET_KEEP_OCTETS (16U * 1024 * 1024) /* of captures that a guest may send: a serial line is slow */

/* The line in a guest's console with which a cell of its job begins. */
#define FLEET_MARKER "hopcheck: cell %zu begins"

/* pack.c: writes the initramfs for these cells to `path`, with `work` for what must be unpacked. */
struct pack {
	const char *program; /* this one */
	const struct suite *suite;
	const struct guest_kernel *kernel;
	const size_t *cells;
	size_t count;
	const char *fault; /* "panic" */
	size_t fault_cell; /* index into cells */
	const struct machine *machine;
	const struct qemu *qemu; /* where that runs the machine */
	const unsigned *nics;    /* pairs of each row of nic_table */
	bool keep, no_known;
	double explain; /* s; 0: nothing is */
};
int pack_write(const struct pack *pack, const char *work, const char *path, struct error *err);

/* result.c: whether these lines of the kernel's log have a warning, and no other than the one that the result's row of
 * `known` documents (`warning`). */
bool warning_is_documented(const struct result *result, const struct texts *console);

/* job.c: the first process of a guest: runs the job that it finds, and reports results over the wire. */
void guest_main(void) __attribute__((noreturn));

#endif
