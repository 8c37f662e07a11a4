/* One guest, from its start to its end. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fleet_internal.h"
#include "stop.h"

#define IDLE_BOOTS 2 /* consecutive guests that finished no cell: the kernel is given up then */

static bool is_left(const struct fleet_kernel *kernel, size_t cell)
{
	return !kernel->results[cell] && !kernel->elsewhere[cell];
}

static size_t unfinished(const struct fleet *fleet, const struct task *task)
{
	size_t left = 0;

	for (size_t i = 0; i < task->count; i++)
		left += is_left(&fleet->kernels[task->kernel], task->cells[i]);
	return left;
}

static void give_up_kernel(struct fleet *fleet, const struct task *task, const char *why, const char *console)
{
	struct texts lines = lines_of(fleet->suite->pool, console);

	for (size_t i = 0; i < task->count; i++)
		if (is_left(&fleet->kernels[task->kernel], task->cells[i]))
			set_without_trace(fleet, task->kernel, task->cells[i], OUTCOME_BROKEN, why, &lines);
}

/* Without the blanks at its end that a serial console leaves. */
static size_t line_length(const char *line)
{
	size_t length = strcspn(line, "\n\r");

	while (length && line[length - 1] == ' ')
		length--;
	return length;
}

/* A guest died, hung or became unreadable while a cell ran: that is the cell's result. */
static void blame_cell(struct guest_run *run, const char *how, const char *console)
{
	enum trouble trouble = TROUBLE_NONE;
	const char *at = run->doubt ? NULL : trouble_find(console, &trouble);
	struct texts lines = lines_of(run->fleet->suite->pool, at ? at : console);
	bool kernel = trouble == TROUBLE_DEATH || trouble == TROUBLE_WARN;
	owned_text why = at ? text_format("%s while this cell ran: %.*s",
	                                  trouble == TROUBLE_DEATH ? "the kernel died" : how, (int)line_length(at), at)
	                    : text_format("%s while this cell ran%s", how,
	                                  run->doubt ? "" : ", and its console says nothing of it");

	say(run->fleet, "%s: %s", run->fleet->kernels[run->task.kernel].kernel.label, why);
	note_trouble(&run->fleet->kernels[run->task.kernel], why);
	set_without_trace(run->fleet, run->task.kernel, run->running, kernel ? OUTCOME_FAIL : OUTCOME_BROKEN, why,
	                  &lines);
	run->results++;
}

/* The messages of the program that runs the machine. */
static char *machine_said(const struct guest_run *run)
{
	owned_text path = text_format("%s.qemu", run->console);

	return console_text(path, NOT_FOUND);
}

static const char *program_of(const struct guest_run *run)
{
	return run->machine->qemu ? "QEMU" : run->machine->about;
}

static char *why_given_up(const struct guest_run *run, const char *how, const char *console)
{
	owned_text said = machine_said(run);
	owned_text complaint = qemu_complaint(said);

	if (run->hello || run->error)
		return text_format("%s%s%s%s%s%s%s",
		                   run->hello ? "" : "the kernel did not come up: ", run->error ? run->error : how,
		                   *complaint ? " (" : "", *complaint ? program_of(run) : "", *complaint ? ": " : "",
		                   complaint, *complaint ? ")" : "");
	owned_text why =
	        boot_failure(&(struct boot_end){ program_of(run), how, run->by_itself, run->status, console, said });
	return text_format("the kernel did not come up: %s", why);
}

/* Those that the kernel warned of each get a guest of their own, with nothing before them. */
static void push_left(struct fleet *fleet, const struct task *task)
{
	struct fleet_kernel *kernel = &fleet->kernels[task->kernel];
	struct task rest = { .kernel = task->kernel };

	for (size_t i = 0; i < task->count; i++) {
		size_t cell = task->cells[i];
		if (is_left(kernel, cell) && !kernel->warned[cell].at)
			*PUSH(rest.cells, rest.count) = cell;
	}
	if (rest.count)
		task_push(fleet, rest);
	for (size_t i = 0; i < task->count; i++) {
		size_t cell = task->cells[i];
		struct task alone = { .kernel = task->kernel };
		if (!is_left(kernel, cell) || !kernel->warned[cell].at)
			continue;
		*PUSH(alone.cells, alone.count) = cell;
		task_push(fleet, alone);
	}
}

/* What is left of a task goes to a new guest, unless the last guests finished no cell. */
static void go_on(struct guest_run *run, const char *how, const char *console)
{
	struct fleet *fleet = run->fleet;
	struct fleet_kernel *kernel = &fleet->kernels[run->task.kernel];
	size_t left = unfinished(fleet, &run->task);

	kernel->idle = run->results ? 0 : kernel->idle + 1;
	if (left && kernel->idle < IDLE_BOOTS && !(run->error && !run->results)) {
		push_left(fleet, &run->task);
		return;
	}
	if (left) {
		owned_text told = why_given_up(run, how, console);
		owned_text why = text_line(told);
		note_trouble(kernel, why);
		say(fleet, "%s: %s", kernel->kernel.label, why);
		give_up_kernel(fleet, &run->task, why, console);
	}
}

/* Which cell of its job runs, or NOT_FOUND. */
static size_t running_in_job(const struct guest_run *run)
{
	for (size_t i = 0; i < run->task.count && run->running != NOT_FOUND; i++)
		if (run->task.cells[i] == run->running)
			return i;
	return NOT_FOUND;
}

/* Whether this guest may yet go on with another machine, where its own does not work. */
static bool is_trial(const struct guest_run *run)
{
	return run->machine->fallible && run->fleet->options->machine != run->machine && !run->hello && run->guest.pid;
}

static void guest_run_free(struct guest_run *run)
{
	free(run->directory);
	free(run->console);
	free(run->error);
	free(run->doubt);
	free(run->began);
	free(run->answered);
}

/* The kernel goes on with the next row; and so do all, when no guest came up with this one yet, unless it ended by its
 * own kernel (panic=-1 ends QEMU with 0). */
static void leave_machine(struct guest_run *run, const char *how)
{
	struct fleet *fleet = run->fleet;
	struct fleet_kernel *kernel = &fleet->kernels[run->task.kernel];
	bool by_itself = guest_end(&run->guest) == 0;
	owned_text all = machine_said(run);
	owned_text said = qemu_complaint(all);

	machine_failed(fleet, kernel, run->machine, by_itself);
	say(fleet, "%s: does not come up under %s: %s%s%s%s; going on with %s", kernel->kernel.label,
	    run->machine->about, how, *said ? " (QEMU: " : "", said, *said ? ")" : "",
	    machine_for(fleet, kernel)->about);
	kernel->boots--;
	task_push(fleet, run->task);
	files_remove(run->directory);
	guest_run_free(run);
}

static void guest_run_end(struct guest_run *run, const char *how)
{
	struct fleet *fleet = run->fleet;
	struct fleet_kernel *kernel = &fleet->kernels[run->task.kernel];

	if (is_trial(run)) {
		leave_machine(run, how);
		return;
	}
	run->by_itself = run->guest.closed;
	run->status = guest_end(&run->guest);
	kernel->seconds += (clock_ms() - run->started) / 1000;
	owned_text console = console_text(run->console, running_in_job(run));
	if ((!run->done || run->doubt) && run->running != NOT_FOUND)
		blame_cell(run, how, console);
	keep_console(run);
	go_on(run, how, console);
	if (kernel->done == fleet->suite->cell_count)
		say(fleet, "%s: done, %.1f s of guests' time", kernel->kernel.label, kernel->seconds);
	files_remove(run->directory);
	free(run->task.cells);
	guest_run_free(run);
	run->guest.pid = 0;
}

/* Results that have arrived and were not read yet. */
static void take_what_came(struct guest_run *run)
{
	struct error err = { 0 };

	for (int reads = 0; reads < 100 && !run->doubt; reads++) {
		struct pollfd event = { run->guest.fd, POLLIN, 0 };
		if (poll(&event, 1, 0) <= 0 || guest_read(&run->guest, frame_arrived, run, &err) != 0)
			return;
	}
}

void guest_run_stop(struct guest_run *run)
{
	if (run->guest.pid)
		take_what_came(run);
	guest_end(&run->guest);
	run->fleet->kernels[run->task.kernel].seconds += (clock_ms() - run->started) / 1000;
	keep_console(run);
	files_remove(run->directory);
	free(run->task.cells);
	guest_run_free(run);
}

static void set_fault(const struct fleet *fleet, const struct task *task, struct pack *pack, char *word)
{
	const char *colon = fleet->options->fault ? strchr(fleet->options->fault, ':') : NULL;
	size_t at = colon ? strtoul(colon + 1, NULL, 10) : 0;

	if (!colon || (fleet->fault_made && strncmp(fleet->options->fault, "warn:", 5) != 0))
		return;
	snprintf(word, 16, "%.*s", (int)(colon - fleet->options->fault), fleet->options->fault);
	for (size_t i = 0; i < task->count; i++)
		if (task->cells[i] == at) {
			pack->fault = word;
			pack->fault_cell = i;
		}
}

static int launch(struct guest_run *run, const struct task *task, struct error *err)
{
	struct fleet *fleet = run->fleet;
	const struct guest_kernel *kernel = &fleet->kernels[task->kernel].kernel;
	struct arguments nics = { 0 };
	unsigned pairs[NICS];
	owned_text initramfs = text_format("%s/initramfs", run->directory);
	owned_text program = text_format("%s/" FLEET_PROGRAM, fleet->directory);
	struct pack pack = { .program = program,
		             .suite = fleet->suite,
		             .kernel = kernel,
		             .cells = task->cells,
		             .count = task->count,
		             .machine = run->machine,
		             .qemu = &fleet->qemu,
		             .nics = pairs,
		             .no_known = fleet->options->no_known,
		             .explain = fleet->options->explain,
		             .keep = fleet->options->keep };
	struct machine_options options = { .qemu = fleet->qemu.program,
		                           .image = kernel->image,
		                           .initramfs = initramfs,
		                           .console = run->console,
		                           .directory = run->directory,
		                           .memory = fleet->options->memory };
	char word[16];

	fleet_nics_count(pairs, fleet->suite, task->cells, task->count);
	owned_text parameters = fleet_nics_parameters(kernel->release, pairs);
	owned_text append = text_format("%s%s%s", parameters, *parameters && fleet->options->append ? " " : "",
	                                fleet->options->append ? fleet->options->append : "");
	options.append = *append ? append : NULL;
	set_fault(fleet, task, &pack, word);
	if (mkdir(run->directory, 0700) < 0)
		return fail(err, "%s: %s", run->directory, strerror(errno));
	if (pack_write(&pack, run->directory, initramfs, err) < 0)
		return -1;
	fleet->fault_made |= pack.fault != NULL;
	if (run->machine->qemu)
		fleet_nics_arguments(&nics, &fleet->qemu, pairs);
	options.extra = nics.words;
	int started = guest_start(&run->guest, run->machine, &options, run->slot, err);
	arguments_clear(&nics);
	return started;
}

void guest_run_start(struct fleet *fleet, struct guest_run *run)
{
	struct task task = fleet->tasks[--fleet->task_count];
	struct fleet_kernel *kernel = &fleet->kernels[task.kernel];
	struct error err = { 0 };

	*run = (struct guest_run){ .fleet = fleet,
		                   .running = NOT_FOUND,
		                   .number = ++kernel->boots,
		                   .task = task,
		                   .slot = run->slot,
		                   .machine = machine_for(fleet, kernel) };
	run->began = zalloc(task.count * sizeof *run->began);
	run->answered = zalloc(task.count * sizeof *run->answered);
	for (size_t i = 0; i < task.count; i++)
		kernel->elsewhere[task.cells[i]] = false;
	run->directory = text_format("%s/%u", fleet->directory, ++fleet->boots);
	run->console = text_format("%s/console", run->directory);
	run->started = run->spoke = clock_ms();
	if (launch(run, &task, &err) == 0)
		return;
	if (stop_signal()) { /* what it needs may have ended by the same signal */
		guest_run_stop(run);
		return;
	}
	free(run->error);
	run->error = text_copy(error_line(&err)); /* another boot would not help */
	guest_run_end(run, "it could not be started");
}

/* On a busy machine a guest waits for a CPU most of the time: that is not its fault, and says nothing about KVM. */
static bool is_silent_too_long(const struct guest_run *run, double silent, bool trial)
{
	const struct machine *machine = run->machine;

	if (silent > machine->boot_ms || !trial)
		return silent > machine->boot_ms;
	return silent > machine->trial_ms && silent - process_waited_ms(run->guest.pid) > machine->trial_ms;
}

void guest_run_check_time(struct guest_run *run)
{
	const struct fleet_options *options = run->fleet->options;
	double now = clock_ms(), silent = now - run->spoke, lived = now - run->started;
	bool trial = is_trial(run) && machine_on_trial(run->fleet, run->machine);
	owned_text how = NULL;

	if (lived > options->timeout * 1000)
		how = text_format("the guest was ended after %.0f s (--timeout)", options->timeout);
	else if (console_is_full(run))
		how = text_format("the guest was ended when its console had %u MiB", GUEST_FILE_MAX >> 20);
	else if (!run->hello && is_silent_too_long(run, silent, trial))
		how = text_format(
		        "it said nothing within %u s",
		        (trial && silent < run->machine->boot_ms ? run->machine->trial_ms : run->machine->boot_ms) /
		                1000);
	else if (run->hello && silent > options->silence * 1000)
		how = text_format("the guest hung: it said nothing for %.0f s", options->silence);
	if (how)
		guest_run_end(run, how);
}

void guest_run_readable(struct guest_run *run)
{
	struct error err = { 0 };
	int got = guest_read(&run->guest, frame_arrived, run, &err);

	if (run->doubt) {
		owned_text doubt = text_copy(run->doubt);
		guest_run_end(run, doubt);
		return;
	}
	if (got == 0)
		return;
	if (got < 0) {
		owned_text how = text_format("the wire to the guest broke: %s", error_line(&err));
		guest_run_end(run, how);
		return;
	}
	guest_run_end(run, "the guest ended");
}
