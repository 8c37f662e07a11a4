/* A node's routes, rules and VRFs, which say in which table packets are looked up. */
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "declare.h"

#define VRF_LIMIT     32
#define GATEWAY_LIMIT 32

/* Table local is the kernel's own: its addresses come before any route. */
void route_table_read(char **ret, const struct item *item, struct error *err)
{
	long number = RT_TABLE_MAIN;

	if (!item_is(item, "main") && !number_read(&number, item, 1, 0xffffffffL, err))
		return;
	if (number == RT_TABLE_LOCAL)
		fail_at(err, item->where, "table %ld is the kernel's own; take another number", number);
	else if (number != RT_TABLE_MAIN)
		*ret = text_format("%ld", number);
}

void vrf_table_read(char **ret, const struct node *node, const struct item *item, struct error *err)
{
	const struct vrf *vrf = item->kind == ITEM_TEXT ? node_vrf(node, item->text) : NULL;

	if (!vrf)
		fail_at(err, item->where, "%s is not one of the node's `vrfs`", brief(item).text);
	else if (*ret)
		fail_at(err, item->where, "`vrf` says which table it is; leave `table` out");
	else
		*ret = text_copy(vrf->table);
}

/* ---- vrfs: {red: {table: 100, ports: [a0]}} */

static struct vrf *last_vrf(void *into)
{
	struct node *node = ((struct draft *)into)->node;

	return &node->vrfs[node->vrf_count - 1];
}

static void table_of_vrf(void *into, const struct item *item, struct error *err)
{
	const struct node *node = ((struct draft *)into)->node;
	struct vrf *vrf = last_vrf(into);

	route_table_read(&vrf->table, item, err);
	if (!vrf->table) {
		vrf->table = text_copy("1");
		fail_at(err, item->where,
		        "a VRF needs a table of its own; give a number other than those of main and local");
	}
	for (size_t i = 0; i + 1 < node->vrf_count; i++)
		if (strcmp(node->vrfs[i].table, vrf->table) == 0)
			fail_at(err, item->where, "table %s is that of VRF '%s'", vrf->table, node->vrfs[i].name);
}

static void ports_of_vrf(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;
	size_t count;
	const struct item *entry = entries(item, &count, "a list of interfaces of the node", err);

	for (size_t i = 0; i < count; i++) {
		if (entry[i].kind != ITEM_TEXT || !*entry[i].text) {
			fail_at(err, entry[i].where, "expected an interface of this node, found %s",
			        brief(&entry[i]).text);
			continue;
		}
		mention(draft, MENTION_PORT, &entry[i]);
		draft->mentions[draft->mention_count - 1].vrf = draft->node->vrf_count;
	}
}

static const struct key vrf_keys[] = {
	{ "table", table_of_vrf, true },
	{ "ports", ports_of_vrf, false },
	{ NULL, NULL, false },
};

void vrfs_read(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;

	if (!map_is(item, "vrfs", err))
		return;
	if (item->count > VRF_LIMIT)
		fail_at(err, item->where, "%zu VRFs; a node can have %d", item->count, VRF_LIMIT);
	for (size_t i = 0; i < item->count && i < VRF_LIMIT; i++) {
		const struct item *entry = &item->items[i];
		struct vrf *vrf = PUSH(draft->node->vrfs, draft->node->vrf_count);
		*vrf = (struct vrf){ .where = entry->key_where };
		if (interface_name_check(entry->key, entry->key_where, err))
			strcpy(vrf->name, entry->key);
		map_read(draft, entry, vrf_keys, "a VRF", err);
		if (!vrf->table)
			vrf->table = text_copy("1"); /* reported */
	}
}

/* ---- routes */

static struct gateway *last_gateway(const struct draft *draft)
{
	return &draft->route->gateways[draft->route->gateway_count - 1];
}

/* A neighbour's name, the address of its end of a link, or the node itself: what a SID looks up in the table of a VRF
 * is then delivered here. */
static void gateway_via(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;
	struct address address;

	if (!text_read(&last_gateway(draft)->via, item, "the name of a neighbour, or an address of it", err))
		return;
	if (!strpbrk(item->text, ":.")) {
		if (strcmp(item->text, draft->node->name) != 0)
			mention(draft, MENTION_NEIGHBOUR, item);
		return;
	}
	if (!ip_address_read(&address, item, err))
		return;
	if (address.family != draft->route->to.address.family)
		fail_at(err, item->where, "%s is no next hop of a route of IPv%d: it is of the other family",
		        item->text, draft->route->to.address.family == AF_INET ? 4 : 6);
}

static void gateway_oif(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;

	if (text_read(&last_gateway(draft)->oif, item, "an interface of this node", err))
		mention(draft, MENTION_INTERFACE, item);
}

static void gateway_weight(void *into, const struct item *item, struct error *err)
{
	number_read(&last_gateway(into)->weight, item, 1, 256, err);
}

static const struct key gateway_keys[] = {
	{ "via", gateway_via, true },
	{ "oif", gateway_oif, false },
	{ "weight", gateway_weight, false },
	{ NULL, NULL, false },
};

static void gateway_read(struct draft *draft, const struct item *item, struct error *err)
{
	*PUSH(draft->route->gateways, draft->route->gateway_count) =
	        (struct gateway){ .where = item->where, .weight = 1 };
	if (item->kind == ITEM_MAP)
		map_read(draft, item, gateway_keys, "a next hop", err);
	else
		gateway_via(draft, item, err);
	if (!last_gateway(draft)->via)
		last_gateway(draft)->via = text_copy(""); /* reported */
}

/* A link-local address is on every link. */
static void gateways_check(const struct draft *draft, struct error *err)
{
	const struct route *route = draft->route;
	struct address address;

	for (size_t i = 0; i < route->gateway_count; i++) {
		const struct gateway *gateway = &route->gateways[i];
		if (!gateway->oif && address_parse(&address, AF_INET6, gateway->via) && address_is_link_local(&address))
			fail_at(err, gateway->where, "the next hop %s is link-local, and so on any link: give `oif`",
			        gateway->via);
		if (route->gateway_count > 1 && strcmp(gateway->via, draft->node->name) == 0)
			fail_at(err, gateway->where, "%s itself is no next hop beside others", draft->node->name);
	}
}

static void via_read(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;

	if (item->kind != ITEM_LIST) {
		gateway_read(draft, item, err);
		return;
	}
	if (item->count < 2 || item->count > GATEWAY_LIMIT)
		fail_at(err, item->where, "a list of next hops has 2 to %d, not %zu", GATEWAY_LIMIT, item->count);
	for (size_t i = 0; i < item->count; i++)
		gateway_read(draft, &item->items[i], err);
}

static void route_oif(void *into, const struct item *item, struct error *err)
{
	const struct route *route = ((struct draft *)into)->route;

	if (route->gateway_count == 1)
		gateway_oif(into, item, err);
	else
		fail_at(err, item->key_where, "`oif` goes with one next hop; %s",
		        route->gateway_count ? "of several give each its own, {via: r2, oif: b0}"
		                             : "this route has no `via`");
}

static void type_read(void *into, const struct item *item, struct error *err)
{
	int type;

	if (word_read(&type, item, route_type_words, "a type of route that leads nowhere", err))
		((struct draft *)into)->route->type = (enum route_type)type;
}

static void table_read(void *into, const struct item *item, struct error *err)
{
	route_table_read(&((struct draft *)into)->route->table, item, err);
}

static void vrf_read(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;

	vrf_table_read(&draft->route->table, draft->node, item, err);
}

static const struct key route_keys[] = {
	{ "to", NULL, false },        { "via", via_read, false },     { "oif", route_oif, false },
	{ "type", type_read, false }, { "table", table_read, false }, { "vrf", vrf_read, false },
	{ NULL, NULL, false },
};

static bool is_same_route(const struct route *a, const struct route *b)
{
	return prefix_same(&a->to, &b->to) && same_table(a->table, b->table);
}

static void route_check(const struct draft *draft, const struct item *item, const char *to, struct where where,
                        struct error *err)
{
	const struct node *node = draft->node;
	const struct route *route = draft->route;

	if (!route->gateway_count == !route->type && item->kind == ITEM_MAP)
		fail_at(err, item->where, "a route needs 'via' or 'type', one of them");
	gateways_check(draft, err);
	if (!route->table && route_is_own(node, route))
		fail_at(err, item->where, "a route to %s itself is in the table of a VRF: give `table`", node->name);
	for (size_t i = 0; i + 1 < node->route_count; i++)
		if (is_same_route(&node->routes[i], route))
			fail_at(err, where, "a second route to '%s'", to);
}

static void route_read(struct draft *draft, const struct item *item, const char *text, struct where where,
                       struct error *err)
{
	struct prefix to;

	if (!ip_prefix_read(&to, text, where, err))
		return;
	draft->route = PUSH(draft->node->routes, draft->node->route_count);
	*draft->route = (struct route){ .where = where, .to = to };
	if (item->kind == ITEM_MAP)
		map_read(draft, item, route_keys, "a route", err);
	else
		via_read(draft, item, err);
	route_check(draft, item, text, where, err);
}

/* A map has a prefix only once; a list may have it in several tables. */
void routes_read(void *into, const struct item *item, struct error *err)
{
	if (item->kind != ITEM_LIST && !map_is(item, "routes", err))
		return;
	for (size_t i = 0; i < item->count; i++) {
		const struct item *entry = &item->items[i];
		const struct item *to = item_find(entry, "to");
		if (item->kind == ITEM_MAP)
			route_read(into, entry, entry->key, entry->key_where, err);
		else if (!to || to->kind != ITEM_TEXT)
			fail_at(err, entry->where, "a route in a list needs 'to': a prefix");
		else
			route_read(into, entry, to->text, to->where, err);
	}
}

/* ---- rules */

static struct table_rule *last_rule(void *into)
{
	struct node *node = ((struct draft *)into)->node;

	return &node->rules[node->rule_count - 1];
}

static void rule_prefix(struct prefix *ret, bool *has, const struct item *item, struct error *err)
{
	owned_text text = NULL;

	*has = text_read(&text, item, "a prefix", err) && ip_prefix_read(ret, text, item->where, err);
}

static void rule_from(void *into, const struct item *item, struct error *err)
{
	rule_prefix(&last_rule(into)->from, &last_rule(into)->has_from, item, err);
}

static void rule_to(void *into, const struct item *item, struct error *err)
{
	rule_prefix(&last_rule(into)->to, &last_rule(into)->has_to, item, err);
}

static void rule_iif(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;

	if (text_read(&last_rule(into)->iif, item, "an interface or VRF of the node", err) &&
	    !node_vrf(draft->node, item->text))
		mention(draft, MENTION_INTERFACE, item);
}

static void rule_fwmark(void *into, const struct item *item, struct error *err)
{
	number_read(&last_rule(into)->fwmark, item, 1, 0xffffffffL, err);
}

/* Below 1000, where the kernel has the rule of VRFs, and above; not 0, that of table local, nor 32766, that of main. */
static void rule_priority(void *into, const struct item *item, struct error *err)
{
	number_read(&last_rule(into)->priority, item, 1, 32765, err);
}

static void rule_table(void *into, const struct item *item, struct error *err)
{
	route_table_read(&last_rule(into)->table, item, err);
}

static const struct key rule_keys[] = {
	{ "from", rule_from, false },  { "to", rule_to, false },
	{ "iif", rule_iif, false },    { "fwmark", rule_fwmark, false },
	{ "table", rule_table, true }, { "priority", rule_priority, true },
	{ NULL, NULL, false },
};

void rules_read(void *into, const struct item *item, struct error *err)
{
	struct node *node = ((struct draft *)into)->node;
	size_t count;
	const struct item *entry = entries(item, &count, "a list of rules", err);

	for (size_t i = 0; i < count; i++) {
		*PUSH(node->rules, node->rule_count) = (struct table_rule){ .where = entry[i].where };
		map_read(into, &entry[i], rule_keys, "a rule", err);
		for (size_t other = 0; other + 1 < node->rule_count; other++)
			if (node->rules[other].priority == last_rule(into)->priority)
				fail_at(err, entry[i].where, "a second rule of priority %ld",
				        node->rules[other].priority);
	}
}
