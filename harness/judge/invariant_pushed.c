/* What a headend, or a SID with a policy, adds to a packet. */
#include <stdio.h>

#include "device.h"
#include "invariant.h"

#define TYPE_SRH 4

/* What was added, and by which list. */
struct push {
	const struct layer *ipv6; /* that leads along it */
	const struct address *list;
	size_t count;
	struct address last; /* inserted: where the list ends */
	const struct mode_kind *mode;
	int hmac; /* the number of its key; 0: it has none */
};

/* RFC 8986 5.2: a reduced header goes without an SRH only where that would have nothing to say. */
static size_t entries_of(const struct push *push)
{
	return push->hmac ? mode_entries_needed(push->mode, push->count) : mode_entries(push->mode, push->count);
}

/* By one of those around what the passage's own policy pushes, 0 for the outermost. */
static struct push push_around(const struct passage *passage, const struct nest *around, size_t level)
{
	const struct plan_policy *policy = around->at[around->count - 1 - level];

	return (struct push){ level < passage->to.count ? passage->to.at[level] : NULL,
		              policy->list,
		              policy->count,
		              { 0 },
		              mode_kind(policy->mode),
		              policy->hmac };
}

static struct push push_of(const struct passage *passage, size_t level)
{
	const struct nest around = passage_around(passage);
	const struct plan_policy *policy = passage_policy(passage);
	const struct course *course = &passage->course;
	struct nest found;

	if (level < around.count)
		return push_around(passage, &around, level);
	const struct layer *ipv6 = level == around.count && level < passage->to.count ? passage->to.at[level] : NULL;
	const struct address *final = passage->place == PLACE_NODE         ? &course->destination
	                              : passage->after->way == WAY_FORWARD ? &passage->plan->traffic.to
	                                                                   : &passage->plan->from_address;

	if (policy)
		return (struct push){ nest_find(&found, passage->plan, passage->node, policy) ? ipv6 : NULL,
			              policy->list,
			              policy->count,
			              *final,
			              mode_kind(policy->mode),
			              policy->hmac };
	if (passage->place != PLACE_NODE || !passage->aligned || !course->known || course->change == COURSE_KEEPS)
		return (struct push){ 0 };
	return (struct push){ ipv6, course->list, course->list_count, course->destination, course->mode, 0 };
}

/* Of the list on the wire, whose first entry is the last segment. */
static bool list_differs(const struct push *push, const struct srh_view *srh, struct values *values)
{
	const size_t count = entries_of(push), stops = mode_stops(push->mode, push->count);

	if (srh->segment_list.length != count * SEGMENT_OCTETS || srh->last_entry + (size_t)1 != count) {
		snprintf(values->expected, sizeof values->expected, "%zu entries", count);
		snprintf(values->saw, sizeof values->saw, "last entry %u, and %zu entries", srh->last_entry,
		         srh->segment_list.length / SEGMENT_OCTETS);
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		const struct address entry = address_from(AF_INET6, srh->segment_list.data + i * SEGMENT_OCTETS);
		const struct address *wanted = i == 0 && push->mode->inserts ? &push->last : &push->list[stops - 1 - i];
		if (values_address(values, wanted, &entry))
			return true;
	}
	return false;
}

static bool policy_at(const struct passage *passage, size_t level, struct values *values)
{
	const struct packet_view *view = &passage->after->view;
	const struct push push = push_of(passage, level);
	const struct srh_view srh = packet_srh(view, push.ipv6);
	const struct address destination = ip_destination(view, push.ipv6);

	if (!push.ipv6 || !push.count || !passage->after->known)
		return false;
	const bool has_srh = entries_of(&push) > 0;
	if (srh.present != has_srh)
		return values_differ(values, has_srh ? "an SRH" : "no SRH", srh.present ? "one" : "none");
	/* A tunnel leads to its end, which is the last of the list. */
	if (values_address(values, &push.list[push.mode->leads ? 0 : push.count - 1], &destination))
		return true;
	if (!has_srh)
		return false;
	if (list_differs(&push, &srh, values))
		return true;
	const struct address source = ip_source(view, push.ipv6);
	const bool plain = !srh.flags && !srh.tlvs.length;
	if (srh.type == TYPE_SRH && srh.segments_left == push.count - !push.mode->inserts && !srh.tag &&
	    (push.hmac ? srh_has_right_hmac(view, &srh, &source, push.hmac) : plain))
		return false;
	if (push.hmac) {
		snprintf(values->expected, sizeof values->expected, "type 4, %zu left, tag 0, and the HMAC of key %d",
		         push.count - !push.mode->inserts, push.hmac);
		snprintf(values->saw, sizeof values->saw, "type %u, %u left, flags 0x%x, tag 0x%x, %s", srh.type,
		         srh.segments_left, srh.flags, srh.tag,
		         srh.tlvs.length == HMAC_TLV_OCTETS ? "another HMAC" : "no HMAC alone");
		return true;
	}
	snprintf(values->expected, sizeof values->expected, "type 4, %zu left, flags 0, tag 0, no TLVs",
	         push.count - !push.mode->inserts);
	snprintf(values->saw, sizeof values->saw, "type %u, %u left, flags 0x%x, tag 0x%x, %zu octets of TLVs",
	         srh.type, srh.segments_left, srh.flags, srh.tag, srh.tlvs.length);
	return true;
}

static bool policy(const struct passage *passage, struct values *values)
{
	bool broken = false;

	for (size_t level = 0; level <= NEST_MOST && !broken; level++)
		broken = policy_at(passage, level, values);
	return broken;
}

static bool is_tunnels(const struct pushed *pushed)
{
	return pushed->policy && mode_is_tunnel(mode_kind(pushed->policy->mode));
}

/* Whether it holds for one of the headers that were pushed. */
static bool any_pushed(const struct passage *passage, struct values *values,
                       bool (*differs)(const struct passage *passage, const struct pushed *pushed,
                                       struct values *values))
{
	struct pushed pushed;
	bool broken = false;

	for (size_t level = 0; !broken && passage_pushed(&pushed, passage, level); level++)
		broken = differs(passage, &pushed, values);
	return broken;
}

static bool source_differs(const struct passage *passage, const struct pushed *pushed, struct values *values)
{
	const struct address source = ip_source(&passage->after->view, pushed->outer);

	if (pushed->policy && pushed->policy->source.family)
		return values_address(values, &pushed->policy->source, &source);
	char text[ADDRESS_TEXT_SIZE];
	const struct address *given = &passage->plan->topology->nodes[passage->node].tunsrc;
	if (given->family)
		return values_address(values, given, &source);
	return !address_is_local(passage->plan, passage->node, &source) &&
	       values_differ(values, "an address of the node", address_text(&source, text));
}

static bool outer_source(const struct passage *passage, struct values *values)
{
	return any_pushed(passage, values, source_differs);
}

/* Of the header that the node pushed onto first. */
static uint8_t innermost_kind(const struct passage *passage)
{
	const size_t level = passage_around(passage).count + 1;

	return level < passage->to.count ? passage->to.at[level]->kind : LAYER_IPV6;
}

/* RFC 2473 6.3 leaves a tunnel's to who sets it up: ip-link(8) has 64. With IPv4 inside there is none of IPv6 to take
 * it from: it is that of what a node sends itself, and one less where it then forwards the packet. One that another
 * header is pushed around may stay as it was before the node forwards. */
static bool hop_limit_differs(const struct passage *passage, const struct pushed *pushed, struct values *values)
{
	const struct packet_view *view = &passage->after->view;
	const unsigned saw = ip_hop_limit(view, pushed->outer);
	const bool origin = passage->place == PLACE_ORIGIN;
	unsigned wanted;

	if (is_tunnels(pushed))
		wanted = 64;
	else if (innermost_kind(passage) == LAYER_IPV4)
		wanted = origin ? 64 : 63;
	else if (origin)
		wanted = ip_hop_limit(view, pushed->inner);
	else
		wanted = ip_hop_limit(&passage->before->view, passage->from.at[passage->course.removed]) - 1U;
	return !(pushed->covered && !origin && saw == wanted + 1) && values_number(values, wanted, saw);
}

static bool outer_hop_limit(const struct passage *passage, struct values *values)
{
	return any_pushed(passage, values, hop_limit_differs);
}

/* RFC 2473 6.4: that of what is inside, or one of the tunnel's own, which is 0 unless set up otherwise. Linux takes it
 * from IPv6 only. */
static bool traffic_class_differs(const struct passage *passage, const struct pushed *pushed, struct values *values)
{
	const struct packet_view *view = &passage->after->view;

	return !is_tunnels(pushed) && !(pushed->inner->kind == LAYER_IPV4 && !ip_traffic_class(view, pushed->outer)) &&
	       values_number(values, ip_traffic_class(view, pushed->inner), ip_traffic_class(view, pushed->outer));
}

static bool outer_traffic_class(const struct passage *passage, struct values *values)
{
	return any_pushed(passage, values, traffic_class_differs);
}

/* Whether what is inside is an IPv6 packet, and not one of IPv4 or a frame. */
static bool has_packet_inside(const struct packet_view *view, const struct layer *inner)
{
	return inner->kind == LAYER_IPV6 && !packet_frame_of(view, inner);
}

/* A computed one (1) is a hash, which only the kernel knows. */
static bool flow_label_differs(const struct passage *passage, const struct pushed *pushed, struct values *values)
{
	const struct packet_view *view = &passage->after->view;
	const int rule = passage->plan->topology->nodes[passage->node].seg6_flowlabel;

	if (is_tunnels(pushed) || rule > 0)
		return false;
	const unsigned wanted =
	        rule == 0 && has_packet_inside(view, pushed->inner) ? ipv6_flow_label(view, pushed->inner) : 0;
	return values_hex(values, 5, wanted, ipv6_flow_label(view, pushed->outer));
}

static bool outer_flow_label(const struct passage *passage, struct values *values)
{
	return any_pushed(passage, values, flow_label_differs);
}

const struct invariant_row invariants_of_pushed[] = {
	{ INVARIANT_POLICY, "RFC 8754 4.1, RFC 8986 5.1 and 4.13", SCOPE_EACH, PLACE_ORIGIN | PLACE_NODE, policy },
	{ INVARIANT_OUTER_SOURCE, "RFC 8986 5.1 and 4.13, ip-sr(8)", SCOPE_EACH, PLACE_ORIGIN | PLACE_NODE,
	  outer_source },
	{ INVARIANT_OUTER_HOP_LIMIT, "RFC 8986 5.1, __seg6_do_srh_encap()'s comment, ip-link(8)", SCOPE_EACH,
	  PLACE_ORIGIN | PLACE_NODE, outer_hop_limit },
	{ INVARIANT_OUTER_TRAFFIC_CLASS, "RFC 8986 5.1, RFC 2473 6.4", SCOPE_EACH, PLACE_ORIGIN | PLACE_NODE,
	  outer_traffic_class },
	{ INVARIANT_OUTER_FLOW_LABEL, "seg6-sysctl.rst, seg6_flowlabel", SCOPE_EACH, PLACE_ORIGIN | PLACE_NODE,
	  outer_flow_label },
	{ 0, NULL, 0, 0, NULL },
};
