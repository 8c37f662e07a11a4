/* Lines of `ip`, applied by the requests that `ip` makes of them: a process a node costs more than the lab. What is not
 * known here, and what the kernel refuses, is left to `ip` itself. */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "readback.h"

struct reading {
	const struct lab *lab;
	int socket;
	char *rest; /* of the line, for strtok_r() */
	const char *word;
};

static bool next(struct reading *line)
{
	line->word = strtok_r(NULL, " ", &line->rest);
	return line->word;
}

static bool word_is(const struct reading *line, const char *word)
{
	return line->word && strcmp(line->word, word) == 0;
}

/* The word after the current one; "": the line ends, which no form takes. */
static const char *value(struct reading *line)
{
	return next(line) ? line->word : "";
}

static bool number_of(uint32_t *number, const char *text)
{
	char *end;

	*number = (uint32_t)strtoul(text, &end, 10);
	return *text && !*end;
}

static bool address_in(struct address *address, const char *text)
{
	return address_parse(address, AF_UNSPEC, text);
}

/* A prefix, or an address, which is a prefix that contains only itself. */
static bool prefix_in(struct prefix *prefix, const char *text)
{
	const char *slash = strchr(text, '/');
	owned_text address = slash ? text_format("%.*s", (int)(slash - text), text) : text_copy(text);
	uint32_t length;

	if (!address_in(&prefix->address, address))
		return false;
	*prefix = prefix_of(&prefix->address);
	if (slash && (!number_of(&length, slash + 1) || length > prefix->length))
		return false;
	if (slash)
		prefix->length = length;
	return true;
}

/* An error number; NOT_KNOWN: not a line of a known form. */
#define NOT_KNOWN (-1)

static int ask(const struct reading *line, struct message *message)
{
	return rtnetlink_ask(line->socket, message, NULL, NULL);
}

static bool put_mac(struct message *message, unsigned short type, const char *text)
{
	uint8_t mac[6];

	return mac_parse(mac, text) && message_put(message, type, mac, sizeof mac);
}

static bool put_number(struct message *message, unsigned short type, const char *text)
{
	uint32_t number;

	return number_of(&number, text) && message_put(message, type, &number, sizeof number);
}

/* ---- link */

static bool put_namespace(const struct reading *line, struct message *message, const char *node)
{
	for (size_t i = 0; i < line->lab->node_count; i++)
		if (strcmp(line->lab->names[i], node) == 0)
			return message_put(message, IFLA_NET_NS_FD, &line->lab->namespaces[i], sizeof(int));
	return false;
}

/* One key of `link set` or of a link that is made, with its value. */
static bool put_link_key(struct reading *line, struct message *message, struct ifinfomsg *link)
{
	const char *key = line->word;

	if (strcmp(key, "up") == 0) {
		link->ifi_change |= IFF_UP;
		link->ifi_flags |= IFF_UP;
		return true;
	}
	const char *text = value(line);
	if (strcmp(key, "name") == 0)
		return message_put(message, IFLA_IFNAME, text, strlen(text) + 1);
	if (strcmp(key, "address") == 0)
		return put_mac(message, IFLA_ADDRESS, text);
	if (strcmp(key, "mtu") == 0)
		return put_number(message, IFLA_MTU, text);
	if (strcmp(key, "netns") == 0)
		return put_namespace(line, message, text);
	if (strcmp(key, "multicast") == 0 && strcmp(text, "off") == 0) {
		link->ifi_change |= IFF_MULTICAST;
		return true;
	}
	if (strcmp(key, "addrgenmode") == 0 && strcmp(text, "none") == 0) {
		const uint8_t none = IN6_ADDR_GEN_MODE_NONE;
		struct rtattr *families = message_nest(message, IFLA_AF_SPEC);
		struct rtattr *family = message_nest(message, AF_INET6);
		message_put(message, IFLA_INET6_ADDR_GEN_MODE, &none, sizeof none);
		message_nest_end(message, family);
		message_nest_end(message, families);
		return true;
	}
	uint32_t index;
	if (strcmp(key, "index") != 0 || !number_of(&index, text))
		return false;
	link->ifi_index = (int)index;
	return true;
}

/* "dev NAME KEY..." */
static int link_set(struct reading *line)
{
	struct ifinfomsg link = { .ifi_family = AF_UNSPEC };
	struct message message;

	if (!next(line) || !word_is(line, "dev") || !next(line))
		return NOT_KNOWN;
	link.ifi_index = (int)if_nametoindex(line->word);
	if (!link.ifi_index)
		return ENODEV;
	message_start(&message, RTM_NEWLINK, NLM_F_ACK, &link, sizeof link);
	while (next(line))
		if (word_is(line, "name") || word_is(line, "netns") || word_is(line, "index") ||
		    !put_link_key(line, &message, &link))
			return NOT_KNOWN;
	memcpy(message.octets, &link, sizeof link);
	return ask(line, &message);
}

/* The keys of one end of a veth, up to `end`; false: not known. */
static bool put_end(struct reading *line, struct message *message, struct ifinfomsg *link, const char *end)
{
	while (next(line) && !word_is(line, end))
		if (word_is(line, "up") || word_is(line, "multicast") || !put_link_key(line, message, link))
			return false;
	return true;
}

/* "KEY... type veth peer KEY..." */
static int link_add(struct reading *line)
{
	static const char kind[] = "veth";
	struct ifinfomsg link = { .ifi_family = AF_UNSPEC }, peer = link;
	struct message message;

	message_start(&message, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, &link, sizeof link);
	if (!put_end(line, &message, &link, "type") || strcmp(value(line), kind) != 0 ||
	    strcmp(value(line), "peer") != 0)
		return NOT_KNOWN;
	memcpy(message.octets, &link, sizeof link);
	struct rtattr *info = message_nest(&message, IFLA_LINKINFO);
	message_put(&message, IFLA_INFO_KIND, kind, strlen(kind));
	struct rtattr *data = message_nest(&message, IFLA_INFO_DATA);
	struct rtattr *other = message_nest(&message, VETH_INFO_PEER);
	uint8_t *fixed = message_fixed(&message, sizeof peer);
	if (!put_end(line, &message, &peer, ""))
		return NOT_KNOWN;
	memcpy(fixed, &peer, sizeof peer);
	message_nest_end(&message, other);
	message_nest_end(&message, data);
	message_nest_end(&message, info);
	return ask(line, &message);
}

/* ---- addr, neigh */

/* "PREFIX dev NAME nodad"; of IPv4 without the last. */
static int addr_add(struct reading *line)
{
	struct ifaddrmsg fixed = { 0 };
	struct prefix prefix;
	struct message message;

	if (!prefix_in(&prefix, value(line)) || strcmp(value(line), "dev") != 0)
		return NOT_KNOWN;
	fixed.ifa_family = prefix.address.family;
	fixed.ifa_prefixlen = (uint8_t)prefix.length;
	fixed.ifa_index = if_nametoindex(value(line));
	if (prefix.address.family == AF_INET6) {
		if (strcmp(value(line), "nodad") != 0)
			return NOT_KNOWN;
		fixed.ifa_flags = IFA_F_NODAD;
	}
	if (next(line))
		return NOT_KNOWN;
	if (!fixed.ifa_index)
		return ENODEV;
	message_start(&message, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, &fixed, sizeof fixed);
	message_put(&message, IFA_LOCAL, prefix.address.octets, family_octets(prefix.address.family));
	message_put(&message, IFA_ADDRESS, prefix.address.octets, family_octets(prefix.address.family));
	return ask(line, &message);
}

/* "ADDRESS lladdr MAC nud permanent dev NAME" */
static int neigh_add(struct reading *line)
{
	struct ndmsg fixed = { .ndm_state = NUD_PERMANENT };
	struct address address;
	struct message message;
	uint8_t mac[6];

	if (!address_in(&address, value(line)) || strcmp(value(line), "lladdr") != 0 || !mac_parse(mac, value(line)) ||
	    strcmp(value(line), "nud") != 0 || strcmp(value(line), "permanent") != 0 || strcmp(value(line), "dev") != 0)
		return NOT_KNOWN;
	fixed.ndm_family = address.family;
	fixed.ndm_ifindex = (int)if_nametoindex(value(line));
	if (next(line))
		return NOT_KNOWN;
	if (!fixed.ndm_ifindex)
		return ENODEV;
	message_start(&message, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, &fixed, sizeof fixed);
	message_put(&message, NDA_DST, address.octets, family_octets(address.family));
	message_put(&message, NDA_LLADDR, mac, sizeof mac);
	return ask(line, &message);
}

/* ---- route */

/* The literal that facts borrow; NULL: not known. */
static const char *own_key(const char *word)
{
	static const char *const keys[] = { "via", "dev", "encap", "table" };

	for (size_t i = 0; i < COUNT(keys); i++)
		if (strcmp(keys[i], word) == 0)
			return keys[i];
	return encap_key(word);
}

/* "via ADDRESS dev NAME weight NUMBER" */
static bool hop_key(struct reading *line, struct facts *facts)
{
	static const char *const keys[] = { "via", "dev", "weight" };
	const char *values[COUNT(keys)];

	for (size_t i = 0; i < COUNT(keys); i++) {
		if (strcmp(value(line), keys[i]) != 0)
			return false;
		values[i] = value(line);
	}
	facts_add(facts, "nexthop", "%s dev %s weight %s", values[0], values[1], values[2]);
	return *values[2];
}

/* What the route is of its own, and words of its encapsulation, which `ip` ends where they are no longer its own. */
static bool route_key(struct reading *line, struct facts *facts, const char **table)
{
	const char *action = facts_get(facts, "action"), *key;

	if (word_is(line, "srh") && (!next(line) || !word_is(line, "segs")))
		return false;
	if (word_is(line, "count") && action) {
		facts_add(facts, "count", "yes");
		return true;
	}
	if (word_is(line, "nexthop"))
		return hop_key(line, facts);
	key = word_is(line, "segs") && action ? "srh segs" : own_key(line->word);
	if (!key)
		return false;
	const char *text = value(line);
	if (strcmp(key, "flavors") == 0) {
		for (size_t length; *text; text += length + (text[length] == ',')) {
			length = strcspn(text, ",");
			facts_add(facts, key, "%.*s", (int)length, text);
		}
		return true;
	}
	if (strcmp(key, "table") == 0 && !(action && !facts_get(facts, "dev"))) {
		*table = table_number(text);
		return true;
	}
	facts_add(facts, key, "%s", strstr(key, "table") ? table_number(text) : text);
	return *text;
}

static void know_device(struct holdings *devices, const char *name)
{
	unsigned index = name ? if_nametoindex(name) : 0;

	if (index)
		holdings_know(devices, (int)index, name);
}

static void know_hops(struct holdings *devices, const struct facts *facts)
{
	char name[NAME_SIZE];

	for (size_t i = 0; i < facts->count; i++)
		if (strcmp(facts->facts[i].key, "nexthop") == 0 &&
		    sscanf(facts->facts[i].value, "%*s dev %15s", name) == 1)
			know_device(devices, name);
}

static bool is_route_type(const struct reading *line)
{
	return word_is(line, "local") || (line->word && word_value(route_type_words, line->word, &(int){ 0 }));
}

/* "[blackhole|unreachable|prohibit|local] PREFIX KEY VALUE..." */
static int route(struct reading *line, unsigned type, unsigned flags)
{
	owned_facts facts = { 0 };
	owned_holdings devices = { 0 };
	const char *table = NULL;
	char text[PREFIX_TEXT_SIZE];
	struct prefix to;

	if (!next(line))
		return NOT_KNOWN;
	if (is_route_type(line)) {
		facts_add(&facts, "type", "%s", line->word);
		next(line);
	}
	if (!line->word || !prefix_in(&to, line->word))
		return NOT_KNOWN;
	while (next(line))
		if (!route_key(line, &facts, &table))
			return NOT_KNOWN;
	owned_text name = text_format("%s%s%s", prefix_text(&to, text), table ? " table " : "", table ?: "");
	know_hops(&devices, &facts);
	know_device(&devices, facts_get(&facts, "dev"));
	know_device(&devices, facts_get(&facts, "iif"));
	know_device(&devices, facts_get(&facts, "oif"));
	return route_ask(line->socket, type, flags, name, &facts, &devices);
}

static int route_add(struct reading *line)
{
	return route(line, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
}

static int route_replace(struct reading *line)
{
	return route(line, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE);
}

static int route_append(struct reading *line)
{
	return route(line, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND);
}

static int route_del(struct reading *line)
{
	return route(line, RTM_DELROUTE, 0);
}

/* "dev NAME mode tun|tap [vnet_hdr]" */
static int tuntap_add(struct reading *line)
{
	const char *dev = value(line), *name = value(line), *mode = value(line), *kind = value(line);
	bool tap = strcmp(kind, "tap") == 0;
	bool vnet_hdr = next(line) && word_is(line, "vnet_hdr");

	if (strcmp(dev, "dev") != 0 || strcmp(mode, "mode") != 0 || (!tap && strcmp(kind, "tun") != 0) ||
	    (vnet_hdr ? next(line) : line->word != NULL))
		return NOT_KNOWN;
	return tap_make(name, tap, vnet_hdr);
}

static const struct {
	const char *object, *verb;
	int (*apply)(struct reading *line);
} forms[] = {
	{ "link", "add", link_add },         { "link", "set", link_set },           { "addr", "add", addr_add },
	{ "neigh", "add", neigh_add },       { "route", "replace", route_replace }, { "route", "add", route_add },
	{ "route", "append", route_append }, { "tuntap", "add", tuntap_add },       { "route", "del", route_del },
};

bool ip_line_apply(const struct lab *lab, int socket, const char *text)
{
	owned_text copy = text_copy(text);
	struct reading line = { .lab = lab, .socket = socket };
	const char *object = strtok_r(copy, " ", &line.rest);
	const char *verb = object ? strtok_r(NULL, " ", &line.rest) : NULL;

	for (size_t i = 0; verb && i < COUNT(forms); i++)
		if (strcmp(forms[i].object, object) == 0 && strcmp(forms[i].verb, verb) == 0)
			return forms[i].apply(&line) == 0;
	return false;
}
