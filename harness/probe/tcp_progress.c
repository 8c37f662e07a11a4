/* Where a connection stands when the lab is quiet: over, lost, or only late. A sender that does not send now may have
 * been put off by its own machine (pacing, a queue, a busy CPU), which is no loss. Late and lost are told
 * apart by the sockets and the kernel's counters, never by how long it takes. */
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "tcp_internal.h"

struct side {
	const struct endpoint_socket *socket;
	struct endpoint *own, *other;
	size_t node;
	struct tcp_info info;
	uint64_t unsent; /* handed to the socket, not yet to the network */
};

static struct side side_of(const struct endpoint_socket *socket, struct endpoint *own, struct endpoint *other,
                           size_t node)
{
	struct side side = { .socket = socket, .own = own, .other = other, .node = node };
	socklen_t length = sizeof side.info;
	int unacknowledged = 0;

	if (socket->fd >= 0) {
		getsockopt(socket->fd, IPPROTO_TCP, TCP_INFO, &side.info, &length);
		ioctl(socket->fd, SIOCOUTQ, &unacknowledged);
	}
	side.unsent = side.info.tcpi_notsent_bytes;
	own->retransmits = side.info.tcpi_total_retrans;
	own->unacknowledged = (uint64_t)unacknowledged;
	return side;
}

/* A queue of the sending machine (qdisc, a NIC's ring) still holds packets of the socket: fences may have overtaken
 * them there. Kernels before 4.12 do not report it. */
static bool is_held(const struct side *side)
{
	uint32_t memory[SK_MEMINFO_VARS] = { 0 };
	socklen_t length = sizeof memory;

	return side->socket->fd >= 0 && getsockopt(side->socket->fd, SOL_SOCKET, SO_MEMINFO, memory, &length) == 0 &&
	       memory[SK_MEMINFO_WMEM_ALLOC] > 0;
}

/* What a socket has handed to the network and the other has not received: in a quiet lab, it is lost. */
static bool in_flight(const struct side *side)
{
	return side->own->sent - side->unsent > side->other->received;
}

/* The kernel dropped packets between a node's TCP and its devices since the traffic began. */
static bool node_refuses(const struct play *play, size_t node)
{
	struct counter_set moved = counters_moved(&play->probe->listeners.list[node].counters);
	int64_t dropped = 0;

	for (size_t i = 0; i < moved.count; i++)
		if (strstr(moved.values[i].name, ":tx_dropped"))
			dropped += moved.values[i].value;
	free(moved.values);
	return dropped > 0;
}

/* Octets to send, nothing on the way whose acknowledgement would let them go, and the node's own kernel drops. Without
 * such a drop they are only put off. */
static bool is_refused(const struct play *play, const struct side *side)
{
	return side->unsent > 0 && side->own->unacknowledged == side->unsent && node_refuses(play, side->node);
}

static bool all_received(const struct play *play)
{
	return play->trace->server.received == tcp_of(play)->server.to_receive &&
	       play->trace->client.received == tcp_of(play)->client.to_receive;
}

static struct standing standing_of(const struct side *client, const struct side *server)
{
	return (struct standing){ .received = { client->own->received, server->own->received },
		                  .unsent = { client->unsent, server->unsent },
		                  .unacknowledged = { client->own->unacknowledged, server->own->unacknowledged } };
}

/* How often TCP's timers have tried again; a try that the machine itself refuses counts as a probe or in the backoff.
 */
static unsigned tries_of(const struct side *side)
{
	return side->info.tcpi_total_retrans + side->info.tcpi_probes + side->info.tcpi_backoff;
}

/* A timer of TCP will continue (delayed acknowledgement, pacing, retransmission, probe). If one has already tried again
 * and the lab is quiet again with nothing changed, waiting longer is pointless. */
static enum progress_state wait_for_timer(struct play *play, const struct side *client, const struct side *server)
{
	struct tcp_sockets *tcp = tcp_of(play);
	struct standing standing = standing_of(client, server);
	unsigned tries = tries_of(client) + tries_of(server);

	if (tcp->waits && memcmp(&standing, &tcp->standing, sizeof standing) == 0)
		return tries > tcp->tries_then ? STATE_LOST : STATE_WAITING;
	tcp->waits = play->timers = true;
	tcp->standing = standing;
	tcp->tries_then = tries;
	return STATE_WAITING;
}

enum progress_state tcp_state(struct play *play)
{
	struct trace *trace = play->trace;
	struct side client = side_of(&tcp_of(play)->client, &trace->client, &trace->server, play->plan->from);
	struct side server = side_of(&tcp_of(play)->server, &trace->server, &trace->client, play->plan->to);

	play->timers |= trace->client.retransmits || trace->server.retransmits;
	if (traffic_is_crafted(&play->plan->traffic))
		return STATE_DONE; /* quiet is all there is to wait for */
	if (trace->client.error || trace->server.error)
		return STATE_LOST;
	if (is_held(&client) || is_held(&server))
		return wait_for_timer(play, &client, &server);
	if (!trace->client.established || !trace->server.established)
		return STATE_LOST;
	if (all_received(play)) {
		if (!trace->client.unacknowledged && !trace->server.unacknowledged)
			return STATE_DONE;
		return wait_for_timer(play, &client, &server);
	}
	/* A retransmission may repair it, but that a packet was lost is the answer: do not wait for one. */
	if (in_flight(&client) || in_flight(&server) || is_refused(play, &client) || is_refused(play, &server))
		return STATE_LOST;
	return wait_for_timer(play, &client, &server);
}
