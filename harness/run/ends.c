/* The ends of labs. The kernel removes namespaces some time after their last descriptor is closed, one after the other.
 * If it cannot remove one, it logs so ten seconds later ("unregister_netdevice: waiting for b0 to become free"), when
 * other cells run, and the namespace is never freed. So removals are checked between cells, waited for when they are
 * late, and attributed to the cells of their labs. */
#include <stdlib.h>
#include <string.h>

#include "ends.h"
#include "matrix.h"
#include "members.h"

#define LATE_MS    3000  /* then no cell begins until the cause is known */
#define CHARGE_MS  12000 /* the kernel logs after 10 s */
#define GIVE_UP_MS 15000

static void end_clear(struct end *end)
{
	free(end->marks);
	free(end->cells);
}

static void forget_suspicion(struct ends *ends)
{
	if (ends->suspects)
		ends->way->trust(ends->way_context);
	ends->suspects = false;
	ends->named = false;
	json_decref(take(ends->log));
}

void ends_add(struct ends *ends, const struct end *end)
{
	if (ends->given_up || !end->mark_count) {
		for (size_t i = 0; i < end->mark_count; i++)
			ends->way->close(ends->way_context, end->marks[i]);
		free(end->marks);
		free(end->cells);
		return;
	}
	*PUSH(ends->pending, ends->count) = *end;
	ends->pending[ends->count - 1].since = ends->way->now(ends->way_context);
	ends->marks += end->mark_count;
}

static void drop_marks(struct ends *ends, struct end *end)
{
	size_t left = 0;

	for (size_t i = 0; i < end->mark_count; i++) {
		if (ends->way->gone(ends->way_context, end->marks[i]))
			ends->way->close(ends->way_context, end->marks[i]);
		else
			end->marks[left++] = end->marks[i];
	}
	ends->marks -= end->mark_count - left;
	end->mark_count = left;
}

/* Keeps labs with a namespace that still exists, in order. */
static void drop_gone(struct ends *ends)
{
	size_t left = 0;

	for (size_t i = 0; i < ends->count; i++) {
		drop_marks(ends, &ends->pending[i]);
		if (ends->pending[i].mark_count)
			ends->pending[left++] = ends->pending[i];
		else
			end_clear(&ends->pending[i]);
	}
	ends->count = left;
}

static bool is_ours(const struct ends *ends, const char *line)
{
	for (size_t i = 0; i < ends->count; i++) {
		const struct topology *topology = ends->pending[i].topology;
		for (size_t n = 0; n <= INTERFACES(topology); n++) {
			const char *name = n < INTERFACES(topology) ? topology->interfaces[n].name : "lo";
			owned_text words = text_format("waiting for %s to", name);
			if (strstr(line, words))
				return true;
		}
	}
	return false;
}

/* What the kernel's log says of devices that are not freed. */
static void read_messages(struct ends *ends)
{
	for (;;) {
		owned_text line = ends->way->log(ends->way_context);
		if (!line)
			return;
		if (trouble_of(line) != TROUBLE_LEAK || !is_ours(ends, line))
			continue;
		ends->named = true;
		json_array_append_new(ends->log, json_any_text(line));
	}
}

/* Collects the cells of all pending labs: one of them is stuck, and the others may only be queued after it. */
static json_t *charge(struct ends *ends)
{
	json_t *cells = json_array();

	for (size_t i = 0; i < ends->count; i++)
		for (size_t c = 0; c < ends->pending[i].cell_count; c++)
			json_array_append_new(cells, json_integer((json_int_t)ends->pending[i].cells[c]));
	return json_pack("{s:I, s:o, s:O}", "labs", (json_int_t)ends->count, "cells", cells, "log", ends->log);
}

/* Nothing more can be concluded: later removals may be queued after the stuck one. */
static void give_up(struct ends *ends)
{
	for (size_t i = 0; i < ends->count; i++) {
		for (size_t m = 0; m < ends->pending[i].mark_count; m++)
			ends->way->close(ends->way_context, ends->pending[i].marks[m]);
		end_clear(&ends->pending[i]);
	}
	ends->count = ends->marks = 0;
	ends->given_up = true;
}

/* The oldest is late. If an empty namespace, made and closed since, is gone, then the kernel does remove namespaces,
 * and this one is stuck; so it is if the kernel's log says that it waits for one of its devices. */
static json_t *suspect(struct ends *ends, double age)
{
	json_t *leak = NULL;

	if (!ends->suspects) {
		ends->suspects = true;
		ends->log = json_array();
		ends->way->doubt(ends->way_context);
	}
	read_messages(ends);
	if (age >= CHARGE_MS && (ends->named || ends->way->works(ends->way_context)))
		leak = charge(ends);
	else if (age >= GIVE_UP_MS)
		leak = json_pack("{s:i, s:[], s:O}", "labs", 0, "cells", "log", ends->log);
	if (leak)
		give_up(ends);
	return leak;
}

json_t *ends_settle(struct ends *ends, bool all)
{
	json_t *leak = NULL;

	drop_gone(ends);
	while (ends->count && !leak) {
		double age = ends->way->now(ends->way_context) - ends->pending[0].since;
		if (age >= LATE_MS)
			leak = suspect(ends, age);
		else if (!all && ends->marks <= ends->most)
			break;
		if (!leak)
			ends->way->pause(ends->way_context, age < 100 ? 2 : 20);
		drop_gone(ends);
	}
	if (!ends->count)
		forget_suspicion(ends);
	return leak;
}

void ends_clear(struct ends *ends)
{
	give_up(ends);
	forget_suspicion(ends);
	free(take(ends->pending));
}
