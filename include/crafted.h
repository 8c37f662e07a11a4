/* The frames that a crafted cell's traffic is made of, octet by octet, as its source sends them. Pure. */
#ifndef HOPCHECK_CRAFTED_H
#define HOPCHECK_CRAFTED_H

#include <linux/virtio_net.h>

#include "plan.h"

#define SERVER_PORT 5001 /* of receivers, of any traffic; of flows that run at once each has another one: */
static inline uint16_t server_port(const struct plan *plan)
{
	return (uint16_t)(SERVER_PORT + plan->flow);
}
/* The flow of those that run at once that a packet is of, by its receiver's port, else by its final destination; of an
 * ICMP error that of what it quotes. NOT_FOUND: nothing tells. */
size_t packet_flow(const struct plan *plan, const struct packet_view *view);

/* One frame as it is handed to the kernel. */
struct crafted {
	struct frame *frame; /* owned */
	struct virtio_net_hdr offload;
	uint64_t segments;    /* of the burst that are in it; more than 1: the kernel cuts it */
	struct next_hop next; /* by which it leaves */
};
/* What leaves once `sent` segments of the burst have: a frame of one or several. `port`: the connection's own. Returns
 * 0 and fills *ret, which the caller clears; or -1 and err: it is too long to be built. */
int crafted_make(struct crafted *ret, const struct plan *plan, uint16_t port, uint64_t sent, struct error *err);
void crafted_clear(struct crafted *crafted);

/* All frames of a burst that leaves as frames of their own (traffic_is_held()): fills up to HELD_MOST, and *count also
 * where it fails; the caller frees each with frame_free(). All leave by *next. Returns 0, or -1 and err. */
int crafted_make_held(struct frame *frames[], size_t *count, struct next_hop *next, const struct plan *plan,
                      uint16_t port, struct error *err);

/* How a node sends a frame's packet on, or NULL. */
const struct next_hop *frame_next_hop(const struct plan *plan, size_t node, struct bytes frame);
/* Writes the MAC addresses of a frame that leaves there. */
void frame_address(const struct plan *plan, const struct next_hop *next, uint8_t *frame);

/* Octets that the receiver of crafted packets has sent, as it believes, and whether some of them acknowledge these. */
bool crafted_owes(const struct traffic *traffic);

#endif
