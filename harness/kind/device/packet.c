/* A service segment as a user-space program on AF_PACKET. What the kernel knew about a packet beside its octets is
 * gone, as it is for any such program. */
#include "serve.h"

/* The kernel must not forward its packets too: they end here. */
static void lines(struct lines *lines, const struct device_plan *device)
{
	blackhole_line(lines, device->node, device->sid);
}

const struct device_kind device_packet = {
	.word = "packet",
	.about = "a user-space program on AF_PACKET",
	.serves = true,
	.takes = DEVICE_SID | DEVICE_CHECKSUM,
	.modules = "af_packet",
	.note = SERVICE_NOTE,
	.lines = lines,
	.input = INPUT_CAPTURE,
	.process = service_advance,
};
