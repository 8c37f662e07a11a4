/* The rows of machine_table: what each starts. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "machine.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

static void arguments_cleanup(struct arguments *arguments)
{
	arguments_clear(arguments);
}

static bool has(const struct arguments *arguments, const char *word)
{
	for (size_t i = 0; arguments->words[i]; i++)
		if (strcmp(arguments->words[i], word) == 0)
			return true;
	return false;
}

static const char *after(const struct arguments *arguments, const char *word)
{
	for (size_t i = 0; arguments->words[i]; i++)
		if (strcmp(arguments->words[i], word) == 0)
			return arguments->words[i + 1];
	return NULL;
}

static void make(struct arguments *arguments, const char *word)
{
	static char *const extra[] = { "-netdev", "hubport,id=n0,hubid=1", NULL };
	int row = machine_find(word);

	assert_in_range(row, 0, MACHINES - 1);
	machine_table[row]->arguments(arguments, &(struct machine_options){ .qemu = "qemu-of-mine",
	                                                                    .image = "/k/image",
	                                                                    .initramfs = "/g/initramfs",
	                                                                    .console = "/g/console",
	                                                                    .directory = "/g",
	                                                                    .memory = 512,
	                                                                    .append = "slub_debug=F",
	                                                                    .extra = extra });
	assert_null(arguments->words[arguments->count - 1]);
}

static void qemu_is_told_which_accelerator(void **state)
{
	static const char *const words[] = { "kvm", "tcg" };

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		__attribute__((cleanup(arguments_cleanup))) struct arguments arguments = { 0 };
		make(&arguments, words[i]);
		assert_string_equal(arguments.words[0], "qemu-of-mine");
		assert_string_equal(after(&arguments, "-accel"), words[i]);
		assert_string_equal(after(&arguments, "-m"), "512");
		assert_string_equal(after(&arguments, "-kernel"), "/k/image");
		assert_string_equal(after(&arguments, "-netdev"), "hubport,id=n0,hubid=1");
		assert_non_null(strstr(after(&arguments, "-append"), " slub_debug=F"));
		assert_true(has(&arguments, "-no-reboot")); /* else a kernel that dies starts again */
	}
}

/* Documentation/virt/uml/user_mode_linux_howto_v2.rst: the kernel's own options are the program's arguments. */
static void user_mode_linux_is_the_kernel(void **state)
{
	__attribute__((cleanup(arguments_cleanup))) struct arguments arguments = { 0 };

	(void)state;
	make(&arguments, "uml");
	assert_string_equal(arguments.words[0], "/k/image");
	assert_true(has(&arguments, "mem=512M"));
	assert_true(has(&arguments, "initrd=/g/initramfs"));
	assert_true(has(&arguments, "ssl1=fd:0,fd:1")); /* the guest's /dev/ttyS1: the wire */
	assert_true(has(&arguments, "con0=null,fd:3"));
	assert_true(has(&arguments, "uml_dir=/g"));
	assert_true(has(&arguments, "slub_debug=F"));
	assert_true(has(&arguments, "seccomp=auto"));
	assert_false(has(&arguments, "-netdev"));
}

static void every_image_has_a_last_resort(void **state)
{
	bool found[2] = { false };

	(void)state;
	for (size_t row = 0; row < MACHINES; row++) {
		const struct machine *machine = machine_table[row];
		assert_int_equal(machine_find(machine->word), row);
		assert_int_equal(machine->qemu, !machine->no_nics);
		if (!machine->fallible)
			found[machine->image] = true;
		else
			assert_true(machine->trial_ms > 0 && machine->trial_ms < machine->boot_ms);
	}
	assert_null(machine_table[MACHINES]);
	assert_true(found[IMAGE_X86] && found[IMAGE_UML]);
	assert_int_equal(machine_find("KVM"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(qemu_is_told_which_accelerator),
		cmocka_unit_test(user_mode_linux_is_the_kernel),
		cmocka_unit_test(every_image_has_a_last_resort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
