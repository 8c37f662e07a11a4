/* wire: two TAP devices joined in user space as two machines are: a frame that arrives is nothing but octets, and NAPI
 * hands it to GRO. What leaves the kernel passes the NIC of the sending port. */
#include <net/ethernet.h>
#include <stdio.h>
#include <string.h>

#include "link.h"
#include "tap.h"

static bool finish(const struct virtio_net_hdr *offload, uint8_t *frame, size_t length, char complaint[COMPLAINT_SIZE])
{
	snprintf(complaint, COMPLAINT_SIZE, "csum_start %u lies outside the packet", offload->csum_start);
	return finish_from_start(offload, frame, length);
}

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
	[WHOLE] = { "whole", "completes checksums and cuts what is large: frames as on a wire", .transmit = finish,
	            .cuts = true },
	[VIRTIO] = { "virtio", "hands on partial checksums and large packets, as between virtio NICs of one host",
	             .transmit = pass },
	[LRO] = { "lro", "completes checksums, and the receiver gets what is large as one packet, as by LRO",
	          .transmit = finish },
};

static bool carry(const struct nic_model *sender, struct virtio_net_hdr *offload, uint8_t *frame, size_t length,
                  char complaint[COMPLAINT_SIZE])
{
	bool fine =
	        !(offload->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) || sender->transmit(offload, frame, length, complaint);

	if (sender == &models[VIRTIO])
		offload->flags &= VIRTIO_NET_HDR_F_NEEDS_CSUM;
	else if (sender == &models[LRO])
		*offload = (struct virtio_net_hdr){ .gso_type = offload->gso_type,
			                            .gso_size = offload->gso_size,
			                            .hdr_len = offload->hdr_len };
	else
		*offload = (struct virtio_net_hdr){ 0 };
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
