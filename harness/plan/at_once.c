/* Flows that run at once share a lab, and its routes; each has a plan of its own, which knows what the others push. */
#include <string.h>

#include "plan_internal.h"

static const char *flow_name(const struct plan *plan, size_t flow)
{
	const struct testcase *testcase = plan->testcase;
	const struct cells_at_once cells = cell_at_once(testcase, plan->cell);
	const size_t axis = testcase->axis_count - 1;

	return testcase->axes[axis].values[cell_choice(testcase, cells.first + flow, axis)].label;
}

/* What leaves together waits in one queue of the kernel's, and each packet must be told from the others'. */
static int refuse_crafted(const struct plan *plan, struct error *err)
{
	const struct traffic *traffic = &plan->traffic;
	struct burst burst;
	bool told = true;

	if (!traffic_is_crafted(traffic))
		return 0;
	if (!traffic_is_held(traffic))
		return fail_at(err, cell_place(plan, traffic->checksum == CHECKSUM_PARTIAL ? "checksum" : "burst"),
		               "flow %s runs at once with others: a crafted one has a `burst` of up to %d and a "
		               "`checksum` that is not partial",
		               flow_name(plan, plan->flow), HELD_MOST);
	burst_make(&burst, traffic);
	for (size_t i = 0; i < burst.count; i++)
		told &= packet_is_readable(&burst.packets[i].traffic);
	burst_clear(&burst);
	return told ? 0
	            : fail_at(err, cell_place(plan, "burst"),
	                      "flow %s runs at once with others, and has packets of which the transport's header "
	                      "cannot be found: nothing tells whose they are",
	                      flow_name(plan, plan->flow));
}

int at_once_refuse(const struct plan *plan, struct error *err)
{
	long frames = 0;

	if (plan->flow_count < 2)
		return 0;
	if (refuse_crafted(plan, err) < 0)
		return -1;
	for (size_t i = 0; i < plan->flow_count; i++)
		frames += traffic_is_crafted(&plan->flows[i].traffic) ? plan->flows[i].traffic.burst : 0;
	if (frames > HELD_MOST)
		return fail_at(err, cell_place(plan, "burst"),
		               "flows that run at once send %ld crafted packets together; the limit is %d", frames,
		               HELD_MOST);
	return 0;
}

int at_once_check(const struct plan *plan, struct error *err)
{
	for (size_t i = 0; i < plan->cell_command_count; i++)
		for (size_t j = 0; j < i; j++) {
			const struct command *a = &plan->cell_commands[j], *b = &plan->cell_commands[i];
			if (a->tool != TOOL_IP || b->tool != TOOL_IP || a->node != b->node ||
			    strcmp(a->things[0].name, b->things[0].name) != 0)
				continue;
			return fail_at(err, cell_place(plan, "to"),
			               "flow %s runs at once with others, and %s would need two routes to %s: `%s` and "
			               "`%s`",
			               flow_name(plan, plan->flow), plan->topology->nodes[a->node].name,
			               a->things[0].name, a->text, b->text);
		}
	return 0;
}
