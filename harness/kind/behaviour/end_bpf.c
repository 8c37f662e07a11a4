/* End.BPF: as End, and then a BPF program decides (Linux 4.18, seg6_local.c). */
#include "parts.h"

static void parameters(struct facts *facts, const struct sid *sid, const char *nh6)
{
	(void)nh6;
	add_given(facts, "endpoint", sid->endpoint);
}

const struct behaviour end_bpf = {
	.word = "End.BPF",
	.action = 15,
	.rfc = "bpf-helpers(7), lwt_seg6_*",
	.allows = MAY_PROGRAM,
	.parameters = parameters,
};
