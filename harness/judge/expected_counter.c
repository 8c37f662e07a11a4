/* What nodes and sockets counted, against what a row says. */
#include <inttypes.h>
#include <stdio.h>

#include "expected.h"

static void differ_number(struct differences *differences, const char *what, const struct counter_check *check,
                          int64_t number)
{
	char got[24];

	snprintf(got, sizeof got, "%" PRIi64, number);
	differ(differences, what, check->text, got);
}

void compare_counters(struct differences *differences, const struct seen_verdict *seen, const struct expectation *row)
{
	for (size_t i = 0; i < row->counter_count; i++) {
		const struct counter_check *check = &row->counters[i];
		const size_t node = topology_node(seen->plan->topology, check->node);
		if (node == NOT_FOUND)
			continue;
		const int64_t moved = counter_at(seen->trace, node, check->name);
		owned_text what = text_format("%s at %s ", check->name, check->node);
		if (!in_bounds(&check->bounds, moved))
			differ_number(differences, what, check, moved);
	}
}

void compare_retransmissions(struct differences *differences, const struct seen_verdict *seen,
                             const struct expectation *row)
{
	const struct endpoint *client = &seen->trace->client, *server = &seen->trace->server;
	const struct counter_check *check = row->retransmissions;

	if (!check)
		return;
	if (traffic_is_crafted(&seen->plan->traffic) || !client->used)
		differ(differences, "retransmissions ", check->text, "no connection of the kernel's");
	else if (!in_bounds(&check->bounds, (int64_t)client->retransmits + server->retransmits))
		differ_number(differences, "retransmissions ", check,
		              (int64_t)client->retransmits + server->retransmits);
}
