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
	unsigned action;   /* SEG6_LOCAL_ACTION_..., which older headers lack */
	const char *rfc;   /* "RFC 8986 4.2" */
	unsigned needs;    /* parameters that must be given */
	unsigned allows;   /* parameters that may be given */
	bool decapsulates; /* a segment list in encap mode may end here */
	bool ipv4_only;    /* what it decapsulates is IPv4 */
	bool inserts;      /* its policy goes before the list that is there, whose end the destination becomes */
	bool by_host;      /* without flavors, a host does the same at an address of its own (ipv6_srh_rcv()) */
	/* Adds the words after "encap seg6local action WORD", in their order; names are already resolved: nh6 is an
	 * address. What the line says and what must be read back are both made of them; how the kernel holds a key is
	 * in harness/build/seg6.c. */
	void (*parameters)(struct facts *facts, const struct sid *sid, const char *nh6);
};
extern const struct behaviour *const behaviour_table[]; /* ends with NULL */
int behaviour_find(const char *word);                   /* row, or -1 */
int behaviour_of_action(unsigned action);               /* row, or -1 */

#endif
