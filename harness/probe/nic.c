/* Links with user space between their TAP devices: what leaves one goes to another, by way of what their kind makes
 * of it. */
#include <errno.h>
#include <net/ethernet.h>
#include <string.h>
#include <unistd.h>

#include "probe_internal.h"

#define IPV6_LENGTH 40

/* Of several others on a link the one whose address a frame has; NOT_FOUND: nobody's, and all get it. */
static size_t addressee(const struct plan *plan, size_t interface, const uint8_t *frame)
{
	FOR_EACH_OTHER (other, plan->topology, interface)
		if (memcmp(plan->interfaces[other].mac, frame, ETH_ALEN) == 0)
			return other;
	return NOT_FOUND;
}

static void carry(struct play *play, size_t interface, uint8_t *octets, size_t length)
{
	const struct topology *topology = play->plan->topology;
	const struct interface *sender = &topology->interfaces[interface];
	const char *node = play->probe->lab->names[sender->node];
	struct virtio_net_hdr offload;
	const size_t before = sizeof offload;
	char complaint[COMPLAINT_SIZE];

	memcpy(&offload, octets, before);
	if (!port_kind(topology, interface)
	             ->carry(sender->model, &offload, octets + before, length - before, complaint))
		complain(play->trace, "%s.%s: %s", node, sender->name, complaint);
	memcpy(octets, &offload, before);
	const size_t only = addressee(play->plan, interface, octets + before);
	FOR_EACH_OTHER (other, topology, interface)
		if ((only == other || only == NOT_FOUND) && write(play->probe->lab->taps[other], octets, length) < 0)
			complain(play->trace, "%s.%s: the wire refused a packet: %s", node, sender->name,
			         strerror(errno));
}

void nics_read(struct play *play)
{
	static uint8_t octets[sizeof(struct virtio_net_hdr) + 65536 + ETH_HLEN];
	const struct lab *lab = play->probe->lab;

	for (size_t i = 0; i < lab->interface_count; i++) {
		if (lab->taps[i] < 0)
			continue;
		/* Not `moved`: fences pass here too, and a test packet is seen arriving at the far end. */
		for (ssize_t got; (got = read(lab->taps[i], octets, sizeof octets)) > 0;)
			if ((size_t)got > sizeof(struct virtio_net_hdr) + ETH_HLEN + IPV6_LENGTH)
				carry(play, i, octets, (size_t)got);
	}
}
