/* Journeys in a result. */
#include <stdlib.h>
#include <string.h>

#include "journey_rows.h"
#include "result_internal.h"

/* Of more rows than MOST, the first and last ones are kept, and some of those with a fault. */
enum { MOST = 24, FIRST = 8, LAST = 2, TELLING = 12 };

static const char *address_of(struct pool *pool, const struct address *address)
{
	char text[ADDRESS_TEXT_SIZE];

	return pool_text(pool, address_text(address, text));
}

static struct result_sight sight_of(struct pool *pool, const struct step *step)
{
	return (struct result_sight){ .source = address_of(pool, &step->source),
		                      .destination = address_of(pool, &step->destination),
		                      .segments_left = step->segments_left < 0 ? NO_INTEGER : step->segments_left,
		                      .length = step->length,
		                      .payload = step->payload,
		                      .sequence = step->known ? step->sequence : NO_INTEGER,
		                      .checksum = step->summed ? (int)step->checksum : NO_WORD,
		                      .oversize = step->excess > 0,
		                      .encapsulated = step->encapsulated,
		                      .handed_on = step->handed_on,
		                      .merged = (int64_t)step->merged };
}

static struct result_step step_of(struct pool *pool, const struct plan *plan, const struct step *step, uint64_t start,
                                  const struct result_sight *sight)
{
	return (struct result_step){ .hop = hop_name(pool, plan, step->hop),
		                     .time_us = (double)(int64_t)(step->time - start) / 1000,
		                     .seen = pool_keep(pool, sight, sizeof *sight) };
}

static const struct result_end_drop *end_drop_of(struct pool *pool, const struct drop *drop)
{
	struct result_end_drop made = { 0 };

	if (!drop)
		return NULL;
	made.reason = text_or_null(pool, drop->reason);
	made.function = text_or_null(pool, drop->function);
	return pool_keep(pool, &made, sizeof made);
}

static const struct result_end *end_of(struct pool *pool, const struct plan *plan, const struct journey *journey)
{
	struct result_end made = { .node = pool_text(pool, plan->topology->nodes[journey->node].name),
		                   .how = (int)journey->end,
		                   .drop = end_drop_of(pool, journey->drop) };

	if (journey->reason != REASON_NONE)
		made.reason = pool_text(pool, word_of(reason_words, (int)journey->reason));
	return pool_keep(pool, &made, sizeof made);
}

static struct result_steps steps_kept(struct pool *pool, struct result_step *steps, size_t count)
{
	struct result_steps kept = { pool_keep(pool, steps, count * sizeof *steps), count };

	free(steps);
	return kept;
}

static const struct result_journey *journey_of(struct pool *pool, const struct plan *plan,
                                               const struct journeys *journeys, const struct breaches *breaches,
                                               size_t index)
{
	struct result_journey made = { .way = NO_WORD };

	if (index == NOT_FOUND)
		return NULL;
	const struct journey *journey = &journeys->journeys[index];
	struct result_step *steps = zalloc((journey->step_count + 1) * sizeof *steps);
	for (size_t i = 0; i < journey->step_count; i++) {
		const struct step *step = &journeys->steps[journey->steps[i]];
		struct result_sight sight = sight_of(pool, step);
		sight.broken = breach_words(pool, breaches ? breaches->of_steps[journey->steps[i]] : 0);
		steps[i] = step_of(pool, plan, step, journeys->steps[journey->steps[0]].time, &sight);
	}
	made.packet = pool_format(pool, "the %s", journey->name);
	made.steps = steps_kept(pool, steps, journey->step_count);
	made.end = end_of(pool, plan, journey);
	return pool_keep(pool, &made, sizeof made);
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

static struct result_step row_step_of(struct pool *pool, const struct plan *plan, const struct step *first,
                                      uint64_t start, const struct row_step *place)
{
	struct result_sight sight = sight_of(pool, first);

	sight.checksum = place->summed ? (int)place->worst : NO_WORD;
	sight.oversize = place->oversize;
	sight.broken = breach_words(pool, place->broken);
	sight.merged = (int64_t)place->merged;
	sight.packets = (int64_t)place->packets;
	return step_of(pool, plan, first, start, &sight);
}

static struct result_journey row_of(struct pool *pool, const struct plan *plan, const struct journeys *journeys,
                                    const struct journey_row *row)
{
	const struct journey *journey = &journeys->journeys[row->first];
	uint64_t start = row->step_count ? journeys->steps[row->steps[0].first].time : 0;
	uint64_t beginning = journeys->step_count ? journeys->steps[0].time : 0;
	struct result_step *steps = zalloc((row->step_count + 1) * sizeof *steps);
	owned_text name = row_name(journeys, row);

	for (size_t i = 0; i < row->step_count; i++)
		steps[i] = row_step_of(pool, plan, &journeys->steps[row->steps[i].first], start, &row->steps[i]);
	return (struct result_journey){ .packet = pool_text(pool, name),
		                        .packets = (int64_t)row->packets,
		                        .way = (int)journey->way,
		                        .time_us = row->step_count ? (double)(int64_t)(start - beginning) / 1000 : 0,
		                        .steps = steps_kept(pool, steps, row->step_count),
		                        .end = end_of(pool, plan, journey) };
}

static bool is_telling(const struct journeys *journeys, const struct journey_row *row)
{
	const struct journey *journey = &journeys->journeys[row->first];

	if (journey->end != END_RECEIVED || journey->way == WAY_OTHER || strstr(journey->name, "again"))
		return true;
	for (size_t i = 0; i < row->step_count; i++)
		if ((row->steps[i].summed && row->steps[i].worst == CHECKSUM_BAD) || row->steps[i].oversize ||
		    row->steps[i].broken)
			return true;
	return false;
}

/* Rows that are left out: how many packets, and how they ended, in order of first occurrence. */
struct gap {
	int64_t packets;
	struct figure ends[8];
	size_t end_count;
};

static void elide(struct gap *gap, struct pool *pool, const struct journeys *journeys, const struct journey_row *row)
{
	const char *end = pool_text(pool, word_of(journey_end_words, (int)journeys->journeys[row->first].end));
	size_t at = 0;

	while (at < gap->end_count && gap->ends[at].name != end)
		at++;
	gap->end_count += at == gap->end_count;
	gap->ends[at].name = end;
	gap->ends[at].number += (int64_t)row->packets;
	gap->packets += (int64_t)row->packets;
}

/* A row for what was left out, if anything was. */
static void end_gap(struct gap *gap, struct pool *pool, struct result_journey *list, size_t *count)
{
	struct result_journey made = { .elided = gap->packets };

	if (!gap->packets)
		return;
	made.ends = (struct figures){ pool_keep(pool, gap->ends, gap->end_count * sizeof *gap->ends), gap->end_count };
	made.way = NO_WORD;
	made.shape = members_shape_of(pool, &result_journeys_members, (const char *const[]){ "elided", "ends", NULL });
	list[(*count)++] = made;
	*gap = (struct gap){ 0 };
}

static struct result_journeys journeys_of(struct pool *pool, const struct plan *plan, const struct journeys *journeys,
                                          const struct breaches *breaches, size_t deciding)
{
	__attribute__((cleanup(journey_rows_cleanup))) struct journey_rows rows = { 0 };
	size_t telling = 0, count = 0;
	struct gap gap = { 0 };

	journey_rows_make(&rows, journeys, breaches);
	struct result_journey *list = zalloc((rows.count + 1) * sizeof *list);
	for (size_t i = 0; i < rows.count; i++) {
		const struct journey_row *row = &rows.rows[i];
		bool decides = deciding >= row->first && deciding <= row->last;
		if (rows.count > MOST && i >= FIRST && i + LAST < rows.count && !decides &&
		    !(is_telling(journeys, row) && telling++ < TELLING)) {
			elide(&gap, pool, journeys, row);
			continue;
		}
		end_gap(&gap, pool, list, &count);
		list[count++] = row_of(pool, plan, journeys, row);
	}
	struct result_journeys kept = { pool_keep(pool, list, count * sizeof *list), count };
	free(list);
	return kept;
}

/* Of what is delivered, a packet that broke an invariant tells more. */
static size_t deciding(const struct result *result, const struct journeys *journeys, const struct breaches *breaches)
{
	if (result->verdict->fate != FATE_DELIVERED || !breaches || !breaches->count)
		return journeys->deciding;
	return journeys->members[journeys->steps[breaches->at[0].step].members];
}

void result_tell(struct pool *pool, struct result *result, const struct plan *plan, const struct journeys *journeys,
                 const struct breaches *breaches, bool all)
{
	if (!result->verdict)
		return;
	size_t index = deciding(result, journeys, breaches);
	result->journey = journey_of(pool, plan, journeys, breaches, index);
	if (all)
		result->journeys = journeys_of(pool, plan, journeys, breaches, index);
}
