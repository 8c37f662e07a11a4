/* A service segment as a user-space program: take the packet, go to the next segment, send it on. What the kernel knew
 * about the packet beside its octets is gone, as it is for any such program. */
#include <errno.h>
#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe_internal.h"

static const struct plan_service *service_at(const struct plan *plan, size_t node, enum service_kind kind)
{
	for (size_t i = 0; i < plan->service_count; i++)
		if (plan->services[i].node == node && plan->services[i].kind == kind)
			return &plan->services[i];
	return NULL;
}

/* Ethernet header and IPv6 packet in `frame`: on to the next segment. */
static bool advance(struct play *play, const struct plan_service *service, uint8_t *frame, size_t length)
{
	const char *node = play->probe->lab->names[service->node];

	if (!frame_advance(frame, length)) {
		complain(play->trace, "%s service: a packet without a segment left", node);
		return false;
	}
	if (service->checksum == SERVICE_COMPLETE && !frame_complete_checksum(frame, length)) {
		complain(play->trace, "%s service: no TCP segment to complete", node);
		return false;
	}
	return true;
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

void service_packet(struct play *play, size_t node, const struct captured *captured)
{
	const struct plan_service *service = service_at(play->plan, node, SERVICE_PACKET);

	if (!service || captured->outgoing)
		return;
	struct packet_view view = packet_parse(captured->frame);
	if (!view.ipv6 || !address_same(&view.outer_destination, &service->sid))
		return;
	size_t length = captured->frame.length;
	uint8_t *frame = zalloc(length);
	memcpy(frame, captured->frame.data, length);
	if (advance(play, service, frame, length))
		send_on(play, node, frame, length);
	free(frame);
}

static void tun_packet(struct play *play, const struct plan_service *service, uint8_t *frame, size_t length, int fd)
{
	memset(frame, 0, ETH_HLEN);
	frame[12] = 0x86; /* frame_advance() reads frames */
	frame[13] = 0xdd;
	if (advance(play, service, frame, length) && write(fd, frame + ETH_HLEN, length - ETH_HLEN) < 0)
		complain(play->trace, "%s service: %s", play->probe->lab->names[service->node], strerror(errno));
	play->moved = true;
}

void services_read(struct play *play)
{
	static uint8_t frame[ETH_HLEN + 65536];

	for (size_t i = 0; i < play->plan->service_count; i++) {
		const struct plan_service *service = &play->plan->services[i];
		int fd = play->probe->lab->tuns[service->node];
		if (service->kind != SERVICE_TUN || fd < 0)
			continue;
		for (ssize_t got; (got = read(fd, frame + ETH_HLEN, sizeof frame - ETH_HLEN)) > 0;)
			tun_packet(play, service, frame, ETH_HLEN + (size_t)got, fd);
	}
}
