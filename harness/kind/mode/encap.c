/* encap: H.Encaps. */
#include "mode.h"

const struct mode_kind mode_encap = {
	.source = "RFC 8986 5.1",
	.by_seg6 = true,
	.number = 1,
	.leads = true,
	.outer = true,
};
