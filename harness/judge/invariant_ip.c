/* What a node keeps of IP headers and of options behind them, and what it changes. */
#include <stdio.h>
#include <string.h>

#include "invariant.h"

static bool hop_limit_differs(const struct passage *passage, const struct layer *before, size_t level,
                              const struct layer *after, struct values *values)
{
	int taken = level < LEVELS_MOST ? passage->course.taken[level] : 0;
	int was = ip_hop_limit(&passage->before->view, before), is = ip_hop_limit(&passage->after->view, after);

	const bool ends = taken && was <= taken; /* a node discards it */

	if (is == was - taken && !ends)
		return false;
	/* Linux takes nothing from what it pushes a header onto (RFC 8986 5.1 S05 does), on any kernel and in any case:
	 * that is told in README.md and not by each cell. */
	if (passage->course.change == COURSE_PUSHES && level == passage->course.removed && is == was && !ends)
		return false;
	if (ends)
		snprintf(values->expected, sizeof values->expected, "no packet (%d came)", was);
	else
		snprintf(values->expected, sizeof values->expected, "%d (%d came)", was - taken, was);
	snprintf(values->saw, sizeof values->saw, "%d", is);
	return true;
}

static bool hop_limit(const struct passage *passage, struct values *values)
{
	return passage->course.known && any_ip_kept(passage, values, layer_is_ip, hop_limit_differs);
}

static bool traffic_class_differs(const struct passage *passage, const struct layer *before, size_t level,
                                  const struct layer *after, struct values *values)
{
	(void)level;
	return values_number(values, ip_traffic_class(&passage->before->view, before),
	                     ip_traffic_class(&passage->after->view, after));
}

static bool traffic_class(const struct passage *passage, struct values *values)
{
	return any_ip_kept(passage, values, layer_is_ip, traffic_class_differs);
}

static bool flow_label_differs(const struct passage *passage, const struct layer *before, size_t level,
                               const struct layer *after, struct values *values)
{
	(void)level;
	return values_hex(values, 5, ipv6_flow_label(&passage->before->view, before),
	                  ipv6_flow_label(&passage->after->view, after));
}

/* What is sent again may have another. */
static bool flow_label(const struct passage *passage, struct values *values)
{
	return !passage->has_copies && any_ip_kept(passage, values, layer_is_ip, flow_label_differs);
}

static bool source_differs(const struct passage *passage, const struct layer *before, size_t level,
                           const struct layer *after, struct values *values)
{
	const struct address was = ip_source(&passage->before->view, before),
	                     is = ip_source(&passage->after->view, after);

	(void)level;
	return values_address(values, &was, &is);
}

static bool source(const struct passage *passage, struct values *values)
{
	return any_ip_kept(passage, values, layer_is_ip, source_differs);
}

/* Where an SRH was inserted its policy leads. */
static bool destination_differs(const struct passage *passage, const struct layer *before, size_t level,
                                const struct layer *after, struct values *values)
{
	const struct course *course = &passage->course;
	const struct address was = ip_destination(&passage->before->view, before),
	                     is = ip_destination(&passage->after->view, after);
	const bool acted_on = course->known && level == course->removed;

	if (acted_on && course->change == COURSE_INSERTS)
		return false;
	return (course->known || level) && values_address(values, acted_on ? &course->destination : &was, &is);
}

static bool destination(const struct passage *passage, struct values *values)
{
	return any_ip_kept(passage, values, layer_is_ip, destination_differs);
}

/* The first octet of a header's options that differs, and may not (RFC 8200 4.2: the third bit of an option's type says
 * that its data may change on the way); `length`: there is none. */
static size_t option_that_differs(const uint8_t *was, const uint8_t *is, size_t length)
{
	for (size_t at = 2; at < length;) {
		const size_t size = was[at] && at + 1 < length ? 2u + was[at + 1] : 1;
		const size_t fixed = was[at] & 0x20 ? 2 : size;
		for (size_t i = at; i < at + fixed && i < length; i++)
			if (was[i] != is[i])
				return i;
		at += size;
	}
	return length;
}

static bool options(const struct passage *passage, struct values *values)
{
	const struct packet_view *before = &passage->before->view, *after = &passage->after->view;
	const size_t first = passage->aligned ? (size_t)(passage->to.at[0] - after->layers) : 0;

	for (size_t i = first; passage->aligned && i < after->count; i++) {
		const struct layer *is = &after->layers[i];
		const size_t was = passage->layers[i - first];
		if ((is->kind != LAYER_HOP_BY_HOP && is->kind != LAYER_DESTINATION) || was == HEADER_ADDED)
			continue;
		if (before->layers[was].length != is->length)
			return values_number(values, before->layers[was].length, is->length);
		const uint8_t *old = before->frame + before->layers[was].offset, *new = after->frame + is->offset;
		const size_t at = option_that_differs(old, new, is->length);
		if (at == is->length)
			continue;
		snprintf(values->expected, sizeof values->expected, "0x%02x at octet %zu of the %s", old[at], at,
		         layer_word((enum layer_kind)is->kind));
		snprintf(values->saw, sizeof values->saw, "0x%02x", new[at]);
		return true;
	}
	return false;
}

const struct invariant_row invariants_of_ip[] = {
	{ INVARIANT_HOP_LIMIT, "RFC 8200 3, RFC 8754 4.3.1.1, RFC 8986 4.1 and 5.1", SCOPE_EACH, PLACES_PAST_ORIGIN,
	  hop_limit },
	{ INVARIANT_TRAFFIC_CLASS, "RFC 8200 7, RFC 2474 3", SCOPE_EACH, PLACES_PAST_ORIGIN, traffic_class },
	{ INVARIANT_FLOW_LABEL, "RFC 6437 2", SCOPE_EACH, PLACES_PAST_ORIGIN, flow_label },
	{ INVARIANT_OPTIONS, "RFC 8200 4.2", SCOPE_EACH, PLACES_PAST_ORIGIN, options },
	{ INVARIANT_SOURCE, "RFC 8200 3", SCOPE_EACH, PLACES_PAST_ORIGIN, source },
	{ INVARIANT_DESTINATION, "RFC 8754 4.3.1.1, RFC 8986 4.1, RFC 9800 4.1", SCOPE_EACH, PLACES_PAST_ORIGIN,
	  destination },
	{ 0, NULL, 0, 0, NULL },
};
