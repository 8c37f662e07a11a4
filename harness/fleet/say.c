/* What is said while guests run. */
#include <stdio.h>
#include <stdlib.h>

#include "fleet_internal.h"

void end_progress(const struct fleet *fleet)
{
	if (!fleet->options->quiet && report_style_of(stderr).terminal)
		fputs("\r\033[K", stderr);
}

void say(const struct fleet *fleet, const char *format, ...)
{
	va_list arguments;

	if (fleet->options->quiet)
		return;
	end_progress(fleet);
	va_start(arguments, format);
	owned_text text = text_format_list(format, arguments);
	va_end(arguments);
	text_disarm(text); /* guests' words are in it */
	fprintf(stderr, "%s\n", text);
}

/* On a terminal one line, overwritten: how far each running guest is. */
void show_progress(struct fleet *fleet)
{
	struct report_style style = report_style_of(stderr);
	owned_text line = text_copy("");
	double now = clock_ms();

	if (fleet->options->quiet || !style.terminal || now - fleet->shown < 200)
		return;
	fleet->shown = now;
	for (unsigned i = 0; i < fleet->options->guests; i++) {
		const struct guest_run *run = &fleet->runs[i];
		if (run->guest.pid)
			text_append(&line, "%s%s %zu/%zu", *line ? "  " : "",
			            fleet->kernels[run->task.kernel].kernel.label,
			            fleet->kernels[run->task.kernel].done, fleet->suite->cell_count);
	}
	fprintf(stderr, "\r\033[K%.*s", (int)style.width - 1, line);
	fflush(stderr);
}
