/* What the files that make results share. */
#ifndef HOPCHECK_RESULT_RESULT_INTERNAL_H
#define HOPCHECK_RESULT_RESULT_INTERNAL_H

#include "result.h"

const char *text_or_null(struct pool *pool, const char *text); /* NULL for an empty one too */
const char *hop_name(struct pool *pool, const struct plan *plan, size_t hop);
struct value left_value(struct pool *pool, int left); /* a number of segments left, or "none" */

/* evidence.c */
const struct result_evidence *result_evidence_make(struct pool *pool, const struct plan *plan,
                                                   const struct trace *trace, const struct verdict *verdict);
const struct result_evidence *result_evidence_none(struct pool *pool);

#endif
