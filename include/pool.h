/* A pool: memory that ends as a whole, in which alike values are held once. What a document of results says is mostly
 * said a thousand times: a text, a list or a struct that is kept twice has one address, so that two kept values are
 * alike when their addresses are the same, where all that they point to is kept in the same pool. */
#ifndef HOPCHECK_POOL_H
#define HOPCHECK_POOL_H

#include "base.h"

struct pool;
struct pool *pool_new(void);
void pool_free(struct pool *pool); /* all that came from it is gone then */
DEFINE_OWNED(pool)

/* The one copy of these octets; constant. Padding of structs must be zero for alike ones to be found. */
const void *pool_keep(struct pool *pool, const void *octets, size_t size);
const char *pool_text(struct pool *pool, const char *text); /* the same for a text; NULL for NULL */
const char *pool_format(struct pool *pool, const char *format, ...) PRINTF_LIKE(2, 3);
void *pool_alloc(struct pool *pool, size_t size); /* zeroed, and the caller's alone until the pool ends */
size_t pool_size(const struct pool *pool);        /* octets that it takes */
/* Whether this holds of every text that was kept. */
bool pool_texts_are(const struct pool *pool, bool (*holds)(const char *text));

#endif
