/* Whether the ICMP errors that nodes sent agree with a verdict: what they are about, who sent them, and what they point
 * at (RFC 4443 3, RFC 8200 4.2 and 4.4, RFC 8754 4.3.1.1; RFC 792, RFC 1191 4). */
#include <stdio.h>
#include <string.h>

#include "told.h"

enum { ADDRESS_UNREACHABLE = 3, HOST_UNREACHABLE = 1 }; /* codes of the first, of ICMPv6 and of ICMP */
#define ETHERNET    14                                  /* octets before what a pointer counts from */
#define LEAST_MTU   1280
#define LEAST_MTU_4 68
#define NEXT_HEADER 6 /* offset in an IPv6 header; 0 in every extension header */

/* An error that is not here goes with anything. */
static const struct {
	uint8_t version, type, code;
	enum reason reasons[KERNEL_REASONS];
} meanings[] = {
	{ 6,
	  ICMPV6_UNREACHABLE,
	  0,
	  { REASON_NO_ROUTE, REASON_LINK_LOCAL, REASON_UNREACHABLE, REASON_OTHER_TABLE, REASON_ADDRESS } },
	{ 6, ICMPV6_UNREACHABLE, 1, { REASON_PROHIBITED } },
	{ 6, ICMPV6_UNREACHABLE, 4, { REASON_NO_DECAPSULATION, REASON_NO_SOCKET } },
	{ 6, ICMPV6_TOO_BIG, 0, { REASON_TOO_BIG } },
	{ 6, ICMPV6_TIME_EXCEEDED, 0, { REASON_HOP_LIMIT } },
	{ 6, ICMPV6_PARAMETER, 0, { REASON_SRH_MALFORMED, REASON_HEADER } },
	{ 6, ICMPV6_PARAMETER, 1, { REASON_NO_DECAPSULATION, REASON_HEADER } },
	{ 4, ICMPV4_UNREACHABLE, 0, { REASON_NO_ROUTE, REASON_OTHER_TABLE } },
	{ 4, ICMPV4_UNREACHABLE, ICMPV4_TOO_BIG, { REASON_TOO_BIG } },
	{ 4, ICMPV4_TIME_EXCEEDED, 0, { REASON_HOP_LIMIT } },
	{ 4, ICMPV4_PARAMETER, 0, { REASON_HEADER } },
};

static bool goes_with(const struct icmp_error *error, enum reason reason)
{
	for (size_t i = 0; i < COUNT(meanings); i++)
		if (meanings[i].version == error->version && meanings[i].type == error->type &&
		    meanings[i].code == error->code)
			return goes_with_reason(meanings[i].reasons, reason);
	return true;
}

/* The Segments Left of the SRH that was looked at, or the type of a routing header that nobody knows. */
static uint32_t faulty_field(const struct packet_view *view)
{
	enum { TYPE = 2, SEGMENTS_LEFT = 3, SRH_TYPE = 4 };
	const struct srh_view srh = packet_srh(view, packet_ip(view));

	return srh.present ? srh.offset - ETHERNET + (srh.type == SRH_TYPE ? SEGMENTS_LEFT : TYPE) : 0;
}

static bool is_next_header(const struct packet_view *view, uint32_t pointer)
{
	for (size_t i = 0; i < view->count; i++) {
		const struct layer *layer = &view->layers[i];
		uint32_t field = layer->offset + (layer->kind == LAYER_IPV6 ? NEXT_HEADER : 0U);
		if (layer->kind != LAYER_ETHERNET && pointer + ETHERNET == field)
			return true;
	}
	return false;
}

static unsigned largest_mtu(const struct topology *topology, size_t node)
{
	unsigned most = 0;

	FOR_EACH_INTERFACE (i, topology, node)
		if (topology->interfaces[i].mtu > most)
			most = topology->interfaces[i].mtu;
	return most;
}

static bool pushes(const struct plan *plan, size_t node)
{
	return plan->headend == node || plan->topology->nodes[node].policy_count;
}

/* That of a link by which the packet could go on. What a headend pushes takes from it. */
static bool is_next_mtu(uint32_t mtu, const struct loss *loss)
{
	const struct topology *topology = loss->evidence->plan->topology;

	FOR_EACH_INTERFACE (i, topology, loss->node)
		if (i != HOP_INTERFACE(loss->last->hop) && topology->interfaces[i].mtu == mtu)
			return true;
	return pushes(loss->evidence->plan, loss->node) && mtu <= largest_mtu(topology, loss->node);
}

/* The source of the packet, or of one that the node took out of it. */
static bool is_of(const struct address *source, const struct packet_view *view)
{
	for (const struct layer *ip = packet_ip(view); ip; ip = packet_ip_inside(view, ip)) {
		const struct address of = ip_source(view, ip);
		if (address_same(source, &of))
			return true;
	}
	return false;
}

static bool tells_an_mtu(const struct icmp_error *error)
{
	return icmp_parameter(error->version, error->type, error->code) == PARAMETER_MTU;
}

/* What is wrong with a pointer; false: nothing. */
static bool pointer_is_wrong(const struct icmp_error *error, const struct packet_view *view,
                             char detail[CONTRADICTION_DETAIL])
{
	const uint32_t field = faulty_field(view);

	if (error->version != 6 || error->type != ICMPV6_PARAMETER)
		return false;
	if (error->code == 0 && field && error->parameter != field) {
		snprintf(detail, CONTRADICTION_DETAIL, " with pointer %u, expected %u", error->parameter, field);
		return true;
	}
	if (error->code != 1 || is_next_header(view, error->parameter))
		return false;
	snprintf(detail, CONTRADICTION_DETAIL, " with pointer %u, where no next header is", error->parameter);
	return true;
}

/* What is wrong with what it says of the packet; false: nothing. */
static bool is_wrong(const struct icmp_error *error, const struct loss *loss, char detail[CONTRADICTION_DETAIL])
{
	const struct packet_view *view = &loss->last->view;
	const uint32_t least = error->version == 4 ? LEAST_MTU_4 : LEAST_MTU;

	if (!error->has_packet || !is_of(&error->source, view)) {
		snprintf(detail, CONTRADICTION_DETAIL, ", which quotes another packet");
		return true;
	}
	if (pointer_is_wrong(error, view, detail))
		return true;
	unsigned most = largest_mtu(loss->evidence->plan->topology, loss->node);
	if (tells_an_mtu(error) && (error->parameter < least || !is_next_mtu(error->parameter, loss) ||
	                            error->parameter + ETHERNET >= loss->last->wire_length)) {
		snprintf(detail, CONTRADICTION_DETAIL, " with an MTU of %u, of links of at most %u for %zu octets",
		         error->parameter, most, loss->last->wire_length - ETHERNET);
		return true;
	}
	return false;
}

bool captured_own_error(const struct plan *plan, const struct captured *captured, struct icmp_error *ret)
{
	const struct packet_view *view = &captured->view;
	const struct address source = ip_source(view, packet_innermost_ip(view));

	return HOP_DIRECTION(captured->hop) == HOP_OUT && packet_icmp_error(view, ret) &&
	       address_is_local(plan, hop_node(plan, captured->hop), &source);
}

/* That nobody answers for the next hop: RFC 4443 3.1 code 3, RFC 792 code 1. */
static bool is_unanswered(const struct icmp_error *error)
{
	return error->version == 4 ? error->type == ICMPV4_UNREACHABLE && error->code == HOST_UNREACHABLE
	                           : error->type == ICMPV6_UNREACHABLE && error->code == ADDRESS_UNREACHABLE;
}

static void check(struct verdict *verdict, const struct icmp_error *error, size_t node, const struct loss *loss)
{
	char what[CONTRADICTION_WHAT], detail[CONTRADICTION_DETAIL] = "";

	snprintf(what, sizeof what, "%s %u/%u", error->version == 4 ? "ICMP" : "ICMPv6", error->type, error->code);
	/* It may be about a packet of an earlier cell of the lab, which waited for a neighbour until now. */
	if (is_unanswered(error))
		return;
	if (!goes_with(error, verdict->reason))
		contradict(verdict, node, CONTRADICTION_ERROR, what, detail);
	else if (loss && node != loss->node)
		contradict(verdict, node, CONTRADICTION_ERROR, what, ", and the packet ended elsewhere");
	else if (loss && loss_arrived(loss) && is_wrong(error, loss, detail))
		contradict(verdict, node, CONTRADICTION_ERROR, what, detail);
}

void told_check(struct verdict *verdict, const struct evidence *evidence, const struct loss *loss)
{
	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *captured = &evidence->packets[i];
		struct icmp_error error;
		if (captured->way == WAY_OTHER && captured_own_error(evidence->plan, captured, &error))
			check(verdict, &error, hop_node(evidence->plan, captured->hop), loss);
	}
}
