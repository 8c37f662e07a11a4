/* Lines for a node's VRFs and routing rules. */
#include <string.h>

#include "device.h"
#include "plan_internal.h"

/* Of VRFs, beside those of ports, so that a port can be read back as one of it. */
#define VRF_INDEX 1000

char *table_words(const char *table)
{
	return table ? text_format(" table %s", table) : text_copy("");
}

static size_t vrf_number(const struct plan *plan, size_t node, const char *table)
{
	return table_place(plan->topology, node, table) - plan->topology->node_count;
}

size_t vrf_line(const struct plan *plan, size_t node, const char *table)
{
	return node_vrf_of(&plan->topology->nodes[node], table) ? plan->vrf_lines[vrf_number(plan, node, table)] : 0;
}

void line_depends(struct plan *plan, size_t after)
{
	struct command *line = &plan->lab.commands[plan->lab.count - 1];

	line->dispensable = after;
	line->after = after;
}

/* Before its ports have addresses, which the kernel puts into its table. */
static void port_line(struct plan *plan, size_t n, const struct vrf *vrf, size_t interface)
{
	const char *port = interface_name(plan, interface);
	struct command *line = LAB(n, TOOL_IP, "link set dev %s master %s", port, vrf->name);

	facts_add(line_leaves(line, n, THING_LINK, text_copy(port)), "master", "%zu",
	          VRF_INDEX + vrf_number(plan, n, vrf->table));
	line_depends(plan, vrf_line(plan, n, vrf->table));
}

static void one_vrf(struct plan *plan, size_t n, size_t v)
{
	const struct node *node = &plan->topology->nodes[n];
	const struct vrf *vrf = &node->vrfs[v];
	const size_t number = vrf_number(plan, n, vrf->table);
	owned_text enabled = text_format("net.ipv6.conf.%s.seg6_enabled", vrf->name);

	device_vrf.lines(&plan->lab, &(struct device_plan){ .node = n,
	                                                    .settings = node,
	                                                    .name = vrf->name,
	                                                    .index = VRF_INDEX + (unsigned)number,
	                                                    .table = vrf->table });
	const size_t made = plan->vrf_lines[number] = plan->lab.count;
	sysctl_line(&plan->lab, n, "NET_VRF", enabled, node->seg6_enabled);
	line_depends(plan, made);
	/* A connection that comes in by a port finds who listens at any address. */
	sysctl_line(&plan->lab, n, "NET_L3_MASTER_DEV", "-e net.ipv4.tcp_l3mdev_accept", 1);
	line_depends(plan, made);
	FOR_EACH_INTERFACE (i, plan->topology, n)
		if (plan->topology->interfaces[i].vrf == v + 1)
			port_line(plan, n, vrf, i);
}

void node_vrf_lines(struct plan *plan, size_t n)
{
	for (size_t v = 0; v < plan->topology->nodes[n].vrf_count; v++)
		one_vrf(plan, n, v);
}

/* ---- rules */

static void rule_line(struct plan *plan, size_t n, const struct table_rule *rule)
{
	const struct node *node = &plan->topology->nodes[n];
	const bool four = (rule->has_from && rule->from.address.family == AF_INET) ||
	                  (rule->has_to && rule->to.address.family == AF_INET);
	const char *table = rule->table ? rule->table : table_number("main");
	char text[PREFIX_TEXT_SIZE];
	struct command *line = LAB(n, TOOL_IP, "%s rule add", four ? "-4" : "-6");
	struct facts *facts =
	        line_leaves(line, n, THING_RULE, text_format("%s %ld", four ? "-4" : "-6", rule->priority));

	if (rule->has_from) {
		text_append(&line->text, " from %s", prefix_text(&rule->from, text));
		facts_add(facts, "from", "%s", text);
	}
	if (rule->has_to) {
		text_append(&line->text, " to %s", prefix_text(&rule->to, text));
		facts_add(facts, "to", "%s", text);
	}
	if (rule->iif) {
		text_append(&line->text, " iif %s", rule->iif);
		facts_add(facts, "iif", "%s", rule->iif);
	}
	if (rule->fwmark) {
		text_append(&line->text, " fwmark %ld", rule->fwmark);
		facts_add(facts, "fwmark", "%ld", rule->fwmark);
	}
	text_append(&line->text, " lookup %s priority %ld", table, rule->priority);
	facts_add(facts, "table", "%s", table);
	line->option = "IPV6_MULTIPLE_TABLES";
	line->direct = true;
	const struct vrf *vrf = rule->iif ? node_vrf(node, rule->iif) : NULL;
	if (vrf)
		line_depends(plan, vrf_line(plan, n, vrf->table));
}

void rule_lines(struct plan *plan, size_t n)
{
	for (size_t i = 0; i < plan->topology->nodes[n].rule_count; i++)
		rule_line(plan, n, &plan->topology->nodes[n].rules[i]);
}
