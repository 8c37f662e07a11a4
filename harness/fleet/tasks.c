/* What is still to run, and what was wrong with a kernel's guests. */
#include "fleet_internal.h"

void note_trouble(struct fleet_kernel *kernel, const char *text)
{
	text_append(&kernel->troubles, "%s%s", kernel->troubles ? "\n" : "", text);
}

void task_push(struct fleet *fleet, struct task task)
{
	*PUSH(fleet->tasks, fleet->task_count) = task;
}
