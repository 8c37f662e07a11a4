/* A line, and beside it what the line leaves in the kernel: read back once the line was applied. */
#include <stdlib.h>
#include <string.h>

#include "line.h"

const struct word tool_words[] = {
	{ "ip", TOOL_IP, NULL }, { "ethtool", TOOL_ETHTOOL, NULL }, { "sysctl", TOOL_SYSCTL, NULL }, { NULL, 0, NULL }
};

struct command *line_add(struct lines *lines, size_t node, enum tool tool, char *text)
{
	struct command *line = PUSH(lines->commands, lines->count);

	*line = (struct command){ .node = node, .tool = tool, .text = text };
	return line;
}

struct facts *line_leaves(struct command *line, size_t node, enum thing_kind kind, char *name)
{
	struct thing *thing = PUSH(line->things, line->thing_count);

	*thing = (struct thing){ .node = node, .kind = kind, .name = name };
	return &thing->facts;
}

void sysctl_line(struct lines *lines, size_t node, const char *option, const char *name, int value)
{
	struct command *line = LINE(lines, node, TOOL_SYSCTL, "%s=%d", name, value);

	line->option = option;
	facts_add(line_leaves(line, node, THING_SYSCTL, text_copy(name)), "value", "%d", value);
}

void seg6_lines(struct lines *lines, size_t n, const struct node *node, const char *interface, bool is_enabled)
{
	owned_text enabled = text_format("net.ipv6.conf.%s.seg6_enabled", interface);
	owned_text hmac = text_format("net.ipv6.conf.%s.seg6_require_hmac", interface);

	sysctl_line(lines, n, "IPV6", enabled, is_enabled);
	if (node->seg6_require_hmac)
		sysctl_line(lines, n, "IPV6_SEG6_HMAC", hmac, node->seg6_require_hmac);
}

void route_facts(struct facts *facts, const char *via, const char *device)
{
	facts_add(facts, "type", "unicast");
	if (via)
		facts_add(facts, "via", "%s", via);
	facts_add(facts, "dev", "%s", device);
}

/* iproute2 has 1024 octets for the list as it is written, and 1024 for the attributes that it makes of it: beyond them
 * it sends another list, or none, without a word. Its versions differ in what they need besides. */
bool list_is_long(const char *list, size_t entries)
{
	return strlen(list) > 800 || entries > 48;
}

void blackhole_line(struct lines *lines, size_t node, const struct address *address)
{
	const struct prefix prefix = prefix_of(address);
	char text[PREFIX_TEXT_SIZE];
	struct command *line = LINE(lines, node, TOOL_IP, "route add blackhole %s", prefix_text(&prefix, text));

	facts_add(line_leaves(line, node, THING_ROUTE, text_copy(text)), "type", "blackhole");
}

void quiet_line(struct lines *lines, size_t node, const char *device)
{
	struct command *line = LINE(lines, node, TOOL_IP, "link set dev %s addrgenmode none multicast off up", device);
	struct facts *facts = line_leaves(line, node, THING_LINK, text_copy(device));

	facts_add(facts, "addrgenmode", "none");
	facts_add(facts, "multicast", "off");
	facts_add(facts, "up", "yes");
}

void neighbour_line(struct lines *lines, size_t node, const char *address, const char *mac, const char *device)
{
	struct command *line =
	        LINE(lines, node, TOOL_IP, "neigh add %s lladdr %s nud permanent dev %s", address, mac, device);
	struct facts *facts = line_leaves(line, node, THING_NEIGHBOUR, text_format("%s dev %s", address, device));

	facts_add(facts, "lladdr", "%s", mac);
	facts_add(facts, "nud", "permanent");
}

static void things_free(struct command *line)
{
	for (size_t i = 0; i < line->thing_count; i++) {
		free(line->things[i].name);
		facts_clear(&line->things[i].facts);
	}
	free(line->things);
}

void command_clear(struct command *command)
{
	things_free(command);
	free(command->text);
	*command = (struct command){ 0 };
}

void commands_free(struct command *commands, size_t count)
{
	for (size_t i = 0; i < count; i++)
		command_clear(&commands[i]);
	free(commands);
}
