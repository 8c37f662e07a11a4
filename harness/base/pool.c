#include "pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 65536
/* A text and a struct of the same octets are two: they are aligned differently. */
#define IS_TEXT 0x80000000U

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(16) char octets[];
};

struct kept {
	uint32_t hash, size; /* size with IS_TEXT; 0: free */
	const void *octets;
};

struct pool {
	struct block *blocks; /* the first is the one that is filled */
	struct kept *kept;    /* open addressing; `slots` is a power of two */
	size_t slots, count, total;
};

struct pool *pool_new(void)
{
	return zalloc(sizeof(struct pool));
}

void pool_free(struct pool *pool)
{
	if (!pool)
		return;
	for (struct block *block = pool->blocks, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	free(pool->kept);
	free(pool);
}

size_t pool_size(const struct pool *pool)
{
	return pool->total + pool->slots * sizeof *pool->kept;
}

/* What does not fit into a block's rest gets one of its own behind the first, whose rest stays in use. */
static void *take_octets(struct pool *pool, size_t size, size_t alignment)
{
	struct block *block = pool->blocks;
	size_t from = block ? (block->used + alignment - 1) & ~(alignment - 1) : 0;

	if (!block || from + size > block->size) {
		size_t most = size > BLOCK_SIZE / 8 ? size : BLOCK_SIZE;
		block = must(malloc(sizeof *block + most));
		*block = (struct block){ .size = most };
		pool->total += sizeof *block + most;
		from = 0;
		if (most != BLOCK_SIZE && pool->blocks) {
			block->next = pool->blocks->next;
			pool->blocks->next = block;
		} else {
			block->next = pool->blocks;
			pool->blocks = block;
		}
	}
	block->used = from + size;
	return block->octets + from;
}

void *pool_alloc(struct pool *pool, size_t size)
{
	return memset(take_octets(pool, size, 8), 0, size);
}

/* Like digest_add(), but by words of eight octets, since this is done for each value of each cell. */
static uint32_t hash_of(const void *octets, size_t size)
{
	const char *from = octets;
	uint64_t hash = DIGEST_START, word;

	for (; size >= sizeof word; size -= sizeof word, from += sizeof word) {
		memcpy(&word, from, sizeof word);
		hash = (hash ^ word) * DIGEST_PRIME;
		hash ^= hash >> 29;
	}
	hash = digest_add(hash, from, size);
	return (uint32_t)(hash ^ hash >> 32);
}

static struct kept *slot_of(const struct pool *pool, const struct kept *wanted)
{
	size_t at = wanted->hash & (pool->slots - 1);

	for (;; at = (at + 1) & (pool->slots - 1)) {
		struct kept *slot = &pool->kept[at];
		if (!slot->octets || (slot->hash == wanted->hash && slot->size == wanted->size &&
		                      memcmp(slot->octets, wanted->octets, wanted->size & ~IS_TEXT) == 0))
			return slot;
	}
}

static void make_room(struct pool *pool)
{
	struct kept *old = pool->kept;
	size_t slots = pool->slots;

	if (pool->count * 3 < slots * 2)
		return;
	pool->slots = slots ? slots * 2 : 256;
	pool->kept = zalloc(pool->slots * sizeof *pool->kept);
	for (size_t i = 0; i < slots; i++)
		if (old[i].octets)
			*slot_of(pool, &old[i]) = old[i];
	free(old);
}

static const void *keep(struct pool *pool, const void *octets, size_t size, uint32_t mark)
{
	struct kept wanted = { hash_of(octets, size), (uint32_t)size | mark, octets };

	make_room(pool);
	struct kept *slot = slot_of(pool, &wanted);
	if (!slot->octets) {
		wanted.octets = memcpy(take_octets(pool, size, mark ? 1 : 8), octets, size);
		*slot = wanted;
		pool->count++;
	}
	return slot->octets;
}

const void *pool_keep(struct pool *pool, const void *octets, size_t size)
{
	return keep(pool, octets, size, 0);
}

const char *pool_text(struct pool *pool, const char *text)
{
	return text ? keep(pool, text, strlen(text) + 1, IS_TEXT) : NULL;
}

const char *pool_format(struct pool *pool, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	owned_text text = text_format_list(format, arguments);
	va_end(arguments);
	return pool_text(pool, text);
}

bool pool_texts_are(const struct pool *pool, bool (*holds)(const char *text))
{
	for (size_t i = 0; i < pool->slots; i++)
		if (pool->kept[i].octets && pool->kept[i].size & IS_TEXT && !holds(pool->kept[i].octets))
			return false;
	return true;
}
