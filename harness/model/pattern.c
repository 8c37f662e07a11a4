/* What the senders of a test send. */
#include "trace.h"

/* A pattern that no shift by a packet's length maps onto itself. */
static uint8_t pattern_octet(uint64_t offset)
{
	return (uint8_t)((offset % 65521) * 167 >> 5);
}

const uint8_t *pattern_at(uint64_t offset)
{
	static uint8_t pattern[65521 + PATTERN_CHUNK];

	if (!pattern[100])
		for (size_t i = 0; i < sizeof pattern; i++)
			pattern[i] = pattern_octet(i);
	return pattern + offset % 65521;
}

/* By which no flow's pattern is mapped onto another's: 167 * 4001 is far from a multiple of 32 * 256, up to 16 times.
 */
#define FLOW_STEP 4001

const uint8_t *flow_pattern_at(const struct plan *plan, uint64_t offset)
{
	return pattern_at(offset + plan->flow * FLOW_STEP);
}
