#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>

#include "probe_internal.h"

#define FENCE_TYPE 0x88b5 /* IEEE 802 local experimental: no protocol of the kernel has a handler for it */

struct fence {
	struct ether_header ethernet;
	char magic[8];
	uint32_t serial, number;
	uint8_t padding[30];
} __attribute__((packed));

static const char magic[8] = "hopcheck";

/* Sent by the capture's own socket, which does not receive what it sends: only the far end captures a fence. */
static int fence_send(struct play *play, size_t number, struct error *err)
{
	const struct crossing *over = &play->fences[number].over;
	const struct interface *interface = &play->plan->topology->interfaces[over->out];
	const struct lab *lab = play->probe->lab;
	struct {
		struct virtio_net_hdr offload;
		struct fence fence;
	} __attribute__((packed)) out = { .fence.ethernet.ether_type = htons(FENCE_TYPE),
		                          .fence.serial = play->probe->fence_serial,
		                          .fence.number = (uint32_t)number };

	memcpy(out.fence.magic, magic, sizeof magic);
	memcpy(out.fence.ethernet.ether_shost, play->plan->interfaces[over->out].mac, ETH_ALEN);
	memcpy(out.fence.ethernet.ether_dhost, play->plan->interfaces[over->in].mac, ETH_ALEN);
	if (socket_send(play->probe->listeners.list[interface->node].capture.fd, lab->ifindex[over->out], &out,
	                sizeof out) < 0)
		return fail(err, "a fence could not leave %s.%s: %s", lab->names[interface->node], interface->name,
		            strerror(errno));
	return 0;
}

void fences_make(struct play *play)
{
	const struct topology *topology = play->plan->topology;

	for (size_t out = 0; out < topology->interface_count; out++)
		FOR_EACH_OTHER (in, topology, out)
			PUSH(play->fences, play->fence_count)->over = (struct crossing){ out, in };
}

int fences_send(struct play *play, struct error *err)
{
	int sent = 0;

	play->probe->fence_serial++;
	play->fences_missing = play->fence_count;
	for (size_t i = 0; i < play->fence_count; i++) {
		play->fences[i].arrived = false;
		sent |= fence_send(play, i, err);
	}
	return sent;
}

bool fence_arrived(struct play *play, size_t node, const struct ring_packet *packet)
{
	struct fence fence;

	if (packet->frame.length < sizeof fence)
		return false;
	memcpy(&fence, packet->frame.data, sizeof fence);
	if (fence.ethernet.ether_type != htons(FENCE_TYPE) || memcmp(fence.magic, magic, sizeof magic) != 0)
		return false;
	struct play_fence *sent = fence.number < play->fence_count ? &play->fences[fence.number] : NULL;
	if (fence.serial == play->probe->fence_serial && sent && !sent->arrived && !packet->outgoing &&
	    play->plan->topology->interfaces[sent->over.in].node == node) {
		sent->arrived = true;
		play->fences_missing--;
	}
	return true;
}

static bool is_test_ipv6(struct bytes frame)
{
	const size_t next_header = 20, destination = 38, headers = 54;

	if (frame.length < headers)
		return true;
	uint8_t next = frame.data[next_header];
	return frame.data[destination] != 0xff || (next != IPPROTO_ICMPV6 && next != IPPROTO_HOPOPTS);
}

static bool is_test_ipv4(struct bytes frame)
{
	const size_t protocol = 23, headers = 34;

	return frame.length < headers || frame.data[protocol] != IPPROTO_IGMP;
}

/* Apart from the test's packets and the answers to them, nodes send only ARP, neighbour discovery and multicast
 * listener reports: the latter two to multicast addresses, as ICMPv6, with or without hop-by-hop options, or as IGMP. A
 * frame that ends inside its IP header was crafted. */
bool is_test_packet(struct bytes frame)
{
	const size_t type = 12;

	if (frame.length <= type + 2)
		return false;
	switch (frame.data[type] << 8 | frame.data[type + 1]) {
	case ETHERTYPE_IPV6:
		return is_test_ipv6(frame);
	case ETHERTYPE_IP:
		return is_test_ipv4(frame);
	default:
		return false;
	}
}
