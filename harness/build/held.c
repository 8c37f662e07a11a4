/* What a node's kernel holds, dumped and converted to the plan's things. */
#include <linux/fib_rules.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "device.h"
#include "readback.h"

static struct facts *held_add(struct holdings *holdings, enum thing_kind kind, char *name)
{
	struct held *held = PUSH(holdings->held, holdings->count);

	*held = (struct held){ .kind = kind, .name = name };
	holdings->sorted = false;
	return &held->facts;
}

static uint32_t number_of(const struct rtattr *attribute)
{
	uint32_t number = 0;

	if (attribute && RTA_PAYLOAD(attribute) >= sizeof number)
		memcpy(&number, RTA_DATA(attribute), sizeof number);
	return number;
}

static void add_mac(struct facts *facts, const char *key, const struct rtattr *attribute)
{
	const uint8_t *m = attribute ? RTA_DATA(attribute) : NULL;

	if (m && RTA_PAYLOAD(attribute) == 6)
		facts_add(facts, key, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
}

/* Without an attribute the family's unspecified address, as of a default route. */
static const char *address_of(uint8_t family, const struct rtattr *attribute, char text[ADDRESS_TEXT_SIZE])
{
	struct address address = { .family = family };

	if (attribute && RTA_PAYLOAD(attribute) == family_octets(family))
		address = address_from(family, RTA_DATA(attribute));
	return address_text(&address, text);
}

static unsigned octet_of(const struct rtattr *attribute)
{
	return attribute && RTA_PAYLOAD(attribute) >= 1 ? *(const uint8_t *)RTA_DATA(attribute) : 0;
}

/* Attributes of one kind of device. */
static void read_data(struct facts *facts, const struct held_key *keys, const struct rtattr *info)
{
	const struct rtattr *data[HELD_ATTRIBUTES + 1];
	char text[ADDRESS_TEXT_SIZE];

	attributes_find(data, HELD_ATTRIBUTES, RTA_DATA(info), RTA_PAYLOAD(info));
	for (const struct held_key *key = keys; key && key->key; key++) {
		const struct rtattr *attribute = data[key->attribute];
		switch (key->form) {
		case HELD_NUMBER:
			facts_add(facts, key->key, "%u", number_of(attribute));
			break;
		case HELD_OCTET:
			facts_add(facts, key->key, "%u", octet_of(attribute));
			break;
		case HELD_ADDRESS:
			facts_add(facts, key->key, "%s", address_of(AF_INET6, attribute, text));
			break;
		}
	}
}

static void read_kind(struct facts *facts, const struct rtattr *info)
{
	const struct rtattr *parts[IFLA_INFO_DATA + 1];

	if (!info)
		return;
	attributes_find(parts, IFLA_INFO_DATA, RTA_DATA(info), RTA_PAYLOAD(info));
	if (!parts[IFLA_INFO_KIND])
		return;
	const char *kind = RTA_DATA(parts[IFLA_INFO_KIND]);
	facts_add(facts, "kind", "%s", kind);
	for (size_t i = 0; device_table[i] && parts[IFLA_INFO_DATA]; i++)
		if (device_table[i]->held_as && strcmp(kind, device_table[i]->held_as) == 0)
			read_data(facts, device_table[i]->held, parts[IFLA_INFO_DATA]);
	for (size_t i = 0; link_table[i] && parts[IFLA_INFO_DATA]; i++)
		if (link_table[i]->held_as && strcmp(kind, link_table[i]->held_as) == 0)
			read_data(facts, link_table[i]->held, parts[IFLA_INFO_DATA]);
}

static void read_families(struct facts *facts, const struct rtattr *families)
{
	static const char *const modes[] = { "eui64", "none", "stable_secret", "random" };
	const struct rtattr *family[AF_INET6 + 1], *parts[IFLA_INET6_ADDR_GEN_MODE + 1];

	if (!families)
		return;
	attributes_find(family, AF_INET6, RTA_DATA(families), RTA_PAYLOAD(families));
	if (!family[AF_INET6])
		return;
	attributes_find(parts, IFLA_INET6_ADDR_GEN_MODE, RTA_DATA(family[AF_INET6]), RTA_PAYLOAD(family[AF_INET6]));
	const struct rtattr *mode = parts[IFLA_INET6_ADDR_GEN_MODE];
	uint8_t number = mode ? *(const uint8_t *)RTA_DATA(mode) : UINT8_MAX;
	facts_add(facts, "addrgenmode", "%s", number < COUNT(modes) ? modes[number] : "?");
}

static void take_link(void *context, const struct nlmsghdr *answer)
{
	struct holdings *holdings = context;
	const struct ifinfomsg *link = NLMSG_DATA(answer);
	const struct rtattr *a[IFLA_AF_SPEC + 1];

	attributes_find(a, IFLA_AF_SPEC, IFLA_RTA(link), IFLA_PAYLOAD(answer));
	if (answer->nlmsg_type != RTM_NEWLINK || !a[IFLA_IFNAME])
		return;
	holdings_know(holdings, link->ifi_index, RTA_DATA(a[IFLA_IFNAME]));
	struct facts *facts = held_add(holdings, THING_LINK, text_copy(RTA_DATA(a[IFLA_IFNAME])));
	read_kind(facts, a[IFLA_LINKINFO]);
	facts_add(facts, "index", "%d", link->ifi_index);
	add_mac(facts, "address", a[IFLA_ADDRESS]);
	facts_add(facts, "mtu", "%u", number_of(a[IFLA_MTU]));
	read_families(facts, a[IFLA_AF_SPEC]);
	facts_add(facts, "multicast", link->ifi_flags & IFF_MULTICAST ? "on" : "off");
	facts_add(facts, "up", link->ifi_flags & IFF_UP ? "yes" : "no");
	if (a[IFLA_MASTER])
		facts_add(facts, "master", "%u", number_of(a[IFLA_MASTER]));
}

static void take_address(void *context, const struct nlmsghdr *answer)
{
	struct holdings *holdings = context;
	const struct ifaddrmsg *address = NLMSG_DATA(answer);
	const struct rtattr *a[IFA_FLAGS + 1];
	char text[ADDRESS_TEXT_SIZE];

	if (answer->nlmsg_type != RTM_NEWADDR)
		return;
	attributes_find(a, IFA_FLAGS, IFA_RTA(address), IFA_PAYLOAD(answer));
	uint32_t flags = a[IFA_FLAGS] ? number_of(a[IFA_FLAGS]) : address->ifa_flags;
	struct facts *facts = held_add(
	        holdings, THING_ADDRESS,
	        text_format("%s/%u", address_of(address->ifa_family, a[IFA_ADDRESS], text), address->ifa_prefixlen));
	facts_add(facts, "dev", "%s", device_name(holdings, (int)address->ifa_index));
	facts_add(facts, "nodad", flags & IFA_F_NODAD ? "yes" : "no");
}

static void take_neighbour(void *context, const struct nlmsghdr *answer)
{
	struct holdings *holdings = context;
	const struct ndmsg *neighbour = NLMSG_DATA(answer);
	const struct rtattr *a[NDA_LLADDR + 1];
	char text[ADDRESS_TEXT_SIZE];

	if (answer->nlmsg_type != RTM_NEWNEIGH)
		return;
	attributes_find(a, NDA_LLADDR, (const uint8_t *)neighbour + NLMSG_ALIGN(sizeof *neighbour),
	                NLMSG_PAYLOAD(answer, sizeof *neighbour));
	struct facts *facts = held_add(holdings, THING_NEIGHBOUR,
	                               text_format("%s dev %s", address_of(neighbour->ndm_family, a[NDA_DST], text),
	                                           device_name(holdings, neighbour->ndm_ifindex)));
	add_mac(facts, "lladdr", a[NDA_LLADDR]);
	facts_add(facts, "nud", neighbour->ndm_state & NUD_PERMANENT ? "permanent" : "other");
}

/* A route's next hops, where it has several. */
static void add_hops(struct facts *facts, uint8_t family, const struct rtattr *several, const struct holdings *holdings)
{
	const struct rtnexthop *hop = several ? RTA_DATA(several) : NULL;
	size_t left = several ? RTA_PAYLOAD(several) : 0;
	char text[ADDRESS_TEXT_SIZE];

	for (; left >= sizeof *hop && hop->rtnh_len >= sizeof *hop && hop->rtnh_len <= left;
	     left -= NLMSG_ALIGN(hop->rtnh_len) < left ? NLMSG_ALIGN(hop->rtnh_len) : left, hop = RTNH_NEXT(hop)) {
		const struct rtattr *a[RTA_GATEWAY + 1];
		attributes_find(a, RTA_GATEWAY, RTNH_DATA(hop), hop->rtnh_len - sizeof *hop);
		facts_add(facts, "nexthop", "%s dev %s weight %u", address_of(family, a[RTA_GATEWAY], text),
		          device_name(holdings, hop->rtnh_ifindex), hop->rtnh_hops + 1U);
	}
}

/* Routes of table local are the kernel's own: no line makes them. */
static void take_route(void *context, const struct nlmsghdr *answer)
{
	struct holdings *holdings = context;
	const struct rtmsg *route = NLMSG_DATA(answer);
	const struct rtattr *a[RTA_ENCAP + 1];
	char text[ADDRESS_TEXT_SIZE];

	if (answer->nlmsg_type != RTM_NEWROUTE || route->rtm_table == RT_TABLE_LOCAL)
		return;
	attributes_find(a, RTA_ENCAP, RTM_RTA(route), RTM_PAYLOAD(answer));
	uint32_t table = a[RTA_TABLE] ? number_of(a[RTA_TABLE]) : route->rtm_table;
	char *name = text_format("%s/%u", address_of(route->rtm_family, a[RTA_DST], text), route->rtm_dst_len);
	if (table != RT_TABLE_MAIN)
		text_append(&name, " table %u", table);
	struct facts *facts = held_add(holdings, THING_ROUTE, name);
	facts_add(facts, "type", "%s", route_type_word(route->rtm_type));
	if (a[RTA_GATEWAY])
		facts_add(facts, "via", "%s", address_of(route->rtm_family, a[RTA_GATEWAY], text));
	if (a[RTA_OIF] && (route->rtm_type == RTN_UNICAST || route->rtm_type == RTN_LOCAL))
		facts_add(facts, "dev", "%s", device_name(holdings, (int)number_of(a[RTA_OIF])));
	add_hops(facts, route->rtm_family, a[RTA_MULTIPATH], holdings);
	encap_read(facts, a[RTA_ENCAP_TYPE], a[RTA_ENCAP], holdings);
}

static void add_rule_prefix(struct facts *facts, const char *key, const struct rtattr *attribute, uint8_t family,
                            unsigned length)
{
	char text[ADDRESS_TEXT_SIZE];

	if (!attribute || RTA_PAYLOAD(attribute) != family_octets(family))
		return;
	const struct address address = address_from(family, RTA_DATA(attribute));
	facts_add(facts, key, "%s/%u", address_text(&address, text), length);
}

static void take_rule(void *context, const struct nlmsghdr *answer)
{
	struct holdings *holdings = context;
	const struct fib_rule_hdr *rule = NLMSG_DATA(answer);
	const struct rtattr *a[FRA_TABLE + 1];

	if (answer->nlmsg_type != RTM_NEWRULE)
		return;
	attributes_find(a, FRA_TABLE, (const uint8_t *)rule + NLMSG_ALIGN(sizeof *rule),
	                NLMSG_PAYLOAD(answer, sizeof *rule));
	struct facts *facts =
	        held_add(holdings, THING_RULE,
	                 text_format("%s %u", rule->family == AF_INET ? "-4" : "-6", number_of(a[FRA_PRIORITY])));
	add_rule_prefix(facts, "from", a[FRA_SRC], rule->family, rule->src_len);
	add_rule_prefix(facts, "to", a[FRA_DST], rule->family, rule->dst_len);
	if (a[FRA_IIFNAME])
		facts_add(facts, "iif", "%s", (const char *)RTA_DATA(a[FRA_IIFNAME]));
	if (a[FRA_FWMARK])
		facts_add(facts, "fwmark", "%u", number_of(a[FRA_FWMARK]));
	facts_add(facts, "table", "%u", a[FRA_TABLE] ? number_of(a[FRA_TABLE]) : rule->table);
}

/* Every one of these requests begins with the family. */
static int dump(struct holdings *holdings, int socket, unsigned type, uint8_t family, size_t length,
                void (*each)(void *context, const struct nlmsghdr *answer), struct error *err)
{
	const uint8_t fixed[sizeof(struct ifinfomsg)] = { family }; /* the longest */
	struct message message;

	message_start(&message, type, NLM_F_DUMP, fixed, length);
	int error = rtnetlink_ask(socket, &message, each, holdings);
	return error ? fail(err, "reading back from the kernel: %s", strerror(error)) : 0;
}

int holdings_read_devices(struct holdings *ret, int socket, struct error *err)
{
	return dump(ret, socket, RTM_GETLINK, AF_UNSPEC, sizeof(struct ifinfomsg), take_link, err);
}

static int read_family(struct holdings *ret, int socket, uint8_t family, struct error *err)
{
	if (dump(ret, socket, RTM_GETADDR, family, sizeof(struct ifaddrmsg), take_address, err) < 0 ||
	    dump(ret, socket, RTM_GETNEIGH, family, sizeof(struct ndmsg), take_neighbour, err) < 0 ||
	    dump(ret, socket, RTM_GETROUTE, family, sizeof(struct rtmsg), take_route, err) < 0)
		return -1;
	return 0;
}

int holdings_read(struct holdings *ret, int socket, struct error *err)
{
	if (holdings_read_devices(ret, socket, err) < 0 || read_family(ret, socket, AF_INET6, err) < 0)
		return -1;
	return ret->ipv4 ? read_family(ret, socket, AF_INET, err) : 0;
}

/* A kernel without tables has no rules, which is no error. */
void holdings_read_rules(struct holdings *ret, int socket)
{
	dump(ret, socket, RTM_GETRULE, AF_INET6, sizeof(struct fib_rule_hdr), take_rule, NULL);
	dump(ret, socket, RTM_GETRULE, AF_INET, sizeof(struct fib_rule_hdr), take_rule, NULL);
}

int holdings_read_route(struct holdings *ret, int socket, const struct address *to)
{
	const struct rtmsg route = { .rtm_family = to->family,
		                     .rtm_dst_len = (uint8_t)prefix_most(to->family),
		                     .rtm_flags = RTM_F_FIB_MATCH };
	struct message message;

	message_start(&message, RTM_GETROUTE, 0, &route, sizeof route);
	message_put(&message, RTA_DST, to->octets, family_octets(to->family));
	rtnetlink_ask(socket, &message, take_route, ret); /* an error means that there is none */
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct held *x = a, *y = b;

	return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : strcmp(x->name, y->name);
}

const struct held *holdings_find(struct holdings *holdings, enum thing_kind kind, const char *name)
{
	const struct held wanted = { .kind = kind, .name = (char *)name };

	if (!holdings->count)
		return NULL;
	if (!holdings->sorted)
		qsort(holdings->held, holdings->count, sizeof *holdings->held, by_name);
	holdings->sorted = true;
	const struct held *held = bsearch(&wanted, holdings->held, holdings->count, sizeof *holdings->held, by_name);
	while (held && held > holdings->held && by_name(held - 1, &wanted) == 0)
		held--;
	return held;
}

void holdings_clear(struct holdings *holdings)
{
	for (size_t i = 0; i < holdings->count; i++) {
		free(holdings->held[i].name);
		facts_clear(&holdings->held[i].facts);
	}
	free(holdings->held);
	free(holdings->devices);
	*holdings = (struct holdings){ 0 };
}
