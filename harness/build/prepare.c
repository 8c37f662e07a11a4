/* Between the cells of one lab: sets everything that differs, resets everything that is not given to the kernel's
 * default, and reads every offload back. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "build_internal.h"

/* A lab line that this kernel does not support matters only to cells whose packets need it. */
static enum lab_status lab_suffices(struct lab *lab, const struct plan *plan, struct error *err)
{
	for (size_t i = 0; i < lab->line_count; i++) {
		if (!lab->lacks[i] || !plan->needed[i])
			continue;
		fail(err, "%s: %s", lab->names[plan->lab.commands[i].node], lab->lacks[i]);
		lab_note_refusal(lab, &plan->lab.commands[i], lab->answers[i]);
		return LAB_SKIP;
	}
	return LAB_READY;
}

/* The lab's own line for what a route of the last cell's traffic replaced; NULL: there was none. */
static const struct command *replaced_line(const struct held_route *route, const struct plan *plan)
{
	const struct prefix prefix = prefix_of(&route->to);
	char name[PREFIX_TEXT_SIZE];

	prefix_text(&prefix, name);
	for (size_t i = 0; i < plan->lab.count; i++) {
		const struct command *line = &plan->lab.commands[i];
		if (line->tool == TOOL_IP && line->node == route->headend && line->thing_count == 1 &&
		    line->things[0].kind == THING_ROUTE && strcmp(line->things[0].name, name) == 0)
			return line;
	}
	return NULL;
}

/* "route replace TO ..." of a cell, withdrawn: "route del TO ...". */
static int withdraw_route(struct lab *lab, const struct held_route *route, char **said, struct error *err)
{
	owned_text text = text_format("route del %s", route->text + strlen("route replace "));
	const struct command line = { .node = route->headend, .tool = TOOL_IP, .text = text };

	return commands_apply(lab, &line, 1, said, err);
}

/* Whose route a line of the cell is. */
static const struct plan_flow *flow_of(const struct plan *plan, const struct command *line)
{
	char name[PREFIX_TEXT_SIZE];

	for (size_t i = 0; line->tool == TOOL_IP && i < plan->flow_count; i++) {
		const struct prefix prefix = prefix_of(&plan->flows[i].traffic.to);
		if (plan->flows[i].headend == line->node &&
		    strcmp(prefix_text(&prefix, name), line->things[0].name) == 0)
			return &plan->flows[i];
	}
	return NULL;
}

static bool is_kept(const struct held_route *route, const struct plan *plan)
{
	for (size_t i = 0; i < plan->cell_command_count; i++) {
		const struct plan_flow *flow = flow_of(plan, &plan->cell_commands[i]);
		if (flow && flow->headend == route->headend && address_same(&flow->traffic.to, &route->to))
			return true;
	}
	return false;
}

static void forget_route(struct lab_setup *setup, size_t index)
{
	free(setup->routes[index].text);
	setup->routes[index] = setup->routes[--setup->route_count];
}

/* Where the last cell's traffic went elsewhere, or came from elsewhere, or by the lab's own route, the lab gets that
 * back. */
static enum lab_status restore_route(struct lab *lab, const struct held_route *route, const struct plan *plan,
                                     struct error *err)
{
	const struct command *line = replaced_line(route, plan);
	owned_text said = NULL;
	enum lab_status status = LAB_READY;

	if ((line ? commands_apply(lab, line, 1, &said, err) : withdraw_route(lab, route, &said, err)) < 0)
		status = LAB_BROKEN;
	else if (line)
		status = route_read_back(lab, plan, line, &route->to, said, err);
	else if (said && fail(err, "withdrawing `%s`: %s", route->text, said) < 0)
		status = LAB_BROKEN;
	return status;
}

static enum lab_status apply_route(struct lab *lab, struct lab_setup *setup, const struct plan *plan,
                                   const struct command *line, struct error *err)
{
	const struct plan_flow *flow = flow_of(plan, line);
	owned_text said = NULL;
	bool held = false;

	for (size_t i = setup->route_count; i--;) {
		const struct held_route *route = &setup->routes[i];
		if (route->headend != flow->headend || !address_same(&route->to, &flow->traffic.to))
			continue;
		held = strcmp(route->text, line->text) == 0;
		if (!held)
			forget_route(setup, i);
	}
	if (!held && commands_apply(lab, line, 1, &said, err) < 0)
		return LAB_BROKEN;
	enum lab_status status = route_read_back(lab, plan, line, &flow->traffic.to, said, err);
	if (status == LAB_READY && !held)
		*PUSH(setup->routes, setup->route_count) =
		        (struct held_route){ text_copy(line->text), flow->headend, flow->traffic.to };
	return status;
}

static enum lab_status prepare_routes(struct lab *lab, struct lab_setup *setup, const struct plan *plan,
                                      struct error *err)
{
	enum lab_status status = lab_suffices(lab, plan, err);

	for (size_t i = setup->route_count; i-- && status == LAB_READY;)
		if (!is_kept(&setup->routes[i], plan)) {
			status = restore_route(lab, &setup->routes[i], plan, err);
			forget_route(setup, i);
		}
	for (size_t i = 0; i < plan->cell_command_count && status == LAB_READY; i++)
		if (plan->cell_commands[i].tool == TOOL_IP)
			status = apply_route(lab, setup, plan, &plan->cell_commands[i], err);
	return status;
}

static signed char asked(const struct lab *lab, const struct plan *plan, size_t interface, enum offload offload)
{
	signed char given = plan->offloads[interface][offload];

	return given >= 0 ? given : lab->original[interface][offload];
}

/* Setting an offload of a real NIC may reset it: wait until its link has come up again. */
static enum lab_status links_settle(const struct lab *lab, const struct plan *plan, struct error *err)
{
	struct watch watch = { 0 };
	bool up = watch_open(&watch, lab, err) == 0 && settle(&watch, lab, plan, err) == 0;

	watch_close(&watch);
	return up ? LAB_READY : LAB_BROKEN;
}

static bool differs(const struct lab *lab, const struct lab_setup *setup, const struct plan *plan, size_t interface)
{
	for (enum offload o = 0; o < OFFLOADS; o++)
		if (asked(lab, plan, interface, o) != setup->offloads[interface][o])
			return true;
	return false;
}

/* What is set at one end of a link may change what is on at another. */
static void forget_read(struct lab_setup *setup, const struct topology *topology, size_t interface)
{
	setup->read[interface].known = false;
	FOR_EACH_OTHER (other, topology, interface)
		setup->read[other].known = false;
}

static enum lab_status set_offloads(const struct lab *lab, struct lab_setup *setup, const struct plan *plan,
                                    size_t interface, int fd, struct error *err)
{
	const char *name = plan->topology->interfaces[interface].name;
	const char *node = lab->names[plan->topology->interfaces[interface].node];

	for (enum offload o = 0; o < OFFLOADS; o++) {
		signed char on = asked(lab, plan, interface, o);
		if (on == setup->offloads[interface][o])
			continue;
		forget_read(setup, plan->topology, interface);
		if (offload_set(fd, name, o, on) < 0) {
			fail(err, "%s: `ethtool -K %s %s %s`: %s", node, name, word_of(offload_words, o),
			     on ? "on" : "off", strerror(errno));
			return errno == EOPNOTSUPP ? LAB_SKIP : LAB_BROKEN;
		}
		setup->offloads[interface][o] = on;
	}
	return LAB_READY;
}

/* Only what the case asks for must match: switching tx off switches tso off too, which does not concern the case. */
static enum lab_status read_back(const struct lab *lab, struct lab_setup *setup, const struct plan *plan,
                                 size_t interface, int fd, struct error *err)
{
	const char *name = plan->topology->interfaces[interface].name;
	const char *node = lab->names[plan->topology->interfaces[interface].node];

	struct offloads_read *read = &setup->read[interface];
	enum offload unread;

	if (!read->known && offloads_get(fd, name, read->on, &unread) < 0) {
		fail(err, "%s.%s: reading %s: %s", node, name, word_of(offload_words, unread), strerror(errno));
		return LAB_BROKEN;
	}
	read->known = !*lab->nics[interface].name; /* a NIC's driver may change its mind */
	for (enum offload o = 0; o < OFFLOADS; o++) {
		*PUSH(setup->states, setup->state_count) = (struct offload_state){ interface, o, read->on[o] };
		if (plan->offloads[interface][o] >= 0 && plan->offloads[interface][o] != read->on[o]) {
			fail(err, "%s.%s: %s stays %s on this kernel", node, name, word_of(offload_words, o),
			     read->on[o] ? "on" : "off");
			return LAB_SKIP;
		}
	}
	return LAB_READY;
}

void lab_setup_clear(struct lab_setup *setup)
{
	while (setup->route_count)
		forget_route(setup, 0);
	free(setup->routes);
	free(setup->offloads);
	free(setup->states);
	free(setup->read);
	*setup = (struct lab_setup){ 0 };
}

static void setup_start(struct lab_setup *setup, const struct lab *lab)
{
	const size_t size = lab->interface_count * sizeof *setup->offloads;

	setup->state_count = 0;
	if (setup->offloads)
		return;
	setup->offloads = zalloc(size);
	memcpy(setup->offloads, lab->original, size);
	setup->read = zalloc(lab->interface_count * sizeof *setup->read);
}

enum lab_status lab_prepare(struct lab *lab, struct lab_setup *setup, const struct plan *plan, struct error *err)
{
	bool reset = false;

	setup_start(setup, lab);
	enum lab_status status = prepare_routes(lab, setup, plan, err);

	for (size_t i = 0; i < lab->interface_count && status == LAB_READY; i++) {
		int fd = lab_control(lab, plan->topology->interfaces[i].node);
		reset |= *lab->nics[i].name && differs(lab, setup, plan, i);
		status = set_offloads(lab, setup, plan, i, fd, err);
	}
	for (size_t i = 0; i < lab->interface_count && status == LAB_READY; i++) {
		int fd = lab_control(lab, plan->topology->interfaces[i].node);
		status = read_back(lab, setup, plan, i, fd, err);
	}
	return reset && status == LAB_READY ? links_settle(lab, plan, err) : status;
}
