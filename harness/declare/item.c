/* Maps and lists: which keys are there, which should be, and which were meant. */
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

#define WORD_LIMIT 31

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Edits (insert, delete, replace, swap neighbours) between two words. */
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][WORD_LIMIT + 1];
	size_t m = strlen(a), n = strlen(b);

	if (m > WORD_LIMIT || n > WORD_LIMIT)
		return WORD_LIMIT;
	for (unsigned j = 0; j <= n; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= m; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
		row[0] = i;
		for (unsigned j = 1; j <= n; j++) {
			row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], second[j - 2] + 1);
		}
	}
	return rows[m % 3][n];
}

void nearest_try(struct nearest *nearest, const char *candidate)
{
	unsigned d = distance(nearest->word, candidate);

	if (d <= 2 && 2 * d <= strlen(nearest->word) && (!nearest->best || d < nearest->distance)) {
		nearest->best = candidate;
		nearest->distance = d;
	}
}

struct brief nearest_hint(const struct nearest *nearest)
{
	struct brief b = { "" };

	if (nearest->best)
		snprintf(b.text, sizeof b.text, " (did you mean '%s'?)", nearest->best);
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
