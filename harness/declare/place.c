/* Where settings apply: names and globs against the case's topologies. */
#include <fnmatch.h>
#include <string.h>

#include "nic.h"
#include "setting.h"

static bool is_glob(const char *name)
{
	return strpbrk(name, "*?[") != NULL;
}

static size_t interfaces_matched(const struct setting *setting, const struct topology *topology, size_t *of_kind)
{
	size_t matched = 0;

	for (size_t i = 0; i < INTERFACES(topology); i++) {
		const struct interface *interface = &topology->interfaces[i];
		if (fnmatch(setting->node, topology->nodes[interface->node].name, 0) != 0 ||
		    fnmatch(setting->interface, interface->name, 0) != 0)
			continue;
		matched++;
		of_kind[topology->links[i / 2].kind]++;
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

/* For names rather than globs, says which of the two is wrong. */
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
	size_t matched = 0, of_kind[LINK_KINDS] = { 0 };

	if (!scope->complete)
		return true;
	for (size_t t = 0; t < scope->count; t++)
		matched += setting->interface ? interfaces_matched(setting, scope->topologies[t], of_kind)
		                              : nodes_matched(setting, scope->topologies[t]);
	if (matched == 0)
		return nothing_matched(setting, scope, err);
	if (setting->kind == SET_MODEL && of_kind[LINK_NIC_MODEL] + of_kind[LINK_NIC] == 0) {
		fail_at(err, setting->where,
		        "'%.60s' is on no link of `kind: nic-model` or `kind: nic`; only those have a model",
		        setting->key);
		return false;
	}
	return true;
}

bool model_check(const struct setting *setting, const struct item *value, const struct scope *scope, struct error *err)
{
	enum link_kind kind = nic_kind((enum nic_model)setting->number);
	size_t of_kind[LINK_KINDS] = { 0 };

	if (setting->kind != SET_MODEL || !scope->complete)
		return true;
	for (size_t t = 0; t < scope->count; t++)
		interfaces_matched(setting, scope->topologies[t], of_kind);
	if (of_kind[kind] == 0)
		fail_at(err, value->where, "%s is a model of links of `kind: %s`, and '%.60s' is on none", value->text,
		        word_of(link_words, (int)kind), setting->key);
	return of_kind[kind] > 0;
}

bool service_check(const struct setting *setting, const struct scope *scope, struct error *err)
{
	if (setting->kind != SET_SERVICE || setting->number == SERVICE_OFF || !scope->complete)
		return true;
	for (size_t t = 0; t < scope->count; t++) {
		const struct topology *topology = scope->topologies[t];
		for (size_t i = 0; i < topology->node_count; i++) {
			const struct node *node = &topology->nodes[i];
			if (fnmatch(setting->node, node->name, 0) == 0 && !node->has_service_sid &&
			    node->sid_count == 0) {
				fail_at(err, setting->where,
				        "node %s has no SID that a service could serve; give it one in %s.yaml",
				        node->name, topology->name);
				return false;
			}
		}
	}
	return true;
}
