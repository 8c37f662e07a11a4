/* TAP devices with a virtio_net_hdr, and what a NIC behind them does. */
#include <stdio.h>

#include "tap.h"

bool finish_from_start(const struct virtio_net_hdr *offload, uint8_t *frame, size_t length)
{
	size_t start = offload->csum_start, at = start + offload->csum_offset;

	if (at + 2 > length || start % 2)
		return false;
	uint16_t sum = (uint16_t)~sum_fold(sum_add(0, (struct bytes){ frame + start, length - start }));
	if (sum == 0)
		sum = 0xffff;
	frame[at] = (uint8_t)(sum >> 8);
	frame[at + 1] = (uint8_t)sum;
	return true;
}

bool tap_finish(const struct virtio_net_hdr *offload, uint8_t *frame, size_t length, char complaint[COMPLAINT_SIZE])
{
	snprintf(complaint, COMPLAINT_SIZE, "csum_start %u lies outside the packet", offload->csum_start);
	return finish_from_start(offload, frame, length);
}

bool tap_carry(const struct nic_model *sender, struct virtio_net_hdr *offload, uint8_t *frame, size_t length,
               char complaint[COMPLAINT_SIZE])
{
	const bool fine =
	        !(offload->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) || sender->transmit(offload, frame, length, complaint);

	*offload = (struct virtio_net_hdr){ 0 };
	return fine;
}

void tap_lines(struct lines *lines, const struct port_plan *port)
{
	struct command *line = LINE(lines, port->node, TOOL_IP, "tuntap add dev %s mode tap vnet_hdr", port->name);

	facts_add(line_leaves(line, port->node, THING_LINK, text_copy(port->name)), "kind", "tun");
	line = LINE(lines, port->node, TOOL_IP, "link set dev %s address %s mtu %u", port->name, port->mac, port->mtu);
	struct facts *facts = line_leaves(line, port->node, THING_LINK, text_copy(port->name));
	facts_add(facts, "address", "%s", port->mac);
	facts_add(facts, "mtu", "%u", port->mtu);
}
