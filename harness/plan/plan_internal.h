/* Private to the plan room. */
#ifndef HOPCHECK_PLAN_INTERNAL_H
#define HOPCHECK_PLAN_INTERNAL_H

#include "plan.h"

/* resolve.c: the topology and traffic of one cell: `set`, `traffic`, then each axis' settings, in this order. */
int resolve_cell(struct plan *plan, const struct topology *topology, struct error *err);

/* refuse.c: reports settings of the cell that contradict each other; 0, or -1 and err. */
int cell_refuse(const struct plan *plan, struct error *err);
/* Where the file sets a key for the cell; NULL: the segments of its mode. */
struct where cell_place(const struct plan *plan, const char *key);

/* at_once.c: what flows that run at once cannot send, of a cell that is resolved; 0, or -1 and err. */
int at_once_refuse(const struct plan *plan, struct error *err);
/* That routes of flows that run at once exclude each other; 0, or -1 and err. */
int at_once_check(const struct plan *plan, struct error *err);

/* Whether it needs a route that pushes its segments, or leads into its tunnel. */
static inline bool traffic_pushes(const struct traffic *traffic)
{
	return traffic->mode != MODE_PLAIN && !traffic_is_crafted(traffic);
}

/* age.c: the topology as the plan's kernel supports it. */
void age_apply(struct plan *plan);

/* address.c: generated addresses, and the owner of an address. */
void addresses_make(struct plan *plan);
size_t address_owner(const struct plan *plan, const struct address *address);   /* node, or NOT_FOUND */
bool address_is_shared(const struct plan *plan, const struct address *address); /* by nodes that VRFs keep apart */
/* The node that has a link-local address on the link of an interface, from there; NOT_FOUND: none. */
size_t address_link_neighbour(const struct plan *plan, size_t out, const struct address *address);
/* Of a family: its first given one, else its first link's. */
const struct address *node_address(const struct plan *plan, size_t node, int family);
/* Source of crafted packets: no node has it, so that nothing answers the receiver. */
const struct address *crafted_source(int family);
/* The families that a lab's addresses have: IPv6, and IPv4 where the case needs it; ends with AF_UNSPEC. */
const int *plan_families(const struct plan *plan);

/* ends.c: over all cells of the case. */
struct nodes {
	size_t *list, count;
};
struct case_ends {
	struct nodes from, headends;
	const struct address **to; /* borrowed from the case */
	size_t to_count;
};
struct case_ends case_ends_make(const struct plan *plan); /* nodes of the plan's topology only */
void case_ends_clear(struct case_ends *ends);
bool case_crafts(const struct testcase *testcase);          /* whether any cell's packets are crafted */
bool case_sends_ipv4(const struct testcase *testcase);      /* whether any cell's are IPv4 */
bool case_starts_anywhere(const struct testcase *testcase); /* whether any cell's may leave with segments behind them */
/* Each setting: `set` and `traffic`, then all values of all axes. */
void case_settings(const struct testcase *testcase, void (*take_one)(void *context, const struct setting *setting),
                   void *context);

/* route.c */
/* A policy of the file that packets for an address meet. */
struct pushed {
	size_t node;
	const struct policy *policy;
	struct address to;
};
struct routes {
	struct next_hop *entries;
	size_t count;
	struct pushed *pushed;
	size_t pushed_count;
	size_t ruled; /* how many rules led to where a walk is now */
};
void routes_clear(struct routes *routes);
/* All routes that any segment list of the case needs between any of its ends, and every node's routes back to its
 * sources: cells that differ in these alone share a lab. */
struct routes routes_make(const struct plan *plan);
/* Those of the cell's own packets and their answers. */
struct routes routes_of_cell(const struct plan *plan);
/* policy.c: what nodes push, and the source of the traffic's outer header. */
void policies_make(struct plan *plan);
/* The part of a route's line that pushes, and its facts. */
void policy_words(struct command *line, struct facts *facts, const struct plan_policy *policy);
void policy_lines(struct plan *plan, size_t node); /* of the file's policies */
#define LAB(node, tool, ...) LINE(&plan->lab, (node), (tool), __VA_ARGS__)
char *mac_text(const struct plan *plan, size_t interface); /* caller frees */
static inline const struct link *link_of(const struct plan *plan, size_t interface)
{
	return &plan->topology->links[plan->topology->interfaces[interface].link];
}
char *table_words(const char *table); /* " table 100" of a route's line; "" for NULL, main; caller frees */
const char *interface_name(const struct plan *plan, size_t interface);
/* tunnel.c: a node's end of the tunnel, if it has one. */
void tunnel_lines(struct plan *plan, size_t node);
/* vrf.c: a node's VRFs, with their ports; and its rules. */
void node_vrf_lines(struct plan *plan, size_t node);
void rule_lines(struct plan *plan, size_t node);
/* 1 + the line that all that is of the VRF with a table depends on; 0: there is no such VRF. */
size_t vrf_line(const struct plan *plan, size_t node, const char *table);
void line_depends(struct plan *plan, size_t after); /* the lab's last line; 0: on none */
/* sids.c */
int sid_lines(struct plan *plan, size_t node, const struct routes *routes, struct error *err);
void needed_make(struct plan *plan); /* which SIDs the cell's packets need */
/* gateway.c: over which link a node reaches a next hop of a route; false: over none. */
bool gateway_crossing(struct crossing *ret, const struct plan *plan, size_t node, const char *table,
                      const struct gateway *gateway);
/* The line of a route of the file that leads to others; 0, or -1 and err: a next hop is not where it is said to be. */
int gateway_lines(struct plan *plan, size_t n, const struct route *route, struct error *err);
/* A route with one next hop, in a table (NULL: main); `verb`: "add" or "replace". */
struct command *via_line(struct plan *plan, size_t n, const char *verb, const struct prefix *to, struct crossing over,
                         const char *table);
/* commands.c */
int commands_make(struct plan *plan, const struct routes *routes, struct error *err);

#endif
