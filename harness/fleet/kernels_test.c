/* Kernels that a user names, and what scripts/kernels.sh says of those that can be had; here a script of the test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "fleet_internal.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

static char directory[] = "/tmp/hopcheck-test-XXXXXX";

/* The script writes these lines and ends with this status; it writes what it was called with to the file "asked". */
static void script_says(const char *lines, int status)
{
	FILE *script = fopen("scripts/kernels.sh", "we");

	assert_non_null(script);
	fprintf(script, "#!/bin/sh\necho \"$*\" >asked\ncat <<'END'\n%sEND\nexit %d\n", lines, status);
	assert_int_equal(fclose(script), 0);
	assert_int_equal(chmod("scripts/kernels.sh", 0755), 0);
}

static void asked(const char *words)
{
	owned_text line = NULL;
	size_t size = 0;
	FILE *file = fopen("asked", "re");

	assert_non_null(file);
	assert_true(getline(&line, &size, file) > 0);
	fclose(file);
	line[strcspn(line, "\n")] = 0;
	assert_string_equal(line, words);
}

static int in_a_directory(void **state)
{
	(void)state;
	return !mkdtemp(directory) || chdir(directory) < 0 || mkdir("scripts", 0755) < 0;
}

static int without_it(void **state)
{
	(void)state;
	files_remove(directory);
	return 0;
}

static void kernels_clear(struct fleet_kernel *kernels, size_t count)
{
	for (size_t i = 0; i < count; i++)
		guest_kernel_clear(&kernels[i].kernel);
	free(kernels);
}

static void labels(void **state)
{
	const char *const names[] = { "6.1", "6.12.107" };
	struct fleet_kernel *kernels = NULL;
	struct error err = { 0 };
	size_t count = 0;
	bool complete;

	(void)state;
	script_says("6.1\t6.1.0-56-amd64\t/k/6.1/vmlinux\t/k/6.1/lib\n6.1\t6.1.192\t/k/b/vmlinux\t\n", 0);
	assert_int_equal(kernels_find(&kernels, &count, names, COUNT(names), &complete, &err), 0);
	asked("6.1 6.12.107");
	assert_true(complete);
	assert_int_equal(count, 2);
	assert_string_equal(kernels[0].kernel.label, "6.1");
	assert_string_equal(kernels[0].kernel.release, "6.1.0-56-amd64");
	assert_string_equal(kernels[0].kernel.image, "/k/6.1/vmlinux");
	assert_string_equal(kernels[0].kernel.modules, "/k/6.1/lib");
	/* Labels stay unique, and a kernel may have no modules. */
	assert_string_equal(kernels[1].kernel.label, "6.1.2");
	assert_null(kernels[1].kernel.modules);
	kernels_clear(kernels, count);
}

/* What the script could not get is its matter to say; what it got is used. */
static void incomplete(void **state)
{
	const char *const names[] = { "6.1", "9.9" };
	struct fleet_kernel *kernels = NULL;
	struct error err = { 0 };
	size_t count = 0;
	bool complete;

	(void)state;
	script_says("6.1\t6.1.192\t/k/vmlinux\t/k/lib\n", 1);
	assert_int_equal(kernels_find(&kernels, &count, names, COUNT(names), &complete, &err), 0);
	assert_false(complete);
	assert_int_equal(count, 1);
	kernels_clear(kernels, count);
}

static void no_kernel(void **state)
{
	static const char *const bad[] = { "--update", "", "6.1;reboot", "6.1 6.12", "$(id)" };
	struct kernel_list list = { 0 };
	struct fleet_kernel *kernels = NULL;
	struct error err = { 0 };
	size_t count = 0;
	bool complete;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct error refused = { 0 };
		script_says("", 0);
		unlink("asked");
		assert_int_equal(kernels_fetch(&list, &bad[i], 1, &complete, &refused), -1);
		assert_non_null(strstr(refused.text, "neither a path nor a label"));
		assert_int_equal(access("asked", F_OK), -1); /* the shell never saw it */
	}
	assert_int_equal(kernels_find(&kernels, &count, NULL, 0, &complete, &err), -1);
	assert_non_null(strstr(err.text, "no kernel to boot"));
	free(kernels);

	struct error malformed = { 0 };
	script_says("6.1\t6.1.192\n", 0);
	assert_int_equal(kernels_fetch(&list, NULL, 0, &complete, &malformed), -1);
	assert_non_null(strstr(malformed.text, "not a line about a kernel: 6.1"));
	free(list.kernels);
}

/* Of a version's builds one is enough, a cached one rather than another; what is not all there cannot be had. */
static void offers(void **state)
{
	struct kernel_offers offers = { 0 };
	struct error err = { 0 };

	(void)state;
	script_says("6.1.10\t6.1.0-9-amd64\t6.1.10-1\tbookworm\t71\tcomplete\n"
	            "6.1.10\t6.1.0-9-cloud\t6.1.10-2\tbookworm\t27\tcached\n"
	            "6.1.10\t6.1.0-9-other\t6.1.10-3\tbookworm\t27\tcached\n"
	            "6.1.11\t6.1.0-10-amd64\t6.1.11-1\tbookworm\t71\tincomplete\n"
	            "6.1.12\t6.1.0-11-amd64\t6.1.12-1\tbookworm\t71\tcomplete\n",
	            0);
	assert_int_equal(kernels_offered(&offers, &err), 0);
	asked("--list");
	assert_int_equal(offers.count, 2);
	assert_string_equal(offers.at[0].version, "6.1.10");
	assert_string_equal(offers.at[0].release, "6.1.0-9-cloud");
	assert_true(offers.at[0].cached);
	assert_string_equal(offers.at[1].version, "6.1.12");
	assert_false(offers.at[1].cached);
	kernel_offers_clear(&offers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels),
		cmocka_unit_test(incomplete),
		cmocka_unit_test(no_kernel),
		cmocka_unit_test(offers),
	};

	return cmocka_run_group_tests_name("kernels", tests, in_a_directory, without_it);
}
