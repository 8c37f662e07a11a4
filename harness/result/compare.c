/* Whether two results say the same of a cell: the one place where verdicts are compared. How much is merged follows the
 * machine's speed with a real connection; whether it is merged does not. A member that one of the two lacks (results of
 * earlier versions, a guest that died) is not compared. */
#include <stdlib.h>
#include <string.h>

#include "report_internal.h"

#define UNTOUCHED "none"

const char *merging_word(const json_t *aggregation)
{
	double number = json_number_value(aggregation);

	if (json_is_string(aggregation))
		return json_string_value(aggregation);
	return number > 1 ? "merged" : number > 0 && number < 1 ? "split" : UNTOUCHED;
}

static const json_t *verdict_of(const json_t *cell)
{
	const json_t *verdict = json_object_get(cell, "verdict");

	return *text_at(verdict, "fate") ? verdict : NULL;
}

json_t *verdict_merging(const json_t *cell)
{
	json_t *aggregation = json_object_get(verdict_of(cell), "aggregation"), *merging, *value;
	const char *hop;

	if (!json_is_object(aggregation))
		return NULL;
	merging = json_object();
	json_object_foreach (aggregation, hop, value)
		if (strcmp(merging_word(value), UNTOUCHED) != 0)
			json_object_set_new(merging, hop, json_string(merging_word(value)));
	return merging;
}

/* The verdict's own list; where it has none, what its hops counted. */
static json_t *hops_with(const json_t *cell, const char *member, const json_t *(*count)(const json_t *hop))
{
	json_t *given = json_object_get(verdict_of(cell), member), *hops = json_object_get(cell, "hops"), *hop;
	size_t i;

	if (json_is_array(given))
		return json_incref(given);
	if (!verdict_of(cell) || !count(json_array_get(hops, 0)))
		return NULL;
	given = json_array();
	json_array_foreach (hops, i, hop)
		if (json_integer_value(count(hop)) > 0)
			json_array_append_new(given,
			                      json_sprintf("%s.%s:%s", text_at(hop, "node"), text_at(hop, "interface"),
			                                   text_at(hop, "direction")));
	return given;
}

static const json_t *bad_count(const json_t *hop)
{
	return json_object_get(json_object_get(hop, "checksum"), "bad");
}

static const json_t *oversize_count(const json_t *hop)
{
	return json_object_get(hop, "oversize");
}

json_t *verdict_bad_checksums(const json_t *cell)
{
	return hops_with(cell, "bad_checksums", bad_count);
}

json_t *verdict_oversize(const json_t *cell)
{
	return hops_with(cell, "oversize", oversize_count);
}

static char *state_text(const json_t *cell)
{
	const json_t *verdict = json_object_get(cell, "verdict");
	char *state = text_copy(text_at(cell, "outcome"));

	if (!*text_at(verdict, "fate"))
		return state;
	text_append(&state, " %s", text_at(verdict, "fate"));
	if (*text_at(verdict, "at"))
		text_append(&state, " at %s", text_at(verdict, "at"));
	if (*text_at(verdict, "reason"))
		text_append(&state, " for %s", text_at(verdict, "reason"));
	return state;
}

/* Hops whose merging differs, behind both texts. */
static void tell_merging(const json_t *a, const json_t *b, char **from, char **to)
{
	json_t *x = verdict_merging(a), *y = verdict_merging(b), *all = x && y ? json_copy(x) : NULL, *unused;
	const char *hop;

	json_object_update_missing(all, y);
	json_object_foreach (all, hop, unused) {
		const char *was = *text_at(x, hop) ? text_at(x, hop) : UNTOUCHED;
		const char *is = *text_at(y, hop) ? text_at(y, hop) : UNTOUCHED;
		if (strcmp(was, is) == 0)
			continue;
		text_append(from, ", %s %s", hop, was);
		text_append(to, ", %s %s", hop, is);
	}
	json_decref(x);
	json_decref(y);
	json_decref(all);
}

static void tell_hops(char **text, const char *fault, const json_t *hops)
{
	const json_t *hop;
	size_t i;

	text_append(text, ", %s%s%s", json_array_size(hops) ? "" : "no ", fault, json_array_size(hops) ? " at" : "");
	json_array_foreach (hops, i, hop)
		text_append(text, " %s", json_string_value(hop) ? json_string_value(hop) : "?");
}

/* Hops are listed in the topology's order, on both sides. Takes both lists. */
static void tell_fault(const char *fault, json_t *x, json_t *y, char **from, char **to)
{
	if (x && y && !json_equal(x, y)) {
		tell_hops(from, fault, x);
		tell_hops(to, fault, y);
	}
	json_decref(x);
	json_decref(y);
}

bool verdicts_tell(const json_t *a, const json_t *b, char **from, char **to)
{
	*from = state_text(a);
	*to = state_text(b);
	tell_merging(a, b, from, to);
	tell_fault("bad checksums", verdict_bad_checksums(a), verdict_bad_checksums(b), from, to);
	tell_fault("oversize frames", verdict_oversize(a), verdict_oversize(b), from, to);
	return strcmp(*from, *to) != 0;
}

bool verdicts_differ(const json_t *a, const json_t *b)
{
	owned_text from = NULL;
	owned_text to = NULL;

	return verdicts_tell(a, b, &from, &to);
}
