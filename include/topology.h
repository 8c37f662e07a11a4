/* A topology: nodes (each a network namespace), links, and what each node does. Made by declare from a file; never
 * changed afterwards. Indices are stable: nodes, links and interfaces keep the order of the file, and a link's
 * interfaces are consecutive. */
#ifndef HOPCHECK_TOPOLOGY_H
#define HOPCHECK_TOPOLOGY_H

#include "address.h"

#define NAME_SIZE 16 /* names of nodes and interfaces: at most 15 octets of [A-Za-z0-9_-], as interface names */

/* A SID with one of the kernel's behaviours; the parameters are those of `ip route ... encap seg6local`. */
struct sid {
	struct where where;
	struct address address;
	unsigned argument; /* bits after its prefix that may have any value: its route is a /(128 - argument) */
	int behaviour;     /* row of behaviour_table */
	char *nh6;         /* an address or a node's name: its interface on the shared link; NULL: none */
	char *nh4;
	char *table, *vrftable;   /* a number or "main"; NULL: none */
	char *oif;                /* an interface of this node */
	struct address *segments; /* End.B6, End.B6.Encaps: the policy's list */
	size_t segment_count;
	char *flavors;                  /* "psp", "usp,usd", ...; NULL: none */
	char *endpoint;                 /* End.BPF: "object PATH section NAME", or "program HEX"; NULL: none */
	int count;                      /* the kernel counts its packets */
	unsigned block, function;       /* next-csid: lblen and nflen, bits; 0: not given */
	bool zero_block, zero_function; /* they are given, as 0, which a kernel must refuse */
};

/* Instructions of a program that a file has in hex: the kernel holds it by a name of 255 octets. */
#define PROGRAM_MOST  15
#define ENDPOINT_MOST 255

enum service_checksum { SERVICE_AS_IS, SERVICE_COMPLETE };
extern const struct word service_checksum_words[]; /* "as-is", "complete" */

/* What a node holds beside its links. */
struct device_kind; /* device.h */
struct device {
	const struct device_kind *kind; /* NULL: a service that is off */
	struct address sid;             /* a service's own; AF_UNSPEC: not given, so that it has the node's first SID */
	bool has_checksum;
	enum service_checksum checksum;
};

enum route_type { ROUTE_UNICAST, ROUTE_BLACKHOLE, ROUTE_UNREACHABLE, ROUTE_PROHIBIT };
extern const struct word route_type_words[]; /* those that lead nowhere: "blackhole", "unreachable", "prohibit" */
/* A next hop of a route. */
struct gateway {
	struct where where;
	char *via;   /* a neighbour node's name, or an address of its end of a link */
	char *oif;   /* an interface of this node; NULL: the first that leads there */
	long weight; /* 1 to 256, beside the route's others */
};
struct route {
	struct where where;
	struct prefix to;
	enum route_type type;
	struct gateway *gateways; /* any of them may be taken for a packet */
	size_t gateway_count;     /* 0: it leads nowhere */
	char *table; /* a number; NULL: main, in which received packets are looked up unless a VRF or a rule says
	                otherwise */
};

/* A VRF: what comes in by its ports is looked up in its table first. */
struct vrf {
	struct where where;
	char name[NAME_SIZE];
	char *table; /* a number */
};

/* `ip rule`: packets that it matches are looked up in a table. */
struct table_rule {
	struct where where;
	bool has_from, has_to;
	struct prefix from, to;
	char *iif;   /* a port or VRF of the node; NULL: any */
	long fwmark; /* 0: any */
	long priority;
	char *table; /* a number; NULL: main */
};

/* What a node pushes onto packets for a prefix: a route with `encap seg6`. */
struct policy {
	struct where where;
	struct prefix to;
	char *table; /* a number; NULL: main */
	int mode;    /* enum mode: one that a seg6 route can have */
	struct address *segments;
	size_t segment_count;
	int hmac; /* the number of the key by which an HMAC TLV is made (RFC 8754 2.1.2); 0: none */
};

struct node {
	struct where where;
	char name[NAME_SIZE];
	struct address *addresses; /* given ones; on the node's lo */
	size_t address_count;
	struct sid *sids;
	size_t sid_count;
	struct device *devices; /* one of them at most is a service */
	size_t device_count;
	struct route *routes; /* given ones, before the generated ones */
	size_t route_count;
	struct vrf *vrfs;
	size_t vrf_count;
	int vrf_strict_mode; /* 1 unless given: no two VRFs have one table, as SIDs with a vrftable need it */
	struct table_rule *rules;
	size_t rule_count;
	struct policy *policies;
	size_t policy_count;
	bool had_sids;    /* a plan's copy, for a kernel without seg6local: its End SIDs are among its addresses now */
	int seg6_enabled; /* 1 unless given */
	int seg6_require_hmac; /* 0 unless given; -1, 0 or 1 */
	int seg6_flowlabel;    /* of headers that it pushes: -1 none, 0 the inner one, 1 computed; 0 unless given */
	struct address tunsrc; /* source of headers that it pushes; AF_UNSPEC: the kernel chooses */
	int forwarding;        /* 1: on; -1: off; 0: as routers and nodes with SIDs have it, on */
	int seg6_hmac_key;     /* the number of its key for HMACs, whose secret is HMAC_SECRET; 0: none */
	int listener;          /* 1: a plain packet socket listens beside the capture */
};

struct nic_model; /* link.h */
struct interface {
	size_t node, link;
	char name[NAME_SIZE];
	unsigned mtu;                  /* 1500 unless given */
	struct address address;        /* on the link (/64), IPv6; AF_UNSPEC: not given */
	struct address ipv4;           /* likewise (/24) */
	int seg6_enabled;              /* 1: on; -1: off, whatever its node has; 0: as its node */
	const struct nic_model *model; /* of the NIC at this end; NULL: links of its kind have none */
	bool has_mac;                  /* given */
	uint8_t mac[6];
	size_t vrf; /* 1 + that of its node; 0: none */
};

/* What seg6_enabled is on an interface; `all` has that of the node. Linux takes the lesser of both
 * (Documentation/networking/seg6-sysctl.rst). */
#define seg6_is_enabled(t, i)                                                                                          \
	((t)->interfaces[i].seg6_enabled ? (t)->interfaces[i].seg6_enabled > 0                                         \
	                                 : (t)->nodes[(t)->interfaces[i].node].seg6_enabled != 0)

/* Two or more interfaces that receive each other's packets. */
struct link {
	struct where where;
	int kind;            /* row of link_table */
	unsigned prefix;     /* bits that its IPv6 addresses have in common; 0: not given, 64 */
	bool link_local;     /* of IPv6 its interfaces have link-local addresses only */
	size_t first, count; /* its interfaces: the topology's interfaces[first] to [first + count - 1] */
};

struct topology {
	char *file, *name, *about;
	struct node *nodes;
	size_t node_count;
	struct link *links;
	size_t link_count;
	struct interface *interfaces;
	size_t interface_count;
};

#define INTERFACES(topology) ((topology)->interface_count)
#define NOT_FOUND            ((size_t)-1)

/* Iterates over the others on an interface's link: returns the one after `after` (NOT_FOUND: the first), or NOT_FOUND
 * after the last. */
size_t link_other(const struct topology *topology, size_t interface, size_t after);
#define FOR_EACH_OTHER(other, topology, interface)                                                                     \
	for (size_t other = link_other((topology), (interface), NOT_FOUND); other != NOT_FOUND;                        \
	     other = link_other((topology), (interface), other))
/* Iterates likewise over the interfaces of a node, in the order of the file. */
static inline size_t node_interface(const struct topology *topology, size_t node, size_t after)
{
	size_t next = after == NOT_FOUND ? 0 : after + 1;

	while (next < topology->interface_count && topology->interfaces[next].node != node)
		next++;
	return next < topology->interface_count ? next : NOT_FOUND;
}
#define FOR_EACH_INTERFACE(interface, topology, node)                                                                  \
	for (size_t interface = node_interface((topology), (node), NOT_FOUND); interface != NOT_FOUND;                 \
	     interface = node_interface((topology), (node), interface))
/* Of a link with two interfaces the other one; NOT_FOUND: there are more. */
size_t link_peer(const struct topology *topology, size_t interface);
size_t link_position(const struct topology *topology, size_t interface); /* on its link, from 0 */

/* The on-link prefix of an address: its /64, unless the link has another length; for IPv4 its /24. */
struct prefix link_prefix(const struct link *link, const struct address *address);

/* From a node to a neighbour: interfaces of one link. */
struct crossing {
	size_t out, in;
};
/* The first in the order of the file. False: no link joins the two. */
/* The same by an interface of a table (NULL: main) where there is one. */
bool table_crossing(struct crossing *ret, const struct topology *topology, size_t node, const char *table,
                    size_t neighbour);
bool topology_crossing(struct crossing *ret, const struct topology *topology, size_t node, size_t neighbour);

/* Reads and checks one file: syntax, names, types, every link's ends, connectedness. All errors of the file go to err,
 * as file:line:column lines. Returns 0 and *ret (caller frees), or -1. */
int topology_read(struct topology **ret, const char *path, struct error *err);
/* The same from memory; `file` is the name used in messages. */
int topology_parse(struct topology **ret, const char *file, struct bytes text, struct error *err);
struct topology *topology_copy(const struct topology *topology);
void topology_free(struct topology *topology);
DEFINE_OWNED(topology)

size_t topology_node(const struct topology *topology, const char *name);                   /* or NOT_FOUND */
size_t topology_interface(const struct topology *topology, size_t node, const char *name); /* or NOT_FOUND */

bool node_has_address(const struct node *node, const struct address *address); /* given to it, on its lo */
bool node_has_sid(const struct node *node, const struct address *address);     /* exactly, not within a prefix */
/* The longest of a node's given routes of a table (a number; NULL: main) that covers an address; NULL: none. */
const struct route *node_route(const struct node *node, const char *table, const struct address *to);
/* The longest of a node's policies of a table that covers an address; NULL: none, or a given route is longer. */
const struct policy *node_policy(const struct node *node, const char *table, const struct address *to);
/* Whether a SID has a flavor; a part of its word finds those that it begins. */
bool sid_has_flavor(const struct sid *sid, const char *word);
/* Whether a route of a node delivers to the node itself. */
bool route_is_own(const struct node *node, const struct route *route);
bool same_table(const char *a, const char *b); /* NULL: main */
/* The SID of a node that covers an address, the one with the longest prefix; NULL: none. */
const struct sid *node_sid(const struct node *node, const struct address *address);
/* The same over all nodes, as their routes look it up; *owner is its node, and may be NULL. */
const struct sid *topology_sid(const struct topology *topology, const struct address *address, size_t *owner);
/* The table in which what comes in by an interface is looked up first, and which has its addresses: that of its VRF, a
 * number; NULL: main. */
const char *interface_table(const struct topology *topology, size_t interface);
/* place.c: a node's table main is a place, and each of its VRFs is one of its own: routes lead from one to another by
 * links alone, which join the places of their interfaces. Numbers: that of a node for its main. */
size_t topology_places(const struct topology *topology);
size_t interface_place(const struct topology *topology, size_t interface);
size_t table_place(const struct topology *topology, size_t node, const char *table);  /* main: also for another table */
size_t place_node(const struct topology *topology, size_t place, const char **table); /* NULL: main */
/* A node's VRF by its name, or by its table (a number); NULL: none. */
const struct vrf *node_vrf(const struct node *node, const char *name);
const struct vrf *node_vrf_of(const struct node *node, const char *table);
/* A SID's next hop as the file has it, nh4 or nh6: an address or a neighbour's name; NULL: none. */
const char *sid_given_next_hop(const struct sid *sid);
/* The number of a table that a file may give by name. */
const char *table_number(const char *name);
/* The same for a SID's `table`; NULL: main. */
const char *sid_table(const struct sid *sid);
/* The table in which what it decapsulates or forwards is looked up: that of `vrftable` or `table`; NULL: main. */
const char *sid_looks_in(const struct sid *sid);
/* The prefix that its route is for. */
struct prefix sid_prefix(const struct sid *sid);
/* The bits of a SID before its argument: lblen + nflen, which are 32 and 16 unless given (RFC 9800 4.1, Linux). */
unsigned sid_csid_bits(const struct sid *sid);
/* Whether lblen and nflen are such as RFC 9800 4.1 and Linux take: not 0, whole octets, and 128 bits together at most.
 * Others are for cases that expect them to be refused. */
bool sid_csid_is_valid(const struct sid *sid);
/* NEXT-C-SID (RFC 9800 4.1): where the node of a SID sends a packet for `address` whose argument is not used up. False:
 * the SID does not have this flavor, or the argument is used up. */
bool sid_shift(const struct sid *sid, const struct address *address, struct address *next);

#endif
