/* encap.red: H.Encaps.Red. */
#include "mode.h"

const struct mode_kind mode_encap_red = {
	.source = "RFC 8986 5.2",
	.by_seg6 = true,
	.number = 3,
	.leads = true,
	.reduced = true,
	.outer = true,
};
