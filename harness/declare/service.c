/* A service that a case turns on must be on the path of its packets: otherwise a PASS would say nothing about it. */
#include <fnmatch.h>
#include <string.h>

#include "declare.h"
#include "device.h"

/* The segment itself, or what is left of a carrier (next-csid) after each shift: ends, since every shift shortens the
 * argument. */
static bool becomes(const struct topology *topology, struct address address, const struct address *sid)
{
	struct address next;

	while (!address_same(&address, sid)) {
		const struct sid *at = topology_sid(topology, &address, NULL);
		if (!at || !sid_shift(at, &address, &next))
			return false;
		address = next;
	}
	return true;
}

static bool leads_to(const struct topology *topology, const struct setting *settings, size_t count,
                     const struct address *sid)
{
	for (size_t i = 0; i < count; i++)
		for (size_t a = 0; settings[i].kind == SET_TRAFFIC && a < settings[i].address_count; a++)
			if (becomes(topology, settings[i].addresses[a], sid))
				return true;
	return false;
}

/* A SID's policy may also lead there. */
static bool policy_leads_to(const struct topology *topology, const struct address *sid)
{
	for (size_t n = 0; n < topology->node_count; n++)
		for (size_t s = 0; s < topology->nodes[n].sid_count; s++)
			for (size_t i = 0; i < topology->nodes[n].sids[s].segment_count; i++)
				if (becomes(topology, topology->nodes[n].sids[s].segments[i], sid))
					return true;
	return false;
}

static bool is_reached(const struct testcase *testcase, const struct topology *topology, const struct address *sid)
{
	if (leads_to(topology, testcase->base, testcase->base_count, sid) || policy_leads_to(topology, sid))
		return true;
	for (size_t a = 0; a < testcase->axis_count; a++)
		for (size_t v = 0; v < testcase->axes[a].value_count; v++) {
			const struct axis_value *value = &testcase->axes[a].values[v];
			if (leads_to(topology, value->settings, value->setting_count, sid))
				return true;
		}
	return false;
}

static void setting_check(const struct case_draft *draft, const struct setting *setting, struct error *err)
{
	const struct node *unreached = NULL;

	if (setting->kind != SET_SERVICE || !device_at((int)setting->number))
		return;
	for (size_t t = 0; t < draft->scope.count; t++) {
		const struct topology *topology = draft->scope.topologies[t];
		for (size_t n = 0; n < topology->node_count; n++) {
			const struct node *node = &topology->nodes[n];
			if (fnmatch(setting->node, node->name, 0) != 0 || !node_service_sid(node))
				continue;
			if (is_reached(draft->testcase, topology, node_service_sid(node)))
				return; /* a glob may match nodes for which the case has no segment */
			unreached = node;
		}
	}
	char text[ADDRESS_TEXT_SIZE];
	if (unreached)
		fail_at(err, setting->where, "no packet reaches the service of %s: put its SID %s into `segments`",
		        unreached->name, address_text(node_service_sid(unreached), text));
}

void services_check(const struct case_draft *draft, struct error *err)
{
	const struct testcase *testcase = draft->testcase;

	for (size_t i = 0; i < testcase->base_count; i++)
		setting_check(draft, &testcase->base[i], err);
	for (size_t a = 0; a < testcase->axis_count; a++)
		for (size_t v = 0; v < testcase->axes[a].value_count; v++)
			for (size_t i = 0; i < testcase->axes[a].values[v].setting_count; i++)
				setting_check(draft, &testcase->axes[a].values[v].settings[i], err);
}
