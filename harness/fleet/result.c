/* What becomes of the cells that guests ran. */
#include <stdlib.h>
#include <string.h>

#include "fleet_internal.h"

static const struct testcase *testcase_of(const struct fleet *fleet, size_t cell)
{
	return fleet->suite->cases[fleet->suite->cells[cell].case_index].testcase;
}

static void set_result(struct fleet *fleet, size_t kernel, size_t cell, struct result *result)
{
	struct fleet_kernel *one = &fleet->kernels[kernel];

	if (!one->results[cell])
		one->done++;
	one->results[cell] = result;
	owned_text kernel_text = shell_word(one->kernel.asked ? one->kernel.asked : one->kernel.label);
	owned_text program = text_format("matrix --kernel %s", kernel_text);
	result_set_command(fleet->suite->pool, result, program, testcase_of(fleet, cell),
	                   fleet->suite->cells[cell].cell);
}

void set_without_trace(struct fleet *fleet, size_t kernel, size_t cell, enum outcome outcome, const char *why,
                       const struct texts *console)
{
	struct result *result = result_without_trace(fleet->suite->pool, testcase_of(fleet, cell),
	                                             fleet->suite->cells[cell].cell, outcome, why);

	if (console)
		result->console = *console;
	set_result(fleet, kernel, cell, result);
}

/* The worst of what a kernel said; "" where nothing is wrong with it. */
static const char *worst_line(const struct texts *console, enum trouble *worst)
{
	const char *first = "";

	*worst = TROUBLE_NONE;
	for (size_t i = 0; i < console->count; i++) {
		enum trouble one = trouble_of(console->at[i]);
		if (one > *worst) {
			*worst = one;
			first = console->at[i];
		}
	}
	return first;
}

bool warning_is_documented(const struct result *result, const struct texts *console)
{
	const char *log = result->warning ? result->warning->log : NULL;
	bool warned = false;

	for (size_t i = 0; i < console->count; i++) {
		switch (trouble_of(console->at[i])) {
		case TROUBLE_NONE:
		case TROUBLE_LEAK:
			break;
		case TROUBLE_WARN:
			warned = true;
			if (!log || !strstr(console->at[i], log))
				return false;
			break;
		case TROUBLE_STALL:
		case TROUBLE_DEATH:
			return false;
		}
	}
	return warned;
}

/* The warning and the verdict are as documented: running it in another guest would not show more. */
static void note_documented(struct pool *pool, struct result *result, const struct texts *console)
{
	owned_text why = text_format("%s The kernel warned, which is documented: %s.", said(result->why),
	                             said(result->warning->because));

	result->known = result->warning;
	GIVE(pool, result_members, result, known);
	result_change(pool, result, OUTCOME_KNOWN, why, console);
}

/* It comes again in a fresh guest, with nothing before it. */
static void try_alone(struct guest_run *run, size_t cell, const struct texts *console, const char *line)
{
	struct fleet_kernel *kernel = &run->fleet->kernels[run->task.kernel];
	owned_text name = suite_cell_name(run->fleet->suite, cell);
	owned_text text = text_format("the kernel warned while %s ran among others: %s", name, line);

	kernel->warned[cell] = *console;
	note_trouble(kernel, text);
	say(run->fleet, "%s: %s; that cell is run again alone", kernel->kernel.label, text);
}

/* The kernel warned while the cell ran among others, but not when it ran alone: the warning is kept, and does not count
 * against the cell. */
static void add_earlier_warning(struct pool *pool, struct result *result, const struct texts *console)
{
	enum trouble worst;
	owned_text why =
	        text_format("%s The kernel warned while this cell ran among others, and not when it ran alone: %s",
	                    said(result->why), worst_line(console, &worst));

	result_change(pool, result, (enum outcome)result->outcome, why, console);
}

/* No case expects a warning. False: it is not known yet which cell caused it. */
static bool judge_console(struct guest_run *run, size_t cell, struct result *result, const struct texts *console)
{
	struct pool *pool = run->fleet->suite->pool;
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
		                             said(result->why));
		result_change(pool, result, OUTCOME_BROKEN, why, console);
		return true;
	}
	case TROUBLE_WARN:
	case TROUBLE_DEATH: {
		if (warning_is_documented(result, console)) {
			note_documented(pool, result, console);
			return true;
		}
		if (run->began_count > 1 && !kernel->warned[cell].at) {
			try_alone(run, cell, console, line);
			return false;
		}
		owned_text why = text_format("the kernel warned while this cell ran%s: %s. Otherwise: %s",
		                             kernel->warned[cell].at ? ", alone too" : "", line, said(result->why));
		result_change(pool, result, OUTCOME_FAIL, why, console);
		return true;
	}
	}
	if (kernel->warned[cell].at)
		add_earlier_warning(pool, result, &kernel->warned[cell]);
	return true;
}

void take_result(struct guest_run *run, size_t cell, struct result *result, const struct texts *console)
{
	struct pool *pool = run->fleet->suite->pool;

	result->console = (struct texts){ 0 }; /* ours to say */
	DROP(pool, result_members, result, console);
	run->results++;
	if (run->running == cell)
		run->running = NOT_FOUND;
	if (!judge_console(run, cell, result, console))
		return;
	result->warning = NULL; /* it is `known` now, if it came */
	DROP(pool, result_members, result, warning);
	set_result(run->fleet, run->task.kernel, cell, result);
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
		kernel->results[cells[i]] = NULL;
		kernel->elsewhere[cells[i]] = true;
	}
	task_push(run->fleet, halves[1]);
	task_push(run->fleet, halves[0]);
}

void take_leak(struct guest_run *run, const size_t *cells, size_t count, const struct texts *console)
{
	struct fleet_kernel *kernel = &run->fleet->kernels[run->task.kernel];
	enum trouble worst;
	const char *line = worst_line(console, &worst);
	owned_text name = suite_cell_name(run->fleet->suite, cells[0]);
	owned_text words = *line ? text_format(": %s", line) : text_copy("");
	owned_text text = text_format("the kernel did not take down the lab of %s%s%s", name,
	                              count > 1 ? " and others" : "", words);

	note_trouble(kernel, text);
	say(run->fleet, "%s: %s", kernel->kernel.label, text);
	if (count > 1) {
		split_suspects(run, cells, count);
		return;
	}
	struct result *result = kernel->results[cells[0]];
	owned_text why = text_format("the kernel did not take down this cell's lab, whose namespaces stay forever%s. "
	                             "Otherwise: %s",
	                             words, said(result->why));
	result_change(run->fleet->suite->pool, result, OUTCOME_FAIL, why, console);
}
