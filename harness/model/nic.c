#include <stdio.h>
#include <string.h>

#include "nic.h"

const struct nic nic_table[NICS] = {
	[NIC_ROW(MODEL_VIRTIO_NET)] = { "virtio-net-pci", "virtio_pci virtio_net", "virtio_net", 0x1af4, 0x1000, true },
	[NIC_ROW(MODEL_E1000)] = { "e1000", "e1000", "e1000", 0x8086, 0x100e, true },
	[NIC_ROW(MODEL_E1000E)] = { "e1000e", "e1000e", "e1000e", 0x8086, 0x10d3, true },
	[NIC_ROW(MODEL_VMXNET3)] = { "vmxnet3", "vmxnet3", "vmxnet3", 0x15ad, 0x07b0, true },
	[NIC_ROW(MODEL_IGB)] = { "igb", "igb", "igb", 0x8086, 0x10c9, true },
	[NIC_ROW(MODEL_RTL8139)] = { "rtl8139", "8139cp", "8139cp", 0x10ec, 0x8139, true },
	[NIC_ROW(MODEL_PCNET)] = { "pcnet", "pcnet32", "pcnet32", 0x1022, 0x2000, false },
	[NIC_ROW(MODEL_TULIP)] = { "tulip", "tulip", "tulip", 0x1011, 0x0019, false },
};

enum link_kind nic_kind(enum nic_model model)
{
	return model >= MODEL_VIRTIO_NET ? LINK_NIC : LINK_NIC_MODEL;
}

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
	snprintf(name, NAME_SIZE, "%s-%u%c", word_of(nic_model_words, (int)NIC_MODEL_OF(end.row)), end.pair % NIC_PAIRS,
	         end.end ? 'b' : 'a');
	return name;
}

unsigned nic_pair(const struct topology *topology, size_t link)
{
	unsigned pair = 0;

	for (size_t i = 0; i < link; i++)
		pair += topology->links[i].kind == LINK_NIC &&
		        topology->interfaces[topology->links[i].first].model ==
		                topology->interfaces[topology->links[link].first].model;
	return pair;
}

struct nic_end nic_end(const struct topology *topology, size_t interface)
{
	return (struct nic_end){ NIC_ROW(topology->interfaces[interface].model),
		                 nic_pair(topology, topology->interfaces[interface].link),
		                 (unsigned)link_position(topology, interface) };
}

void nic_count(unsigned pairs[NICS], const struct topology *topology)
{
	for (size_t i = 0; i < topology->link_count; i++) {
		size_t row = NIC_ROW(topology->interfaces[topology->links[i].first].model);
		unsigned needed = nic_pair(topology, i) + 1;
		if (topology->links[i].kind == LINK_NIC && needed > pairs[row])
			pairs[row] = needed;
	}
}
