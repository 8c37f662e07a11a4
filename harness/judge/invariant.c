/* Holds each packet at each hop against the invariants, beside what it was made of at the hop before. */
#include "invariant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `headers` has no check of its own: it is broken where the others cannot be laid side by side. */
#define HEADERS_SOURCE "RFC 8986 4, 4.16.1 and 5.1, RFC 2473 3"

static const struct invariant_row *const tables[] = {
	invariants_of_packets, invariants_of_ip,     invariants_of_ipv4,
	invariants_of_srh,     invariants_of_pushed, invariants_of_transport,
};

const char *invariant_source(enum invariant invariant)
{
	for (size_t i = 0; i < COUNT(tables); i++)
		for (const struct invariant_row *row = tables[i]; row->broken; row++)
			if (row->invariant == invariant)
				return row->source;
	return HEADERS_SOURCE;
}

struct search {
	const struct evidence *evidence;
	const struct journeys *journeys;
	struct breaches *breaches;
	const struct captured **parts; /* of the packet that is looked at */
	uint64_t crafted_broken;       /* invariants that hopcheck broke itself, bits */
	bool sent_again;               /* data was: which copy came twice is not known then */
};

/* Each step is of a journey. */
static const char *name_of(const struct journeys *journeys, size_t step)
{
	return journeys->journeys[journeys->members[journeys->steps[step].members]].name;
}

static void note(struct search *search, size_t step, size_t node, enum invariant invariant, const struct values *values)
{
	struct breaches *breaches = search->breaches;
	const size_t hop = search->journeys->steps[step].hop;
	const uint64_t bit = UINT64_C(1) << invariant;
	const bool again = breaches->of_steps[step] & bit; /* by another part of it */

	breaches->of_steps[step] |= bit;
	for (size_t i = 0; i < breaches->count; i++)
		if (breaches->at[i].invariant == invariant && breaches->at[i].hop == hop) {
			breaches->at[i].packets += !again;
			return;
		}
	struct breach *breach = PUSH(breaches->at, breaches->count);
	*breach = (struct breach){ .invariant = invariant, .step = step, .hop = hop, .node = node, .packets = 1 };
	snprintf(breach->packet, sizeof breach->packet, "%s", name_of(search->journeys, step));
	memcpy(breach->expected, values->expected, sizeof breach->expected);
	memcpy(breach->saw, values->saw, sizeof breach->saw);
}

/* So that it may stay so. */
static bool came_broken(struct search *search, const struct invariant_row *row, const struct passage *passage)
{
	const struct plan *plan = search->evidence->plan;
	struct values ignored;

	if (row->scope == SCOPE_PACKET && search->crafted_broken >> row->invariant & 1)
		return true; /* which of them it is is not always certain */
	if (passage->place == PLACE_ORIGIN) {
		bool crafted = row->scope == SCOPE_PACKET && traffic_is_crafted(&plan->traffic) &&
		               passage->node == plan->from && passage->after->way != WAY_BACK;
		search->crafted_broken |= (uint64_t)crafted << row->invariant;
		return crafted;
	}
	for (size_t i = 0; i < passage->part_count; i++) {
		const struct passage part = { .plan = plan,
			                      .trace = search->evidence->trace,
			                      .after = passage->parts[i],
			                      .to = packet_levels(&passage->parts[i]->view),
			                      .place = passage->place,
			                      .node = passage->node };
		if (row->broken(&part, &ignored))
			return true;
	}
	return false;
}

static void check_rows(struct search *search, size_t step, const struct passage *passage, bool first)
{
	struct values values;

	for (size_t i = 0; i < COUNT(tables); i++)
		for (const struct invariant_row *row = tables[i]; row->broken; row++)
			if (row->places & passage->place && (first || row->scope == SCOPE_EACH) &&
			    row->broken(passage, &values) &&
			    (row->scope > SCOPE_ALWAYS || !came_broken(search, row, passage)))
				note(search, step, passage->node, row->invariant, &values);
}

static struct course course_of(const struct passage *passage)
{
	switch (passage->place) {
	case PLACE_HANDED:
		return course_handed_on(passage->before, passage->to.count);
	case PLACE_NODE:
		return course_through(passage->plan, passage->node, passage->before);
	case PLACE_LINK:
	case PLACE_ORIGIN:
		break;
	}
	return course_on_link(passage->before);
}

static enum place place_of(const struct captured *before, const struct captured *after)
{
	if (before->hop == after->hop)
		return PLACE_HANDED;
	return HOP_DIRECTION(after->hop) == HOP_OUT ? PLACE_NODE : PLACE_LINK;
}

static void check_step(struct search *search, size_t index)
{
	const struct journeys *journeys = search->journeys;
	const struct step *step = &journeys->steps[index];
	const struct captured *after = &search->evidence->packets[step->packet];
	struct passage passage = { .plan = search->evidence->plan,
		                   .trace = search->evidence->trace,
		                   .after = after,
		                   .to = packet_levels(&after->view),
		                   .place = PLACE_ORIGIN,
		                   .node = hop_node(search->evidence->plan, after->hop),
		                   .has_copies = step->has_copies,
		                   .repeated = step->repeated && !search->sent_again,
		                   .part_count = step->from_count };
	struct values values;

	search->parts = must(realloc(search->parts, (step->from_count + 1) * sizeof *search->parts));
	passage.parts = search->parts;
	for (size_t i = 0; i < step->from_count; i++)
		search->parts[i] = &search->evidence->packets[journeys->steps[journeys->from[step->from + i]].packet];
	if (!step->from_count)
		check_rows(search, index, &passage, true);
	for (size_t i = 0; i < step->from_count; i++) {
		passage.before = passage.parts[i];
		passage.from = packet_levels(&passage.before->view);
		passage.place = place_of(passage.before, after);
		passage.course = course_of(&passage);
		if (!passage_align(&passage, &values))
			note(search, index, passage.node, INVARIANT_HEADERS, &values);
		check_rows(search, index, &passage, i == 0);
	}
}

struct breaches *breaches_find(const struct evidence *evidence, const struct journeys *journeys)
{
	struct search search = { .evidence = evidence,
		                 .journeys = journeys,
		                 .breaches = zalloc(sizeof *search.breaches) };

	for (size_t i = 0; i < journeys->count; i++)
		search.sent_again |= strstr(journeys->journeys[i].name, " again") != NULL;
	search.breaches->of_steps = zalloc((journeys->step_count + 1) * sizeof *search.breaches->of_steps);
	for (size_t i = 0; i < journeys->step_count; i++)
		check_step(&search, i);
	free(search.parts);
	return search.breaches;
}

void breaches_free(struct breaches *breaches)
{
	if (!breaches)
		return;
	free(breaches->at);
	free(breaches->of_steps);
	free(breaches);
}
