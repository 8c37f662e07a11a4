/* nic: in a guest, two NICs that QEMU emulates, joined outside it, with the kernel's real drivers. */
#include "nic.h"

/* clang-format off: word and about; QEMU's device, the kernel's modules and driver, PCI's vendor and device */
const struct nic_model nic_table[NICS] = {
	{ "virtio-net", "virtio_net; joined by a hub it has no offloads of its own", .device = "virtio-net-pci",
	  .modules = "virtio_pci virtio_net", .driver = "virtio_net", .vendor_id = 0x1af4, .device_id = 0x1000,
	  .gro = true },
	{ "e1000", "Intel 82540EM", .device = "e1000", .modules = "e1000", .driver = "e1000", .vendor_id = 0x8086,
	  .device_id = 0x100e, .gro = true },
	/* Up to 4.14 e1000e takes every interrupt of the device's third vector for a change of the link, and by a race
	 * loses the link for moments, or for good (4aea7a5c5e94 and 19110cfbb34d, 4.15). With MSI it asks what the
	 * interrupt was. */
	{ "e1000e", "Intel 82574L", .device = "e1000e", .modules = "e1000e", .driver = "e1000e", .vendor_id = 0x8086,
	  .device_id = 0x10d3, .gro = true, .parameter = "IntMode", .value = "1", .parameter_for = "<4.15" },
	{ "vmxnet3", "VMware's", .device = "vmxnet3", .modules = "vmxnet3", .driver = "vmxnet3", .vendor_id = 0x15ad,
	  .device_id = 0x07b0, .gro = true },
	{ "igb", "Intel 82576; QEMU 8.0 and later", .device = "igb", .modules = "igb", .driver = "igb",
	  .vendor_id = 0x8086, .device_id = 0x10c9, .gro = true },
	{ "rtl8139", "Realtek 8139C+", .device = "rtl8139", .modules = "8139cp", .driver = "8139cp",
	  .vendor_id = 0x10ec, .device_id = 0x8139, .gro = true },
	{ "pcnet", "AMD PCnet", .device = "pcnet", .modules = "pcnet32", .driver = "pcnet32", .vendor_id = 0x1022,
	  .device_id = 0x2000, .gro = false },
	{ "tulip", "DEC 21143", .device = "tulip", .modules = "tulip", .driver = "tulip", .vendor_id = 0x1011,
	  .device_id = 0x0019, .gro = false },
};
/* clang-format on */

/* From the guest's own namespace, where it has another name, to its node. */
static void make(struct lines *lines, const struct port_plan *ports, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct command *line = LINE(lines, MACHINE, TOOL_IP, "link set dev %s netns %s name %s", ports[i].lent,
		                            ports[i].node_name, ports[i].name);
		facts_add(line_leaves(line, ports[i].node, THING_LINK, text_copy(ports[i].name)), "address", "%s",
		          ports[i].mac);
	}
}

/* Where large receive offload is on, as vmxnet3 has it at first, GRO is not run: it is off where no cell asks for it.
 */
static void port_lines(struct lines *lines, const struct port_plan *port)
{
	struct command *line = LINE(lines, port->node, TOOL_IP, "link set dev %s mtu %u", port->name, port->mtu);

	facts_add(line_leaves(line, port->node, THING_LINK, text_copy(port->name)), "mtu", "%u", port->mtu);
	LINE(lines, port->node, TOOL_ETHTOOL, "-K %s lro off", port->name);
}

/* Some drivers take the setting too. */
static char *no_gro(const struct nic_model *model)
{
	return model->gro ? NULL
	                  : text_format("gro is on for %s NICs, and their driver %s runs none", model->word,
	                                model->driver);
}

const struct link_kind link_nic = {
	.word = "nic",
	.about = "in a guest: two NICs that QEMU emulates, with the kernel's real drivers",
	.ports = 2,
	.models = nic_table,
	.model_count = NICS,
	.one_model = true,
	.needs = 1U << FEATURE_NIC,
	.no_gro = no_gro,
	.lent = true,
	.state_unknown = true, /* pcnet32 never loses its carrier, and never says that it has one */
	.cuts = true,
	.note = "# Its NICs are those that `hopcheck matrix` gives a guest: run it in one.\n",
	.make = make,
	.port = port_lines,
};
