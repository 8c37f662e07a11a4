/* nic-model: two TAP devices joined in user space. What leaves the kernel passes the model of the sending port's
 * driver, which finishes the checksum of a packet, or fails to. */
#include <net/ethernet.h>
#include <stdio.h>

#include "link.h"
#include "tap.h"

/* Offsets in the headers. */
#define IPV6_NEXT_HEADER 6
#define IPV4_PROTOCOL    9

/* ixgbe_tx_csum() up to 4.4: the protocol is the IP header's, which of IPv6 is its next header; with
 * skb->encapsulation, which a tunnel sets, the inner header's. Behind an encap SRH that is the inner packet's. */
static uint8_t protocol_seen(const uint8_t *frame, size_t length)
{
	const struct packet_view view = packet_parse((struct bytes){ frame, length });
	const struct layer *ip = packet_innermost_ip(&view);

	if (!ip)
		return frame[ETH_HLEN + IPV6_NEXT_HEADER];
	return frame[ip->offset + (ip->kind == LAYER_IPV4 ? IPV4_PROTOCOL : IPV6_NEXT_HEADER)];
}

static bool by_next_header(const struct virtio_net_hdr *offload, uint8_t *frame, size_t length,
                           char complaint[COMPLAINT_SIZE])
{
	uint8_t protocol = protocol_seen(frame, length);

	if (protocol == IPPROTO_TCP)
		finish_from_start(offload, frame, length);
	else
		snprintf(complaint, COMPLAINT_SIZE, "partial checksum but l4 proto=%x!", protocol);
	return protocol == IPPROTO_TCP;
}

static const struct nic_model models[] = {
	{ "csum-start", "completes the checksum where the kernel says, as today's drivers do", .transmit = tap_finish },
	{ "next-header", "looks at the IPv6 next header only, as ixgbe did: may leave it partial",
	  .transmit = by_next_header },
};

/* A TAP takes the setting, and reads it back. */
static char *no_gro(const struct nic_model *model)
{
	(void)model;
	return text_copy("gro is on for a nic-model's interface, and a TAP runs no GRO");
}

const struct link_kind link_nic_model = {
	.word = "nic-model",
	.about = "a TAP device at each end, with a user-space NIC that has checksum offload",
	.ports = 2,
	.models = models,
	.model_count = COUNT(models),
	.modules = "tun",
	.needs = 1U << FEATURE_TUN,
	.no_gro = no_gro,
	.note = TAP_NOTE,
	.port = tap_lines,
	.carry = tap_carry,
};
