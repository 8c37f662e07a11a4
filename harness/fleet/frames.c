/* Frames from guests: accepted if they fit what the guest was asked; otherwise the guest is ended. */
#include <stdlib.h>
#include <string.h>

#include "fleet_internal.h"

/* Octets of JSON that a guest may send: far more than results take. */
#define SAID_MAX      (32U * 1024 * 1024)
#define SAID_MAX_CELL (128U * 1024)

static void doubt(struct guest_run *run, const char *format, ...) PRINTF_LIKE(2, 3);
static void doubt(struct guest_run *run, const char *format, ...)
{
	va_list arguments;
	char text[512];

	if (run->doubt)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	owned_text line = text_line(text);
	run->doubt = text_format("the guest is not believed: %s", line);
}

/* A cell of the suite by its number in the job; NOT_FOUND and a doubt: there is none. */
static size_t job_index(struct guest_run *run, const json_t *number)
{
	json_int_t index = json_integer_value(number);

	if (json_is_integer(number) && index >= 0 && (size_t)index < run->task.count)
		return (size_t)index;
	doubt(run, "it names a cell that it was not given");
	return NOT_FOUND;
}

static void start_frame(struct guest_run *run, json_t *message)
{
	size_t index = job_index(run, json_object_get(message, "cell"));

	if (index == NOT_FOUND)
		return;
	if (run->began[index]) {
		doubt(run, "it began a cell twice");
		return;
	}
	run->began[index] = true;
	run->began_count++;
	run->running = run->task.cells[index];
}

/* A cell that never began can only have the result that no worker was left to run it. */
static bool is_unrun(const struct result *result)
{
	return result->outcome == OUTCOME_BROKEN && !result->verdict;
}

static void result_frame(struct guest_run *run, json_t *message)
{
	const struct suite *suite = run->fleet->suite;
	const json_t *console = json_object_get(message, "console");
	struct texts lines = answer_lines(suite->pool, console);
	size_t index = job_index(run, json_object_get(message, "cell"));
	struct error err = { 0 };

	if (index == NOT_FOUND)
		return;
	const struct suite_cell *cell = &suite->cells[run->task.cells[index]];
	struct result *result = answer_result(suite->pool, json_object_get(message, "result"),
	                                      suite->cases[cell->case_index].testcase, cell->cell, &err);
	if (run->answered[index])
		doubt(run, "it answered twice for a cell");
	else if (!result)
		doubt(run, "a result does not fit: %s", err.text);
	else if (!run->began[index] && !is_unrun(result))
		doubt(run, "it answered for a cell that it had not begun");
	else if (console && !json_is_null(console) && !lines.at)
		doubt(run, "the kernel's log in a result is malformed");
	if (run->doubt)
		return;
	run->answered[index] = true;
	take_result(run, run->task.cells[index], result, &lines);
}

/* Cells of one lab, which have a result each. */
static void leak_note(struct guest_run *run, const json_t *numbers, const json_t *console)
{
	struct texts lines = answer_lines(run->fleet->suite->pool, console);
	size_t count = json_array_size(numbers), *cells = zalloc((count + 1) * sizeof *cells);

	if (!count || !lines.at)
		doubt(run, "what it says of a lab's end is malformed");
	for (size_t i = 0; i < count && !run->doubt; i++) {
		size_t index = job_index(run, json_array_get(numbers, i));
		if (run->doubt)
			break;
		cells[i] = run->task.cells[index];
		for (size_t j = 0; j < i; j++)
			if (cells[j] == cells[i])
				doubt(run, "it names a cell twice");
		if (!run->fleet->kernels[run->task.kernel].results[cells[i]])
			doubt(run, "it names the lab of a cell that it has not answered for");
	}
	if (!run->doubt)
		take_leak(run, cells, count, &lines);
	free(cells);
}

/* Only where it was asked for, and once. */
static void explained_note(struct guest_run *run, json_t *explanation, const json_t *told)
{
	struct fleet_kernel *kernel = &run->fleet->kernels[run->task.kernel];
	struct texts lines = answer_lines(run->fleet->suite->pool, told);

	if (!run->fleet->options->explain || kernel->explanation || !json_is_object(explanation) || !lines.at) {
		doubt(run, "it explains what it was not asked, or cannot be read");
		return;
	}
	kernel->explanation = json_incref(explanation);
	kernel->explained = lines;
}

static void note_frame(struct guest_run *run, json_t *message)
{
	struct fleet_kernel *kernel = &run->fleet->kernels[run->task.kernel];
	json_t *features = json_object_get(message, "kernel"), *leaked = json_object_get(message, "leaked");
	struct error err = { 0 };

	const struct result_kernel *told = features ? answer_kernel(run->fleet->suite->pool, features, &err) : NULL;
	if (features && !told)
		doubt(run, "%s", err.text);
	else if (features && !kernel->features)
		kernel->features = told;
	if (json_object_get(message, "explanation"))
		explained_note(run, json_object_get(message, "explanation"), json_object_get(message, "told"));
	if (leaked)
		leak_note(run, leaked, json_object_get(message, "console"));
	if (json_is_true(json_object_get(message, "warned")) || leaked)
		run->done = true; /* it ends on purpose; what is left gets a fresh guest */
}

static void hello_frame(struct guest_run *run, json_t *message)
{
	struct fleet *fleet = run->fleet;
	struct fleet_kernel *kernel = &fleet->kernels[run->task.kernel];

	(void)message;
	run->hello = true;
	machine_came_up(fleet, run->machine);
	if (kernel->machine)
		return;
	kernel->boot = run->spoke - run->started;
	kernel->machine = run->machine;
	say(fleet, "%s: Linux %s is up after %.1f s (%s), %zu cells", kernel->kernel.label, kernel->kernel.release,
	    kernel->boot / 1000, kernel->machine->word, run->task.count);
}

static void done_frame(struct guest_run *run, json_t *message)
{
	stages_add(&run->fleet->kernels[run->task.kernel].stages, message);
	run->done = true;
}

static void error_frame(struct guest_run *run, json_t *message)
{
	const char *why = json_string_value(json_object_get(message, "why"));

	free(run->error);
	run->error = text_format("%.1000s", why ? why : "it does not say what is wrong");
}

static void json_frame(struct guest_run *run, enum wire_kind kind, struct bytes body)
{
	static void (*const frame_kinds[256])(struct guest_run * run, json_t * message) = {
		[WIRE_HELLO] = hello_frame, [WIRE_START] = start_frame, [WIRE_RESULT] = result_frame,
		[WIRE_NOTE] = note_frame,   [WIRE_DONE] = done_frame,   [WIRE_ERROR] = error_frame,
	};
	json_t *message;

	run->said += body.length;
	if (run->said > SAID_MAX + run->task.count * (size_t)SAID_MAX_CELL) {
		doubt(run, "it said more than %zu MiB", run->said >> 20);
		return;
	}
	message = json_loadb((const char *)body.data, body.length, 0, NULL);
	if (!json_is_object(message))
		doubt(run, "it said something that is not a JSON object");
	else if (run->hello == (kind == WIRE_HELLO))
		doubt(run, run->hello ? "it came up twice" : "it spoke before it was up");
	else
		frame_kinds[kind](run, message);
	json_decref(message);
}

/* Only of a cell that runs, and once; no more than a guest was told it may send. */
static void file_frame(struct guest_run *run, struct bytes body)
{
	const char *name = (const char *)body.data;
	size_t head = strnlen(name, body.length) + 1;

	if (head > body.length) {
		doubt(run, "it sent a file without a name");
		return;
	}
	run->kept += body.length - head;
	for (size_t i = 0; i < run->task.count; i++) {
		const struct suite_cell *cell = &run->fleet->suite->cells[run->task.cells[i]];
		if (!run->began[i] || run->answered[i] || !is_kept_file(run->fleet->suite, cell, name))
			continue;
		if (run->fleet->options->keep && run->kept <= FLEET_KEEP_OCTETS)
			keep_file(run, body);
		else
			doubt(run, "it sent more octets of files than it may");
		return;
	}
	doubt(run, "it sent a file that is none of a running cell's");
}

void frame_arrived(void *context, const struct wire_frame *frame)
{
	struct guest_run *run = context;

	if (run->doubt)
		return;
	run->spoke = clock_ms();
	if (frame->kind == WIRE_FILE)
		file_frame(run, frame->body);
	else
		json_frame(run, frame->kind, frame->body);
}
