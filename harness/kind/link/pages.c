/* pages: as a wire, and what arrives lies in pages: its Ethernet header alone is linear, the others begin in one page
 * and end in the next. Drivers that receive into pages hand such packets to the kernel; each is polled for itself. */
#include "link.h"
#include "tap.h"

static const struct nic_model models[] = {
	{ "in-pages", "completes checksums and cuts what is large: frames as on a wire", .transmit = tap_finish,
	  .cuts = true },
};

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
	.carry = tap_carry,
};
