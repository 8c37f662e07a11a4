/* The first hop behind the node that pushes the segments: mode and segment list on the wire are the plan's. */
#include <string.h>

#include "device.h"
#include "judge.h"

/* The list as it stands in the SRH: the last segment first; inline, the final destination is one of them. */
static bool is_planned(const struct plan *plan, const struct packet_view *view)
{
	const struct traffic *traffic = &plan->traffic;
	const struct segment_list *list = &traffic->segments[traffic->mode];
	size_t inlined = traffic->mode == MODE_INLINE;
	const uint8_t *entry = view->srh.segment_list.data;

	const struct address *end = plan_tunnel_end(plan);

	if (view->encapsulated != mode_encapsulates((enum mode)traffic->mode) ||
	    view->srh.present != mode_has_srh((enum mode)traffic->mode))
		return false;
	if (!view->srh.present)
		return !end || address_same(&view->outer_destination, end);
	if (view->srh.segment_list.length != SEGMENT_OCTETS * (list->count + inlined) || view->inner_srh.present)
		return false;
	if (inlined && memcmp(entry, traffic->to.octets, SEGMENT_OCTETS) != 0)
		return false;
	entry += SEGMENT_OCTETS * inlined;
	for (size_t i = list->count; i--; entry += SEGMENT_OCTETS)
		if (memcmp(entry, list->segments[i].octets, SEGMENT_OCTETS) != 0)
			return false;
	return true;
}

static char *say_list(const struct packet_view *view)
{
	char address[ADDRESS_TEXT_SIZE], *text = NULL;

	for (size_t at = view->srh.segment_list.length; at >= SEGMENT_OCTETS; at -= SEGMENT_OCTETS) {
		const struct address entry = address_from(AF_INET6, view->srh.segment_list.data + at - SEGMENT_OCTETS);
		text_append(&text, "%s%s", text ? "," : "", address_text(&entry, address));
	}
	return text ? text : text_copy("none");
}

static char *say_otherwise(const struct plan *plan, const struct packet_view *view)
{
	const char *mode = word_of(mode_words, plan->traffic.mode);
	const char *node = plan->topology->nodes[plan->headend].name;

	if (mode_has_srh((enum mode)plan->traffic.mode) && !view->srh.present)
		return text_format("mode is %s and %s pushed no SRH onto what it sent", mode, node);
	owned_text list = say_list(view);
	return text_format("mode is %s and what left %s %s, with the segments %s: not what the plan's route makes",
	                   mode, node,
	                   view->encapsulated  ? "is encapsulated"
	                   : view->srh.present ? "has an SRH inserted"
	                                       : "has no SRH",
	                   list);
}

/* A segment of its own the headend processes before anything leaves. */
static bool is_own_segment(const struct plan *plan, const struct address *segment)
{
	const struct node *node = &plan->topology->nodes[plan->headend];

	const struct address *service = node_own_service_sid(node);

	return node_has_sid(node, segment) || (service && address_same(service, segment));
}

/* A packet may come by its headend again, changed by what it met: its first time counts. */
static bool came_before(const struct packet_view *view, const struct packet_view *planned)
{
	const unsigned handshake = TCP_SYN | TCP_RST | TCP_FIN;

	return (view->tcp_flags & handshake) == (planned->tcp_flags & handshake) &&
	       (int32_t)(view->sequence - planned->sequence) >= 0 &&
	       view->sequence - planned->sequence <= planned->tcp_length;
}

char *headend_contradicts(const struct plan *plan, const struct trace *trace)
{
	const struct segment_list *list = &plan->traffic.segments[plan->traffic.mode];
	struct packet_view planned = { 0 };

	if (traffic_is_crafted(&plan->traffic) || (list->count && is_own_segment(plan, &list->segments[0])))
		return NULL;
	for (size_t i = 0; i < trace->packet_count; i++) {
		const struct seen *seen = &trace->packets[i];
		if (HOP_DIRECTION(seen->hop) != HOP_OUT || hop_node(plan, seen->hop) != plan->headend)
			continue;
		struct packet_view view = seen_view(seen);
		if (!view.tcp || !address_same(&view.source, &plan->from_address))
			continue;
		if (is_planned(plan, &view))
			planned = view;
		else if (!planned.tcp || !came_before(&view, &planned))
			return say_otherwise(plan, &view);
	}
	return NULL;
}
