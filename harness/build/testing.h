/* A fake kernel for tests of the build room: a thread at the other end of a socket, which answers each rtnetlink
 * request with what a function returns. */
#ifndef HOPCHECK_BUILD_TESTING_H
#define HOPCHECK_BUILD_TESTING_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "readback.h"

/* After our headers: its fail() is a macro. */
#include <cmocka.h>

struct made_kernel {
	/* Answers one request by made_answer() and made_end(), from the kernel's thread. */
	void (*answer)(struct made_kernel *kernel, const struct nlmsghdr *request);
	void *context;
	int ours, its;
	pthread_t thread;
};

/* A message with the request's sequence number plus `ahead`. */
static inline void made_answer(const struct made_kernel *kernel, const struct nlmsghdr *request,
                               struct message *message, unsigned ahead)
{
	message->header.nlmsg_seq = request->nlmsg_seq + ahead;
	if (send(kernel->its, message, message->header.nlmsg_len, 0) < 0)
		abort();
}

/* NLMSG_ERROR as the kernel has it (RFC 3549 2.3.2.2): an errno, negative, 0 for an acknowledgement. */
static inline void made_error(const struct made_kernel *kernel, const struct nlmsghdr *request, int error)
{
	const struct nlmsgerr body = { .error = -error, .msg = *request };
	struct message message;

	message_start(&message, NLMSG_ERROR, 0, &body, sizeof body);
	made_answer(kernel, request, &message, 0);
}

/* The end of a dump. */
static inline void made_done(const struct made_kernel *kernel, const struct nlmsghdr *request)
{
	const int none = 0;
	struct message message;

	message_start(&message, NLMSG_DONE, NLM_F_MULTI, &none, sizeof none);
	made_answer(kernel, request, &message, 0);
}

static inline void *made_kernel_runs(void *context)
{
	struct made_kernel *kernel = context;
	uint8_t request[sizeof(struct message)] __attribute__((aligned(8)));

	while (recv(kernel->its, request, sizeof request, 0) > 0)
		kernel->answer(kernel, (const struct nlmsghdr *)request);
	return NULL;
}

static inline void made_kernel_start(struct made_kernel *kernel)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	kernel->ours = ends[0];
	kernel->its = ends[1];
	assert_int_equal(pthread_create(&kernel->thread, NULL, made_kernel_runs, kernel), 0);
}

static inline void made_kernel_end(struct made_kernel *kernel)
{
	close(kernel->ours);
	pthread_join(kernel->thread, NULL);
	close(kernel->its);
}

#endif
