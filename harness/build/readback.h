/* What the kernel holds, read over rtnetlink: the exit status of `ip` is not trusted. */
#ifndef HOPCHECK_BUILD_READBACK_H
#define HOPCHECK_BUILD_READBACK_H

#include <linux/rtnetlink.h>

#include "build_internal.h"

/* ---- rtnetlink.c: in the current network namespace. */
struct message {
	struct nlmsghdr header;
	uint8_t octets[8192];
	int program; /* a BPF program that it gives the kernel, closed once it is asked; 0: none; a negative errno */
};
int rtnetlink_open(struct error *err); /* a socket, or -1 */
void message_start(struct message *message, unsigned type, unsigned flags, const void *fixed, size_t length);
void *message_put(struct message *message, unsigned short type, const void *data, size_t length);
void *message_fixed(struct message *message, size_t length); /* room without an attribute's header, zeroed */
struct rtattr *message_nest(struct message *message, unsigned short type);
void message_nest_end(struct message *message, struct rtattr *nest);
/* Sends it and calls `each`, which may be NULL, for every answer; 0, or the kernel's errno. */
int rtnetlink_ask(int socket, struct message *message, void (*each)(void *context, const struct nlmsghdr *answer),
                  void *context);
/* Puts the attributes into `found`, by type up to `most`; others are ignored. */
void attributes_find(const struct rtattr **found, unsigned most, const void *first, size_t length);

/* ---- held.c: what a node holds. */
struct held {
	enum thing_kind kind;
	char *name; /* as a thing's */
	struct facts facts;
};
struct holdings {
	struct held *held;
	size_t count;
	struct known_device { /* for what names one by its index */
		int index;
		char name[NAME_SIZE];
	} * devices;
	size_t device_count;
	bool sorted;
	bool ipv4; /* given: IPv4 too is read */
};
/* Links; and of IPv6, and of IPv4 where that is asked for, addresses, neighbours and routes. */
int holdings_read(struct holdings *ret, int socket, struct error *err);
void holdings_read_rules(struct holdings *ret, int socket);
int holdings_read_devices(struct holdings *ret, int socket, struct error *err); /* links only */
/* Only the route for one destination; devices must be known. */
int holdings_read_route(struct holdings *ret, int socket, const struct address *to);
void holdings_know(struct holdings *holdings, int index, const char *name); /* a device */
/* The first thing of a name; others of the same name follow it; NULL: none. */
const struct held *holdings_find(struct holdings *holdings, enum thing_kind kind, const char *name);
const char *device_name(const struct holdings *holdings, int index); /* "?" for none */
int device_index(const struct holdings *holdings, const char *name); /* 0: none */
void holdings_clear(struct holdings *holdings);
#define owned_holdings __attribute__((cleanup(holdings_clear))) struct holdings

/* ---- seg6.c: converts encapsulations between attributes and facts. */
void encap_read(struct facts *facts, const struct rtattr *type, const struct rtattr *encap,
                const struct holdings *holdings);
bool encap_write(struct message *message, const struct facts *facts, const struct holdings *holdings);
/* SEG6_LOCAL_COUNTERS and SEG6_LOCAL_CNT_..., which older headers lack. */
enum { SID_COUNTERS = 10, SID_PACKETS = 2, SID_BYTES, SID_ERRORS };
/* A parameter's key as facts have it, a literal; NULL: not one of an encapsulation's. */
const char *encap_key(const char *word);
/* Whether the kernel fills this in where it was not asked for. */
bool is_usual(const struct fact *fact);

/* ---- program.c: loads the program of an End.BPF SID: a descriptor, or a negative errno. */
int endpoint_load(const char *endpoint);

/* ---- route.c: a route from its facts, without `ip`. */
/* RTM_NEWROUTE with flags such as NLM_F_CREATE, or RTM_DELROUTE, for a thing's name; 0, or the kernel's errno. */
int route_ask(int socket, unsigned type, unsigned flags, const char *name, const struct facts *facts,
              const struct holdings *devices);

/* A route's `type` as facts have it, of an RTN_...: "unicast", "blackhole", ...; "other" */
const char *route_type_word(unsigned type);

/* ---- rule.c: a rule, by a thing's name, "-6 500", and its facts; 0, or the kernel's errno. */
int rule_ask(int socket, const char *name, const struct facts *facts);

/* ---- ip_line.c: what `ip` does with a line, in the current namespace. False: the line is not of a known form, or the
 * kernel refused it; a request that was refused has changed nothing, or what it may change again. */
bool ip_line_apply(const struct lab *lab, int socket, const char *text);

/* ---- trial.c: why a thing is not held, tried without `ip`: what the kernel refuses and what it ignores. */
/* NULL: the kernel accepts and keeps all of it, so that it was lost before; else what it does not support, as a
 * sentence (caller frees). */
char *trial_route(int socket, const struct thing *thing, const char *option);
char *trial_link(int socket, const struct thing *thing, const char *option);

/* ---- hmac.c: a node's keys for SRv6 HMACs and the source of its outer headers, in the current namespace. */
int hmac_key_set(uint32_t key);                    /* 0, or an errno */
char *hmac_key_differs(const struct thing *thing); /* as thing_differs() */
char *hmac_key_missing(const char *option);        /* as trial_route() */
int tunsrc_set(const struct address *source);      /* 0, or an errno */
int tunsrc_look(struct address *source);           /* likewise */
char *tunsrc_differs(const struct thing *thing);
char *tunsrc_missing(const char *option);

/* ---- readback.c */
/* How a thing differs from what is expected, as a sentence part (caller frees); NULL: it does not. */
char *thing_differs(const struct thing *thing, const struct held *held);

#endif
