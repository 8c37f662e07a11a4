/* https://www.tcpdump.org/linktypes.html */
#include "link_type.h"

#include <pcap/dlt.h>

#include "trace.h"

enum { ETHERNET_OCTETS = 14, ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd };

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static bool ethernet(struct bytes start, struct link_header *ret)
{
	ret->is_ethernet = true;
	ret->size = ETHERNET_OCTETS;
	return start.length >= ETHERNET_OCTETS;
}

/* By the version, which both protocols have in the same place. */
static uint16_t type_of_version(struct bytes packet)
{
	const unsigned version = packet.length ? packet.data[0] >> 4 : 0;

	return version == 4 ? ETHERTYPE_IPV4 : version == 6 ? ETHERTYPE_IPV6 : 0;
}

static bool raw(struct bytes start, struct link_header *ret)
{
	ret->type = type_of_version(start);
	return start.length > 0;
}

/* A machine's number of an address family, in its own order of octets or in the network's; those of IPv6 differ from
 * system to system, so the packet itself tells. */
static bool loopback(struct bytes start, struct link_header *ret)
{
	ret->size = 4;
	if (start.length < ret->size)
		return false;
	ret->type = type_of_version((struct bytes){ start.data + ret->size, start.length - ret->size });
	return true;
}

enum { COOKED_OUTGOING = 4, COOKED_SIZE = 16, COOKED2_SIZE = 20 };
static int cooked_direction(unsigned type)
{
	return type == COOKED_OUTGOING ? HOP_OUT : HOP_IN;
}

static bool cooked(struct bytes start, struct link_header *ret)
{
	ret->size = COOKED_SIZE;
	if (start.length < ret->size)
		return false;
	ret->direction = cooked_direction(get16(start.data));
	ret->type = get16(start.data + 14);
	return true;
}

static bool cooked2(struct bytes start, struct link_header *ret)
{
	ret->size = COOKED2_SIZE;
	if (start.length < ret->size)
		return false;
	ret->type = get16(start.data);
	ret->interface = (long)get16(start.data + 4) << 16 | get16(start.data + 6);
	ret->direction = cooked_direction(start.data[10]);
	return true;
}

static const struct {
	int link_type;
	bool (*read)(struct bytes start, struct link_header *ret);
} rows[] = {
	{ DLT_EN10MB, ethernet }, { DLT_LINUX_SLL, cooked }, { DLT_LINUX_SLL2, cooked2 }, { DLT_RAW, raw },
	{ DLT_IPV4, raw },        { DLT_IPV6, raw },         { DLT_NULL, loopback },      { DLT_LOOP, loopback },
};

bool link_header_read(int link_type, struct bytes start, struct link_header *ret)
{
	*ret = (struct link_header){ .direction = -1, .interface = -1 };
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].link_type == link_type)
			return rows[i].read(start, ret);
	return false;
}

bool link_type_is_read(int link_type)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].link_type == link_type)
			return true;
	return false;
}
