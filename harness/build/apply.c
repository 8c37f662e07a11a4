#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "build_internal.h"

extern char **environ;

/* What the kernel says to a thing it was not built with. */
static bool says_unsupported(const char *message)
{
	static const char *const words[] = { "not supported",     "not loaded",     "Unknown device type",
		                             "max allowed bound", "No such device", "lwt encapsulation type",
		                             "device maximum" };

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcasestr(message, words[i]))
			return true;
	return false;
}

/* `ip -batch` names the line that failed: "Command failed -:3". */
static enum lab_status explain(const struct lab *lab, const struct command *commands, size_t count, char *message,
                               struct error *err)
{
	const char *at = strstr(message, "Command failed ");
	const char *colon = at ? strchr(at, ':') : NULL;
	size_t line = colon ? strtoul(colon + 1, NULL, 10) : 0;
	bool outside = commands->node == NOT_FOUND || commands->node == MACHINE;
	const char *node = outside ? NULL : lab->names[commands->node];

	message[strcspn(message, "\n")] = 0;
	if (strncmp(message, "Error: ", 7) == 0)
		message += 7;
	fail(err, "`ip %s%s%s%s`: %s%s", node ? "-n " : "", node ? node : "", node ? " " : "",
	     line >= 1 && line <= count ? commands[line - 1].text : "-batch -", message,
	     strstr(message, "lwt encapsulation type") ? " (this kernel was built without IPV6_SEG6_LWTUNNEL)" : "");
	return says_unsupported(message) ? LAB_SKIP : LAB_BROKEN;
}

static int memory_file(const char *name)
{
	return memfd_create(name, MFD_CLOEXEC);
}

/* Runs `ip -batch -` in the current namespace. Returns its exit status, or -1 and errno. */
static int run_ip(int input, int output)
{
	posix_spawn_file_actions_t actions;
	char *const arguments[] = { "ip", "-batch", "-", NULL };
	pid_t child;
	int status;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, 0);
	posix_spawn_file_actions_adddup2(&actions, output, 1);
	posix_spawn_file_actions_adddup2(&actions, output, 2);
	errno = posix_spawnp(&child, "ip", &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (errno)
		return -1;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static enum lab_status apply_ip(const struct lab *lab, const struct command *commands, size_t count, struct error *err)
{
	char message[1024] = "";
	int input = memory_file("batch"), output = memory_file("messages");
	enum lab_status result = LAB_READY;

	for (size_t i = 0; i < count; i++)
		dprintf(input, "%s\n", commands[i].text);
	lseek(input, 0, SEEK_SET);
	lab_enter(lab, commands->node);
	int status = run_ip(input, output);
	lab_enter(lab, NOT_FOUND);
	if (status < 0) {
		fail(err, "cannot run ip: %s; install iproute2", strerror(errno));
		result = LAB_BROKEN;
	} else if (status != 0) {
		if (pread(output, message, sizeof message - 1, 0) <= 0)
			snprintf(message, sizeof message, "ended with status %d", status);
		result = explain(lab, commands, count, message, err);
	}
	close(input);
	close(output);
	return result;
}

/* One sysctl line, "a.b.c=V", as sysctl(8) applies it: dots are slashes below /proc/sys; "-e " before it: where there
 * is such a thing. */
static enum lab_status apply_sysctl(const struct lab *lab, const struct command *command, struct error *err)
{
	char path[256];
	bool optional = strncmp(command->text, "-e ", 3) == 0;
	const char *name = command->text + (optional ? 3 : 0), *equals = strchr(name, '=');
	int n = snprintf(path, sizeof path, "/proc/sys/%.*s", (int)(equals - name), name);

	for (char *c = path + strlen("/proc/sys/"); c < path + n; c++)
		if (*c == '.')
			*c = '/';
	lab_enter(lab, command->node);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = errno;
	bool ok = fd >= 0 && write(fd, equals + 1, strlen(equals + 1)) > 0;
	if (fd >= 0) {
		error = errno;
		close(fd);
	}
	lab_enter(lab, NOT_FOUND);
	if (ok || (optional && error == ENOENT))
		return LAB_READY;
	fail(err, "sysctl %s on %s: %s%s", command->text, lab->names[command->node], strerror(error),
	     error == ENOENT ? " (this kernel was built without it)" : "");
	return error == ENOENT ? LAB_SKIP : LAB_BROKEN;
}

/* The one `ethtool` line of a lab, "-K NAME lro off"; all other offloads change between cells. */
static enum lab_status apply_ethtool(const struct lab *lab, const struct command *command, struct error *err)
{
	char name[NAME_SIZE];

	if (sscanf(command->text, "-K %15s lro off", name) != 1 || !strstr(command->text, " lro off"))
		return LAB_READY;
	lab_enter(lab, command->node);
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int result = lro_off(fd, name), error = errno;
	close(fd);
	lab_enter(lab, NOT_FOUND);
	if (result == 0)
		return LAB_READY;
	fail(err, "%s: `ethtool %s`: %s", lab->names[command->node], command->text, strerror(error));
	return LAB_BROKEN;
}

enum lab_status commands_apply(const struct lab *lab, const struct command *commands, size_t count, struct error *err)
{
	enum lab_status status = LAB_READY;

	for (size_t i = 0, n; i < count && status == LAB_READY; i += n) {
		n = 1;
		switch (commands[i].tool) {
		case TOOL_IP:
			while (i + n < count && commands[i + n].tool == TOOL_IP &&
			       commands[i + n].node == commands[i].node)
				n++;
			status = apply_ip(lab, commands + i, n, err);
			break;
		case TOOL_SYSCTL:
			status = apply_sysctl(lab, commands + i, err);
			break;
		case TOOL_ETHTOOL:
			status = apply_ethtool(lab, commands + i, err);
			break;
		}
	}
	return status;
}
