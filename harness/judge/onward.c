/* Where a node would send a packet next, after processing its own segment or pushing the segment list, and why it
 * cannot. */
#include <string.h>

#include "behaviour.h"
#include "device.h"
#include "stage.h"

/* XMIT_RECURSION_LIMIT: since 986ffb3a57c5 seg6local routes nest no deeper. */
#define NESTED_MOST 8

/* A segment of the list by its index; false: the list is shorter. */
static bool segment_at(const struct srh_view *srh, size_t entry, struct address *ret)
{
	if ((entry + 1) * SEGMENT_OCTETS > srh->segment_list.length)
		return false;
	*ret = address_from(AF_INET6, srh->segment_list.data + entry * SEGMENT_OCTETS);
	return true;
}

/* A service's program reports its own drops. */
static bool is_kernels(const struct stage *stage)
{
	return stage->sid && !stage->service;
}

static void say_stage(const struct loss *loss, const struct stage *stage, char **said)
{
	text_append(said, "its %sdestination is the %s SID of %s", stage->nested > 1 ? "next " : "",
	            sid_behaviour(stage->sid)->word, loss_at(loss)->name);
}

bool no_segments_are_left(const struct loss *loss, char **said)
{
	struct stage stage = stage_last(loss);
	struct address next;

	if (!is_kernels(&stage) || sid_behaviour(stage.sid)->decapsulates)
		return false;
	const struct header *header = stage_outer(&stage);
	if (header->left + header->under > 0 || (stage.sid->flavors && strstr(stage.sid->flavors, "us")) ||
	    sid_shift(stage.sid, &header->at, &next))
		return false;
	say_stage(loss, &stage, said);
	text_append(said, " and it has %s", header->has_srh ? "no segments left" : "no SRH");
	return true;
}

bool segments_are_left(const struct loss *loss, char **said)
{
	struct stage stage = stage_last(loss);

	if (!is_kernels(&stage) || !sid_behaviour(stage.sid)->decapsulates || !stage_outer(&stage)->left)
		return false;
	size_t left = stage_outer(&stage)->left;
	say_stage(loss, &stage, said);
	text_append(said, ", which ends a list, and it has %zu segment%s left", left, left == 1 ? "" : "s");
	return true;
}

bool inner_packet_is_missing(const struct loss *loss, char **said)
{
	struct stage stage = stage_last(loss);

	if (!is_kernels(&stage) || !sid_behaviour(stage.sid)->decapsulates)
		return false;
	bool four = sid_behaviour(stage.sid)->ipv4_only;
	if (stage.depth > 1 && !four)
		return false;
	say_stage(loss, &stage, said);
	text_append(said, " and it has no %s packet inside", four ? "IPv4" : "IPv6");
	return true;
}

bool own_segments_are_many(const struct loss *loss, char **said)
{
	const size_t row = stage_last(loss).nested;

	if (row <= NESTED_MOST)
		return false;
	if (row == STAGES_MOST)
		text_append(said, "its segments of %s repeat without end", loss_at(loss)->name);
	else
		text_append(said, "it has %zu segments of %s in a row", row, loss_at(loss)->name);
	text_append(said, ", and the kernel nests %d lightweight tunnels", NESTED_MOST);
	say_kernel_words(loss, REASON_RECURSION, said);
	return true;
}

/* ---- the next hop */

/* The destination after the SID; false: the SID drops the packet before. */
static bool destination_behind(const struct stage *stage, struct address *ret)
{
	struct stage next = *stage;
	bool there = stage_advance(&next);

	*ret = stage_outer(&next)->at;
	return there;
}

/* The address that the node looks up in its routes. */
static bool looked_up(const struct loss *loss, struct address *ret)
{
	const struct stage stage = stage_last(loss);

	if (!loss_arrived(loss))
		return false;
	const struct srh_view srh = captured_srh(loss->last);
	if (stage.sid)
		return sid_next_hop(stage.sid, ret) || destination_behind(&stage, ret);
	if (loss_is_local(loss))
		return srh.present && srh.segments_left > 0 && segment_at(&srh, srh.segments_left - 1U, ret);
	*ret = loss_destination(loss);
	return true;
}

/* Whether a SID delivers to its own node: table local has the node's addresses, and a VRF's table those of its devices.
 */
static bool delivers(const struct sid *sid)
{
	bool elsewhere = sid->table && strcmp(sid->table, "local") != 0 && strcmp(sid->table, "255") != 0;

	return sid_behaviour(sid)->decapsulates && !sid->nh6 && !elsewhere;
}

/* The address that is looked up is the node's own; only End.DT6 and its like deliver there, with the table that has it.
 */
bool next_is_local(const struct loss *loss, char **said)
{
	const struct stage stage = stage_last(loss);
	struct address next;

	if (!is_kernels(&stage) || delivers(stage.sid))
		return false;
	const struct sid *sid = stage.sid;
	bool by_next_hop = sid_next_hop(sid, &next), decapsulates = sid_behaviour(sid)->decapsulates;
	if (!by_next_hop && !destination_behind(&stage, &next))
		return false;
	if (!loss_owns(loss, &next))
		return false;
	text_append(said, "its next %s is an address of %s itself, to which %s%s%s does not deliver",
	            by_next_hop    ? "hop"
	            : decapsulates ? "destination"
	                           : "segment",
	            loss_at(loss)->name, sid_behaviour(sid)->word, decapsulates && sid->table ? " by table " : "",
	            decapsulates && sid->table ? sid->table : "");
	return true;
}

bool next_hop_lacks_interface(const struct loss *loss, char **said)
{
	const struct sid *sid = stage_last(loss).sid;
	struct address next;

	if (!sid || sid->oif || !sid_next_hop(sid, &next) || !address_is_link_local(&next))
		return false;
	text_append(said, "the next hop of the %s SID is %s, which is link-local and needs an interface: give oif",
	            sid_behaviour(sid)->word, sid->nh6);
	return true;
}

/* Generated routes are in the tables main and local; only a file's own routes are in others. */
bool table_is_empty(const struct loss *loss, char **said)
{
	static const char *const filled[] = { "main", "local", "254", "255" };
	const struct stage stage = stage_last(loss);
	struct address next;

	if (!stage.sid || !stage.sid->table || !destination_behind(&stage, &next))
		return false;
	for (size_t i = 0; i < COUNT(filled); i++)
		if (strcmp(stage.sid->table, filled[i]) == 0)
			return false;
	if (node_route(loss_at(loss), stage.sid->table, &next))
		return false;
	text_append(said, "%s looks for its next destination in table %s, in which %s has no route to it",
	            sid_behaviour(stage.sid)->word, stage.sid->table, loss_at(loss)->name);
	return true;
}

/* ---- addresses without a route or neighbour, at this node or at the headend, which pushes the list */

static const struct segment_list *list_of(const struct plan *plan)
{
	return &plan->traffic.segments[plan->traffic.mode];
}

/* A packet with an SRH has left the headend. */
static bool list_leads_on(const struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		if (s->way == WAY_FORWARD && captured_srh(s).present && HOP_DIRECTION(s->hop) == HOP_OUT &&
		    hop_node(evidence->plan, s->hop) == evidence->plan->headend)
			return true;
	}
	return false;
}

/* Whether the packet was lost where the segment list should have been pushed onto it. */
static bool is_at_headend(const struct loss *loss)
{
	const struct plan *plan = loss->evidence->plan;

	if (loss->target.way != WAY_FORWARD || loss->node != plan->headend || traffic_is_crafted(&plan->traffic) ||
	    !mode_kind(plan->traffic.mode)->leads || !list_of(plan)->count)
		return false;
	if (list_leads_on(loss->evidence))
		return false;
	return !loss->last || (loss_arrived(loss) && !captured_srh(loss->last).present && !loss->last->encapsulated);
}

/* Where the headend sends a packet after pushing the list: to the first segment that is not its own SID; in inline mode
 * the destination is behind the last one. NULL: all are its own. */
static const struct address *first_foreign(const struct plan *plan)
{
	const struct segment_list *list = list_of(plan);

	for (size_t i = 0; i < list->count; i++)
		if (!node_sid(&plan->topology->nodes[plan->headend], &list->segments[i]))
			return &list->segments[i];
	return mode_kind(plan->traffic.mode)->inserts ? &plan->traffic.to : NULL;
}

bool segment_is_destination(const struct loss *loss, char **said)
{
	const struct plan *plan = loss->evidence->plan;
	char text[ADDRESS_TEXT_SIZE];

	if (!is_at_headend(loss))
		return false;
	const struct address *first = first_foreign(plan);
	if (!first || !address_same(first, &plan->traffic.to))
		return false;
	text_append(said, "the segments that the route to %s pushes lead %s to that route again",
	            address_text(first, text), loss_at(loss)->name);
	say_kernel_words(loss, REASON_SELF_SEGMENT, said);
	return true;
}

/* seg6local has an input function only: packets that the node itself sends go out by the route's device, to no one. */
bool segment_is_headends_sid(const struct loss *loss, char **said)
{
	const struct plan *plan = loss->evidence->plan;
	char text[ADDRESS_TEXT_SIZE];

	if (!is_at_headend(loss) || plan->headend != plan->from)
		return false;
	const struct address *first = &list_of(plan)->segments[0];
	if (loss_owns(loss, first) || loss_service(loss, first) || !node_sid(loss_at(loss), first))
		return false;
	text_append(said,
	            "the first segment, %s, is a SID of %s itself, which processes packets that come in, and none that "
	            "%s sends",
	            address_text(first, text), loss_at(loss)->name, loss_at(loss)->name);
	return true;
}

/* It arrives on lo, where the lab does not set the sysctl. */
bool segment_is_headends_own(const struct loss *loss, char **said)
{
	const struct address *first = is_at_headend(loss) ? first_foreign(loss->evidence->plan) : NULL;
	char text[ADDRESS_TEXT_SIZE];

	if (!first || !loss_owns(loss, first))
		return false;
	text_append(said,
	            "the first segment, %s, is an address of %s itself: it arrives on lo, where seg6_enabled is 0",
	            address_text(first, text), loss_at(loss)->name);
	return true;
}

bool segment_has_no_route(const struct loss *loss, char **said)
{
	const struct address *first = is_at_headend(loss) ? first_foreign(loss->evidence->plan) : NULL;
	char text[ADDRESS_TEXT_SIZE];

	if (!first || address_is_multicast(first) || plan_has_route(loss->evidence->plan, loss->node, first))
		return false;
	text_append(said, "%s has no route to the first segment, %s", loss_at(loss)->name, address_text(first, text));
	return true;
}

/* The packet's next address, at the headend or after it. */
static bool next_address(const struct loss *loss, struct address *ret)
{
	const struct address *first = is_at_headend(loss) ? first_foreign(loss->evidence->plan) : NULL;

	if (first)
		*ret = *first;
	return first || looked_up(loss, ret);
}

bool address_is_unusable(const struct loss *loss, char **said)
{
	struct address next;
	char text[ADDRESS_TEXT_SIZE];

	if (!next_address(loss, &next))
		return false;
	if (!address_is_multicast(&next) && !address_is_unspecified(&next) && !address_is_loopback(&next) &&
	    !address_is_link_local(&next))
		return false;
	text_append(said, "its next address is %s, to which nothing is forwarded", address_text(&next, text));
	return true;
}

/* RFC 4291 2.5.6: no router forwards it; nor has one a route for its answer. */
bool source_is_link_local(const struct loss *loss, char **said)
{
	char text[ADDRESS_TEXT_SIZE];

	if (!loss_arrived(loss))
		return false;
	const struct address source = ip_source(&loss->last->view, packet_ip(&loss->last->view));
	if (!address_is_link_local(&source))
		return false;
	text_append(said, "its source is %s, from which nothing is forwarded", address_text(&source, text));
	return true;
}

/* RFC 4291 2.5.3: a packet for the loopback address that arrives on an interface, a service's too, must be dropped. */
bool destination_is_loopback(const struct loss *loss, char **said)
{
	const struct stage stage = stage_last(loss);
	char text[ADDRESS_TEXT_SIZE];
	struct address to;

	if (!loss_arrived(loss))
		return false;
	if (!stage.service || !destination_behind(&stage, &to))
		to = loss_destination(loss);
	if (!address_is_loopback(&to))
		return false;
	text_append(said, "it arrived with the destination %s", address_text(&to, text));
	return true;
}

/* A packet service captures what arrives on a link; what the node itself sends to its SID ends in a blackhole route. */
bool service_is_not_asked(const struct loss *loss, char **said)
{
	const struct stage stage = stage_last(loss);
	struct address next;
	char text[ADDRESS_TEXT_SIZE];

	if (!stage.sid || !destination_behind(&stage, &next))
		return false;
	const struct plan_service *service = loss_service(loss, &next);
	if (!service || service->device.kind->input != INPUT_CAPTURE)
		return false;
	text_append(said,
	            "its next destination is %s of its own packet service, which only takes what arrives on a link",
	            address_text(&next, text));
	return true;
}

/* ip6_input_finish() finds no handler for the protocol. */
bool nobody_decapsulates(const struct loss *loss, char **said)
{
	if (!loss_is_local(loss) || !loss->last->encapsulated || captured_srh(loss->last).present)
		return false;
	text_append(said, "it has an IPv6 packet inside and no SRH, and its destination is a plain address of %s",
	            loss_at(loss)->name);
	return true;
}

/* An interface without a link-local address sends no solicitations for what it forwards: the packet waits for an answer
 * that cannot come, and no counter moves. */
bool neighbour_is_nobody(const struct loss *loss, char **said)
{
	struct address next;
	char text[ADDRESS_TEXT_SIZE];
	const struct sid *sid = stage_last(loss).sid;

	if (!next_address(loss, &next) ||
	    !plan_lacks_neighbour(loss->evidence->plan, loss->node, sid ? sid->oif : NULL, &next))
		return false;
	text_append(said, "the next hop %s is on a link of %s, and no node there has that address",
	            address_text(&next, text), loss_at(loss)->name);
	return true;
}
