/* The octets of packets take most of a trace's memory, once per hop. The first packets are kept whole. Of later ones
 * the headers are kept, and the rest is checked as it comes in: the checksum, and whether it is what was sent. */
#include <string.h>

#include "probe_internal.h"
#include "transport.h"

#define WHOLE_OCTETS ((size_t)32 << 20)
#define WRONG_OCTETS ((size_t)8 << 20) /* beyond that, of packets that were changed on their way */

static bool is_from(const struct packet_view *view, const struct address *address)
{
	const struct address source = ip_source(view, packet_innermost_ip(view));

	return address_same(&source, address);
}

/* Where the streams open; the first segment of crafted data. */
static void find_starts(struct play *play)
{
	const struct plan *plan = play->plan;
	const struct transport *transport = transport_of(&plan->traffic);
	struct keeping *keeping = &play->keeping;

	keeping->known = true;
	if (traffic_is_crafted(&plan->traffic)) {
		keeping->forward = transport->crafted_start(&plan->traffic);
		return;
	}
	for (size_t i = play->all->trace->packet_count; i--;) {
		struct captured packet = play->all->trace->packets[i];
		uint32_t first;
		if (packet_flow(plan, &packet.view) != plan->flow)
			continue;
		transport->identify(&packet);
		if (packet.known && transport->opens && transport->opens(&packet, &first))
			*(is_from(&packet.view, &plan->from_address) ? &keeping->forward : &keeping->back) = first;
	}
}

static bool is_as_sent(const struct play *play, const struct captured *packet)
{
	const struct packet_view *view = &packet->view;
	bool forward = is_from(view, &play->plan->from_address);
	uint32_t offset = packet->sequence - (forward ? play->keeping.forward : play->keeping.back);
	struct bytes rest = packet_payload(view);

	while (rest.length) {
		size_t part = rest.length < PATTERN_CHUNK ? rest.length : PATTERN_CHUNK;
		if (memcmp(rest.data, flow_pattern_at(play->plan, offset), part) != 0)
			return false;
		rest = (struct bytes){ rest.data + part, rest.length - part };
		offset += (uint32_t)part;
	}
	return true;
}

size_t octets_to_keep(struct play *play, struct captured *captured)
{
	struct keeping *keeping = &play->keeping;
	const struct packet_view *view = &captured->view;
	const struct bytes payload = packet_payload(view);

	if (keeping->whole + view->length <= WHOLE_OCTETS) {
		keeping->whole += view->length;
		return view->length;
	}
	keeping->whole = WHOLE_OCTETS; /* also for smaller ones that come later */
	transport_of(&play->plan->traffic)->identify(captured);
	if (!captured->known || !view->whole || !payload.length || view->length < captured->wire_length)
		return view->length;
	if (!keeping->known)
		find_starts(play);
	captured->as_sent = is_as_sent(play, captured);
	if (!captured->as_sent && keeping->wrong + view->length <= WRONG_OCTETS) {
		keeping->wrong += view->length;
		return view->length;
	}
	captured->headers_only = true;
	captured->checksum = captured_checksum(captured, play->plan);
	return (size_t)(payload.data - view->frame);
}
