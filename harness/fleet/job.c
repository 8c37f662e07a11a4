/* The first process of a guest. The kernel under test may die at any moment: what was found is sent before the next
 * cell begins, and which cell that is. The job, /job.json, has "cases", the files in the guest; "cells", pairs of a
 * case's index and a cell's number; "keep", how many octets of captures of failing cells may be sent; "explain", for
 * how many seconds to look why the last cell is not right; and "label". */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drops.h"
#include "explain.h"
#include "file.h"
#include "fleet.h"
#include "lab.h"
#include "matrix.h"
#include "run.h"

#define KEEP_DIRECTORY "/tmp/keep"
#define FILE_MAX       (16U * 1024 * 1024)

struct guest_run {
	int wire, kernel_log;
	struct wire_out *out;
	struct suite suite;
	struct features features;
	struct stages stages;
	size_t keep_left; /* octets of captures that may still be sent */
	bool kernel_told;
	const json_t *qemu; /* what the job says of it */
	double explain;     /* s; 0: nothing is */
	const char *fault;  /* what a test wants to see go wrong: "panic", "hang", "warn", "warn-once" */
	size_t fault_cell;
};

static void send_json(struct guest_run *run, enum wire_kind kind, json_t *document)
{
	owned_text text = json_dumps(document, JSON_COMPACT);

	json_decref(document);
	if (text)
		init_send(run->wire, wire_pack(run->out, kind, (struct bytes){ (uint8_t *)text, strlen(text) }));
}

static void give_up(struct guest_run *run, const struct error *err)
{
	fputs(err->text, stderr);
	if (run->wire >= 0)
		send_json(run, WIRE_ERROR, json_pack("{s:s}", "why", err->text));
	init_off();
}

/* What the kernel has said since the last call; a record is "PRIORITY,SEQUENCE,TIME,FLAGS;TEXT" and perhaps more lines
 * (Documentation/ABI/testing/dev-kmsg). */
static json_t *kernel_said(struct guest_run *run, enum trouble *worst)
{
	json_t *lines = json_array();
	char record[8192];

	*worst = TROUBLE_NONE;
	for (;;) {
		ssize_t got = read(run->kernel_log, record, sizeof record - 1);
		if (got < 0 && errno == EPIPE) /* the oldest were overwritten: go on with what is there */
			continue;
		if (got <= 0)
			return lines;
		record[got] = 0;
		record[strcspn(record, "\n")] = 0;
		const char *text = strchr(record, ';');
		enum trouble one = trouble_of(text ? text + 1 : record);
		if (one > *worst)
			*worst = one;
		json_array_append_new(lines, json_string(text ? text + 1 : record));
	}
}

static void send_file(struct guest_run *run, const char *directory, const char *name)
{
	owned_text path = text_format(KEEP_DIRECTORY "/%s/%s", directory, name);
	owned_text head = text_format("%s/%s", directory, name);
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &status) < 0 || status.st_size > FILE_MAX || (size_t)status.st_size > run->keep_left) {
		if (fd >= 0)
			close(fd);
		return;
	}
	size_t prefix = strlen(head) + 1, length = prefix + (size_t)status.st_size;
	uint8_t *body = zalloc(length);
	memcpy(body, head, prefix);
	if (read(fd, body + prefix, (size_t)status.st_size) == status.st_size) {
		run->keep_left -= (size_t)status.st_size;
		init_send(run->wire, wire_pack(run->out, WIRE_FILE, (struct bytes){ body, length }));
	}
	free(body);
	close(fd);
}

static void send_kept(struct guest_run *run, const struct suite_cell *cell)
{
	owned_text directory = text_format("%s-%zu", suite_testcase(&run->suite, cell)->name, cell->cell);
	owned_text path = text_format(KEEP_DIRECTORY "/%s", directory);
	DIR *kept = opendir(path);
	const struct dirent *entry;

	while (kept && (entry = readdir(kept))) {
		owned_text file = text_format("%s/%s", path, entry->d_name);
		if (entry->d_name[0] == '.')
			continue;
		send_file(run, directory, entry->d_name);
		unlink(file);
	}
	if (kept)
		closedir(kept);
	rmdir(path);
}

/* Before the first result: what it was made on. */
static void tell_kernel(struct guest_run *run)
{
	if (run->kernel_told)
		return;
	run->kernel_told = true;
	send_json(run, WIRE_NOTE, json_pack("{s:o}", "kernel", features_json(&run->features)));
}

static size_t index_of(const struct guest_run *run, const struct suite_cell *cell)
{
	return (size_t)(cell - run->suite.cells);
}

/* Among the kernel's own messages, so that what it says next is known to belong to this cell. */
static void mark_console(size_t cell)
{
	owned_text line = text_format("<3>" FLEET_MARKER "\n", cell);
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		fprintf(stderr, "hopcheck: /dev/kmsg: %s\n", strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* For tests of what becomes of a guest whose kernel does such things. */
static void make_fault(const struct guest_run *run)
{
	const char *panic = "c", *warning = "WARNING: CPU: 0 PID: 1 at a test of hopcheck\n";
	bool warn = strncmp(run->fault, "warn", 4) == 0;
	int fd = open(warn ? "/dev/kmsg" : "/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
	ssize_t written = -1;

	if (strcmp(run->fault, "hang") == 0)
		for (;;)
			pause();
	if (fd >= 0)
		written = warn ? write(fd, warning, strlen(warning)) : write(fd, panic, 1);
	if (written < 0)
		fprintf(stderr, "hopcheck: cannot make the fault: %s\n", strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* What the kernel says of a wrong sum it says once a boot: for cells that can have one it is to say it again
 * (Documentation/admin-guide/clearing-warn-once.rst). Without debugfs the first of them is told. */
static void forget_warnings(const struct topology *topology)
{
	for (size_t i = 0; i < topology->link_count; i++) {
		if (!link_kind(&topology->links[i])->sums)
			continue;
		int fd = open("/sys/kernel/debug/clear_warn_once", O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			return;
		if (write(fd, "1", 1) < 0)
			fprintf(stderr, "hopcheck: clear_warn_once: %s\n", strerror(errno));
		close(fd);
		return;
	}
}

static void starting(void *context, struct suite_cell *cell)
{
	struct guest_run *run = context;

	forget_warnings(run->suite.labs[cell->lab].topology);
	mark_console(index_of(run, cell));
	send_json(run, WIRE_START, json_pack("{s:I}", "cell", (json_int_t)index_of(run, cell)));
	if (run->fault && index_of(run, cell) == run->fault_cell)
		make_fault(run);
}

/* After a warning the kernel is not trusted with the next cell, and WARN_ONCE would not warn again. A documented
 * warning does not matter. */
static void finished(void *context, struct suite_cell *cell)
{
	struct guest_run *run = context;
	enum trouble worst;
	json_t *said = kernel_said(run, &worst);
	struct texts lines = texts_read(run->suite.pool, said);

	tell_kernel(run);
	send_kept(run, cell);
	send_json(run, WIRE_RESULT,
	          json_pack("{s:I, s:o, s:O}", "cell", (json_int_t)index_of(run, cell), "result",
	                    result_json(cell->result), "console", worst == TROUBLE_NONE ? json_null() : said));
	bool documented = warning_is_documented(cell->result, &lines);
	json_decref(said);
	if (documented || worst == TROUBLE_NONE || worst == TROUBLE_LEAK)
		return;
	send_json(run, WIRE_NOTE, json_pack("{s:b}", "warned", 1));
	init_off();
}

/* What is left of this job gets a fresh guest: here, namespaces are not taken down any more. */
static void leaked(void *context, const json_t *leak)
{
	struct guest_run *run = context;

	send_json(run, WIRE_NOTE,
	          json_pack("{s:O, s:O}", "leaked", json_object_get(leak, "cells"), "console",
	                    json_object_get(leak, "log")));
	init_off();
}

static int read_job(struct guest_run *run, json_t **ret, struct error *err)
{
	json_error_t error;
	json_t *job = json_load_file("/job.json", 0, &error);
	json_t *part;
	char **files = NULL;
	size_t count = 0, i;

	if (!job)
		return fail(err, "/job.json: %s", error.text);
	json_array_foreach (json_object_get(job, "cases"), i, part)
		*PUSH(files, count) = (char *)(uintptr_t)json_string_value(part);
	suite_for_this_kernel(&run->suite);
	int result = suite_read(&run->suite, files, count, err);
	free(files);
	if (json_is_true(json_object_get(job, "no_known")))
		suite_forget_known(&run->suite);
	json_array_foreach (json_object_get(job, "cells"), i, part) {
		size_t one = (size_t)json_integer_value(json_array_get(part, 0));
		if (result < 0 || one >= run->suite.case_count)
			break;
		suite_add(&run->suite, one, (size_t)json_integer_value(json_array_get(part, 1)));
	}
	if (result == 0)
		result = suite_plan(&run->suite, err);
	run->keep_left = (size_t)json_integer_value(json_object_get(job, "keep"));
	run->qemu = json_object_get(job, "qemu");
	run->explain = json_number_value(json_object_get(job, "explain"));
	run->fault = json_string_value(json_object_get(job, "fault"));
	run->fault_cell = (size_t)json_integer_value(json_object_get(job, "fault_cell"));
	*ret = job;
	return result;
}

static json_t *lines_json(const char *text)
{
	json_t *lines = json_array();

	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		owned_text one = text_line(line);
		json_array_append_new(lines, json_any_text(one));
	}
	return lines;
}

/* Why the last cell is not right, if so. */
static void explain_last(struct guest_run *run, struct error *err)
{
	const size_t cell = run->suite.cell_count - 1;
	const struct result *result = run->suite.cells[cell].result;
	const struct explain_options options = { .workers = 1, .budget = run->explain };
	owned(explanation) out = NULL;

	if (run->explain <= 0 || !result || (result->outcome != OUTCOME_FAIL && result->outcome != OUTCOME_KNOWN))
		return;
	if (explain_cell(&out, &run->suite, cell, &options, err) < 0)
		give_up(run, err);
	owned_text text = explanation_text(out);
	send_json(run, WIRE_NOTE,
	          json_pack("{s:o, s:o}", "explanation", explanation_json(out), "told", lines_json(text)));
}

static void run_job(struct guest_run *run, struct error *err)
{
	struct workers_options options = { .count = 1,
		                           .keep = run->keep_left ? KEEP_DIRECTORY : NULL,
		                           .keep_failing = true,
		                           .starting = starting,
		                           .finished = finished,
		                           .leaked = leaked,
		                           .context = run };
	enum trouble worst;

	features_look(&run->features);
	nics_read_qemu(&run->features, run->qemu);
	owned(kernel_facts) facts = features_look_at_drops(&run->features, false);
	options.facts = facts;
	suite_batch(&run->suite, false);
	json_decref(kernel_said(run, &worst)); /* what it said while it booted is in the console */
	if ((options.keep && (options.keep_at = directory_open(KEEP_DIRECTORY, err)) < 0) ||
	    workers_run(&run->suite, &options, &run->features, &run->stages, err) < 0)
		give_up(run, err);
	tell_kernel(run);
	explain_last(run, err);
	send_json(run, WIRE_DONE, stages_json(&run->stages));
}

void guest_main(void)
{
	struct guest_run run = { .wire = -1, .out = wire_out_new() };
	struct error err = { 0 };
	json_t *job = NULL;

	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	if (init_mount(&err) < 0 || (run.wire = init_wire(&err)) < 0)
		give_up(&run, &err);
	send_json(&run, WIRE_HELLO, json_pack("{s:s}", "hopcheck", HOPCHECK_VERSION));
	init_tcp();
	run.kernel_log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (init_modules(&err) < 0 || nics_claim(&err) < 0 || read_job(&run, &job, &err) < 0)
		give_up(&run, &err);
	run_job(&run, &err);
	init_off();
}
