/* What the kernel counts at SIDs with `count` while the traffic runs. */
#include <stdio.h>
#include <stdlib.h>

#include "probe_internal.h"

/* The next SID that counts, from node *node and its SID *at on; NULL: no more. */
static const struct sid *next_counting(const struct topology *topology, size_t *node, size_t *at)
{
	for (; *node < topology->node_count; ++*node, *at = 0)
		for (; *at < topology->nodes[*node].sid_count; ++*at)
			if (topology->nodes[*node].sids[*at].count)
				return &topology->nodes[*node].sids[(*at)++];
	return NULL;
}

void sid_counts_mark(const struct probe *probe, const struct plan *plan, struct sid_counts *counts)
{
	const struct sid *sid;
	size_t node = 0, at = 0;

	while ((sid = next_counting(plan->topology, &node, &at))) {
		lab_sid_counted(probe->lab, node, &sid->address, PUSH(counts->before, counts->count));
	}
}

static void note(struct trace *trace, size_t node, const struct sid *sid, const char *what, uint64_t delta)
{
	char text[ADDRESS_TEXT_SIZE];

	if (!delta)
		return;
	struct counter *counter = PUSH(trace->counters, trace->counter_count);
	*counter = (struct counter){ .node = node, .delta = (int64_t)delta };
	snprintf(counter->name, sizeof counter->name, "%s %s", address_text(&sid->address, text), what);
}

void sid_counts_note(const struct probe *probe, const struct plan *plan, struct sid_counts *counts, struct trace *trace)
{
	const struct sid *sid;
	size_t node = 0, at = 0;

	for (size_t i = 0; (sid = next_counting(plan->topology, &node, &at)); i++) {
		const struct sid_counted *before = &counts->before[i];
		struct sid_counted now;
		if (!lab_sid_counted(probe->lab, node, &sid->address, &now))
			continue;
		note(trace, node, sid, SID_COUNTS_PACKETS, now.packets - before->packets);
		note(trace, node, sid, SID_COUNTS_OCTETS, now.octets - before->octets);
		note(trace, node, sid, SID_COUNTS_ERRORS, now.errors - before->errors);
	}
	free(counts->before);
	*counts = (struct sid_counts){ 0 };
}
