/* What guests say, against what they were asked: nothing of it is believed before. */
#include <math.h>
#include <string.h>

#include "fleet_internal.h"

#define DEPTH_MAX  32
#define NUMBER_MAX 1e15 /* more than any count, and exact as a number of JSON */

/* Kinds of values, and of what lists and objects hold. */
enum {
	TEXT = 1,
	NUMBER = 2,
	OBJECT = 4,
	LIST = 8,
	NOTHING = 16,
	TRUTH = 32,
	MAYBE = 64, /* the member may be missing */
};

struct member {
	const char *name;
	unsigned is, holds; /* holds 0: not looked at */
};

static unsigned kind_of(const json_t *value)
{
	return json_is_string(value)    ? TEXT
	       : json_is_number(value)  ? NUMBER
	       : json_is_object(value)  ? OBJECT
	       : json_is_array(value)   ? LIST
	       : json_is_null(value)    ? NOTHING
	       : json_is_boolean(value) ? TRUTH
	                                : MAYBE;
}

static bool is_moderate(const json_t *value, unsigned depth)
{
	const char *name;
	const json_t *part;
	size_t i;

	if (json_is_number(value))
		return fabs(json_number_value(value)) < NUMBER_MAX;
	if (depth == 0)
		return !json_is_object(value) && !json_is_array(value);
	json_array_foreach (value, i, part)
		if (!is_moderate(part, depth - 1))
			return false;
	json_object_foreach ((json_t *)(uintptr_t)value, name, part)
		if (!is_moderate(part, depth - 1))
			return false;
	return true;
}

static bool holds_only(const json_t *value, unsigned kinds)
{
	const char *name;
	const json_t *part;
	size_t i;

	json_array_foreach (value, i, part)
		if (!(kind_of(part) & kinds))
			return false;
	json_object_foreach ((json_t *)(uintptr_t)value, name, part)
		if (!(kind_of(part) & kinds))
			return false;
	return true;
}

static int check_members(const json_t *value, const struct member *members, size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		const json_t *part = json_object_get(value, members[i].name);
		if (!(kind_of(part) & members[i].is) || (members[i].holds && !holds_only(part, members[i].holds)))
			return fail(err, "its `%s` is malformed", members[i].name);
	}
	return is_moderate(value, DEPTH_MAX) ? 0 : fail(err, "it is nested too deep, or a number in it is too large");
}

int answer_kernel(const json_t *features, struct error *err)
{
	static const struct member members[] = {
		{ "release", TEXT, 0 },      { "version", TEXT | MAYBE, 0 },     { "features", OBJECT, TRUTH },
		{ "missing", OBJECT, TEXT }, { "nics", OBJECT | MAYBE, NUMBER },
	};

	if (!json_is_object(features))
		return fail(err, "what it says about its kernel is not an object");
	return check_members(features, members, COUNT(members), err);
}

static bool is_word(const struct word *table, const json_t *value)
{
	int ignored;

	return json_is_string(value) && word_value(table, json_string_value(value), &ignored);
}

/* What makes a statement about the kernel rests on a verdict. */
static int check_verdict(const json_t *result, int outcome, struct error *err)
{
	const json_t *verdict = json_object_get(result, "verdict"), *reason = json_object_get(verdict, "reason");

	if (json_is_null(verdict))
		return outcome == OUTCOME_SKIP || outcome == OUTCOME_BROKEN ? 0 : fail(err, "it has no verdict");
	if (!is_word(fate_words, json_object_get(verdict, "fate")) ||
	    (!json_is_null(reason) && !is_word(reason_words, reason)) ||
	    !(kind_of(json_object_get(verdict, "at")) & (TEXT | NOTHING)))
		return fail(err, "its verdict is malformed");
	if ((outcome == OUTCOME_KNOWN || outcome == OUTCOME_FIXED) && !json_is_object(json_object_get(result, "known")))
		return fail(err, "it names no deviation");
	return 0;
}

/* What outputs are made from. */
static const struct member result_members[] = {
	{ "verdict", OBJECT | NOTHING, 0 }, { "expected", OBJECT | NOTHING, 0 },
	{ "known", OBJECT | MAYBE, 0 },     { "warning", OBJECT | MAYBE, 0 },
	{ "journey", OBJECT | NOTHING, 0 }, { "journeys", LIST | MAYBE, OBJECT },
	{ "hops", LIST, OBJECT },           { "counters", OBJECT, OBJECT },
	{ "offloads", OBJECT, OBJECT },     { "models", OBJECT, TEXT },
	{ "sender", OBJECT | NOTHING, 0 },  { "receiver", OBJECT | NOTHING, 0 },
	{ "complaints", LIST, TEXT },       { "hints", LIST, TEXT },
	{ "drops", LIST, OBJECT },          { "drops_lost", NUMBER, 0 },
	{ "why", TEXT | NOTHING, 0 },       { "ms", NUMBER, 0 },
};

int answer_result(const json_t *result, const struct testcase *testcase, size_t cell, struct error *err)
{
	static const char *const asked[] = { "case", "axes", "topology" };
	json_t *model = result_without_trace(testcase, cell, OUTCOME_BROKEN, "");
	int outcome, same = 1;

	for (size_t i = 0; i < COUNT(asked) && same; i++)
		same = json_equal(json_object_get(result, asked[i]), json_object_get(model, asked[i]));
	json_decref(model);
	if (!same)
		return fail(err, "it is of another cell");
	if (!word_value(outcome_words,
	                json_is_string(json_object_get(result, "outcome"))
	                        ? json_string_value(json_object_get(result, "outcome"))
	                        : "",
	                &outcome))
		return fail(err, "it has no outcome");
	if (check_members(result, result_members, COUNT(result_members), err) < 0)
		return -1;
	return check_verdict(result, outcome, err);
}

bool answer_lines(const json_t *lines)
{
	return json_is_array(lines) && json_array_size(lines) <= ANSWER_LINES_MAX && holds_only(lines, TEXT);
}
