/* l2encap.red: H.Encaps.L2.Red. */
#include "mode.h"

const struct mode_kind mode_l2encap_red = {
	.source = "RFC 8986 5.4",
	.by_seg6 = true,
	.number = 4,
	.leads = true,
	.reduced = true,
	.frame = true,
	.outer = true,
};
