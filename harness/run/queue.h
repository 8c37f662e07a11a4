/* Batches that wait for a worker, taken in time that does not grow with their number: a suite in fresh labs has a batch
 * of each of a hundred thousand cells. */
#ifndef HOPCHECK_RUN_QUEUE_H
#define HOPCHECK_RUN_QUEUE_H

#include "suite.h"

struct queue {
	const struct suite *suite; /* borrowed; its batches stay as they are, but for `next` */
	bool *taken;               /* by batch */
	size_t *group;             /* by lab: labs with the same lines are one group */
	size_t *first;             /* by group: none of its batches before this one waits; NOT_FOUND: none waits */
	size_t *alike;             /* by batch: the next one of its group, or NOT_FOUND */
	size_t front[2];           /* by whether a batch needs lent NICs: none of these before this one waits */
};

struct queue *queue_new(const struct suite *suite); /* never NULL; all batches that are not finished wait */
void queue_free(struct queue *queue);
DEFINE_OWNED(queue)
/* The next batch for a worker, of the suite's: one whose lab has the same lines as `lab`, in which the worker stands
 * (NOT_FOUND: in none), else the first; without those that need NICs, if these are lent. NULL: none waits. */
struct batch *queue_take(struct queue *queue, size_t lab, bool nics_are_lent);
void queue_give_back(struct queue *queue, const struct batch *batch); /* what is left of it waits again */
bool batch_needs_nics(const struct suite *suite, const struct batch *batch);

#endif
