/* What becomes of the cells that guests ran. */
#include <stdlib.h>
#include <string.h>

#include "fleet_internal.h"

static const struct testcase *testcase_of(const struct fleet *fleet, size_t cell)
{
	return fleet->suite->cases[fleet->suite->cells[cell].case_index].testcase;
}

static void set_result(struct fleet *fleet, size_t kernel, size_t cell, json_t *result)
{
	struct fleet_kernel *one = &fleet->kernels[kernel];

	if (!one->results[cell])
		one->done++;
	json_decref(one->results[cell]);
	one->results[cell] = result;
	owned_text kernel_text = shell_word(one->kernel.asked ? one->kernel.asked : one->kernel.label);
	owned_text program = text_format("matrix --kernel %s", kernel_text);
	result_set_command(result, program, testcase_of(fleet, cell), fleet->suite->cells[cell].cell);
}

void set_without_trace(struct fleet *fleet, size_t kernel, size_t cell, enum outcome outcome, const char *why,
                       json_t *console)
{
	json_t *result = result_without_trace(testcase_of(fleet, cell), fleet->suite->cells[cell].cell, outcome, why);

	if (console)
		json_object_set(result, "console", console);
	set_result(fleet, kernel, cell, result);
}

/* The worst of what a kernel said; "" where nothing is wrong with it. */
static const char *worst_line(const json_t *console, enum trouble *worst)
{
	const char *first = "";
	const json_t *line;
	size_t i;

	*worst = TROUBLE_NONE;
	json_array_foreach (console, i, line) {
		enum trouble one = trouble_of(json_string_value(line));
		if (one > *worst) {
			*worst = one;
			first = json_string_value(line);
		}
	}
	return first;
}

static void change_result(json_t *result, enum outcome outcome, const char *why, json_t *console)
{
	json_object_set_new(result, "outcome", json_string(word_of(outcome_words, (int)outcome)));
	json_object_set_new(result, "why", json_string(why));
	json_object_set(result, "console", console);
}

static const char *why_of(const json_t *result)
{
	const char *why = json_string_value(json_object_get(result, "why"));

	return why ? why : "";
}

bool warning_is_documented(const json_t *result, const json_t *console)
{
	const char *log = json_string_value(json_object_get(json_object_get(result, "warning"), "log"));
	const json_t *line;
	bool warned = false;
	size_t i;

	json_array_foreach (console, i, line) {
		const char *text = json_string_value(line);
		switch (trouble_of(text)) {
		case TROUBLE_NONE:
		case TROUBLE_LEAK:
			break;
		case TROUBLE_WARN:
			warned = true;
			if (!log || !strstr(text, log))
				return false;
			break;
		case TROUBLE_STALL:
		case TROUBLE_DEATH:
			return false;
		}
	}
	return warned;
}

/* It came as documented, beside the verdict that is documented: no other guest would tell more. */
static void note_documented(json_t *result, json_t *console)
{
	json_t *row = json_object_get(result, "warning");
	const char *because = json_string_value(json_object_get(row, "because"));
	owned_text why = text_format("%s The kernel warned, which is documented: %s.", why_of(result), because);

	json_object_set(result, "known", row);
	change_result(result, OUTCOME_KNOWN, why, console);
}

/* It comes again in a fresh guest, with nothing before it. */
static void try_alone(struct guest_run *run, size_t cell, json_t *console, const char *line)
{
	struct fleet_kernel *kernel = &run->fleet->kernels[run->task.kernel];
	owned_text name = suite_cell_name(run->fleet->suite, cell);
	owned_text text = text_format("the kernel warned while %s ran among others: %s", name, line);

	json_decref(kernel->warned[cell]);
	kernel->warned[cell] = json_incref(console);
	note_trouble(kernel, text);
	say(run->fleet, "%s: %s; that cell is run again alone", kernel->kernel.label, text);
}

/* A cell that warned among others did not alone: what it said is not lost, and is not the cell's. */
static void add_earlier_warning(json_t *result, json_t *console)
{
	enum trouble worst;
	owned_text why =
	        text_format("%s The kernel warned while this cell ran among others, and not when it ran alone: %s",
	                    why_of(result), worst_line(console, &worst));

	json_object_set_new(result, "why", json_string(why));
	json_object_set(result, "console", console);
}

/* A kernel that warned has said something that no case expects. False: it is not known yet whose that is. */
static bool judge_console(struct guest_run *run, size_t cell, json_t *result, json_t *console)
{
	struct fleet_kernel *kernel = &run->fleet->kernels[run->task.kernel];
	enum trouble worst;
	const char *line = worst_line(console, &worst);

	switch (worst) {
	case TROUBLE_NONE:
		break;
	case TROUBLE_LEAK: /* of a lab that is gone; said by that lab's end, if it is a leak */
		note_trouble(kernel, line);
		break;
	case TROUBLE_STALL: {
		owned_text why = text_format("the kernel got no time while this cell ran: %s. Otherwise: %s", line,
		                             why_of(result));
		change_result(result, OUTCOME_BROKEN, why, console);
		return true;
	}
	case TROUBLE_WARN:
	case TROUBLE_DEATH: {
		if (warning_is_documented(result, console)) {
			note_documented(result, console);
			return true;
		}
		if (run->began_count > 1 && !kernel->warned[cell]) {
			try_alone(run, cell, console, line);
			return false;
		}
		owned_text why = text_format("the kernel warned while this cell ran%s: %s. Otherwise: %s",
		                             kernel->warned[cell] ? ", alone too" : "", line, why_of(result));
		change_result(result, OUTCOME_FAIL, why, console);
		return true;
	}
	}
	if (kernel->warned[cell])
		add_earlier_warning(result, kernel->warned[cell]);
	return true;
}

void take_result(struct guest_run *run, size_t cell, json_t *result, json_t *console)
{
	json_object_del(result, "console"); /* ours to say */
	run->results++;
	if (run->running == cell)
		run->running = NOT_FOUND;
	if (!judge_console(run, cell, result, console))
		return;
	json_object_del(result, "warning"); /* it is `known` now, if it came */
	set_result(run->fleet, run->task.kernel, cell, json_incref(result));
}

/* Cells whose lab the kernel did not take down: half of them again in a fresh guest, and the other half in another,
 * until it is one that leaks alone. */
static void split_suspects(struct guest_run *run, const size_t *cells, size_t count)
{
	struct fleet_kernel *kernel = &run->fleet->kernels[run->task.kernel];
	struct task halves[2] = { { .kernel = run->task.kernel }, { .kernel = run->task.kernel } };

	for (size_t i = 0; i < count; i++) {
		struct task *half = &halves[i >= count / 2];
		*PUSH(half->cells, half->count) = cells[i];
		if (kernel->results[cells[i]])
			kernel->done--;
		json_decref(kernel->results[cells[i]]);
		kernel->results[cells[i]] = NULL;
		kernel->elsewhere[cells[i]] = true;
	}
	task_push(run->fleet, halves[1]);
	task_push(run->fleet, halves[0]);
}

void take_leak(struct guest_run *run, const size_t *cells, size_t count, json_t *console)
{
	struct fleet_kernel *kernel = &run->fleet->kernels[run->task.kernel];
	enum trouble worst;
	const char *line = worst_line(console, &worst);
	owned_text name = suite_cell_name(run->fleet->suite, cells[0]);
	owned_text said = *line ? text_format(": %s", line) : text_copy("");
	owned_text text = text_format("the kernel did not take down the lab of %s%s%s", name,
	                              count > 1 ? " and others" : "", said);

	note_trouble(kernel, text);
	say(run->fleet, "%s: %s", kernel->kernel.label, text);
	if (count > 1) {
		split_suspects(run, cells, count);
		return;
	}
	json_t *result = kernel->results[cells[0]];
	owned_text why = text_format("the kernel did not take down this cell's lab, whose namespaces stay forever%s. "
	                             "Otherwise: %s",
	                             said, why_of(result));
	change_result(result, OUTCOME_FAIL, why, console);
}
