#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "probe_internal.h"

struct sockaddr_ll frame_target(unsigned ifindex, const uint8_t *frame)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)ifindex };

	memcpy(&to.sll_protocol, frame + 2 * ETH_ALEN, sizeof to.sll_protocol); /* both in network order */
	return to;
}

int socket_send(int fd, unsigned ifindex, const void *octets, size_t length)
{
	struct sockaddr_ll to = frame_target(ifindex, (const uint8_t *)octets + sizeof(struct virtio_net_hdr));

	return sendto(fd, octets, length, 0, (struct sockaddr *)&to, sizeof to) == (ssize_t)length ? 0 : -1;
}

/* A socket of its own: a packet socket does not receive what it sends itself (skb_loop_sk()), and
 * the capture must see it. */
static int sender_open(struct probe *probe, size_t node)
{
	int on = 1;

	lab_enter(probe->lab, node);
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	lab_enter(probe->lab, NOT_FOUND);
	if (fd >= 0 && setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) < 0) {
		close(fd);
		fd = -1;
	}
	return probe->senders[node] = fd;
}

int frame_send(struct play *play, const struct next_hop *next, const struct virtio_net_hdr *offload, uint8_t *frame,
               size_t length)
{
	struct probe *probe = play->probe;
	struct virtio_net_hdr none = { 0 };
	struct sockaddr_ll to = frame_target(probe->lab->ifindex[next->out], frame);
	struct iovec parts[] = { { (void *)(offload ? offload : &none), sizeof none }, { frame, length } };
	struct msghdr message = { .msg_name = &to, .msg_namelen = sizeof to, .msg_iov = parts, .msg_iovlen = 2 };

	frame_address(play->plan, next, frame);
	if (probe->senders[next->node] < 0 && sender_open(probe, next->node) < 0)
		return -1;
	return sendmsg(probe->senders[next->node], &message, 0) < 0 ? -1 : 0;
}
