/* What a row of `expect` says of packets at a hop, of an ICMPv6 error, or of a counter: one field of it and what that
 * must be. Made by declare, compared by judge. */
#ifndef HOPCHECK_CHECK_H
#define HOPCHECK_CHECK_H

#include "address.h"

/* What a number may be; both ends count. */
struct bounds {
	int64_t least, most;
};
/* "3", "0x1f", ">=2", "<=1514", ">1 <5": all conditions must hold. False: it is malformed. */
bool bounds_parse(struct bounds *ret, const char *text);

enum check_type {
	CHECK_NUMBER,    /* bounds; `none` where the field may be missing */
	CHECK_WORD,      /* bounds of a row of the field's words */
	CHECK_ADDRESS,   /* one address */
	CHECK_ADDRESSES, /* a list, in the order of travel; none: `none` */
	CHECK_HEX,       /* octets; none: `none` or "" */
	CHECK_NODE,      /* a node's name */
};
struct check_field {
	const char *key;
	enum check_type type;
	bool may_lack; /* `none` may be given: the packet has nothing of the kind */
	const struct word *words;
	const char *about; /* one line */
};

/* Of packets at a hop; rows of hop_fields, which ends with a NULL key. */
enum hop_field {
	HOP_WAY, /* which packets are meant; the others are of all of these */
	HOP_PACKETS,
	HOP_LARGEST,
	HOP_MODE,
	HOP_SOURCE,
	HOP_DESTINATION,
	HOP_HOP_LIMIT,
	HOP_TRAFFIC_CLASS,
	HOP_FLOW_LABEL,
	HOP_SEGMENTS_LEFT,
	HOP_LAST_ENTRY,
	HOP_SEGMENTS,
	HOP_TAG,
	HOP_FLAGS,
	HOP_TLVS,
	HOP_INNER_SOURCE,
	HOP_INNER_DESTINATION,
	HOP_FIELDS
};
extern const struct check_field hop_fields[];

/* Of an ICMP error that reaches a node; rows of icmp_fields. */
enum icmp_field {
	ICMP_AT,
	ICMP_VERSION,
	ICMP_TYPE,
	ICMP_CODE,
	ICMP_FROM,
	ICMP_ABOUT,
	ICMP_POINTER,
	ICMP_MTU,
	ICMP_FIELDS
};
extern const struct check_field icmp_fields[];

/* One field, and what it must be. */
struct check {
	int field; /* row of the table that it is of */
	bool none; /* it must be missing */
	struct bounds bounds;
	struct address *addresses;
	size_t address_count;
	uint8_t *octets;
	size_t octet_count;
	char *text; /* as written; a node's name */
};
char *check_text(const struct check *check); /* what it must be, as written; caller frees */
/* Those of one hop, or of one error. */
struct checks {
	char *at; /* a hop, or NULL */
	struct check *list;
	size_t count;
};
/* The one of a field; NULL: none. */
const struct check *checks_find(const struct checks *checks, int field);
void checks_clear(struct checks *checks);

/* A counter of a node, or of one of its interfaces. */
struct counter_check {
	char *node, *name; /* "Ip6InNoRoutes", "b0:tx_dropped" */
	struct bounds bounds;
	char *text;
};

#endif
