/* One boot of one kernel: a QEMU, whose standard input and output are the wire. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

const struct word accelerator_words[] = {
	{ "kvm", ACCEL_KVM, "the machine's own virtualisation" },
	{ "tcg", ACCEL_TCG, "QEMU's translation" },
	{ 0 },
};

bool kvm_is_there(void)
{
	return access("/dev/kvm", R_OK | W_OK) == 0;
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

struct words {
	const char **at;
	size_t count;
};

static void add_word(struct words *words, const char *word)
{
	*PUSH(words->at, words->count) = word;
}

/* panic=-1 with -no-reboot: a kernel that dies ends QEMU at once. What random numbers and mitigations cost a guest
 * without hardware help is saved, and programs lie where they lay before, so that QEMU need not translate them anew
 * each time they are started; none of it touches the network stack. */
static char *command_line(const struct guest_options *options)
{
	return text_format("console=ttyS0 panic=-1 oops=panic %s mitigations=off random.trust_cpu=on nokaslr "
	                   "norandmaps no_timer_check tsc=reliable printk.devkmsg=on%s%s",
	                   options->verbose ? "ignore_loglevel" : "loglevel=5", options->append ? " " : "",
	                   options->append ? options->append : "");
}

/* erms and fsrm make kernels copy and clear by octet-wise string instructions, which are the quickest on hardware and
 * the slowest in QEMU's translation. */
static const char *cpu_of(enum accelerator accelerator)
{
	return accelerator == ACCEL_KVM ? "host" : "max,-erms,-fsrm";
}

static void say_arguments(struct words *words, const struct guest_options *options, const char *console,
                          const char *memory, const char *append)
{
	const char *const fixed[] = { options->qemu,
		                      "-nodefaults",
		                      "-no-user-config",
		                      "-display",
		                      "none",
		                      "-no-reboot",
		                      "-machine",
		                      "pc",
		                      "-smp",
		                      "1",
		                      "-accel",
		                      word_of(accelerator_words, (int)options->accelerator),
		                      "-cpu",
		                      cpu_of(options->accelerator),
		                      "-m",
		                      memory,
		                      "-serial",
		                      console,
		                      "-chardev",
		                      "stdio,id=wire,signal=off",
		                      "-serial",
		                      "chardev:wire",
		                      "-kernel",
		                      options->image,
		                      "-initrd",
		                      options->initramfs,
		                      "-append",
		                      append };

	for (size_t i = 0; i < COUNT(fixed); i++)
		add_word(words, fixed[i]);
	for (char *const *extra = options->extra; extra && *extra; extra++)
		add_word(words, *extra);
	add_word(words, NULL);
}

/* QEMU writes the console as the guest does, without end if it likes; the runner sees that it is full. */
static void bound_files(void)
{
	const struct rlimit most = { GUEST_FILE_MAX, GUEST_FILE_MAX };

	setrlimit(RLIMIT_FSIZE, &most);
	signal(SIGXFSZ, SIG_IGN);
}

static void be_qemu(const char *const *arguments, int fd, const char *messages, pid_t parent)
{
	int log = open(messages, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(3);
	bound_files();
	setpgid(0, 0); /* a terminal's signals are the runner's to handle, and QEMU would; the runner's end ends us */
	dup2(fd, 0);
	dup2(fd, 1);
	dup2(log >= 0 ? log : fd, 2);
	execvp(arguments[0], (char *const *)(uintptr_t)arguments);
	dprintf(2, "cannot run %s: %s; install qemu-system-x86, or name one with --qemu PATH\n", arguments[0],
	        strerror(errno));
	_exit(127);
}

int guest_start(struct guest *guest, const struct guest_options *options, struct error *err)
{
	owned_text console = text_format("file:%s", options->console);
	owned_text messages = text_format("%s.qemu", options->console);
	owned_text memory = text_format("%u", options->memory);
	owned_text append = command_line(options);
	struct words words = { 0 };
	pid_t parent = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return fail(err, "socketpair: %s", strerror(errno));
	say_arguments(&words, options, console, memory, append);
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0)
		be_qemu(words.at, pair[1], messages, parent);
	if (pid < 0)
		fail_to_fork(err);
	free(words.at);
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

/* A QEMU that ends by itself has closed the wire some time before it is gone, and its own status tells why. */
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
	kill(-guest->pid, SIGKILL); /* where QEMU is called by a script, that one's children too */
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
