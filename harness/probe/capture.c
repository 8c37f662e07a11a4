/* Captures: a packet socket a node, with a ring, bound to no interface. libpcap would lose what matters here, the
 * virtio_net_hdr (unfinished checksums, segment sizes), and opens and closes one ring an interface, 12 and 24 ms each.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe_internal.h"

/* Frames hold a packet of an ordinary MTU; larger ones (GSO) come whole by the socket's queue beside the ring. */
#define FRAME_SIZE   2048U
#define FRAME_COUNT  2048U
#define BLOCK_SIZE   65536U
#define RING_SIZE    (FRAME_SIZE * FRAME_COUNT)
#define LARGE_SIZE   (256U * 1024)
#define QUEUE_OCTETS (32 * 1024 * 1024)

static int set(int fd, int option, int value)
{
	return setsockopt(fd, SOL_PACKET, option, &value, sizeof value);
}

static int ring_set_up(int fd)
{
	struct tpacket_req ring = { .tp_block_size = BLOCK_SIZE,
		                    .tp_block_nr = RING_SIZE / BLOCK_SIZE,
		                    .tp_frame_size = FRAME_SIZE,
		                    .tp_frame_nr = FRAME_COUNT };
	int octets = QUEUE_OCTETS;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &octets, sizeof octets) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets);
	if (set(fd, PACKET_VERSION, TPACKET_V2) < 0 || set(fd, PACKET_VNET_HDR, 1) < 0 ||
	    set(fd, PACKET_COPY_THRESH, 1) < 0)
		return -1;
	return setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof ring);
}

/* Opened with no protocol and bound last: a socket that already receives costs one more grace period. */
int capture_open(struct capture *capture)
{
	struct sockaddr_ll everything = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };

	capture->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (capture->fd < 0 || ring_set_up(capture->fd) < 0)
		return -1;
	capture->ring = mmap(NULL, RING_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, capture->fd, 0);
	if (capture->ring == MAP_FAILED) {
		capture->ring = NULL;
		return -1;
	}
	capture->large = zalloc(LARGE_SIZE);
	return bind(capture->fd, (struct sockaddr *)&everything, sizeof everything);
}

void capture_close(struct capture *capture)
{
	if (capture->ring)
		munmap(capture->ring, RING_SIZE);
	if (capture->fd >= 0)
		close(capture->fd);
	free(capture->large);
}

static struct tpacket2_hdr *frame_at(const struct capture *capture)
{
	return (struct tpacket2_hdr *)(capture->ring + (size_t)capture->next * FRAME_SIZE);
}

/* The whole of a packet that did not fit its frame. The queued packet shares its octets with the one that went on,
 * whose SRH the node may have advanced by now (seg6_local writes in place); the frame's part was copied when it was
 * seen. */
static bool read_large(struct capture *capture, struct ring_packet *packet)
{
	struct bytes copied = packet->frame;
	ssize_t got = recv(capture->fd, capture->large, LARGE_SIZE, MSG_DONTWAIT | MSG_TRUNC);

	if (got <= (ssize_t)sizeof packet->offload || got > (ssize_t)LARGE_SIZE)
		return false;
	memcpy(&packet->offload, capture->large, sizeof packet->offload);
	memcpy(capture->large + sizeof packet->offload, copied.data, copied.length);
	packet->frame = (struct bytes){ capture->large + sizeof packet->offload, (size_t)got - sizeof packet->offload };
	return true;
}

bool capture_next(struct capture *capture, struct ring_packet *packet)
{
	struct tpacket2_hdr *header = frame_at(capture);
	unsigned status = __atomic_load_n(&header->tp_status, __ATOMIC_ACQUIRE);

	if (!(status & TP_STATUS_USER))
		return false;
	const uint8_t *start = (const uint8_t *)header;
	const struct sockaddr_ll *link = (const void *)(start + TPACKET_ALIGN(sizeof *header));
	*packet = (struct ring_packet){
		.frame = { start + header->tp_mac, header->tp_snaplen },
		.wire_length = header->tp_len,
		.ifindex = (unsigned)link->sll_ifindex,
		.outgoing = link->sll_pkttype == PACKET_OUTGOING,
		.time = header->tp_sec * 1000000000ULL + header->tp_nsec,
		.csum_not_ready = status & TP_STATUS_CSUMNOTREADY,
	};
	memcpy(&packet->offload, start + header->tp_mac - sizeof packet->offload, sizeof packet->offload);
	if (status & TP_STATUS_COPY)
		read_large(capture, packet);
	return true;
}

void capture_release(struct capture *capture)
{
	__atomic_store_n(&frame_at(capture)->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	capture->next = (capture->next + 1) % FRAME_COUNT;
}

unsigned capture_lost(struct capture *capture)
{
	struct tpacket_stats statistics = { 0 };
	socklen_t length = sizeof statistics;

	getsockopt(capture->fd, SOL_PACKET, PACKET_STATISTICS, &statistics, &length);
	return statistics.tp_drops;
}
