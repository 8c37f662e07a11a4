/* Journeys in a result. */
#include <stdlib.h>
#include <string.h>

#include "journey_json.h"

/* Of more rows than MOST, the first and the last ones stay, and some of those that tell something. */
enum { MOST = 24, FIRST = 8, LAST = 2, TELLING = 12 };

static json_t *address_json(const struct address *address)
{
	char text[ADDRESS_TEXT_SIZE];

	return json_string(address_text(address, text));
}

static json_t *step_json(const struct plan *plan, const struct step *step, uint64_t start, bool summed,
                         enum checksum checksum)
{
	char hop[HOP_TEXT_SIZE];
	json_t *json = json_object();

	json_object_set_new(json, "hop", json_string(hop_text(plan->topology, step->hop, hop)));
	json_object_set_new(json, "time_us", json_real((double)(int64_t)(step->time - start) / 1000));
	json_object_set_new(json, "source", address_json(&step->source));
	json_object_set_new(json, "destination", address_json(&step->destination));
	json_object_set_new(json, "segments_left",
	                    step->segments_left < 0 ? json_null() : json_integer(step->segments_left));
	json_object_set_new(json, "length", json_integer((json_int_t)step->length));
	json_object_set_new(json, "payload", json_integer(step->payload));
	json_object_set_new(json, "sequence", step->tcp ? json_integer(step->sequence) : json_null());
	json_object_set_new(json, "checksum",
	                    summed ? json_string(word_of(checksum_words, (int)checksum)) : json_null());
	json_object_set_new(json, "oversize", json_boolean(step->excess));
	json_object_set_new(json, "encapsulated", json_boolean(step->encapsulated));
	json_object_set_new(json, "handed_on", json_boolean(step->handed_on));
	json_object_set_new(json, "merged", json_integer((json_int_t)step->merged));
	return json;
}

static json_t *end_json(const struct plan *plan, const struct journey *journey)
{
	const char *reason = journey->reason == REASON_NONE ? NULL : word_of(reason_words, (int)journey->reason);

	const struct drop *drop = journey->drop;
	json_t *end = json_pack("{s:s, s:s, s:s?}", "node", plan->topology->nodes[journey->node].name, "how",
	                        word_of(journey_end_words, (int)journey->end), "reason", reason);
	json_object_set_new(end, "drop",
	                    drop ? json_pack("{s:s?, s:s?}", "reason", *drop->reason ? drop->reason : NULL, "function",
	                                     *drop->function ? drop->function : NULL)
	                         : json_null());
	return end;
}

json_t *journey_json(const struct plan *plan, const struct journeys *journeys, size_t index)
{
	if (index == NOT_FOUND)
		return json_null();
	const struct journey *journey = &journeys->journeys[index];
	owned_text name = text_format("the %s", journey->name);
	json_t *steps = json_array();

	for (size_t i = 0; i < journey->step_count; i++) {
		const struct step *step = &journeys->steps[journey->steps[i]];
		json_array_append_new(steps, step_json(plan, step, journeys->steps[journey->steps[0]].time,
		                                       step->summed, step->checksum));
	}
	return json_pack("{s:s, s:o, s:o}", "packet", name, "steps", steps, "end", end_json(plan, journey));
}

/* "data 0:11424", "ACK 1428-11424" */
static char *row_name(const struct journeys *journeys, const struct journey_row *row)
{
	const char *first = journeys->journeys[row->first].name, *last = journeys->journeys[row->last].name;
	const char *number = last + strcspn(last, "0123456789"), *colon = strrchr(last, ':');

	if (row->packets == 1 || !*number)
		return text_copy(first);
	if (colon)
		return text_format("%.*s%s", (int)strcspn(first, ":"), first, colon);
	return strcmp(first, last) == 0 ? text_copy(first) : text_format("%s-%s", first, number);
}

static json_t *row_json(const struct plan *plan, const struct journeys *journeys, const struct journey_row *row)
{
	const struct journey *journey = &journeys->journeys[row->first];
	uint64_t start = row->step_count ? journeys->steps[row->steps[0].first].time : 0;
	uint64_t beginning = journeys->step_count ? journeys->steps[0].time : 0;
	owned_text name = row_name(journeys, row);
	json_t *steps = json_array();

	for (size_t i = 0; i < row->step_count; i++) {
		const struct row_step *place = &row->steps[i];
		json_t *step = step_json(plan, &journeys->steps[place->first], start, place->summed, place->worst);
		json_object_set_new(step, "merged", json_integer((json_int_t)place->merged));
		json_object_set_new(step, "oversize", json_boolean(place->oversize));
		json_object_set_new(step, "packets", json_integer((json_int_t)place->packets));
		json_array_append_new(steps, step);
	}
	return json_pack("{s:s, s:I, s:s, s:f, s:o, s:o}", "packet", name, "packets", (json_int_t)row->packets, "way",
	                 word_of(way_words, (int)journey->way), "time_us",
	                 row->step_count ? (double)(int64_t)(start - beginning) / 1000 : 0.0, "steps", steps, "end",
	                 end_json(plan, journey));
}

static bool is_telling(const struct journeys *journeys, const struct journey_row *row)
{
	const struct journey *journey = &journeys->journeys[row->first];

	if (journey->end != END_RECEIVED || journey->way == WAY_OTHER || strstr(journey->name, "again"))
		return true;
	for (size_t i = 0; i < row->step_count; i++)
		if ((row->steps[i].summed && row->steps[i].worst == CHECKSUM_BAD) || row->steps[i].oversize)
			return true;
	return false;
}

static void elide(json_t *list, const struct journeys *journeys, const struct journey_row *row)
{
	json_t *gap = json_array_get(list, json_array_size(list) - 1);
	const char *end = word_of(journey_end_words, (int)journeys->journeys[row->first].end);

	if (!json_object_get(gap, "elided")) {
		gap = json_pack("{s:i, s:{}}", "elided", 0, "ends");
		json_array_append_new(list, gap);
	}
	json_t *ends = json_object_get(gap, "ends");
	json_int_t packets = json_integer_value(json_object_get(gap, "elided"));
	json_int_t ended = json_integer_value(json_object_get(ends, end));
	json_object_set_new(gap, "elided", json_integer(packets + (json_int_t)row->packets));
	json_object_set_new(ends, end, json_integer(ended + (json_int_t)row->packets));
}

json_t *journeys_json(const struct plan *plan, const struct journeys *journeys)
{
	__attribute__((cleanup(journey_rows_cleanup))) struct journey_rows rows = { 0 };
	json_t *list = json_array();
	size_t telling = 0;

	journey_rows_make(&rows, journeys);
	for (size_t i = 0; i < rows.count; i++) {
		const struct journey_row *row = &rows.rows[i];
		bool has_story = journeys->story >= row->first && journeys->story <= row->last;
		if (rows.count <= MOST || i < FIRST || i + LAST >= rows.count || has_story ||
		    (is_telling(journeys, row) && telling++ < TELLING))
			json_array_append_new(list, row_json(plan, journeys, row));
		else
			elide(list, journeys, row);
	}
	return list;
}

void result_tell(json_t *result, const struct plan *plan, const struct journeys *journeys, bool all)
{
	if (json_is_null(json_object_get(result, "verdict")))
		return;
	json_object_set_new(result, "journey", journey_json(plan, journeys, journeys->story));
	if (all)
		json_object_set_new(result, "journeys", journeys_json(plan, journeys));
}
