/* What the kernel itself says, against a verdict: shared by the files that ask its counters, drop events and ICMPv6
 * errors. */
#ifndef HOPCHECK_JUDGE_TOLD_H
#define HOPCHECK_JUDGE_TOLD_H

#include "judge.h"

/* contradiction.c: whether what the kernel says goes with a reason; the list ends with REASON_NONE. */
bool goes_with_reason(const enum reason reasons[KERNEL_REASONS], enum reason reason);
/* Adds one, or one more of what is there already. */
void contradict(struct verdict *verdict, size_t node, enum contradiction_kind kind, const char *what,
                const char *detail);
/* told.c: the ICMPv6 errors; `loss` is NULL where nothing was lost. */
void told_check(struct verdict *verdict, const struct evidence *evidence, const struct loss *loss);
/* sid_counts.c: what SIDs with `count` counted, against what came to them. */
void sid_counts_check(struct verdict *verdict, const struct evidence *evidence);

#endif
