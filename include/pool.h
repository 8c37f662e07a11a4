/* A pool: memory that is freed as a whole and holds equal values once, since most values of a results document occur in
 * a thousand cells. A text, list or struct that is kept twice has one address, so that two kept values are equal when
 * their addresses are, provided that all they point to is kept in the same pool. */
#ifndef HOPCHECK_POOL_H
#define HOPCHECK_POOL_H

#include "base.h"

struct pool;
struct pool *pool_new(void);
void pool_free(struct pool *pool); /* frees all that it holds */
DEFINE_OWNED(pool)

/* The one copy of these octets; constant. Padding of structs must be zero for equal ones to be found. */
const void *pool_keep(struct pool *pool, const void *octets, size_t size);
const char *pool_text(struct pool *pool, const char *text); /* the same for a text; NULL for NULL */
const char *pool_format(struct pool *pool, const char *format, ...) PRINTF_LIKE(2, 3);
void *pool_alloc(struct pool *pool, size_t size); /* zeroed, not shared; lives as long as the pool */
size_t pool_size(const struct pool *pool);        /* octets that it occupies */
/* Whether this is true of every text kept. */
bool pool_texts_are(const struct pool *pool, bool (*holds)(const char *text));

#endif
