/* inline: an SRH behind the packet's own IPv6 header, whose destination becomes the last entry. */
#include "mode.h"

const struct mode_kind mode_inline = {
	.source = "RFC 8754 4.1",
	.by_seg6 = true,
	.number = 0,
	.leads = true,
	.inserts = true,
};
