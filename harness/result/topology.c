/* A topology as results have it: enough to draw it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "behaviour.h"
#include "device.h"
#include "result_internal.h"

static struct labels sids_of(struct pool *pool, const struct node *node)
{
	struct label *sids = zalloc((node->sid_count + 1) * sizeof *sids);
	char text[ADDRESS_TEXT_SIZE + 4];

	for (size_t i = 0; i < node->sid_count; i++) {
		address_text(&node->sids[i].address, text);
		if (node->sids[i].argument)
			sprintf(text + strlen(text), "/%u", 128 - node->sids[i].argument);
		sids[i] = (struct label){ pool_text(pool, text),
			                  pool_text(pool, behaviour_table[node->sids[i].behaviour]->word) };
	}
	struct labels kept = { pool_keep(pool, sids, node->sid_count * sizeof *sids), node->sid_count };
	free(sids);
	return kept;
}

static struct result_node node_of(struct pool *pool, const struct node *node)
{
	const char **addresses = zalloc((node->address_count + 1) * sizeof *addresses);
	struct result_node made = { .name = pool_text(pool, node->name), .sids = sids_of(pool, node) };
	const struct device *service = node_service(node);
	char text[ADDRESS_TEXT_SIZE];

	for (size_t i = 0; i < node->address_count; i++)
		addresses[i] = pool_text(pool, address_text(&node->addresses[i], text));
	made.addresses.at = pool_keep(pool, addresses, node->address_count * sizeof *addresses);
	made.addresses.count = node->address_count;
	if (service)
		made.service = pool_text(pool, service->kind->word);
	free(addresses);
	return made;
}

static const char *end_name(struct pool *pool, const struct topology *topology, size_t interface)
{
	const struct interface *end = &topology->interfaces[interface];

	return pool_format(pool, "%s.%s", topology->nodes[end->node].name, end->name);
}

static struct result_link link_of(struct pool *pool, const struct topology *topology, size_t link)
{
	size_t first = topology->links[link].first, count = topology->links[link].count;
	const char **ends = zalloc((count + 1) * sizeof *ends);

	for (size_t i = 0; i < count; i++)
		ends[i] = end_name(pool, topology, first + i);
	struct texts kept = { pool_keep(pool, ends, count * sizeof *ends), count };
	free(ends);
	return (struct result_link){ .ends = kept,
		                     .kind = pool_text(pool, link_kind(&topology->links[link])->word),
		                     .mtu = (int64_t)topology->interfaces[first].mtu };
}

static struct result_topology topology_of(struct pool *pool, const struct topology *topology)
{
	struct result_node *nodes = zalloc((topology->node_count + 1) * sizeof *nodes);
	struct result_link *links = zalloc((topology->link_count + 1) * sizeof *links);
	struct result_topology made = { .name = pool_text(pool, topology->name) };

	for (size_t i = 0; i < topology->node_count; i++)
		nodes[i] = node_of(pool, &topology->nodes[i]);
	for (size_t i = 0; i < topology->link_count; i++)
		links[i] = link_of(pool, topology, i);
	made.nodes.at = pool_keep(pool, nodes, topology->node_count * sizeof *nodes);
	made.nodes.count = topology->node_count;
	made.links.at = pool_keep(pool, links, topology->link_count * sizeof *links);
	made.links.count = topology->link_count;
	free(nodes);
	free(links);
	return made;
}

const struct result_topology *topology_called(const struct run *run, const char *name)
{
	for (size_t i = 0; name && i < run->topologies.count; i++)
		if (strcmp(run->topologies.at[i].name, name) == 0)
			return &run->topologies.at[i];
	return NULL;
}

void run_set_topologies(struct pool *pool, struct run *run, const struct result_topology *topologies, size_t count)
{
	run->topologies = (struct result_topologies){ pool_keep(pool, topologies, count * sizeof *topologies), count };
	GIVE(pool, run_members, run, topologies);
}

void run_add_topology(struct pool *pool, struct run *run, const struct topology *topology)
{
	size_t count = run->topologies.count;

	if (topology_called(run, topology->name))
		return;
	struct result_topology *all = zalloc((count + 1) * sizeof *all);
	if (count)
		memcpy(all, run->topologies.at, count * sizeof *all);
	all[count] = topology_of(pool, topology);
	run_set_topologies(pool, run, all, count + 1);
	free(all);
}
