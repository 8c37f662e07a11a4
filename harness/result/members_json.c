/* From a struct to its JSON object. */
#include <string.h>

#include "members_internal.h"

json_t *json_any_text(const char *text)
{
	json_t *json = text ? json_string(text) : json_null();

	if (json)
		return json;
	owned_text plain = text_copy(text);
	for (char *c = plain; *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	return json_string(plain);
}

static json_t *value_json(const struct value *value)
{
	if (value->text)
		return json_any_text(value->text);
	return value->integer ? json_integer((json_int_t)value->number) : json_real(value->number);
}

static json_t *row_json(const struct member *row, const void *value, bool integer);

static const char *element(const struct member *row, const struct list *list, size_t i)
{
	const char *at = list->at;

	return row->flags & MEMBER_NEW ? ((const char *const *)list->at)[i] : at + i * row->of->size;
}

static json_t *list_json(const struct member *row, const struct list *list)
{
	json_t *array;

	if (list->at == any_text)
		return json_string(any_text[0]);
	array = json_array();
	for (size_t i = 0; i < list->count; i++) {
		const void *one = element(row, list, i);
		json_array_append_new(array, row->of->bare ? row_json(&row->of->rows[0], one, false)
		                                           : members_json(row->of, one));
	}
	return array;
}

static json_t *map_json(const struct member *row, const struct list *list)
{
	json_t *object = json_object();

	for (size_t i = 0; i < list->count; i++) {
		const void *one = element(row, list, i);
		const char *key = *(const char *const *)member_at(&row->of->rows[0], one);
		json_t *value = row->of->bare ? row_json(&row->of->rows[1], one, false) : members_json(row->of, one);
		if (json_object_set(object, key, value) < 0) { /* it is no UTF-8 */
			json_t *plain = json_any_text(key);
			json_object_set(object, json_string_value(plain), value);
			json_decref(plain);
		}
		json_decref(value);
	}
	return object;
}

static json_t *row_json(const struct member *row, const void *value, bool integer)
{
	const void *at = member_at(row, value);
	double real;

	switch ((enum member_kind)row->kind) {
	case MEMBER_TEXT:
		return json_any_text(*(const char *const *)at);
	case MEMBER_WORD:
		return *(const int *)at == NO_WORD ? json_null() : json_string(word_of(row->words, *(const int *)at));
	case MEMBER_TRUTH:
		return json_boolean(*(const bool *)at);
	case MEMBER_INTEGER:
		return *(const int64_t *)at == NO_INTEGER ? json_null() : json_integer(*(const int64_t *)at);
	case MEMBER_REAL:
		real = *(const double *)at;
		return integer ? json_integer((json_int_t)real) : json_real(real);
	case MEMBER_VALUE:
		return value_json(at);
	case MEMBER_STRUCT:
	case MEMBER_INLINE:
		return *(const void *const *)at ? members_json(row->of, *(const void *const *)at) : json_null();
	case MEMBER_LIST:
		return list_json(row, at);
	case MEMBER_MAP:
		return map_json(row, at);
	}
	return json_null();
}

static void set_row(json_t *object, const struct member *row, const void *value, bool integer)
{
	json_t *json = row_json(row, value, integer);

	if (row->kind == MEMBER_INLINE) {
		json_object_update(object, json);
		json_decref(json);
	} else if (row->name) {
		json_object_set_new(object, row->name, json);
	} else {
		json_decref(json);
	}
}

json_t *members_json(const struct members *table, const void *value)
{
	const uint8_t *shape = *(const uint8_t *const *)value;
	json_t *object = json_object();

	for (size_t i = 0; shape && i < shape[0]; i++)
		set_row(object, &table->rows[shape[1 + i] & ~SHAPE_INTEGER], value, shape[1 + i] & SHAPE_INTEGER);
	for (size_t i = 0; !shape && i < table->count; i++)
		if (!(table->rows[i].flags & MEMBER_OPTIONAL) || !member_is_empty(&table->rows[i], value))
			set_row(object, &table->rows[i], value, false);
	return object;
}

static bool json_is_empty(const json_t *json)
{
	return json_is_null(json) || (json_is_array(json) && !json_array_size(json)) ||
	       (json_is_object(json) && !json_object_size(json));
}

json_t *member_json(const struct members *table, const void *value, const char *name)
{
	const uint8_t *shape = *(const uint8_t *const *)value;

	for (size_t i = 0; i < (shape ? shape[0] : table->count); i++) {
		size_t number = shape ? shape[1 + i] & (size_t)~SHAPE_INTEGER : i;
		const struct member *row = &table->rows[number];
		if (!row->name || strcmp(row->name, name) != 0)
			continue;
		if (!shape && row->flags & MEMBER_OPTIONAL && member_is_empty(row, value))
			return NULL;
		json_t *json = row_json(row, value, shape && shape[1 + i] & SHAPE_INTEGER);
		if (!json_is_empty(json))
			return json;
		json_decref(json);
		return NULL;
	}
	return NULL;
}
