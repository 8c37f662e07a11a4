/* Packets of a burst by their numbers: "4" or "5-7". */
#include <stdlib.h>

#include "declare.h"

bool packets_read(unsigned *first, unsigned *last, const char *text)
{
	char *end = NULL;
	unsigned long from = strtoul(text, &end, 10), to = from;

	if (*end == '-' && end[1] >= '0' && end[1] <= '9')
		to = strtoul(end + 1, &end, 10);
	*first = (unsigned)from;
	*last = (unsigned)to;
	return !*end && text[0] >= '0' && text[0] <= '9' && from && to >= from && to <= HELD_MOST;
}
