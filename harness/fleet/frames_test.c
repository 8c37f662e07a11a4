/* A guest's frames: taken when they answer what it was asked, and the guest is not believed any more when they do not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "fleet_internal.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

static struct axis_value values[] = { { .label = (char *)"on" }, { .label = (char *)"off" } };
static struct axis axes[] = { { .name = (char *)"dst.a0.gro", .values = values, .value_count = 2 } };
static char *topologies[] = { (char *)"chain-1" };
static struct testcase two = {
	.name = (char *)"two", .axes = axes, .axis_count = 1, .topologies = topologies, .topology_count = 1
};

/* A guest that got both cells of a case, the second one first. */
struct scene {
	struct fleet_options options;
	struct suite_case one;
	struct suite_cell suite_cells[2];
	struct suite suite;
	struct result *results[2];
	struct texts warned[2];
	bool elsewhere[2], began[2], answered[2];
	struct fleet_kernel kernel;
	struct fleet fleet;
	size_t cells[2];
	struct guest_run run;
};

static void scene_start(struct scene *s)
{
	*s = (struct scene){ .options = { .quiet = true },
		             .one = { .testcase = &two },
		             .suite_cells = { { .cell = 0 }, { .cell = 1 } },
		             .cells = { 1, 0 } };
	s->suite = (struct suite){
		.cases = &s->one, .case_count = 1, .cells = s->suite_cells, .cell_count = 2, .pool = pool_new()
	};
	s->kernel = (struct fleet_kernel){ .kernel = { .label = (char *)"6.1", .release = (char *)"6.1.192" },
		                           .results = s->results,
		                           .warned = s->warned,
		                           .elsewhere = s->elsewhere };
	s->fleet = (struct fleet){ .kernels = &s->kernel, .count = 1, .suite = &s->suite, .options = &s->options };
	s->run = (struct guest_run){ .task = { .cells = s->cells, .count = 2 },
		                     .machine = machine_table[0],
		                     .began = s->began,
		                     .answered = s->answered,
		                     .running = NOT_FOUND,
		                     .fleet = &s->fleet };
}

static void scene_end(struct scene *s)
{
	pool_free(s->suite.pool);
	free(s->kernel.troubles);
	free(s->run.doubt);
	free(s->run.error);
}

static void says(struct scene *s, enum wire_kind kind, const char *text)
{
	const struct wire_frame frame = { kind, { (const uint8_t *)text, strlen(text) } };

	frame_arrived(&s->run, &frame);
}

/* A PASS of the cell with this number in the job. */
static void answers(struct scene *s, size_t job_cell)
{
	json_t *result = result_json(result_without_trace(s->suite.pool, &two, s->cells[job_cell], OUTCOME_PASS, ""));

	json_object_set_new(result, "verdict",
	                    json_pack("{s:s, s:n, s:n, s:{}}", "fate", "delivered", "at", "reason", "aggregation"));
	json_t *message = json_pack("{s:I, s:o}", "cell", (json_int_t)job_cell, "result", result);
	owned_text text = json_dumps(message, 0);
	json_decref(message);
	says(s, WIRE_RESULT, text);
}

static void believed(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	says(&s, WIRE_HELLO, "{}");
	assert_true(s.run.hello);
	assert_ptr_equal(s.kernel.machine, machine_table[0]);
	says(&s, WIRE_START, "{\"cell\": 0}");
	assert_int_equal(s.run.running, 1); /* its number in the suite */
	answers(&s, 0);
	assert_null(s.run.doubt);
	assert_int_equal(s.run.running, NOT_FOUND);
	assert_non_null(s.results[1]);
	assert_null(s.results[0]);
	says(&s, WIRE_ERROR, "{\"why\": \"no ip\"}");
	assert_string_equal(s.run.error, "no ip");
	says(&s, WIRE_DONE, "{}");
	assert_true(s.run.done);
	assert_null(s.run.doubt);
	scene_end(&s);
}

static void doubted(void **state)
{
	static const struct {
		const char *why;
		struct {
			enum wire_kind kind;
			const char *text;
		} frames[4];
	} rows[] = {
		{ "it spoke before it was up", { { WIRE_START, "{\"cell\": 0}" } } },
		{ "it came up twice", { { WIRE_HELLO, "{}" }, { WIRE_HELLO, "{}" } } },
		{ "it said something that is not a JSON object", { { WIRE_HELLO, "[]" } } },
		{ "it said something that is not a JSON object", { { WIRE_HELLO, "{" } } },
		{ "a cell that it was not given", { { WIRE_HELLO, "{}" }, { WIRE_START, "{\"cell\": 2}" } } },
		{ "a cell that it was not given", { { WIRE_HELLO, "{}" }, { WIRE_START, "{\"cell\": -1}" } } },
		{ "a cell that it was not given", { { WIRE_HELLO, "{}" }, { WIRE_START, "{\"cell\": 0.5}" } } },
		{ "it began a cell twice",
		  { { WIRE_HELLO, "{}" }, { WIRE_START, "{\"cell\": 1}" }, { WIRE_START, "{\"cell\": 1}" } } },
		{ "a result does not fit", { { WIRE_HELLO, "{}" }, { WIRE_RESULT, "{\"cell\": 0, \"result\": {}}" } } },
		{ "has not answered for",
		  { { WIRE_HELLO, "{}" }, { WIRE_NOTE, "{\"leaked\": [0], \"console\": []}" } } },
		{ "of a lab's end is malformed",
		  { { WIRE_HELLO, "{}" }, { WIRE_NOTE, "{\"leaked\": [], \"console\": []}" } } },
		{ "a file without a name", { { WIRE_HELLO, "{}" }, { WIRE_FILE, "" } } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scene s;
		scene_start(&s);
		for (size_t f = 0; rows[i].frames[f].text; f++) {
			assert_null(s.run.doubt);
			says(&s, rows[i].frames[f].kind, rows[i].frames[f].text);
		}
		assert_non_null(s.run.doubt);
		assert_non_null(strstr(s.run.doubt, rows[i].why));
		/* Nothing that comes afterwards counts. */
		says(&s, WIRE_ERROR, "{\"why\": \"no ip\"}");
		assert_null(s.run.error);
		scene_end(&s);
	}
}

static void answered_twice_or_unasked(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	says(&s, WIRE_HELLO, "{}");
	answers(&s, 1); /* which it did not begin */
	assert_non_null(strstr(s.run.doubt, "that it had not begun"));
	assert_null(s.results[0]);
	scene_end(&s);

	scene_start(&s);
	says(&s, WIRE_HELLO, "{}");
	says(&s, WIRE_START, "{\"cell\": 1}");
	answers(&s, 1);
	assert_null(s.run.doubt);
	answers(&s, 1);
	assert_non_null(strstr(s.run.doubt, "it answered twice for a cell"));
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(believed),
		cmocka_unit_test(doubted),
		cmocka_unit_test(answered_twice_or_unasked),
	};

	return cmocka_run_group_tests_name("frames", tests, NULL, NULL);
}
