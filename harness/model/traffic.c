#include "testcase.h"

uint64_t traffic_overlap(const struct traffic *traffic)
{
	uint64_t sent = (uint64_t)traffic->burst * (uint64_t)traffic->payload;
	uint64_t before = traffic->sequence < 0 ? (uint64_t)-traffic->sequence : 0;

	/* A SYN's receiver expects nothing yet. */
	if (traffic->tcp != TCP_CRAFTED || traffic->tcp_flags & TCP_SYN || before >= sent)
		return 0;
	return before;
}
