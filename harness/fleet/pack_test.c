/* What a guest is given: read back from the archive that pack_write() writes. */
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

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static int in_a_directory(void **state)
{
	(void)state;
	if (system("command -v bsdtar >/dev/null && command -v bsdcat >/dev/null && command -v ip >/dev/null") != 0) {
		print_message("no bsdtar or ip here\n");
		exit(0);
	}
	if (!mkdtemp(directory) || chdir(directory) < 0 || mkdir("cases", 0755) < 0 || mkdir("topologies", 0755) < 0 ||
	    mkdir("cases/deviations", 0755) < 0 || mkdir("work", 0755) < 0 || mkdir("modules", 0755) < 0)
		return -1;
	write_text("topologies/two.yaml", "topology: two\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\"}}\n"
	                                  "links: [{ends: [src.b0, dst.a0]}]\n");
	write_text("cases/one.yaml",
	           "case: one\ntopology: two\ntraffic: {tcp: crafted, mode: plain, from: src, to: \"fc00:d::1\"}\n"
	           "axes: {payload: [1, 2, 3]}\nexpect: {fate: delivered}\n"
	           "known: [{fate: dropped, deviation: odd}]\n");
	write_text("cases/deviations/odd.yaml", "deviation: odd\nfound: here\nbecause: of a test\nref: this test\n");
	write_text("modules/modules.dep", "kernel/veth.ko:\nkernel/tun.ko: kernel/lib.ko\nkernel/lib.ko:\n"
	                                  "kernel/e1000.ko:\nkernel/unrelated.ko:\n");
	mkdir("modules/kernel", 0755);
	for (const char *const *name = (const char *const[]){ "veth", "tun", "lib", "e1000", "unrelated", NULL }; *name;
	     name++) {
		owned_text path = text_format("modules/kernel/%s.ko", *name);
		write_text(path, *name);
	}
	return 0;
}

static int without_it(void **state)
{
	(void)state;
	files_remove(directory);
	return 0;
}

/* What a command writes; caller frees. */
static char *output_of(const char *command)
{
	char *text = text_copy(""), line[4096];
	FILE *pipe = popen(command, "re");

	assert_non_null(pipe);
	while (fgets(line, sizeof line, pipe))
		text_append(&text, "%s", line);
	assert_int_equal(pclose(pipe), 0);
	return text;
}

static struct suite *one_case(void)
{
	struct suite *suite = zalloc(sizeof *suite);
	struct error err = { 0 };
	char *names[] = { "cases/one.yaml" };

	if (suite_read(suite, names, 1, &err) < 0)
		fail_msg("%s", err.text);
	suite_add(suite, 0, 2);
	suite_add(suite, 0, 0);
	return suite;
}

static void written(const struct suite *suite, const struct machine *machine, bool fault)
{
	struct guest_kernel kernel = { .modules = "modules" };
	struct qemu qemu = { .version = "10.0.2", .devices = "name \"e1000\", bus PCI\nname \"igb\", bus PCI\n" };
	unsigned nics[NICS] = { 0 };
	const size_t cells[] = { 1, 0 };
	struct error err = { 0 };

	nics[nic_model_find("e1000") - nic_table] = 1;
	struct pack pack = { .program = "/proc/self/exe",
		             .suite = suite,
		             .kernel = &kernel,
		             .cells = cells,
		             .count = COUNT(cells),
		             .fault = fault ? "panic" : NULL,
		             .fault_cell = 1,
		             .machine = machine,
		             .qemu = &qemu,
		             .nics = nics,
		             .keep = fault };
	if (pack_write(&pack, "work", "initramfs", &err) < 0)
		fail_msg("%s", err.text);
}

static json_t *job(void)
{
	owned_text text = output_of("bsdtar -xOf initramfs job.json");
	json_t *json = json_loads(text, 0, NULL);

	assert_non_null(json);
	return json;
}

static void has_text(const json_t *json, const char *member, const char *wanted)
{
	const char *text = json_string_value(json_object_get(json, member));

	assert_int_equal(!text, !wanted);
	if (wanted)
		assert_string_equal(text, wanted);
}

/* Cells are named by case and number, in the order in which they are to run. */
static void a_job(void **state)
{
	const struct machine machine = { .word = "tcg", .qemu = true };
	struct suite *suite = one_case();

	(void)state;
	written(suite, &machine, true);
	json_t *json = job();
	owned_text cells = json_dumps(json_object_get(json, "cells"), JSON_COMPACT);
	owned_text cases = json_dumps(json_object_get(json, "cases"), JSON_COMPACT);
	assert_string_equal(cells, "[[0,0],[0,2]]");
	assert_string_equal(cases, "[\"/suite/0/cases/one.yaml\"]");
	has_text(json, "fault", "panic");
	assert_int_equal(json_integer_value(json_object_get(json, "fault_cell")), 1);
	assert_int_equal(json_integer_value(json_object_get(json, "keep")), FLEET_KEEP_OCTETS);
	assert_true(json_is_false(json_object_get(json, "no_known")));
	const json_t *qemu = json_object_get(json, "qemu");
	has_text(qemu, "version", "10.0.2");
	has_text(qemu, "why", NULL);
	const json_t *lacks = json_object_get(qemu, "lacks");
	assert_int_equal(json_array_size(lacks), NICS - 2); /* it offers two of the models */
	json_decref(json);
	suite_free(suite);
	free(suite);
}

static void a_job_without_qemu(void **state)
{
	const struct machine machine = { .word = "uml", .no_nics = "it emulates none" };
	struct suite *suite = one_case();

	(void)state;
	written(suite, &machine, false);
	json_t *json = job();
	const json_t *qemu = json_object_get(json, "qemu");
	has_text(json, "fault", NULL);
	assert_int_equal(json_integer_value(json_object_get(json, "keep")), 0);
	has_text(qemu, "version", NULL);
	has_text(qemu, "why", "it emulates none");
	assert_int_equal(json_array_size(json_object_get(qemu, "lacks")), NICS);
	json_decref(json);
	suite_free(suite);
	free(suite);
}

static void files(void **state)
{
	static const char *const wanted[] = { "init",
		                              "usr/sbin/ip",
		                              "job.json",
		                              "modules/list",
		                              "suite/0/cases/one.yaml",
		                              "suite/0/cases/deviations/odd.yaml",
		                              "suite/0/topologies/two.yaml",
		                              "dev/console" };
	struct suite *suite = one_case();

	(void)state;
	written(suite, &(struct machine){ .qemu = true }, false);
	owned_text list = output_of("bsdtar -tf initramfs | sed 's|^\\./||'");
	for (size_t i = 0; i < COUNT(wanted); i++) {
		owned_text line = text_format("\n%s\n", wanted[i]);
		owned_text lines = text_format("\n%s", list);
		if (!strstr(lines, line))
			print_error("%s is not in:\n%s", wanted[i], list);
		assert_non_null(strstr(lines, line));
	}
	/* What links, devices and these NICs need, what it needs itself before it, and nothing else. */
	owned_text modules = output_of("bsdtar -xOf initramfs modules/list");
	assert_string_equal(modules, "veth.ko\nlib.ko\ntun.ko\ne1000.ko\n");
	suite_free(suite);
	free(suite);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_job),
		cmocka_unit_test(a_job_without_qemu),
		cmocka_unit_test(files),
	};

	return cmocka_run_group_tests_name("fleet: what a guest is given", tests, in_a_directory, without_it);
}
