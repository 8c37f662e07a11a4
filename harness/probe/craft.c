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

/* What leaves in one go: frames of one flow, or of several that run at once. */
struct together {
	struct frame *frames[HELD_MOST];
	struct bytes octets[HELD_MOST];
	struct next_hop next;
	int family; /* one neighbour waits for packets of one */
	size_t count;
};

static int family_of(const struct frame *frame)
{
	const struct packet_view view = packet_parse((struct bytes){ frame->data, frame->length });
	const struct layer *ip = packet_ip(&view);

	return ip && ip->kind == LAYER_IPV4 ? AF_INET : AF_INET6;
}

/* The flow's frames between those that are there: the first behind the first, and so on. */
static void interleave(struct together *all, struct frame *const frames[], size_t count)
{
	struct frame *made[HELD_MOST];
	size_t a = 0, b = 0, n = 0;

	while (n < all->count + count) {
		const bool own = b < count && (a == all->count || b * all->count < a * count);
		made[n++] = own ? frames[b++] : all->frames[a++];
	}
	all->count = n;
	memcpy(all->frames, made, n * sizeof *made);
}

/* 1: its frames are among them; 0: they leave elsewhere, or have left. */
static int join(struct together *all, struct play *play, struct error *err)
{
	struct frame *frames[HELD_MOST] = { 0 };
	struct next_hop next;
	size_t count;

	if (!traffic_is_crafted(&play->plan->traffic) || play->burst_sent)
		return 0;
	int made = crafted_make_held(frames, &count, &next, play->plan, play->port, err);
	const bool fits = made == 0 && (!all->count || (next.out == all->next.out && next.in == all->next.in &&
	                                                family_of(frames[0]) == all->family));
	if (!fits) {
		for (size_t i = 0; i < count; i++)
			frame_free(frames[i]);
		return made;
	}
	if (!all->count) {
		all->next = next;
		all->family = family_of(frames[0]);
	}
	interleave(all, frames, count);
	play->trace->client.sent += burst_payload(&play->plan->traffic);
	play->burst_sent += (uint64_t)play->plan->traffic.burst;
	play->moved = true;
	return 1;
}

static int held_burst_send(struct play *play, struct error *err)
{
	struct together all = { .count = 0 };
	int left = join(&all, play, err);

	for (size_t i = 0; left >= 0 && i < play->all_count; i++)
		left = join(&all, &play->all[i], err);
	for (size_t i = 0; i < all.count; i++)
		all.octets[i] = (struct bytes){ all.frames[i]->data, all.frames[i]->length };
	if (left >= 0 && held_send(play, &all.next, all.octets, all.count) < 0)
		left = fail(err, "a burst of %zu crafted frames could not leave %s: %s", all.count,
		            play->plan->traffic.from, strerror(errno));
	for (size_t i = 0; i < all.count; i++)
		frame_free(all.frames[i]);
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
	int left = crafted_make(&crafted, play->plan, play->port, play->burst_sent, err);
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
