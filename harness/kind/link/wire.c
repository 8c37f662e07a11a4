/* wire: two TAP devices joined in user space as two machines are: a frame that arrives is nothing but octets, and NAPI
 * hands it to GRO. What leaves the kernel passes the NIC of the sending port. */
#include "link.h"
#include "tap.h"

/* Handed on as it is: the receiver's device has the same virtio_net_hdr. */
static bool pass(const struct virtio_net_hdr *offload, uint8_t *frame, size_t length, char complaint[COMPLAINT_SIZE])
{
	(void)offload;
	(void)frame;
	(void)length;
	(void)complaint;
	return true;
}

enum { WHOLE, VIRTIO, LRO };
static const struct nic_model models[] = {
	[WHOLE] = { "whole", "completes checksums and cuts what is large: frames as on a wire", .transmit = tap_finish,
	            .cuts = true },
	[VIRTIO] = { "virtio", "hands on partial checksums and large packets, as between virtio NICs of one host",
	             .transmit = pass },
	[LRO] = { "lro", "completes checksums, and the receiver gets what is large as one packet, as by LRO",
	          .transmit = tap_finish },
};

static bool carry(const struct nic_model *sender, struct virtio_net_hdr *offload, uint8_t *frame, size_t length,
                  char complaint[COMPLAINT_SIZE])
{
	const struct virtio_net_hdr left = *offload;
	const bool fine = tap_carry(sender, offload, frame, length, complaint);

	if (sender == &models[VIRTIO]) {
		*offload = left;
		offload->flags &= VIRTIO_NET_HDR_F_NEEDS_CSUM;
	} else if (sender == &models[LRO]) {
		*offload = (struct virtio_net_hdr){ .gso_type = left.gso_type,
			                            .gso_size = left.gso_size,
			                            .hdr_len = left.hdr_len };
	}
	return fine;
}

const struct link_kind link_wire = {
	.word = "wire",
	.about = "TAP devices at the ends of a wire: what arrives is octets alone, and GRO gets it from NAPI",
	.ports = 2,
	.models = models,
	.model_count = COUNT(models),
	.modules = "tun",
	.needs = 1U << FEATURE_TUN,
	.cuts = true,
	.napi = true,
	.note = TAP_NOTE,
	.port = tap_lines,
	.carry = carry,
};
