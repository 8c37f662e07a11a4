/* Batches that wait: which one a worker gets, and that a hundred thousand of them take no time squared. */
#include <setjmp.h>
#include <stdlib.h>

#include "queue.h"

/* Behind ours: its fail() is a macro. */
#include <cmocka.h>

/* A batch of one cell each: batch i is cell i, in lab labs[i]. */
static void suite_start(struct suite *suite, const struct suite_lab *labs, size_t lab_count, const unsigned *lab_of,
                        size_t count)
{
	*suite = (struct suite){ .labs = zalloc(lab_count * sizeof *labs),
		                 .lab_count = lab_count,
		                 .cells = zalloc(count * sizeof *suite->cells),
		                 .cell_count = count,
		                 .batches = zalloc(count * sizeof *suite->batches),
		                 .batch_count = count };
	for (size_t i = 0; i < lab_count; i++)
		suite->labs[i] = labs[i];
	for (size_t i = 0; i < count; i++) {
		suite->cells[i].lab = lab_of[i];
		*PUSH(suite->batches[i].cells, suite->batches[i].count) = i;
	}
}

static void takes(struct queue *queue, size_t lab, bool nics_are_lent, size_t wanted)
{
	const struct batch *batch = queue_take(queue, lab, nics_are_lent);

	assert_int_equal(batch ? (size_t)(batch - queue->suite->batches) : NOT_FOUND, wanted);
}

/* Labs 0 and 2 have the same lines; lab 1 needs NICs. */
static const struct suite_lab four_labs[] = { { .key = 7 }, { .key = 9, .lent = true }, { .key = 7 }, { .key = 8 } };

static void the_same_lines_first(void **state)
{
	struct suite suite = { 0 };

	(void)state;
	suite_start(&suite, four_labs, COUNT(four_labs), (const unsigned[]){ 0, 0, 3, 3, 2, 2 }, 6);
	owned(queue) queue = queue_new(&suite);
	takes(queue, NOT_FOUND, false, 0);
	takes(queue, 3, false, 2);
	takes(queue, 0, false, 1);
	takes(queue, 0, false, 4); /* another case's */
	takes(queue, NOT_FOUND, false, 3);
	takes(queue, 3, false, 5); /* none of its lines is left */
	takes(queue, 3, false, NOT_FOUND);
	takes(queue, NOT_FOUND, false, NOT_FOUND);
	suite_free(&suite);
}

static void nics_that_are_lent(void **state)
{
	struct suite suite = { 0 };

	(void)state;
	suite_start(&suite, four_labs, COUNT(four_labs), (const unsigned[]){ 1, 1, 0, 1, 0 }, 5);
	owned(queue) queue = queue_new(&suite);
	takes(queue, NOT_FOUND, false, 0);
	takes(queue, NOT_FOUND, true, 2);
	takes(queue, 1, true, 4); /* its lab is another worker's now */
	takes(queue, NOT_FOUND, true, NOT_FOUND);
	takes(queue, NOT_FOUND, false, 1); /* it ended meanwhile */
	takes(queue, 1, false, 3);
	suite_free(&suite);
}

static void given_back(void **state)
{
	struct suite suite = { 0 };

	(void)state;
	suite_start(&suite, four_labs, COUNT(four_labs), (const unsigned[]){ 0, 0, 3, 1 }, 4);
	owned(queue) queue = queue_new(&suite);
	takes(queue, NOT_FOUND, false, 0);
	takes(queue, NOT_FOUND, false, 1);
	takes(queue, NOT_FOUND, false, 2);
	takes(queue, NOT_FOUND, false, 3);
	queue_give_back(queue, &suite.batches[1]);
	queue_give_back(queue, &suite.batches[3]);
	takes(queue, 1, false, 3);
	takes(queue, 2, false, 1);
	queue_give_back(queue, &suite.batches[0]);
	suite.batches[0].next = 1; /* all of its cells have a result */
	takes(queue, 0, false, NOT_FOUND);
	suite_free(&suite);
}

/* Looking through all of them for each would take minutes. */
static void many(void **state)
{
	enum { MANY = 400000, LABS = 1000 };
	struct suite_lab *made = zalloc(LABS * sizeof *made);
	unsigned *lab_of = zalloc(MANY * sizeof *lab_of);
	struct suite suite = { 0 };

	(void)state;
	for (size_t i = 0; i < LABS; i++)
		made[i].key = i / 2;
	for (size_t i = 0; i < MANY; i++)
		lab_of[i] = (unsigned)(i / (MANY / LABS));
	suite_start(&suite, made, LABS, lab_of, MANY);
	owned(queue) queue = queue_new(&suite);
	double start = clock_ms();
	size_t lab = NOT_FOUND, taken = 0;
	for (const struct batch *batch; (batch = queue_take(queue, lab, false)); taken++)
		lab = suite.cells[batch->cells[0]].lab;
	assert_int_equal(taken, MANY);
	assert_true(clock_ms() - start < 5000);
	suite_free(&suite);
	free(made);
	free(lab_of);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_lines_first),
		cmocka_unit_test(nics_that_are_lent),
		cmocka_unit_test(given_back),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
