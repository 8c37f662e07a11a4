/* Which machine a kernel is run on, by what was asked for and what has been seen to work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "fleet_internal.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

static const struct machine *row(const char *word)
{
	return machine_table[machine_find(word)];
}

static struct fleet_options options;
static struct fleet fleet;
static struct fleet_kernel pc, uml;

static int start(void **state)
{
	(void)state;
	options = (struct fleet_options){ 0 };
	fleet = (struct fleet){ .options = &options };
	pc = (struct fleet_kernel){ .kernel = { .kind = IMAGE_X86 } };
	uml = (struct fleet_kernel){ .kernel = { .kind = IMAGE_UML } };
	return 0;
}

/* A way that is asked for is tried whatever has failed, by kernels that it can run. */
static void asked_for(void **state)
{
	(void)state;
	options.machine = row("kvm");
	fleet.failed[machine_find("kvm")] = true;
	assert_ptr_equal(machine_for(&fleet, &pc), row("kvm"));
	assert_ptr_equal(machine_for(&fleet, &uml), row("uml"));
	assert_false(machine_on_trial(&fleet, row("kvm")));
	options.machine = row("uml");
	assert_ptr_equal(machine_for(&fleet, &uml), row("uml"));
	assert_ptr_not_equal(machine_for(&fleet, &pc), row("uml"));
}

/* KVM that does not work is left to the next row; that row is always there. */
static void failed(void **state)
{
	(void)state;
	assert_true(machine_on_trial(&fleet, row("kvm")));
	assert_false(machine_on_trial(&fleet, row("tcg")));
	machine_failed(&fleet, &pc, row("kvm"), false);
	assert_true(fleet.failed[machine_find("kvm")]);
	assert_ptr_equal(machine_for(&fleet, &pc), row("tcg"));
	machine_failed(&fleet, &pc, row("tcg"), false);
	assert_ptr_equal(machine_for(&fleet, &pc), row("tcg"));
	assert_ptr_equal(machine_for(&fleet, &uml), row("uml"));
}

/* Once a guest came up with it, or where the kernel may have ended by itself, a failure is the kernel's alone. */
static void failed_for_one(void **state)
{
	struct fleet_kernel other = pc;

	(void)state;
	machine_failed(&fleet, &pc, row("kvm"), true);
	assert_true(pc.failed[machine_find("kvm")]);
	assert_false(fleet.failed[machine_find("kvm")]);
	machine_came_up(&fleet, row("kvm"));
	assert_false(machine_on_trial(&fleet, row("kvm")));
	machine_failed(&fleet, &other, row("kvm"), false);
	assert_false(fleet.failed[machine_find("kvm")]);
	assert_ptr_equal(machine_for(&fleet, &other), row("tcg"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(asked_for, start),
		cmocka_unit_test_setup(failed, start),
		cmocka_unit_test_setup(failed_for_one, start),
	};

	return cmocka_run_group_tests_name("fleet: machines", tests, NULL, NULL);
}
