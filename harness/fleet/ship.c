/* One guest, from its start to its end. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fleet_internal.h"
#include "stop.h"

#define IDLE_BOOTS 2 /* guests in a row that brought no cell on: then the kernel is given up */

void note_trouble(struct fleet_kernel *kernel, const char *text)
{
	text_append(&kernel->troubles, "%s%s", kernel->troubles ? "\n" : "", text);
}

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
	json_t *lines = lines_json(console);

	for (size_t i = 0; i < task->count; i++)
		if (is_left(&fleet->kernels[task->kernel], task->cells[i]))
			set_without_trace(fleet, task->kernel, task->cells[i], OUTCOME_BROKEN, why, lines);
	json_decref(lines);
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
static void blame_cell(struct ship *ship, const char *how, const char *console)
{
	enum trouble trouble = TROUBLE_NONE;
	const char *at = ship->doubt ? NULL : trouble_find(console, &trouble);
	json_t *lines = lines_json(at ? at : console);
	bool kernel = trouble == TROUBLE_DEATH || trouble == TROUBLE_WARN;
	owned_text why = at ? text_format("%s while this cell ran: %.*s",
	                                  trouble == TROUBLE_DEATH ? "the kernel died" : how, (int)line_length(at), at)
	                    : text_format("%s while this cell ran%s", how,
	                                  ship->doubt ? "" : ", and its console says nothing of it");

	say(ship->fleet, "%s: %s", ship->fleet->kernels[ship->task.kernel].kernel.label, why);
	note_trouble(&ship->fleet->kernels[ship->task.kernel], why);
	set_without_trace(ship->fleet, ship->task.kernel, ship->running, kernel ? OUTCOME_FAIL : OUTCOME_BROKEN, why,
	                  lines);
	ship->results++;
	json_decref(lines);
}

/* What the program that runs the machine said itself. */
static char *machine_said(const struct ship *ship)
{
	owned_text path = text_format("%s.qemu", ship->console);

	return console_text(path, NOT_FOUND);
}

void task_push(struct fleet *fleet, struct task task)
{
	*PUSH(fleet->tasks, fleet->task_count) = task;
}

static const char *program_of(const struct ship *ship)
{
	return ship->machine->qemu ? "QEMU" : ship->machine->about;
}

static char *why_given_up(const struct ship *ship, const char *how, const char *console)
{
	owned_text said = machine_said(ship);
	owned_text complaint = qemu_complaint(said);

	if (ship->hello || ship->error)
		return text_format("%s%s%s%s%s%s%s",
		                   ship->hello ? "" : "the kernel did not come up: ", ship->error ? ship->error : how,
		                   *complaint ? " (" : "", *complaint ? program_of(ship) : "", *complaint ? ": " : "",
		                   complaint, *complaint ? ")" : "");
	owned_text why =
	        boot_failure(&(struct boot_end){ program_of(ship), how, ship->by_itself, ship->status, console, said });
	return text_format("the kernel did not come up: %s", why);
}

/* Those that the kernel warned of each get a guest of their own, with nothing before them. */
static void push_left(struct fleet *fleet, const struct task *task)
{
	struct fleet_kernel *kernel = &fleet->kernels[task->kernel];
	struct task rest = { .kernel = task->kernel };

	for (size_t i = 0; i < task->count; i++) {
		size_t cell = task->cells[i];
		if (is_left(kernel, cell) && !kernel->warned[cell])
			*PUSH(rest.cells, rest.count) = cell;
	}
	if (rest.count)
		task_push(fleet, rest);
	for (size_t i = 0; i < task->count; i++) {
		size_t cell = task->cells[i];
		struct task alone = { .kernel = task->kernel };
		if (!is_left(kernel, cell) || !kernel->warned[cell])
			continue;
		*PUSH(alone.cells, alone.count) = cell;
		task_push(fleet, alone);
	}
}

/* What is left of a task goes to a fresh guest, unless such guests bring nothing on. */
static void go_on(struct ship *ship, const char *how, const char *console)
{
	struct fleet *fleet = ship->fleet;
	struct fleet_kernel *kernel = &fleet->kernels[ship->task.kernel];
	size_t left = unfinished(fleet, &ship->task);

	kernel->idle = ship->results ? 0 : kernel->idle + 1;
	if (left && kernel->idle < IDLE_BOOTS && !(ship->error && !ship->results)) {
		push_left(fleet, &ship->task);
		return;
	}
	if (left) {
		owned_text why = why_given_up(ship, how, console);
		why[strcspn(why, "\n")] = 0;
		note_trouble(kernel, why);
		say(fleet, "%s: %s", kernel->kernel.label, why);
		give_up_kernel(fleet, &ship->task, why, console);
	}
}

/* Which cell of its job runs, or NOT_FOUND. */
static size_t running_in_job(const struct ship *ship)
{
	for (size_t i = 0; i < ship->task.count && ship->running != NOT_FOUND; i++)
		if (ship->task.cells[i] == ship->running)
			return i;
	return NOT_FOUND;
}

/* Whether this guest may yet go on with another machine, where its own does not work. */
static bool is_trial(const struct ship *ship)
{
	return ship->machine->fallible && ship->fleet->options->machine != ship->machine && !ship->hello &&
	       ship->guest.pid;
}

static void ship_free(struct ship *ship)
{
	free(ship->directory);
	free(ship->console);
	free(ship->error);
	free(ship->doubt);
	free(ship->began);
	free(ship->answered);
}

/* The kernel goes on with the next row; and so do all, when no guest came up with this one yet, unless it ended by its
 * own kernel (panic=-1 ends QEMU with 0). */
static void leave_machine(struct ship *ship, const char *how)
{
	struct fleet *fleet = ship->fleet;
	struct fleet_kernel *kernel = &fleet->kernels[ship->task.kernel];
	bool by_itself = guest_end(&ship->guest) == 0;
	owned_text all = machine_said(ship);
	owned_text said = qemu_complaint(all);

	machine_failed(fleet, kernel, ship->machine, by_itself);
	say(fleet, "%s: does not come up under %s: %s%s%s%s; going on with %s", kernel->kernel.label,
	    ship->machine->about, how, *said ? " (QEMU: " : "", said, *said ? ")" : "",
	    machine_for(fleet, kernel)->about);
	kernel->boots--;
	task_push(fleet, ship->task);
	files_remove(ship->directory);
	ship_free(ship);
}

static void ship_end(struct ship *ship, const char *how)
{
	struct fleet *fleet = ship->fleet;
	struct fleet_kernel *kernel = &fleet->kernels[ship->task.kernel];

	if (is_trial(ship)) {
		leave_machine(ship, how);
		return;
	}
	ship->by_itself = ship->guest.closed;
	ship->status = guest_end(&ship->guest);
	kernel->seconds += (clock_ms() - ship->started) / 1000;
	owned_text console = console_text(ship->console, running_in_job(ship));
	if ((!ship->done || ship->doubt) && ship->running != NOT_FOUND)
		blame_cell(ship, how, console);
	keep_console(ship);
	go_on(ship, how, console);
	if (kernel->done == fleet->suite->cell_count)
		say(fleet, "%s: done, %.1f s of guests' time", kernel->kernel.label, kernel->seconds);
	files_remove(ship->directory);
	free(ship->task.cells);
	ship_free(ship);
	ship->guest.pid = 0;
}

/* Results that have come, and not been looked at yet. */
static void take_what_came(struct ship *ship)
{
	struct error err = { 0 };

	for (int reads = 0; reads < 100 && !ship->doubt; reads++) {
		struct pollfd event = { ship->guest.fd, POLLIN, 0 };
		if (poll(&event, 1, 0) <= 0 || guest_read(&ship->guest, frame_arrived, ship, &err) != 0)
			return;
	}
}

void ship_stop(struct ship *ship)
{
	if (ship->guest.pid)
		take_what_came(ship);
	guest_end(&ship->guest);
	ship->fleet->kernels[ship->task.kernel].seconds += (clock_ms() - ship->started) / 1000;
	keep_console(ship);
	files_remove(ship->directory);
	free(ship->task.cells);
	ship_free(ship);
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

static int launch(struct ship *ship, const struct task *task, struct error *err)
{
	struct fleet *fleet = ship->fleet;
	const struct guest_kernel *kernel = &fleet->kernels[task->kernel].kernel;
	struct arguments nics = { 0 };
	unsigned pairs[NICS];
	owned_text initramfs = text_format("%s/initramfs", ship->directory);
	owned_text program = text_format("%s/" FLEET_PROGRAM, fleet->directory);
	struct pack pack = { .program = program,
		             .suite = fleet->suite,
		             .kernel = kernel,
		             .cells = task->cells,
		             .count = task->count,
		             .machine = ship->machine,
		             .qemu = &fleet->qemu,
		             .nics = pairs,
		             .no_known = fleet->options->no_known,
		             .keep = fleet->options->keep };
	struct machine_options options = { .qemu = fleet->qemu.program,
		                           .image = kernel->image,
		                           .initramfs = initramfs,
		                           .console = ship->console,
		                           .directory = ship->directory,
		                           .memory = fleet->options->memory };
	char word[16];

	fleet_nics_count(pairs, fleet->suite, task->cells, task->count);
	owned_text parameters = fleet_nics_parameters(kernel->release, pairs);
	owned_text append = text_format("%s%s%s", parameters, *parameters && fleet->options->append ? " " : "",
	                                fleet->options->append ? fleet->options->append : "");
	options.append = *append ? append : NULL;
	set_fault(fleet, task, &pack, word);
	if (mkdir(ship->directory, 0700) < 0)
		return fail(err, "%s: %s", ship->directory, strerror(errno));
	if (pack_write(&pack, ship->directory, initramfs, err) < 0)
		return -1;
	fleet->fault_made |= pack.fault != NULL;
	if (ship->machine->qemu)
		fleet_nics_arguments(&nics, &fleet->qemu, pairs);
	options.extra = nics.words;
	int started = guest_start(&ship->guest, ship->machine, &options, ship->slot, err);
	arguments_clear(&nics);
	return started;
}

void ship_start(struct fleet *fleet, struct ship *ship)
{
	struct task task = fleet->tasks[--fleet->task_count];
	struct fleet_kernel *kernel = &fleet->kernels[task.kernel];
	struct error err = { 0 };

	*ship = (struct ship){ .fleet = fleet,
		               .running = NOT_FOUND,
		               .number = ++kernel->boots,
		               .task = task,
		               .slot = ship->slot,
		               .machine = machine_for(fleet, kernel) };
	ship->began = zalloc(task.count * sizeof *ship->began);
	ship->answered = zalloc(task.count * sizeof *ship->answered);
	for (size_t i = 0; i < task.count; i++)
		kernel->elsewhere[task.cells[i]] = false;
	ship->directory = text_format("%s/%u", fleet->directory, ++fleet->boots);
	ship->console = text_format("%s/console", ship->directory);
	ship->started = ship->heard = clock_ms();
	if (launch(ship, &task, &err) == 0)
		return;
	if (stop_signal()) { /* what it needs may have ended by the same signal */
		ship_stop(ship);
		return;
	}
	free(ship->error);
	ship->error = text_copy(error_line(&err)); /* nothing that another boot would cure */
	ship_end(ship, "it could not be started");
}

/* On a busy machine a guest waits for a CPU most of the time: that is not its own, and tells nothing of KVM. */
static bool is_silent_too_long(const struct ship *ship, double silent, bool trial)
{
	const struct machine *machine = ship->machine;

	if (silent > machine->boot_ms || !trial)
		return silent > machine->boot_ms;
	return silent > machine->trial_ms && silent - process_waited_ms(ship->guest.pid) > machine->trial_ms;
}

void ship_check_time(struct ship *ship)
{
	const struct fleet_options *options = ship->fleet->options;
	double now = clock_ms(), silent = now - ship->heard, lived = now - ship->started;
	bool trial = is_trial(ship) && machine_on_trial(ship->fleet, ship->machine);
	owned_text how = NULL;

	if (lived > options->timeout * 1000)
		how = text_format("the guest was ended after %.0f s (--timeout)", options->timeout);
	else if (console_is_full(ship))
		how = text_format("the guest was ended when its console had %u MiB", GUEST_FILE_MAX >> 20);
	else if (!ship->hello && is_silent_too_long(ship, silent, trial))
		how = text_format(
		        "it said nothing within %u s",
		        (trial && silent < ship->machine->boot_ms ? ship->machine->trial_ms : ship->machine->boot_ms) /
		                1000);
	else if (ship->hello && silent > options->silence * 1000)
		how = text_format("the guest hung: it said nothing for %.0f s", options->silence);
	if (how)
		ship_end(ship, how);
}

void ship_readable(struct ship *ship)
{
	struct error err = { 0 };
	int got = guest_read(&ship->guest, frame_arrived, ship, &err);

	if (ship->doubt) {
		owned_text doubt = text_copy(ship->doubt);
		ship_end(ship, doubt);
		return;
	}
	if (got == 0)
		return;
	if (got < 0) {
		owned_text how = text_format("the wire to the guest broke: %s", error_line(&err));
		ship_end(ship, how);
		return;
	}
	ship_end(ship, "the guest ended");
}
