#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "readback.h"

extern char **environ;

/* What `ip -force -batch` wrote: messages about a line, then "Command failed -:3". Messages that belong to no line are
 * attributed to the first. */
static void explain(char *message, size_t count, char **said)
{
	char *rest = NULL;
	owned_text words = NULL;

	for (char *line = strtok_r(message, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		const char *at = strncmp(line, "Command failed ", 15) == 0 ? strchr(line, ':') : NULL;
		size_t number = at ? strtoul(at + 1, NULL, 10) : 0;
		if (!at) {
			text_append(&words, "%s%s", words ? "; " : "", strncmp(line, "Error: ", 7) ? line : line + 7);
			continue;
		}
		if (number >= 1 && number <= count && !said[number - 1])
			said[number - 1] = words ? take(words) : text_copy("ip failed");
		free(words);
		words = NULL;
	}
	if (words && !said[0])
		said[0] = take(words);
}

static int memory_file(const char *name)
{
	return memfd_create(name, MFD_CLOEXEC);
}

/* Runs `ip -force -batch -` in the current namespace. Returns its exit status, or -1 and errno. */
static int run_ip(int input, int output)
{
	posix_spawn_file_actions_t actions;
	char *const arguments[] = { "ip", "-force", "-batch", "-", NULL };
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, 0);
	posix_spawn_file_actions_adddup2(&actions, output, 1);
	posix_spawn_file_actions_adddup2(&actions, output, 2);
	errno = posix_spawnp(&child, "ip", &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	return errno ? -1 : child_status(child);
}

static int apply_ip(struct lab *lab, const struct command *commands, size_t count, char **said, struct error *err)
{
	char message[16384] = "";

	if (namespaces_name(lab, err) < 0)
		return -1;
	int input = memory_file("batch"), output = memory_file("messages");

	for (size_t i = 0; i < count; i++)
		dprintf(input, "%s\n", commands[i].text);
	lseek(input, 0, SEEK_SET);
	lab_enter(lab, commands->node);
	int status = run_ip(input, output), error = errno;
	lab_enter(lab, NOT_FOUND);
	if (status > 0 && pread(output, message, sizeof message - 1, 0) <= 0)
		snprintf(message, sizeof message, "ip ended with status %d", status);
	if (status > 0)
		explain(message, count, said);
	close(input);
	close(output);
	errno = error;
	return status < 0 ? fail_to_run(err, "ip", "iproute2") : 0;
}

/* How many of a node's lines, from the first on, the kernel accepts without `ip`. */
static size_t ask_lines(const struct lab *lab, const struct command *commands, size_t count)
{
	size_t done = 0;

	lab_enter(lab, commands->node);
	int socket = rtnetlink_open(NULL);
	while (socket >= 0 && done < count && ip_line_apply(lab, socket, commands[done].text))
		done++;
	if (socket >= 0)
		close(socket);
	lab_enter(lab, NOT_FOUND);
	return done;
}

/* What is not accepted goes to `ip`: it knows other forms too, and says what the kernel says. */
static int apply_lines(struct lab *lab, const struct command *commands, size_t count, char **said, struct error *err)
{
	if (lab->by_ip)
		return apply_ip(lab, commands, count, said, err);
	for (size_t i = 0; i < count; i++) {
		i += ask_lines(lab, commands + i, count - i);
		if (i < count && apply_ip(lab, commands + i, 1, said + i, err) < 0)
			return -1;
	}
	return 0;
}

static void apply_generic(const struct lab *lab, const struct command *command, char **said)
{
	const struct thing *thing = &command->things[0];
	struct address source = { .family = AF_INET6 };

	lab_enter(lab, command->node);
	int error = thing->kind == THING_HMAC_KEY ? hmac_key_set((uint32_t)strtoul(thing->name, NULL, 10))
	            : address_parse(&source, AF_INET6, thing->name) ? tunsrc_set(&source)
	                                                            : EINVAL;
	lab_enter(lab, NOT_FOUND);
	if (error)
		*said = text_copy(strerror(error));
}

/* Requests a route that is too long for `ip` over rtnetlink: `route add` must create it, `route replace` may. */
static int apply_direct(const struct lab *lab, const struct command *command, char **said, struct error *err)
{
	bool replaces = strncmp(command->text, "route replace ", 14) == 0;
	unsigned flags = NLM_F_CREATE | (replaces ? NLM_F_REPLACE : NLM_F_EXCL);
	owned_holdings devices = { 0 };

	if (command->things[0].kind == THING_HMAC_KEY || command->things[0].kind == THING_TUNSRC) {
		apply_generic(lab, command, said);
		return 0;
	}
	lab_enter(lab, command->node);
	int socket = rtnetlink_open(err);
	int result = socket < 0 ? -1 : holdings_read_devices(&devices, socket, err);
	const bool rule = command->things[0].kind == THING_RULE;
	int error = result < 0 ? 0
	            : rule     ? rule_ask(socket, command->things[0].name, &command->things[0].facts)
	                   : route_ask(socket, RTM_NEWROUTE, flags, command->things[0].name, &command->things[0].facts,
	                               &devices);
	if (socket >= 0)
		close(socket);
	lab_enter(lab, NOT_FOUND);
	if (error)
		*said = text_copy(strerror(error));
	return result;
}

char *sysctl_path(const char *name)
{
	char *path = text_format("/proc/sys/%s", strncmp(name, "-e ", 3) == 0 ? name + 3 : name);

	for (char *c = path + strlen("/proc/sys/"); *c; c++)
		if (*c == '.')
			*c = '/';
	return path;
}

/* One sysctl line, "a.b.c=V", as sysctl(8) applies it: dots are slashes below /proc/sys; "-e " before it: ignored where
 * the sysctl does not exist. */
static void apply_sysctl(const struct lab *lab, const struct command *command, char **said)
{
	bool optional = strncmp(command->text, "-e ", 3) == 0;
	const char *equals = strchr(command->text, '=');
	owned_text name = text_format("%.*s", (int)(equals - command->text), command->text);
	owned_text path = sysctl_path(name);

	lab_enter(lab, command->node);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, equals + 1, strlen(equals + 1)) > 0;
	int error = errno;
	if (fd >= 0)
		close(fd);
	lab_enter(lab, NOT_FOUND);
	if (!ok && !(optional && error == ENOENT))
		*said = text_copy(strerror(error));
}

/* An `ethtool` line of a lab, "-K NAME lro off"; other offloads of ports change between cells. */
static void apply_ethtool(const struct lab *lab, const struct command *command, char **said)
{
	char name[NAME_SIZE], word[8], value[4];
	int end = 0, offload;

	if (sscanf(command->text, "-K %15s %7s %3s%n", name, word, value, &end) != 3 || command->text[end] ||
	    !word_value(offload_words, word, &offload)) {
		*said = text_copy("hopcheck cannot apply this line");
		return;
	}
	lab_enter(lab, command->node);
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (offload_make(fd, name, (enum offload)offload, strcmp(value, "on") == 0) < 0)
		*said = text_copy(strerror(errno));
	close(fd);
	lab_enter(lab, NOT_FOUND);
}

/* Lines for one `ip -batch`: consecutive ones of a node. */
static size_t batch_of(const struct command *commands, size_t count)
{
	size_t n = 1;

	while (n < count && commands[n].tool == TOOL_IP && !commands[n].direct && commands[n].node == commands->node)
		n++;
	return n;
}

int commands_apply(struct lab *lab, const struct command *commands, size_t count, char **said, struct error *err)
{
	for (size_t i = 0, n; i < count; i += n) {
		n = 1;
		switch (commands[i].tool) {
		case TOOL_IP:
			n = commands[i].direct ? 1 : batch_of(commands + i, count - i);
			if (commands[i].direct ? apply_direct(lab, commands + i, said + i, err) < 0
			                       : apply_lines(lab, commands + i, n, said + i, err) < 0)
				return -1;
			break;
		case TOOL_SYSCTL:
			apply_sysctl(lab, commands + i, said + i);
			break;
		case TOOL_ETHTOOL:
			apply_ethtool(lab, commands + i, said + i);
			break;
		}
	}
	return 0;
}
