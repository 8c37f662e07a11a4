/* A plan: everything that is done for one cell, as commands that could be typed, and the lab's parts. Pure. */
#ifndef HOPCHECK_PLAN_H
#define HOPCHECK_PLAN_H

#include "line.h"
#include "testcase.h"

struct plan_interface {
	uint8_t mac[6];
	unsigned ifindex;       /* unlike its peer's, and unlike any other's in the lab */
	struct address address; /* IPv6 */
	struct address ipv4;    /* none where nothing of the case needs it */
};

/* A service on a node: it gets the packets for the SID, which is always there. */
struct plan_service {
	size_t node;
	struct device device;
};

/* An offload as it was read back after setting. */
struct offload_state {
	size_t interface;
	enum offload offload;
	bool on;
};

/* Where a node sends packets for an address: a route of the lab. */
struct next_hop {
	size_t node;
	const char *table; /* NULL: main */
	struct address to;
	size_t out, in; /* interfaces of one link: where it leaves the node, and where it arrives at the next */
	bool connected; /* the address is on the link: no route is needed */
	bool replaced;  /* no line makes it: a policy of the node has the route */
};

/* What a node pushes onto packets that it sends by one of its routes: a policy of its file, or the traffic's segments
 * at their headend. */
struct plan_policy {
	size_t node;
	const char *table; /* of the route; NULL: main */
	struct prefix to;
	int mode;                   /* enum mode */
	const struct address *list; /* in the order of travel; borrowed */
	size_t count;
	int hmac;                   /* the number of the key of its HMAC TLV; 0: none */
	struct address source;      /* of the header that it pushes */
	const struct policy *given; /* of plan->topology; NULL: it is the traffic's */
	size_t line;                /* 1 + that of the lab; 0: none */
};

/* A flow, as far as others that run at once with it are concerned. */
struct plan_flow {
	struct traffic traffic; /* as in its own plan */
	size_t headend;
};

struct plan {
	const struct testcase *testcase; /* borrowed */
	bool seg6local;                  /* the kernel has it: 4.14 and later */
	size_t cell;
	const struct topology *given;      /* borrowed */
	struct topology *topology;         /* the same with the cell's settings applied */
	struct traffic traffic;            /* likewise; strings and lists are borrowed from the case */
	struct plan_flow *flows;           /* those that run at once, this one among them */
	size_t flow_count, flow;           /* 1 and 0: alone */
	size_t from, to, headend;          /* nodes */
	bool to_is_owned;                  /* node `to` has the address traffic.to */
	bool ipv4;                         /* its links have IPv4 addresses */
	struct plan_interface *interfaces; /* as topology->interfaces */
	struct address from_address;       /* the connection's source address */
	struct address outer_address;      /* encap, ip6ip6: the headend's */
	struct plan_service *services;
	size_t service_count;
	struct next_hop *next_hops;
	size_t next_hop_count;
	struct plan_policy *policies;
	size_t policy_count;
	struct lines lab;              /* building: once for all cells with the same lab key */
	size_t *vrf_lines;             /* of each place of a VRF: 1 + the line of the lab that others depend on */
	bool *needed;                  /* per dispensable line of the lab: whether this cell's packets need it */
	struct command *cell_commands; /* between cells of one lab: routes with encap, offloads */
	size_t cell_command_count;
	signed char (*offloads)[OFFLOADS]; /* per interface: 1 on, 0 off, -1 as the kernel made it */
	char *key;                         /* the lab: topology and all lab commands as text; equal keys, equal labs */
};

/* Whether a cell can be planned: all checks of its values, without making its lines. */
int plan_check(const struct testcase *testcase, const struct topology *topology, size_t cell, struct error *err);
/* For a kernel version, "4.12.0"; NULL or empty: a current kernel. Returns 0 and *ret (caller frees; testcase and
 * topology must outlive it), or -1. */
int plan_make(struct plan **ret, const struct testcase *testcase, const struct topology *topology, size_t cell,
              const char *kernel, struct error *err);
void plan_free(struct plan *plan);
DEFINE_OWNED(plan)

/* Warns, with the place, of segments that no node of the case's topologies has: a case may do that on purpose. */
void plan_warn(const struct testcase *testcase, struct topology *const *topologies, struct error *warnings);

/* How a node sends to an address, by the plan's routes; NULL: the address is its own, or there is no route. */
const struct next_hop *plan_next_hop(const struct plan *plan, size_t node, const struct address *to);
/* The same in a table, that of a VRF; NULL: main. */
const struct next_hop *plan_next_hop_in(const struct plan *plan, size_t node, const char *table,
                                        const struct address *to);

/* The policy by which a node sends packets for an address that is not its own, in a table (NULL: main): that of the
 * longest prefix; NULL: none, or a route of the file has a longer one. */
const struct plan_policy *plan_policy_for(const struct plan *plan, size_t node, const char *table,
                                          const struct address *to);

/* Whether a table (NULL: main) of a node has a route to an address. */
bool plan_table_has(const struct plan *plan, size_t node, const char *table, const struct address *to);

/* How a packet comes to a node's routes. */
struct arrival {
	size_t in;             /* the interface that it came in by; NOT_FOUND: the node sends it itself */
	const char *vrf;       /* the table of the VRF that it is in; NULL: none */
	struct address source; /* AF_UNSPEC: not known */
};
/* The table in which a node finds its route to an address, by its rules, its VRF, and main last; NULL: main. */
const char *plan_table_for(const struct plan *plan, size_t node, const struct arrival *arrival,
                           const struct address *to);

/* The service of a node that gets packets for an address; NULL: none. */
const struct plan_service *plan_service_at(const struct plan *plan, size_t node, const struct address *sid);

/* Whether a node has a route to an address, generated or given, or has the address itself. */
bool plan_has_route(const struct plan *plan, size_t node, const struct address *to);

/* Whether an address is on-link for a node, over `oif` where it is link-local, and no node there has it. */
bool plan_lacks_neighbour(const struct plan *plan, size_t node, const char *oif, const struct address *to);

/* Of a cell in mode ip6ip6: the address where its tunnel ends; NULL: it has none. */
const struct address *plan_tunnel_end(const struct plan *plan);

/* Whether a node forwards what is not for it: routers do, and nodes with SIDs. */
bool plan_forwards(const struct plan *plan, size_t node);

/* What a kernel's version alone decides. */
enum kernel_trait {
	TRAIT_SEG6LOCAL, /* seg6local routes; before, an address of the node acts as End, by ipv6_srh_rcv() */
	TRAIT_INLINE,    /* inline mode in every kernel with SRv6; before, CONFIG_IPV6_SEG6_INLINE */
	TRAIT_VETH_GRO,  /* veth runs GRO when gro is on; before, only where a vendor's kernel has it */
};
bool kernel_has(const char *kernel, enum kernel_trait trait);
/* Whether its packets pass a SID that needs seg6local, rather than one that an address of the node can stand for. */
bool plan_needs_seg6local(const struct plan *plan);

/* The address of an interface on its link, of a family; none: it has none of that, or only a link-local one. */
const struct address *port_address(const struct plan *plan, size_t interface, int family);
/* The link-local address that an interface derives from its MAC (EUI-64). Labs switch them off, but on links that have
 * no others. */
struct address address_link_local(const struct plan *plan, size_t interface);
/* The address by which others on its link send to it. */
struct address port_gateway(const struct plan *plan, size_t interface, int family);

/* Whether an address is one of a node's own: given to it, or that of its end of a link. */
bool address_is_local(const struct plan *plan, size_t node, const struct address *address);
/* Whether an address is the link-local one that the kernel makes of the MAC of an interface of a node. */
bool address_is_own_link_local(const struct plan *plan, size_t node, const struct address *address);
/* The VRF of which one of a node's own addresses is, as that of a port; NULL: none. */
const struct vrf *address_vrf(const struct plan *plan, size_t node, const struct address *address);
/* The node of which an address is one, or which sends crafted packets from it; NOT_FOUND: none, or it is a SID. */
size_t address_host(const struct plan *plan, const struct address *address);

/* Whether its lab has TAP or TUN devices, which need /dev/net/tun. */
bool plan_uses_tun(const struct plan *plan);

/* A shell script that builds this cell's lab in named namespaces and says how to remove it; caller frees. */
char *plan_script(const struct plan *plan);

#endif
