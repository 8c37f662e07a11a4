/* Where a node would send a packet next, after processing its own segment or pushing the segment list, and why it
 * cannot. */
#include <net/ethernet.h>
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
	text_append(said, "its %sdestination is the %s SID of %s", stage->nested > 1 || stage->by_host ? "next " : "",
	            sid_behaviour(stage->sid)->word, loss_at(loss)->name);
}

bool no_segments_are_left(const struct loss *loss, char **said)
{
	struct stage stage = stage_last(loss);
	struct address next;

	if (!is_kernels(&stage) || sid_behaviour(stage.sid)->decapsulates)
		return false;
	const struct header *header = stage_outer(&stage);
	if (header->left + header->under > 0 || sid_has_flavor(stage.sid, "us") ||
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
	const struct behaviour *behaviour = sid_behaviour(stage.sid);
	if (stage_has_inside(&stage))
		return false;
	say_stage(loss, &stage, said);
	text_append(said, " and it has no %s inside",
	            behaviour->frames                  ? "Ethernet frame"
	            : behaviour->inside == INSIDE_IPV4 ? "IPv4 packet"
	            : behaviour->inside == INSIDE_IPV6 ? "IPv6 packet"
	                                               : "IP packet");
	return true;
}

/* Whatever else could stop it is looked for before. */
bool program_may_drop(const struct loss *loss, char **said)
{
	struct stage stage = stage_last(loss);

	if (!is_kernels(&stage) || !stage.sid->endpoint)
		return false;
	say_stage(loss, &stage, said);
	text_append(said, ", whose program decides");
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
	if (stage.sid && sid_behaviour(stage.sid)->frames)
		return false; /* nothing is looked up: it leaves by `oif` */
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

	if (!is_kernels(&stage) || delivers(stage.sid) || sid_behaviour(stage.sid)->frames)
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
	if (node_route(loss_at(loss), stage.sid->table, &next) ||
	    plan_policy_for(loss->evidence->plan, loss->node, stage.sid->table, &next))
		return false;
	text_append(said, "%s looks for its next destination in table %s, in which %s has no route to it",
	            sid_behaviour(stage.sid)->word, stage.sid->table, loss_at(loss)->name);
	return true;
}

/* ---- addresses without a route or neighbour, at this node or at the headend, which pushes the list */

/* Packets that the node sent along the policy's list. */
static bool list_leads_on(const struct loss *loss, const struct plan_policy *policy)
{
	const struct evidence *evidence = loss->evidence;

	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		if (s->way != loss->target.way || (!captured_srh(s).present && !s->encapsulated) ||
		    HOP_DIRECTION(s->hop) != HOP_OUT || hop_node(evidence->plan, s->hop) != loss->node)
			continue;
		const struct address to = ip_destination(&s->view, packet_ip(&s->view));
		if (mode_kind(policy->mode)->inserts && prefix_covers(&policy->to, &to))
			return true; /* the list was of the node's own */
		for (size_t segment = 0; segment < policy->count; segment++)
			if (address_same(&policy->list[segment], &to))
				return true;
	}
	return false;
}

/* The destination by which the node looks up its route: a packet of its own, or one that came to it. */
bool loss_routed_to(const struct loss *loss, struct address *ret)
{
	const struct plan *plan = loss->evidence->plan;

	if (loss->last)
		return looked_up(loss, ret);
	*ret = loss->target.way == WAY_BACK ? plan->from_address : plan->traffic.to;
	return loss->target.way == WAY_BACK || !traffic_is_crafted(&plan->traffic);
}

/* The table in which the node finds its route. */
const char *loss_table(const struct loss *loss, const struct address *to)
{
	const struct plan *plan = loss->evidence->plan;
	const struct sid *sid = stage_last(loss).sid;
	struct arrival arrival = { .in = NOT_FOUND };

	if (sid && sid_table(sid))
		return sid_table(sid);
	if (loss_arrived(loss)) {
		const struct packet_view *view = &loss->last->view;
		arrival = (struct arrival){ HOP_INTERFACE(loss->last->hop),
			                    interface_table(plan->topology, HOP_INTERFACE(loss->last->hop)),
			                    ip_source(view, packet_ip(view)) };
	}
	if (sid && sid->vrftable)
		arrival.vrf = sid_looks_in(sid);
	return plan_table_for(plan, loss->node, &arrival, to);
}

/* The policy whose list should have been pushed onto the packet where it was lost; NULL: none. */
static const struct plan_policy *policy_at_loss(const struct loss *loss)
{
	const struct plan_policy *policy;
	struct address to;

	if (!loss_routed_to(loss, &to))
		return NULL;
	policy = plan_policy_for(loss->evidence->plan, loss->node, loss_table(loss, &to), &to);
	return policy && mode_kind(policy->mode)->leads && !list_leads_on(loss, policy) ? policy : NULL;
}

/* Where the node sends a packet after pushing the list: to the first segment that is not its own SID; in inline mode
 * the packet's destination is behind the last one. False: all are its own, or no list is to be pushed. */
bool loss_pushed_to(const struct loss *loss, struct address *ret)
{
	const struct plan_policy *policy = policy_at_loss(loss);

	for (size_t i = 0; policy && i < policy->count; i++) {
		if (node_sid(loss_at(loss), &policy->list[i]))
			continue;
		*ret = policy->list[i];
		return true;
	}
	return policy && mode_kind(policy->mode)->inserts && loss_routed_to(loss, ret);
}

bool segment_is_destination(const struct loss *loss, char **said)
{
	const struct plan_policy *policy = policy_at_loss(loss);
	char text[ADDRESS_TEXT_SIZE];
	struct address first;

	if (!policy || !loss_pushed_to(loss, &first) ||
	    plan_policy_for(loss->evidence->plan, loss->node, NULL, &first) != policy)
		return false;
	text_append(said, "the segments that the route to %s pushes lead %s to that route again",
	            address_text(&first, text), loss_at(loss)->name);
	say_kernel_words(loss, REASON_SELF_SEGMENT, said);
	return true;
}

/* seg6local has an input function only: packets that the node itself sends go out by the route's device, to no one. */
bool segment_is_headends_sid(const struct loss *loss, char **said)
{
	const struct plan_policy *policy = loss_arrived(loss) ? NULL : policy_at_loss(loss);
	char text[ADDRESS_TEXT_SIZE];

	if (!policy)
		return false;
	const struct address *first = &policy->list[0];
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
	char text[ADDRESS_TEXT_SIZE];
	struct address first;

	if (!loss_pushed_to(loss, &first) || !loss_owns(loss, &first))
		return false;
	text_append(said,
	            "the first segment, %s, is an address of %s itself: it arrives on lo, where seg6_enabled is 0",
	            address_text(&first, text), loss_at(loss)->name);
	return true;
}

bool segment_has_no_route(const struct loss *loss, char **said)
{
	char text[ADDRESS_TEXT_SIZE];
	struct address first;

	if (!loss_pushed_to(loss, &first) || address_is_multicast(&first) ||
	    plan_has_route(loss->evidence->plan, loss->node, &first))
		return false;
	text_append(said, "%s has no route to the first segment, %s", loss_at(loss)->name, address_text(&first, text));
	return true;
}

/* The packet's next address, at the headend or after it. */
static bool next_address(const struct loss *loss, struct address *ret)
{
	return loss_pushed_to(loss, ret) || looked_up(loss, ret);
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

/* Likewise, but not for the next hop that a SID gives. */
bool destination_is_unusable(const struct loss *loss, char **said)
{
	const struct stage stage = stage_last(loss);

	return !(stage.sid && stage.sid->nh6) && address_is_unusable(loss, said);
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
	if (!loss_is_local(loss) || !loss->last->encapsulated)
		return false;
	const struct srh_view srh = captured_srh(loss->last);
	const struct packet_view *view = &loss->last->view;
	const bool framed = packet_frame_of(view, packet_ip_inside(view, packet_ip(view))) != NULL;
	if (srh.present && (!framed || srh.segments_left))
		return false;
	text_append(said, "it has an %s inside%s, and its destination is a plain address of %s",
	            framed ? "Ethernet frame" : "IPv6 packet", srh.present ? "" : " and no SRH", loss_at(loss)->name);
	return true;
}

/* eth_type_trans() marks a frame for another address, and IP drops it (PACKET_OTHERHOST). */
bool frame_is_for_another(const struct loss *loss, char **said)
{
	const struct captured *last = loss->last;

	if (!loss_arrived(loss) || last->length < ETH_ALEN ||
	    memcmp(last->data, loss->evidence->plan->interfaces[HOP_INTERFACE(last->hop)].mac, ETH_ALEN) == 0)
		return false;
	text_append(said,
	            "the frame is for the Ethernet address %02x:%02x:%02x:%02x:%02x:%02x, which is not that of %s",
	            last->data[0], last->data[1], last->data[2], last->data[3], last->data[4], last->data[5],
	            loss_at(loss)->name);
	return true;
}

/* Of DX2: the frame leaves as it is, and the kernel tells nobody. */
bool frame_is_too_big(const struct loss *loss, char **said)
{
	const struct stage stage = stage_last(loss);
	const struct packet_view *view = loss->last ? &loss->last->view : NULL;

	if (!is_kernels(&stage) || !sid_behaviour(stage.sid)->frames || !stage_has_inside(&stage))
		return false;
	const struct plan *plan = loss->evidence->plan;
	const unsigned mtu =
	        plan->topology->interfaces[topology_interface(plan->topology, loss->node, stage.sid->oif)].mtu;
	const struct layer *inside = packet_ip_inside(view, packet_ip(view));
	const size_t octets = loss->last->wire_length - inside->offset;
	if (octets <= mtu)
		return false;
	text_append(said, "the frame inside has %zu octets behind its header, and the MTU of %s is %u", octets,
	            stage.sid->oif, mtu);
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

static bool is_on_a_link(const struct plan *plan, size_t node, const struct address *address)
{
	FOR_EACH_INTERFACE (i, plan->topology, node) {
		FOR_EACH_OTHER (other, plan->topology, i)
			if (address_is_local(plan, plan->topology->interfaces[other].node, address))
				return true;
	}
	return false;
}

/* The route to nh4 has no gateway, so that ip_finish_output2() takes the packet's own destination for its next hop. */
bool inner_destination_is_nobody(const struct loss *loss, char **said)
{
	const struct stage stage = stage_last(loss);
	char text[ADDRESS_TEXT_SIZE];
	struct address inner;

	if (!is_kernels(&stage) || !stage.sid->nh4 || !destination_behind(&stage, &inner) ||
	    is_on_a_link(loss->evidence->plan, loss->node, &inner))
		return false;
	text_append(said, "%s asks the link of its next hop for %s, the destination inside, which no node there has",
	            sid_behaviour(stage.sid)->word, address_text(&inner, text));
	return true;
}
