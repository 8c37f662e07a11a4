/* Bursts leave by a transmit ring. Of what a packet socket sends otherwise, skb_segment() leaves the socket on the last
 * segment only, and GRO at the first veth keeps packets of different sockets apart: the last one would overtake those
 * that are merged. From a ring no segment has a socket, as none has that comes from a wire. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe_internal.h"

/* A slot holds the largest packet. Segments refer to its pages until they are read, which is before the next leaves;
 * those that are lost or out of order may do so for longer. */
#define SLOT_SIZE  (128U * 1024)
#define SLOT_COUNT 8U
/* Where a slot's packet starts when nothing else is asked for. */
#define SLOT_START (TPACKET2_HDRLEN - sizeof(struct sockaddr_ll))

static int ring_set_up(struct burst_ring *burst)
{
	const struct tpacket_req ring = { SLOT_SIZE, SLOT_COUNT, SLOT_SIZE, SLOT_COUNT };
	const int version = TPACKET_V2, on = 1;

	if (setsockopt(burst->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version) < 0 ||
	    setsockopt(burst->fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) < 0 ||
	    setsockopt(burst->fd, SOL_PACKET, PACKET_TX_RING, &ring, sizeof ring) < 0)
		return -1;
	void *slots = mmap(NULL, SLOT_SIZE * SLOT_COUNT, PROT_READ | PROT_WRITE, MAP_SHARED, burst->fd, 0);
	if (slots == MAP_FAILED)
		return -1;
	burst->slots = slots;
	return 0;
}

static int burst_open(struct burst_ring *burst, const struct lab *lab, size_t node)
{
	lab_enter(lab, node);
	*burst = (struct burst_ring){ .fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0) };
	lab_enter(lab, NOT_FOUND);
	if (burst->fd >= 0 && ring_set_up(burst) == 0)
		return 0;
	int error = errno;
	burst_close(burst);
	errno = error;
	return -1;
}

void burst_close(struct burst_ring *burst)
{
	if (burst->slots)
		munmap(burst->slots, SLOT_SIZE * SLOT_COUNT);
	if (burst->fd >= 0)
		close(burst->fd);
	*burst = (struct burst_ring){ .fd = -1 };
}

static int slot_send(struct burst_ring *burst, struct tpacket2_hdr *slot, unsigned ifindex, const uint8_t *frame)
{
	struct sockaddr_ll to = frame_target(ifindex, frame);

	__atomic_store_n(&slot->tp_status, TP_STATUS_SEND_REQUEST, __ATOMIC_RELEASE);
	burst->next = (burst->next + 1) % SLOT_COUNT;
	return sendto(burst->fd, NULL, 0, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof to) < 0 ? -1 : 0;
}

int burst_send(struct play *play, const struct next_hop *next, const struct virtio_net_hdr *offload, uint8_t *frame,
               size_t length)
{
	const struct lab *lab = play->probe->lab;
	struct burst_ring *burst = &play->probe->listeners.list[next->node].capture.burst;

	if (burst->fd < 0 && burst_open(burst, lab, next->node) < 0)
		return -1;
	struct tpacket2_hdr *slot = (void *)(burst->slots + (size_t)burst->next * SLOT_SIZE);
	if (__atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE) != TP_STATUS_AVAILABLE) {
		errno = EBUSY; /* eight packets were sent, and the kernel still holds all of them */
		return -1;
	}
	if (SLOT_START + sizeof *offload + length > SLOT_SIZE) {
		errno = EMSGSIZE;
		return -1;
	}
	frame_address(play->plan, next, frame);
	uint8_t *start = (uint8_t *)slot + SLOT_START;
	memcpy(start, offload, sizeof *offload);
	memcpy(start + sizeof *offload, frame, length);
	slot->tp_len = (uint32_t)(sizeof *offload + length);
	return slot_send(burst, slot, lab->ifindex[next->out], frame);
}
