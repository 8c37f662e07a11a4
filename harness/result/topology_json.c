/* A topology as the results' document has it: enough to draw it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "behaviour.h"
#include "device.h"
#include "report_internal.h"

static json_t *node_json(const struct node *node)
{
	json_t *addresses = json_array(), *sids = json_object();
	const struct device *service = node_service(node);
	char text[ADDRESS_TEXT_SIZE + 4];

	for (size_t i = 0; i < node->address_count; i++)
		json_array_append_new(addresses, json_string(address_text(&node->addresses[i], text)));
	for (size_t i = 0; i < node->sid_count; i++) {
		address_text(&node->sids[i].address, text);
		if (node->sids[i].argument)
			sprintf(text + strlen(text), "/%u", 128 - node->sids[i].argument);
		json_object_set_new(sids, text, json_string(behaviour_table[node->sids[i].behaviour]->word));
	}
	return json_pack("{s:s, s:o, s:o, s:s?}", "name", node->name, "addresses", addresses, "sids", sids, "service",
	                 service ? service->kind->word : NULL);
}

static json_t *end_json(const struct topology *topology, size_t interface)
{
	const struct interface *end = &topology->interfaces[interface];

	return json_sprintf("%s.%s", topology->nodes[end->node].name, end->name);
}

static json_t *link_json(const struct topology *topology, const struct link *link)
{
	json_t *ends = json_array();

	for (size_t i = 0; i < link->count; i++)
		json_array_append_new(ends, end_json(topology, link->first + i));
	return json_pack("{s:o, s:s, s:I}", "ends", ends, "kind", link_kind(link)->word, "mtu",
	                 (json_int_t)topology->interfaces[link->first].mtu);
}

void results_add_topology(json_t *topologies, const struct topology *topology)
{
	json_t *nodes, *links;

	if (json_object_get(topologies, topology->name))
		return;
	nodes = json_array();
	links = json_array();
	for (size_t i = 0; i < topology->node_count; i++)
		json_array_append_new(nodes, node_json(&topology->nodes[i]));
	for (size_t i = 0; i < topology->link_count; i++)
		json_array_append_new(links, link_json(topology, &topology->links[i]));
	json_object_set_new(topologies, topology->name, json_pack("{s:o, s:o}", "nodes", nodes, "links", links));
}
