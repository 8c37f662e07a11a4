/* A route asked of the kernel from what it must have, without `ip`: for trials, and where a segment list is longer than
 * `ip` takes. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "readback.h"

/* "fc00:1::100/128" or "fc00:1::100/128 table 100"; false: it is none such. */
static bool name_read(struct rtmsg *route, struct in6_addr *to, uint32_t *table, const char *name)
{
	char address[INET6_ADDRSTRLEN];
	unsigned length, number = RT_TABLE_MAIN;

	if (sscanf(name, "%45[0-9a-f:.]/%u table %u", address, &length, &number) < 2 || length > 128)
		return false;
	route->rtm_dst_len = (uint8_t)length;
	route->rtm_table = number < 256 ? (uint8_t)number : RT_TABLE_UNSPEC;
	*table = number;
	return inet_pton(AF_INET6, address, to) == 1;
}

int route_ask(int socket, unsigned type, unsigned flags, const char *name, const struct facts *facts,
              const struct holdings *devices)
{
	struct rtmsg route = { .rtm_family = AF_INET6, .rtm_protocol = RTPROT_STATIC, .rtm_type = RTN_UNICAST };
	const char *via = facts_get(facts, "via"), *dev = facts_get(facts, "dev");
	int device = dev ? device_index(devices, dev) : 0;
	struct in6_addr address;
	struct message message;
	uint32_t table;

	if (!name_read(&route, &address, &table, name))
		return EINVAL;
	message_start(&message, type, flags | NLM_F_ACK, &route, sizeof route);
	message_put(&message, RTA_DST, &address, sizeof address);
	message_put(&message, RTA_TABLE, &table, sizeof table);
	message_put(&message, RTA_OIF, &device, sizeof device);
	if (via && inet_pton(AF_INET6, via, &address) == 1)
		message_put(&message, RTA_GATEWAY, &address, sizeof address);
	encap_write(&message, facts, devices);
	return rtnetlink_ask(socket, &message, NULL, NULL);
}
