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
	MAY_PROGRAM = 128, /* object and section, or program */
};

enum inside { INSIDE_IPV4 = 1, INSIDE_IPV6 = 2 };

struct behaviour {
	const char *word;  /* as iproute2 and RFC 8986 write it: "End.X" */
	unsigned action;   /* SEG6_LOCAL_ACTION_..., which older headers lack */
	const char *rfc;   /* "RFC 8986 4.2" */
	unsigned needs;    /* parameters that must be given */
	unsigned allows;   /* parameters that may be given */
	bool decapsulates; /* a segment list in encap mode may end here */
	unsigned inside;   /* INSIDE_...: what it may decapsulate, or what may be in a frame that it does */
	bool frames;       /* what it decapsulates is an Ethernet frame, which leaves by `oif` as it is */
	bool inserts; /* it inserts an SRH before the one that is there; the destination becomes the new list's last
	                 entry */
	bool by_host; /* without flavors, a host does the same at an address of its own (ipv6_srh_rcv()) */
	/* Adds the words after "encap seg6local action WORD", in order; names are already resolved: the next hop, nh6
	 * or nh4, is an address. Both the line and what is read back are made from them; harness/build/seg6.c has the
	 * kernel's attribute of each key. */
	void (*parameters)(struct facts *facts, const struct sid *sid, const char *next_hop);
};
extern const struct behaviour *const behaviour_table[]; /* ends with NULL */
int behaviour_find(const char *word);                   /* row, or -1 */
int behaviour_of_action(unsigned action);               /* row, or -1 */

#endif
