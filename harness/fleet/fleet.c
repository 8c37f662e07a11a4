/* Guests, some at a time, until every cell has a result on every kernel. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fleet_internal.h"
#include "stop.h"

static bool next_is_on_trial(const struct fleet *fleet)
{
	const struct task *next = &fleet->tasks[fleet->task_count - 1];

	return machine_on_trial(fleet, machine_for(fleet, &fleet->kernels[next->kernel]));
}

/* A new guest where there is room; while it is not known whether a machine works, only one. */
static void start_guests(struct fleet *fleet)
{
	unsigned running = 0;

	for (unsigned i = 0; i < fleet->options->guests; i++)
		running += fleet->runs[i].guest.pid != 0;
	for (unsigned i = 0; i < fleet->options->guests && fleet->task_count && !stop_signal(); i++) {
		if (fleet->runs[i].guest.pid || (running && next_is_on_trial(fleet)))
			continue;
		fleet->runs[i].slot = i;
		guest_run_start(fleet, &fleet->runs[i]);
		running += fleet->runs[i].guest.pid != 0;
	}
}

/* False when nothing is left to do. */
static bool fleet_step(struct fleet *fleet)
{
	struct pollfd events[fleet->options->guests];   /* NOLINT: an option, at most 64 */
	struct guest_run *runs[fleet->options->guests]; /* NOLINT */
	nfds_t count = 0;

	start_guests(fleet);
	for (unsigned i = 0; i < fleet->options->guests; i++) {
		if (!fleet->runs[i].guest.pid)
			continue;
		runs[count] = &fleet->runs[i];
		events[count++] = (struct pollfd){ fleet->runs[i].guest.fd, POLLIN, 0 };
	}
	if (!count)
		return fleet->task_count > 0;
	poll(events, count, 250); /* a signal is noticed after this time at the latest */
	for (nfds_t i = 0; i < count; i++)
		if (events[i].revents && !stop_signal())
			guest_run_readable(runs[i]);
	for (nfds_t i = 0; i < count; i++)
		if (runs[i]->guest.pid && !stop_signal())
			guest_run_check_time(runs[i]);
	show_progress(fleet);
	return true;
}

/* When there are fewer kernels than guests, a kernel's cells are shared among several. */
static void make_tasks(struct fleet *fleet)
{
	size_t parts = fleet->options->guests / fleet->count;

	if (parts < 1 || fleet->options->fault)
		parts = 1;
	for (size_t k = fleet->count; k-- > 0;) {
		for (size_t part = parts; part-- > 0;) {
			struct task task = { .kernel = k };
			for (size_t b = 0; b < fleet->suite->batch_count; b++) {
				const struct batch *batch = &fleet->suite->batches[b];
				for (size_t i = 0; i < batch->count && b % parts == part; i++)
					*PUSH(task.cells, task.count) = batch->cells[i];
			}
			if (task.count)
				task_push(fleet, task);
		}
	}
}

/* Guests that were running when a signal came. */
static void end_all(struct fleet *fleet)
{
	for (unsigned i = 0; i < fleet->options->guests; i++)
		if (fleet->runs[i].guest.pid)
			guest_run_stop(&fleet->runs[i]);
}

static void kernel_cells_new(struct fleet_kernel *kernel, size_t count)
{
	kernel->results = zalloc(count * sizeof *kernel->results);
	kernel->warned = zalloc(count * sizeof *kernel->warned);
	kernel->elsewhere = zalloc(count * sizeof(bool));
}

/* QEMU runs all rows that take an image, or none of them. */
static bool runs_in_qemu(const struct fleet_kernel *kernel)
{
	size_t row = 0;

	while (machine_table[row]->image != kernel->kernel.kind)
		row++;
	return machine_table[row]->qemu;
}

static bool needs_qemu(const struct fleet_kernel *kernels, size_t count)
{
	bool needed = false;

	for (size_t k = 0; k < count; k++)
		needed |= runs_in_qemu(&kernels[k]);
	return needed;
}

int fleet_run(struct fleet_kernel *kernels, size_t count, const struct suite *suite, struct fleet_options *options,
              struct error *err)
{
	const char *temporary = getenv("TMPDIR");
	owned_text directory = text_format("%s/hopcheck-matrix-XXXXXX", temporary && *temporary ? temporary : "/tmp");
	struct fleet fleet = {
		.kernels = kernels, .count = count, .suite = suite, .options = options, .directory = directory
	};

	for (size_t k = 0; k < count; k++)
		kernel_cells_new(&kernels[k], suite->cell_count);
	if (!mkdtemp(directory))
		return fail(err, "%s: %s; TMPDIR can name another place", directory, strerror(errno));
	if ((needs_qemu(kernels, count) && qemu_look(&fleet.qemu, options->qemu, fleet_needs_nics(suite), err) < 0) ||
	    copy_program(directory, err) < 0) {
		qemu_clear(&fleet.qemu);
		files_remove(directory);
		return -1;
	}
	fleet.runs = zalloc(options->guests * sizeof *fleet.runs);
	for (size_t k = 0; k < count; k++)
		kernels[k].qemu =
		        runs_in_qemu(&kernels[k]) && fleet.qemu.version ? text_copy(fleet.qemu.version) : NULL;
	make_tasks(&fleet);
	memcpy(fleet.failed, options->failed, sizeof fleet.failed);
	while (!stop_signal() && fleet_step(&fleet))
		;
	end_all(&fleet);
	end_progress(&fleet);
	memcpy(options->failed, fleet.failed, sizeof fleet.failed);
	files_remove(directory);
	for (size_t i = 0; i < fleet.task_count; i++)
		free(fleet.tasks[i].cells);
	free(fleet.tasks);
	qemu_clear(&fleet.qemu);
	free(fleet.runs);
	return 0;
}

static size_t wanted_cells(const struct suite *suite)
{
	size_t count = 0;

	for (size_t i = 0; i < suite->batch_count; i++)
		count += suite->batches[i].count;
	return count;
}

/* What is known of a kernel, behind what it says of itself. */
static const struct result_kernel *kernel_of(struct pool *pool, const struct fleet_kernel *from)
{
	const void *nothing = pool_keep(pool, "", 0);
	struct result_kernel kernel = { .features.at = nothing, .missing.at = nothing };

	if (from->features)
		kernel = *from->features;
	kernel.release = pool_text(pool, from->kernel.release); /* the image's, whatever a guest says */
	kernel.shape = members_shape(pool, &result_kernel_members, &kernel);
	GIVE(pool, result_kernel_members, &kernel, release);
	kernel.label = pool_text(pool, from->kernel.label);
	GIVE(pool, result_kernel_members, &kernel, label);
	kernel.machine = from->machine ? pool_text(pool, from->machine->word) : NULL;
	GIVE(pool, result_kernel_members, &kernel, machine);
	kernel.boot_ms = from->boot;
	GIVE(pool, result_kernel_members, &kernel, boot_ms);
	kernel.seconds = from->seconds;
	GIVE(pool, result_kernel_members, &kernel, seconds);
	kernel.stages = stages_rules(pool, &from->stages);
	GIVE(pool, result_kernel_members, &kernel, stages);
	kernel.boots = from->boots;
	GIVE(pool, result_kernel_members, &kernel, boots);
	if (from->qemu) {
		kernel.qemu = pool_text(pool, from->qemu);
		GIVE(pool, result_kernel_members, &kernel, qemu);
	}
	if (from->troubles) {
		kernel.troubles = pool_text(pool, from->troubles);
		GIVE(pool, result_kernel_members, &kernel, troubles);
	}
	return pool_keep(pool, &kernel, sizeof kernel);
}

struct run *fleet_document(const struct fleet_kernel *kernel, const struct suite *suite)
{
	struct run *run = run_new(suite->pool, suite->cell_count);

	run->kernel = kernel_of(suite->pool, kernel);
	suite_add_topologies(suite, run);
	for (size_t i = 0; i < suite->cell_count; i++)
		if (kernel->results[i])
			run_add_cell(run, kernel->results[i]);
	if (run->cells.count < wanted_cells(suite))
		run_set_partial(suite->pool, run, wanted_cells(suite) - run->cells.count);
	return run;
}

void fleet_kernel_clear(struct fleet_kernel *kernel)
{
	free(kernel->results);
	free(kernel->warned);
	free(kernel->elsewhere);
	free(kernel->qemu);
	free(kernel->troubles);
	json_decref(kernel->explanation);
	guest_kernel_clear(&kernel->kernel);
}
