/* Signals that ask the program to end. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base.h"
#include "stop.h"

static const int numbers[] = { SIGINT, SIGHUP, SIGTERM };

static volatile sig_atomic_t came;
static volatile pid_t catcher;
static int ends[2] = { -1, -1 }; /* of a pipe */

static void default_end(int number)
{
	signal(number, SIG_DFL);
	raise(number); /* once the handler returns */
}

static void caught(int number)
{
	int error = errno;

	if (came || getpid() != catcher) { /* a child has this handler until it sets its own */
		ssize_t written = catcher == getpid() && isatty(STDERR_FILENO) ? write(STDERR_FILENO, "\n", 1) : 0;
		(void)written;
		default_end(number);
	} else {
		ssize_t written = write(ends[1], "", 1);
		(void)written;
		came = number;
	}
	errno = error;
}

/* System calls go on where it can wait: what is being written is written whole. */
void stop_catch(void)
{
	struct sigaction action = { .sa_handler = caught, .sa_flags = SA_RESTART }, before;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		ends[0] = ends[1] = -1; /* then it is noticed at the next event */
	catcher = getpid();
	for (size_t i = 0; i < COUNT(numbers); i++)
		sigaddset(&action.sa_mask, numbers[i]);
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
}

void stop_ignore(void)
{
	for (size_t i = 0; i < COUNT(numbers); i++)
		signal(numbers[i], SIG_IGN);
}

int stop_signal(void)
{
	return came;
}

int stop_fd(void)
{
	return ends[0];
}

int stop_exit_code(int code)
{
	return came ? 128 + came : code;
}
