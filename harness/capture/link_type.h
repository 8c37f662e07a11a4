/* Link types: what is before the network's header, one row each. Pure. */
#ifndef HOPCHECK_CAPTURE_LINK_TYPE_H
#define HOPCHECK_CAPTURE_LINK_TYPE_H

#include "base.h"

struct link_header {
	size_t size;      /* octets before the network's header */
	uint16_t type;    /* as an Ethernet type */
	int direction;    /* as of struct capture_point */
	long interface;   /* its number where the packet tells it; -1 */
	bool is_ethernet; /* the header is one of Ethernet, and stays */
};
/* What the first octets of a packet say. False: nobody here reads this link type, or the packet has not all of it. */
bool link_header_read(int link_type, struct bytes start, struct link_header *ret);
bool link_type_is_read(int link_type);

#endif
