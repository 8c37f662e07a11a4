/* Where it goes wrong: the first hop at which a packet of the smallest cell is not as it should be, what it was at the
 * hop before, and the octets of its headers that differ. */
#include <stdlib.h>
#include <string.h>

#include "explain_internal.h"
#include "journey.h"

#define OCTETS_MOST 12 /* fields that are told */

static const struct captured *packet_of(const struct recalled *recalled, const struct step *step)
{
	return &recalled->trace->packets[step->packet];
}

/* What it was at the hop before; of several packets the one with the first octet. */
static const struct step *before(const struct recalled *recalled, const struct step *step)
{
	const struct journeys *journeys = recalled->journeys;
	const struct step *first = NULL;

	for (size_t i = 0; i < step->from_count; i++) {
		const struct step *one = &journeys->steps[journeys->from[step->from + i]];
		if (!first || one->sequence < first->sequence)
			first = one;
	}
	return first;
}

/* The first packet that broke an invariant, had a bad checksum or was larger than an MTU. */
static const struct step *first_wrong(const struct recalled *recalled, const struct breach **breach)
{
	const struct journeys *journeys = recalled->journeys;
	const struct breaches *breaches = recalled->verdict->breaches;
	size_t first = NOT_FOUND;

	*breach = NULL;
	for (size_t i = 0; i < journeys->step_count && first == NOT_FOUND; i++)
		if (journeys->steps[i].excess ||
		    (journeys->steps[i].summed && journeys->steps[i].checksum == CHECKSUM_BAD))
			first = i;
	for (size_t i = 0; breaches && i < breaches->count; i++) {
		if (first != NOT_FOUND && breaches->at[i].step > first)
			continue;
		first = breaches->at[i].step;
		*breach = &breaches->at[i];
	}
	return first == NOT_FOUND ? NULL : &journeys->steps[first];
}

/* The packet that was lost, where it was seen last. */
static const struct step *last_seen(const struct recalled *recalled)
{
	const struct journeys *journeys = recalled->journeys;
	const size_t deciding = journeys->deciding;

	if (deciding == NOT_FOUND || journeys->journeys[deciding].last == NOT_FOUND)
		return NULL;
	return &journeys->steps[journeys->journeys[deciding].last];
}

static const char *journey_name(const struct recalled *recalled, const struct step *step)
{
	const struct journeys *journeys = recalled->journeys;

	return step->merged ? journeys->journeys[journeys->members[step->members]].name : "a packet";
}

/* "fc00:1::100, 1 segment left, 1500 octets, checksum partial" */
static const char *step_text(struct explainer *explainer, const struct recalled *recalled, const struct step *step)
{
	char hop[HOP_TEXT_SIZE], address[ADDRESS_TEXT_SIZE];
	owned_text text = text_format("%s to %s", hop_text(recalled->plan->topology, step->hop, hop),
	                              address_text(&step->destination, address));

	if (step->segments_left >= 0)
		text_append(&text, ", segments left %d", step->segments_left);
	text_append(&text, ", %u octets", step->length);
	if (step->merged > 1)
		text_append(&text, ", %zu packets in one", step->merged);
	if (step->summed)
		text_append(&text, ", checksum %s", word_of(checksum_words, (int)step->checksum));
	return pool_text(explainer->out->pool, text);
}

static const char *hex(struct explainer *explainer, const uint8_t *octets, size_t count)
{
	owned_text text = text_copy("");

	for (size_t i = 0; i < count; i++)
		text_append(&text, "%02x", octets[i]);
	return pool_text(explainer->out->pool, text);
}

static void differ_in(struct explainer *explainer, const struct layer *layer, const uint8_t *was, const uint8_t *is,
                      size_t length)
{
	struct explanation *out = explainer->out;
	const char *name = layer_word((enum layer_kind)layer->kind);

	for (size_t i = 0; i < length && out->place.octet_count < OCTETS_MOST;) {
		const struct layer_field field = layer_field((enum layer_kind)layer->kind, i);
		const size_t end = field.offset + field.length < length ? field.offset + field.length : length;
		if (memcmp(was + field.offset, is + field.offset, end - field.offset) != 0) {
			const char *what = field.name ? pool_format(out->pool, "%s %s", name, field.name)
			                              : pool_format(out->pool, "%s octet %zu", name, i);
			*PUSH(out->place.octets, out->place.octet_count) =
			        (struct explained_octets){ what, hex(explainer, was + field.offset, end - field.offset),
				                           hex(explainer, is + field.offset, end - field.offset),
				                           layer->offset + field.offset - 14 };
		}
		i = end;
	}
}

static bool same_layers(const struct packet_view *a, const struct packet_view *b)
{
	if (a->count != b->count)
		return false;
	for (uint8_t i = 0; i < a->count; i++)
		if (a->layers[i].kind != b->layers[i].kind)
			return false;
	return true;
}

/* The headers octet by octet, where they are the same ones; Ethernet's change at every hop. */
static void tell_octets(struct explainer *explainer, const struct captured *was, const struct captured *is)
{
	if (!same_layers(&was->view, &is->view))
		return;
	for (uint8_t i = 0; i < is->view.count; i++) {
		const struct layer *old = &was->view.layers[i], *now = &is->view.layers[i];
		const size_t length = old->length < now->length ? old->length : now->length;
		if (now->kind != LAYER_ETHERNET)
			differ_in(explainer, now, was->data + old->offset, is->data + now->offset, length);
	}
}

/* Whether a checksum that is wrong would be right, were the current segment the final destination. */
static const char *sum_text(struct explainer *explainer, const struct captured *packet)
{
	const struct packet_view *view = &packet->view;
	const struct layer *ip = packet_innermost_ip(view), *transport = packet_transport(view);
	char current_text[ADDRESS_TEXT_SIZE], final_text[ADDRESS_TEXT_SIZE];

	if (!ip || !transport)
		return NULL;
	const struct address source = ip_source(view, ip), current = ip_destination(view, ip),
	                     final = packet_final(view, ip);
	if (address_same(&current, &final) ||
	    layer_checksum_between(view, transport, packet->needs_csum, &source, &current) == CHECKSUM_BAD)
		return NULL;
	return pool_format(
	        explainer->out->pool,
	        "its checksum is %s over %s, the current segment; it has to be over %s, the final destination",
	        packet->needs_csum ? "the pseudo-header's sum" : "right", address_text(&current, current_text),
	        address_text(&final, final_text));
}

static const char *fault_text(struct explainer *explainer, const struct recalled *recalled, const struct step *step,
                              const struct breach *breach)
{
	const char *sum = sum_text(explainer, packet_of(recalled, step));

	if (breach)
		return pool_format(explainer->out->pool, "%s (%s): expected %s, saw %s",
		                   word_of(invariant_words, (int)breach->invariant),
		                   invariant_source(breach->invariant), breach->expected, breach->saw);
	if (step->summed && step->checksum == CHECKSUM_BAD)
		return sum ? sum : "its checksum is wrong";
	if (step->excess)
		return pool_format(explainer->out->pool, "it leaves %u octet%s larger than the MTU", step->excess,
		                   step->excess == 1 ? "" : "s");
	return "it was not seen again";
}

static void tell_place(struct explainer *explainer, const struct recalled *recalled)
{
	struct explanation *out = explainer->out;
	const struct breach *breach = NULL;
	const struct step *step = first_wrong(recalled, &breach);
	char hop[HOP_TEXT_SIZE];

	if (!step && recalled->verdict->fate != FATE_DELIVERED)
		step = last_seen(recalled);
	if (!step)
		return;
	const struct step *was = before(recalled, step);
	out->place.hop = pool_text(out->pool, hop_text(recalled->plan->topology, step->hop, hop));
	out->place.packet = pool_text(out->pool, journey_name(recalled, step));
	out->place.after = step_text(explainer, recalled, step);
	out->place.fault = fault_text(explainer, recalled, step, breach);
	if (!was)
		return;
	out->place.before = step_text(explainer, recalled, was);
	tell_octets(explainer, packet_of(recalled, was), packet_of(recalled, step));
}

static void tell_size(struct explainer *explainer, const struct recalled *recalled)
{
	struct explanation *out = explainer->out;
	const struct traffic *traffic = &recalled->plan->traffic;
	const uint64_t octets = traffic_octets(traffic);
	size_t packets = 0;

	for (size_t i = 0; i < recalled->journeys->count; i++) {
		const struct journey *journey = &recalled->journeys->journeys[i];
		packets += journey->step_count &&
		           recalled->trace->packets[recalled->journeys->steps[journey->steps[0]].packet].payload > 0;
	}
	if (!octets)
		out->smallest.size = "no data";
	else if (!packets) /* lost before the first hop, or with the handshake */
		out->smallest.size = pool_format(out->pool, "%llu octet%s, none of which is seen at any hop",
		                                 (unsigned long long)octets, octets == 1 ? "" : "s");
	else
		out->smallest.size = pool_format(out->pool, "%llu octet%s in %zu packet%s", (unsigned long long)octets,
		                                 octets == 1 ? "" : "s", packets, packets == 1 ? "" : "s");
}

bool place_find(struct explainer *explainer)
{
	owned_tries tries = { 0 };
	owned(recalled) recalled = NULL;
	struct error err = { 0 };

	say_progress(explainer, "where it goes wrong");
	smaller_add(explainer, &tries, NULL);
	char *directory = keep_begin(explainer);
	if (!directory)
		return true;
	const bool time = tries_run(explainer, &tries);
	if (variant_does(explainer, &tries.variants[0]) == DOES_KEEP &&
	    trials_recall(&recalled, &explainer->trials, tries.variants, 1, 0, &err) == 0) {
		tell_place(explainer, recalled);
		tell_size(explainer, recalled);
	}
	keep_end(explainer, directory);
	return time;
}
