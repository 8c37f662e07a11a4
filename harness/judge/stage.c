/* What each behaviour does with the headers of a packet (RFC 8986 4), as far as it decides where the packet goes next.
 */
#include <string.h>

#include "behaviour.h"
#include "device.h"
#include "stage.h"

static const struct sid as_end = { .behaviour = 0 }; /* End's row of behaviour_table */

bool stage_has_inside(const struct stage *stage)
{
	const struct behaviour *behaviour = sid_behaviour(stage->sid);
	const struct header *inner = stage->depth > 1 ? &stage->headers[stage->depth - 2] : NULL;

	return inner && inner->framed == behaviour->frames &&
	       behaviour->inside & (inner->at.family == AF_INET ? INSIDE_IPV4 : INSIDE_IPV6);
}

bool sid_next_hop(const struct sid *sid, struct address *ret)
{
	const char *next_hop = sid_given_next_hop(sid);

	return next_hop && address_parse(ret, AF_UNSPEC, next_hop) && !address_is_unspecified(ret);
}

static struct header header_of(const struct packet_view *view, const struct layer *ip)
{
	const struct srh_view srh = packet_srh(view, ip);

	return (struct header){ .at = ip_destination(view, ip),
		                .left = srh.present && !srh.fault ? srh.segments_left : 0,
		                .has_srh = srh.present,
		                .framed = packet_frame_of(view, ip) != NULL,
		                .srh = srh };
}

/* Outermost last. */
static void load_headers(const struct loss *loss, struct stage *stage)
{
	const struct packet_view *view = &loss->last->view;
	const struct layer *ip = packet_ip(view);
	struct header found[HEADERS_MOST];
	size_t count = 0;

	do
		found[count++] = header_of(view, ip);
	while (ip && count < HEADERS_MOST && (ip = packet_ip_inside(view, ip)));
	while (count)
		stage->headers[stage->depth++] = found[--count];
}

/* The entry that is next with `left` segments left; false: the list has none there. */
static bool list_entry(const struct srh_view *srh, size_t left, struct address *ret)
{
	if (left * SEGMENT_OCTETS > srh->segment_list.length)
		return false;
	*ret = address_from(AF_INET6, srh->segment_list.data + (left - 1) * SEGMENT_OCTETS);
	return true;
}

/* Takes the next segment. At the end of an inserted list the kernel goes on with the SRH behind it. */
static bool take_segment(struct header *header)
{
	if (!header->left) {
		header->left = header->under;
		header->under = 0;
		header->policy = NULL;
	}
	if (!header->left)
		return false;
	const struct sid *policy = header->policy;
	if (header->under)
		header->at =
		        header->left == 1 ? header->behind : policy->segments[policy->segment_count + 1 - header->left];
	else if (policy)
		header->at = policy->segments[policy->segment_count - header->left];
	else if (!list_entry(&header->srh, header->left, &header->at))
		return false;
	header->left--;
	return true;
}

/* End.B6: its list goes before the one that is there, which does not advance, and ends with the packet's destination.
 */
static bool insert(struct stage *stage)
{
	struct header *header = stage_outer(stage);
	size_t under = header->left + header->under;

	if (!under)
		return false;
	header->policy = stage->sid;
	header->behind = header->at;
	header->under = under;
	header->left = stage->sid->segment_count;
	header->at = stage->sid->segments[0];
	header->has_srh = true;
	return true;
}

static bool encapsulate(struct stage *stage)
{
	if (!take_segment(stage_outer(stage)) || stage->depth == HEADERS_MOST)
		return false;
	stage->headers[stage->depth++] = (struct header){ .at = stage->sid->segments[0],
		                                          .left = stage->sid->segment_count - 1,
		                                          .has_srh = true,
		                                          .policy = stage->sid };
	return true;
}

static bool decapsulate(struct stage *stage)
{
	if (stage_outer(stage)->left || !stage_has_inside(stage))
		return false;
	stage->depth--;
	return true;
}

bool stage_advance(struct stage *stage)
{
	const struct behaviour *behaviour = sid_behaviour(stage->sid);
	struct address next;

	if (behaviour->decapsulates)
		return decapsulate(stage);
	if (behaviour->inserts)
		return insert(stage);
	if (sid_shift(stage->sid, &stage_outer(stage)->at, &next)) {
		stage_outer(stage)->at = next;
		return true;
	}
	return stage->sid->segment_count ? encapsulate(stage) : take_segment(stage_outer(stage));
}

/* SIDs are routes of table main; behaviours with another `table` do not find them. */
static bool looks_into_main(const struct sid *sid)
{
	return !sid_behaviour(sid)->frames && !sid_table(sid);
}

/* The SID for an address; a service's program takes the packets for its SID in place of the kernel. */
static const struct sid *sid_at(const struct loss *loss, const struct address *at, bool *service)
{
	const struct plan_service *one = loss_service(loss, at);

	*service = one && one->device.kind->input == INPUT_TUN;
	if (one)
		return *service ? &as_end : NULL;
	return loss_owns(loss, at) ? NULL : node_sid(loss_at(loss), at);
}

/* Segments that are addresses of the node go on to the next of the list (RFC 8754 4.3.1.1), which may be a SID. */
static const struct sid *first_sid(const struct loss *loss, struct stage *stage)
{
	const struct address destination = loss_destination(loss);
	const struct sid *sid = sid_at(loss, &destination, &stage->service);
	struct stage next = *stage;

	if (sid)
		return sid;
	while (loss_owns(loss, &stage_outer(&next)->at) && stage_outer(&next)->left && take_segment(stage_outer(&next)))
		next.by_host = true;
	sid = next.by_host ? sid_at(loss, &stage_outer(&next)->at, &next.service) : NULL;
	if (sid)
		*stage = next;
	return sid;
}

struct stage stage_last(const struct loss *loss)
{
	struct stage stage = { 0 };

	if (!loss_arrived(loss))
		return stage;
	load_headers(loss, &stage);
	stage.sid = first_sid(loss, &stage);
	for (stage.nested = stage.sid != NULL; stage.sid && stage.nested < STAGES_MOST; stage.nested++) {
		struct stage next = stage;
		struct address to;
		if (!looks_into_main(stage.sid) || !stage_advance(&next))
			break;
		to = stage_outer(&next)->at;
		const char *next_hop = sid_given_next_hop(stage.sid);
		if (next_hop && strcmp(next_hop, "::") != 0 && !sid_next_hop(stage.sid, &to))
			break; /* it is a neighbour's name */
		next.sid = sid_at(loss, &to, &next.service);
		if (!next.sid)
			break;
		stage = next;
	}
	return stage;
}
