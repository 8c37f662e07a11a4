/* Which cells of a suite are run together, and in which order. */
#include <setjmp.h>
#include <stdlib.h>

#include "suite.h"

/* Behind ours: its fail() is a macro. */
#include <cmocka.h>

/* A case with one axis of 50 values: cells come in its order. */
static void add_case(struct suite *suite)
{
	struct testcase *testcase = zalloc(sizeof *testcase);
	struct axis *axis = PUSH(testcase->axes, testcase->axis_count);

	for (size_t i = 0; i < 50; i++)
		PUSH(axis->values, axis->value_count);
	PUSH(suite->cases, suite->case_count)->testcase = testcase;
}

/* Cells of labs and routes as given, batched; each batch has to be these cells. */
struct wanted {
	size_t count, cells[4];
};

static void batched(const struct suite_cell *cells, size_t count, bool fresh, const struct wanted *wanted,
                    size_t wanted_count)
{
	struct suite suite = { 0 };

	add_case(&suite);
	for (size_t i = 0; i < count; i++)
		*PUSH(suite.cells, suite.cell_count) = cells[i];
	suite_batch(&suite, fresh);
	assert_int_equal(suite.batch_count, wanted_count);
	for (size_t b = 0; b < wanted_count; b++) {
		assert_int_equal(suite.batches[b].count, wanted[b].count);
		for (size_t i = 0; i < wanted[b].count; i++)
			assert_int_equal(suite.batches[b].cells[i], wanted[b].cells[i]);
	}
	suite_free(&suite);
}

/* A lab's cells together, those of one route beside each other, and among these by number. */
static void by_lab_and_route(void **state)
{
	static const struct suite_cell cells[] = {
		{ .cell = 0, .lab = 1, .route = 9 }, { .cell = 1, .lab = 0, .route = 5 },
		{ .cell = 2, .lab = 1, .route = 4 }, { .cell = 3, .lab = 0, .route = 5 },
		{ .cell = 4, .lab = 1, .route = 9 }, { .cell = 5, .lab = 0, .route = 2 },
	};

	(void)state;
	batched(cells, COUNT(cells), false, (const struct wanted[]){ { 3, { 5, 1, 3 } }, { 3, { 2, 0, 4 } } }, 2);
	batched(cells, COUNT(cells), true,
	        (const struct wanted[]){
	                { 1, { 5 } }, { 1, { 1 } }, { 1, { 3 } }, { 1, { 2 } }, { 1, { 0 } }, { 1, { 4 } } },
	        6);
	batched(cells, 0, false, NULL, 0);
}

/* Many cells of one lab are several batches, for as many workers. */
static void of_some_size(void **state)
{
	struct suite suite = { 0 };
	size_t cells = 0;

	(void)state;
	add_case(&suite);
	for (size_t i = 0; i < 50; i++)
		suite_add(&suite, 0, i);
	suite_batch(&suite, false);
	assert_true(suite.batch_count > 1 && suite.batch_count < 10);
	for (size_t b = 0; b < suite.batch_count; b++)
		for (size_t i = 0; i < suite.batches[b].count; i++)
			assert_int_equal(suite.batches[b].cells[i], cells++);
	assert_int_equal(cells, 50);
	suite_free(&suite);
}

/* Flows of one lab stay together and in their order, whatever their routes are and however many they are. */
static void flows(void **state)
{
	for (int fresh = 0; fresh < 2; fresh++) {
		struct suite suite = { 0 };
		size_t cells = 0;
		add_case(&suite);
		struct testcase *testcase = suite.cases[0].testcase;
		testcase->flows = true;
		testcase->axes[0].value_count = 25;
		for (size_t i = 50; i--;)
			*PUSH(suite.cells, suite.cell_count) = (struct suite_cell){ .cell = i, .route = i * 7 % 5 };
		suite_batch(&suite, fresh != 0);
		assert_int_equal(suite.batch_count, 2);
		for (size_t b = 0; b < suite.batch_count; b++) {
			assert_int_equal(suite.batches[b].count, 25);
			for (size_t i = 0; i < suite.batches[b].count; i++)
				assert_int_equal(suite.cells[suite.batches[b].cells[i]].cell, cells++);
		}
		testcase->axes[0].value_count = 50;
		suite_free(&suite);
	}
	(void)state;
}

/* Whoever chooses a flow has those before it too, and those that run at once with it. */
static void flows_before(void **state)
{
	struct suite suite = { 0 };
	struct error err = { 0 };

	(void)state;
	add_case(&suite);
	struct testcase *testcase = suite.cases[0].testcase;
	testcase->axes[0].name = text_copy("flow");
	for (size_t i = 0; i < 50; i++)
		testcase->axes[0].values[i].label = text_format("f%zu", i);
	testcase->flows = true;
	assert_int_equal(suite_choose(&suite, &(struct only){ "flow", "f2" }, 1, &err), 0);
	assert_int_equal(suite.cell_count, 3);
	suite.cell_count = 0;
	testcase->axes[0].values[3].beside = testcase->axes[0].values[4].beside = true;
	assert_int_equal(suite_choose(&suite, &(struct only){ "flow", "f2" }, 1, &err), 0);
	assert_int_equal(suite.cell_count, 5);
	suite.cell_count = 0;
	testcase->flows = false;
	assert_int_equal(suite_choose(&suite, &(struct only){ "flow", "f2" }, 1, &err), 0);
	assert_int_equal(suite.cell_count, 1);
	suite_free(&suite);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_lab_and_route),
		cmocka_unit_test(of_some_size),
		cmocka_unit_test(flows),
		cmocka_unit_test(flows_before),
	};

	return cmocka_run_group_tests_name("suite", tests, NULL, NULL);
}
