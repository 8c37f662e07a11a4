/* A sweep of one topology as it goes on: its rows are run a part at a time, what goes wrong is put together as finds.
 */
#ifndef HOPCHECK_SWEEPING_H
#define HOPCHECK_SWEEPING_H

#include "find.h"
#include "rowrun.h"
#include "sweep.h"

struct sweeping {
	/* Given. */
	const struct topology *topology; /* borrowed */
	const struct testcase *testcase; /* likewise; NULL: all that the topology has */
	unsigned strength;
	uint64_t seed;
	struct rows_runner runner;
	void (*progress)(void *context, const struct sweeping *sweeping); /* NULL: nobody listens */
	void *context;
	/* Made. */
	struct sweep sweep;
	struct cover *cover;
	struct known_rows known;
	struct finds finds;
	char *marks; /* of each row that was run, and those before all factors are varied: '.' right, 'w' wrong, 's'
	                SKIP, 'b' BROKEN, 'p' cannot be planned */
	size_t rows, first_rows; /* first_rows: those before all factors are varied */
	size_t right, wrong, skipped, broken;
	char *skip;           /* why the first of them was SKIP; NULL: none was */
	bool complete, ended; /* complete: nothing is left to cover; ended: by a signal or for want of time */
};

const char *sweeping_name(const struct sweeping *sweeping); /* the case's, else the topology's */
/* Finds out what a sweep has, and tries each way in each mode with all else as it is made: what is SKIP or goes wrong
 * so is not varied further, since that would hide all else. Returns 0, or -1 and a message; caller clears in both
 * cases. */
int sweeping_start(struct sweeping *sweeping, struct error *err);
/* Runs the next rows. False: there are none left, or it has ended. *failed: nothing could be run, with a message. */
bool sweeping_step(struct sweeping *sweeping, bool *failed, struct error *err);
/* Looks at finds that are new: whether they happen again, with what of their first row, and which deviations look so.
 */
int sweeping_examine(struct sweeping *sweeping, struct error *err);
void sweeping_clear(struct sweeping *sweeping);
/* How a row differs between two kernels, else what is wrong on one; NULL: all is right. *which: the result that says
 * so. Caller frees. */
char *wrong_in_row(const struct rows_ran *ran, size_t row, const char *sets, const struct result **which);

/* resume.c: as JSON, of one or more sweeps. */
/* Adds or replaces a sweep's state, told apart by its topology. */
void sweeping_save(json_t *document, const struct sweeping *sweeping);
/* Takes up the state of a sweep that has started. Returns 0, also where the document has none, or -1 and a message: it
 * is of another sweep. */
int sweeping_resume(struct sweeping *sweeping, const json_t *document, struct error *err);

/* write.c: a find as a case file with its topology and deviations, below a directory. Returns 0 and the case's path
 * (caller frees), or -1 and a message. */
int find_write(char **path, struct sweeping *sweeping, const struct find *find, const char *directory,
               const char *command, struct error *err);

#endif
