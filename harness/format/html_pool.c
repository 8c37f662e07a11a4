/* Values of the page that stand once. */
#include <stdlib.h>

#include "html_data.h"

static struct slot *slot_of(const struct pooled *pool, const char *text)
{
	size_t at = ((uintptr_t)text * 0x9e3779b97f4a7c15U) >> 20;

	for (;; at++) {
		struct slot *slot = &pool->slots[at % pool->slot_count];
		if (!slot->text || slot->text == text)
			return slot;
	}
}

static void make_room(struct pooled *pool)
{
	struct slot *old = pool->slots;
	size_t count = pool->slot_count;

	if (pool->count * 2 < count)
		return;
	pool->slot_count = count ? 2 * count : 1024;
	pool->slots = zalloc(pool->slot_count * sizeof *pool->slots);
	for (size_t i = 0; i < count; i++)
		if (old[i].text)
			*slot_of(pool, old[i].text) = old[i];
	free(old);
}

const char *kept_text(const struct pooled *pool, json_t *value)
{
	owned_text text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	json_decref(value);
	return pool_text(pool->texts, text ? text : "null");
}

json_t *pooled(struct pooled *pool, json_t *value)
{
	const char *kept = kept_text(pool, value);

	make_room(pool);
	struct slot *slot = slot_of(pool, kept);
	if (!slot->text) {
		*slot = (struct slot){ kept, pool->count };
		*PUSH(pool->values, pool->count) = kept;
	}
	return json_integer((json_int_t)slot->index);
}

void pooled_clear(struct pooled *pool)
{
	free(pool->values);
	free(pool->slots);
}
