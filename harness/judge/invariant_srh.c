/* What a node keeps of an SRH: all but segments left (RFC 8754 2). */
#include <stdio.h>
#include <string.h>

#include "invariant.h"

/* Offsets in the header. */
enum { LENGTH = 1, TYPE = 2, LEFT = 3, LAST_ENTRY = 4, FLAGS = 5, TAG = 6, LIST = 8 };

/* An SRH of `before` and as it is in `after`. */
struct pair {
	const uint8_t *before, *after;
	size_t length; /* octets of both that can be read */
	bool length_kept;
	bool acted_on; /* it is the one of the outermost IPv6 header that is kept on which nodes act */
};

static struct pair pair_of(const struct passage *passage, size_t was, const struct layer *is)
{
	const struct packet_view *view = &passage->before->view;
	const struct layer *before = &view->layers[was];
	const size_t removed = passage->course.known ? passage->course.removed : 0;
	const struct srh_view srh = packet_srh(view, passage->from.at[removed]);

	return (struct pair){ view->frame + before->offset, passage->after->view.frame + is->offset,
		              before->length < is->length ? before->length : is->length, before->length == is->length,
		              srh.present && srh.offset == before->offset };
}

/* Calls for each routing header that was kept; stops at the first for which it returns true. */
static bool any_kept(const struct passage *passage, struct values *values,
                     bool (*differs)(const struct passage *passage, const struct pair *pair, struct values *values))
{
	const struct packet_view *view = &passage->after->view;
	const size_t first = passage->aligned ? (size_t)(passage->to.at[0] - view->layers) : 0;

	for (size_t i = first; passage->aligned && i < view->count; i++) {
		size_t was = passage->layers[i - first];
		if (view->layers[i].kind != LAYER_ROUTING || was == HEADER_ADDED)
			continue;
		const struct pair pair = pair_of(passage, was, &view->layers[i]);
		if (pair.length >= LIST && differs(passage, &pair, values))
			return true;
	}
	return false;
}

static bool left_differs(const struct passage *passage, const struct pair *pair, struct values *values)
{
	const struct course *course = &passage->course;
	bool moves = pair->acted_on && course->change != COURSE_INSERTS;

	if (pair->acted_on && !course->known)
		return false;
	size_t wanted = moves ? course->left : pair->before[LEFT];
	if (pair->after[LEFT] == wanted)
		return false;
	snprintf(values->expected, sizeof values->expected, "%zu (%u came)", wanted, pair->before[LEFT]);
	snprintf(values->saw, sizeof values->saw, "%u", pair->after[LEFT]);
	return true;
}

static bool segments_left(const struct passage *passage, struct values *values)
{
	return any_kept(passage, values, left_differs);
}

/* Octets of the list that both have. */
static size_t listed(const struct pair *pair)
{
	size_t list = (pair->before[LAST_ENTRY] + (size_t)1) * SEGMENT_OCTETS, room = pair->length - LIST;

	return list < room ? list : room;
}

static bool list_differs(const struct passage *passage, const struct pair *pair, struct values *values)
{
	size_t list = listed(pair);

	(void)passage;
	if (pair->before[LAST_ENTRY] != pair->after[LAST_ENTRY]) {
		snprintf(values->expected, sizeof values->expected, "last entry %u", pair->before[LAST_ENTRY]);
		snprintf(values->saw, sizeof values->saw, "%u", pair->after[LAST_ENTRY]);
		return true;
	}
	if (memcmp(pair->before + LIST, pair->after + LIST, list) == 0)
		return false;
	for (size_t at = LIST; at + SEGMENT_OCTETS <= LIST + list; at += SEGMENT_OCTETS) {
		const struct address was = address_from(AF_INET6, pair->before + at),
		                     is = address_from(AF_INET6, pair->after + at);
		if (values_address(values, &was, &is))
			return true;
	}
	return false;
}

static bool segment_list(const struct passage *passage, struct values *values)
{
	return any_kept(passage, values, list_differs);
}

static bool fields_differ(const struct passage *passage, const struct pair *pair, struct values *values)
{
	const uint8_t *was = pair->before, *is = pair->after;

	(void)passage;
	if (was[TYPE] == is[TYPE] && was[LENGTH] == is[LENGTH] && memcmp(was + FLAGS, is + FLAGS, LIST - FLAGS) == 0)
		return false;
	snprintf(values->expected, sizeof values->expected, "type %u, length %u, flags 0x%02x, tag 0x%02x%02x",
	         was[TYPE], was[LENGTH], was[FLAGS], was[TAG], was[TAG + 1]);
	snprintf(values->saw, sizeof values->saw, "type %u, length %u, flags 0x%02x, tag 0x%02x%02x", is[TYPE],
	         is[LENGTH], is[FLAGS], is[TAG], is[TAG + 1]);
	return true;
}

static bool srh_fields(const struct passage *passage, struct values *values)
{
	return any_kept(passage, values, fields_differ);
}

/* RFC 8754 2.1 has TLVs that change on the way; nobody here knows one. */
static bool tlvs_differ(const struct passage *passage, const struct pair *pair, struct values *values)
{
	(void)passage;
	for (size_t at = LIST + listed(pair); at < pair->length; at++) {
		if (pair->before[at] == pair->after[at])
			continue;
		snprintf(values->expected, sizeof values->expected, "0x%02x at octet %zu", pair->before[at], at);
		snprintf(values->saw, sizeof values->saw, "0x%02x", pair->after[at]);
		return true;
	}
	return !pair->length_kept && values_differ(values, "as many octets as before", "others");
}

static bool srh_tlvs(const struct passage *passage, struct values *values)
{
	return any_kept(passage, values, tlvs_differ);
}

const struct invariant_row invariants_of_srh[] = {
	{ INVARIANT_SEGMENTS_LEFT, "RFC 8754 4.3.1.1, RFC 8986 4.1", SCOPE_EACH, PLACES_PAST_ORIGIN, segments_left },
	{ INVARIANT_SEGMENT_LIST, "RFC 8754 2", SCOPE_EACH, PLACES_PAST_ORIGIN, segment_list },
	{ INVARIANT_SRH_FIELDS, "RFC 8754 2", SCOPE_EACH, PLACES_PAST_ORIGIN, srh_fields },
	{ INVARIANT_SRH_TLVS, "RFC 8754 2.1", SCOPE_EACH, PLACES_PAST_ORIGIN, srh_tlvs },
	{ 0, NULL, 0, 0, NULL },
};
