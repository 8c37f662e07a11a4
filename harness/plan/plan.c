/* A plan is made: a cell's settings resolved, then routes, then lines. */
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "plan_internal.h"
#include "transport.h"

static void services_make(struct plan *plan)
{
	const struct topology *topology = plan->topology;

	for (size_t i = 0; i < topology->node_count; i++) {
		const struct node *node = &topology->nodes[i];
		const struct device *service = node_service(node);
		if (!service || !node_service_sid(node))
			continue;
		struct plan_service *planned = PUSH(plan->services, plan->service_count);
		*planned = (struct plan_service){ i, *service };
		planned->device.sid = *node_service_sid(node);
	}
}

bool plan_uses_tun(const struct plan *plan)
{
	for (size_t i = 0; i < plan->topology->link_count; i++)
		if (link_kind(&plan->topology->links[i])->needs & 1U << FEATURE_TUN)
			return true;
	for (size_t i = 0; i < plan->service_count; i++)
		if (plan->services[i].device.kind->needs & 1U << FEATURE_TUN)
			return true;
	return false;
}

static void append_command(char **text, const struct plan *plan, const struct command *command)
{
	const char *tool = word_of(tool_words, command->tool);
	bool outside = command->node == NOT_FOUND || command->node == MACHINE;
	const char *node = outside ? NULL : plan->topology->nodes[command->node].name;

	if (!node)
		text_append(text, "%s %s\n", tool, command->text);
	else if (command->tool == TOOL_IP)
		text_append(text, "ip -n %s %s\n", node, command->text);
	else
		text_append(text, "ip netns exec %s %s%s %s\n", node, tool,
		            command->tool == TOOL_SYSCTL ? " -q -w" : "", command->text);
}

static void key_make(struct plan *plan)
{
	const struct topology *topology = plan->topology;

	text_append(&plan->key, "%s", topology->name);
	for (size_t i = 0; i < topology->node_count; i++)
		text_append(&plan->key, " %s", topology->nodes[i].name);
	text_append(&plan->key, "\n");
	for (size_t i = 0; i < plan->lab.count; i++)
		append_command(&plan->key, plan, &plan->lab.commands[i]);
}

/* The cell of another flow, as far as it says what that sends. */
static int add_flow(struct plan *plan, size_t cell, struct error *err)
{
	owned(plan) other = zalloc(sizeof *other);

	other->testcase = plan->testcase;
	other->given = plan->given;
	other->seg6local = plan->seg6local;
	other->cell = cell;
	if (resolve_cell(other, plan->given, err) < 0)
		return -1;
	*PUSH(plan->flows, plan->flow_count) = (struct plan_flow){ other->traffic, other->headend };
	return 0;
}

/* The cell's settings, and the flows that run at once with its. */
static int resolve(struct plan *plan, struct error *err)
{
	const struct cells_at_once cells = cell_at_once(plan->testcase, plan->cell);

	if (resolve_cell(plan, plan->given, err) < 0)
		return -1;
	plan->flow = plan->cell - cells.first;
	plan->traffic.at_once = cells.count > 1;
	for (size_t i = 0; i < cells.count; i++) {
		if (i == plan->flow)
			*PUSH(plan->flows, plan->flow_count) = (struct plan_flow){ plan->traffic, plan->headend };
		else if (add_flow(plan, cells.first + i, err) < 0)
			return -1;
	}
	return at_once_refuse(plan, err);
}

int plan_check(const struct testcase *testcase, const struct topology *topology, size_t cell, struct error *err)
{
	owned(plan) plan = zalloc(sizeof *plan);

	plan->testcase = testcase;
	plan->given = topology;
	plan->cell = cell;
	return resolve(plan, err);
}

int plan_make(struct plan **ret, const struct testcase *testcase, const struct topology *topology, size_t cell,
              const char *kernel, struct error *err)
{
	owned(plan) plan = zalloc(sizeof *plan);

	plan->testcase = testcase;
	plan->given = topology;
	plan->seg6local = kernel_has(kernel, TRAIT_SEG6LOCAL);
	plan->cell = cell;
	if (resolve(plan, err) < 0)
		return -1;
	services_make(plan);
	plan->vrf_lines = zalloc((topology_places(plan->topology) + 1) * sizeof *plan->vrf_lines);
	struct routes routes = routes_make(plan);
	plan->next_hops = routes.entries;
	plan->next_hop_count = routes.count;
	free(routes.pushed);
	policies_make(plan);
	if (commands_make(plan, &routes, err) < 0 || at_once_check(plan, err) < 0)
		return -1;
	needed_make(plan);
	key_make(plan);
	*ret = take(plan);
	return 0;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	topology_free(plan->topology);
	commands_free(plan->lab.commands, plan->lab.count);
	commands_free(plan->cell_commands, plan->cell_command_count);
	free(plan->needed);
	free(plan->vrf_lines);
	free(plan->interfaces);
	free(plan->services);
	free(plan->next_hops);
	free(plan->policies);
	free(plan->flows);
	free(plan->offloads);
	free(plan->key);
	free(plan);
}

static bool is_direct(const struct command *line, enum thing_kind kind)
{
	return line->direct && line->things[0].kind == kind;
}

static bool has_direct_line(const struct plan *plan, enum thing_kind kind)
{
	bool direct = false;

	for (size_t i = 0; i < plan->lab.count; i++)
		direct |= is_direct(&plan->lab.commands[i], kind);
	for (size_t i = 0; i < plan->cell_command_count; i++)
		direct |= is_direct(&plan->cell_commands[i], kind);
	return direct;
}

static bool has_link(const struct topology *topology, const struct link_kind *kind)
{
	for (size_t i = 0; i < topology->link_count; i++)
		if (link_kind(&topology->links[i]) == kind)
			return true;
	return false;
}

static bool has_program(const struct plan *plan)
{
	for (size_t n = 0; n < plan->topology->node_count; n++)
		for (size_t s = 0; s < plan->topology->nodes[n].sid_count; s++)
			if (plan->topology->nodes[n].sids[s].endpoint)
				return true;
	return false;
}

/* Notes on what the script lacks: hopcheck's own programs. */
static void script_notes(char **text, const struct plan *plan)
{
	const struct topology *topology = plan->topology;

	for (size_t i = 0; link_table[i]; i++)
		if (link_table[i]->note && has_link(topology, link_table[i]))
			text_append(text, "%s", link_table[i]->note);
	for (size_t i = 0; i < plan->service_count; i++) {
		const char *note = plan->services[i].device.kind->note;
		if (note && !strstr(*text, note))
			text_append(text, "%s", note);
	}
	if (has_direct_line(plan, THING_HMAC_KEY))
		text_append(text, "# `ip sr hmac set` asks for a secret: " HMAC_SECRET "\n");
	if (has_program(plan))
		text_append(text,
		            "# `ip` loads the program of an object, and none of words; hopcheck loads both itself.\n");
	else if (has_direct_line(plan, THING_ROUTE))
		text_append(text, "# iproute2 does not take segment lists as long as these; hopcheck gives them to the "
		                  "kernel itself.\n");
	if (traffic_is_crafted(&plan->traffic))
		text_append(text,
		            "# Crafted packets are sent by hopcheck; for %s of your own, take a cell with %s=kernel.\n",
		            transport_of(&plan->traffic)->name, transport_of(&plan->traffic)->word);
}

char *plan_script(const struct plan *plan)
{
	const struct topology *topology = plan->topology;
	owned_text cell = cell_text(plan->testcase, plan->cell);
	char *text = text_format("#!/bin/sh -e\n# %s: %s\n# Run as root in a machine without namespaces of these "
	                         "names. To remove it:\n#   ",
	                         plan->testcase->name, cell);

	for (size_t i = 0; i < topology->node_count; i++)
		text_append(&text, "ip netns del %s; ", topology->nodes[i].name);
	text_append(&text, "\n");
	script_notes(&text, plan);
	for (size_t i = 0; i < topology->node_count; i++)
		text_append(&text, "ip netns add %s\n", topology->nodes[i].name);
	for (size_t i = 0; i < plan->lab.count; i++)
		append_command(&text, plan, &plan->lab.commands[i]);
	for (size_t i = 0; i < plan->cell_command_count; i++)
		append_command(&text, plan, &plan->cell_commands[i]);
	return text;
}
