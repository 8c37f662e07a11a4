/* TCP's sockets: a real connection, both of its ends in this process, each in its node's namespace; and the receiver of
 * crafted segments. */
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp_internal.h"

#define WRITE_CHUNK 32768 /* then the captures are emptied, so that no ring has to hold a whole transfer */

static int set_class(int fd, int family, int class)
{
	return family == AF_INET ? setsockopt(fd, IPPROTO_IP, IP_TOS, &class, sizeof class)
	                         : setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &class, sizeof class);
}

/* -1 and err where there is none. */
static int socket_bound(const struct play *play, size_t node, const struct address *address, uint16_t port,
                        struct error *err)
{
	struct sockaddr_storage name;
	socklen_t length = address_socket(address, port, &name);
	const struct vrf *vrf = address_vrf(play->plan, node, address);
	const int on = 1, class = TRAFFIC_CLASS;

	lab_enter(play->probe->lab, node);
	int fd = socket(address->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	lab_enter(play->probe->lab, NOT_FOUND);
	if (fd >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
		/* Built into every kernel, and without pacing: results must not depend on the machine's default. */
		setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
		set_class(fd, address->family, class);
	}
	/* An address of a VRF is one only in it. */
	if (fd >= 0 && vrf && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, vrf->name, strlen(vrf->name) + 1U) < 0) {
		fail(err, "a TCP socket in VRF %s of %s: %s", vrf->name, play->probe->lab->names[node],
		     strerror(errno));
		close(fd);
		return -1;
	}
	if (fd >= 0 && bind(fd, (struct sockaddr *)&name, length) == 0)
		return fd;
	fail(err, "a TCP socket at %s: %s", play->probe->lab->names[node], strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Of what the client sends; FIELD_AUTO: the kernel's own. */
static int set_hop_limit(const struct play *play, struct error *err)
{
	const int hops = (int)play->plan->traffic.hop_limit, fd = tcp_of(play)->client.fd;
	const bool ipv4 = play->plan->traffic.to.family == AF_INET;

	if (hops != FIELD_AUTO &&
	    setsockopt(fd, ipv4 ? IPPROTO_IP : IPPROTO_IPV6, ipv4 ? IP_TTL : IPV6_UNICAST_HOPS, &hops, sizeof hops) < 0)
		return fail(err, "hop limit %d of a TCP socket: %s", hops, strerror(errno));
	return 0;
}

static int set_traffic_class(const struct play *play, struct error *err)
{
	int class = (int)play->plan->traffic.traffic_class;

	if (class && set_class(tcp_of(play)->client.fd, play->plan->traffic.to.family, class) < 0)
		return fail(err, "traffic class %d of a TCP socket: %s", class, strerror(errno));
	return 0;
}

static int connection_start(struct play *play, struct error *err)
{
	struct sockaddr_storage to;
	socklen_t length = address_socket(&play->plan->traffic.to, server_port(play->plan), &to);
	int fd = socket_bound(play, play->plan->from, &play->plan->from_address, play->port, err);

	tcp_of(play)->client.fd = fd;
	if (fd < 0 || set_hop_limit(play, err) < 0 || set_traffic_class(play, err) < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&to, length) < 0 && errno != EINPROGRESS)
		play->trace->client.error = errno;
	return 0;
}

static int listen_at_destination(struct play *play, struct error *err)
{
	int fd = socket_bound(play, play->plan->to, &play->plan->traffic.to, server_port(play->plan), err);

	tcp_of(play)->listener = fd;
	if (fd >= 0 && listen(fd, 8) < 0)
		return fail(err, "listen: %s", strerror(errno));
	return fd < 0 ? -1 : 0;
}

static int connection_open(struct play *play, struct error *err)
{
	const struct traffic *traffic = &play->plan->traffic;
	struct tcp_sockets *tcp = tcp_of(play);
	uint64_t octets = (uint64_t)traffic->bytes;

	if (traffic->direction != DIRECTION_REVERSE)
		tcp->client.to_send = tcp->server.to_receive = octets;
	if (traffic->direction != DIRECTION_FORWARD)
		tcp->server.to_send = tcp->client.to_receive = octets;
	if (listen_at_destination(play, err) < 0)
		return -1;
	return connection_start(play, err);
}

static void quick_acknowledgements(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

static void accept_server(struct play *play)
{
	int fd = accept4(tcp_of(play)->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return;
	tcp_of(play)->server.fd = fd;
	play->trace->server.established = true;
	play->moved = true;
	quick_acknowledgements(fd);
}

static bool client_established(struct play *play)
{
	struct tcp_info info = { 0 };
	socklen_t length = sizeof info;

	return getsockopt(tcp_of(play)->client.fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 &&
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
	ssize_t sent = send(socket->fd, flow_pattern_at(play->plan, end->sent), length, MSG_NOSIGNAL);
	if (sent < 0) {
		note_error(play, end);
		return;
	}
	end->sent += (uint64_t)sent;
	play->moved = true;
}

/* `from`: where in the sender's data the first of these octets should be. */
static void check_pattern(const struct play *play, struct endpoint *end, uint64_t from, const uint8_t *octets,
                          size_t length)
{
	const uint8_t *right = flow_pattern_at(play->plan, from);

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
		check_pattern(play, end, end->received + traffic_overlap(&play->plan->traffic), buffer, (size_t)got);
		end->received += (uint64_t)got;
		play->moved = true;
		quick_acknowledgements(socket->fd);
	}
}

static void tcp_step(struct play *play)
{
	struct tcp_sockets *tcp = tcp_of(play);
	struct trace *trace = play->trace;

	if (tcp->listener >= 0 && tcp->server.fd < 0)
		accept_server(play);
	if (tcp->client.fd >= 0 && !trace->client.established && client_established(play))
		trace->client.established = play->moved = true;
	if (trace->client.established) {
		write_some(play, &tcp->client, &trace->client);
		read_some(play, &tcp->client, &trace->client);
	} else if (tcp->client.fd >= 0 && !trace->client.error) {
		int error = 0;
		socklen_t length = sizeof error;
		if (getsockopt(tcp->client.fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error) {
			trace->client.error = error;
			play->moved = true;
		}
	}
	if (tcp->server.fd >= 0) {
		write_some(play, &tcp->server, &trace->server);
		read_some(play, &tcp->server, &trace->server);
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

static void tcp_close(struct play *play)
{
	struct tcp_sockets *tcp = tcp_of(play);

	close_silently(tcp->client.fd);
	close_silently(tcp->server.fd);
	if (tcp->listener >= 0)
		close(tcp->listener);
	free(tcp);
	play->sockets = NULL;
}

/* ---- the receiver of crafted packets */

static int repair(int fd, int option, uint32_t value)
{
	return setsockopt(fd, IPPROTO_TCP, option, &value, sizeof value);
}

/* A burst comes before an acknowledgement could open the window, which has 64 KiB at most at first. */
static int open_window(int fd, const struct traffic *traffic)
{
	const uint64_t octets = traffic->burst * (uint64_t)traffic->payload;
	struct tcp_repair_window window;
	socklen_t length = sizeof window;

	if (octets <= UINT16_MAX / 2)
		return 0;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){ (int)octets }, sizeof(int));
	if (getsockopt(fd, IPPROTO_TCP, TCP_REPAIR_WINDOW, &window, &length) < 0)
		return -1;
	window.rcv_wnd = (uint32_t)(2 * octets);
	return setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_WINDOW, &window, sizeof window);
}

/* An established connection without a handshake: TCP_REPAIR sets the socket's sequence numbers. */
static int receiver_established(struct play *play, struct error *err)
{
	struct sockaddr_storage from;
	socklen_t length = address_socket(&play->plan->from_address, play->port, &from);
	const struct traffic *traffic = &play->plan->traffic;
	int fd = socket_bound(play, play->plan->to, &traffic->to, server_port(play->plan), err);

	if (fd < 0)
		return -1;
	tcp_of(play)->server.fd = fd;
	setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &(int){ 1 }, sizeof(int)); /* urgent octets are data too */
	if (repair(fd, TCP_REPAIR, 1) < 0 || repair(fd, TCP_REPAIR_QUEUE, TCP_RECV_QUEUE) < 0 ||
	    repair(fd, TCP_QUEUE_SEQ, TCP_CRAFTED_SEQUENCE) < 0 || repair(fd, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE) < 0 ||
	    repair(fd, TCP_QUEUE_SEQ, TCP_CRAFTED_ACKNOWLEDGEMENT) < 0 ||
	    connect(fd, (struct sockaddr *)&from, length) < 0 || open_window(fd, traffic) < 0)
		return fail(err, "TCP_REPAIR at %s: %s", play->probe->lab->names[play->plan->to], strerror(errno));
	if (crafted_owes(traffic) && send(fd, flow_pattern_at(play->plan, 0), OWED_OCTETS, 0) != OWED_OCTETS)
		return fail(err, "TCP_REPAIR at %s: %s", play->probe->lab->names[play->plan->to], strerror(errno));
	/* -1: end repair without a window probe; before 4.20 it is unknown, and the probe goes to the blackhole. */
	if (repair(fd, TCP_REPAIR, (uint32_t)-1) < 0 && repair(fd, TCP_REPAIR, 0) < 0)
		return fail(err, "ending TCP_REPAIR: %s", strerror(errno));
	play->trace->server.established = true;
	return 0;
}

static int tcp_open(struct play *play, struct error *err)
{
	struct tcp_sockets *tcp = play->sockets = zalloc(sizeof *tcp);

	tcp->listener = tcp->client.fd = tcp->server.fd = -1;
	play->trace->client.used = play->trace->server.used = true;
	if (!traffic_is_crafted(&play->plan->traffic))
		return connection_open(play, err);
	if (!play->plan->to_is_owned)
		return 0;
	return tcp_fields(&play->plan->traffic)->flags & TCP_SYN ? listen_at_destination(play, err)
	                                                         : receiver_established(play, err);
}

const struct player tcp_player = {
	.word = "tcp",
	.open = tcp_open,
	.step = tcp_step,
	.state = tcp_state,
	.close = tcp_close,
};
