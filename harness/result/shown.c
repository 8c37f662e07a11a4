/* Results as they may be shown: their strings come from guests, from other machines' files and from kernels' logs. */
#include <stdlib.h>
#include <string.h>

#include "report_internal.h"

/* The text as it may be shown, or NULL: it may as it is. */
static char *disarmed(const char *text)
{
	owned_text copy = text_copy(text);

	return text_disarm(copy) ? take(copy) : NULL;
}

static bool is_harmless(const json_t *value)
{
	const char *key;
	json_t *member;
	size_t i;

	switch (json_typeof(value)) {
	case JSON_STRING: {
		owned_text other = disarmed(json_string_value(value));
		return !other;
	}
	case JSON_ARRAY:
		json_array_foreach (value, i, member)
			if (!is_harmless(member))
				return false;
		return true;
	case JSON_OBJECT:
		json_object_foreach ((json_t *)(uintptr_t)value, key, member) {
			owned_text other = disarmed(key);
			if (other || !is_harmless(member))
				return false;
		}
		return true;
	case JSON_INTEGER:
	case JSON_REAL:
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL:
		break;
	}
	return true;
}

static json_t *shown(const json_t *value);

/* Two keys that become the same stay two. */
static json_t *shown_object(const json_t *value)
{
	json_t *object = json_object(), *member;
	const char *key;

	json_object_foreach ((json_t *)(uintptr_t)value, key, member) {
		owned_text name = text_copy(key);
		text_disarm(name);
		while (json_object_get(object, name))
			text_append(&name, "?");
		json_object_set_new(object, name, shown(member));
	}
	return object;
}

static json_t *shown(const json_t *value)
{
	json_t *array, *member;
	size_t i;

	if (json_is_object(value))
		return shown_object(value);
	if (json_is_string(value)) {
		owned_text text = text_copy(json_string_value(value));
		text_disarm(text);
		return json_string(text);
	}
	if (!json_is_array(value))
		return json_incref((json_t *)(uintptr_t)value);
	array = json_array();
	json_array_foreach (value, i, member)
		json_array_append_new(array, shown(member));
	return array;
}

json_t *results_shown(const json_t *value)
{
	return !value || is_harmless(value) ? json_incref((json_t *)(uintptr_t)value) : shown(value);
}
