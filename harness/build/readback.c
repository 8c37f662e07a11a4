/* A lab is used only if the kernel holds every line of its plan: what the kernel does not support is reported by name,
 * anything else that is missing makes the lab BROKEN. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "readback.h"

char *thing_differs(const struct thing *thing, const struct held *held)
{
	const struct facts *asked = &thing->facts, *has = &held->facts;
	char *text = NULL;

	for (size_t i = 0; i < asked->count; i++) {
		const struct fact *fact = &asked->facts[i];
		const char *is = facts_get(has, fact->key);
		if (facts_have(has, fact->key, fact->value))
			continue;
		text_append(&text, "%s%s", text ? ", " : "", fact->key);
		if (is)
			text_append(&text, " is %s, not %s", is, fact->value);
		else
			text_append(&text, " %s is missing", fact->value);
	}
	for (size_t i = 0; thing->kind == THING_ROUTE && i < has->count; i++) {
		const struct fact *fact = &has->facts[i];
		bool more = facts_get(asked, fact->key) == NULL || strcmp(fact->key, "flavors") == 0 ||
		            strcmp(fact->key, "nexthop") == 0;
		if (more && !facts_have(asked, fact->key, fact->value) && !is_usual(fact))
			text_append(&text, "%s%s %s was not asked for", text ? ", " : "", fact->key, fact->value);
	}
	return text;
}

/* ---- sysctls */

static int sysctl_get(const char *name, char *value, size_t size)
{
	owned_text path = sysctl_path(name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	ssize_t got = read(fd, value, size - 1);
	close(fd);
	value[got > 0 ? got : 0] = 0;
	value[strcspn(value, "\n")] = 0;
	return 0;
}

/* NULL: as requested. */
static char *sysctl_differs(const struct thing *thing)
{
	bool optional = strncmp(thing->name, "-e ", 3) == 0;
	const char *wanted = facts_get(&thing->facts, "value");
	char value[64];

	if (sysctl_get(thing->name, value, sizeof value) < 0)
		return optional && errno == ENOENT ? NULL : text_copy(strerror(errno));
	return strcmp(value, wanted) == 0 ? NULL : text_format("it is %s, not %s", value, wanted);
}

/* A sysctl that no interface has is not supported by the kernel. */
static char *sysctl_missing(const struct thing *thing, const char *option)
{
	static const char interfaces[] = "net.ipv6.conf.";
	const char *knob = strrchr(thing->name, '.') + 1;
	bool each = strncmp(thing->name, interfaces, strlen(interfaces)) == 0;
	owned_text all = each ? text_format("%sall.%s", interfaces, knob) : text_copy(thing->name);
	owned_text path = sysctl_path(all);

	return access(path, F_OK) == 0 ? NULL : text_format("this kernel has no sysctl %s (CONFIG_%s)", all, option);
}

/* ---- things */

struct readback {
	struct lab *lab;
	struct holdings *nodes; /* one per node, from `first` on */
	size_t first;
	struct error *err;
};

/* NULL: the kernel holds it as the line says. */
static char *differs(struct readback *readback, const struct thing *thing)
{
	if (thing->kind == THING_SYSCTL || thing->kind == THING_HMAC_KEY || thing->kind == THING_TUNSRC) {
		lab_enter(readback->lab, thing->node);
		char *text = thing->kind == THING_SYSCTL     ? sysctl_differs(thing)
		             : thing->kind == THING_HMAC_KEY ? hmac_key_differs(thing)
		                                             : tunsrc_differs(thing);
		lab_enter(readback->lab, NOT_FOUND);
		return text;
	}
	/* Several may have the same name, such as the link-local routes of a node's interfaces. */
	struct holdings *holdings = &readback->nodes[thing->node - readback->first];
	const struct held *held = holdings_find(holdings, thing->kind, thing->name);
	char *how = held ? thing_differs(thing, held) : text_copy("the kernel does not hold it");
	while (how && held && ++held < holdings->held + holdings->count && held->kind == thing->kind &&
	       strcmp(held->name, thing->name) == 0) {
		owned_text other = thing_differs(thing, held);
		if (other)
			continue;
		free(how);
		how = NULL;
	}
	return how;
}

/* What of a line the kernel does not support; NULL: it supports all, or any kernel does. */
static char *incapable(const struct lab *lab, const struct command *line, const struct thing *thing)
{
	char *text = NULL;

	if (!line->option)
		return NULL;
	lab_enter(lab, thing->node);
	int socket = rtnetlink_open(NULL);
	if (socket >= 0 && thing->kind == THING_ROUTE)
		text = trial_route(socket, thing, line->option);
	else if (socket >= 0 && thing->kind == THING_LINK)
		text = trial_link(socket, thing, line->option);
	else if (thing->kind == THING_SYSCTL)
		text = sysctl_missing(thing, line->option);
	else if (thing->kind == THING_HMAC_KEY)
		text = hmac_key_missing(line->option);
	else if (thing->kind == THING_TUNSRC)
		text = tunsrc_missing(line->option);
	if (socket >= 0)
		close(socket);
	lab_enter(lab, NOT_FOUND);
	return text;
}

static char *line_text(const struct lab *lab, const struct command *line)
{
	bool outside = line->node == NOT_FOUND || line->node == MACHINE;
	const char *node = outside ? NULL : lab->names[line->node];

	if (line->tool == TOOL_IP)
		return text_format("`ip %s%s%s%s`", node ? "-n " : "", node ? node : "", node ? " " : "", line->text);
	return text_format("%s: `%s %s`", node, word_of(tool_words, line->tool), line->text);
}

static enum lab_status refuse(const struct lab *lab, const struct command *line, const char *how, const char *said,
                              struct error *err)
{
	owned_text text = line_text(lab, line);

	fail(err, "%s: %s%s%s", text, how, said ? ": " : "", said ? said : "");
	return LAB_BROKEN;
}

void lab_note_refusal(struct lab *lab, const struct command *line, const char *said)
{
	free(take(lab->refused_line));
	free(take(lab->refusal));
	if (!said)
		return;
	lab->refused_line = line_text(lab, line);
	lab->refusal = text_copy(said);
}

/* One line: held, not supported (*lacks says why), or lost. */
static enum lab_status check_line(struct readback *readback, const struct command *line, const char *said, char **lacks,
                                  char **answer)
{
	for (size_t i = 0; i < line->thing_count; i++) {
		owned_text how = differs(readback, &line->things[i]);
		if (!how)
			continue;
		owned_text missing = incapable(readback->lab, line, &line->things[i]);
		if (missing && line->dispensable) {
			*lacks = take(missing);
			*answer = text_copy(said);
			return LAB_READY;
		}
		lab_note_refusal(readback->lab, line, said);
		if (!missing)
			return refuse(readback->lab, line, how, said, readback->err);
		fail(readback->err, "%s", missing);
		return LAB_SKIP;
	}
	return LAB_READY;
}

static enum lab_status check_lines(struct readback *readback, struct lab *lab, const struct plan *plan, char **said)
{
	enum lab_status status = LAB_READY;

	for (size_t i = 0; i < plan->lab.count && status == LAB_READY; i++) {
		const struct command *line = &plan->lab.commands[i];
		if (line->after && lab->lacks[line->after - 1])
			lab->lacks[i] = text_copy(lab->lacks[line->after - 1]);
		else
			status = check_line(readback, line, said[i], &lab->lacks[i], &lab->answers[i]);
	}
	for (size_t i = 0; i < plan->lab.count && status == LAB_READY; i++)
		if (said[i] && !lab->lacks[i]) {
			lab_note_refusal(lab, &plan->lab.commands[i], said[i]);
			status = refuse(lab, &plan->lab.commands[i], said[i], NULL, readback->err);
		}
	return status;
}

/* Whether any of a lab's lines is about IPv4. */
static bool has_ipv4(const struct plan *plan)
{
	const struct topology *topology = plan->topology;
	bool has = plan->ipv4;

	for (size_t i = 0; i < INTERFACES(topology); i++)
		has |= plan->interfaces[i].ipv4.family != AF_UNSPEC;
	for (size_t n = 0; n < topology->node_count; n++)
		for (size_t i = 0; i < topology->nodes[n].address_count; i++)
			has |= topology->nodes[n].addresses[i].family == AF_INET;
	return has;
}

static int read_nodes(struct readback *readback, const struct topology *topology, bool ipv4)
{
	const struct lab *lab = readback->lab;
	int result = 0;

	for (size_t i = 0; i < lab->node_count && result == 0; i++) {
		readback->nodes[i].ipv4 = ipv4;
		lab_enter(lab, i);
		int socket = rtnetlink_open(readback->err);
		result = socket < 0 ? -1 : holdings_read(&readback->nodes[i], socket, readback->err);
		if (result == 0 && topology->nodes[i].rule_count)
			holdings_read_rules(&readback->nodes[i], socket);
		if (socket >= 0)
			close(socket);
	}
	lab_enter(lab, NOT_FOUND);
	return result;
}

int lab_check_kernel(struct error *err)
{
	if (access("/proc/self/net/if_inet6", F_OK) == 0) /* exists wherever IPv6 does, even without addresses */
		return 0;
	return fail(err, "this kernel has no SRv6 (IPv6 is off: CONFIG_IPV6, or ipv6.disable=1)");
}

enum lab_status lab_read_back(struct lab *lab, const struct plan *plan, char **said, struct error *err)
{
	struct readback readback = { lab, zalloc(lab->node_count * sizeof *readback.nodes), 0, err };
	enum lab_status status = LAB_BROKEN;

	if (lab_check_kernel(err) < 0) {
		status = LAB_SKIP;
	} else if (read_nodes(&readback, plan->topology, has_ipv4(plan)) == 0) {
		status = check_lines(&readback, lab, plan, said);
	}
	for (size_t i = 0; i < lab->node_count; i++)
		holdings_clear(&readback.nodes[i]);
	free(readback.nodes);
	return status;
}

/* ---- the traffic route, before each cell */

static int read_route(struct holdings *ret, const struct lab *lab, const struct plan *plan, const struct command *line,
                      const struct address *to, struct error *err)
{
	const struct topology *topology = plan->topology;

	FOR_EACH_INTERFACE (i, topology, line->node)
		holdings_know(ret, (int)lab->ifindex[i], topology->interfaces[i].name);
	lab_enter(lab, line->node);
	for (size_t i = 0; device_table[i]; i++) {
		const char *name = device_table[i]->name;
		unsigned index = name && strstr(line->text, name) ? if_nametoindex(name) : 0;
		if (index)
			holdings_know(ret, (int)index, name);
	}
	int socket = rtnetlink_open(err);
	int result = socket < 0 ? -1 : holdings_read_route(ret, socket, to);
	if (socket >= 0)
		close(socket);
	lab_enter(lab, NOT_FOUND);
	return result;
}

enum lab_status route_read_back(struct lab *lab, const struct plan *plan, const struct command *line,
                                const struct address *to, const char *said, struct error *err)
{
	owned_holdings holdings = { 0 };

	if (read_route(&holdings, lab, plan, line, to, err) < 0)
		return LAB_BROKEN;
	return check_line(&(struct readback){ lab, &holdings, line->node, err }, line, said, NULL, NULL);
}
