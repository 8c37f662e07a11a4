/* What cells rest on, written once where it is alike: a later cell of the array names an earlier one by its number
 * (`as`), and has of these members only those that differ; and the times of its journey. */
#include <stdlib.h>
#include <string.h>

#include "result_internal.h"

/* What a cell may leave to another one, beside the members of its evidence. */
static const char *const shared[] = { "expected", "known", "warning", "journey" };

static bool is_shared(const char *name)
{
	for (size_t i = 0; i < COUNT(shared); i++)
		if (strcmp(shared[i], name) == 0)
			return true;
	for (size_t i = 0; i < result_evidence_members.count; i++)
		if (strcmp(result_evidence_members.rows[i].name, name) == 0)
			return true;
	return false;
}

/* ---- writing: the first cell of each list of hops, the most of what there is, by its address, which alike ones of a
 * pool share. */
struct alike {
	const struct cells *cells;
	size_t *slots; /* 1 + a cell; 0: free */
	size_t size;   /* a power of two */
};

struct alike *alike_new(const struct cells *cells)
{
	struct alike *alike = zalloc(sizeof *alike);

	alike->cells = cells;
	alike->size = 64;
	while (alike->size < 2 * cells->count)
		alike->size *= 2;
	alike->slots = zalloc(alike->size * sizeof *alike->slots);
	return alike;
}

void alike_free(struct alike *alike)
{
	if (alike)
		free(alike->slots);
	free(alike);
}

/* Members that are not written when there is nothing to say: one that is missing must be missing there too. */
static bool say_alike(const struct result_evidence *a, const struct result_evidence *b)
{
	return a->breaches.at == b->breaches.at && a->breaches.count == b->breaches.count &&
	       a->icmpv6.at == b->icmpv6.at && a->icmpv6.count == b->icmpv6.count && a->icmpv4.at == b->icmpv4.at &&
	       a->icmpv4.count == b->icmpv4.count;
}

static bool rest_on_the_same(const struct result *a, const struct result *b)
{
	return say_alike(a->evidence, b->evidence) && a->evidence->hops.at == b->evidence->hops.at &&
	       a->evidence->hops.count == b->evidence->hops.count && a->evidence->shape == b->evidence->shape &&
	       a->known == b->known && a->warning == b->warning && a->shape == b->shape;
}

/* The number of the first cell that rests on the same: the cell itself, if there is none before it. */
static size_t first_alike(struct alike *alike, size_t cell)
{
	const struct result *result = alike->cells->at[cell];
	size_t slot = ((uintptr_t)result->evidence->hops.at / 16 ^ (uintptr_t)result->known / 64) * 0x9e3779b97f4a7c15;

	for (slot = slot >> 20 & (alike->size - 1); alike->slots[slot]; slot = (slot + 1) & (alike->size - 1))
		if (rest_on_the_same(alike->cells->at[alike->slots[slot] - 1], result))
			return alike->slots[slot] - 1;
	alike->slots[slot] = 1 + cell;
	return cell;
}

/* But for times. */
static bool journeys_are_alike(const struct result_journey *a, const struct result_journey *b)
{
	if (!a || !b || a->packet != b->packet || a->end != b->end || a->shape != b->shape ||
	    a->steps.count != b->steps.count)
		return false;
	for (size_t i = 0; i < a->steps.count; i++)
		if (a->steps.at[i].hop != b->steps.at[i].hop || a->steps.at[i].seen != b->steps.at[i].seen ||
		    a->steps.at[i].shape != b->steps.at[i].shape)
			return false;
	return true;
}

/* Whether a member of evidence is the same: a number, or what is kept once. */
static bool is_same(const struct member *row, const struct result_evidence *a, const struct result_evidence *b)
{
	size_t size = row->kind == MEMBER_LIST || row->kind == MEMBER_MAP ? sizeof(struct texts) : sizeof(int64_t);

	return memcmp((const char *)a + row->offset, (const char *)b + row->offset, size) == 0;
}

static json_t *times_json(const struct result_journey *journey)
{
	json_t *times = json_array();

	for (size_t i = 0; i < journey->steps.count; i++)
		json_array_append_new(times, json_real(journey->steps.at[i].time_us));
	return times;
}

json_t *alike_json(struct alike *alike, size_t cell, bool *is_whole)
{
	const struct result *result = alike->cells->at[cell];
	size_t first = result->evidence->hops.count ? first_alike(alike, cell) : cell;
	const struct result *base = alike->cells->at[first];
	json_t *json = result_json(result);

	*is_whole = first == cell;
	if (*is_whole)
		return json;
	json_object_set_new(json, "as", json_integer((json_int_t)first));
	if (journeys_are_alike(result->journey, base->journey)) {
		json_object_del(json, "journey");
		json_object_set_new(json, "times", times_json(result->journey));
	}
	if (result->expected == base->expected)
		json_object_del(json, "expected");
	json_object_del(json, "known");
	json_object_del(json, "warning");
	for (size_t i = 0; i < result_evidence_members.count; i++)
		if (is_same(&result_evidence_members.rows[i], result->evidence, base->evidence))
			json_object_del(json, result_evidence_members.rows[i].name);
	return json;
}

/* ---- reading */

/* A journey with the times of another one (new reference), or NULL and a message. */
static json_t *timed(const json_t *journey, const json_t *times, struct error *err)
{
	json_t *copy = json_deep_copy(journey), *step;
	size_t count = json_array_size(json_object_get(copy, "steps")), i;

	if (json_array_size(times) != count) {
		fail(err, "times: expected %zu, got %zu", count, json_array_size(times));
		json_decref(copy);
		return NULL;
	}
	json_array_foreach (json_object_get(copy, "steps"), i, step)
		json_object_set(step, "time_us", json_array_get(times, i));
	return copy;
}

static int take_member(json_t *whole, const json_t *cell, const json_t *base, const char *name, struct error *err)
{
	json_t *own = json_object_get(cell, name);
	json_t *value = own || !is_shared(name) ? own : json_object_get(base, name);

	if (!value)
		return 0;
	json_incref(value);
	if (!own && strcmp(name, "journey") == 0 && json_is_object(value)) {
		json_t *with_times = timed(value, json_object_get(cell, "times"), err);
		json_decref(value);
		value = with_times;
	}
	if (!value)
		return -1;
	json_object_set_new(whole, name, value);
	return 0;
}

json_t *alike_resolve(const json_t *cell, const json_t *base, struct error *err)
{
	json_t *whole = json_object();
	int result = 0;

	for (size_t i = 0; i < result_members.count && result == 0; i++) {
		const struct member *row = &result_members.rows[i];
		if (row->kind != MEMBER_INLINE)
			result = take_member(whole, cell, base, row->name, err);
		for (size_t m = 0; row->kind == MEMBER_INLINE && m < row->of->count && result == 0; m++)
			result = take_member(whole, cell, base, row->of->rows[m].name, err);
	}
	if (result == 0)
		return whole;
	json_decref(whole);
	return NULL;
}

int alike_base(size_t *base, const json_t *cell, size_t number, struct error *err)
{
	const json_t *as = json_object_get(cell, "as");

	*base = NOT_FOUND;
	if (!as)
		return 0;
	if (!json_is_integer(as) || json_integer_value(as) < 0 || (size_t)json_integer_value(as) >= number)
		return fail(err, "as: expected the number of an earlier cell");
	*base = (size_t)json_integer_value(as);
	return 0;
}

int alike_resolve_all(json_t *cells, struct error *err)
{
	json_t *cell;
	size_t i, base;

	json_array_foreach (cells, i, cell) {
		if (alike_base(&base, cell, i, err) < 0)
			return blame(err, "cells: %zu", i);
		if (base == NOT_FOUND)
			continue;
		json_t *whole = alike_resolve(cell, json_array_get(cells, base), err);
		if (!whole)
			return blame(err, "cells: %zu", i);
		json_array_set_new(cells, i, whole);
	}
	return 0;
}
