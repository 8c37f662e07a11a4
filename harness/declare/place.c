/* Where settings apply: names and globs against the case's topologies. */
#include <fnmatch.h>
#include <string.h>

#include "device.h"
#include "setting.h"

static bool is_glob(const char *name)
{
	return strpbrk(name, "*?[") != NULL;
}

/* *with becomes true when one of them is on a link of a kind that has models: of any kind, or of `kind`. */
static size_t interfaces_matched(const struct setting *setting, const struct topology *topology,
                                 const struct link_kind *kind, bool *with)
{
	size_t matched = 0;

	for (size_t i = 0; i < INTERFACES(topology); i++) {
		const struct interface *interface = &topology->interfaces[i];
		if (fnmatch(setting->node, topology->nodes[interface->node].name, 0) != 0 ||
		    fnmatch(setting->interface, interface->name, 0) != 0)
			continue;
		matched++;
		*with |= kind ? port_kind(topology, i) == kind : port_kind(topology, i)->models != NULL;
	}
	return matched;
}

static size_t nodes_matched(const struct setting *setting, const struct topology *topology)
{
	size_t matched = 0;

	for (size_t i = 0; i < topology->node_count; i++)
		matched += fnmatch(setting->node, topology->nodes[i].name, 0) == 0;
	return matched;
}

/* For names rather than globs, reports which of the two is wrong. */
static bool nothing_matched(const struct setting *setting, const struct scope *scope, struct error *err)
{
	if (!is_glob(setting->node) && !setting->interface)
		return scope_node(scope, setting->node, setting->where, err);
	if (!is_glob(setting->node) && !is_glob(setting->interface))
		return scope_interface(scope, setting->node, setting->interface, setting->where, err);
	fail_at(err, setting->where, "'%.60s' matches no %s of the topology", setting->key,
	        setting->interface ? "interface" : "node");
	return false;
}

bool place_check(const struct setting *setting, const struct scope *scope, struct error *err)
{
	size_t matched = 0;
	bool with_models = false;

	if (!scope->complete)
		return true;
	for (size_t t = 0; t < scope->count; t++)
		matched += setting->interface ? interfaces_matched(setting, scope->topologies[t], NULL, &with_models)
		                              : nodes_matched(setting, scope->topologies[t]);
	if (matched == 0)
		return nothing_matched(setting, scope, err);
	if (setting->kind == SET_MODEL && !with_models) {
		owned_text kinds = kinds_with_models("or");
		fail_at(err, setting->where, "'%.60s' is on no link of %s; only those have a model", setting->key,
		        kinds);
		return false;
	}
	return true;
}

bool model_check(const struct setting *setting, const struct item *value, const struct scope *scope, struct error *err)
{
	bool there = false;

	if (setting->kind != SET_MODEL || !scope->complete)
		return true;
	const struct link_kind *kind = nic_model_kind(nic_model_at((int)setting->number));
	for (size_t t = 0; t < scope->count; t++)
		interfaces_matched(setting, scope->topologies[t], kind, &there);
	if (!there)
		fail_at(err, value->where, "%s is a model of links of `kind: %s`, and '%.60s' is on none", value->text,
		        kind->word, setting->key);
	return there;
}

bool policy_check(const struct setting *setting, const struct scope *scope, struct error *err)
{
	size_t policies = 0;

	if (setting->kind != SET_POLICY_MODE || !scope->complete)
		return true;
	for (size_t t = 0; t < scope->count; t++) {
		const struct topology *topology = scope->topologies[t];
		for (size_t i = 0; i < topology->node_count; i++)
			if (fnmatch(setting->node, topology->nodes[i].name, 0) == 0)
				policies += topology->nodes[i].policy_count;
	}
	if (!policies)
		fail_at(err, setting->where, "'%.60s' is of no policy; give `policies` to a node", setting->key);
	return policies;
}

bool service_check(const struct setting *setting, const struct scope *scope, struct error *err)
{
	if (setting->kind != SET_SERVICE || !device_at((int)setting->number) || !scope->complete)
		return true;
	for (size_t t = 0; t < scope->count; t++) {
		const struct topology *topology = scope->topologies[t];
		for (size_t i = 0; i < topology->node_count; i++) {
			const struct node *node = &topology->nodes[i];
			if (fnmatch(setting->node, node->name, 0) == 0 && !node_service_sid(node)) {
				fail_at(err, setting->where,
				        "node %s has no SID that a service could serve; give it one in %s.yaml",
				        node->name, topology->name);
				return false;
			}
		}
	}
	return true;
}
