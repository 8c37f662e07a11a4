/* What a QEMU is, and what it offers: asked of it, once. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "matrix.h"

extern char **environ;

#define ANSWER_MS  20000
#define ANSWER_MAX (1U << 20)

struct answer {
	char *out, *said; /* on standard output, and on standard error */
	int status;       /* wait status; -1: it gave no end within ANSWER_MS or ANSWER_MAX octets */
};

static void answer_cleanup(struct answer *answer)
{
	free(answer->out);
	free(answer->said);
}

static pid_t start(const char *program, const char *const *words, int out, int said)
{
	const char *arguments[4] = { program, words[0], words[0] ? words[1] : NULL, NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_adddup2(&actions, said, 2);
	errno = posix_spawnp(&pid, program, &actions, NULL, (char *const *)(uintptr_t)arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	return errno ? -1 : pid;
}

/* Until its end; false: it goes on. */
static bool read_all(int fd, char **text)
{
	size_t length = 0;

	*text = zalloc(ANSWER_MAX + 1);
	for (double end = clock_ms() + ANSWER_MS; length < ANSWER_MAX;) {
		struct pollfd ready = { fd, POLLIN, 0 };
		double left = end - clock_ms();
		if (left <= 0 || poll(&ready, 1, (int)left + 1) == 0)
			return false;
		ssize_t got = read(fd, *text + length, ANSWER_MAX - length);
		if (got == 0)
			return true;
		if (got > 0)
			length += (size_t)got;
		else if (errno != EINTR)
			return false;
	}
	return false;
}

static void read_said(FILE *file, struct answer *answer)
{
	answer->said = zalloc(4096);
	rewind(file);
	answer->said[fread(answer->said, 1, 4095, file)] = 0;
}

static int ask(struct answer *answer, const char *program, const char *const *words, struct error *err)
{
	FILE *said = tmpfile();
	int pipe_ends[2];

	if (!said || pipe2(pipe_ends, O_CLOEXEC) < 0) {
		fail(err, "%s: %s", program, strerror(errno));
		if (said)
			fclose(said);
		return -1;
	}
	pid_t pid = start(program, words, pipe_ends[1], fileno(said));
	int error = errno;
	close(pipe_ends[1]);
	if (pid > 0 && !read_all(pipe_ends[0], &answer->out)) {
		kill(pid, SIGKILL);
		answer->status = -1;
	}
	close(pipe_ends[0]);
	for (int status; pid > 0 && waitpid(pid, &status, 0) == pid;)
		answer->status = answer->status < 0 ? -1 : status;
	read_said(said, answer);
	fclose(said);
	if (pid < 0)
		return fail(err, "cannot run %s: %s; install qemu-system-x86, or name one with --qemu PATH", program,
		            strerror(error));
	return 0;
}

/* "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)": "7.2.22". */
char *qemu_version(const char *told)
{
	static const char words[] = "QEMU emulator version ";
	const char *at = strstr(told, words);
	size_t length = at ? strspn(at + strlen(words), "0123456789.") : 0;

	return length ? text_format("%.*s", (int)length, at + strlen(words)) : NULL;
}

static int look_at_devices(struct qemu *qemu, struct error *err)
{
	__attribute__((cleanup(answer_cleanup))) struct answer answer = { 0 };

	if (ask(&answer, qemu->program, (const char *const[]){ "-device", "help" }, err) < 0)
		return -1;
	owned_text complaint = qemu_complaint(answer.said);
	if (answer.status == -1)
		return fail(err, "`%s -device help` does not end", qemu->program);
	if (answer.status)
		return fail(err, "`%s -device help` fails (%s %d): %s", qemu->program,
		            WIFSIGNALED(answer.status) ? "signal" : "exit code",
		            WIFSIGNALED(answer.status) ? WTERMSIG(answer.status) : WEXITSTATUS(answer.status),
		            *complaint ? complaint : "it does not say why");
	qemu->devices = answer.out;
	answer.out = NULL;
	return 0;
}

int qemu_look(struct qemu *qemu, const char *program, bool devices, struct error *err)
{
	__attribute__((cleanup(answer_cleanup))) struct answer answer = { 0 };

	*qemu = (struct qemu){ .program = text_copy(program) };
	if (ask(&answer, program, (const char *const[]){ "--version", NULL }, err) < 0)
		return -1;
	qemu->version = qemu_version(answer.out);
	return devices ? look_at_devices(qemu, err) : 0;
}

/* One name in a line: `name "e1000", bus PCI, ...`. */
bool qemu_offers(const struct qemu *qemu, const char *device)
{
	owned_text quoted = text_format("name \"%s\"", device);

	return qemu->devices && strstr(qemu->devices, quoted);
}

void qemu_clear(struct qemu *qemu)
{
	free(qemu->program);
	free(qemu->version);
	free(qemu->devices);
	*qemu = (struct qemu){ 0 };
}
