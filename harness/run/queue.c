#include "queue.h"

#include <stdlib.h>

static size_t lab_of(const struct suite *suite, size_t batch)
{
	return suite->cells[suite->batches[batch].cells[0]].lab;
}

bool batch_needs_nics(const struct suite *suite, const struct batch *batch)
{
	return suite->labs[suite->cells[batch->cells[0]].lab].lent;
}

static int by_key(const void *a, const void *b, void *context)
{
	const struct suite *suite = context;
	uint64_t x = suite->labs[*(const size_t *)a].key, y = suite->labs[*(const size_t *)b].key;

	return x < y ? -1 : x > y;
}

/* Labs with the same lines, also of different cases; returns the number of groups. */
static size_t group_labs(size_t *group, const struct suite *suite)
{
	size_t *order = zalloc(suite->lab_count * sizeof *order), count = 0;

	for (size_t i = 0; i < suite->lab_count; i++)
		order[i] = i;
	qsort_r(order, suite->lab_count, sizeof *order, by_key, (void *)suite);
	for (size_t i = 0; i < suite->lab_count; i++) {
		count += i == 0 || suite->labs[order[i]].key != suite->labs[order[i - 1]].key;
		group[order[i]] = count - 1;
	}
	free(order);
	return count;
}

struct queue *queue_new(const struct suite *suite)
{
	struct queue *queue = zalloc(sizeof *queue);

	*queue = (struct queue){ .suite = suite,
		                 .taken = zalloc(suite->batch_count * sizeof *queue->taken),
		                 .group = zalloc(suite->lab_count * sizeof *queue->group),
		                 .alike = zalloc(suite->batch_count * sizeof *queue->alike) };
	size_t groups = group_labs(queue->group, suite);
	queue->first = zalloc(groups * sizeof *queue->first);
	for (size_t i = 0; i < groups; i++)
		queue->first[i] = NOT_FOUND;
	for (size_t i = suite->batch_count; i-- > 0;) {
		size_t *first = &queue->first[queue->group[lab_of(suite, i)]];
		queue->alike[i] = *first;
		*first = i;
	}
	return queue;
}

void queue_free(struct queue *queue)
{
	if (!queue)
		return;
	free(queue->taken);
	free(queue->group);
	free(queue->first);
	free(queue->alike);
	free(queue);
}

static bool waits(const struct queue *queue, size_t batch)
{
	return !queue->taken[batch] && queue->suite->batches[batch].next < queue->suite->batches[batch].count;
}

static size_t first_of_lab(struct queue *queue, size_t lab)
{
	size_t *first = &queue->first[queue->group[lab]];

	while (*first != NOT_FOUND && !waits(queue, *first))
		*first = queue->alike[*first];
	return *first;
}

static size_t first_of_all(struct queue *queue, bool with_nics)
{
	const struct suite *suite = queue->suite;
	size_t *front = &queue->front[with_nics];

	while (*front < suite->batch_count &&
	       (!waits(queue, *front) || batch_needs_nics(suite, &suite->batches[*front]) != with_nics))
		++*front;
	return *front < suite->batch_count ? *front : NOT_FOUND;
}

static size_t next_of(struct queue *queue, size_t lab, bool nics_are_lent)
{
	const struct suite *suite = queue->suite;
	size_t alike = lab == NOT_FOUND ? NOT_FOUND : first_of_lab(queue, lab);

	if (alike != NOT_FOUND && !(nics_are_lent && batch_needs_nics(suite, &suite->batches[alike])))
		return alike;
	size_t plain = first_of_all(queue, false), with_nics = nics_are_lent ? NOT_FOUND : first_of_all(queue, true);
	return plain < with_nics ? plain : with_nics;
}

struct batch *queue_take(struct queue *queue, size_t lab, bool nics_are_lent)
{
	size_t found = next_of(queue, lab, nics_are_lent);

	if (found == NOT_FOUND)
		return NULL;
	queue->taken[found] = true;
	return &queue->suite->batches[found];
}

void queue_give_back(struct queue *queue, const struct batch *batch)
{
	size_t number = (size_t)(batch - queue->suite->batches);
	size_t *first = &queue->first[queue->group[lab_of(queue->suite, number)]];
	size_t *front = &queue->front[batch_needs_nics(queue->suite, batch)];

	queue->taken[number] = false;
	*first = number < *first ? number : *first;
	*front = number < *front ? number : *front;
}
