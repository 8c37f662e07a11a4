/* Names of nodes and interfaces that a case uses, looked up in its topologies. One topology that has the name is
 * enough, since an axis over topologies varies which names exist. */
#include <string.h>

#include "declare.h"

static bool has_interface(const struct topology *topology, const char *node, const char *name)
{
	size_t index = topology_node(topology, node);

	return index != NOT_FOUND && topology_interface(topology, index, name) != NOT_FOUND;
}

bool scope_node(const struct scope *scope, const char *name, struct where where, struct error *err)
{
	struct nearest nearest = { .word = name };
	owned_text list = NULL;

	if (!scope->complete)
		return true;
	for (size_t t = 0; t < scope->count; t++) {
		const struct topology *topology = scope->topologies[t];
		if (topology_node(topology, name) != NOT_FOUND)
			return true;
		for (size_t i = 0; i < topology->node_count; i++) {
			nearest_try(&nearest, topology->nodes[i].name);
			if (t == 0)
				text_append(&list, "%s%s", i ? ", " : "", topology->nodes[i].name);
		}
	}
	fail_at(err, where, "there is no node '%.60s'%s; %s has %s", name, nearest_hint(&nearest).text,
	        scope->topologies[0]->name, list);
	return false;
}

bool scope_interface(const struct scope *scope, const char *node, const char *name, struct where where,
                     struct error *err)
{
	owned_text list = NULL;

	if (!scope->complete)
		return true;
	if (!scope_node(scope, node, where, err))
		return false;
	for (size_t t = 0; t < scope->count; t++) {
		const struct topology *topology = scope->topologies[t];
		if (has_interface(topology, node, name))
			return true;
		size_t index = topology_node(topology, node);
		FOR_EACH_INTERFACE (i, topology, index)
			if (!list || !strstr(list, topology->interfaces[i].name))
				text_append(&list, "%s%s", list ? ", " : "", topology->interfaces[i].name);
	}
	fail_at(err, where, "node %s has no interface '%.60s'; it has %s", node, name, list ? list : "none");
	return false;
}
