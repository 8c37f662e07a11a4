/* Kinds of devices: what a node holds beside its links. One file and one row each, in harness/kind/device/. A row gives
 * values and pure functions, and calls nothing of its users. */
#ifndef HOPCHECK_DEVICE_H
#define HOPCHECK_DEVICE_H

#include "link.h"

/* How packets reach the device's user-space program. */
enum device_input {
	INPUT_NONE,    /* no program: the kernel does it all */
	INPUT_CAPTURE, /* frames that its node's capture receives; the kernel's own copies are dropped */
	INPUT_TUN,     /* its tun device, which the kernel routes packets to, and which it writes to */
};

/* Keys that it accepts in a topology file. */
enum { DEVICE_SID = 1, DEVICE_CHECKSUM = 2 };

/* A device as the plan has it, for the lines that make it. */
struct device_plan {
	size_t node;
	const struct node *settings;
	const struct address *sid;  /* SID that it serves; NULL: none */
	const char *local, *remote; /* the ends of a tunnel; NULL: none */
	const char *table;          /* of a VRF, a number; NULL: none */
	const char *name;           /* of a VRF, as the file has it; NULL: vrf.TABLE */
	unsigned index;             /* its ifindex; 0: any */
};

struct device_kind {
	const char *word, *about; /* "packet" */
	bool serves;              /* a node's `service` may be it */
	unsigned takes;           /* DEVICE_SID | ... */
	const char *modules;      /* of the kernel, separated by blanks; NULL: none */
	unsigned needs;           /* features that it needs: bits 1 << enum feature */
	const char *name;         /* its interface's name, reserved in every node; NULL: it has no interface */
	const char *note;         /* lines of a script, each "# ...\n": what the script cannot do; NULL: nothing */
	void (*lines)(struct lines *lines, const struct device_plan *device);

	const char *held_as;         /* IFLA_INFO_KIND: "vrf"; NULL: nothing of it is read back */
	const struct held_key *held; /* what is read back beside that; a NULL key ends it; NULL: nothing */

	enum device_input input;
	/* What its program does to a frame, in place, before it forwards it. False: it drops the frame, with this
	 * complaint. NULL: it has no program. */
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
/* The address of the node's service, on or off: its own, else the first SID's; NULL: none. */
const struct address *node_service_sid(const struct node *node);
const struct address *node_own_service_sid(const struct node *node); /* only the service's own; NULL: none */

#endif
