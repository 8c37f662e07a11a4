/* Where a node would send a packet on that came to one of its segments, or got its list there, and why it cannot. */
#include <arpa/inet.h>
#include <string.h>

#include "behaviour.h"
#include "reason.h"

/* XMIT_RECURSION_LIMIT: as many seg6local routes run inside one another, from 986ffb3a57c5 on. */
#define NESTED_MOST 8

/* The segment that an entry of the list is; false: there is none. */
static bool segment_at(const struct srh_view *srh, size_t entry, struct in6_addr *ret)
{
	if ((entry + 1) * sizeof *ret > srh->segment_list.length)
		return false;
	memcpy(ret, srh->segment_list.data + entry * sizeof *ret, sizeof *ret);
	return true;
}

/* Where a packet stands on its way through a node's own SIDs, one after the other. */
struct stage {
	const struct sid *sid;    /* NULL: it came to none */
	const struct sid *policy; /* End.B6.Encaps, whose list is outermost; NULL: the list that it came with */
	struct in6_addr at;
	size_t left;
	bool has_srh, encapsulated;
	size_t nested; /* SIDs so far */
};

static bool stage_segment(const struct loss *loss, const struct stage *stage, struct in6_addr *ret)
{
	if (!stage->left)
		return false;
	if (!stage->policy)
		return segment_at(&loss->last->view.srh, stage->left - 1, ret);
	*ret = stage->policy->segments[stage->policy->segment_count - stage->left];
	return true;
}

static bool inserts(const struct sid *sid)
{
	return sid->segment_count && strcmp(sid_behaviour(sid)->word, "End.B6") == 0;
}

/* To what the SID makes its destination; false: it ends here, or nothing is left. */
static bool stage_advance(const struct loss *loss, struct stage *stage)
{
	const struct sid *sid = stage->sid;
	struct in6_addr next;

	if (sid_behaviour(sid)->decapsulates || inserts(sid))
		return false;
	if (sid_shift(sid, &stage->at, &next)) {
		stage->at = next;
		return true;
	}
	if (!stage_segment(loss, stage, &next))
		return false;
	stage->at = next;
	stage->left--;
	if (!sid->segment_count)
		return true;
	stage->policy = sid;
	stage->at = sid->segments[0];
	stage->left = sid->segment_count - 1;
	stage->has_srh = stage->encapsulated = true;
	return true;
}

/* The last SID of this node that the packet comes to; .nested is how many they are. */
static struct stage last_stage(const struct loss *loss)
{
	struct stage stage = { .sid = loss_sid(loss) };

	if (!stage.sid)
		return stage;
	const struct packet_view *view = &loss->last->view;
	stage.at = *loss_destination(loss);
	stage.has_srh = view->srh.present;
	stage.left = view->srh.present && !view->srh.fault ? view->srh.segments_left : 0;
	stage.encapsulated = view->encapsulated;
	for (stage.nested = 1; stage.nested < 256 && !stage.sid->nh6; stage.nested++) {
		struct stage next = stage;
		next.sid = stage_advance(loss, &next) ? node_sid(loss_at(loss), &next.at) : NULL;
		if (!next.sid)
			break;
		stage = next;
	}
	return stage;
}

bool no_segments_are_left(const struct loss *loss, char **said)
{
	const struct stage stage = last_stage(loss);
	struct in6_addr next;

	if (!stage.sid || sid_behaviour(stage.sid)->decapsulates || stage.left > 0 ||
	    (stage.sid->flavors && strstr(stage.sid->flavors, "us")) || sid_shift(stage.sid, &stage.at, &next))
		return false;
	text_append(said, "its %sdestination is the %s SID of %s and it has %s", stage.nested > 1 ? "next " : "",
	            sid_behaviour(stage.sid)->word, loss_at(loss)->name, stage.has_srh ? "no segments left" : "no SRH");
	return true;
}

bool segments_are_left(const struct loss *loss, char **said)
{
	const struct stage stage = last_stage(loss);

	if (!stage.sid || !sid_behaviour(stage.sid)->decapsulates || !stage.left)
		return false;
	text_append(said, "its %sdestination is the %s SID of %s, which ends a list, and it has %zu segment%s left",
	            stage.nested > 1 ? "next " : "", sid_behaviour(stage.sid)->word, loss_at(loss)->name, stage.left,
	            stage.left == 1 ? "" : "s");
	return true;
}

bool inner_packet_is_missing(const struct loss *loss, char **said)
{
	const struct stage stage = last_stage(loss);

	if (!stage.sid || !sid_behaviour(stage.sid)->decapsulates)
		return false;
	if (stage.encapsulated && !sid_behaviour(stage.sid)->ipv4_only)
		return false;
	text_append(said, "its %sdestination is the %s SID of %s and there is no %s packet inside it",
	            stage.nested > 1 ? "next " : "", sid_behaviour(stage.sid)->word, loss_at(loss)->name,
	            sid_behaviour(stage.sid)->ipv4_only ? "IPv4" : "IPv6");
	return true;
}

bool own_segments_are_many(const struct loss *loss, char **said)
{
	const size_t row = last_stage(loss).nested;

	if (row <= NESTED_MOST)
		return false;
	text_append(said, "it has %zu segments of %s in a row, and the kernel nests %d lightweight tunnels", row,
	            loss_at(loss)->name, NESTED_MOST);
	say_kernel_words(loss, REASON_RECURSION, said);
	return true;
}

/* ---- where it is sent on */

static bool next_hop_of(const struct sid *sid, struct in6_addr *ret)
{
	return sid->nh6 && inet_pton(AF_INET6, sid->nh6, ret) == 1 && !IN6_IS_ADDR_UNSPECIFIED(ret);
}

/* The destination that a SID gives a packet; false: it does not get as far. */
static bool destination_behind(const struct loss *loss, const struct stage *stage, struct in6_addr *ret)
{
	struct stage next = *stage;

	if (sid_behaviour(stage->sid)->decapsulates) {
		*ret = loss->last->view.destination;
		return stage->encapsulated;
	}
	if (inserts(stage->sid)) {
		*ret = stage->sid->segments[0];
		return true;
	}
	bool there = stage_advance(loss, &next);
	*ret = next.at;
	return there;
}

/* What the node looks a route up for. */
static bool looked_up(const struct loss *loss, struct in6_addr *ret)
{
	const struct stage stage = last_stage(loss);

	if (!loss_arrived(loss))
		return false;
	const struct srh_view *srh = &loss->last->view.srh;
	if (stage.sid)
		return next_hop_of(stage.sid, ret) || destination_behind(loss, &stage, ret);
	if (loss_is_local(loss))
		return srh->present && srh->segments_left > 0 && segment_at(srh, srh->segments_left - 1U, ret);
	*ret = *loss_destination(loss);
	return true;
}

/* What is looked up is an address of this node; only End.DT6 and its like deliver to it. */
bool next_is_local(const struct loss *loss, char **said)
{
	const struct stage stage = last_stage(loss);
	struct in6_addr next;

	if (!stage.sid || (sid_behaviour(stage.sid)->decapsulates && !stage.sid->nh6))
		return false;
	bool by_next_hop = next_hop_of(stage.sid, &next);
	if (!by_next_hop && !destination_behind(loss, &stage, &next))
		return false;
	if (!loss_owns(loss, &next))
		return false;
	text_append(said, "its next %s is an address of %s itself, to which %s does not deliver",
	            by_next_hop                              ? "hop"
	            : sid_behaviour(stage.sid)->decapsulates ? "destination"
	                                                     : "segment",
	            loss_at(loss)->name, sid_behaviour(stage.sid)->word);
	return true;
}

bool next_hop_lacks_interface(const struct loss *loss, char **said)
{
	const struct sid *sid = last_stage(loss).sid;
	struct in6_addr next;

	if (!sid || sid->oif || !next_hop_of(sid, &next) || !IN6_IS_ADDR_LINKLOCAL(&next))
		return false;
	text_append(said, "the next hop of the %s SID is %s, which means nothing without an interface: give oif",
	            sid_behaviour(sid)->word, sid->nh6);
	return true;
}

/* The plan's own routes are in the tables main and local; a file's may be in others. */
bool table_is_empty(const struct loss *loss, char **said)
{
	static const char *const filled[] = { "main", "local", "254", "255" };
	const struct stage stage = last_stage(loss);
	struct in6_addr next;

	if (!stage.sid || !stage.sid->table || !destination_behind(loss, &stage, &next))
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

/* ---- addresses that lead nowhere, here or at the headend, which pushes the list */

static const struct segment_list *list_of(const struct plan *plan)
{
	return &plan->traffic.segments[plan->traffic.mode];
}

/* The headend's list has led a packet out of it. */
static bool list_leads_on(const struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->count; i++) {
		const struct sighting *s = &evidence->sightings[i];
		if (s->way == WAY_FORWARD && s->view.srh.present && HOP_DIRECTION(s->seen->hop) == HOP_OUT &&
		    hop_node(evidence->plan, s->seen->hop) == evidence->plan->headend)
			return true;
	}
	return false;
}

/* Whether the packet ended where it should have got its segments. */
static bool is_at_headend(const struct loss *loss)
{
	const struct plan *plan = loss->evidence->plan;

	if (loss->target.way != WAY_FORWARD || loss->node != plan->headend || plan->traffic.tcp != TCP_KERNEL ||
	    !mode_has_srh((enum mode)plan->traffic.mode) || !list_of(plan)->count)
		return false;
	if (list_leads_on(loss->evidence))
		return false;
	return !loss->last || (loss_arrived(loss) && !loss->last->view.srh.present && !loss->last->view.encapsulated);
}

/* Where the headend sends what it pushed a list onto: the first segment that is not a SID of its own; in inline mode
 * the destination comes behind the list. NULL: none is. */
static const struct in6_addr *first_foreign(const struct plan *plan)
{
	const struct segment_list *list = list_of(plan);

	for (size_t i = 0; i < list->count; i++)
		if (!node_sid(&plan->topology->nodes[plan->headend], &list->segments[i]))
			return &list->segments[i];
	return plan->traffic.mode == MODE_INLINE ? &plan->traffic.to : NULL;
}

bool segment_is_destination(const struct loss *loss, char **said)
{
	const struct plan *plan = loss->evidence->plan;
	char text[INET6_ADDRSTRLEN];

	if (!is_at_headend(loss))
		return false;
	const struct in6_addr *first = first_foreign(plan);
	if (!first || !address_same(first, &plan->traffic.to))
		return false;
	text_append(said, "the segments that the route to %s pushes lead %s to that route again",
	            address_text(first, text), loss_at(loss)->name);
	say_kernel_words(loss, REASON_SELF_SEGMENT, said);
	return true;
}

/* It comes in by lo, where the sysctl is not set. */
bool segment_is_headends_own(const struct loss *loss, char **said)
{
	const struct in6_addr *first = is_at_headend(loss) ? first_foreign(loss->evidence->plan) : NULL;
	char text[INET6_ADDRSTRLEN];

	if (!first || !loss_owns(loss, first))
		return false;
	text_append(said,
	            "the first segment, %s, is an address of %s itself: it comes in by lo, where seg6_enabled is 0",
	            address_text(first, text), loss_at(loss)->name);
	return true;
}

bool segment_has_no_route(const struct loss *loss, char **said)
{
	const struct in6_addr *first = is_at_headend(loss) ? first_foreign(loss->evidence->plan) : NULL;
	char text[INET6_ADDRSTRLEN];

	if (!first || IN6_IS_ADDR_MULTICAST(first) || plan_has_route(loss->evidence->plan, loss->node, first))
		return false;
	text_append(said, "%s has no route to the first segment, %s", loss_at(loss)->name, address_text(first, text));
	return true;
}

/* The next address of the packet, at the headend or behind it. */
static bool next_address(const struct loss *loss, struct in6_addr *ret)
{
	const struct in6_addr *first = is_at_headend(loss) ? first_foreign(loss->evidence->plan) : NULL;

	if (first)
		*ret = *first;
	return first || looked_up(loss, ret);
}

bool address_is_unusable(const struct loss *loss, char **said)
{
	struct in6_addr next;
	char text[INET6_ADDRSTRLEN];

	if (!next_address(loss, &next))
		return false;
	if (!IN6_IS_ADDR_MULTICAST(&next) && !IN6_IS_ADDR_UNSPECIFIED(&next) && !IN6_IS_ADDR_LOOPBACK(&next) &&
	    !IN6_IS_ADDR_LINKLOCAL(&next))
		return false;
	text_append(said, "it is to go on to %s, which is no address to be forwarded to", address_text(&next, text));
	return true;
}

/* RFC 4291 2.5.3: what comes in by an interface for the loopback address is dropped. */
bool destination_is_loopback(const struct loss *loss, char **said)
{
	char text[INET6_ADDRSTRLEN];

	if (!loss_arrived(loss) || !IN6_IS_ADDR_LOOPBACK(loss_destination(loss)))
		return false;
	text_append(said, "it came by a link for %s", address_text(loss_destination(loss), text));
	return true;
}

/* Interfaces without a link-local address ask nobody for what they forward: it waits, and no counter moves. */
bool neighbour_is_nobody(const struct loss *loss, char **said)
{
	struct in6_addr next;
	char text[INET6_ADDRSTRLEN];
	const struct sid *sid = last_stage(loss).sid;

	if (!next_address(loss, &next) ||
	    !plan_lacks_neighbour(loss->evidence->plan, loss->node, sid ? sid->oif : NULL, &next))
		return false;
	text_append(said, "the next hop %s is on a link of %s and nobody there has it", address_text(&next, text),
	            loss_at(loss)->name);
	return true;
}
