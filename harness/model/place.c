/* Places: what routes lead through without policies. A node's table main is one, and each of its VRFs is one of its
 * own, since what comes in by a port of a VRF does not get into another table by itself. */
#include "topology.h"

size_t topology_places(const struct topology *topology)
{
	size_t places = topology->node_count;

	for (size_t i = 0; i < topology->node_count; i++)
		places += topology->nodes[i].vrf_count;
	return places;
}

static size_t vrf_place(const struct topology *topology, size_t node, size_t vrf)
{
	size_t place = topology->node_count + vrf;

	for (size_t i = 0; i < node; i++)
		place += topology->nodes[i].vrf_count;
	return place;
}

size_t interface_place(const struct topology *topology, size_t interface)
{
	const struct interface *i = &topology->interfaces[interface];

	return i->vrf ? vrf_place(topology, i->node, i->vrf - 1) : i->node;
}

size_t table_place(const struct topology *topology, size_t node, const char *table)
{
	const struct vrf *vrf = node_vrf_of(&topology->nodes[node], table);

	return vrf ? vrf_place(topology, node, (size_t)(vrf - topology->nodes[node].vrfs)) : node;
}

size_t place_node(const struct topology *topology, size_t place, const char **table)
{
	*table = NULL;
	if (place < topology->node_count)
		return place;
	size_t node = 0, vrf = place - topology->node_count;
	while (vrf >= topology->nodes[node].vrf_count)
		vrf -= topology->nodes[node++].vrf_count;
	*table = topology->nodes[node].vrfs[vrf].table;
	return node;
}
