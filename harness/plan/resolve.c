/* The topology and traffic of one cell: `set` and `traffic`, then the settings of each axis. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "nic.h"
#include "plan_internal.h"

/* First of all, since the transport decides which fields there are. */
static void apply_choice(struct plan *plan, const struct setting *setting)
{
	if (setting->kind == SET_TRAFFIC && setting->field->type == FIELD_TRANSPORT)
		traffic_choose(&plan->traffic, setting->number);
}

static void apply_model(struct topology *topology, size_t index, const struct nic_model *model)
{
	if (port_kind(topology, index) != nic_model_kind(model))
		return;
	topology->interfaces[index].model = model;
	if (port_kind(topology, index)->one_model)
		FOR_EACH_OTHER (other, topology, index)
			topology->interfaces[other].model = model;
}

static void apply_interface(struct plan *plan, size_t index, const struct setting *setting)
{
	struct interface *interface = &plan->topology->interfaces[index];

	if (fnmatch(setting->interface, interface->name, 0) != 0)
		return;
	if (setting->kind == SET_OFFLOAD)
		plan->offloads[index][setting->offload] = setting->number != 0;
	else if (setting->kind == SET_MTU)
		interface->mtu = (unsigned)setting->number;
	else if (setting->kind == SET_SEG6_ENABLED)
		interface->seg6_enabled = setting->number ? 1 : -1;
	else if (setting->kind == SET_MODEL)
		apply_model(plan->topology, index, nic_model_at((int)setting->number));
}

static void apply_policies(struct node *node, enum mode mode)
{
	for (size_t i = 0; i < node->policy_count; i++)
		node->policies[i].mode = mode;
}

static void apply_node(struct node *node, const struct setting *setting)
{
	if (setting->kind == SET_SERVICE)
		node_service_slot(node)->kind = device_at((int)setting->number);
	else if (setting->kind == SET_SERVICE_CHECKSUM)
		node_service_slot(node)->checksum = (enum service_checksum)setting->number;
	else if (setting->kind == SET_SEG6_ENABLED)
		node->seg6_enabled = (int)setting->number;
	else if (setting->kind == SET_FORWARDING)
		node->forwarding = setting->number ? 1 : -1;
	else if (setting->kind == SET_SEG6_HMAC)
		node->seg6_require_hmac = (int)setting->number;
	else if (setting->kind == SET_SEG6_FLOWLABEL)
		node->seg6_flowlabel = (int)setting->number;
	else if (setting->kind == SET_VRF_STRICT_MODE)
		node->vrf_strict_mode = (int)setting->number;
	else if (setting->kind == SET_POLICY_MODE)
		apply_policies(node, (enum mode)setting->number);
	else if (setting->kind == SET_SEG6_HMAC_KEY)
		node->seg6_hmac_key = (int)setting->number;
	else if (setting->kind == SET_LISTENER)
		node->listener = (int)setting->number;
}

static void apply(struct plan *plan, const struct setting *setting)
{
	struct topology *topology = plan->topology;

	if (setting->kind == SET_TRAFFIC)
		traffic_set(&plan->traffic, setting);
	if (!setting->node)
		return;
	for (size_t node = 0; node < topology->node_count; node++) {
		if (fnmatch(setting->node, topology->nodes[node].name, 0) != 0)
			continue;
		if (!setting->interface) {
			apply_node(&topology->nodes[node], setting);
			continue;
		}
		FOR_EACH_INTERFACE (i, topology, node)
			apply_interface(plan, i, setting);
	}
}

static int name_ends(struct plan *plan, struct error *err)
{
	const struct traffic *traffic = &plan->traffic;
	const struct topology *topology = plan->topology;

	if (!traffic->from || !traffic->to.family)
		return fail(err, "case %s: traffic needs `from` and `to`", plan->testcase->name);
	plan->from = topology_node(topology, traffic->from);
	plan->headend = traffic->headend ? topology_node(topology, traffic->headend) : plan->from;
	size_t owner = address_owner(plan, &traffic->to);
	plan->to = traffic->to_node ? topology_node(topology, traffic->to_node) : owner;
	plan->to_is_owned = plan->to != NOT_FOUND && address_is_local(plan, plan->to, &traffic->to);
	const char *missing = plan->from == NOT_FOUND                     ? "from"
	                      : plan->headend == NOT_FOUND                ? "headend"
	                      : plan->to == NOT_FOUND && traffic->to_node ? "to_node"
	                                                                  : NULL;
	if (missing)
		return fail_at(err, cell_place(plan, missing), "topology %s has no node '%s'", topology->name,
		               strcmp(missing, "from") == 0      ? traffic->from
		               : strcmp(missing, "headend") == 0 ? traffic->headend
		                                                 : traffic->to_node);
	if (owner != NOT_FOUND && !traffic->to_node && address_is_shared(plan, &traffic->to)) {
		char text[ADDRESS_TEXT_SIZE];
		return fail_at(err, cell_place(plan, "to"),
		               "more than one node of topology %s has the address %s; name `to_node`", topology->name,
		               address_text(&traffic->to, text));
	}
	if (plan->to == NOT_FOUND) {
		char text[ADDRESS_TEXT_SIZE];
		return fail_at(err, cell_place(plan, "to"),
		               "no node of topology %s has the address %s; give it to one, or name `to_node`",
		               topology->name, address_text(&traffic->to, text));
	}
	return 0;
}

/* Applies each of the cell's settings: `set` and `traffic` first, then the axes in their order. */
static void each_setting(struct plan *plan, void (*take_setting)(struct plan *plan, const struct setting *setting))
{
	const struct testcase *testcase = plan->testcase;

	for (size_t i = 0; i < testcase->base_count; i++)
		take_setting(plan, &testcase->base[i]);
	for (size_t a = 0; a < testcase->axis_count; a++) {
		const struct axis_value *value = &testcase->axes[a].values[cell_choice(testcase, plan->cell, a)];
		for (size_t i = 0; i < value->setting_count; i++)
			take_setting(plan, &value->settings[i]);
	}
}

int resolve_cell(struct plan *plan, const struct topology *topology, struct error *err)
{
	plan->topology = topology_copy(topology);
	plan->offloads = zalloc(INTERFACES(topology) * sizeof *plan->offloads);
	memset(plan->offloads, -1, INTERFACES(topology) * sizeof *plan->offloads);
	each_setting(plan, apply_choice);
	traffic_defaults(&plan->traffic);
	each_setting(plan, apply);
	age_apply(plan);
	addresses_make(plan);
	if (name_ends(plan, err) < 0 || cell_refuse(plan, err) < 0)
		return -1;
	plan->from_address = !traffic_is_crafted(&plan->traffic)
	                             ? *node_address(plan, plan->from, plan->traffic.to.family)
	                     : plan->traffic.source.family ? plan->traffic.source
	                                                   : *crafted_source(plan->traffic.to.family);
	plan->outer_address = plan->from_address.family == AF_INET6
	                              ? plan->from_address
	                              : *node_address(plan, plan->headend, AF_INET6); /* until the routes are known */
	return 0;
}
