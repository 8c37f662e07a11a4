/* Warnings: what a file may have, and is usually a mistake. */
#include <stdlib.h>

#include "plan_internal.h"

/* A topology and the addresses of its links: enough to find the owner of an address. */
static struct plan ground_of(const struct topology *topology)
{
	struct plan plan = { .topology = topology_copy(topology) };

	addresses_make(&plan);
	return plan;
}

static bool is_owned(const struct plan *grounds, size_t count, const struct address *address)
{
	for (size_t i = 0; i < count; i++)
		if (address_owner(&grounds[i], address) != NOT_FOUND)
			return true;
	return false;
}

static void warn_list(const struct plan *grounds, size_t count, struct where where, const struct address *segments,
                      size_t segment_count, struct error *warnings)
{
	char text[ADDRESS_TEXT_SIZE];

	for (size_t i = 0; i < segment_count; i++)
		if (!is_owned(grounds, count, &segments[i]))
			fail_at(warnings, where, "warning: no node has the segment %s, so no route leads there",
			        address_text(&segments[i], text));
}

static void warn_settings(const struct plan *grounds, size_t count, const struct setting *settings,
                          size_t setting_count, struct error *warnings)
{
	for (size_t i = 0; i < setting_count; i++)
		if (settings[i].kind == SET_TRAFFIC && settings[i].field->type == FIELD_SEGMENTS)
			warn_list(grounds, count, settings[i].where, settings[i].addresses, settings[i].address_count,
			          warnings);
}

/* A kernel that does not limit nested tunnels may crash on it. */
static void warn_circle(const struct node *node, const struct sid *sid, struct error *warnings)
{
	char text[ADDRESS_TEXT_SIZE];

	if (sid->segment_count && node_sid(node, &sid->segments[0]) == sid)
		fail_at(warnings, sid->where, "warning: the policy of %s begins with that SID again, without end",
		        address_text(&sid->address, text));
}

/* Where the first segment that is not the node's own SID is led to by the policy itself. */
static void warn_self(const struct node *node, const struct policy *policy, struct error *warnings)
{
	char text[ADDRESS_TEXT_SIZE];
	size_t i = 0;

	while (i < policy->segment_count && node_sid(node, &policy->segments[i]))
		i++;
	if (i < policy->segment_count && node_policy(node, NULL, &policy->segments[i]) == policy)
		fail_at(warnings, policy->where,
		        "warning: the policy leads %s to its own route again, by the segment %s", node->name,
		        address_text(&policy->segments[i], text));
}

static void warn_policies(const struct plan *ground, struct error *warnings)
{
	for (size_t n = 0; n < ground->topology->node_count; n++) {
		const struct node *node = &ground->topology->nodes[n];
		for (size_t i = 0; i < node->sid_count; i++) {
			warn_list(ground, 1, node->sids[i].where, node->sids[i].segments, node->sids[i].segment_count,
			          warnings);
			warn_circle(node, &node->sids[i], warnings);
		}
		for (size_t i = 0; i < node->policy_count; i++) {
			const struct policy *policy = &node->policies[i];
			warn_list(ground, 1, policy->where, policy->segments, policy->segment_count, warnings);
			warn_self(node, policy, warnings);
		}
	}
}

void plan_warn(const struct testcase *testcase, struct topology *const *topologies, struct error *warnings)
{
	size_t count = testcase->topology_count;
	struct plan *grounds = zalloc(count * sizeof *grounds);

	for (size_t t = 0; t < count; t++) {
		grounds[t] = ground_of(topologies[t]);
		warn_policies(&grounds[t], warnings);
	}
	warn_settings(grounds, count, testcase->base, testcase->base_count, warnings);
	for (size_t a = 0; a < testcase->axis_count; a++)
		for (size_t v = 0; v < testcase->axes[a].value_count; v++)
			warn_settings(grounds, count, testcase->axes[a].values[v].settings,
			              testcase->axes[a].values[v].setting_count, warnings);
	for (size_t t = 0; t < count; t++) {
		topology_free(grounds[t].topology);
		free(grounds[t].interfaces);
	}
	free(grounds);
}
