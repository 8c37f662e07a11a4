/* nic-model links: two TAP devices joined in user space. What leaves the kernel passes the model of the sending end's
 * driver, which finishes the checksum of a packet, or fails to. */
#include <errno.h>
#include <net/ethernet.h>
#include <string.h>
#include <unistd.h>

#include "probe_internal.h"

#define IPV6_NEXT_HEADER 6
#define IPV6_LENGTH      40

/* What today's drivers do: the sum from csum_start on goes to csum_start + csum_offset, whatever lies before. */
static bool finish_from_start(const struct virtio_net_hdr *offload, uint8_t *frame, size_t length)
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

/* ixgbe_tx_csum() up to 4.4: the protocol is the IPv6 header's next header; with skb->encapsulation, which a tunnel
 * sets, the inner header's. Behind an encap SRH that is the inner packet's. */
static uint8_t protocol_seen(const uint8_t *frame, size_t length)
{
	struct packet_view view = packet_parse((struct bytes){ frame, length });
	size_t ipv6 = view.encapsulated && view.tcp ? view.tcp_offset - IPV6_LENGTH : ETH_HLEN;

	return frame[ipv6 + IPV6_NEXT_HEADER];
}

static void transmit(struct play *play, size_t interface, const struct virtio_net_hdr *offload, uint8_t *frame,
                     size_t length)
{
	const struct interface *sender = &play->plan->topology->interfaces[interface];

	if (!(offload->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		return;
	if (sender->model == MODEL_NEXT_HEADER) {
		uint8_t protocol = protocol_seen(frame, length);
		if (protocol == IPPROTO_TCP)
			finish_from_start(offload, frame, length);
		else
			complain(play->trace, "%s.%s: partial checksum but l4 proto=%x!",
			         play->probe->lab->names[sender->node], sender->name, protocol);
	} else if (!finish_from_start(offload, frame, length)) {
		complain(play->trace, "%s.%s: csum_start %u lies outside the packet",
		         play->probe->lab->names[sender->node], sender->name, offload->csum_start);
	}
}

static void nic_packet(struct play *play, size_t interface, uint8_t *octets, size_t length)
{
	struct virtio_net_hdr offload;
	const size_t before = sizeof offload;

	memcpy(&offload, octets, before);
	transmit(play, interface, &offload, octets + before, length - before);
	memset(octets, 0, before); /* on the wire there is nothing but octets */
	if (write(play->probe->lab->taps[link_peer(play->plan->topology, interface)], octets, length) < 0)
		complain(play->trace, "%s.%s: the wire refused a packet: %s",
		         play->probe->lab->names[play->plan->topology->interfaces[interface].node],
		         play->plan->topology->interfaces[interface].name, strerror(errno));
}

void nics_read(struct play *play)
{
	static uint8_t octets[sizeof(struct virtio_net_hdr) + 65536 + ETH_HLEN];
	const struct lab *lab = play->probe->lab;

	for (size_t i = 0; i < lab->interface_count; i++) {
		if (lab->taps[i] < 0)
			continue;
		/* Not `moved`: fences pass here too, and a test packet is seen arriving at the far end. */
		for (ssize_t got; (got = read(lab->taps[i], octets, sizeof octets)) > 0;)
			if ((size_t)got > sizeof(struct virtio_net_hdr) + ETH_HLEN + IPV6_LENGTH)
				nic_packet(play, i, octets, (size_t)got);
	}
}
