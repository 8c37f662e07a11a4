/* The lab of a script: the plan's lines, and a comment for what is not obvious. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bundle_internal.h"
#include "device.h"

/* Said once, before the first line that has the words. */
static const struct {
	const char *words, *comment;
} comments[] = {
	{ " type veth", "links: each end is made in its node" },
	{ " type vxlan", "a tunnel whose UDP checksum covers the packet" },
	{ " type vrf", "a VRF: a table of its own for what comes in by its ports" },
	{ " type ip6tnl", "an ordinary tunnel of IPv6 in IPv6, without a segment routing header" },
	{ "addrgenmode none", "no link-local address and no multicast: it sends nothing by itself" },
	{ " nodad", "addresses that are usable at once" },
	{ "neigh add", "no neighbour discovery: captures have the test's packets alone" },
	{ "blackhole fd00:c::", "what answers crafted packets ends here: no node has their source" },
	{ "encap seg6local", "a SID: what the node does with packets for it (RFC 8986 4)" },
	{ "encap seg6 ", "a headend: what takes this route gets these segments (RFC 8986 5)" },
	{ "sr tunsrc", "the source of headers that the node pushes" },
	{ "sr hmac", "the key for HMACs (RFC 8754 2.1.2)" },
	{ "rule add", "which table is looked in first" },
	{ "tcp_no_metrics_save", "nothing of earlier connections is remembered" },
	{ "tcp_early_retrans", "no tail loss probes: a loss shows as what is sent again by the timer" },
	{ ".seg6_enabled", "packets with a segment routing header are taken (seg6-sysctl.rst)" },
	{ "icmp.ratelimit", "each loss has its ICMP error" },
	{ "rp_filter", "packets may come by another way than answers go" },
	{ "all.forwarding=1", "it forwards" },
	{ "strict_mode", "no two VRFs have one table, as End.DT4 and End.DT46 ask" },
	{ "-K ", "offloads" },
};

static void say_once(char **text, const char *line, bool said[COUNT(comments)])
{
	for (size_t i = 0; i < COUNT(comments); i++) {
		if (said[i] || !strstr(line, comments[i].words))
			continue;
		said[i] = true;
		text_append(text, "# %s\n", comments[i].comment);
	}
}

char *script_node(const struct plan *plan, size_t node, enum script_style style)
{
	const char *name = plan->topology->nodes[node].name;

	if (style == SCRIPT_ALONE)
		return text_copy(name);
	char *variable = text_format("\"$ns_%s\"", name);
	for (char *c = variable + 2; *c != '"'; c++)
		if (!isalnum((unsigned char)*c))
			*c = '_';
	return variable;
}

/* "net.ipv6.conf.vrf.100.seg6_enabled" as a path: dots in an interface's name stay. */
static char *sysctl_path(const char *name, size_t length)
{
	static const char *const devices[] = { "net.ipv4.conf.", "net.ipv6.conf." };
	char *path = text_format("%.*s", (int)length, name);
	char *from = NULL, *to = strrchr(path, '.');

	for (size_t i = 0; i < COUNT(devices); i++)
		if (strncmp(path, devices[i], strlen(devices[i])) == 0)
			from = path + strlen(devices[i]);
	for (char *c = path; *c; c++)
		if (*c == '.' && !(from && c >= from && c < to))
			*c = '/';
	return path;
}

/* Words of a line that begins a lab's link name its namespaces: "netns r1". */
static void with_nodes(char **text, const char *line, const struct plan *plan, enum script_style style)
{
	owned_text words = text_copy(line);
	char *rest = NULL;
	bool names = false;

	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		owned_text node = names ? script_node(plan, topology_node(plan->topology, word), style) : NULL;
		text_append(text, " %s", node ? node : word);
		names = strcmp(word, "netns") == 0;
	}
}

static void sysctl_words(char **text, const struct command *line, const char *node)
{
	const bool may_lack = strncmp(line->text, "-e ", 3) == 0;
	const char *name = line->text + (may_lack ? 3 : 0), *value = strchr(name, '=');
	owned_text path = sysctl_path(name, (size_t)(value - name));

	text_append(text, "%s set_sysctl %s %s %s\n", may_lack || line->dispensable ? "try" : "run", node, path,
	            value + 1);
}

/* What an older kernel ignores is looked for afterwards: "route add PREFIX encap seg6local ... flavors psp". */
static void flavor_check(char **text, const struct command *line, const char *node)
{
	const char *flavors = strstr(line->text, " flavors "), *prefix = strchr(line->text, ' ');

	prefix = prefix ? strchr(prefix + 1, ' ') : NULL;
	if (!flavors || !line->sid.family || !prefix)
		return;
	text_append(text, "holds %s %.*s 'flavors %.*s'\n", node, (int)strcspn(prefix + 1, " "), prefix + 1,
	            (int)strcspn(flavors + 9, " "), flavors + 9);
}

static void line_words(char **text, const struct plan *plan, const struct command *line, bool needed,
                       enum script_style style)
{
	const char *how = needed ? "run" : "try";

	if (line->node == NOT_FOUND) {
		text_append(text, "%s ip", how);
		with_nodes(text, line->text, plan, style);
		text_append(text, "\n");
		return;
	}
	owned_text node = script_node(plan, line->node, style);
	if (line->tool == TOOL_SYSCTL) {
		sysctl_words(text, line, node);
	} else if (line->tool == TOOL_ETHTOOL) {
		text_append(text, "%s in_node %s ethtool %s\n", how, node, line->text);
	} else if (strncmp(line->text, "sr hmac set ", 12) == 0) {
		text_append(text, "%s hmac_key %s %.*s\n", how, node, (int)strcspn(line->text + 12, " "),
		            line->text + 12);
	} else {
		text_append(text, "%s ip -n %s %s\n", how, node, line->text);
		if (needed)
			flavor_check(text, line, node);
	}
}

void script_lab(char **text, const struct plan *plan, enum script_style style)
{
	bool said[COUNT(comments)] = { false };
	size_t node = NOT_FOUND;

	for (size_t i = 0; i < plan->lab.count; i++) {
		const struct command *line = &plan->lab.commands[i];
		if (line->node != node && line->node < plan->topology->node_count)
			text_append(text, "\n# ---- %s\n", plan->topology->nodes[line->node].name);
		node = line->node;
		say_once(text, line->text, said);
		line_words(text, plan, line, !line->dispensable || plan->needed[i], style);
	}
}

bool script_waits(const struct plan *plan, const struct command *line)
{
	const char *device = strchr(line->text, ' ');

	if (line->tool != TOOL_ETHTOOL || !device || line->node >= plan->topology->node_count)
		return false;
	FOR_EACH_INTERFACE (i, plan->topology, line->node) {
		const char *name = plan->topology->interfaces[i].name;
		if (strncmp(device + 1, name, strlen(name)) == 0 && device[1 + strlen(name)] == ' ')
			return port_kind(plan->topology, i)->carry != NULL;
	}
	return false;
}

void script_beside(char **text, const struct plan *plan, enum script_style style)
{
	bool said[COUNT(comments)] = { false };

	text_append(text, "\n# ---- what this test sets beside its lab\n");
	for (size_t i = 0; i < plan->cell_command_count; i++) {
		if (script_waits(plan, &plan->cell_commands[i]))
			continue;
		say_once(text, plan->cell_commands[i].text, said);
		line_words(text, plan, &plan->cell_commands[i], true, style);
	}
}

char *script_lacks(const struct plan *plan)
{
	const struct topology *topology = plan->topology;

	for (size_t i = 0; i < topology->link_count; i++) {
		const struct link_kind *kind = link_kind(&topology->links[i]);
		if (kind->lent)
			return text_copy("its links are NICs that `hopcheck matrix` gives a guest");
		if (kind->napi || kind->paged)
			return text_format("its links of kind %s are programs of hopcheck behind /dev/net/tun",
			                   kind->word);
	}
	if (cell_flow(plan->testcase, plan->cell))
		return text_copy("it is a flow that follows others in one lab");
	if (plan->flow_count > 1)
		return text_copy("it is a flow that runs at once with others");
	return NULL;
}
