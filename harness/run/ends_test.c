/* Ends of labs on a machine that is made up: when each namespace goes, what the kernel says, and when. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ends.h"
#include "suite.h"

/* Behind ours: its fail() is a macro. */
#include <cmocka.h>

#define NEVER 1e9

/* Marks are indices of `ends`. */
struct machine {
	double now, ends[64]; /* ms */
	bool closed[64];
	double control; /* how long an empty namespace takes */
	double control_made, speaks;
	const char *word; /* of the kernel, from `speaks` on, once */
	bool doubts;
	int said;
};

static bool gone(void *context, int mark)
{
	const struct machine *machine = context;

	assert_false(machine->closed[mark]);
	return machine->now >= machine->ends[mark];
}

static void close_mark(void *context, int mark)
{
	struct machine *machine = context;

	assert_false(machine->closed[mark]);
	machine->closed[mark] = true;
}

static void doubt(void *context)
{
	struct machine *machine = context;

	assert_false(machine->doubts);
	machine->doubts = true;
	machine->control_made = machine->now;
}

static void trust(void *context)
{
	struct machine *machine = context;

	assert_true(machine->doubts);
	machine->doubts = false;
}

static char *log_line(void *context)
{
	struct machine *machine = context;

	assert_true(machine->doubts);
	if (!machine->word || machine->now < machine->speaks || machine->said++)
		return NULL;
	return text_copy(machine->word);
}

static bool works(void *context)
{
	const struct machine *machine = context;

	return machine->now >= machine->control_made + machine->control;
}

static double now(void *context)
{
	return ((struct machine *)context)->now;
}

static void pause_for(void *context, int ms)
{
	((struct machine *)context)->now += ms;
}

static const struct ends_way way = { gone, close_mark, doubt, trust, log_line, works, now, pause_for };
static const struct interface interfaces[] = { { .name = "b0" }, { .name = "a0" } };
static const struct topology topology = { .interfaces = (struct interface *)(uintptr_t)interfaces,
	                                  .interface_count = 2 };

/* Two nodes, the second of which goes `after` ms. */
static void lab_ends(struct ends *ends, struct machine *machine, int first, size_t cell, double after)
{
	struct end end = { .mark_count = 2, .cell_count = 1, .topology = &topology };

	end.marks = zalloc(2 * sizeof *end.marks);
	end.cells = zalloc(sizeof *end.cells);
	end.marks[0] = first;
	end.marks[1] = first + 1;
	end.cells[0] = cell;
	machine->ends[first] = machine->now + 1;
	machine->ends[first + 1] = machine->now + after;
	ends_add(ends, &end);
}

static void all_closed(struct ends *ends, const struct machine *machine, int marks)
{
	ends_clear(ends);
	for (int i = 0; i < marks; i++)
		assert_true(machine->closed[i]);
	assert_false(machine->doubts);
}

static void a_lab_that_goes_costs_no_time(void **state)
{
	struct machine machine = { 0 };
	struct ends ends = { .way = &way, .way_context = &machine, .most = 8 };

	(void)state;
	lab_ends(&ends, &machine, 0, 7, 30);
	assert_null(ends_settle(&ends, false));
	assert_true(machine.now == 0);
	machine.now = 100;
	lab_ends(&ends, &machine, 2, 8, 2000);
	assert_null(ends_settle(&ends, false));
	assert_true(machine.now == 100);
	assert_int_equal(ends.count, 1);
	assert_null(ends_settle(&ends, true)); /* late, but it goes */
	assert_true(machine.now >= 2100 && machine.now < 2130);
	all_closed(&ends, &machine, 4);
}

static void no_more_are_pending_than_may_be(void **state)
{
	struct machine machine = { 0 };
	struct ends ends = { .way = &way, .way_context = &machine, .most = 3 };

	(void)state;
	lab_ends(&ends, &machine, 0, 7, 30);
	lab_ends(&ends, &machine, 2, 8, 60);
	assert_null(ends_settle(&ends, false));
	assert_true(machine.now >= 1 && machine.now < 10); /* the first node of each is gone then */
	assert_int_equal(ends.marks, 2);
	all_closed(&ends, &machine, 4);
}

static void is_leak(json_t *leak, json_int_t labs, const char *cells, size_t lines)
{
	owned_text seen = json_dumps(json_object_get(leak, "cells"), JSON_COMPACT);

	assert_int_equal(json_integer_value(json_object_get(leak, "labs")), labs);
	assert_string_equal(seen, cells);
	assert_int_equal(json_array_size(json_object_get(leak, "log")), lines);
	json_decref(leak);
}

/* The kernel takes namespaces down, but not this one. */
static void a_lab_that_is_held(void **state)
{
	struct machine machine = { .control = 30 };
	struct ends ends = { .way = &way, .way_context = &machine, .most = 8 };

	(void)state;
	lab_ends(&ends, &machine, 0, 7, 30);
	lab_ends(&ends, &machine, 2, 8, NEVER);
	machine.now = 2900;
	assert_null(ends_settle(&ends, false));
	assert_true(machine.now == 2900);
	machine.now = 3100;
	is_leak(ends_settle(&ends, false), 1, "[8]", 0);
	assert_true(machine.now >= 12000 && machine.now < 12100);
	lab_ends(&ends, &machine, 4, 9, NEVER); /* nothing is looked at any more */
	assert_null(ends_settle(&ends, true));
	all_closed(&ends, &machine, 6);
}

/* The kernel waits for a device of one of them, and takes down no namespace meanwhile. */
static void a_device_that_stays(void **state)
{
	struct machine machine = { .control = NEVER,
		                   .speaks = 10500,
		                   .word = "unregister_netdevice: waiting for b0 to become free. Usage count = 1" };
	struct ends ends = { .way = &way, .way_context = &machine, .most = 8 };

	(void)state;
	lab_ends(&ends, &machine, 0, 7, NEVER);
	machine.now = 500;
	lab_ends(&ends, &machine, 2, 8, NEVER);
	is_leak(ends_settle(&ends, true), 2, "[7,8]", 1);
	assert_true(machine.now >= 12000 && machine.now < 12100);
	all_closed(&ends, &machine, 4);
}

/* Nothing on this machine goes, and the kernel does not say that a lab's device is why. */
static void a_machine_that_is_stuck(void **state)
{
	static const char *const words[] = { NULL,
		                             "unregister_netdevice: waiting for eth7 to become free. Usage count = 1",
		                             "unregister_netdevice: waiting for b01 to become free. Usage count = 1" };

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		struct machine machine = { .control = NEVER, .speaks = 10500, .word = words[i] };
		struct ends ends = { .way = &way, .way_context = &machine, .most = 8 };
		lab_ends(&ends, &machine, 0, 7, NEVER);
		is_leak(ends_settle(&ends, true), 0, "[]", 0);
		assert_true(machine.now >= 15000 && machine.now < 15100);
		all_closed(&ends, &machine, 2);
	}
}

/* A machine that was slow for a while: what was doubted goes, and the next one is checked from the start. */
static void a_slow_machine(void **state)
{
	struct machine machine = { .control = 9000 };
	struct ends ends = { .way = &way, .way_context = &machine, .most = 8 };

	(void)state;
	lab_ends(&ends, &machine, 0, 7, 11000);
	machine.now = 4000;
	assert_null(ends_settle(&ends, false));
	assert_false(machine.doubts);
	machine.control = 30;
	lab_ends(&ends, &machine, 2, 8, NEVER);
	is_leak(ends_settle(&ends, true), 1, "[8]", 0);
	all_closed(&ends, &machine, 4);
}

static void results_say_so(void **state)
{
	owned(pool) pool = pool_new();
	struct result results[3] = { 0 };
	struct suite_cell cells[3] = { 0 };
	struct suite suite = { .cells = cells, .cell_count = 3, .pool = pool };
	json_t *one = json_pack("{s:i, s:[i], s:[s]}", "labs", 1, "cells", 1, "log", "waiting for b0");
	struct leaks leaks = { 0 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		results[i] = (struct result){ .outcome = i == 2 ? OUTCOME_FAIL : OUTCOME_PASS, .why = "delivered." };
		cells[i].result = &results[i];
	}
	leaks_add(&leaks, one);
	leaks_tell(&leaks, &suite);
	assert_int_equal(results[0].outcome, OUTCOME_PASS);
	assert_int_equal(results[1].outcome, OUTCOME_FAIL);
	assert_string_equal(results[1].why,
	                    "the kernel did not take down this cell's lab: namespaces stay forever: waiting for b0. "
	                    "Otherwise: delivered.");
	assert_int_equal(results[1].console.count, 1);
	assert_string_equal(results[1].console.at[0], "waiting for b0");
	json_decref(one);
	results[1].outcome = OUTCOME_PASS;
	one = json_pack("{s:i, s:[i], s:[]}", "labs", 1, "cells", 2, "log");
	leaks_add(&leaks, one);
	leaks_tell(&leaks, &suite);
	assert_int_equal(results[1].outcome, OUTCOME_BROKEN);
	assert_int_equal(results[2].outcome, OUTCOME_FAIL);
	json_decref(one);
	leaks_clear(&leaks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lab_that_goes_costs_no_time),
		cmocka_unit_test(no_more_are_pending_than_may_be),
		cmocka_unit_test(a_lab_that_is_held),
		cmocka_unit_test(a_device_that_stays),
		cmocka_unit_test(a_machine_that_is_stuck),
		cmocka_unit_test(a_slow_machine),
		cmocka_unit_test(results_say_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
