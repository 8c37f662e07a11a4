/* A row of `expect` or `known` while it is read, and what may be expected of a verdict in it. */
#ifndef HOPCHECK_DECLARE_EXPECTATION_H
#define HOPCHECK_DECLARE_EXPECTATION_H

#include "declare.h"

struct row { /* an expectation while it is read */
	struct case_draft *draft;
	struct expectation *expectation;
};

/* expectation_verdict.c; `into` is a struct row. */
void fate_read(void *into, const struct item *item, struct error *err);
void at_read(void *into, const struct item *item, struct error *err);
void reason_read(void *into, const struct item *item, struct error *err);
void aggregation_read(void *into, const struct item *item, struct error *err);
void srh_read(void *into, const struct item *item, struct error *err);
void bad_checksums_read(void *into, const struct item *item, struct error *err);
void oversize_read(void *into, const struct item *item, struct error *err);
void altered_read(void *into, const struct item *item, struct error *err);
void merged_read(void *into, const struct item *item, struct error *err);
void contradicted_read(void *into, const struct item *item, struct error *err);
void broken_read(void *into, const struct item *item, struct error *err);
void complaint_read(void *into, const struct item *item, struct error *err);
/* Whether a text names a hop of the case's topologies: "dst.b1", "dst.b1:in" or "dst.b1:out". */
bool hop_check(const struct scope *scope, const char *hop, struct where where, struct error *err);
/* expectation_seen.c; likewise. */
void hops_read(void *into, const struct item *item, struct error *err);
void counters_read(void *into, const struct item *item, struct error *err);
void retransmissions_read(void *into, const struct item *item, struct error *err);
void icmp_read(void *into, const struct item *item, struct error *err);
void log_read(void *into, const struct item *item, struct error *err);

/* clang-format off */
#define VERDICT_KEYS                                    \
	{ "fate", fate_read, false }, \
	{ "at", at_read, false }, \
	{ "reason", reason_read, false }, \
	{ "aggregation", aggregation_read, false }, \
	{ "srh", srh_read, false }, \
	{ "bad_checksums", bad_checksums_read, false }, \
	{ "oversize", oversize_read, false }, \
	{ "altered", altered_read, false }, \
	{ "merged", merged_read, false }, \
	{ "contradicted", contradicted_read, false }, \
	{ "broken", broken_read, false }, \
	{ "complaint", complaint_read, false }, \
	{ "hops", hops_read, false }, \
	{ "counters", counters_read, false }, \
	{ "retransmissions", retransmissions_read, false }, \
	{ "icmp", icmp_read, false }, \
	{ "log", log_read, false }
/* clang-format on */

#endif
