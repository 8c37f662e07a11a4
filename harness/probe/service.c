/* Services: packets go to the program of a device's kind and on from there. What the kernel knew about a packet besides
 * its octets (offloads, checksum state) is lost, as for any program in user space. */
#include <errno.h>
#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "probe_internal.h"

/* Ethernet header and packet in `frame`; whether it is to be sent on. */
static bool process(struct play *play, const struct plan_service *service, uint8_t *frame, size_t length)
{
	char complaint[COMPLAINT_SIZE];

	if (service->device.kind->process(&service->device, frame, length, complaint))
		return true;
	complain(play->trace, "%s service: %s", play->probe->lab->names[service->node], complaint);
	return false;
}

static void send_on(struct play *play, size_t node, uint8_t *frame, size_t length)
{
	const char *name = play->probe->lab->names[node];
	const struct next_hop *next = frame_next_hop(play->plan, node, (struct bytes){ frame, length });

	if (!next)
		complain(play->trace, "%s service: no route to the next segment", name);
	else if (frame_send(play, next, NULL, frame, length) < 0)
		complain(play->trace, "%s service: sending a packet of %zu octets: %s", name, length, strerror(errno));
}

void service_packet(struct play *play, size_t node, const struct ring_packet *packet)
{
	if (packet->outgoing || !node_service(&play->plan->topology->nodes[node]))
		return;
	struct packet_view view = packet_parse(packet->frame);
	const struct address to = ip_destination(&view, packet_ip(&view));
	const struct plan_service *service = plan_service_at(play->plan, node, &to);
	if (!packet_ip(&view) || !service || service->device.kind->input != INPUT_CAPTURE)
		return;
	size_t length = packet->frame.length;
	uint8_t *frame = zalloc(length);
	memcpy(frame, packet->frame.data, length);
	if (process(play, service, frame, length))
		send_on(play, node, frame, length);
	free(frame);
}

static void tun_packet(struct play *play, const struct plan_service *service, uint8_t *frame, size_t length, int fd)
{
	memset(frame, 0, ETH_HLEN);
	frame[12] = 0x86; /* process() reads frames */
	frame[13] = 0xdd;
	if (process(play, service, frame, length) && write(fd, frame + ETH_HLEN, length - ETH_HLEN) < 0)
		complain(play->trace, "%s service: %s", play->probe->lab->names[service->node], strerror(errno));
	play->moved = true;
}

void services_read(struct play *play)
{
	static uint8_t frame[ETH_HLEN + 65536];

	for (size_t i = 0; i < play->plan->service_count; i++) {
		const struct plan_service *service = &play->plan->services[i];
		int fd = play->probe->lab->tuns[service->node];
		if (service->device.kind->input != INPUT_TUN || fd < 0)
			continue;
		for (ssize_t got; (got = read(fd, frame + ETH_HLEN, sizeof frame - ETH_HLEN)) > 0;)
			tun_packet(play, service, frame, ETH_HLEN + (size_t)got, fd);
	}
}
