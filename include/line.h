/* A line of a plan, as a person could type it, and what it leaves in the kernel. Pure. */
#ifndef HOPCHECK_LINE_H
#define HOPCHECK_LINE_H

#include "topology.h"

enum tool { TOOL_IP, TOOL_ETHTOOL, TOOL_SYSCTL };
extern const struct word tool_words[];

/* Where a command runs: in the machine's own network namespace, where a guest's NICs lie. */
#define MACHINE ((size_t)-2)

/* What a line leaves in the kernel, to be read back once the line was applied. */
enum thing_kind {
	THING_LINK,
	THING_ADDRESS,
	THING_NEIGHBOUR,
	THING_ROUTE,
	THING_SYSCTL,
	THING_HMAC_KEY,
	THING_TUNSRC,
	THING_RULE
};
/* Keys for SRv6 HMACs are of SHA-256, with HMAC_SECRET (packet.h). */
struct thing {
	size_t node;
	enum thing_kind kind;
	char *name;         /* "a0"; "fc00:5::1/128"; "fd00:1:1::2 dev b0"; "fc00:1::100/128" or, not in table main,
	                       "fc00:1::100/128 table 100"; "net.ipv6.conf.all.forwarding"; a rule's family and priority,
	                       "-6 999" */
	struct facts facts; /* what it must have; a route may have nothing else */
};

/* One line. `text` is what follows the tool's name: "link set a0 up", "-K a0 gro on", "net.ipv6.conf.all.forwarding=1".
 */
struct command {
	size_t node; /* node where it runs; MACHINE; or NOT_FOUND: anywhere, the line itself names its namespaces */
	enum tool tool;
	char *text;
	struct thing *things;
	size_t thing_count;
	const char *option; /* CONFIG_ option of the kernel that the line needs; NULL: none */
	bool direct;        /* requested over netlink: a route whose list is too long for `ip`, and a secret that `ip`
	                       asks for at a terminal */
	bool dispensable;   /* cells that do not need it can run on kernels that cannot apply it */
	size_t after;       /* 1 + the line of the lab that this one depends on; 0: none */
	struct address sid; /* the SID that the line makes; else none */
};

struct lines {
	struct command *commands;
	size_t count;
};

/* Appends a line; takes ownership of the text. */
struct command *line_add(struct lines *lines, size_t node, enum tool tool, char *text);
#define LINE(lines, node, tool, ...) line_add((lines), (node), (tool), text_format(__VA_ARGS__))
/* Appends a thing that the line leaves in a node's kernel; takes ownership of the name. */
struct facts *line_leaves(struct command *line, size_t node, enum thing_kind kind, char *name);
void command_clear(struct command *command); /* frees what it owns */
void commands_free(struct command *commands, size_t count);

/* `option`: CONFIG_ option that the sysctl needs; NULL: none. "-e " before the name: ignored where there is no such
 * sysctl. */
void sysctl_line(struct lines *lines, size_t node, const char *option, const char *name, int value);
/* An interface's SRv6 sysctls, with its node's values. */
void seg6_lines(struct lines *lines, size_t n, const struct node *node, const char *interface, bool enabled);
void route_facts(struct facts *facts, const char *via, const char *device); /* via: NULL for none */
/* Whether a list of so many entries may be too long for `ip`: then the line is direct. */
bool list_is_long(const char *list, size_t entries);
void blackhole_line(struct lines *lines, size_t node, const struct address *address);
/* No link-local address, no multicast, no neighbour discovery. */
void quiet_line(struct lines *lines, size_t node, const char *device);
void neighbour_line(struct lines *lines, size_t node, const char *address, const char *mac, const char *device);

#endif
