/* Whether packets left the headend with the mode and segment list of the plan: if not, the lab is not what was asked
 * for, and the cell says nothing about the kernel. */
#include <string.h>

#include "device.h"
#include "judge.h"
#include "transport.h"

/* The SRH lists the last segment first, in inline mode after the final destination. */
static bool is_planned(const struct plan *plan, const struct packet_view *view)
{
	const struct traffic *traffic = &plan->traffic;
	const struct segment_list *list = &traffic->segments[traffic->mode];
	size_t inlined = traffic->mode == MODE_INLINE;
	const struct layer *ipv6 = packet_layer(view, LAYER_IPV6), *inner = packet_innermost(view, LAYER_IPV6);
	const struct srh_view srh = packet_srh(view, ipv6);
	const struct address destination = ipv6_destination(view, ipv6), *end = plan_tunnel_end(plan);
	const uint8_t *entry = srh.segment_list.data;

	if (packet_is_encapsulated(view) != mode_encapsulates((enum mode)traffic->mode) ||
	    srh.present != mode_has_srh((enum mode)traffic->mode))
		return false;
	if (!srh.present)
		return !end || address_same(&destination, end);
	if (srh.segment_list.length != SEGMENT_OCTETS * (list->count + inlined) ||
	    (inner != ipv6 && packet_srh(view, inner).present))
		return false;
	if (inlined && memcmp(entry, traffic->to.octets, SEGMENT_OCTETS) != 0)
		return false;
	entry += SEGMENT_OCTETS * inlined;
	for (size_t i = list->count; i--; entry += SEGMENT_OCTETS)
		if (memcmp(entry, list->segments[i].octets, SEGMENT_OCTETS) != 0)
			return false;
	return true;
}

static char *say_list(const struct srh_view *srh)
{
	char address[ADDRESS_TEXT_SIZE], *text = NULL;

	for (size_t at = srh->segment_list.length; at >= SEGMENT_OCTETS; at -= SEGMENT_OCTETS) {
		const struct address entry = address_from(AF_INET6, srh->segment_list.data + at - SEGMENT_OCTETS);
		text_append(&text, "%s%s", text ? "," : "", address_text(&entry, address));
	}
	return text ? text : text_copy("none");
}

static char *say_otherwise(const struct plan *plan, const struct packet_view *view)
{
	const char *mode = word_of(mode_words, plan->traffic.mode);
	const char *node = plan->topology->nodes[plan->headend].name;
	const struct srh_view srh = packet_srh(view, packet_layer(view, LAYER_IPV6));

	if (mode_has_srh((enum mode)plan->traffic.mode) && !srh.present)
		return text_format("mode is %s and %s pushed no SRH onto what it sent", mode, node);
	owned_text list = say_list(&srh);
	return text_format("mode is %s and what left %s %s, with the segments %s, unlike the route of the plan", mode,
	                   node,
	                   packet_is_encapsulated(view) ? "is encapsulated"
	                   : srh.present                ? "has an SRH inserted"
	                                                : "has no SRH",
	                   list);
}

/* The headend processes a segment of its own before the packet leaves, so the list is not as it was pushed. */
static bool is_own_segment(const struct plan *plan, const struct address *segment)
{
	const struct node *node = &plan->topology->nodes[plan->headend];

	const struct address *service = node_own_service_sid(node);

	return node_has_sid(node, segment) || (service && address_same(service, segment));
}

/* Whether it is a packet that left before as planned: it may pass the headend again, with segments used up. */
static bool came_before(const struct captured *now, const struct captured *planned, unsigned phases)
{
	return (now->flags & phases) == (planned->flags & phases) &&
	       (int32_t)(now->sequence - planned->sequence) >= 0 &&
	       now->sequence - planned->sequence <= packet_segment_length(&planned->view);
}

char *headend_contradicts(const struct evidence *evidence)
{
	const struct plan *plan = evidence->plan;
	const struct segment_list *list = &plan->traffic.segments[plan->traffic.mode];
	const struct captured *planned = NULL;

	if (traffic_is_crafted(&plan->traffic) || (list->count && is_own_segment(plan, &list->segments[0])))
		return NULL;
	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *captured = &evidence->packets[i];
		const struct packet_view *view = &captured->view;
		if (HOP_DIRECTION(captured->hop) != HOP_OUT || hop_node(plan, captured->hop) != plan->headend)
			continue;
		const struct address source = ipv6_source(view, packet_innermost(view, LAYER_IPV6));
		if (!captured->known || !address_same(&source, &plan->from_address))
			continue;
		if (is_planned(plan, view))
			planned = captured;
		else if (!planned || !came_before(captured, planned, transport_of(&plan->traffic)->phases))
			return say_otherwise(plan, view);
	}
	return NULL;
}
