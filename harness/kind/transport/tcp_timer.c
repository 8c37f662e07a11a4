/* What a timer of TCP's sent again. */
#include "tcp_internal.h"

/* TCP answers what it hears at once; its timers run out after two ticks of the kernel's clock at the earliest. */
#define AT_ONCE_NS 1000000

static bool timers_ran_out(const struct evidence *evidence, size_t node)
{
	return counter_at(evidence->trace, node, "TcpExtTCPTimeouts") > 0 ||
	       counter_at(evidence->trace, node, "TcpExtTCPLossProbes") > 0;
}

static bool is_sent(const struct evidence *evidence, const struct captured *s, enum way way)
{
	return s->way == way && s->payload && HOP_DIRECTION(s->hop) == HOP_OUT &&
	       hop_node(evidence->plan, s->hop) == way_start(evidence->plan, way);
}

/* The first packet that was sent again although its sender had just heard nothing; evidence->count: none. */
static size_t first_by_timer(const struct evidence *evidence, enum way way, uint32_t start)
{
	size_t node = way_start(evidence->plan, way);
	uint64_t heard = 0;
	uint32_t end = 0;

	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		uint32_t begin = s->sequence - start;
		if (HOP_DIRECTION(s->hop) == HOP_IN && hop_node(evidence->plan, s->hop) == node)
			heard = s->time;
		if (!is_sent(evidence, s, way))
			continue;
		if ((int32_t)(begin - end) < 0 && s->time - heard > AT_ONCE_NS)
			return i;
		if ((int32_t)(begin + s->payload - end) > 0)
			end = begin + s->payload;
	}
	return evidence->count;
}

/* Whether an octet had been sent, and only once, when something was sent by a timer. */
static bool was_sent_once(const struct evidence *evidence, const struct target *target, size_t before)
{
	size_t sent = 0;

	for (size_t i = 0; i < before; i++)
		sent += is_sent(evidence, &evidence->packets[i], target->way) &&
		        target_is(evidence, target, &evidence->packets[i]);
	return sent == 1;
}

bool tcp_timer_mended_loss(const struct evidence *evidence, enum way way, uint64_t *octet)
{
	struct target target = { .kind = TARGET_OCTET, .way = way };
	size_t end = way_end(evidence->plan, way);
	uint32_t start;
	bool found = false;

	if (!timers_ran_out(evidence, way_start(evidence->plan, way)) || !data_start(evidence, way, &start))
		return false;
	size_t first = first_by_timer(evidence, way, start);
	for (size_t i = first; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		target.sequence = s->sequence;
		if (!is_sent(evidence, s, way) || (found && s->sequence - start >= *octet) ||
		    !was_sent_once(evidence, &target, first))
			continue;
		const struct captured *last = first_copy_last_seen(evidence, &target);
		if (HOP_DIRECTION(last->hop) == HOP_IN && hop_node(evidence->plan, last->hop) == end)
			continue;
		*octet = s->sequence - start;
		found = true;
	}
	return found;
}
