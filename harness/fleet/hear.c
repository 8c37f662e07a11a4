/* What guests say: taken when it fits what they were asked, and the guest is ended when it does not. */
#include <stdlib.h>
#include <string.h>

#include "fleet_internal.h"

/* Octets that a guest may say in JSON: far more than results take. */
#define SAID_MAX      (32U * 1024 * 1024)
#define SAID_MAX_CELL (128U * 1024)

static void doubt(struct ship *ship, const char *format, ...) PRINTF_LIKE(2, 3);
static void doubt(struct ship *ship, const char *format, ...)
{
	va_list arguments;
	char text[512];

	if (ship->doubt)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	ship->doubt = text_format("the guest is not believed: %.*s", (int)strcspn(text, "\n"), text);
}

/* A cell of the suite by its number in the job; NOT_FOUND and a doubt: there is none. */
static size_t job_index(struct ship *ship, const json_t *number)
{
	json_int_t index = json_integer_value(number);

	if (json_is_integer(number) && index >= 0 && (size_t)index < ship->task.count)
		return (size_t)index;
	doubt(ship, "it speaks of a cell that it was not given");
	return NOT_FOUND;
}

static void start_heard(struct ship *ship, json_t *message)
{
	size_t index = job_index(ship, json_object_get(message, "cell"));

	if (index == NOT_FOUND)
		return;
	if (ship->began[index]) {
		doubt(ship, "it began a cell twice");
		return;
	}
	ship->began[index] = true;
	ship->began_count++;
	ship->running = ship->task.cells[index];
}

/* A cell that never began has no result, but that nobody was left in the guest to run it. */
static bool is_unrun(const json_t *result)
{
	const char *outcome = json_string_value(json_object_get(result, "outcome"));

	return outcome && strcmp(outcome, word_of(outcome_words, OUTCOME_BROKEN)) == 0 &&
	       json_is_null(json_object_get(result, "verdict"));
}

static void result_heard(struct ship *ship, json_t *message)
{
	const struct suite *suite = ship->fleet->suite;
	json_t *result = json_object_get(message, "result"), *console = json_object_get(message, "console");
	size_t index = job_index(ship, json_object_get(message, "cell"));
	struct error err = { 0 };

	if (index == NOT_FOUND)
		return;
	const struct suite_cell *cell = &suite->cells[ship->task.cells[index]];
	if (ship->answered[index])
		doubt(ship, "it answered twice for a cell");
	else if (answer_result(result, suite->cases[cell->case_index].testcase, cell->cell, &err) < 0)
		doubt(ship, "a result does not fit: %s", err.text);
	else if (!ship->began[index] && !is_unrun(result))
		doubt(ship, "it answered for a cell that it had not begun");
	else if (console && !json_is_null(console) && !answer_lines(console))
		doubt(ship, "the kernel's log in a result is malformed");
	if (ship->doubt)
		return;
	ship->answered[index] = true;
	take_result(ship, ship->task.cells[index], result, console);
}

/* Cells of one lab, which have a result each. */
static void leak_heard(struct ship *ship, const json_t *numbers, json_t *console)
{
	size_t count = json_array_size(numbers), *cells = zalloc((count + 1) * sizeof *cells);

	if (!count || !answer_lines(console))
		doubt(ship, "what it says of a lab's end is malformed");
	for (size_t i = 0; i < count && !ship->doubt; i++) {
		size_t index = job_index(ship, json_array_get(numbers, i));
		if (ship->doubt)
			break;
		cells[i] = ship->task.cells[index];
		for (size_t j = 0; j < i; j++)
			if (cells[j] == cells[i])
				doubt(ship, "it names a cell twice");
		if (!ship->fleet->kernels[ship->task.kernel].results[cells[i]])
			doubt(ship, "it speaks of the lab of a cell that it has not answered for");
	}
	if (!ship->doubt)
		take_leak(ship, cells, count, console);
	free(cells);
}

static void note_heard(struct ship *ship, json_t *message)
{
	struct fleet_kernel *kernel = &ship->fleet->kernels[ship->task.kernel];
	json_t *features = json_object_get(message, "kernel"), *leaked = json_object_get(message, "leaked");
	struct error err = { 0 };

	if (features && answer_kernel(features, &err) < 0)
		doubt(ship, "%s", err.text);
	else if (features && !kernel->features)
		kernel->features = json_incref(features);
	if (leaked)
		leak_heard(ship, leaked, json_object_get(message, "console"));
	if (json_is_true(json_object_get(message, "warned")) || leaked)
		ship->done = true; /* it ends on purpose; what is left gets a fresh guest */
}

static void hello_heard(struct ship *ship, json_t *message)
{
	struct fleet *fleet = ship->fleet;
	struct fleet_kernel *kernel = &fleet->kernels[ship->task.kernel];

	(void)message;
	ship->hello = true;
	machine_came_up(fleet, ship->machine);
	if (kernel->machine)
		return;
	kernel->boot = ship->heard - ship->started;
	kernel->machine = ship->machine;
	say(fleet, "%s: Linux %s is up after %.1f s (%s), %zu cells", kernel->kernel.label, kernel->kernel.release,
	    kernel->boot / 1000, kernel->machine->word, ship->task.count);
}

static void done_heard(struct ship *ship, json_t *message)
{
	stages_add(&ship->fleet->kernels[ship->task.kernel].stages, message);
	ship->done = true;
}

static void error_heard(struct ship *ship, json_t *message)
{
	const char *why = json_string_value(json_object_get(message, "why"));

	free(ship->error);
	ship->error = text_format("%.1000s", why ? why : "it does not say what is wrong");
}

static void json_heard(struct ship *ship, enum wire_kind kind, struct bytes body)
{
	static void (*const heard[256])(struct ship * ship, json_t * message) = {
		[WIRE_HELLO] = hello_heard, [WIRE_START] = start_heard, [WIRE_RESULT] = result_heard,
		[WIRE_NOTE] = note_heard,   [WIRE_DONE] = done_heard,   [WIRE_ERROR] = error_heard,
	};
	json_t *message;

	ship->said += body.length;
	if (ship->said > SAID_MAX + ship->task.count * (size_t)SAID_MAX_CELL) {
		doubt(ship, "it said more than %zu MiB", ship->said >> 20);
		return;
	}
	message = json_loadb((const char *)body.data, body.length, 0, NULL);
	if (!json_is_object(message))
		doubt(ship, "it said what is no object of JSON");
	else if (ship->hello == (kind == WIRE_HELLO))
		doubt(ship, ship->hello ? "it came up twice" : "it spoke before it was up");
	else
		heard[kind](ship, message);
	json_decref(message);
}

/* Only of a cell that runs, and once; no more than a guest was told it may send. */
static void file_heard(struct ship *ship, struct bytes body)
{
	const char *name = (const char *)body.data;
	size_t head = strnlen(name, body.length) + 1;

	if (head > body.length) {
		doubt(ship, "it sent a file without a name");
		return;
	}
	ship->kept += body.length - head;
	for (size_t i = 0; i < ship->task.count; i++) {
		const struct suite_cell *cell = &ship->fleet->suite->cells[ship->task.cells[i]];
		if (!ship->began[i] || ship->answered[i] || !is_kept_file(ship->fleet->suite, cell, name))
			continue;
		if (ship->fleet->options->keep && ship->kept <= FLEET_KEEP_OCTETS)
			keep_file(ship, body);
		else
			doubt(ship, "it sent more octets of files than it may");
		return;
	}
	doubt(ship, "it sent a file that is none of a running cell's");
}

void frame_arrived(void *context, const struct wire_frame *frame)
{
	struct ship *ship = context;

	if (ship->doubt)
		return;
	ship->heard = clock_ms();
	if (frame->kind == WIRE_FILE)
		file_heard(ship, frame->body);
	else
		json_heard(ship, frame->kind, frame->body);
}
