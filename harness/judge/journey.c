/* Builds journeys: a packet that was not made of an earlier one begins a journey, and what was made of it belongs to
 * it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journey_internal.h"
#include "transport.h"

const struct word journey_end_words[] = {
	{ "received", END_RECEIVED, "it reached its destination node" },
	{ "dropped", END_DROPPED, "for a reason" },
	{ "lost", END_LOST, "nothing explains it" },
	{ "corrupted", END_CORRUPTED, "it arrived with a wrong octet" },
	{ NULL, 0, NULL },
};

static struct step step_of(const struct match *match, const struct evidence *evidence, const uint32_t starts[3])
{
	const struct captured *captured = match->captured;
	const struct packet_view *view = &captured->view;
	const struct layer *ip = packet_ip(view);
	const struct srh_view srh = packet_srh(view, ip);

	return (struct step){ .packet = (size_t)(captured - evidence->trace->packets),
		              .hop = (uint32_t)captured->hop,
		              .time = captured->time,
		              .source = ip_source(view, ip),
		              .destination = ip_destination(view, ip),
		              .segments_left = srh.present ? srh.segments_left : -1,
		              .length = (uint32_t)captured->wire_length,
		              .payload = captured->payload,
		              .known = captured->known,
		              .sequence = captured->known ? (int32_t)(captured->sequence - starts[captured->way]) : 0,
		              .summed = captured->summed,
		              .checksum = captured->checksum,
		              .excess = (uint32_t)captured_excess(evidence->plan->topology, captured),
		              .encapsulated = captured->encapsulated };
}

static void name_journey(const struct transport *transport, struct journey *journey, const struct match *match,
                         const uint32_t starts[3])
{
	uint8_t version, type, code;

	if (match->captured->known)
		transport->name_packet(match->captured, starts, journey->name, sizeof journey->name);
	else if (packet_icmp(&match->captured->view, &version, &type, &code))
		snprintf(journey->name, sizeof journey->name, "%s %s", version == 6 ? "ICMPv6" : "ICMP",
		         icmp_word(version, type, code));
	else
		snprintf(journey->name, sizeof journey->name, "packet");
}

/* Marks retransmissions: data below the highest octet so far, and packets after the first of a kind that is only sent
 * again when it was lost. */
static void note_again(const struct transport *transport, struct journey *journey, const struct match *match,
                       uint64_t highest[3], unsigned synced[3])
{
	enum way way = match->captured->way;
	bool again = false;

	if (match->id.data) {
		again = match->id.begin < highest[way];
		if (match->id.end > highest[way])
			highest[way] = match->id.end;
	} else if (match->captured->known && match->captured->flags & transport->resent) {
		again = synced[way]++ > 0;
	}
	if (again)
		strncat(journey->name, " again", sizeof journey->name - strlen(journey->name) - 1);
}

/* The journeys of a step: those of the packets that it was made of and has octets of. */
static void find_members(struct assembly *assembly, size_t index)
{
	struct journeys *journeys = assembly->journeys;
	const struct match *match = &assembly->matches.matches[index];
	struct step *step = &journeys->steps[index];
	size_t *found = NULL, count = 0;

	for (size_t i = 0; i < match->from_count; i++) {
		const struct step *before = &journeys->steps[assembly->matches.from[match->from + i]];
		for (size_t m = 0; m < before->merged; m++) {
			size_t member = journeys->members[before->members + m];
			const struct match *origin = &assembly->matches.matches[assembly->origins[member]];
			if (!match->id.data || (origin->id.begin < match->id.end && origin->id.end > match->id.begin))
				*PUSH(found, count) = member;
		}
	}
	if (count)
		qsort(found, count, sizeof *found, number_order);
	step->members = assembly->member_count;
	for (size_t i = 0; i < count; i++)
		if (i == 0 || found[i] != found[i - 1])
			*PUSH(journeys->members, assembly->member_count) = found[i];
	step->merged = assembly->member_count - step->members;
	free(found);
}

static void begin_journey(struct assembly *assembly, size_t index)
{
	struct journeys *journeys = assembly->journeys;
	struct step *step = &journeys->steps[index];
	size_t origins = journeys->count;

	*PUSH(assembly->origins, origins) = index;
	step->members = assembly->member_count;
	*PUSH(journeys->members, assembly->member_count) = journeys->count;
	step->merged = 1;
	struct journey *journey = PUSH(journeys->journeys, journeys->count);
	journey->way = assembly->matches.matches[index].captured->way;
}

static void assemble(struct assembly *assembly)
{
	const struct transport *transport = transport_of(&assembly->evidence->plan->traffic);
	struct journeys *journeys = assembly->journeys;
	uint32_t starts[3] = { 0 };
	uint64_t highest[3] = { 0 };
	unsigned synced[3] = { 0 };

	data_start(assembly->evidence, WAY_FORWARD, &starts[WAY_FORWARD]);
	data_start(assembly->evidence, WAY_BACK, &starts[WAY_BACK]);
	for (size_t i = 0; i < journeys->step_count; i++) {
		const struct match *match = &assembly->matches.matches[i];
		struct step *step = &journeys->steps[i];
		*step = step_of(match, assembly->evidence, starts);
		step->handed_on =
		        match->from_count &&
		        assembly->matches.matches[assembly->matches.from[match->from]].captured->hop == step->hop;
		step->from = match->from;
		step->from_count = match->from_count;
		step->has_copies = match->copies;
		step->repeated = match->from_count && match->again;
		find_members(assembly, i);
		if (step->merged == 0) {
			begin_journey(assembly, i);
			struct journey *journey = &journeys->journeys[journeys->count - 1];
			name_journey(transport, journey, match, starts);
			note_again(transport, journey, match, highest, synced);
		}
		for (size_t m = 0; m < step->merged; m++) {
			struct journey *journey = &journeys->journeys[journeys->members[step->members + m]];
			*PUSH(journey->steps, journey->step_count) = i;
		}
	}
}

struct journeys *journeys_follow(const struct evidence *evidence)
{
	struct journeys *journeys = zalloc(sizeof *journeys);
	struct assembly assembly = { .evidence = evidence, .journeys = journeys };

	matches_make(&assembly.matches, evidence);
	journeys->step_count = evidence->count;
	journeys->steps = zalloc((evidence->count + 1) * sizeof *journeys->steps);
	assemble(&assembly);
	journeys_end(&assembly);
	journeys->from = take(assembly.matches.from);
	matches_cleanup(&assembly.matches);
	free(assembly.origins);
	return journeys;
}

void journeys_free(struct journeys *journeys)
{
	if (!journeys)
		return;
	for (size_t i = 0; i < journeys->count; i++)
		free(journeys->journeys[i].steps);
	free(journeys->journeys);
	free(journeys->steps);
	free(journeys->members);
	free(journeys->from);
	free(journeys);
}
