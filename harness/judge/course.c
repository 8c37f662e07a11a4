/* A packet's course by RFC 8754 4.3.1 (a host's own segments), RFC 8986 4 (SIDs) and RFC 9800 4.1 (NEXT-C-SID). */
#include "course.h"

#include <string.h>

#include "behaviour.h"
#include "device.h"

#define SEGMENTS_MOST 300 /* more than a list has; a policy may lead to itself without end */

struct levels packet_levels(const struct packet_view *view)
{
	struct levels levels = { 0 };

	for (const struct layer *ip = packet_ip(view); ip && levels.count < LEVELS_MOST;
	     ip = packet_ip_inside(view, ip))
		levels.at[levels.count++] = ip;
	return levels;
}

/* A packet on its way through a node. */
struct walk {
	const struct plan *plan;
	const struct node *node;
	size_t number; /* of the node */
	const struct packet_view *view;
	struct levels levels;
	struct srh_view srh; /* of the outermost header */
	bool counted;        /* a segment of this header has taken from its hop limit */
	bool looped;         /* it may come to more segments of the node */
	size_t in;           /* interface by which it came */
	const char *vrf;     /* the table of the VRF in which it is; NULL: none */
};

/* Goes on with the header that is the outermost now. */
static void read_level(struct course *course, struct walk *walk)
{
	const struct layer *ip = course->removed < walk->levels.count ? walk->levels.at[course->removed] : NULL;

	walk->srh = packet_srh(walk->view, ip);
	walk->counted = false;
	course->destination = ip_destination(walk->view, ip);
	course->has_srh = walk->srh.present;
	course->left = walk->srh.present ? walk->srh.segments_left : 0;
	course->srh_removed = false;
	/* An SRH that is malformed is to be refused (RFC 8754 4.3.1.1). */
	course->known = ip && !(walk->srh.present && walk->srh.fault);
}

static struct course start(struct walk *walk, const struct captured *captured)
{
	struct course course = { 0 };

	walk->view = &captured->view;
	walk->levels = packet_levels(walk->view);
	read_level(&course, walk);
	return course;
}

struct course course_on_link(const struct captured *captured)
{
	struct walk walk = { 0 };

	return start(&walk, captured);
}

struct course course_handed_on(const struct captured *captured, size_t levels)
{
	struct walk walk = { 0 };
	struct course course = start(&walk, captured);

	course.removed = levels < walk.levels.count ? walk.levels.count - levels : 0;
	read_level(&course, &walk);
	/* Captured with the outer header still before it, in which the node has worked by then. */
	course.known &= course.removed > 0;
	return course;
}

static void count(struct course *course, struct walk *walk)
{
	course->taken[course->removed]++;
	walk->counted = true;
}

/* Segment List[Segments Left - 1] becomes the destination. */
static bool take_segment(struct course *course, const struct walk *walk)
{
	if (!course->has_srh || !course->left || course->left * SEGMENT_OCTETS > walk->srh.segment_list.length)
		return false;
	course->left--;
	course->destination = address_from(AF_INET6, walk->srh.segment_list.data + course->left * SEGMENT_OCTETS);
	return true;
}

static bool get_list(struct course *course, struct walk *walk, enum mode mode, const struct address *list, size_t count)
{
	walk->looped = false; /* what becomes of it behind the list is not asked */
	course->mode = mode_kind(mode);
	course->change = course->mode->inserts ? COURSE_INSERTS : COURSE_PUSHES;
	course->list = list;
	course->list_count = count;
	walk->counted |= course->mode->frame;
	return count > 0;
}

static bool decapsulate(struct course *course, struct walk *walk, bool frames)
{
	if (course->left || course->removed + 1 >= walk->levels.count)
		return false;
	const struct layer *frame = packet_frame_of(walk->view, walk->levels.at[course->removed + 1]);
	if (frames != (frame != NULL))
		return false;
	course->removed++;
	course->frame = frame;
	read_level(course, walk);
	walk->counted = frames; /* what is in a frame is not forwarded */
	return course->known;
}

/* Whether what is inside is of a kind that a behaviour decapsulates. */
static bool has_inside(const struct course *course, const struct walk *walk, unsigned kinds)
{
	const struct layer *inner =
	        course->removed + 1 < walk->levels.count ? walk->levels.at[course->removed + 1] : NULL;

	return inner && kinds & (inner->kind == LAYER_IPV4 ? INSIDE_IPV4 : INSIDE_IPV6);
}

/* RFC 8986 4.16.1: at the segment before the last. */
static void pop_srh(struct course *course, const struct sid *sid)
{
	if (course->left || !sid_has_flavor(sid, "psp"))
		return;
	course->srh_removed = true;
	course->has_srh = false;
}

/* Its routes to SIDs of its own are in table main; a next hop that is named is another node. */
static bool looks_into_main(const struct sid *sid)
{
	return (!sid->nh6 || strcmp(sid->nh6, "::") == 0) && !sid->nh4 && !sid_looks_in(sid);
}

static bool at_sid(struct course *course, struct walk *walk, const struct sid *sid)
{
	const struct behaviour *behaviour = behaviour_table[sid->behaviour];
	struct address next;

	walk->looped = looks_into_main(sid) && !behaviour->frames;
	if (behaviour->decapsulates)
		return has_inside(course, walk, behaviour->inside) && decapsulate(course, walk, behaviour->frames);
	count(course, walk);
	if (behaviour->inserts)
		return course->left && get_list(course, walk, MODE_INLINE, sid->segments, sid->segment_count);
	if (sid_shift(sid, &course->destination, &next)) {
		course->destination = next;
		return true;
	}
	/* RFC 8986 4.16.3: at the end of a list, or without one. */
	if (!course->left && sid_has_flavor(sid, "usd") && has_inside(course, walk, INSIDE_IPV4 | INSIDE_IPV6))
		return decapsulate(course, walk, false);
	if (!take_segment(course, walk))
		return false;
	if (sid->segment_count)
		return get_list(course, walk, MODE_ENCAP, sid->segments, sid->segment_count);
	pop_srh(course, sid);
	return true;
}

/* The program of a service is hopcheck's own and leaves the hop limit alone; a tun device is one more hop. */
static bool at_service(struct course *course, struct walk *walk, const struct plan_service *service)
{
	walk->looped = service->device.kind->input == INPUT_TUN;
	if (walk->looped)
		count(course, walk);
	walk->counted = !walk->looped;
	return take_segment(course, walk);
}

/* An address of the node: RFC 8754 4.3.1.1, and 4.3.1.2 for what is inside. */
static bool at_host(struct course *course, struct walk *walk)
{
	walk->looped = true;
	if (!course->left)
		return decapsulate(course, walk, false);
	count(course, walk);
	return take_segment(course, walk);
}

static bool is_own(const struct plan *plan, size_t node, const struct address *segment)
{
	return plan_service_at(plan, node, segment) || address_is_local(plan, node, segment) ||
	       node_sid(&plan->topology->nodes[node], segment);
}

bool nest_find(struct nest *ret, const struct plan *plan, size_t node, const struct plan_policy *policy)
{
	*ret = (struct nest){ .count = 0 };
	while (policy) {
		const struct mode_kind *mode = mode_kind(policy->mode);
		/* A tunnel leads to its end. */
		const struct address *first = &policy->list[mode->leads ? 0 : policy->count - 1];
		if (is_own(plan, node, first))
			return false;
		policy = plan_policy_for(plan, node, NULL, first);
		if (!policy)
			break;
		if (ret->count == NEST_MOST || !mode_kind(policy->mode)->outer)
			return false;
		ret->at[ret->count++] = policy;
	}
	return true;
}

/* The route by which it leaves, of a table (NULL: main), may have a policy; false: what it is then is not known. */
static bool at_policy(struct course *course, struct walk *walk, const char *table)
{
	const struct plan *plan = walk->plan;
	const struct plan_policy *policy = plan_policy_for(plan, walk->number, table, &course->destination);

	if (!policy)
		return true;
	course->policy = policy;
	get_list(course, walk, (enum mode)policy->mode, policy->list, policy->count);
	return nest_find(&course->around, plan, walk->number, policy);
}

/* In which it finds its route. */
static const char *table_at(const struct course *course, const struct walk *walk)
{
	const struct layer *ip = walk->levels.at[course->removed];
	const struct arrival arrival = { walk->in, walk->vrf, ip_source(walk->view, ip) };

	return plan_table_for(walk->plan, walk->number, &arrival, &course->destination);
}

/* To the next of the node's own segments; false: no standard has it go on. */
static bool step(struct course *course, struct walk *walk)
{
	const struct plan_service *service = plan_service_at(walk->plan, walk->number, &course->destination);

	if (service)
		return at_service(course, walk, service);
	if (address_is_local(walk->plan, walk->number, &course->destination))
		return at_host(course, walk);
	const struct sid *sid = node_sid(walk->node, &course->destination);
	if (sid) {
		bool on = at_sid(course, walk, sid);
		walk->vrf = sid->vrftable ? sid_looks_in(sid) : walk->vrf;
		if (on && sid_looks_in(sid) && course->change == COURSE_KEEPS)
			return at_policy(course, walk, sid->vrftable ? table_at(course, walk) : sid_table(sid));
		return on;
	}
	walk->looped = false;
	return at_policy(course, walk, table_at(course, walk));
}

struct course course_through(const struct plan *plan, size_t node, const struct captured *captured)
{
	struct walk walk = { .plan = plan,
		             .node = &plan->topology->nodes[node],
		             .number = node,
		             .looped = true,
		             .in = HOP_INTERFACE(captured->hop),
		             .vrf = interface_table(plan->topology, HOP_INTERFACE(captured->hop)) };
	struct course course = start(&walk, captured);

	for (size_t i = 0; walk.looped && course.known && i < SEGMENTS_MOST; i++)
		course.known = step(&course, &walk);
	if (walk.looped)
		course.known = false;
	/* RFC 8200 3: one less at each node that forwards; what a segment of the node took counts for that. */
	if (!walk.counted && course.removed < LEVELS_MOST)
		course.taken[course.removed]++;
	return course;
}
