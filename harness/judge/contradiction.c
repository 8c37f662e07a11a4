/* What contradicts a verdict: gathered, each once, and said. */
#include <stdio.h>
#include <string.h>

#include "told.h"

bool goes_with_reason(const enum reason reasons[KERNEL_REASONS], enum reason reason)
{
	for (size_t i = 0; i < KERNEL_REASONS && reasons[i] != REASON_NONE; i++)
		if (reasons[i] == reason)
			return true;
	return false;
}

void contradict(struct verdict *verdict, size_t node, enum contradiction_kind kind, const char *what,
                const char *detail)
{
	for (size_t i = 0; i < verdict->contradiction_count; i++) {
		struct contradiction *one = &verdict->contradictions[i];
		if (one->kind == kind && one->node == node && strcmp(one->what, what) == 0 &&
		    strcmp(one->detail, detail) == 0) {
			one->count++;
			return;
		}
	}
	struct contradiction *made = PUSH(verdict->contradictions, verdict->contradiction_count);
	*made = (struct contradiction){ .node = node, .kind = kind, .count = kind != CONTRADICTION_SILENCE };
	snprintf(made->what, sizeof made->what, "%s", what);
	snprintf(made->detail, sizeof made->detail, "%s", detail);
}

void say_contradiction(char **text, const struct topology *topology, const struct contradiction *contradiction)
{
	const char *node = topology->nodes[contradiction->node].name;

	switch (contradiction->kind) {
	case CONTRADICTION_COUNTER:
		text_append(text, "%s rose by %lld at %s%s", contradiction->what, (long long)contradiction->count, node,
		            contradiction->detail);
		return;
	case CONTRADICTION_SILENCE:
		text_append(text, "%s did not rise at %s", contradiction->what, node);
		return;
	case CONTRADICTION_DROP:
		text_append(text, "%s freed %lld packet%s for %s", node, (long long)contradiction->count,
		            contradiction->count == 1 ? "" : "s", contradiction->what);
		return;
	case CONTRADICTION_ERROR:
		text_append(text, "%s sent %s%s", node, contradiction->what, contradiction->detail);
		return;
	}
}
