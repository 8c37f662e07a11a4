#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <string.h>

#include "probe_internal.h"

#define FENCE_TYPE 0x88b5 /* IEEE 802 local experimental: no protocol of the kernel listens to it */

struct fence {
	struct ether_header ethernet;
	char magic[8];
	uint32_t serial, interface;
	uint8_t padding[30];
} __attribute__((packed));

static const char magic[8] = "hopcheck";

/* Leaves by the capture's own socket, which does not hear itself: only the far end sees a fence. */
static void fence_send(struct play *play, size_t interface)
{
	const struct plan_interface *from = &play->plan->interfaces[interface];
	const struct plan_interface *to = &play->plan->interfaces[PEER(interface)];
	const struct lab *lab = play->probe->lab;
	struct {
		struct virtio_net_hdr offload;
		struct fence fence;
	} __attribute__((packed)) out = { .fence.ethernet.ether_type = htons(FENCE_TYPE),
		                          .fence.serial = play->probe->fence_serial,
		                          .fence.interface = (uint32_t)PEER(interface) };
	size_t node = play->plan->topology->interfaces[interface].node;

	memcpy(out.fence.magic, magic, sizeof magic);
	memcpy(out.fence.ethernet.ether_shost, from->mac, ETH_ALEN);
	memcpy(out.fence.ethernet.ether_dhost, to->mac, ETH_ALEN);
	if (socket_send(play->probe->captures[node].fd, lab->ifindex[interface], &out, sizeof out) < 0)
		broken(play->trace, "a fence could not leave %s.%s: %s", lab->names[node],
		       play->plan->topology->interfaces[interface].name, strerror(errno));
}

void fences_send(struct play *play)
{
	size_t count = play->probe->lab->interface_count;

	play->probe->fence_serial++;
	memset(play->fence_seen, 0, count * sizeof *play->fence_seen);
	play->fences_missing = count;
	for (size_t i = 0; i < count; i++)
		fence_send(play, i);
}

bool fence_arrived(struct play *play, size_t node, const struct captured *captured)
{
	struct fence fence;

	if (captured->frame.length < sizeof fence)
		return false;
	memcpy(&fence, captured->frame.data, sizeof fence);
	if (fence.ethernet.ether_type != htons(FENCE_TYPE) || memcmp(fence.magic, magic, sizeof magic) != 0)
		return false;
	size_t interface = fence.interface;
	if (fence.serial == play->probe->fence_serial && interface < play->probe->lab->interface_count &&
	    play->plan->topology->interfaces[interface].node == node && !captured->outgoing &&
	    !play->fence_seen[interface]) {
		play->fence_seen[interface] = true;
		play->fences_missing--;
	}
	return true;
}
