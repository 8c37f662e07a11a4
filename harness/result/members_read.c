/* From a JSON object to its struct: what does not fit the table is an error, with its place. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "members_internal.h"

#define NUMBER_MAX 1e15 /* more than any count, and exact as a number of JSON */

static const char *kind_of(const json_t *json)
{
	return !json                   ? "nothing"
	       : json_is_string(json)  ? "a string"
	       : json_is_integer(json) ? "an integer"
	       : json_is_real(json)    ? "a number"
	       : json_is_object(json)  ? "an object"
	       : json_is_array(json)   ? "an array"
	       : json_is_null(json)    ? "null"
	                               : "a boolean";
}

static int expected(const char *wanted, const json_t *json, struct error *err)
{
	return fail(err, "expected %s, got %s", wanted, kind_of(json));
}

static int check_number(const json_t *json, struct error *err)
{
	return fabs(json_number_value(json)) < NUMBER_MAX ? 0 : fail(err, "the number is out of range");
}

static int read_text(const char **into, const struct member *row, const json_t *json, const struct reading *reading,
                     struct error *err)
{
	int ignored;

	if (!json_is_string(json))
		return expected("a string", json, err);
	if (reading->answer && row->words && !word_value(row->words, json_string_value(json), &ignored))
		return fail(err, "unknown word");
	*into = pool_text(reading->pool, json_string_value(json));
	return 0;
}

static int read_word(int *into, const struct member *row, const json_t *json, struct error *err)
{
	if (!json_is_string(json))
		return expected("a string", json, err);
	if (word_value(row->words, json_string_value(json), into))
		return 0;
	owned_text words = word_list(row->words);
	owned_text word = text_format("%.40s", json_string_value(json));
	text_disarm(word);
	return fail(err, "unknown word '%s'; expected %s", word, words);
}

static int read_value(struct value *into, const json_t *json, const struct reading *reading, struct error *err)
{
	*into = (struct value){ 0 };
	if (json_is_string(json))
		into->text = pool_text(reading->pool, json_string_value(json));
	else if (!json_is_number(json))
		return expected("a string or a number", json, err);
	into->number = json_number_value(json);
	into->integer = json_is_integer(json);
	return check_number(json, err);
}

static int read_row(void *into, const struct member *row, const json_t *json, const struct reading *reading,
                    struct error *err);

static int read_struct(const void **into, const struct member *row, const json_t *json, const struct reading *reading,
                       struct error *err)
{
	void *value = zalloc(row->of->size);
	int result = members_read(value, row->of, json, reading, err);

	if (result == 0)
		*into = pool_keep(reading->pool, value, row->of->size);
	free(value);
	return result;
}

/* One element of a list or map, at its place in an array. */
static int read_element(char *into, const struct member *row, const char *key, const json_t *json,
                        const struct reading *reading, struct error *err)
{
	const struct members *of = row->of;
	void *element = into;

	if (row->flags & MEMBER_NEW)
		*(void **)into = element = pool_alloc(reading->pool, of->size);
	if (of->bare)
		return read_row(element, &of->rows[key ? 1 : 0], json, reading, err);
	return members_read(element, of, json, reading, err);
}

/* A key may hold what breaks lines. */
static int blame_key(struct error *err, const char *key)
{
	owned_text shown = text_format("%.80s", key);

	text_disarm(shown);
	return blame(err, "%s", shown);
}

static int read_elements(struct list *into, const struct member *row, const json_t *json, const struct reading *reading,
                         struct error *err)
{
	size_t size = row->flags & MEMBER_NEW ? sizeof(void *) : row->of->size, count = 0, i;
	char *all = zalloc((json_is_array(json) ? json_array_size(json) : json_object_size(json)) * size + 1);
	json_t *part;
	const char *key;
	int result = 0;

	json_array_foreach (json, i, part) {
		result = read_element(all + count++ * size, row, NULL, part, reading, err);
		if (result < 0) {
			blame(err, "%zu", i);
			break;
		}
	}
	json_object_foreach ((json_t *)(uintptr_t)json, key, part) {
		char *element = all + count++ * size;
		result = read_element(element, row, key, part, reading, err);
		if (result < 0) {
			blame_key(err, key);
			break;
		}
		*(const char **)(element + row->of->rows[0].offset) = pool_text(reading->pool, key);
	}
	if (result == 0)
		*into = (struct list){ pool_keep(reading->pool, all, count * size), count };
	free(all);
	return result;
}

static int read_list(struct list *into, const struct member *row, const json_t *json, const struct reading *reading,
                     struct error *err)
{
	if (row->kind == MEMBER_LIST && row->flags & MEMBER_ANY && json_is_string(json) &&
	    strcmp(json_string_value(json), any_text[0]) == 0) {
		*into = (struct list){ any_text, 0 };
		return 0;
	}
	if (row->kind == MEMBER_LIST ? !json_is_array(json) : !json_is_object(json))
		return expected(row->kind == MEMBER_LIST ? "an array" : "an object", json, err);
	return read_elements(into, row, json, reading, err);
}

static int read_row(void *into, const struct member *row, const json_t *json, const struct reading *reading,
                    struct error *err)
{
	void *at = (char *)into + row->offset;

	if (json_is_null(json) && row->flags & MEMBER_NULL)
		return 0;
	switch ((enum member_kind)row->kind) {
	case MEMBER_TEXT:
		return read_text(at, row, json, reading, err);
	case MEMBER_WORD:
		return read_word(at, row, json, err);
	case MEMBER_TRUTH:
		*(bool *)at = json_is_true(json);
		return json_is_boolean(json) ? 0 : expected("a boolean", json, err);
	case MEMBER_INTEGER:
		*(int64_t *)at = json_integer_value(json);
		return json_is_integer(json) ? check_number(json, err) : expected("an integer", json, err);
	case MEMBER_REAL:
		*(double *)at = json_number_value(json);
		return json_is_number(json) ? check_number(json, err) : expected("a number", json, err);
	case MEMBER_VALUE:
		return read_value(at, json, reading, err);
	case MEMBER_STRUCT:
	case MEMBER_INLINE:
		return read_struct(at, row, json, reading, err);
	case MEMBER_LIST:
	case MEMBER_MAP:
		return read_list(at, row, json, reading, err);
	}
	return 0;
}

/* Members mostly come in the table's order: the row behind the last one is tried first. A member of a struct that
 * stands inline is found as that. */
static size_t find_row(const struct members *table, const char *name, size_t from)
{
	for (size_t i = 0; i < table->count; i++) {
		size_t number = (from + i) % table->count;
		const struct member *row = &table->rows[number];
		if (row->kind == MEMBER_INLINE ? find_row(row->of, name, 0) < row->of->count
		                               : row->name && strcmp(row->name, name) == 0)
			return number;
	}
	return table->count;
}

static int check_needed(const struct members *table, const bool *given, const struct reading *reading,
                        struct error *err)
{
	for (size_t i = 0; i < table->count; i++)
		if (!given[i] &&
		    (table->rows[i].flags & MEMBER_NEEDED || (reading->answer && table->rows[i].flags & MEMBER_ASKED)))
			return fail(err, "no `%s`", table->rows[i].name);
	return 0;
}

/* What is not given is as it is in a struct that is zero, but for values of which zero is one. */
static int set_nothing_given(void *into, const struct members *table, const json_t *object,
                             const struct reading *reading, struct error *err)
{
	for (size_t i = 0; i < table->count; i++) {
		void *at = (char *)into + table->rows[i].offset;
		if (table->rows[i].kind == MEMBER_WORD)
			*(int *)at = NO_WORD;
		else if (table->rows[i].kind == MEMBER_INTEGER && table->rows[i].flags & MEMBER_NULL)
			*(int64_t *)at = NO_INTEGER;
		else if (table->rows[i].kind == MEMBER_INLINE &&
		         read_row(into, &table->rows[i], object, reading, err) < 0)
			return -1;
	}
	return 0;
}

int members_read(void *into, const struct members *table, const json_t *object, const struct reading *reading,
                 struct error *err)
{
	uint8_t shape[SHAPE_MOST] = { 0 };
	bool given[SHAPE_MOST] = { 0 };
	size_t row = table->count - 1;
	const char *name;
	json_t *part;

	if (!json_is_object(object))
		return expected("an object", object, err);
	if (set_nothing_given(into, table, object, reading, err) < 0)
		return -1;
	json_object_foreach ((json_t *)(uintptr_t)object, name, part) {
		size_t found = find_row(table, name, row + 1);
		if (found == table->count || given[found])
			continue;
		row = found;
		given[row] = true;
		bool is_inline = table->rows[row].kind == MEMBER_INLINE; /* it is read already */
		if (!is_inline && read_row(into, &table->rows[row], part, reading, err) < 0)
			return blame(err, "%s", name);
		bool integer = table->rows[row].kind == MEMBER_REAL && json_is_integer(part);
		shape[++shape[0]] = (uint8_t)(row | (integer ? SHAPE_INTEGER : 0));
	}
	*(const uint8_t **)into = pool_keep(reading->pool, shape, 1U + shape[0]);
	return check_needed(table, given, reading, err);
}
