/* A lab: namespaces and links that exist now, made by applying a plan's lines. One lab serves every cell whose plan has
 * the same key. Namespaces are held by file descriptors and named only in this process' own mount namespace, so that
 * nothing is visible on the host, and the kernel removes everything when the process ends, however it ends. */
#ifndef HOPCHECK_LAB_H
#define HOPCHECK_LAB_H

#include <sys/types.h>

#include "nic.h"
#include "plan.h"

enum lab_status {
	LAB_READY,
	LAB_SKIP,   /* this kernel or machine cannot make it; err says what is missing */
	LAB_BROKEN, /* the harness or machine failed; err says how */
};

/* A guest's NIC that was lent to a lab. */
struct lab_nic {
	char name[NAME_SIZE]; /* its name in the guest's own namespace; empty: the interface is not a guest's NIC */
	char driver[32];      /* driver, as in the kernel's log: "e1000"; empty: not known */
	char bus[32];         /* "0000:00:04.0" */
};

struct lab {
	char *key;
	bool by_ip;  /* `ip` applies its lines */
	bool named;  /* its namespaces have names for `ip netns` */
	int home;    /* the worker's own network namespace */
	int machine; /* a guest's own, where its NICs lie; -1: not a guest with NICs */
	size_t node_count, interface_count;
	int *namespaces;      /* a node's network namespace */
	int *controls;        /* of nodes: a socket there; -1: not needed yet */
	char **names;         /* of nodes */
	unsigned *ifindex;    /* of interfaces, as the kernel gave them */
	int *taps;            /* of interfaces with a TAP: the device's other side, non-blocking; else -1 */
	int *flushes;         /* of those whose TAP runs NAPI: its gro_flush_timeout; else -1 */
	int *tuns;            /* of nodes with a tun service: likewise */
	struct lab_nic *nics; /* of interfaces */
	bool sums;            /* some of its links have `sums`: link.h */
	signed char (*original)[OFFLOADS]; /* of interfaces, as the kernel made them */
	char **lacks;   /* of the plan's lines: why this kernel cannot apply it; NULL: it is applied */
	char **answers; /* of the plan's lines: what the kernel answered to one that it does not hold; NULL: nothing */
	/* Where the lab, or the cell's route, could not be made: the line that the kernel did not take, and its answer
	 * to it; NULL: there is none. */
	char *refused_line, *refusal;
	size_t line_count;
};

/* Put this process into a user (unless it is root with CAP_SYS_ADMIN), mount, network and PID namespace of its own.
 * `keep_machine`: labs may take a guest's NICs from the network namespace that it leaves; never on a host. Forks:
 * returns 0 in the new PID namespace's first process only; the process that called waits for it and ends with its
 * status. Both die when `runner`, its parent, does, and at once if that is gone already. Returns -1 and err where the
 * machine does not allow it, with what to do. */
int worker_isolate(pid_t runner, bool keep_machine, struct error *err);

/* Whether this kernel has what every lab needs: IPv6. -1 and err, which says what is missing, where it does not: its
 * cells are SKIP. For a caller that opens a node's files before the lab is built. */
int lab_check_kernel(struct error *err);

/* Builds and waits until every link is up and every address usable. `namespaces`: of its nodes, new ones, borrowed;
 * NULL: it makes them. `by_ip`: `ip` applies the lines; else the requests that it would make go to the kernel directly.
 * The caller frees *ret, which is incomplete where the result is not LAB_READY. */
enum lab_status lab_build(struct lab **ret, const struct plan *plan, const int *namespaces, bool by_ip,
                          struct error *err);
/* State that cells have left in a lab. { 0 }: it is as lab_build() left it. */
struct lab_setup {
	struct held_route {
		char *text; /* its line */
		size_t headend;
		struct address to;
	} * routes; /* of the traffic */
	size_t route_count;
	signed char (*offloads)[OFFLOADS]; /* of interfaces, as last set */
	struct offloads_read {
		bool known, on[OFFLOADS];
	} * read;                     /* of interfaces, as last read back; known: nothing was set on their link since */
	struct offload_state *states; /* all of them, as read back for the last cell */
	size_t state_count;
};
/* Sets a cell's route and offloads where they differ from the lab's state, then reads every offload back. LAB_SKIP when
 * a setting had no effect. */
enum lab_status lab_prepare(struct lab *lab, struct lab_setup *setup, const struct plan *plan, struct error *err);
void lab_setup_clear(struct lab_setup *setup); /* as { 0 } again */
/* Switches the calling thread to a node's network namespace, home for NOT_FOUND, or MACHINE's where there is one.
 * Cannot fail on an open namespace. */
void lab_enter(const struct lab *lab, size_t node);
/* What the kernel has counted at a SID of a node: packets that its behaviour sent on, their octets as they came, and
 * packets that it refused. False: it does not count there. */
struct sid_counted {
	uint64_t packets, octets, errors;
};
bool lab_sid_counted(const struct lab *lab, size_t node, const struct address *sid, struct sid_counted *counted);
/* The interface with an ifindex of a node; NOT_FOUND: none of the topology's. */
size_t lab_interface(const struct lab *lab, const struct topology *topology, size_t node, unsigned ifindex);
void lab_free(struct lab *lab);
/* ---- ends.c: whether a namespace is gone, some time after its last descriptor was closed. A mark is a descriptor that
 * tells this without holding a reference to the namespace; the caller closes it. */
/* Marks of a lab's nodes into `marks`, which has room for one per node; returns how many could be made. */
size_t lab_marks(const struct lab *lab, int *marks);
int namespace_mark(void); /* of an empty namespace, made and given up; -1: it failed */
bool mark_is_gone(int mark);
DEFINE_OWNED(lab)

/* For a guest's start, in its first network namespace, once its drivers are there: claims every NIC whose permanent
 * address is one of nic_mac()'s: sets it down and renames it to its nic_name(). May be called again. Returns 0 or -1.
 */
int nics_claim(struct error *err);
/* How many whole pairs of each row of nic_table were claimed and lie in the current network namespace. */
void nics_pairs(unsigned pairs[NICS]);

#endif
