/* What a trace says beside its packets. */
#include <stdarg.h>
#include <stdio.h>

#include "probe_internal.h"

void complain(struct trace *trace, const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	*PUSH(trace->complaints, trace->complaint_count) = text_copy(text);
}
