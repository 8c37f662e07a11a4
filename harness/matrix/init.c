/* The first process of a guest: what a kernel needs before anything can be run on it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "matrix.h"

/* Where there is no devtmpfs: Documentation/admin-guide/devices.txt. */
static const struct {
	const char *path;
	unsigned major, minor;
} devices[] = {
	{ "/dev/null", 1, 3 },   { "/dev/zero", 1, 5 },   { "/dev/urandom", 1, 9 },    { "/dev/kmsg", 1, 11 },
	{ "/dev/ttyS0", 4, 64 }, { "/dev/ttyS1", 4, 65 }, { "/dev/net/tun", 10, 200 },
};

static void make_devices(void)
{
	mkdir("/dev/net", 0755);
	for (size_t i = 0; i < COUNT(devices); i++)
		mknod(devices[i].path, S_IFCHR | 0600, makedev(devices[i].major, devices[i].minor));
}

int init_mount(struct error *err)
{
	static const struct {
		const char *kind, *path;
		bool needed;
	} mounts[] = { { "proc", "/proc", true },
		       { "sysfs", "/sys", true },
		       { "devtmpfs", "/dev", false },
		       { "tmpfs", "/run", true },
		       { "tmpfs", "/tmp", true },
		       { "tracefs", "/sys/kernel/tracing", false },
		       { "debugfs", "/sys/kernel/debug", false } };

	for (size_t i = 0; i < COUNT(mounts); i++) {
		mkdir(mounts[i].path, 0755);
		if (mount(mounts[i].kind, mounts[i].path, mounts[i].kind, 0, NULL) < 0 && mounts[i].needed)
			return fail(err, "mounting %s: %s", mounts[i].path, strerror(errno));
	}
	make_devices(); /* what is there already stays */
	return 0;
}

/* What labs set in their namespaces (harness/plan/commands.c): before 4.15 it is of the whole machine. */
void init_tcp(void)
{
	static const char *const lines[][2] = { { "/proc/sys/net/ipv4/tcp_no_metrics_save", "1" },
		                                { "/proc/sys/net/ipv4/tcp_early_retrans", "0" } };

	for (size_t i = 0; i < COUNT(lines); i++) {
		int fd = open(lines[i][0], O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, lines[i][1], 1) != 1)
			fprintf(stderr, "hopcheck: %s: %s\n", lines[i][0], strerror(errno));
		if (fd >= 0)
			close(fd);
	}
}

static void load_module(const char *name, const char *command_line)
{
	owned_text path = text_format("/modules/%s", name);
	owned_text parameters = module_parameters(command_line, path);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || (syscall(SYS_finit_module, fd, parameters, 0) < 0 && errno != EEXIST))
		fprintf(stderr, "hopcheck: module %s: %s\n", name, strerror(errno));
	if (fd >= 0)
		close(fd);
}

int init_modules(struct error *err)
{
	FILE *list = fopen("/modules/list", "re"), *words = fopen("/proc/cmdline", "re");
	char *line = NULL;
	size_t size = 0;
	char command_line[4096] = "";

	if (words) {
		command_line[fread(command_line, 1, sizeof command_line - 1, words)] = 0;
		fclose(words);
	}
	if (!list)
		return fail(err, "/modules/list: %s", strerror(errno));
	while (getline(&line, &size, list) > 0) {
		line[strcspn(line, "\n")] = 0;
		load_module(line, command_line);
	}
	free(line);
	fclose(list);
	return 0;
}

int init_wire(struct error *err)
{
	int fd = open("/dev/ttyS1", O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios line;

	if (fd < 0 || tcgetattr(fd, &line) < 0)
		return fail(err, "/dev/ttyS1: %s; a second serial port is needed (CONFIG_SERIAL_8250)",
		            strerror(errno));
	cfmakeraw(&line);
	cfsetspeed(&line, B115200);
	line.c_cflag |= CLOCAL;
	if (tcsetattr(fd, TCSANOW, &line) < 0) {
		fail(err, "/dev/ttyS1: %s", strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

void init_send(int wire, struct bytes octets)
{
	while (octets.length) {
		ssize_t sent = write(wire, octets.data, octets.length);
		if (sent < 0 && errno != EINTR)
			init_off(); /* there is no wire to report it over */
		if (sent > 0) {
			octets.data += sent;
			octets.length -= (size_t)sent;
		}
	}
	tcdrain(wire);
}

/* User Mode Linux starts itself again where a PC is reset; QEMU ends instead (-no-reboot), and without ACPI knows no
 * other way to switch off. */
static bool is_user_mode(void)
{
	char line[4096] = "";
	FILE *file = fopen("/proc/cmdline", "re");

	if (file) {
		line[fread(line, 1, sizeof line - 1, file)] = 0;
		fclose(file);
	}
	return strstr(line, "umid=") != NULL;
}

void init_off(void)
{
	fflush(NULL);
	reboot(is_user_mode() ? LINUX_REBOOT_CMD_POWER_OFF : LINUX_REBOOT_CMD_RESTART);
	for (;;) /* the first process must never end */
		pause();
}
