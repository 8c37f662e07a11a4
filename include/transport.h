/* The transports that traffic can be: one file in harness/kind/transport/ and one row each. What needs sockets is
 * beside it in harness/probe/. */
#ifndef HOPCHECK_TRANSPORT_H
#define HOPCHECK_TRANSPORT_H

#include "traffic.h"

struct transport {
	const char *word; /* the key that chooses it, whose value is the generator: "tcp" */
	const char *name; /* for sentences: "TCP" */
	/* Its fields in files: the first row is the key that chooses it; ends with a NULL key. */
	const struct traffic_field *fields;
	/* Crafted: octets of its header. */
	size_t (*header_octets)(const struct traffic *traffic);
	/* Crafted: why a test with such packets would be void, and the key responsible; NULL: it is not. May itself be
	 * NULL. */
	const char *(*refuse)(const struct traffic *traffic, const char **key);
	/* Crafted: octets of data that the receiver already has; NULL: it accepts all data. */
	uint64_t (*overlap)(const struct traffic *traffic);
};
/* Ends with NULL; a test program may have a table of its own in its place. */
extern const struct transport *const transport_table[];
const struct transport *transport_of(const struct traffic *traffic);

#endif
