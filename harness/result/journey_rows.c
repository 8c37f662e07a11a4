/* Packets that were merged with each other, and consecutive ones with equal steps, become one row. */
#include <stdlib.h>
#include <string.h>

#include "journey_rows.h"

/* Journeys that share a step are of one group: its number is that of its first journey. */
static size_t group_of(size_t *groups, size_t journey)
{
	while (groups[journey] != journey)
		journey = groups[journey] = groups[groups[journey]];
	return journey;
}

static size_t *find_groups(const struct journeys *journeys)
{
	size_t *groups = zalloc((journeys->count + 1) * sizeof *groups);

	for (size_t i = 0; i < journeys->count; i++)
		groups[i] = i;
	for (size_t i = 0; i < journeys->step_count; i++) {
		const struct step *step = &journeys->steps[i];
		for (size_t m = 1; m < step->merged; m++) {
			size_t a = group_of(groups, journeys->members[step->members]);
			size_t b = group_of(groups, journeys->members[step->members + m]);
			groups[a > b ? a : b] = a > b ? b : a;
		}
	}
	return groups;
}

static bool is_same_place(const struct step *a, const struct step *b)
{
	return a->hop == b->hop && a->encapsulated == b->encapsulated && a->handed_on == b->handed_on &&
	       a->segments_left == b->segments_left && address_same(&a->destination, &b->destination);
}

static void add_step(struct journey_row *row, const struct journeys *journeys, const struct breaches *breaches,
                     size_t index)
{
	const struct step *step = &journeys->steps[index];
	struct row_step *place = NULL;

	for (size_t i = 0; i < row->step_count && !place; i++)
		if (is_same_place(step, &journeys->steps[row->steps[i].first]))
			place = &row->steps[i];
	if (!place) {
		place = PUSH(row->steps, row->step_count);
		place->first = index;
	}
	place->packets++;
	if (place->merged < step->merged)
		place->merged = step->merged;
	place->oversize |= step->excess > 0;
	place->broken |= breaches ? breaches->of_steps[index] : 0;
	if (step->summed && (!place->summed || place->worst < step->checksum))
		place->worst = step->checksum;
	place->summed |= step->summed;
}

static struct journey_row *find_units(const struct journeys *journeys, const struct breaches *breaches)
{
	struct journey_row *units = zalloc((journeys->count + 1) * sizeof *units);
	size_t *groups = find_groups(journeys);

	for (size_t i = 0; i < journeys->count; i++) {
		struct journey_row *unit = &units[group_of(groups, i)];
		if (unit->packets++ == 0)
			unit->first = i;
		unit->last = i;
	}
	for (size_t i = 0; i < journeys->step_count; i++)
		add_step(&units[group_of(groups, journeys->members[journeys->steps[i].members])], journeys, breaches,
		         i);
	free(groups);
	return units;
}

/* "data", "data again", "ACK": the name without its numbers. */
static bool is_same_kind(const char *a, const char *b)
{
	while (*a || *b) {
		a += strspn(a, "0123456789:-");
		b += strspn(b, "0123456789:-");
		if (*a != *b)
			return false;
		a += *a != 0;
		b += *b != 0;
	}
	return true;
}

/* How many packets there are compared to those sent: fewer, as many, more. */
static int merging_of(const struct journey_row *row, const struct row_step *step)
{
	return step->packets < row->packets ? -1 : step->packets > row->packets;
}

static bool is_same_drop(const struct drop *a, const struct drop *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(a->reason, b->reason) == 0 && strcmp(a->function, b->function) == 0;
}

static bool is_alike(const struct journeys *journeys, const struct journey_row *a, const struct journey_row *b)
{
	const struct journey *x = &journeys->journeys[a->first], *y = &journeys->journeys[b->first];

	if (x->way != y->way || x->end != y->end || x->node != y->node || x->reason != y->reason ||
	    !is_same_drop(x->drop, y->drop) || a->step_count != b->step_count || !is_same_kind(x->name, y->name))
		return false;
	for (size_t i = 0; i < a->step_count; i++) {
		const struct row_step *s = &a->steps[i], *t = &b->steps[i];
		if (!is_same_place(&journeys->steps[s->first], &journeys->steps[t->first]) || s->summed != t->summed ||
		    s->worst != t->worst || s->oversize != t->oversize || s->broken != t->broken ||
		    merging_of(a, s) != merging_of(b, t))
			return false;
	}
	return true;
}

static void join(struct journey_row *row, struct journey_row *unit)
{
	row->packets += unit->packets;
	row->last = unit->last;
	for (size_t i = 0; i < row->step_count; i++) {
		row->steps[i].packets += unit->steps[i].packets;
		if (row->steps[i].merged < unit->steps[i].merged)
			row->steps[i].merged = unit->steps[i].merged;
	}
	free(unit->steps);
	unit->steps = NULL;
}

void journey_rows_make(struct journey_rows *rows, const struct journeys *journeys, const struct breaches *breaches)
{
	struct journey_row *units = find_units(journeys, breaches);
	size_t kept = 0;

	for (size_t i = 0; i < journeys->count; i++) {
		if (units[i].packets == 0)
			continue;
		if (kept && is_alike(journeys, &units[kept - 1], &units[i]))
			join(&units[kept - 1], &units[i]);
		else
			units[kept++] = units[i];
	}
	rows->rows = units;
	rows->count = kept;
}

void journey_rows_cleanup(struct journey_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free(rows->rows[i].steps);
	free(rows->rows);
}
