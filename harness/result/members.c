/* Members of a struct: their types, whether they are empty, how they are shown. */
#include "members.h"

#include <stdlib.h>
#include <string.h>

#include "members_internal.h"

const char *const any_text[] = { "any" };

static const struct member texts_rows[] = { { .kind = MEMBER_TEXT } };
const struct members texts_members = { texts_rows, COUNT(texts_rows), sizeof(const char *), true };

bool member_is_empty(const struct member *row, const void *value)
{
	const void *at = member_at(row, value);

	switch ((enum member_kind)row->kind) {
	case MEMBER_TEXT:
	case MEMBER_STRUCT:
	case MEMBER_INLINE:
		return !*(const void *const *)at;
	case MEMBER_LIST:
	case MEMBER_MAP:
		return !((const struct list *)at)->at;
	case MEMBER_WORD:
		return *(const int *)at == NO_WORD;
	case MEMBER_TRUTH:
		return !*(const bool *)at;
	case MEMBER_INTEGER:
		return *(const int64_t *)at == 0;
	case MEMBER_REAL:
		return *(const double *)at == 0;
	case MEMBER_VALUE:
		return false;
	}
	return true;
}

const uint8_t *members_shape(struct pool *pool, const struct members *table, const void *value)
{
	const uint8_t *shape = *(const uint8_t *const *)value;
	uint8_t made[SHAPE_MOST] = { 0 };

	if (shape)
		return shape;
	for (size_t i = 0; i < table->count; i++)
		if (!(table->rows[i].flags & MEMBER_OPTIONAL) || !member_is_empty(&table->rows[i], value))
			made[++made[0]] = (uint8_t)i;
	return pool_keep(pool, made, 1U + made[0]);
}

const uint8_t *members_shape_of(struct pool *pool, const struct members *table, const char *const *names)
{
	uint8_t made[SHAPE_MOST] = { 0 };

	for (; *names; names++)
		for (size_t i = 0; i < table->count; i++)
			if (table->rows[i].name && strcmp(table->rows[i].name, *names) == 0)
				made[++made[0]] = (uint8_t)i;
	return pool_keep(pool, made, 1U + made[0]);
}

void member_give(struct pool *pool, const struct members *table, void *value, size_t offset, bool given)
{
	const uint8_t **shape = value;
	uint8_t changed[SHAPE_MOST] = { 0 };
	bool was = false;

	if (!*shape)
		return;
	for (size_t i = 0; i < (*shape)[0]; i++) {
		uint8_t entry = (*shape)[1 + i];
		bool same = table->rows[entry & ~SHAPE_INTEGER].offset == offset;
		was |= same;
		if (!same || given)
			changed[++changed[0]] = same ? entry & (uint8_t)~SHAPE_INTEGER : entry;
	}
	for (size_t row = 0; given && !was && row < table->count; row++)
		if (table->rows[row].offset == offset)
			changed[++changed[0]] = (uint8_t)row;
	*shape = pool_keep(pool, changed, 1U + changed[0]);
}

bool member_given(const struct members *table, const void *value, size_t offset)
{
	const uint8_t *shape = *(const uint8_t *const *)value;

	for (size_t i = 0; shape && i < shape[0]; i++)
		if (table->rows[shape[1 + i] & ~SHAPE_INTEGER].offset == offset)
			return true;
	return !shape;
}

/* ---- what is shown */

static const char *disarmed(struct pool *pool, const char *text)
{
	owned_text copy = text_copy(text);

	return copy && text_disarm(copy) ? pool_text(pool, copy) : text;
}

static bool has_key(const char *elements, size_t count, size_t size, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(*(const char *const *)(elements + i * size), key) == 0)
			return true;
	return false;
}

/* Bare and plain rows' keys are at the struct's begin, others' behind the shape: the row says where. */
static void part_keys(struct pool *pool, const struct members *of, char *elements, size_t count)
{
	size_t at = of->rows[0].offset;

	for (size_t i = 0; i < count; i++) {
		const char **key = (const char **)(elements + i * of->size + at);
		while (*key && has_key(elements + at, i, of->size, *key))
			*key = pool_format(pool, "%s?", *key);
	}
}

static void disarm_list(struct pool *pool, const struct member *row, struct list *list)
{
	size_t size = list->count * (row->flags & MEMBER_NEW ? sizeof(void *) : row->of->size);

	if (!list->count)
		return;
	char *elements = memcpy(must(malloc(size)), list->at, size);
	for (size_t i = 0; i < list->count; i++) {
		if (row->flags & MEMBER_NEW) {
			void **element = (void **)elements + i;
			*element = memcpy(pool_alloc(pool, row->of->size), *element, row->of->size);
			members_disarm(pool, row->of, *element);
			continue;
		}
		members_disarm(pool, row->of, elements + i * row->of->size);
	}
	if (row->kind == MEMBER_MAP)
		part_keys(pool, row->of, elements, list->count);
	list->at = pool_keep(pool, elements, size);
	free(elements);
}

static void disarm_struct(struct pool *pool, const struct member *row, const void **pointer)
{
	if (!*pointer)
		return;
	void *copy = memcpy(must(malloc(row->of->size)), *pointer, row->of->size);
	members_disarm(pool, row->of, copy);
	*pointer = pool_keep(pool, copy, row->of->size);
	free(copy);
}

void members_disarm(struct pool *pool, const struct members *table, void *value)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct member *row = &table->rows[i];
		void *at = (char *)value + row->offset;
		switch ((enum member_kind)row->kind) {
		case MEMBER_TEXT:
			if (!(row->flags & MEMBER_RAW))
				*(const char **)at = disarmed(pool, *(const char **)at);
			break;
		case MEMBER_VALUE:
			((struct value *)at)->text = disarmed(pool, ((struct value *)at)->text);
			break;
		case MEMBER_STRUCT:
		case MEMBER_INLINE:
			disarm_struct(pool, row, at);
			break;
		case MEMBER_LIST:
		case MEMBER_MAP:
			disarm_list(pool, row, at);
			break;
		case MEMBER_WORD:
		case MEMBER_TRUTH:
		case MEMBER_INTEGER:
		case MEMBER_REAL:
			break;
		}
	}
}
