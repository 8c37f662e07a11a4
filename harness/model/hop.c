/* Hops: their names, "dst.a0:in", and what was seen there. */
#include <net/ethernet.h>
#include <stdio.h>
#include <string.h>

#include "trace.h"

const struct word hop_direction_words[] = {
	{ "in", HOP_IN, "arriving at the node" },
	{ "out", HOP_OUT, "leaving from the node" },
	{ NULL, 0, NULL },
};

const struct word way_words[] = {
	{ "other", WAY_OTHER, "not of the connection: an ICMP error" },
	{ "forward", WAY_FORWARD, "from `from` to `to`" },
	{ "back", WAY_BACK, "from `to` to `from`" },
	{ NULL, 0, NULL },
};

const char *hop_text(const struct topology *topology, size_t hop, char buffer[HOP_TEXT_SIZE])
{
	const struct interface *interface = &topology->interfaces[HOP_INTERFACE(hop)];

	snprintf(buffer, HOP_TEXT_SIZE, "%s.%s:%s", topology->nodes[interface->node].name, interface->name,
	         word_of(hop_direction_words, HOP_DIRECTION(hop)));
	return buffer;
}

void captured_parse(struct captured *captured)
{
	const struct bytes frame = { captured->data, captured->length };

	captured->view = packet_parse_start(frame, captured->wire_length);
	captured->view.whole |= captured->headers_only;
}

static bool may_merge_as_lists(const struct plan *plan)
{
	for (size_t i = 0; plan->offloads && i < INTERFACES(plan->topology); i++)
		if (plan->offloads[i][OFFLOAD_RX_GRO_LIST] > 0)
			return true;
	return false;
}

enum checksum captured_checksum(const struct captured *captured, const struct plan *plan)
{
	if (captured->gso_size && may_merge_as_lists(plan))
		return packet_list_checksum(&captured->view, captured->needs_csum, captured->gso_size);
	return packet_checksum(&captured->view, captured->needs_csum);
}

size_t captured_excess(const struct topology *topology, const struct captured *captured)
{
	size_t most = ETHER_HDR_LEN + topology->interfaces[HOP_INTERFACE(captured->hop)].mtu;

	if (HOP_DIRECTION(captured->hop) == HOP_IN || captured->gso_size || captured->wire_length <= most)
		return 0;
	return captured->wire_length - most;
}

size_t hop_find(const struct topology *topology, const char *text)
{
	char node[NAME_SIZE] = "", interface[NAME_SIZE] = "", direction[4] = "in";
	int end = 0, way;

	if (sscanf(text, "%15[^.:].%15[^.:]%n", node, interface, &end) != 2 ||
	    (text[end] && sscanf(text + end, ":%3[a-z]", direction) != 1))
		return NOT_FOUND;
	if (text[end] && strcmp(text + end + 1, direction) != 0)
		return NOT_FOUND;
	size_t node_index = topology_node(topology, node);
	if (node_index == NOT_FOUND || !word_value(hop_direction_words, direction, &way))
		return NOT_FOUND;
	size_t index = topology_interface(topology, node_index, interface);
	return index == NOT_FOUND ? NOT_FOUND : HOP(index, way);
}

const char *counter_owner(const struct topology *topology, const struct counter *counter)
{
	return counter->node == NOT_FOUND ? NO_NODE : topology->nodes[counter->node].name;
}
