/* Features: what this kernel and machine can do. */
#ifndef HOPCHECK_FEATURE_H
#define HOPCHECK_FEATURE_H

#include "nic.h"
#include "suite.h"
#include "verdict.h"

struct kernel_facts;

struct features {
	char release[128]; /* `uname -r` */
	char version[128]; /* upstream's, for ranges of kernels */
	bool has[FEATURES];
	bool unknown[FEATURES];  /* its trial failed: says nothing about the kernel */
	char why[FEATURES][256]; /* why it is missing or unknown */
	unsigned nics[NICS];     /* whole pairs of a guest's NICs, by row of nic_table */
	bool driverless[NICS];   /* such a NIC is here, and no driver is bound to it */
	bool unoffered[NICS];    /* in a guest: its QEMU does not have such a NIC */
	char qemu[64];           /* in a guest: QEMU's version; empty: not known, or no guest */
	char no_nics[64];        /* in a guest: why its machine has no NICs to lend; empty: it has, or no guest */
	char unnamed[256];       /* why drop events name no functions; empty: they do */
	bool ends_unknown;       /* a worker could not tell whether labs end */
};
/* In an isolated worker: tries the features that only a trial can tell, and writes the results. `by_ip` as for
 * lab_build(). */
void features_try(struct features *features, bool by_ip);
void features_look_at_version(struct features *features); /* release and version only */
void features_look(struct features *features);            /* those that can be seen from outside */
/* Whether drop events are available: what the workers need for them, or NULL (caller frees). `off`: they are not
 * wanted. */
struct kernel_facts *features_look_at_drops(struct features *features, bool off);
void features_no_drops(struct features *features, const char *why);
/* As results have it. */
const struct result_kernel *features_kernel(struct pool *pool, const struct features *features);
void features_read(struct features *features, const struct result_kernel *kernel);
json_t *features_json(const struct features *features); /* the same as JSON (new reference) */
/* Whether features that are tried out must be known before the first cell: rows of expect or known ask for them, or no
 * lab can be made without. */
bool features_decide(const struct suite *suite, const struct features *features);
/* NULL, or what a cell needs and is missing, as a sentence; caller frees. *outcome becomes SKIP, or BROKEN where it is
 * unknown whether it is missing. */
char *feature_missing(const struct features *features, const struct plan *plan, enum outcome *outcome);
/* Whether that is NULL for all cells of such a lab, as far as is known without their plans. */
bool features_suffice(const struct features *features, const struct testcase *testcase,
                      const struct topology *topology);
/* Only what a cell cannot run without: it would be BROKEN. */
char *lab_missing(const struct features *features, const struct plan *plan);
/* nics.c: the part of it that is a guest's NICs. */
void nics_look(struct features *features);
char *nics_missing(const struct features *features, const struct plan *plan);    /* as feature_missing(); always SKIP */
struct figures nics_figures(struct pool *pool, const struct features *features); /* model to pairs */
void nics_read_qemu(struct features *features, const json_t *qemu); /* of a guest's job: {"version", "lacks"} */
void nics_read_figures(struct features *features, const struct figures *nics);
void features_lost(struct features *features, const char *why); /* those that must be tried are unknown */

#endif
