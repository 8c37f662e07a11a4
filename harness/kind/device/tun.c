/* A service segment as a user-space program behind a tun device: on its way there the kernel completes checksums. */
#include "serve.h"

#define NAME "svc0"

static void lines(struct lines *lines, const struct device_plan *device)
{
	size_t node = device->node;
	const struct prefix prefix = prefix_of(device->sid);
	char sid[PREFIX_TEXT_SIZE];
	struct command *line = LINE(lines, node, TOOL_IP, "tuntap add dev %s mode tun", NAME);

	facts_add(line_leaves(line, node, THING_LINK, text_copy(NAME)), "kind", "tun");
	quiet_line(lines, node, NAME);
	seg6_lines(lines, node, device->settings, NAME,
	           device->settings->seg6_enabled); /* what the program sends on comes in there */
	line = LINE(lines, node, TOOL_IP, "route add %s dev %s", prefix_text(&prefix, sid), NAME);
	route_facts(line_leaves(line, node, THING_ROUTE, text_copy(sid)), NULL, NAME);
}

const struct device_kind device_tun = {
	.word = "tun",
	.about = "a user-space program behind a tun device: the kernel completes checksums",
	.serves = true,
	.takes = DEVICE_SID | DEVICE_CHECKSUM,
	.modules = "tun",
	.needs = 1U << FEATURE_TUN,
	.name = NAME,
	.note = SERVICE_NOTE,
	.lines = lines,
	.input = INPUT_TUN,
	.process = service_advance,
};
