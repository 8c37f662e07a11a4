/* Reading and writing numbers in network order, and the numbers of the headers. Callers check the bounds first. */
#ifndef HOPCHECK_PACKET_OCTETS_H
#define HOPCHECK_PACKET_OCTETS_H

#include <string.h>

#include "packet.h"

enum {
	ETHERNET_SIZE = 14,
	PROTOCOL_ETHERNET = 143, /* RFC 8986 10.1 */
	ETHERTYPE_IPV4_NUMBER = 0x0800,
	ETHERTYPE_IPV6_NUMBER = 0x86dd,
	IPV4_SIZE = 20,
	IPV4_TOTAL_LENGTH = 2, /* offsets in the IPv4 header */
	IPV4_IDENTIFICATION = 4,
	IPV4_FRAGMENT = 6, /* flags, and the offset of a fragment */
	IPV4_HOP_LIMIT = 8,
	IPV4_PROTOCOL = 9,
	IPV4_CHECKSUM = 10,
	IPV4_SOURCE = 12,
	IPV4_DESTINATION = 16,
	IPV4_ADDRESS = 4, /* octets */
	IPV6_SIZE = 40,
	IPV6_PAYLOAD_LENGTH = 4, /* offsets in the IPv6 header */
	IPV6_HOP_LIMIT = 7,
	IPV6_SOURCE = 8,
	IPV6_DESTINATION = 24,
	SRH_FIXED = 8,
	SEGMENT_SIZE = 16,
	TCP_FIXED = 20,
	ICMP_FIXED = 4,    /* what all messages of both versions have */
	TCP_CHECKSUM = 16, /* offset in the TCP header */
	TCP_URGENT = 18,
	UDP_SIZE = 8,
	UDP_LENGTH = 4, /* offsets in the UDP header */
	UDP_CHECKSUM = 6,
	VLAN_SIZE = 4,
	TUNNEL_FIXED = 8, /* of VXLAN, Geneve and GTP-U: what all of their headers have */
	ROUTING_TYPE_SRH = 4,
	TLV_PAD1 = 0,
	TLV_PADN = 4,
	TLV_HMAC = 5,
	HMAC_OCTETS = 32, /* of the TLV's value the HMAC itself */
	FLAG_HMAC = 8,    /* of an SRH */
};

static inline uint16_t read16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t read32(const uint8_t *at)
{
	return (uint32_t)read16(at) << 16 | read16(at + 2);
}

static inline void write16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void write32(uint8_t *at, uint32_t value)
{
	write16(at, (uint16_t)(value >> 16));
	write16(at + 2, (uint16_t)value);
}

static inline struct address read_address(const uint8_t *at)
{
	return address_from(AF_INET6, at);
}

/* The sum over pseudo-header and a transport's segment, folded: 0xffff when the checksum in it is right. */
uint16_t sum_segment(const struct address *source, const struct address *final, uint8_t protocol, struct bytes segment);

#endif
