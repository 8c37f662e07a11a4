/* Links, and what can only be checked when all of them are known. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "declare.h"
#include "device.h"
#include "nic.h"

static struct link *last_link(const struct draft *draft)
{
	return &draft->topology->links[draft->topology->link_count - 1];
}

static struct interface *ends_of_last_link(const struct draft *draft)
{
	return &draft->topology->interfaces[last_link(draft)->first];
}

static void node_unknown(const struct topology *topology, const char *name, struct where where, struct error *err)
{
	struct nearest nearest = { .word = name };

	for (size_t i = 0; i < topology->node_count; i++)
		nearest_try(&nearest, topology->nodes[i].name);
	fail_at(err, where, "there is no node '%.60s'%s", name, nearest_hint(&nearest).text);
}

bool interface_name_check(const char *name, struct where where, struct error *err)
{
	/* lo is in every namespace; the other two are directories under net.ipv6.conf. */
	static const char *const words[] = { "lo", "all", "default" };
	bool taken = false;

	if (!name_check(name, where, "an interface", err))
		return false;
	for (size_t i = 0; i < COUNT(words); i++)
		taken |= strcmp(name, words[i]) == 0;
	for (size_t i = 0; device_table[i]; i++)
		taken |= device_table[i]->name && strcmp(name, device_table[i]->name) == 0;
	if (taken)
		fail_at(err, where, "an interface cannot be called '%s'", name);
	return !taken;
}

static void end_read(const struct draft *draft, struct interface *end, const struct item *item, struct error *err)
{
	const struct topology *t = draft->topology;
	const char *dot = item->kind == ITEM_TEXT ? strchr(item->text, '.') : NULL;

	if (!dot) {
		fail_at(err, item->where, "a link's end is NODE.INTERFACE, not %s", brief(item).text);
		return;
	}
	owned_text node = text_format("%.*s", (int)(dot - item->text), item->text);
	if (!interface_name_check(dot + 1, item->where, err))
		return;
	size_t index = topology_node(t, node);
	if (index == NOT_FOUND) {
		node_unknown(t, node, item->where, err);
		return;
	}
	const size_t taken = topology_interface(t, index, dot + 1);
	if (taken != NOT_FOUND) {
		fail_at(err, item->where, "%s is an end of two links; first on line %u", item->text,
		        t->links[t->interfaces[taken].link].where.line);
		return;
	}
	end->node = index;
	strcpy(end->name, dot + 1);
}

static bool is_list_of(const struct item *item, size_t count, const char *what, struct error *err)
{
	if (item->kind == ITEM_LIST && item->count == count)
		return true;
	if (item->kind == ITEM_LIST)
		fail_at(err, item->where, "%s: expected %zu entries, got %zu", what, count, item->count);
	else
		fail_at(err, item->where, "%s: expected a list of %zu, got %s", what, count, brief(item).text);
	return false;
}

/* To the last link, whose ends are the topology's last interfaces. */
static void ends_add(const struct draft *draft, size_t count)
{
	struct topology *topology = draft->topology;
	struct link *link = last_link(draft);

	for (size_t i = 0; i < count; i++, link->count++) {
		struct interface *end = PUSH(topology->interfaces, topology->interface_count);
		end->link = topology->link_count - 1;
		end->mtu = 1500;
		end->model = link_kind(link)->models;
	}
}

/* Up to as many ends as a link of its kind can join; most kinds join two. */
static bool is_ends(const struct draft *draft, const struct item *item, struct error *err)
{
	const struct link_kind *kind = link_kind(last_link(draft));

	if (kind->ports == 2 || item->kind != ITEM_LIST)
		return is_list_of(item, 2, "ends", err);
	if (item->count >= 2 && item->count <= kind->ports)
		return true;
	fail_at(err, item->where, "ends: a link of `kind: %s` joins 2 to %u, not %zu", kind->word, kind->ports,
	        item->count);
	return false;
}

static void ends_read(void *into, const struct item *item, struct error *err)
{
	const struct draft *draft = into;
	const struct topology *topology = draft->topology;

	if (!is_ends(draft, item, err))
		return;
	ends_add(draft, item->count - last_link(draft)->count);
	struct interface *end = ends_of_last_link(draft);
	for (size_t i = 0; i < item->count; i++) {
		end_read(draft, &end[i], &item->items[i], err);
		for (size_t other = 0; other < i; other++)
			if (*end[i].name && *end[other].name && end[i].node == end[other].node)
				fail_at(err, item->where, "%s ends are on node %s; a link joins %s nodes",
				        item->count == 2 ? "both" : "two", topology->nodes[end[i].node].name,
				        item->count == 2 ? "two" : "different");
	}
}

static void kind_read(void *into, const struct item *item, struct error *err)
{
	int kind;

	if (!word_read(&kind, item, link_words(), "a kind of link", err))
		return;
	last_link(into)->kind = kind;
	for (size_t i = 0; i < last_link(into)->count; i++)
		ends_of_last_link(into)[i].model = link_table[kind]->models;
}

static void mtu_read(void *into, const struct item *item, struct error *err)
{
	struct interface *end = ends_of_last_link(into);
	long mtu;

	if (!number_read(&mtu, item, MTU_LEAST, MTU_MOST, err))
		return;
	for (size_t i = 0; i < last_link(into)->count; i++)
		end[i].mtu = (unsigned)mtu;
}

/* RFC 6164 has /127 for links between two routers. */
static void prefix_of_link(void *into, const struct item *item, struct error *err)
{
	long length;

	if (number_read(&length, item, 64, 127, err))
		last_link(into)->prefix = (unsigned)length;
}

/* Those of an end, one a family. */
static struct address *end_address(struct interface *end, int family)
{
	return family == AF_INET ? &end->ipv4 : &end->address;
}

/* Of the addresses of a link those of a family are its ends' in their order: of all ends, or of none. */
static void family_check(struct draft *draft, int family, size_t given, const struct item *item, struct error *err)
{
	const struct topology *topology = draft->topology;
	struct interface *end = ends_of_last_link(draft);
	const size_t count = last_link(draft)->count;
	const struct prefix prefix = link_prefix(last_link(draft), end_address(&end[0], family));

	if (given && given != count) {
		fail_at(err, item->where, "%zu IPv%d address%s for %zu ends", given, family == AF_INET ? 4 : 6,
		        given == 1 ? "" : "es", count);
		return;
	}
	for (size_t i = 0; i < given; i++) {
		if (!end_address(&end[i], family)->family || prefix_covers(&prefix, end_address(&end[i], family)))
			continue;
		fail_at(err, item->where, "the %saddresses of a link must be in one /%u", count == 2 ? "two " : "",
		        prefix.length);
		return;
	}
	for (size_t i = 0; given && i + 1 < topology->link_count; i++) {
		struct interface *other = &topology->interfaces[topology->links[i].first];
		const struct prefix there = link_prefix(&topology->links[i], end_address(other, family));
		if (prefix_covers(&there, end_address(&end[0], family)) ||
		    (there.address.family && prefix_covers(&prefix, &there.address)))
			fail_at(err, item->where, "this /%u is already on the link of line %u", there.length,
			        topology->links[i].where.line);
	}
}

static void addresses_of_link(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;
	struct interface *end = ends_of_last_link(draft);
	const size_t count = last_link(draft)->count;
	size_t given[2] = { 0 }; /* IPv6, IPv4 */

	if (item_is(item, "link-local")) {
		last_link(draft)->link_local = true;
		if (last_link(draft)->prefix)
			fail_at(err, item->where, "link-local addresses are in fe80::/64; leave `prefix` out");
		return;
	}
	if (item->kind != ITEM_LIST || item->count != 2 * count) {
		if (!is_list_of(item, count, "addresses", err))
			return;
	}
	for (size_t i = 0; i < item->count; i++) {
		struct address address;
		if (!ip_address_read(&address, &item->items[i], err) ||
		    !claim(draft, &address, item->items[i].where, err))
			return;
		size_t *number = &given[address.family == AF_INET];
		if (*number < count)
			*end_address(&end[*number], address.family) = address;
		++*number;
	}
	family_check(draft, AF_INET6, given[0], item, err);
	family_check(draft, AF_INET, given[1], item, err);
}

char *kinds_with_models(const char *conjunction)
{
	const struct link_kind *last = NULL;
	char *text = NULL;

	for (size_t i = 0; link_table[i]; i++) {
		if (!link_table[i]->models)
			continue;
		if (last)
			text_append(&text, "%s`kind: %s`", text ? ", " : "", last->word);
		last = link_table[i];
	}
	if (last && text)
		text_append(&text, " %s ", conjunction);
	if (last)
		text_append(&text, "`kind: %s`", last->word);
	return text;
}

static void model_read(void *into, const struct item *item, struct error *err)
{
	const struct topology *topology = ((struct draft *)into)->topology;
	struct interface *end = ends_of_last_link(into);
	int number;

	if (!word_read(&number, item, nic_model_words(), "a NIC model", err))
		return;
	const struct nic_model *model = nic_model_at(number);
	const struct link_kind *kind = link_kind(&topology->links[topology->link_count - 1]);
	if (!kind->models) {
		owned_text kinds = kinds_with_models("and");
		fail_at(err, item->key_where, "only links of %s have a model", kinds);
	} else if (kind != nic_model_kind(model)) {
		fail_at(err, item->where, "%s is a model of links of `kind: %s`; this one is `kind: %s`", item->text,
		        nic_model_kind(model)->word, kind->word);
	}
	for (size_t i = 0; i < last_link(into)->count; i++)
		end[i].model = model;
}

/* "02:00:00:00:00:01", of one interface (IEEE 802: the lowest bit of the first octet is not set) and not all zeros. */
static bool mac_read(uint8_t mac[6], const struct item *item, struct error *err)
{
	static const uint8_t none[6];

	if (item->kind == ITEM_TEXT && strlen(item->text) == strlen("02:00:00:00:00:01") &&
	    mac_parse(mac, item->text) && !(mac[0] & 1) && memcmp(mac, none, sizeof none) != 0)
		return true;
	fail_at(err, item->where, "%s is not an Ethernet address of an interface, such as \"02:00:00:00:00:01\"",
	        brief(item).text);
	return false;
}

static void macs_of_link(void *into, const struct item *item, struct error *err)
{
	const struct draft *draft = into;
	struct interface *end = ends_of_last_link(draft);
	const size_t count = last_link(draft)->count;

	if (!is_list_of(item, count, "macs", err))
		return;
	if (link_kind(last_link(draft))->lent)
		fail_at(err, item->key_where, "links of `kind: %s` have the addresses of their NICs",
		        link_kind(last_link(draft))->word);
	for (size_t i = 0; i < count; i++) {
		end[i].has_mac = mac_read(end[i].mac, &item->items[i], err);
		for (size_t other = 0; other < i; other++)
			if (end[i].has_mac && end[other].has_mac && memcmp(end[i].mac, end[other].mac, 6) == 0)
				fail_at(err, item->where, "two ends of a link cannot have the same Ethernet address");
	}
}

/* `kind` first, which decides how many ends there can be and their models; `addresses` after `ends`: one per end. */
static const struct key link_keys[] = {
	{ "kind", kind_read, false },
	{ "ends", ends_read, true },
	{ "mtu", mtu_read, false },
	{ "prefix", prefix_of_link, false },
	{ "addresses", addresses_of_link, false },
	{ "macs", macs_of_link, false },
	{ "model", model_read, false },
	{ NULL, NULL, false },
};

void links_read(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;
	struct topology *topology = draft->topology;

	if (item->kind != ITEM_LIST) {
		fail_at(err, item->where, "links is a list, not %s; each is {ends: [NODE.INTERFACE, NODE.INTERFACE]}",
		        brief(item).text);
		return;
	}
	/* Without nodes, an error reported already, every end would be reported as unknown. */
	for (size_t i = 0; topology->node_count > 0 && i < item->count; i++) {
		*PUSH(topology->links, topology->link_count) =
		        (struct link){ .where = item->items[i].where, .first = topology->interface_count };
		ends_add(draft, 2);
		map_read(draft, &item->items[i], link_keys, "a link", err);
	}
}

static bool are_neighbours(const struct topology *topology, size_t a, size_t b)
{
	struct crossing over;

	return topology_crossing(&over, topology, a, b);
}

/* An interface is a port of one VRF. */
static void port_check(struct topology *topology, const struct mention *m, struct error *err)
{
	const struct node *node = &topology->nodes[m->node];
	size_t i = topology_interface(topology, m->node, m->name);

	if (i == NOT_FOUND)
		fail_at(err, m->where, "node %s has no interface '%.60s'", node->name, m->name);
	else if (topology->interfaces[i].vrf)
		fail_at(err, m->where, "%s is a port of VRF '%s' already", m->name,
		        node->vrfs[topology->interfaces[i].vrf - 1].name);
	else
		topology->interfaces[i].vrf = m->vrf;
}

/* VRFs are devices of their node. */
static void vrf_names_check(const struct topology *topology, struct error *err)
{
	for (size_t n = 0; n < topology->node_count; n++)
		for (size_t v = 0; v < topology->nodes[n].vrf_count; v++) {
			const struct vrf *vrf = &topology->nodes[n].vrfs[v];
			if (topology_interface(topology, n, vrf->name) != NOT_FOUND)
				fail_at(err, vrf->where, "'%s' is the name of another interface", vrf->name);
		}
}

static void mention_check(struct topology *topology, const struct mention *m, struct error *err)
{
	const char *self = topology->nodes[m->node].name;

	if (m->kind == MENTION_PORT) {
		port_check(topology, m, err);
		return;
	}
	if (m->kind == MENTION_INTERFACE) {
		if (topology_interface(topology, m->node, m->name) == NOT_FOUND)
			fail_at(err, m->where, "node %s has no interface '%.60s'", self, m->name);
		return;
	}
	size_t other = topology_node(topology, m->name);
	if (other == NOT_FOUND)
		node_unknown(topology, m->name, m->where, err);
	else if (!are_neighbours(topology, m->node, other))
		fail_at(err, m->where, "%s has no link to %s; name a neighbour", self, m->name);
}

static void connected_check(const struct topology *topology, struct error *err)
{
	bool reached[NODE_LIMIT] = { true }, more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < topology->interface_count; i++) {
			if (!reached[topology->interfaces[i].node])
				continue;
			FOR_EACH_OTHER (other, topology, i) {
				bool *to = &reached[topology->interfaces[other].node];
				more = more || !*to;
				*to = true;
			}
		}
	}
	for (size_t i = 0; i < topology->node_count; i++)
		if (!reached[i])
			fail_at(err, topology->nodes[i].where,
			        "no links lead from %s to %s; every node must be reachable", topology->nodes[0].name,
			        topology->nodes[i].name);
}

static void nics_check(const struct topology *topology, struct error *err)
{
	for (size_t i = 0; i < topology->link_count; i++) {
		if (link_kind(&topology->links[i])->lent && nic_pair(topology, i) == NIC_PAIRS) {
			fail_at(err, topology->links[i].where, "more than %d links of one NIC model", NIC_PAIRS);
			return;
		}
	}
}

void graph_check(const struct draft *draft, struct error *err)
{
	for (size_t i = 0; i < draft->mention_count; i++)
		mention_check(draft->topology, &draft->mentions[i], err);
	vrf_names_check(draft->topology, err);
	connected_check(draft->topology, err);
	nics_check(draft->topology, err);
	claims_check(draft, err);
}
