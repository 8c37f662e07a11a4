/* What became of a packet from one point to the next: merged, cut, lost, there twice, or changed in what nodes keep. */
#include <string.h>

#include "track.h"
#include "transport.h"

struct pair {
	struct remarks *remarks;
	const struct captured *before, *after;
	const char *at; /* the point before */
};

static const char *point_of(const struct capture *capture, const struct pass *pass)
{
	return capture->points[capture->packets[pass->packet].point].name;
}

static void say_number(const struct pair *pair, const char *what, unsigned long was, unsigned long is)
{
	if (was != is)
		remark_fault(pair->remarks, "%s is %lu; it was %lu at %s", what, is, was, pair->at);
}

static bool same_octets(struct bytes a, struct bytes b)
{
	return a.length == b.length && (!a.length || memcmp(a.data, b.data, a.length) == 0);
}

/* ---- IP: the innermost header is the same one; others may have been pushed and removed */
static void compare_ip(const struct pair *pair)
{
	const struct packet_view *from = &pair->before->view, *to = &pair->after->view;
	const struct layer *was = packet_innermost_ip(from), *is = packet_innermost_ip(to);

	if (!was || !is || was->kind != is->kind)
		return;
	say_number(pair, "traffic class", ip_traffic_class(from, was), ip_traffic_class(to, is));
	say_number(pair, "flow label", ipv6_flow_label(from, was), ipv6_flow_label(to, is));
	if (ip_hop_limit(to, is) > ip_hop_limit(from, was))
		remark_fault(pair->remarks, "hop limit is %u, more than at %s, %u", ip_hop_limit(to, is), pair->at,
		             ip_hop_limit(from, was));
}

/* ---- SRH: all but segments left (RFC 8754 2), while it is the same one */
static void compare_srh(const struct pair *pair)
{
	const struct packet_view *from = &pair->before->view, *to = &pair->after->view;
	const struct srh_view was = packet_srh(from, packet_ip(from)), is = packet_srh(to, packet_ip(to));
	const struct address source = ip_source(from, packet_ip(from)), now = ip_source(to, packet_ip(to));

	if (!was.present || !is.present || was.type != is.type || !address_same(&source, &now))
		return;
	if (was.last_entry != is.last_entry)
		return; /* another one was pushed, or is left */
	if (!same_octets(was.segment_list, is.segment_list)) {
		remark_fault(pair->remarks, "the segment list is another than at %s", pair->at);
		return;
	}
	say_number(pair, "the SRH's tag", was.tag, is.tag);
	if (is.segments_left > was.segments_left)
		remark_fault(pair->remarks, "segments left is %u, more than at %s, %u", is.segments_left, pair->at,
		             was.segments_left);
	if (!same_octets(was.tlvs, is.tlvs))
		remark_fault(pair->remarks, "the SRH's TLVs are others than at %s", pair->at);
}

/* ---- the transport's header and payload */
static void compare_payload(const struct pair *pair)
{
	const struct bytes from = packet_payload(&pair->before->view), to = packet_payload(&pair->after->view);
	const int64_t shift = pair->after->known ? (int32_t)(pair->after->sequence - pair->before->sequence) : 0;

	for (size_t i = 0; i < to.length; i++) {
		const int64_t at = (int64_t)i + shift;
		if (at < 0 || at >= (int64_t)from.length || from.data[at] == to.data[i])
			continue;
		remark_fault(pair->remarks, "octet %zu of the payload is 0x%02x; it was 0x%02x at %s", i, to.data[i],
		             from.data[at], pair->at);
		return;
	}
}

static void compare_kept(const struct pair *pair)
{
	const struct transport *transport = transport_of(&(struct traffic){ 0 });
	struct kept_part was[KEPT_MOST], is[KEPT_MOST];

	if (!pair->before->known || !pair->after->known)
		return;
	const size_t count = transport->kept(pair->before, was);
	transport->kept(pair->after, is);
	for (size_t i = 0; i < count; i++)
		if (!same_octets(was[i].octets, is[i].octets))
			remark_fault(pair->remarks, "%s (%s) is another than at %s",
			             word_of(invariant_words, (int)was[i].invariant), transport->name, pair->at);
}

static void compare(struct remarks *remarks, const struct capture *capture, const struct pass *before,
                    const struct pass *after)
{
	const struct pair pair = { remarks, &capture->packets[before->packet].seen,
		                   &capture->packets[after->packet].seen, point_of(capture, before) };

	compare_ip(&pair);
	compare_srh(&pair);
	compare_kept(&pair);
	compare_payload(&pair);
}

/* ---- what is lost */

/* The last place on a way at which the flow was seen, and when its point heard anything last. */
static size_t last_place(const struct capture *capture, const struct tracks *tracks, enum way way)
{
	size_t last = NOT_FOUND;

	for (size_t i = 0; i < tracks->pass_count; i++) {
		const struct pass *pass = &tracks->passes[i];
		if (capture->packets[pass->packet].seen.way == way &&
		    (last == NOT_FOUND || (way == WAY_BACK ? pass->place < last : pass->place > last)))
			last = pass->place;
	}
	return last;
}

static bool ended_before(const struct capture *capture, size_t point, uint64_t time)
{
	for (size_t i = capture->packet_count; i--;)
		if (capture->packets[i].point == point)
			return capture->packets[i].seen.time < time;
	return true;
}

static void remark_lost(struct remarks *remarks, const struct capture *capture, const struct tracks *tracks,
                        const struct pass *pass)
{
	const struct captured *seen = &capture->packets[pass->packet].seen;
	const size_t last = last_place(capture, tracks, seen->way);
	const uint64_t whole = pass->end - pass->begin;

	if (last == pass->place || pass->followed >= whole)
		return;
	const char *beyond = capture->points[tracks->points[last]].name;
	if (ended_before(capture, tracks->points[last], seen->time))
		remark_note(remarks, "not seen at %s, whose capture ends before", beyond);
	else if (pass->followed)
		remark_fault(remarks,
		             "%llu of %llu octets of its data are lost: they are not seen further on, towards %s",
		             (unsigned long long)(whole - pass->followed), (unsigned long long)whole, beyond);
	else
		remark_fault(remarks, "lost: it is not seen further on, towards %s", beyond);
}

void pass_remark(struct remarks *remarks, const struct capture *capture, const struct tracks *tracks, size_t number)
{
	const struct pass *pass = &tracks->passes[number];

	if (pass->resent)
		remark_note(remarks, "sent again");
	if (pass->again)
		remark_fault(remarks, "a copy: all of it was seen here, or further on, before");
	if (pass->part_count > 1)
		remark_note(remarks, "merged of %zu packets at %s", pass->part_count,
		            point_of(capture, &tracks->passes[pass->parts[0]]));
	for (size_t i = 0; i < pass->part_count; i++) {
		const struct pass *part = &tracks->passes[pass->parts[i]];
		if (pass->part_count == 1 && part->end - part->begin > pass->end - pass->begin)
			remark_note(remarks, "cut from a larger packet at %s", point_of(capture, part));
		compare(remarks, capture, part, pass);
	}
	remark_lost(remarks, capture, tracks, pass);
}
