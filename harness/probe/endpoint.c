/* Kernel traffic: a real connection, both of its sockets in this process, each in its node's namespace. */
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe_internal.h"

#define WRITE_CHUNK 32768 /* then the captures are emptied, so that no ring has to hold a whole transfer */

static int socket_bound(struct play *play, size_t node, const struct address *address, uint16_t port)
{
	struct sockaddr_storage name;
	socklen_t length = address_socket(address, port, &name);
	int on = 1;

	lab_enter(play->probe->lab, node);
	int fd = socket(address->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	lab_enter(play->probe->lab, NOT_FOUND);
	if (fd >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
		/* Built into every kernel, and paces nothing: what a cell shows is not the machine's default's. */
		setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
	}
	if (fd >= 0 && bind(fd, (struct sockaddr *)&name, length) == 0)
		return fd;
	broken(play->trace, "a TCP socket at %s: %s", play->probe->lab->names[node], strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Of what the client sends; FIELD_AUTO: the kernel's own. */
static void set_hop_limit(struct play *play)
{
	int hops = (int)play->plan->traffic.hop_limit;

	if (play->client.fd >= 0 && hops != FIELD_AUTO &&
	    setsockopt(play->client.fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops, sizeof hops) < 0)
		broken(play->trace, "hop limit %d of a TCP socket: %s", hops, strerror(errno));
}

static void connection_start(struct play *play)
{
	struct sockaddr_storage to;
	socklen_t length = address_socket(&play->plan->traffic.to, SERVER_PORT, &to);

	play->client.fd = socket_bound(play, play->plan->from, &play->plan->from_address, play->probe->port);
	set_hop_limit(play);
	if (play->client.fd >= 0 && connect(play->client.fd, (struct sockaddr *)&to, length) < 0 &&
	    errno != EINPROGRESS)
		play->trace->sender.error = errno;
}

static void listen_at_destination(struct play *play)
{
	play->listener = socket_bound(play, play->plan->to, &play->plan->traffic.to, SERVER_PORT);
	if (play->listener >= 0 && listen(play->listener, 8) < 0)
		broken(play->trace, "listen: %s", strerror(errno));
}

void endpoints_open(struct play *play)
{
	const struct traffic *traffic = &play->plan->traffic;
	uint64_t octets = (uint64_t)traffic->bytes;

	play->trace->sender.used = play->trace->receiver.used = true;
	if (traffic->direction != DIRECTION_REVERSE)
		play->client.to_send = play->server.to_receive = octets;
	if (traffic->direction != DIRECTION_FORWARD)
		play->server.to_send = play->client.to_receive = octets;
	listen_at_destination(play);
	if (!play->trace->broken)
		connection_start(play);
}

static void quick_acknowledgements(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

static void accept_server(struct play *play)
{
	int fd = accept4(play->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return;
	play->server.fd = fd;
	play->trace->receiver.established = true;
	play->moved = true;
	quick_acknowledgements(fd);
}

static bool client_established(struct play *play)
{
	struct tcp_info info = { 0 };
	socklen_t length = sizeof info;

	return getsockopt(play->client.fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 &&
	       info.tcpi_state == TCP_ESTABLISHED;
}

static void note_error(struct play *play, struct endpoint *end)
{
	if (errno == EAGAIN || errno == EINTR || errno == ENOTCONN)
		return;
	if (!end->error)
		play->moved = true;
	end->error = errno;
}

static void write_some(struct play *play, struct endpoint_socket *socket, struct endpoint *end)
{
	uint64_t left = socket->to_send - end->sent;
	size_t length = left < WRITE_CHUNK ? (size_t)left : WRITE_CHUNK;

	if (!length || end->error)
		return;
	ssize_t sent = send(socket->fd, pattern_at(end->sent), length, MSG_NOSIGNAL);
	if (sent < 0) {
		note_error(play, end);
		return;
	}
	end->sent += (uint64_t)sent;
	play->moved = true;
}

/* `from`: where in the sender's data the first of these octets should be. */
static void check_pattern(struct endpoint *end, uint64_t from, const uint8_t *octets, size_t length)
{
	const uint8_t *right = pattern_at(from);

	if (end->mangled || memcmp(octets, right, length) == 0)
		return;
	end->mangled = true;
	for (size_t i = 0; i < length; i++) {
		if (octets[i] != right[i]) {
			end->mangled_at = from + i;
			return;
		}
	}
}

static void read_some(struct play *play, struct endpoint_socket *socket, struct endpoint *end)
{
	static uint8_t buffer[PATTERN_CHUNK];

	for (;;) {
		ssize_t got = recv(socket->fd, buffer, sizeof buffer, 0);
		if (got <= 0) {
			if (got < 0)
				note_error(play, end);
			return;
		}
		check_pattern(end, end->received + traffic_overlap(&play->plan->traffic), buffer, (size_t)got);
		end->received += (uint64_t)got;
		play->moved = true;
		quick_acknowledgements(socket->fd);
	}
}

void endpoints_step(struct play *play)
{
	struct trace *trace = play->trace;

	if (play->listener >= 0 && play->server.fd < 0)
		accept_server(play);
	if (play->client.fd >= 0 && !trace->sender.established && client_established(play))
		trace->sender.established = play->moved = true;
	if (trace->sender.established) {
		write_some(play, &play->client, &trace->sender);
		read_some(play, &play->client, &trace->sender);
	} else if (play->client.fd >= 0 && !trace->sender.error) {
		int error = 0;
		socklen_t length = sizeof error;
		if (getsockopt(play->client.fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error) {
			trace->sender.error = error;
			play->moved = true;
		}
	}
	if (play->server.fd >= 0) {
		write_some(play, &play->server, &trace->receiver);
		read_some(play, &play->server, &trace->receiver);
	}
}

/* TCP_REPAIR makes the close silent: no FIN, no RST, nothing that the next cell could see. */
static void close_silently(int fd)
{
	int on = 1;

	if (fd < 0)
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof on);
	close(fd);
}

void endpoints_close(struct play *play)
{
	close_silently(play->client.fd);
	close_silently(play->server.fd);
	if (play->listener >= 0)
		close(play->listener);
	play->client.fd = play->server.fd = play->listener = -1;
}

/* ---- the receiver of crafted packets */

static int repair(int fd, int option, uint32_t value)
{
	return setsockopt(fd, IPPROTO_TCP, option, &value, sizeof value);
}

/* An established connection that nobody had to make: the socket is told where it stands (TCP_REPAIR). */
static void receiver_established(struct play *play)
{
	struct sockaddr_storage from;
	socklen_t length = address_socket(&play->plan->from_address, play->probe->port, &from);
	int fd = socket_bound(play, play->plan->to, &play->plan->traffic.to, SERVER_PORT);

	if (fd < 0)
		return;
	play->server.fd = fd;
	if (repair(fd, TCP_REPAIR, 1) < 0 || repair(fd, TCP_REPAIR_QUEUE, TCP_RECV_QUEUE) < 0 ||
	    repair(fd, TCP_QUEUE_SEQ, TCP_CRAFTED_SEQUENCE) < 0 || repair(fd, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE) < 0 ||
	    repair(fd, TCP_QUEUE_SEQ, TCP_CRAFTED_ACKNOWLEDGEMENT) < 0 ||
	    connect(fd, (struct sockaddr *)&from, length) < 0) {
		broken(play->trace, "TCP_REPAIR at %s: %s", play->probe->lab->names[play->plan->to], strerror(errno));
		return;
	}
	/* -1: end repair without a window probe; before 4.20 it is unknown, and the probe goes to the blackhole. */
	if (repair(fd, TCP_REPAIR, (uint32_t)-1) < 0 && repair(fd, TCP_REPAIR, 0) < 0)
		broken(play->trace, "ending TCP_REPAIR: %s", strerror(errno));
	play->trace->receiver.established = true;
}

void crafted_receiver(struct play *play)
{
	play->trace->sender.used = play->trace->receiver.used = true;
	if (!play->plan->to_is_owned)
		return;
	if (tcp_fields(&play->plan->traffic)->flags & TCP_SYN)
		listen_at_destination(play);
	else
		receiver_established(play);
}
