/* What tcp.c and tcp_progress.c share: the sockets of a connection. */
#ifndef HOPCHECK_PROBE_TCP_INTERNAL_H
#define HOPCHECK_PROBE_TCP_INTERNAL_H

#include "probe_internal.h"
#include "tcp.h"

struct endpoint_socket {
	int fd; /* -1: none */
	uint64_t to_send, to_receive;
};

/* How far the connection is: of the client, of the server. */
struct standing {
	uint64_t received[2], unsent[2], unacknowledged[2];
};

struct tcp_sockets {
	int listener;
	struct endpoint_socket client, server;
	bool waits;               /* for a timer, since this: */
	struct standing standing; /* and then the timers had tried again so often */
	unsigned tries_then;
};
static inline struct tcp_sockets *tcp_of(const struct play *play)
{
	return play->sockets;
}

/* Where the connection stands. */
enum progress_state tcp_state(struct play *play);

#endif
