/* pages: as a wire, and what arrives lies in pages: its Ethernet header alone is linear, the others begin in one page
 * and end in the next. Drivers that receive into pages hand such packets to the kernel; each is polled for itself. */
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

static const struct nic_model models[] = {
	{ "in-pages", "completes checksums and cuts what is large: frames as on a wire", .transmit = finish,
	  .cuts = true },
};

static bool carry(const struct nic_model *sender, struct virtio_net_hdr *offload, uint8_t *frame, size_t length,
                  char complaint[COMPLAINT_SIZE])
{
	bool fine =
	        !(offload->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) || sender->transmit(offload, frame, length, complaint);

	*offload = (struct virtio_net_hdr){ 0 };
	return fine;
}

const struct link_kind link_pages = {
	.word = "pages",
	.about = "TAP devices at the ends of a wire, which get what arrives in pages",
	.ports = 2,
	.models = models,
	.model_count = COUNT(models),
	.modules = "tun",
	.needs = 1U << FEATURE_TUN,
	.cuts = true,
	.paged = true,
	.note = TAP_NOTE,
	.port = tap_lines,
	.carry = carry,
};
