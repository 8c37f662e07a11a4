/* Lays a packet at one hop beside what it was made of, header by header. */
#include <stdio.h>
#include <string.h>

#include "invariant.h"

/* Headers that a packet should have, as those of what it was made of, and added ones. */
struct expected {
	size_t count;
	struct {
		uint8_t kind;
		size_t before; /* layer of `before`, or HEADER_ADDED */
	} at[LAYERS_MOST + 2];
};

static void expect(struct expected *expected, enum layer_kind kind, size_t before)
{
	if (expected->count == COUNT(expected->at))
		return;
	expected->at[expected->count].kind = (uint8_t)kind;
	expected->at[expected->count++].before = before;
}

/* RFC 8200 4.1: a routing header comes behind a hop-by-hop header, and before options for the final destination. */
static bool is_inserted_behind(const struct packet_view *view, const struct layer *ip, size_t i)
{
	const size_t at = (size_t)(ip - view->layers);
	const bool hop_by_hop = at + 1 < view->count && view->layers[at + 1].kind == LAYER_HOP_BY_HOP;

	return i == at + hop_by_hop;
}

static void expect_push(struct expected *expected, const struct mode_kind *mode, size_t count, bool hmac)
{
	expect(expected, LAYER_IPV6, HEADER_ADDED);
	if (hmac ? mode_entries_needed(mode, count) : mode_entries(mode, count))
		expect(expected, LAYER_ROUTING, HEADER_ADDED);
	if (mode->frame)
		expect(expected, LAYER_ETHERNET, HEADER_ADDED);
}

/* Those of `before` from its first IPv6 header on, changed as the course has it. */
static struct expected expected_of(const struct passage *passage)
{
	const struct packet_view *view = &passage->before->view;
	const struct course *course = &passage->course;
	struct expected expected = { 0 };
	bool srh_removed = course->known && course->srh_removed;
	size_t removed = course->known ? course->removed : 0;

	if (removed >= passage->from.count)
		return expected;
	for (size_t i = course->around.count; course->known && i--;)
		expect_push(&expected, mode_kind(course->around.at[i]->mode), course->around.at[i]->count,
		            course->around.at[i]->hmac);
	if (course->known && course->change == COURSE_PUSHES)
		expect_push(&expected, course->mode, course->list_count, course->policy && course->policy->hmac);
	for (size_t i = (size_t)(passage->from.at[removed] - view->layers); i < view->count; i++) {
		if (srh_removed && view->layers[i].kind == LAYER_ROUTING) {
			srh_removed = false;
			continue;
		}
		expect(&expected, (enum layer_kind)view->layers[i].kind, i);
		if (course->known && course->change == COURSE_INSERTS &&
		    is_inserted_behind(view, passage->from.at[removed], i))
			expect(&expected, LAYER_ROUTING, HEADER_ADDED);
	}
	return expected;
}

static void say_kind(char text[120], uint8_t kind)
{
	size_t length = strlen(text);

	snprintf(text + length, 120 - length, "%s%s", length ? ", " : "", layer_word((enum layer_kind)kind));
}

bool passage_align(struct passage *passage, struct values *values)
{
	const struct packet_view *view = &passage->after->view;
	const size_t first = passage->to.count ? (size_t)(passage->to.at[0] - view->layers) : 0;
	const size_t count = passage->to.count ? view->count - first : 0;
	const struct expected expected = expected_of(passage);
	bool same = expected.count == count;

	for (size_t i = 0; same && i < count; i++) {
		same = expected.at[i].kind == view->layers[first + i].kind;
		passage->layers[i] = expected.at[i].before;
	}
	passage->aligned = same && count;
	if (same || !passage->course.known)
		return true;
	*values = (struct values){ { 0 }, { 0 } };
	for (size_t i = 0; i < expected.count; i++)
		say_kind(values->expected, expected.at[i].kind);
	for (size_t i = 0; i < count; i++)
		say_kind(values->saw, view->layers[first + i].kind);
	return false;
}

/* What the node itself sends leaves it with what its own route pushes. */
static const struct plan_policy *policy_at_origin(const struct passage *passage)
{
	const struct plan *plan = passage->plan;
	const struct captured *after = passage->after;
	const bool back = after->way == WAY_BACK;
	const struct address source = ip_source(&after->view, packet_innermost_ip(&after->view));

	if (passage->place != PLACE_ORIGIN || after->way == WAY_OTHER || !after->known ||
	    passage->node != (back ? plan->to : plan->from) || (!back && traffic_is_crafted(&plan->traffic)) ||
	    !address_same(&source, back ? &plan->traffic.to : &plan->from_address))
		return NULL;
	const struct vrf *vrf = address_vrf(plan, passage->node, &source);
	const struct arrival sent = { NOT_FOUND, vrf ? vrf->table : NULL, source };
	const struct address *to = back ? &plan->from_address : &plan->traffic.to;
	return plan_policy_for(plan, passage->node, plan_table_for(plan, passage->node, &sent, to), to);
}

static bool gets_a_list(const struct passage *passage)
{
	return passage->place == PLACE_NODE && passage->aligned && passage->course.known &&
	       passage->course.change != COURSE_KEEPS;
}

const struct plan_policy *passage_policy(const struct passage *passage)
{
	return gets_a_list(passage) ? passage->course.policy : policy_at_origin(passage);
}

struct nest passage_around(const struct passage *passage)
{
	const struct plan_policy *policy = passage_policy(passage);
	struct nest around = { .count = 0 };

	if (gets_a_list(passage))
		return passage->course.around;
	if (policy && !nest_find(&around, passage->plan, passage->node, policy))
		around.count = 0;
	return around;
}

bool passage_pushed(struct pushed *ret, const struct passage *passage, size_t level)
{
	const struct nest around = passage_around(passage);
	const struct plan_policy *policy =
	        level < around.count ? around.at[around.count - 1 - level] : passage_policy(passage);
	bool here = policy ? mode_kind(policy->mode)->outer
	                   : gets_a_list(passage) && passage->course.change == COURSE_PUSHES;

	if (!here || level > around.count || passage->to.count < level + 2)
		return false;
	*ret = (struct pushed){ passage->to.at[level], passage->to.at[level + 1], policy, level > 0 };
	return true;
}

bool any_ip_kept(const struct passage *passage, struct values *values, bool (*is_kind)(const struct layer *layer),
                 bool (*differs)(const struct passage *passage, const struct layer *before, size_t level,
                                 const struct layer *after, struct values *values))
{
	for (size_t i = 0; passage->aligned && i < passage->to.count; i++) {
		size_t was = passage->layers[passage->to.at[i] - passage->to.at[0]];
		size_t level = 0;
		if (was == HEADER_ADDED || !is_kind(passage->to.at[i]))
			continue;
		const struct layer *before = &passage->before->view.layers[was];
		while (level < passage->from.count && passage->from.at[level] != before)
			level++;
		if (differs(passage, before, level, passage->to.at[i], values))
			return true;
	}
	return false;
}

bool values_differ(struct values *values, const char *expected, const char *saw)
{
	snprintf(values->expected, sizeof values->expected, "%s", expected);
	snprintf(values->saw, sizeof values->saw, "%s", saw);
	return true;
}

bool values_number(struct values *values, unsigned long expected, unsigned long saw)
{
	if (expected == saw)
		return false;
	snprintf(values->expected, sizeof values->expected, "%lu", expected);
	snprintf(values->saw, sizeof values->saw, "%lu", saw);
	return true;
}

bool values_hex(struct values *values, int digits, unsigned expected, unsigned saw)
{
	if (expected == saw)
		return false;
	snprintf(values->expected, sizeof values->expected, "0x%0*x", digits, expected);
	snprintf(values->saw, sizeof values->saw, "0x%0*x", digits, saw);
	return true;
}

bool values_address(struct values *values, const struct address *expected, const struct address *saw)
{
	char text[ADDRESS_TEXT_SIZE];

	if (address_same(expected, saw))
		return false;
	snprintf(values->expected, sizeof values->expected, "%s", address_text(expected, text));
	snprintf(values->saw, sizeof values->saw, "%s", address_text(saw, text));
	return true;
}
