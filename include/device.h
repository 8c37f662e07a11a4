/* Kinds of devices: what a node holds beside its links. One file and one row each, in harness/kind/device/. A row gives
 * values and pure functions; it knows nobody who asks it. */
#ifndef HOPCHECK_DEVICE_H
#define HOPCHECK_DEVICE_H

#include "link.h"

/* How packets come to a program of ours that is the device's other side. */
enum device_hears {
	HEARS_NOTHING, /* it has none: the kernel does it all */
	HEARS_LINKS,   /* by what its node's capture hears come in; beside the kernel, whose own copy must end */
	HEARS_DEVICE,  /* by the descriptor of its tun device: the kernel routes them there, and takes back what it
	                  writes */
};

/* Keys of a file that it takes. */
enum { DEVICE_SID = 1, DEVICE_CHECKSUM = 2 };

/* A device as the plan has it, for the lines that make it. */
struct device_plan {
	size_t node;
	const struct node *settings;
	const struct address *sid;  /* that it serves; NULL: none */
	const char *local, *remote; /* the ends of a tunnel; NULL: none */
	const char *table;          /* of a VRF, a number; NULL: none */
};

/* A fact of its link that the kernel holds in IFLA_INFO_DATA. */
struct held_key {
	const char *key; /* as line_leaves() has it: "table" */
	unsigned short attribute;
	enum { HELD_NUMBER, HELD_ADDRESS } form; /* 32 bits; an IPv6 address */
};
#define HELD_ATTRIBUTES 32 /* at most */

struct device_kind {
	const char *word, *about; /* "packet" */
	bool serves;              /* a node's `service` may be it */
	unsigned takes;           /* DEVICE_SID | ... */
	const char *modules;      /* of the kernel, separated by blanks; NULL: none */
	unsigned needs;           /* features without which it cannot be had: bits 1 << enum feature */
	const char *name; /* of the interface that it is in its node, which no link's may have; NULL: it is none */
	const char *note; /* lines of a script, each "# ...\n": what the script cannot do; NULL: nothing */
	void (*lines)(struct lines *lines, const struct device_plan *device);

	const char *held_as;         /* the kernel's word for such a link: "vrf"; NULL: nothing of it is read back */
	const struct held_key *held; /* what is read back beside that; a NULL key ends it; NULL: nothing */

	enum device_hears hears;
	/* What its program does to a frame before it sends it on, in place. False: it does not send it on, and
	 * complains in these words. NULL: it has no program. */
	bool (*process)(const struct device *device, uint8_t *frame, size_t length, char complaint[COMPLAINT_SIZE]);
};
extern const struct device_kind *const device_table[]; /* ends with NULL */
/* Those that the plan itself makes: for mode ip6ip6, and for SIDs with a vrftable. */
extern const struct device_kind device_ip6tnl, device_vrf;

/* The words of `service`: "off" and the kinds that serve; values are numbers for device_at(). */
const struct word *service_words(void);
const struct device_kind *device_at(int number);         /* NULL: off */
const struct device_kind *device_find(const char *word); /* NULL: none */

/* The device that is a node's service; NULL: none, or it is off. */
const struct device *node_service(const struct node *node);
/* The same, off or on, for settings: made where the node has none. */
struct device *node_service_slot(struct node *node);
/* The address that the node's service has, or would have when it is on: its own, else the first SID's; NULL: none. */
const struct address *node_service_sid(const struct node *node);
const struct address *node_own_service_sid(const struct node *node); /* the first of the two alone; NULL: none */

#endif
