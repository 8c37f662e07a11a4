/* What guests say, and what it makes of the cells. */
#include <string.h>

#include "fleet_internal.h"

static void set_result(struct fleet *fleet, size_t kernel, size_t cell, json_t *result)
{
	struct fleet_kernel *one = &fleet->kernels[kernel];

	if (!one->results[cell])
		one->done++;
	json_decref(one->results[cell]);
	one->results[cell] = result;
	owned_text kernel_text = shell_word(one->kernel.asked ? one->kernel.asked : one->kernel.label);
	owned_text program = text_format("matrix --kernel %s", kernel_text);
	result_set_command(result, program, fleet->suite->cases[fleet->suite->cells[cell].case_index].testcase,
	                   fleet->suite->cells[cell].cell);
}

void set_without_trace(struct fleet *fleet, size_t kernel, size_t cell, enum outcome outcome, const char *why,
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

void frame_arrived(void *context, const struct wire_frame *frame)
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
		break;
	case WIRE_RESULT:
		result_arrived(ship, message);
		break;
	case WIRE_FILE:
		keep_file(ship, frame->body);
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
