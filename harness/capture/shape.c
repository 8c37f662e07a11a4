#include <string.h>

#include "replay.h"

static void take_list(struct shape *shape, const struct srh_view *srh, const struct address *destination)
{
	const size_t entries = srh->segment_list.length / SEGMENT_OCTETS;
	const bool reduced = srh->segments_left > srh->last_entry;

	shape->count = 0;
	if (reduced)
		shape->list[shape->count++] = *destination;
	shape->too_long = entries > COUNT(shape->list) - 2;
	for (size_t i = entries; i-- && !shape->too_long;)
		shape->list[shape->count++] = address_from(AF_INET6, srh->segment_list.data + i * SEGMENT_OCTETS);
}

/* The mode by which a packet with these headers was made. */
static enum mode mode_of(const struct packet_view *view, const struct srh_view *srh)
{
	const struct layer *outer = packet_ip(view), *inner = packet_ip_inside(view, outer);
	const bool reduced = srh->present && srh->segments_left > srh->last_entry;

	if (!inner)
		return srh->present ? MODE_INLINE : MODE_PLAIN;
	if (packet_frame_of(view, inner))
		return !srh->present || reduced ? MODE_L2ENCAP_RED : MODE_L2ENCAP;
	if (!srh->present)
		return MODE_IP6IP6;
	return reduced ? MODE_ENCAP_RED : MODE_ENCAP;
}

static bool is_usable(const struct srh_view *srh)
{
	return srh->present && srh->type == 4 && srh->segment_list.length >= SEGMENT_OCTETS;
}

static void read_packet(struct shape *shape, const struct packet_view *view, int *most)
{
	const struct layer *ip = packet_ip(view);
	const struct srh_view srh = packet_srh(view, ip);
	const struct address destination = ip_destination(view, ip);
	const int left = is_usable(&srh) ? srh.segments_left : packet_is_encapsulated(view) ? 0 : -1;

	if (ip->kind != LAYER_IPV6 || left <= *most)
		return;
	*most = left;
	shape->mode = mode_of(view, &srh);
	shape->count = 0;
	if (is_usable(&srh))
		take_list(shape, &srh, &destination);
	else
		shape->list[shape->count++] = destination;
	if (shape->mode == MODE_INLINE && shape->count)
		shape->count--;
}

/* What can be told only from packets further on: the SRH is gone, or the destination is a part of a segment. */
static void read_changes(struct shape *shape, const struct packet_view *view)
{
	const struct layer *ip = packet_ip(view);
	const struct srh_view srh = packet_srh(view, ip);
	const struct address destination = ip_destination(view, ip);
	const size_t at = srh.segments_left * SEGMENT_OCTETS;

	if (shape->count > 1 && shape->mode != MODE_PLAIN && !srh.present &&
	    address_same(&destination, &shape->list[shape->count - 1]) && packet_is_encapsulated(view))
		shape->pops = true;
	if (is_usable(&srh) && at + SEGMENT_OCTETS <= srh.segment_list.length &&
	    memcmp(srh.segment_list.data + at, destination.octets, SEGMENT_OCTETS) != 0)
		shape->shifts = true;
}

struct shape shape_of(const struct capture *capture, const struct flow *flow)
{
	struct shape shape = { .mode = MODE_PLAIN, .other = true };
	int most = -1;

	for (size_t i = 0; i < flow->count; i++) {
		const struct captured *seen = &capture->packets[flow->packets[i]].seen;
		shape.other &= !seen->known;
		if (seen->way == WAY_FORWARD && packet_ip(&seen->view))
			read_packet(&shape, &seen->view, &most);
	}
	for (size_t i = 0; i < flow->count; i++) {
		const struct captured *seen = &capture->packets[flow->packets[i]].seen;
		if (seen->way == WAY_FORWARD && packet_ip(&seen->view))
			read_changes(&shape, &seen->view);
	}
	return shape;
}
