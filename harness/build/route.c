/* A route requested over rtnetlink from its facts. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "readback.h"

/* "fc00:1::100/128" or "fc00:1::100/128 table 100"; false: malformed. */
static bool name_read(struct rtmsg *route, struct address *to, uint32_t *table, const char *name)
{
	char address[ADDRESS_TEXT_SIZE];
	unsigned length, number = RT_TABLE_MAIN;

	if (sscanf(name, "%45[0-9a-f:.]/%u table %u", address, &length, &number) < 2)
		return false;
	route->rtm_dst_len = (uint8_t)length;
	route->rtm_table = number < 256 ? (uint8_t)number : RT_TABLE_UNSPEC;
	*table = number;
	if (!address_parse(to, AF_UNSPEC, address) || length > prefix_most(to->family))
		return false;
	route->rtm_family = to->family;
	return true;
}

static bool leads_nowhere(uint8_t type)
{
	return type == RTN_BLACKHOLE || type == RTN_UNREACHABLE || type == RTN_PROHIBIT;
}

/* As `ip` has it; IPv6 has no scopes. */
static uint8_t scope_of(const struct rtmsg *route, unsigned type, const char *via)
{
	if (route->rtm_family != AF_INET || leads_nowhere(route->rtm_type))
		return RT_SCOPE_UNIVERSE;
	if (type == RTM_DELROUTE)
		return RT_SCOPE_NOWHERE;
	if (route->rtm_type == RTN_LOCAL)
		return RT_SCOPE_HOST;
	return via ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
}

static const struct word types[] = {
	{ "unicast", RTN_UNICAST, NULL },     { "local", RTN_LOCAL, NULL },
	{ "blackhole", RTN_BLACKHOLE, NULL }, { "unreachable", RTN_UNREACHABLE, NULL },
	{ "prohibit", RTN_PROHIBIT, NULL },   { NULL, 0, NULL },
};

const char *route_type_word(unsigned type)
{
	const char *word = word_of(types, (int)type);

	return word[0] == '?' ? "other" : word;
}

static uint8_t type_number(const struct facts *facts)
{
	const char *type = facts_get(facts, "type");
	int number;

	return type && word_value(types, type, &number) ? (uint8_t)number : RTN_UNICAST;
}

/* "fd00:1:1::2 dev b0 weight 1"; false: malformed. */
static bool hop_put(struct message *message, const char *text, const struct holdings *devices)
{
	char via[ADDRESS_TEXT_SIZE], name[NAME_SIZE];
	unsigned weight;
	struct address address;

	if (sscanf(text, "%45s dev %15s weight %u", via, name, &weight) < 3 || !address_parse(&address, AF_UNSPEC, via))
		return false;
	struct rtnexthop *hop = message_fixed(message, sizeof *hop);
	hop->rtnh_hops = (uint8_t)(weight - 1);
	hop->rtnh_ifindex = device_index(devices, name);
	message_put(message, RTA_GATEWAY, address.octets, family_octets(address.family));
	hop->rtnh_len = (unsigned short)((uint8_t *)message + message->header.nlmsg_len - (uint8_t *)hop);
	return true;
}

/* A route's next hops, where it has several. */
static bool hops_put(struct message *message, const struct facts *facts, const struct holdings *devices)
{
	struct rtattr *nest = facts_get(facts, "nexthop") ? message_nest(message, RTA_MULTIPATH) : NULL;

	for (size_t i = 0; i < facts->count; i++)
		if (strcmp(facts->facts[i].key, "nexthop") == 0 && !hop_put(message, facts->facts[i].value, devices))
			return false;
	if (nest)
		message_nest_end(message, nest);
	return true;
}

int route_ask(int socket, unsigned type, unsigned flags, const char *name, const struct facts *facts,
              const struct holdings *devices)
{
	const char *via = facts_get(facts, "via"), *dev = facts_get(facts, "dev");
	struct rtmsg route = { .rtm_protocol = RTPROT_BOOT, .rtm_type = type_number(facts) };
	int device = dev ? device_index(devices, dev) : 0;
	struct address address;
	struct message message;
	uint32_t table;

	if (!name_read(&route, &address, &table, name))
		return EINVAL;
	route.rtm_scope = scope_of(&route, type, via ?: facts_get(facts, "nexthop"));
	message_start(&message, type, flags | NLM_F_ACK, &route, sizeof route);
	message_put(&message, RTA_DST, address.octets, family_octets(address.family));
	message_put(&message, RTA_TABLE, &table, sizeof table);
	if (dev)
		message_put(&message, RTA_OIF, &device, sizeof device);
	if (via && address_parse(&address, route.rtm_family, via))
		message_put(&message, RTA_GATEWAY, address.octets, family_octets(address.family));
	if (!hops_put(&message, facts, devices))
		return EINVAL;
	encap_write(&message, facts, devices);
	if (message.program < 0)
		return -message.program;
	const int error = rtnetlink_ask(socket, &message, NULL, NULL);
	if (message.program > 0)
		close(message.program);
	return error;
}
