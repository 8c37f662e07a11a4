#include <stdio.h>
#include <string.h>

#include "nic.h"

/* QEMU's own prefix. */
static const uint8_t prefix[3] = { 0x52, 0x54, 0x00 };

void nic_mac(uint8_t mac[6], struct nic_end end)
{
	memcpy(mac, prefix, sizeof prefix);
	mac[3] = (uint8_t)end.row;
	mac[4] = (uint8_t)end.pair;
	mac[5] = (uint8_t)end.end;
}

bool nic_of_mac(struct nic_end *ret, const uint8_t mac[6])
{
	if (memcmp(mac, prefix, sizeof prefix) != 0 || mac[3] >= NICS || mac[5] > 1)
		return false;
	*ret = (struct nic_end){ mac[3], mac[4], mac[5] };
	return true;
}

const char *nic_name(char name[NAME_SIZE], struct nic_end end)
{
	snprintf(name, NAME_SIZE, "%s-%u%c", nic_table[end.row].word, end.pair % NIC_PAIRS, end.end ? 'b' : 'a');
	return name;
}

unsigned nic_pair(const struct topology *topology, size_t link)
{
	unsigned pair = 0;

	for (size_t i = 0; i < link; i++)
		pair += link_kind(&topology->links[i])->lent &&
		        topology->interfaces[topology->links[i].first].model ==
		                topology->interfaces[topology->links[link].first].model;
	return pair;
}

struct nic_end nic_end(const struct topology *topology, size_t interface)
{
	return (struct nic_end){ (size_t)(topology->interfaces[interface].model - nic_table),
		                 nic_pair(topology, topology->interfaces[interface].link),
		                 (unsigned)link_position(topology, interface) };
}

void nic_count(unsigned pairs[NICS], const struct topology *topology)
{
	for (size_t i = 0; i < topology->link_count; i++) {
		unsigned needed = nic_pair(topology, i) + 1;
		if (!link_kind(&topology->links[i])->lent)
			continue;
		size_t row = nic_end(topology, topology->links[i].first).row;
		if (needed > pairs[row])
			pairs[row] = needed;
	}
}
