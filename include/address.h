/* Addresses of either family, and prefixes of them. What is neither a socket's, a netlink message's nor a header's
 * holds addresses as these; the conversions stand at those edges. Pure. */
#ifndef HOPCHECK_ADDRESS_H
#define HOPCHECK_ADDRESS_H

#include <netinet/in.h>

#include "base.h"

#define ADDRESS_OCTETS    16
#define ADDRESS_TEXT_SIZE INET6_ADDRSTRLEN

/* Zeroed, it is no address. */
struct address {
	uint8_t family;                 /* AF_INET6 or AF_INET; AF_UNSPEC: none */
	uint8_t octets[ADDRESS_OCTETS]; /* in network byte order; those that the family does not have are 0 */
};

/* Octets of a family's addresses: 16, 4, or 0 for what is neither. */
size_t family_octets(int family);
/* The family's number of octets are read from `octets`, which may lie anywhere. */
struct address address_from(int family, const void *octets);
/* As inet_pton() has it; AF_UNSPEC takes both families. False: it is none, and *ret is as it was. */
bool address_parse(struct address *ret, int family, const char *text);
/* "fc00::1" or "192.0.2.1" into the caller's buffer, returned; "none" for no address. */
const char *address_text(const struct address *address, char buffer[ADDRESS_TEXT_SIZE]);
bool address_same(const struct address *a, const struct address *b); /* two that are none are the same */
/* The socket address of an address and a port (host byte order); returns its length, 0 for no address. */
socklen_t address_socket(const struct address *address, uint16_t port, struct sockaddr_storage *ret);

/* False for no address. */
bool address_is_unspecified(const struct address *address);
bool address_is_loopback(const struct address *address);
bool address_is_multicast(const struct address *address);
bool address_is_link_local(const struct address *address);
bool address_is_v4mapped(const struct address *address); /* ::ffff:0:0/96, RFC 4291 2.5.5.2 */

struct prefix {
	struct address address;
	unsigned length; /* bits: 0 to prefix_most() */
};
unsigned prefix_most(int family);                       /* the length of a prefix that is one address: 128 or 32 */
struct prefix prefix_of(const struct address *address); /* that has this address alone */
#define PREFIX_TEXT_SIZE (ADDRESS_TEXT_SIZE + 4)
/* "fc00:1::/48" into the caller's buffer, returned. */
const char *prefix_text(const struct prefix *prefix, char buffer[PREFIX_TEXT_SIZE]);
bool prefix_same(const struct prefix *a, const struct prefix *b);
bool prefix_covers(const struct prefix *prefix, const struct address *address); /* false: another family */

#endif
