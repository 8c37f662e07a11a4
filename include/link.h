/* Kinds of links, and models of the NICs at their ports: one file and one row each, in harness/kind/link/. A row gives
 * values and pure functions, and calls nothing of its users. */
#ifndef HOPCHECK_LINK_H
#define HOPCHECK_LINK_H

#include <linux/virtio_net.h>

#include "line.h"
#include "testcase.h"

#define COMPLAINT_SIZE 128

/* What a NIC is: our own, behind a TAP device, or one that QEMU emulates (nic.h). */
struct nic_model {
	const char *word, *about; /* "csum-start", "e1000" */
	/* Our own: what its driver does with a packet whose checksum is partial. False: it complains with this text. */
	bool (*transmit)(const struct virtio_net_hdr *offload, uint8_t *frame, size_t length,
	                 char complaint[COMPLAINT_SIZE]);
	bool cuts; /* segments what TSO left as one packet: frame_cut() */
	/* QEMU's: */
	const char *device;  /* QEMU's -device */
	const char *modules; /* of the kernel, separated by blanks, without those that they depend on */
	const char *driver;  /* as the kernel's log and /sys/bus/pci/drivers have it */
	uint16_t vendor_id, device_id;
	bool gro; /* whether the driver hands packets to GRO; two old ones do not, whatever `ethtool -k` says */
	/* Parameters of its driver's module, one value for each NIC, on kernels of a range; NULL: none. */
	const char *parameter, *value, *parameter_for;
};

/* A port as the plan has it, for the lines that make it. */
struct port_plan {
	size_t node;
	const char *node_name, *name;
	const char *mac;  /* "02:68:63:00:00:01" */
	const char *lent; /* of a lent port: its name in the machine's own network namespace; else NULL */
	unsigned ifindex; /* its ifindex, where that can be chosen */
	unsigned mtu;
	const struct nic_model *model; /* NULL: ports of its kind have none */
};

/* Added to the ifindex of a port, it is that of the device beneath it, whose packets are no hop's. */
#define BENEATH 100000U

/* An attribute of a device in IFLA_INFO_DATA. */
struct held_key {
	const char *key; /* as line_leaves() has it: "table" */
	unsigned short attribute;
	enum { HELD_NUMBER, HELD_OCTET, HELD_ADDRESS } form; /* 32 bits; 8; an IPv6 address */
};
#define HELD_ATTRIBUTES 32 /* at most */

struct link_kind {
	const char *word, *about; /* "veth" */
	unsigned ports;           /* ports that it can join, at most; at least 2 */
	/* Models of the NICs at its ports, the first unless given; NULL: its ports have none. */
	const struct nic_model *models;
	size_t model_count;
	bool one_model; /* for all its ports */

	const char *modules; /* of the kernel, separated by blanks, beside those of its NICs; NULL: none */
	unsigned needs;      /* features that it needs: bits 1 << enum feature */
	unsigned gro_needs;  /* features without which its ports accept `gro: on` and run no GRO */
	/* Why a port runs no GRO, on any kernel; caller frees. NULL, or returning NULL: it does. */
	char *(*no_gro)(const struct nic_model *model);
	bool lent;          /* its ports are NICs of a guest, taken from its own network namespace and given back */
	bool state_unknown; /* a port that is up may report operstate UNKNOWN */
	bool cuts;          /* a port's device may segment on the wire what the capture saw leave as one packet */
	bool beneath;       /* below each port is another device, with an ifindex that is BENEATH more */
	bool sums;          /* it gives sums over all of a packet, and a wrong one is told by the kernel's log alone */
	bool napi;          /* with `carry`: its TAP devices take TSO, and run NAPI and by it GRO */
	bool paged;         /* what arrives lies in pages behind its Ethernet header */
	const char *note;   /* lines of a script, each "# ...\n": what the script cannot do; NULL: nothing */

	const char *held_as;         /* IFLA_INFO_KIND: "vxlan"; NULL: nothing of it is read back beside the kind */
	const struct held_key *held; /* what is; a NULL key ends it */

	/* Lines that make the link, before those of any node, and lines in a port's node; NULL: none. */
	void (*make)(struct lines *lines, const struct port_plan *ports, size_t count);
	void (*port)(struct lines *lines, const struct port_plan *port);
	/* Not NULL: its ports are TAP devices with a virtio_net_hdr, and user space is between them. Changes a frame
	 * that `sender` sends, in place. False: the sender's driver makes this complaint. */
	bool (*carry)(const struct nic_model *sender, struct virtio_net_hdr *offload, uint8_t *frame, size_t length,
	              char complaint[COMPLAINT_SIZE]);
};
extern const struct link_kind *const link_table[]; /* ends with NULL; the first is the default */

const struct link_kind *link_kind(const struct link *link);
const struct link_kind *port_kind(const struct topology *topology, size_t interface);
bool links_are_lent(const struct topology *topology); /* some of them */

/* The words of all kinds, and of all models; values are rows of link_table, and numbers for nic_model_at(). */
const struct word *link_words(void);
const struct word *nic_model_words(void);
int link_find(const char *word);                          /* row of link_table, or -1 */
const struct nic_model *nic_model_find(const char *word); /* NULL: none */
const struct nic_model *nic_model_at(int number);
/* The kind of link that a model is for. */
const struct link_kind *nic_model_kind(const struct nic_model *model);

#endif
