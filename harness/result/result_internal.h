/* Shared by the files that make results. */
#ifndef HOPCHECK_RESULT_RESULT_INTERNAL_H
#define HOPCHECK_RESULT_RESULT_INTERNAL_H

#include "result.h"

/* value.c */
const char *text_or_null(struct pool *pool, const char *text); /* NULL for an empty one too */
const char *hop_name(struct pool *pool, const struct plan *plan, size_t hop);
struct value left_value(struct pool *pool, int left); /* a number of segments left, or "none" */

/* evidence.c */
const struct result_evidence *result_evidence_make(struct pool *pool, const struct plan *plan,
                                                   const struct trace *trace, const struct verdict *verdict);
const struct result_evidence *result_evidence_none(struct pool *pool);

/* expected.c */
void expected_seen(struct pool *pool, struct result_row *made, const struct expectation *row);
struct result_differences differences_of(struct pool *pool, const struct differences *differences);

/* invariants.c: names of invariants, at NULL where there are none: of bits 1 << enum invariant, of those that a verdict
 * has broken, of a row's `broken` */
struct texts breach_words(struct pool *pool, uint64_t bits);
struct texts broken_of(struct pool *pool, const struct verdict *verdict);
struct texts expected_broken(struct pool *pool, const struct expectation *row);
void set_breaches(struct pool *pool, struct result_evidence *evidence, const struct plan *plan,
                  const struct verdict *verdict);
/* ICMP errors of a version, 4 or 6. */
void set_icmp(struct pool *pool, struct result_icmps *ret, unsigned version, const struct plan *plan,
              const struct trace *trace);

/* ---- alike.c: evidence that is alike, written once. */
struct alike;
struct alike *alike_new(const struct cells *cells);
void alike_free(struct alike *alike);
DEFINE_OWNED(alike)
/* A cell as a document has it: whole, or with `as`, the number of an earlier cell that it was asked for, and without
 * what it has from that one. New reference. Cells are asked for in their order. */
json_t *alike_json(struct alike *alike, size_t cell, bool *is_whole);
/* The number of the cell that one at `number` names, or NOT_FOUND. 0, or -1 and a message. */
int alike_base(size_t *base, const json_t *cell, size_t number, struct error *err);
/* Such a cell whole, by the one that it names (new reference), or NULL and a message. */
json_t *alike_resolve(const json_t *cell, const json_t *base, struct error *err);
int alike_resolve_all(json_t *cells, struct error *err); /* of an array, in place */

/* ---- document_stream.c: adds the runs of a results file, a cell at a time. -1: there is something wrong with it,
 * nothing was added, and a reader of the whole document can say what. */
int results_stream(struct results *results, FILE *in);

#endif
