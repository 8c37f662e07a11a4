/* Addresses of either family. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "address.h"

size_t family_octets(int family)
{
	if (family == AF_INET6)
		return sizeof(struct in6_addr);
	return family == AF_INET ? sizeof(struct in_addr) : 0;
}

struct address address_from(int family, const void *octets)
{
	struct address address = { .family = (uint8_t)family };

	memcpy(address.octets, octets, family_octets(family));
	return address;
}

bool address_parse(struct address *ret, int family, const char *text)
{
	uint8_t octets[ADDRESS_OCTETS];

	if (family == AF_UNSPEC)
		return address_parse(ret, AF_INET6, text) || address_parse(ret, AF_INET, text);
	if (inet_pton(family, text, octets) != 1)
		return false;
	*ret = address_from(family, octets);
	return true;
}

const char *address_text(const struct address *address, char buffer[ADDRESS_TEXT_SIZE])
{
	if (!inet_ntop(address->family, address->octets, buffer, ADDRESS_TEXT_SIZE))
		strcpy(buffer, "none");
	return buffer;
}

bool address_same(const struct address *a, const struct address *b)
{
	return a->family == b->family && !memcmp(a->octets, b->octets, sizeof a->octets);
}

socklen_t address_socket(const struct address *address, uint16_t port, struct sockaddr_storage *ret)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret;
	struct sockaddr_in *four = (struct sockaddr_in *)ret;

	memset(ret, 0, sizeof *ret);
	if (address->family == AF_INET6) {
		*six = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(port) };
		memcpy(&six->sin6_addr, address->octets, sizeof six->sin6_addr);
		return sizeof *six;
	}
	if (address->family == AF_INET) {
		*four = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port) };
		memcpy(&four->sin_addr, address->octets, sizeof four->sin_addr);
		return sizeof *four;
	}
	return 0;
}

bool prefix_covers(const struct prefix *prefix, const struct address *address)
{
	const unsigned whole = prefix->length / 8, rest = prefix->length % 8;

	if (!address->family || prefix->address.family != address->family ||
	    prefix->length > prefix_most(address->family))
		return false;
	if (memcmp(prefix->address.octets, address->octets, whole))
		return false;
	return !rest || !((prefix->address.octets[whole] ^ address->octets[whole]) >> (8 - rest));
}

struct prefix prefix_of(const struct address *address)
{
	return (struct prefix){ *address, prefix_most(address->family) };
}

const char *prefix_text(const struct prefix *prefix, char buffer[PREFIX_TEXT_SIZE])
{
	address_text(&prefix->address, buffer);
	snprintf(buffer + strlen(buffer), 5, "/%u", prefix->length);
	return buffer;
}

bool prefix_same(const struct prefix *a, const struct prefix *b)
{
	return a->length == b->length && address_same(&a->address, &b->address);
}

bool mac_parse(uint8_t mac[MAC_OCTETS], const char *text)
{
	int end = 0;

	return sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5,
	              &end) == 6 &&
	       !text[end];
}

unsigned prefix_most(int family)
{
	return 8 * (unsigned)family_octets(family);
}

/* Whether an address lies in one of the prefixes of a kind, one a family. */
static bool is_in(const struct address *address, const struct prefix *four, const struct prefix *six)
{
	return prefix_covers(address->family == AF_INET ? four : six, address);
}

bool address_is_unspecified(const struct address *address)
{
	static const struct prefix four = { { .family = AF_INET }, 32 }, six = { { .family = AF_INET6 }, 128 };

	return is_in(address, &four, &six);
}

bool address_is_loopback(const struct address *address)
{
	static const struct prefix four = { { AF_INET, { 127 } }, 8 }, six = { { AF_INET6, { [15] = 1 } }, 128 };

	return is_in(address, &four, &six);
}

bool address_is_multicast(const struct address *address)
{
	static const struct prefix four = { { AF_INET, { 224 } }, 4 }, six = { { AF_INET6, { 0xff } }, 8 };

	return is_in(address, &four, &six);
}

bool address_is_link_local(const struct address *address)
{
	static const struct prefix four = { { AF_INET, { 169, 254 } }, 16 };
	static const struct prefix six = { { AF_INET6, { 0xfe, 0x80 } }, 10 };

	return is_in(address, &four, &six);
}

bool address_is_v4mapped(const struct address *address)
{
	static const struct prefix mapped = { { AF_INET6, { [10] = 0xff, 0xff } }, 96 };

	return prefix_covers(&mapped, address);
}
