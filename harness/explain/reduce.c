/* A topology without one of its nodes. */
#include <stdlib.h>
#include <string.h>

#include "explain.h"

/* An address, which no name is like, may be one of any node. */
static bool names(const char *text, const struct node *node)
{
	return text && (strpbrk(text, ":.") || strcmp(text, node->name) == 0);
}

/* Whether another node leads its packets to this one by name, or by an address of it. */
static bool is_named(const struct topology *topology, const struct node *node)
{
	for (size_t i = 0; i < topology->node_count; i++) {
		const struct node *other = &topology->nodes[i];
		if (other == node)
			continue;
		for (size_t r = 0; r < other->route_count; r++)
			for (size_t g = 0; g < other->routes[r].gateway_count; g++)
				if (names(other->routes[r].gateways[g].via, node))
					return true;
		for (size_t s = 0; s < other->sid_count; s++)
			if (names(other->sids[s].nh4, node) || names(other->sids[s].nh6, node) || other->sids[s].oif)
				return true;
	}
	return false;
}

/* A link of two ports whose addresses and prefix nobody chose: it can join two others. */
static bool is_plain(const struct topology *topology, size_t interface)
{
	const struct link *link = &topology->links[topology->interfaces[interface].link];

	for (size_t i = link->first; i < link->first + link->count; i++)
		if (topology->interfaces[i].address.family || topology->interfaces[i].ipv4.family)
			return false;
	return link->count == 2 && !link->prefix;
}

/* Which link takes the place of which, and which port that of which: NOT_FOUND: none. */
struct cut {
	size_t node, kept, gone; /* links; kept may be NOT_FOUND: the node has one */
	size_t joins;            /* the port that the kept link gets in place of the node's own */
};

static bool cut_find(struct cut *cut, const struct topology *topology, size_t node)
{
	size_t ports[3] = { 0 }, count = 0;

	FOR_EACH_INTERFACE (i, topology, node)
		if (count < 3)
			ports[count++] = i;
	if (count < 1 || count > 2 || is_named(topology, &topology->nodes[node]))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!is_plain(topology, ports[i]))
			return false;
	*cut = (struct cut){ node, NOT_FOUND, topology->interfaces[ports[0]].link, NOT_FOUND };
	if (count == 1)
		return true;
	cut->kept = topology->interfaces[ports[0]].link;
	cut->gone = topology->interfaces[ports[1]].link;
	cut->joins = link_peer(topology, ports[1]);
	return cut->kept != cut->gone && topology->links[cut->kept].kind == topology->links[cut->gone].kind &&
	       topology->interfaces[link_peer(topology, ports[0])].node != topology->interfaces[cut->joins].node;
}

/* The ports of a link as they are now; the node's own is replaced by the other end of the link that goes. */
static void link_put(struct topology *into, const struct topology *from, size_t index, const struct cut *cut)
{
	const struct link *given = &from->links[index];
	struct link *link = PUSH(into->links, into->link_count);

	*link = *given;
	link->where.file = into->file;
	link->first = into->interface_count;
	for (size_t i = given->first; i < given->first + given->count; i++) {
		const bool own = from->interfaces[i].node == cut->node;
		struct interface *interface = PUSH(into->interfaces, into->interface_count);
		*interface = from->interfaces[own ? cut->joins : i];
		interface->link = into->link_count - 1;
		interface->node -= interface->node > cut->node;
	}
}

/* Frees a node by a topology that has no other. */
static void node_take_out(struct topology *topology, size_t node)
{
	struct topology *alone = zalloc(sizeof *alone);

	*PUSH(alone->nodes, alone->node_count) = topology->nodes[node];
	topology->node_count--;
	memmove(&topology->nodes[node], &topology->nodes[node + 1],
	        (topology->node_count - node) * sizeof *topology->nodes);
	topology_free(alone);
}

/* Every other node still has a link. */
static bool all_are_linked(const struct topology *topology)
{
	for (size_t node = 0; node < topology->node_count; node++)
		if (node_interface(topology, node, NOT_FOUND) == NOT_FOUND)
			return false;
	return topology->node_count > 1;
}

struct topology *topology_without(const struct topology *topology, size_t node)
{
	struct cut cut;

	if (!cut_find(&cut, topology, node))
		return NULL;
	owned(topology) made = topology_copy(topology);
	free(take(made->links));
	free(take(made->interfaces));
	made->link_count = made->interface_count = 0;
	for (size_t i = 0; i < topology->link_count; i++)
		if (i != cut.gone)
			link_put(made, topology, i, &cut);
	owned_text name = take(made->name);
	made->name = text_format("%s without %s", name, topology->nodes[node].name);
	node_take_out(made, node);
	return all_are_linked(made) ? take(made) : NULL;
}
