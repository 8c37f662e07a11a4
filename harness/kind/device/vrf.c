/* A VRF: a device whose table is looked in for what comes in by it, or by a SID that names the table. */
#include <linux/if_link.h>

#include "device.h"

static void depends(struct lines *lines, size_t made)
{
	struct command *line = &lines->commands[lines->count - 1];

	line->dispensable = true;
	line->after = made;
}

/* A name with a dot cannot be an interface's of a file. In strict mode, which End.DT4 and End.DT46 ask for, no two have
 * one table. */
static void lines(struct lines *lines, const struct device_plan *device)
{
	size_t node = device->node;
	owned_text name = device->name ? text_copy(device->name) : text_format("vrf.%s", device->table);
	owned_text index = device->index ? text_format(" index %u", device->index) : text_copy("");
	struct command *line =
	        LINE(lines, node, TOOL_IP, "link add %s%s type vrf table %s", name, index, device->table);
	struct facts *facts = line_leaves(line, node, THING_LINK, text_copy(name));
	size_t made = lines->count;

	facts_add(facts, "kind", "vrf");
	facts_add(facts, "table", "%s", device->table);
	if (device->index)
		facts_add(facts, "index", "%u", device->index);
	line->option = "NET_VRF";
	line->dispensable = true;
	quiet_line(lines, node, name);
	depends(lines, made);
	sysctl_line(lines, node, "NET_VRF", "net.vrf.strict_mode", device->settings->vrf_strict_mode);
	depends(lines, made);
}

static const struct held_key held[] = {
	{ "table", IFLA_VRF_TABLE, HELD_NUMBER },
	{ NULL, 0, 0 },
};

const struct device_kind device_vrf = {
	.word = "vrf",
	.about = "a VRF, which a SID's vrftable asks for",
	.modules = "vrf",
	.lines = lines,
	.held_as = "vrf",
	.held = held,
};
