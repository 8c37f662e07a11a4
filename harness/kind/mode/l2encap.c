/* l2encap: H.Encaps.L2. */
#include "mode.h"

const struct mode_kind mode_l2encap = {
	.source = "RFC 8986 5.3",
	.by_seg6 = true,
	.number = 2,
	.leads = true,
	.frame = true,
	.outer = true,
};
