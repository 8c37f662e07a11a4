/* Where each journey ends and why, and which journey explains the verdict. */
#include <stdio.h>
#include <string.h>

#include "journey_internal.h"
#include "transport.h"

static bool is_at(const struct assembly *assembly, size_t step, size_t node)
{
	size_t hop = assembly->journeys->steps[step].hop;

	return HOP_DIRECTION(hop) == HOP_IN && hop_node(assembly->evidence->plan, hop) == node;
}

/* The node that has a packet's final destination; NOT_FOUND: none. */
static size_t addressee(const struct assembly *assembly, const struct match *match)
{
	const struct plan *plan = assembly->evidence->plan;

	if (match->captured->way != WAY_OTHER)
		return way_end(plan, match->captured->way);
	const struct packet_view *view = &match->captured->view;
	const struct address final = packet_final(view, packet_innermost_ip(view));
	return address_host(plan, &final);
}

/* The step after which the packet was not seen again. Of a packet that was cut into several, that of the first part
 * that did not arrive. */
static size_t last_step(const struct assembly *assembly, const struct journey *journey, size_t node)
{
	size_t last = journey->steps[journey->step_count - 1];

	for (size_t i = 0; i < journey->step_count; i++) {
		size_t step = journey->steps[i];
		if (assembly->matches.matches[step].followed == 0 && !is_at(assembly, step, node))
			return step;
	}
	return last;
}

/* The packet as a loss of its own, for the rows of reason.c. */
static struct loss loss_of(const struct assembly *assembly, const struct match *match, size_t node)
{
	struct loss loss = { .evidence = assembly->evidence, .last = match->captured, .node = node };

	loss.target.way = match->captured->way;
	loss.target.kind = match->id.data ? TARGET_OCTET : match->captured->known ? TARGET_FLAGS : TARGET_ANY;
	loss.target.flags = match->captured->flags & transport_of(&assembly->evidence->plan->traffic)->kinds;
	loss.target.sequence = match->captured->sequence;
	return loss;
}

/* Whether the transport refused it: it checks the sum unless a device has done so (DATA_VALID) or has yet to write it.
 */
static bool is_refused(const struct assembly *assembly, const struct match *match, size_t node)
{
	const struct transport *transport = transport_of(&assembly->evidence->plan->traffic);
	const struct captured *captured = match->captured;

	return captured->summed && captured->checksum == CHECKSUM_BAD && !captured->data_valid &&
	       !captured->needs_csum && transport->checksum_counter &&
	       counter_at(assembly->evidence->trace, node, transport->checksum_counter) > 0;
}

static void end_journey(const struct assembly *assembly, struct journey *journey)
{
	size_t node = addressee(assembly, &assembly->matches.matches[journey->steps[0]]);
	size_t last = last_step(assembly, journey, node);
	const struct match *match = &assembly->matches.matches[last];
	owned_text said = NULL;

	journey->last = last;
	journey->node = hop_node(assembly->evidence->plan, match->captured->hop);
	journey->end = END_RECEIVED;
	if (is_at(assembly, last, node)) {
		if (is_refused(assembly, match, node)) {
			struct loss refusal = loss_of(assembly, match, node);
			journey->end = END_DROPPED;
			journey->reason = transport_of(&assembly->evidence->plan->traffic)->checksum_reason;
			journey->drop = loss_drop(&refusal);
		}
		return;
	}
	struct loss loss = loss_of(assembly, match, journey->node);
	journey->reason = loss_reason(&loss, &said);
	journey->drop = loss_drop(&loss);
	journey->end = journey->reason == REASON_UNEXPLAINED ? END_LOST : END_DROPPED;
	if (journey->end == END_LOST)
		journey->reason = REASON_NONE;
}

static void set_end(struct journey *journey, size_t node, enum journey_end end, enum reason reason,
                    const struct drop *drop)
{
	journey->drop = drop;
	journey->node = node;
	journey->end = end;
	journey->reason = end == END_LOST && reason == REASON_UNEXPLAINED ? REASON_NONE : reason;
}

/* The journey of a step that has an octet; the step's first where it has none. */
static size_t member_with(const struct assembly *assembly, size_t step, uint64_t octet)
{
	const struct journeys *journeys = assembly->journeys;
	const size_t *members = &journeys->members[journeys->steps[step].members];

	for (size_t i = 0; i < journeys->steps[step].merged; i++) {
		const struct match *origin = &assembly->matches.matches[assembly->origins[members[i]]];
		if (origin->id.data && origin->id.begin <= octet && octet < origin->id.end)
			return members[i];
	}
	return members[0];
}

/* A packet that no hop saw has a journey without steps, which ended at its sender. */
static void add_unseen(struct assembly *assembly, const struct loss *loss, enum journey_end end, enum reason reason)
{
	struct journeys *journeys = assembly->journeys;
	struct journey *journey = PUSH(journeys->journeys, journeys->count);
	const char *name = loss->target.name;

	*journey = (struct journey){ .way = loss->target.way, .last = NOT_FOUND };
	snprintf(journey->name, sizeof journey->name, "%s", strncmp(name, "the ", 4) == 0 ? name + 4 : name);
	set_end(journey, loss->node, end, reason, loss_drop(loss));
	journeys->deciding = journeys->count - 1;
}

/* Sets the end of the packet that the verdict is about, and of its copies that were last seen at the same hop. */
static void tell_loss(struct assembly *assembly, const struct ending *ending)
{
	struct journeys *journeys = assembly->journeys;
	struct loss loss = loss_follow(assembly->evidence, &ending->target);
	owned_text said = NULL;
	enum reason reason = loss_reason(&loss, &said);
	enum journey_end end = ending->fate == FATE_DROPPED ? END_DROPPED : END_LOST;

	if (!loss.last) {
		add_unseen(assembly, &loss, end, reason);
		return;
	}
	for (size_t i = 0; i < journeys->step_count; i++) {
		const struct match *match = &assembly->matches.matches[i];
		if (match->captured->hop != loss.last->hop ||
		    !target_is(assembly->evidence, &ending->target, match->captured))
			continue;
		uint64_t octet = match->id.begin;
		if (match->id.data && ending->target.kind == TARGET_OCTET)
			octet += ending->target.sequence - match->captured->sequence;
		size_t told = member_with(assembly, i, octet);
		if (journeys->journeys[told].last != i && match->captured != loss.last)
			continue;
		for (size_t m = 0; m < journeys->steps[i].merged; m++)
			set_end(&journeys->journeys[journeys->members[journeys->steps[i].members + m]], loss.node, end,
			        reason, loss_drop(&loss));
		if (match->captured == loss.last)
			journeys->deciding = told;
	}
}

/* The packet with the changed octet, at the first hop that saw it changed; if none did, the last packet that had it. */
static void tell_damage(struct assembly *assembly)
{
	struct journeys *journeys = assembly->journeys;
	struct damage damage = damage_find(assembly->evidence);

	for (size_t i = 0; i < journeys->step_count; i++) {
		const struct match *match = &assembly->matches.matches[i];
		uint64_t octet = octet_place(match->captured->way, damage.octet);
		bool here = damage.hop == NOT_FOUND ? is_at(assembly, i, damage.node)
		                                    : journeys->steps[i].hop == damage.hop;
		if (!here || !match->id.data || octet < match->id.begin || octet >= match->id.end)
			continue;
		journeys->deciding = member_with(assembly, i, octet);
		if (damage.hop != NOT_FOUND)
			break;
	}
	if (journeys->deciding != NOT_FOUND)
		set_end(&journeys->journeys[journeys->deciding], damage.node, END_CORRUPTED, damage.reason, NULL);
}

static bool has_faulty_step(const struct journeys *journeys, const struct journey *journey)
{
	for (size_t i = 0; i < journey->step_count; i++) {
		const struct step *step = &journeys->steps[journey->steps[i]];
		if ((step->summed && step->checksum == CHECKSUM_BAD) || step->excess)
			return true;
	}
	return false;
}

/* The first packet with a bad checksum or larger than an MTU, else the first with data, else the first. */
static void tell_first(struct assembly *assembly)
{
	struct journeys *journeys = assembly->journeys;
	enum way way = data_way(assembly->evidence->plan);

	for (int wish = 0; wish < 3; wish++) {
		for (size_t i = 0; i < journeys->count; i++) {
			const struct journey *journey = &journeys->journeys[i];
			bool data = journeys->steps[journey->steps[0]].payload > 0;
			if (journey->way != way || (wish < 2 && !data) ||
			    (wish == 0 && !has_faulty_step(journeys, journey)))
				continue;
			journeys->deciding = i;
			return;
		}
	}
}

void journeys_end(struct assembly *assembly)
{
	struct ending ending = transport_of(&assembly->evidence->plan->traffic)->conclude(assembly->evidence);
	struct journeys *journeys = assembly->journeys;

	journeys->deciding = NOT_FOUND;
	for (size_t i = 0; i < journeys->count; i++)
		end_journey(assembly, &journeys->journeys[i]);
	switch (ending.fate) {
	case FATE_DELIVERED:
		break;
	case FATE_DROPPED:
	case FATE_STALLED:
		tell_loss(assembly, &ending);
		break;
	case FATE_CORRUPTED:
		tell_damage(assembly);
		break;
	}
	if (journeys->deciding == NOT_FOUND)
		tell_first(assembly);
}
