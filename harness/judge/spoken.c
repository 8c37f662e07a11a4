/* Reasons that the kernel writes to its log. */
#include <string.h>

#include "reason.h"

/* What the log has for each. */
static const struct {
	enum reason reason;
	const char *words;
} spoken[] = {
	{ REASON_RECURSION, "Dead loop on virtual device" },
	{ REASON_RECURSION, "recursion limit reached on datapath" },
	{ REASON_SELF_SEGMENT, "Dead loop on virtual device" },
	{ REASON_SELF_SEGMENT, "recursion limit reached on datapath" },
};

bool reason_is_said(enum reason reason, const char *complaint)
{
	for (size_t i = 0; i < COUNT(spoken); i++)
		if (spoken[i].reason == reason && strstr(complaint, spoken[i].words))
			return true;
	return false;
}

void say_kernel_words(const struct loss *loss, enum reason reason, char **said)
{
	const struct trace *trace = loss->evidence->trace;

	for (size_t i = 0; i < trace->log_count; i++) {
		if (!reason_is_said(reason, trace->log[i]))
			continue;
		text_append(said, "; its log says \"%s\"", trace->log[i]);
		return;
	}
}
