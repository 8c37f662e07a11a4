/* Addresses of either family, and prefixes of them. Everything but sockets, netlink messages and headers holds
 * addresses in this form, and converts where it meets one of those. Pure. */
#ifndef HOPCHECK_ADDRESS_H
#define HOPCHECK_ADDRESS_H

#include <netinet/in.h>

#include "base.h"

#define ADDRESS_OCTETS    16
#define ADDRESS_TEXT_SIZE INET6_ADDRSTRLEN

/* All zero: no address. */
struct address {
	uint8_t family;                 /* AF_INET6 or AF_INET; AF_UNSPEC: none */
	uint8_t octets[ADDRESS_OCTETS]; /* in network byte order; those that the family does not have are 0 */
};

/* Octets in an address of the family: 16, 4, or 0 for any other family. */
size_t family_octets(int family);
/* Reads the family's number of octets from `octets`, which need no alignment. */
struct address address_from(int family, const void *octets);
/* As inet_pton() parses it; AF_UNSPEC accepts both families. False: not an address, and *ret is unchanged. */
bool address_parse(struct address *ret, int family, const char *text);
/* "fc00::1" or "192.0.2.1" into the caller's buffer, returned; "none" for no address. */
const char *address_text(const struct address *address, char buffer[ADDRESS_TEXT_SIZE]);
bool address_same(const struct address *a, const struct address *b); /* two AF_UNSPEC are the same */
/* The socket address of an address and a port (host byte order); returns its length, 0 for no address. */
socklen_t address_socket(const struct address *address, uint16_t port, struct sockaddr_storage *ret);

/* False for no address. */
bool address_is_unspecified(const struct address *address);
bool address_is_loopback(const struct address *address);
bool address_is_multicast(const struct address *address);
bool address_is_link_local(const struct address *address);
bool address_is_v4mapped(const struct address *address); /* ::ffff:0:0/96, RFC 4291 2.5.5.2 */

#define MAC_OCTETS 6
/* "02:00:00:00:00:01", with one or two digits an octet. False: it is none, and *mac may be changed. */
bool mac_parse(uint8_t mac[MAC_OCTETS], const char *text);

struct prefix {
	struct address address;
	unsigned length; /* bits: 0 to prefix_most() */
};
unsigned prefix_most(int family);                       /* the length of a prefix that is one address: 128 or 32 */
struct prefix prefix_of(const struct address *address); /* that contains only this address */
#define PREFIX_TEXT_SIZE (ADDRESS_TEXT_SIZE + 4)
/* "fc00:1::/48" into the caller's buffer, returned. */
const char *prefix_text(const struct prefix *prefix, char buffer[PREFIX_TEXT_SIZE]);
bool prefix_same(const struct prefix *a, const struct prefix *b);
bool prefix_covers(const struct prefix *prefix, const struct address *address); /* false also for another family */

#endif
