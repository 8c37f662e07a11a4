/* What is wrong with a packet, and what is odd, as sentences. */
#include <stdlib.h>

#include "flow.h"

static void remark(char ***list, size_t *count, const char *format, va_list arguments)
{
	*PUSH(*list, *count) = text_format_list(format, arguments);
}

void remark_fault(struct remarks *remarks, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	remark(&remarks->faults, &remarks->fault_count, format, arguments);
	va_end(arguments);
}

void remark_note(struct remarks *remarks, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	remark(&remarks->notes, &remarks->note_count, format, arguments);
	va_end(arguments);
}

void remarks_clear(struct remarks *remarks)
{
	for (size_t i = 0; i < remarks->fault_count; i++)
		free(remarks->faults[i]);
	for (size_t i = 0; i < remarks->note_count; i++)
		free(remarks->notes[i]);
	free(remarks->faults);
	free(remarks->notes);
}
