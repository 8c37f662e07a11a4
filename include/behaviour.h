/* The SRv6 behaviours (RFC 8986) the kernel has: one file and one row each. */
#ifndef HOPCHECK_BEHAVIOUR_H
#define HOPCHECK_BEHAVIOUR_H

#include "topology.h"

enum parameter {
	NEEDS_NH6 = 1,
	NEEDS_NH4 = 2,
	NEEDS_TABLE = 4,    /* table */
	NEEDS_VRFTABLE = 8, /* vrftable */
	NEEDS_OIF = 16,
	NEEDS_SEGMENTS = 32, /* a policy: srh segs */
	MAY_FLAVOR = 64,
};

struct behaviour {
	const char *word;  /* as iproute2 and RFC 8986 write it: "End.X" */
	const char *rfc;   /* "RFC 8986 4.2" */
	unsigned needs;    /* parameters that must be given */
	unsigned allows;   /* parameters that may be given */
	bool decapsulates; /* a segment list in encap mode may end here */
	/* Appends the words after "encap seg6local action WORD" to *text; names are already resolved: nh6 is an
	 * address. */
	void (*encode)(char **text, const struct sid *sid, const char *nh6);
};
extern const struct behaviour *const behaviour_table[]; /* ends with NULL */
int behaviour_find(const char *word);                   /* row, or -1 */

#endif
