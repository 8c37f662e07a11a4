/* Crafted traffic: the frames of the cell, sent from the source's interface towards the first destination. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probe_internal.h"

static bool tx_is_on(const struct play *play, size_t interface)
{
	const struct trace *trace = play->trace;

	for (size_t i = 0; i < trace->offload_count; i++)
		if (trace->offloads[i].interface == interface && trace->offloads[i].offload == OFFLOAD_TX)
			return trace->offloads[i].on;
	return false;
}

/* As crafted_send(). */
static int frame_leaves(struct play *play, const struct crafted *crafted, struct error *err)
{
	const struct traffic *traffic = &play->plan->traffic;
	const struct frame *frame = crafted->frame;

	if (crafted->segments > 1 && traffic->checksum != CHECKSUM_PARTIAL && tx_is_on(play, crafted->next.out)) {
		play->trace->skip =
		        text_copy("a burst leaves as one GSO packet, whose checksum stays partial where tx is on: set "
		                  "tx off at the source, or `checksum: partial`");
		return 0;
	}
	int sent = crafted->segments > 1
	                   ? burst_send(play, &crafted->next, &crafted->offload, frame->data, frame->length)
	                   : frame_send(play, &crafted->next, &crafted->offload, frame->data, frame->length);
	if (sent == 0)
		return 1;
	return fail(err, "a crafted frame of %zu octets could not leave %s: %s%s", frame->length, traffic->from,
	            strerror(errno),
	            errno == EMSGSIZE ? "; give less `payload`, fewer segments, or its interface a larger `mtu`" : "");
}

static uint64_t burst_payload(const struct traffic *traffic)
{
	struct burst burst;
	uint64_t octets = 0;

	burst_make(&burst, traffic);
	for (size_t i = 0; i < burst.count; i++)
		octets += (uint64_t)burst.packets[i].traffic.payload;
	burst_clear(&burst);
	return octets;
}

static int held_burst_send(struct play *play, struct error *err)
{
	struct frame *frames[HELD_MOST] = { 0 };
	struct bytes octets[HELD_MOST];
	struct next_hop next;
	size_t count;
	int left = crafted_make_held(frames, &count, &next, play->plan, play->probe->port, err);

	for (size_t i = 0; i < count; i++)
		octets[i] = (struct bytes){ frames[i]->data, frames[i]->length };
	if (left == 0 && held_send(play, &next, octets, count) < 0)
		left = fail(err, "a burst of %zu crafted frames could not leave %s: %s", count,
		            play->plan->traffic.from, strerror(errno));
	for (size_t i = 0; i < count; i++)
		frame_free(frames[i]);
	play->trace->client.sent += burst_payload(&play->plan->traffic);
	play->burst_sent += (uint64_t)play->plan->traffic.burst;
	play->moved = true;
	return left < 0 ? -1 : 1;
}

int crafted_send(struct play *play, struct error *err)
{
	const struct traffic *traffic = &play->plan->traffic;
	struct crafted crafted = { 0 };

	if (play->burst_sent >= (uint64_t)traffic->burst || play->trace->skip)
		return 0;
	if (traffic_is_held(traffic))
		return held_burst_send(play, err);
	int left = crafted_make(&crafted, play->plan, play->probe->port, play->burst_sent, err);
	if (left == 0)
		left = frame_leaves(play, &crafted, err);
	if (left > 0) {
		play->burst_sent += crafted.segments;
		play->trace->client.sent += crafted.segments * (uint64_t)traffic->payload;
		play->moved = true;
	}
	crafted_clear(&crafted);
	return left;
}
