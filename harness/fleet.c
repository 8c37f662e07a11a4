#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fleet.h"

#define KVM_MS     5000   /* a guest that has hardware help is up by then */
#define BOOT_MS    90000  /* the same without */
#define SILENCE_MS 120000 /* a cell's own deadline is well below */
#define IDLE_BOOTS 2      /* guests in a row that brought no cell on: then the kernel is given up */

/* Cells of one kernel that are to run in one guest. */
struct task {
	size_t kernel;
	size_t *cells;
	size_t count;
};

/* A guest that runs. */
struct ship {
	struct guest guest; /* guest.pid 0: none */
	struct task task;
	enum accelerator accelerator;
	char *directory, *console;
	double started, heard; /* ms */
	bool hello, done;
	size_t running;  /* cell of the suite, or NOT_FOUND */
	long console_at; /* octets of the console when it began */
	size_t results;  /* that it brought */
	struct fleet *fleet;
	char *error; /* what the guest itself says is wrong; NULL */
	unsigned number;
};

struct fleet {
	struct fleet_kernel *kernels;
	size_t count;
	const struct suite *suite;
	const struct fleet_options *options;
	enum fleet_accelerator accelerator;
	struct task *tasks; /* still to run, the last first */
	size_t task_count;
	struct ship *ships;
	char *directory; /* temporary */
	unsigned boots;
	bool fault_made;
	double shown; /* ms: when progress was last shown */
};

static volatile sig_atomic_t interrupted_by;

static void interrupted(int number)
{
	interrupted_by = number;
}

/* ---- what is said while it runs */

static void say(const struct fleet *fleet, const char *format, ...) PRINTF_LIKE(2, 3);
static void say(const struct fleet *fleet, const char *format, ...)
{
	va_list arguments;

	if (fleet->options->quiet)
		return;
	if (report_style_of(stderr).terminal)
		fputs("\r\033[K", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

/* On a terminal one line that is written anew: how far every running guest is. */
static void show_progress(struct fleet *fleet)
{
	struct report_style style = report_style_of(stderr);
	owned_text line = text_copy("");
	double now = clock_ms();

	if (fleet->options->quiet || !style.terminal || now - fleet->shown < 200)
		return;
	fleet->shown = now;
	for (unsigned i = 0; i < fleet->options->guests; i++) {
		const struct ship *ship = &fleet->ships[i];
		if (ship->guest.pid)
			text_append(&line, "%s%s %zu/%zu", *line ? "  " : "",
			            fleet->kernels[ship->task.kernel].kernel.label,
			            fleet->kernels[ship->task.kernel].done, fleet->suite->cell_count);
	}
	fprintf(stderr, "\r\033[K%.*s", (int)style.width - 1, line);
	fflush(stderr);
}

static void note_trouble(struct fleet_kernel *kernel, const char *text)
{
	text_append(&kernel->troubles, "%s%s", kernel->troubles ? "\n" : "", text);
}

/* ---- results */

static void set_result(struct fleet *fleet, size_t kernel, size_t cell, json_t *result)
{
	struct fleet_kernel *one = &fleet->kernels[kernel];

	if (!one->results[cell])
		one->done++;
	json_decref(one->results[cell]);
	one->results[cell] = result;
	owned_text program = text_format("matrix --kernel %s", one->kernel.label);
	result_set_command(result, program, fleet->suite->cases[fleet->suite->cells[cell].case_index].testcase,
	                   fleet->suite->cells[cell].cell);
}

static void set_without_trace(struct fleet *fleet, size_t kernel, size_t cell, enum outcome outcome, const char *why,
                              json_t *console)
{
	const struct suite_cell *one = &fleet->suite->cells[cell];
	json_t *result = result_without_trace(fleet->suite->cases[one->case_index].testcase, one->cell, outcome, why);

	if (console)
		json_object_set(result, "console", console);
	set_result(fleet, kernel, cell, result);
}

/* A kernel that warned has said something that no case expects. */
static void add_console(json_t *result, json_t *console)
{
	enum trouble worst = TROUBLE_NONE;
	const char *first = "";
	json_t *line;
	size_t i;

	json_array_foreach (console, i, line) {
		enum trouble one = trouble_of(json_string_value(line));
		if (one > worst) {
			worst = one;
			first = json_string_value(line);
		}
	}
	const char *was = json_string_value(json_object_get(result, "why"));
	owned_text why = text_format("%s while this cell ran: %s. Otherwise: %s",
	                             worst == TROUBLE_STALL ? "the kernel got no time" : "the kernel warned", first,
	                             was ? was : "");
	json_object_set_new(
	        result, "outcome",
	        json_string(word_of(outcome_words, worst == TROUBLE_STALL ? OUTCOME_BROKEN : OUTCOME_FAIL)));
	json_object_set_new(result, "why", json_string(why));
	json_object_set(result, "console", console);
}

static size_t cell_of(const struct ship *ship, const json_t *message)
{
	size_t index = (size_t)json_integer_value(json_object_get(message, "cell"));

	return index < ship->task.count ? ship->task.cells[index] : NOT_FOUND;
}

static void result_arrived(struct ship *ship, json_t *message)
{
	size_t cell = cell_of(ship, message);
	json_t *result = json_object_get(message, "result"), *console = json_object_get(message, "console");

	if (cell == NOT_FOUND || !json_is_object(result))
		return;
	if (json_is_array(console))
		add_console(result, console);
	ship->results++;
	set_result(ship->fleet, ship->task.kernel, cell, json_incref(result));
	if (ship->running == cell)
		ship->running = NOT_FOUND;
}

/* ---- files that are kept */

static int make_directories(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		int made = mkdir(path, 0777);
		*slash = '/';
		if (made < 0 && errno != EEXIST)
			return -1;
	}
	return 0;
}

/* A guest names files below its own directory; nothing it says leads out of that. */
static bool is_safe(const char *name)
{
	return *name && *name != '/' && !strstr(name, "..") && strlen(name) < 200;
}

static void file_arrived(const struct ship *ship, struct bytes body)
{
	const struct fleet *fleet = ship->fleet;
	const char *name = (const char *)body.data;
	size_t head = strlen(name) + 1;

	if (!fleet->options->keep || head > body.length || !is_safe(name))
		return;
	owned_text path =
	        text_format("%s/%s/%s", fleet->options->keep, fleet->kernels[ship->task.kernel].kernel.label, name);
	FILE *file = make_directories(path) == 0 ? fopen(path, "we") : NULL;
	bool ok = file && fwrite(body.data + head, 1, body.length - head, file) == body.length - head;
	if (file && fclose(file) != 0)
		ok = false;
	if (!ok)
		say(fleet, "%s: %s", path, strerror(errno));
}

/* ---- frames */

static long size_of(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 ? (long)status.st_size : 0;
}

static void note_arrived(struct ship *ship, json_t *message)
{
	struct fleet_kernel *kernel = &ship->fleet->kernels[ship->task.kernel];
	json_t *features = json_object_get(message, "kernel");

	if (features && !kernel->features)
		kernel->features = json_incref(features);
	if (json_is_true(json_object_get(message, "warned")))
		ship->done = true; /* it ends on purpose; what is left gets a fresh guest */
}

static void hello_arrived(struct ship *ship)
{
	struct fleet *fleet = ship->fleet;
	struct fleet_kernel *kernel = &fleet->kernels[ship->task.kernel];

	ship->hello = true;
	if (fleet->accelerator == FLEET_TRY_KVM)
		fleet->accelerator = ship->accelerator == ACCEL_KVM ? FLEET_KVM : FLEET_TCG;
	if (kernel->accelerator)
		return;
	kernel->boot = ship->heard - ship->started;
	kernel->accelerator = text_copy(word_of(accelerator_words, (int)ship->accelerator));
	say(fleet, "%s: Linux %s is up after %.1f s (%s), %zu cells", kernel->kernel.label, kernel->kernel.release,
	    kernel->boot / 1000, kernel->accelerator, ship->task.count);
}

static void frame_arrived(void *context, const struct wire_frame *frame)
{
	struct ship *ship = context;
	json_t *message = frame->kind == WIRE_FILE
	                          ? NULL
	                          : json_loadb((const char *)frame->body.data, frame->body.length, 0, NULL);

	ship->heard = clock_ms();
	switch (frame->kind) {
	case WIRE_HELLO:
		hello_arrived(ship);
		break;
	case WIRE_START:
		ship->running = cell_of(ship, message);
		ship->console_at = size_of(ship->console);
		break;
	case WIRE_RESULT:
		result_arrived(ship, message);
		break;
	case WIRE_FILE:
		file_arrived(ship, frame->body);
		break;
	case WIRE_NOTE:
		note_arrived(ship, message);
		break;
	case WIRE_DONE:
		stages_add(&ship->fleet->kernels[ship->task.kernel].stages, message);
		ship->done = true;
		break;
	case WIRE_ERROR:
		free(ship->error);
		ship->error = text_copy(json_string_value(json_object_get(message, "why")));
		break;
	}
	json_decref(message);
}

/* ---- how a guest ends */

/* The console from an octet on, its last lines when there are many; caller frees. */
static char *console_from(const char *path, long start)
{
	const size_t most = 16384;
	FILE *file = fopen(path, "re");
	char *text = zalloc(most + 1);
	long size = size_of(path);

	if (!file)
		return text;
	if (size - start > (long)most)
		start = size - (long)most;
	if (fseek(file, start, SEEK_SET) == 0)
		text[fread(text, 1, most, file)] = 0;
	fclose(file);
	for (char *c = text; *c; c++)
		if ((unsigned char)*c >= 127 || ((unsigned char)*c < ' ' && *c != '\n' && *c != '\t'))
			*c = *c == '\r' ? ' ' : '?';
	return text;
}

/* At most the first 60 lines from `text` on. */
static json_t *lines_json(const char *text)
{
	json_t *lines = json_array();

	for (int i = 0; i < 60 && *text; i++) {
		size_t length = strcspn(text, "\n"), end = length;
		while (end && text[end - 1] == ' ')
			end--;
		if (end)
			json_array_append_new(lines, json_stringn(text, end));
		text += length + (text[length] == '\n');
	}
	return lines;
}

static size_t unfinished(const struct fleet *fleet, const struct task *task)
{
	size_t left = 0;

	for (size_t i = 0; i < task->count; i++)
		left += !fleet->kernels[task->kernel].results[task->cells[i]];
	return left;
}

static void give_up_kernel(struct fleet *fleet, const struct task *task, const char *why, const char *console)
{
	json_t *lines = lines_json(console);

	for (size_t i = 0; i < task->count; i++)
		if (!fleet->kernels[task->kernel].results[task->cells[i]])
			set_without_trace(fleet, task->kernel, task->cells[i], OUTCOME_BROKEN, why, lines);
	json_decref(lines);
}

/* A guest died, hung or became unreadable while a cell ran: that is the cell's result. */
static void blame_cell(struct ship *ship, const char *how, const char *console)
{
	enum trouble trouble;
	const char *at = trouble_find(console, &trouble);
	json_t *lines = lines_json(at ? at : console);
	bool kernel = trouble == TROUBLE_DEATH || trouble == TROUBLE_WARN;
	owned_text why = at ? text_format("%s while this cell ran: %.*s", kernel ? "the kernel died" : how,
	                                  (int)strcspn(at, "\n\r"), at)
	                    : text_format("%s while this cell ran, and its console says nothing of it", how);

	set_without_trace(ship->fleet, ship->task.kernel, ship->running, kernel ? OUTCOME_FAIL : OUTCOME_BROKEN, why,
	                  lines);
	ship->results++;
	json_decref(lines);
}

static void keep_console(const struct ship *ship)
{
	const struct fleet *fleet = ship->fleet;

	if (!fleet->options->keep)
		return;
	owned_text text = console_from(ship->console, 0);
	owned_text path = text_format("%s/%s/console-%u.txt", fleet->options->keep,
	                              fleet->kernels[ship->task.kernel].kernel.label, ship->number);
	FILE *file = make_directories(path) == 0 ? fopen(path, "we") : NULL;
	if (file) {
		fputs(text, file);
		fclose(file);
	}
}

static char *qemu_said(const struct ship *ship)
{
	owned_text path = text_format("%s.qemu", ship->console);
	char *text = console_from(path, 0);

	text[strcspn(text, "\n")] = 0;
	return text;
}

static void task_push(struct fleet *fleet, struct task task)
{
	*PUSH(fleet->tasks, fleet->task_count) = task;
}

/* What is left of a task goes to a fresh guest, unless such guests bring nothing on. */
static void go_on(struct ship *ship, const char *how, const char *console)
{
	struct fleet *fleet = ship->fleet;
	struct fleet_kernel *kernel = &fleet->kernels[ship->task.kernel];
	size_t left = unfinished(fleet, &ship->task);

	kernel->idle = ship->results ? 0 : kernel->idle + 1;
	if (left && kernel->idle < IDLE_BOOTS && !(ship->error && !ship->results)) {
		struct task task = { .kernel = ship->task.kernel };
		for (size_t i = 0; i < ship->task.count; i++)
			if (!kernel->results[ship->task.cells[i]])
				*PUSH(task.cells, task.count) = ship->task.cells[i];
		task_push(fleet, task);
		return;
	}
	if (left) {
		owned_text said = qemu_said(ship);
		owned_text why =
		        text_format("%s%s%s%s%s",
		                    ship->hello ? "" : "the kernel did not come up: ", ship->error ? ship->error : how,
		                    *said ? " (QEMU: " : "", said, *said ? ")" : "");
		why[strcspn(why, "\n")] = 0;
		note_trouble(kernel, why);
		say(fleet, "%s: %s", kernel->kernel.label, why);
		give_up_kernel(fleet, &ship->task, why, console);
	}
}

static void remove_files(const char *directory)
{
	owned_text command = text_format("rm -rf '%s'", directory);

	if (system(command) != 0) /* NOLINT: a name of mkdtemp's */
		fprintf(stderr, "hopcheck: %s is left behind\n", directory);
}

static void ship_end(struct ship *ship, const char *how)
{
	struct fleet *fleet = ship->fleet;
	struct fleet_kernel *kernel = &fleet->kernels[ship->task.kernel];

	guest_end(&ship->guest);
	kernel->seconds += (clock_ms() - ship->started) / 1000;
	owned_text console = console_from(ship->console, ship->running == NOT_FOUND ? 0 : ship->console_at);
	if (!ship->done && ship->running != NOT_FOUND) {
		say(fleet, "%s: %s", kernel->kernel.label, how);
		note_trouble(kernel, how);
		blame_cell(ship, how, console);
	}
	keep_console(ship);
	go_on(ship, how, console);
	if (kernel->done == fleet->suite->cell_count)
		say(fleet, "%s: done after %.1f s", kernel->kernel.label, kernel->seconds);
	remove_files(ship->directory);
	free(ship->directory);
	free(ship->console);
	free(ship->task.cells);
	free(ship->error);
	ship->guest.pid = 0;
}

/* ---- how one begins */

static void set_fault(const struct fleet *fleet, const struct task *task, struct pack *pack, char *word)
{
	const char *colon = fleet->options->fault ? strchr(fleet->options->fault, ':') : NULL;
	size_t at = colon ? strtoul(colon + 1, NULL, 10) : 0;

	if (!colon || fleet->fault_made)
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
	owned_text initramfs = text_format("%s/initramfs", ship->directory);
	struct pack pack = { .suite = fleet->suite,
		             .kernel = kernel,
		             .cells = task->cells,
		             .count = task->count,
		             .keep = fleet->options->keep };
	struct guest_options options = { .image = kernel->image,
		                         .initramfs = initramfs,
		                         .console = ship->console,
		                         .accelerator = ship->accelerator,
		                         .memory = fleet->options->memory,
		                         .append = fleet->options->append };
	char word[16];

	set_fault(fleet, task, &pack, word);
	if (mkdir(ship->directory, 0700) < 0)
		return fail(err, "%s: %s", ship->directory, strerror(errno));
	if (pack_write(&pack, ship->directory, initramfs, err) < 0)
		return -1;
	fleet->fault_made |= pack.fault != NULL;
	return guest_start(&ship->guest, &options, err);
}

static void ship_start(struct fleet *fleet, struct ship *ship)
{
	struct task task = fleet->tasks[--fleet->task_count];
	struct fleet_kernel *kernel = &fleet->kernels[task.kernel];
	struct error err = { 0 };

	*ship = (struct ship){ .fleet = fleet, .running = NOT_FOUND, .number = ++kernel->boots, .task = task };
	ship->accelerator = fleet->accelerator == FLEET_TCG ? ACCEL_TCG : ACCEL_KVM;
	ship->directory = text_format("%s/%u", fleet->directory, ++fleet->boots);
	ship->console = text_format("%s/console", ship->directory);
	ship->started = ship->heard = clock_ms();
	if (launch(ship, &task, &err) == 0)
		return;
	err.text[strcspn(err.text, "\n")] = 0;
	free(ship->error);
	ship->error = text_copy(err.text); /* nothing that another boot would cure */
	ship_end(ship, "it could not be started");
}

/* KVM that does not come up in time is not tried again. */
static void leave_kvm(struct ship *ship)
{
	struct fleet *fleet = ship->fleet;

	say(fleet, "%s: no guest came up under KVM within %d s; going on with TCG",
	    fleet->kernels[ship->task.kernel].kernel.label, KVM_MS / 1000);
	fleet->accelerator = FLEET_TCG;
	guest_end(&ship->guest);
	remove_files(ship->directory);
	free(ship->directory);
	free(ship->console);
	fleet->kernels[ship->task.kernel].boots--;
	task_push(fleet, ship->task);
}

static void check_time(struct ship *ship)
{
	const struct fleet_options *options = ship->fleet->options;
	double now = clock_ms(), silent = now - ship->heard, lived = now - ship->started;
	owned_text how = NULL;

	if (!ship->hello && ship->fleet->accelerator == FLEET_TRY_KVM && silent > KVM_MS) {
		leave_kvm(ship);
		return;
	}
	if (lived > options->timeout * 1000)
		how = text_format("the guest was ended after %.0f s (--timeout)", options->timeout);
	else if (!ship->hello && silent > BOOT_MS)
		how = text_format("it said nothing within %d s", BOOT_MS / 1000);
	else if (silent > SILENCE_MS)
		how = text_format("the guest hung: it said nothing for %d s", SILENCE_MS / 1000);
	if (how)
		ship_end(ship, how);
}

static void ship_readable(struct ship *ship)
{
	struct error err = { 0 };
	int got = guest_read(&ship->guest, frame_arrived, ship, &err);

	if (got == 0)
		return;
	if (got < 0) {
		owned_text how =
		        text_format("the wire to the guest broke: %.*s", (int)strcspn(err.text, "\n"), err.text);
		ship_end(ship, how);
		return;
	}
	ship_end(ship, "the guest ended");
}

/* A new guest where there is room; while it is not known whether KVM works, only one. */
static void start_ships(struct fleet *fleet)
{
	unsigned running = 0;

	for (unsigned i = 0; i < fleet->options->guests; i++)
		running += fleet->ships[i].guest.pid != 0;
	for (unsigned i = 0; i < fleet->options->guests && fleet->task_count; i++) {
		if (fleet->ships[i].guest.pid || (fleet->accelerator == FLEET_TRY_KVM && running))
			continue;
		ship_start(fleet, &fleet->ships[i]);
		running += fleet->ships[i].guest.pid != 0;
	}
}

/* False when nothing is left to do. */
static bool fleet_step(struct fleet *fleet)
{
	struct pollfd events[fleet->options->guests]; /* NOLINT: an option, at most 64 */
	struct ship *ships[fleet->options->guests];   /* NOLINT */
	nfds_t count = 0;

	start_ships(fleet);
	for (unsigned i = 0; i < fleet->options->guests; i++) {
		if (!fleet->ships[i].guest.pid)
			continue;
		ships[count] = &fleet->ships[i];
		events[count++] = (struct pollfd){ fleet->ships[i].guest.fd, POLLIN, 0 };
	}
	if (!count)
		return fleet->task_count > 0;
	poll(events, count, 250);
	for (nfds_t i = 0; i < count; i++)
		if (events[i].revents)
			ship_readable(ships[i]);
	for (nfds_t i = 0; i < count; i++)
		if (ships[i]->guest.pid)
			check_time(ships[i]);
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

static void end_all(struct fleet *fleet)
{
	for (unsigned i = 0; i < fleet->options->guests; i++)
		if (fleet->ships[i].guest.pid)
			guest_end(&fleet->ships[i].guest);
}

int fleet_run(struct fleet_kernel *kernels, size_t count, const struct suite *suite,
              const struct fleet_options *options, struct error *err)
{
	const char *temporary = getenv("TMPDIR");
	owned_text directory = text_format("%s/hopcheck-matrix-XXXXXX", temporary ? temporary : "/tmp");
	struct fleet fleet = { .kernels = kernels,
		               .count = count,
		               .suite = suite,
		               .options = options,
		               .accelerator = options->accelerator,
		               .directory = directory };

	if (!mkdtemp(directory))
		return fail(err, "%s: %s", directory, strerror(errno));
	if (fleet.accelerator == FLEET_TRY_KVM && !kvm_is_there())
		fleet.accelerator = FLEET_TCG;
	fleet.ships = zalloc(options->guests * sizeof *fleet.ships);
	for (size_t k = 0; k < count; k++)
		kernels[k].results = zalloc(suite->cell_count * sizeof *kernels[k].results);
	make_tasks(&fleet);
	signal(SIGINT, interrupted);
	signal(SIGTERM, interrupted);
	while (!interrupted_by && fleet_step(&fleet))
		;
	end_all(&fleet);
	remove_files(directory);
	for (size_t i = 0; i < fleet.task_count; i++)
		free(fleet.tasks[i].cells);
	free(fleet.tasks);
	free(fleet.ships);
	if (interrupted_by) {
		fputc('\n', stderr);
		signal(interrupted_by, SIG_DFL);
		raise(interrupted_by);
	}
	return 0;
}

json_t *fleet_document(const struct fleet_kernel *kernel, const struct suite *suite)
{
	json_t *about = kernel->features ? json_deep_copy(kernel->features)
	                                 : json_pack("{s:s, s:{}, s:{}}", "release", kernel->kernel.release, "features",
	                                             "missing");
	json_t *cells = json_array();

	json_object_set_new(about, "label", json_string(kernel->kernel.label));
	json_object_set_new(about, "machine", kernel->accelerator ? json_string(kernel->accelerator) : json_null());
	json_object_set_new(about, "boot_ms", json_real(kernel->boot));
	json_object_set_new(about, "seconds", json_real(kernel->seconds));
	json_object_set_new(about, "boots", json_integer(kernel->boots));
	if (kernel->troubles)
		json_object_set_new(about, "troubles", json_string(kernel->troubles));
	for (size_t i = 0; i < suite->cell_count; i++)
		if (kernel->results[i])
			json_array_append(cells, kernel->results[i]);
	return json_pack("{s:o, s:o}", "kernel", about, "cells", cells);
}

void fleet_kernel_clear(struct fleet_kernel *kernel, const struct suite *suite)
{
	for (size_t i = 0; kernel->results && i < suite->cell_count; i++)
		json_decref(kernel->results[i]);
	free(kernel->results);
	json_decref(kernel->features);
	free(kernel->accelerator);
	free(kernel->troubles);
	guest_kernel_clear(&kernel->kernel);
}
