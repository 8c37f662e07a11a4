/* The build room's own. */
#ifndef HOPCHECK_BUILD_INTERNAL_H
#define HOPCHECK_BUILD_INTERNAL_H

#include "lab.h"

/* namespaces.c: a node's, held open: a copy of the one of `given`, or where that is NULL a new one. */
int namespace_make(struct lab *lab, size_t node, const int *given, struct error *err);
/* Names all for `ip netns`, unless they are named: mounting and unmounting costs grace periods. */
int namespaces_name(struct lab *lab, struct error *err);
void namespaces_unname(const struct lab *lab);
/* A socket in a node's namespace for ioctls about its interfaces, the lab's own; -1 and errno. */
int lab_control(const struct lab *lab, size_t node);

/* apply.c: applies lines in order, in the namespaces they name. Error messages go to said[], one text per line (caller
 * frees); whether a line was applied is read back from the kernel. -1 and err: they could not be applied at all. */
int commands_apply(struct lab *lab, const struct command *commands, size_t count, char **said, struct error *err);
char *
sysctl_path(const char *name); /* of "net.ipv6.conf.all.forwarding", with or without "-e " before it; caller frees */

/* readback.c: whether the kernel holds what the lines say. SKIP: it does not support a line, err says what is missing.
 * BROKEN: a line is missing for another reason, err says which. An unsupported line that is dispensable goes to
 * lab->lacks. */
enum lab_status lab_read_back(struct lab *lab, const struct plan *plan, char **said, struct error *err);
/* Keeps what the kernel answered to a line that it does not hold; NULL: nothing. */
void lab_note_refusal(struct lab *lab, const struct command *line, const char *said);
/* The same for the line of a route to one destination, of a node of the plan's topology. */
enum lab_status route_read_back(struct lab *lab, const struct plan *plan, const struct command *line,
                                const struct address *to, const char *said, struct error *err);

/* offload.c: what `ethtool -K` does, by the same ioctl. Called inside the interface's namespace. */
int offload_get(int socket, const char *interface, enum offload offload, bool *on);
/* All of an interface at once; -1 and errno: *unread could not be read. */
int offloads_get(int socket, const char *interface, bool on[OFFLOADS], enum offload *unread);
int offload_set(int socket, const char *interface, enum offload offload, bool on);
/* The same, and what has no effect is an error too. */
int offload_make(int socket, const char *interface, enum offload offload, bool on);

/* A TUN or TAP device that stays, as `ip tuntap add` makes it; returns 0 or an error number. */
int tap_make(const char *interface, bool tap, bool vnet_hdr);
/* tap.c: opens the other side of a device that the plan has made; non-blocking. Returns the descriptor or -1 and errno.
 */
enum tap { TUN, TAP, TAP_NAPI, TAP_PAGES };
int tap_attach(const char *interface, enum tap tap);
/* IFF_NAPI came with 4.15; until 5e10da5385d2 (5.15) GRO gives the memory of what it merges back to the TAP's socket
 * twice, and the kernel frees what it still uses (seen on 5.10.262). */
bool tap_has_napi(void);
/* For writing: how long GRO of a device holds packets, in ns, as /sys of the current namespace has it. -1 and errno. */
int tap_flush_open(const char *interface);

/* settle.c */
struct watch {
	int *sockets; /* rtnetlink sockets, one per node, subscribed to link and address events before anything is made
	               */
	size_t count;
};
int watch_open(struct watch *watch, const struct lab *lab, struct error *err);
void watch_close(struct watch *watch);
/* Waits until every link end is operationally up and every address has its local route. */
int settle(struct watch *watch, const struct lab *lab, const struct plan *plan, struct error *err);

/* nics.c: a guest's NICs. */
struct nic_found {
	struct nic_end end;
	int ifindex;
	char name[NAME_SIZE]; /* current name */
	bool claimed;
	signed char original[OFFLOADS]; /* as the driver had them; claimed ones only */
};
struct nics_found {
	struct nic_found *nics;
	size_t count;
};
struct nics_found nics_find(void); /* those in the current namespace */
void nics_found_clear(struct nics_found *found);
/* Before the plan's lines: waits until the plan's NICs lie in the machine's namespace, under the names that the lines
 * use and with their drivers' offloads. */
enum lab_status nics_take(struct lab *lab, const struct plan *plan, struct error *err);
void nic_describe(struct lab_nic *nic, const char *interface, int fd); /* driver and bus, in its namespace */
void nics_return(struct lab *lab);                                     /* to the machine's namespace */
#define MACHINE_PATH                                                                                                   \
	"/run/machine" /* in a worker's mount namespace: the machine's network namespace, if it is kept                \
	                */

#endif
