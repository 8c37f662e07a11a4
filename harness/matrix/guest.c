/* One boot of one kernel: a program, whose standard input and output are the wire. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "matrix.h"

bool machine_is_there(const struct machine *machine)
{
	return !machine->device || access(machine->device, R_OK | W_OK) == 0;
}

static double task_waited_ms(const char *tasks, const char *task)
{
	owned_text path = text_format("%s/%s/schedstat", tasks, task);
	unsigned long long ran, waited = 0; /* ns */
	FILE *file = fopen(path, "re");

	if (file && fscanf(file, "%llu %llu", &ran, &waited) != 2)
		waited = 0;
	if (file)
		fclose(file);
	return (double)waited / 1e6;
}

double process_waited_ms(pid_t pid)
{
	owned_text tasks = text_format("/proc/%d/task", (int)pid);
	DIR *directory = opendir(tasks);
	const struct dirent *entry;
	double most = 0;

	while (directory && (entry = readdir(directory))) {
		double waited = *entry->d_name == '.' ? 0 : task_waited_ms(tasks, entry->d_name);
		most = waited > most ? waited : most;
	}
	if (directory)
		closedir(directory);
	return most;
}

/* A guest can write to its console without end, and QEMU to the file; the runner notices when that is full. */
static void bound_files(void)
{
	const struct rlimit most = { GUEST_FILE_MAX, GUEST_FILE_MAX };

	setrlimit(RLIMIT_FSIZE, &most);
	signal(SIGXFSZ, SIG_IGN);
}

/* The CPU of that number among those that this process may use. */
static void bind_to_cpu(unsigned slot)
{
	cpu_set_t may, one;

	if (sched_getaffinity(0, sizeof may, &may) < 0 || !CPU_COUNT(&may))
		return;
	slot %= (unsigned)CPU_COUNT(&may);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &may) || slot--)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof one, &one);
		return;
	}
}

/* What becomes the machine's: both ends of the wire, its messages, its console. */
struct machine_files {
	int wire, messages, console;
};

static void be_machine(const struct machine *machine, char *const *arguments, const struct machine_files *files,
                       unsigned slot, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(3);
	if (machine->bounded)
		bound_files();
	if (machine->one_cpu)
		bind_to_cpu(slot);
	setpgid(0, 0); /* a terminal's signals are the runner's to handle, and QEMU would; the runner's end ends us */
	dup2(files->wire, 0);
	dup2(files->wire, 1);
	dup2(files->messages >= 0 ? files->messages : files->wire, 2);
	if (files->console == MACHINE_CONSOLE)
		fcntl(files->console, F_SETFD, 0);
	else
		dup2(files->console, MACHINE_CONSOLE);
	execvp(arguments[0], arguments);
	dprintf(2, "cannot run %s: %s%s\n", arguments[0], strerror(errno),
	        machine->qemu ? "; install qemu-system-x86, or name one with --qemu PATH" : "");
	_exit(127);
}

static int open_file(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static pid_t start(const struct machine *machine, const struct machine_options *options, unsigned slot, int wire,
                   struct error *err)
{
	owned_text messages = text_format("%s.qemu", options->console);
	struct machine_files files = { wire, open_file(messages), open_file(options->console) };
	struct arguments arguments = { 0 };
	pid_t parent = getpid();

	machine->arguments(&arguments, options);
	fflush(NULL);
	pid_t pid = files.console < 0 ? -1 : fork();
	if (pid == 0)
		be_machine(machine, arguments.words, &files, slot, parent);
	if (files.console < 0)
		fail(err, "%s: %s", options->console, strerror(errno));
	else if (pid < 0)
		fail_to_fork(err);
	arguments_clear(&arguments);
	for (const int *fd = (const int[]){ files.messages, files.console, -2 }; *fd != -2; fd++)
		if (*fd >= 0)
			close(*fd);
	return pid;
}

int guest_start(struct guest *guest, const struct machine *machine, const struct machine_options *options,
                unsigned slot, struct error *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return fail(err, "socketpair: %s", strerror(errno));
	pid_t pid = start(machine, options, slot, pair[1], err);
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return -1;
	}
	setpgid(pid, pid); /* whichever of the two comes first */
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	*guest = (struct guest){ .pid = pid, .fd = pair[0], .wire = wire_in_new() };
	return 0;
}

/* A machine that ends by itself closes the wire some time before it exits; its exit status says why. */
static void wait_for_end(const struct guest *guest)
{
	struct pollfd end = { (int)syscall(SYS_pidfd_open, guest->pid, 0), POLLIN, 0 };

	if (end.fd < 0) /* Linux before 5.3 */
		return;
	poll(&end, 1, 2000);
	close(end.fd);
}

int guest_end(struct guest *guest)
{
	int status = 0;

	if (!guest->pid)
		return 0;
	if (guest->closed)
		wait_for_end(guest);
	kill(-guest->pid, SIGKILL); /* the group: QEMU may be the child of a script */
	while (waitpid(guest->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(guest->fd);
	wire_in_free(guest->wire);
	*guest = (struct guest){ .fd = -1 };
	return status;
}

int guest_read(struct guest *guest, void (*arrived)(void *context, const struct wire_frame *frame), void *context,
               struct error *err)
{
	uint8_t octets[65536];
	struct wire_frame frame;
	ssize_t got = read(guest->fd, octets, sizeof octets);
	int next;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got > 0)
		wire_feed(guest->wire, (struct bytes){ octets, (size_t)got });
	while ((next = wire_next(guest->wire, &frame, err)) > 0)
		arrived(context, &frame);
	if (next < 0)
		return -1;
	if (got > 0)
		return 0;
	guest->closed = true;
	if (wire_left(guest->wire))
		return fail(err, "the line ended inside a frame");
	return 1;
}
