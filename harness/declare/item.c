/* Maps and lists: present, missing and unknown keys, with suggestions for misspelt ones. */
#include <stdio.h>
#include <string.h>

#include "declare.h"

const struct item *item_find(const struct item *map, const char *key)
{
	if (map && map->kind == ITEM_MAP)
		for (size_t i = 0; i < map->count; i++)
			if (strcmp(map->items[i].key, key) == 0)
				return &map->items[i];
	return NULL;
}

struct brief brief(const struct item *item)
{
	static const char *const kinds[] = { [ITEM_TEXT] = "nothing", [ITEM_LIST] = "a list", [ITEM_MAP] = "a map" };
	struct brief b;

	if (item->kind == ITEM_TEXT && *item->text)
		snprintf(b.text, sizeof b.text, "'%.60s'", item->text);
	else
		snprintf(b.text, sizeof b.text, "%s", kinds[item->kind]);
	return b;
}

static void unknown_key(const struct item *item, const struct key *keys, const char *what, struct error *err)
{
	struct nearest nearest = { .word = item->key };
	owned_text list = NULL;

	for (const struct key *key = keys; key->name; key++) {
		text_append(&list, "%s%s", list ? ", " : "", key->name);
		nearest_try(&nearest, key->name);
	}
	fail_at(err, item->key_where, "unknown key '%.60s' in %s%s; known: %s", item->key, what,
	        nearest_hint(&nearest).text, list);
}

bool item_is(const struct item *item, const char *word)
{
	return item->kind == ITEM_TEXT && strcmp(item->text, word) == 0;
}

bool map_is(const struct item *item, const char *what, struct error *err)
{
	if (item->kind == ITEM_MAP)
		return true;
	fail_at(err, item->where, "%s is a map {key: value}, not %s", what, brief(item).text);
	return false;
}

static bool key_known(const struct key *keys, const char *name)
{
	for (; keys->name; keys++)
		if (strcmp(keys->name, name) == 0)
			return true;
	return false;
}

void map_read(void *into, const struct item *map, const struct key *keys, const char *what, struct error *err)
{
	if (!map_is(map, what, err))
		return;
	for (size_t i = 0; i < map->count; i++)
		if (!key_known(keys, map->items[i].key))
			unknown_key(&map->items[i], keys, what, err);
	for (const struct key *key = keys; key->name; key++) {
		const struct item *value = item_find(map, key->name);
		if (value && key->read)
			key->read(into, value, err);
		else if (!value && key->required)
			fail_at(err, map->where, "%s needs '%s'", what, key->name);
	}
}

const struct item *entries(const struct item *item, size_t *count, const char *what, struct error *err)
{
	*count = item->kind == ITEM_TEXT ? 1 : item->count;
	if (item->kind == ITEM_LIST)
		return item->items;
	if (item->kind == ITEM_TEXT && *item->text)
		return item;
	*count = 0;
	fail_at(err, item->where, "expected %s, found %s", what, brief(item).text);
	return NULL;
}
