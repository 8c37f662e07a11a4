/* What a row expects of packets at hops, of counters, of what was sent again and of ICMPv6 errors. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "expectation.h"

static bool bounds_read(struct bounds *bounds, const struct item *item, const char *or_none, struct error *err)
{
	if (item->kind == ITEM_TEXT && bounds_parse(bounds, item->text))
		return true;
	fail_at(err, item->where, "%s is not a number or a range of numbers; write 3, \">=2\" or \">=2 <=5\"%s",
	        brief(item).text, or_none);
	return false;
}

static bool check_value(struct check *check, const struct check_field *field, const struct scope *scope,
                        const struct item *item, struct error *err)
{
	struct address address;
	int word;

	if (item->kind == ITEM_TEXT)
		check->text = text_copy(item->text);
	if (field->may_lack && item_is(item, "none"))
		return check->none = true;
	switch (field->type) {
	case CHECK_NUMBER:
		return bounds_read(&check->bounds, item, field->may_lack ? ", or none" : "", err);
	case CHECK_WORD:
		if (!word_read(&word, item, field->words, "a value of it", err))
			return false;
		check->bounds = (struct bounds){ word, word };
		return true;
	case CHECK_ADDRESS:
		if (!ip_address_read(&address, item, err))
			return false;
		*PUSH(check->addresses, check->address_count) = address;
		return true;
	case CHECK_ADDRESSES:
		return addresses_read(&check->addresses, &check->address_count, item, err);
	case CHECK_HEX:
		return hex_read(&check->octets, &check->octet_count, item, err);
	case CHECK_NODE:
		return check->text && scope_node(scope, check->text, item->where, err);
	}
	return false;
}

static const struct check_field *field_find(const struct check_field *fields, const struct item *item, const char *what,
                                            struct error *err)
{
	struct nearest nearest = { .word = item->key };
	owned_text list = NULL;

	for (const struct check_field *field = fields; field->key; field++) {
		if (strcmp(field->key, item->key) == 0)
			return field;
		text_append(&list, "%s%s", list ? ", " : "", field->key);
		nearest_try(&nearest, field->key);
	}
	fail_at(err, item->key_where, "unknown key '%.60s' in %s%s; known: %s", item->key, what,
	        nearest_hint(&nearest).text, list);
	return NULL;
}

/* A map from keys of a table to values. */
static void checks_read(struct checks *checks, const struct check_field *fields, const struct scope *scope,
                        const struct item *map, const char *what, struct error *err)
{
	unsigned before = err->count;

	if (!map_is(map, what, err))
		return;
	for (size_t i = 0; i < map->count; i++) {
		const struct check_field *field = field_find(fields, &map->items[i], what, err);
		if (!field)
			continue;
		struct check *check = PUSH(checks->list, checks->count);
		check->field = (int)(field - fields);
		check_value(check, field, scope, &map->items[i], err);
	}
	if (err->count == before && !checks->count)
		fail_at(err, map->where, "%s has nothing to compare", what);
}

/* Of packets of which there must be none, nothing else can be said. */
static void no_packets_check(const struct checks *checks, struct where where, struct error *err)
{
	const struct check *packets = checks_find(checks, HOP_PACKETS);
	const bool named = checks_find(checks, HOP_WAY) != NULL;

	if (packets && packets->bounds.most == 0 && checks->count > (named ? 2U : 1U))
		fail_at(err, where, "with `packets: 0` there is no packet to compare anything with");
	else if (named && checks->count == 1)
		fail_at(err, where, "`way` only says which packets are meant; write what they must be");
}

void hops_read(void *into, const struct item *item, struct error *err)
{
	const struct row *row = into;
	struct expectation *e = row->expectation;

	if (!map_is(item, "hops", err))
		return;
	for (size_t i = 0; i < item->count; i++) {
		const struct item *value = &item->items[i];
		if (!hop_check(&row->draft->scope, value->key, value->key_where, err))
			continue;
		struct checks *checks = PUSH(e->hops, e->hop_count);
		checks->at = text_copy(value->key);
		checks_read(checks, hop_fields, &row->draft->scope, value, "what is seen at a hop", err);
		no_packets_check(checks, value->where, err);
	}
}

/* "Ip6InNoRoutes", "TcpExtTCPTimeouts"; "b0:tx_dropped" of an interface. */
static bool counter_name_check(const struct scope *scope, const char *node, const struct item *item, struct error *err)
{
	const char *name = item->key, *colon = strchr(name, ':');
	bool known = *name != 0 && strlen(name) < 40;

	for (const char *c = name; *c; c++)
		known = known && (isalnum((unsigned char)*c) || strchr("_:-", *c));
	if (known && colon) {
		owned_text interface = text_format("%.*s", (int)(colon - name), name);
		return scope_interface(scope, node, interface, item->key_where, err);
	}
	if (known && isupper((unsigned char)*name))
		return true;
	fail_at(err, item->key_where,
	        "'%.60s' is not a counter; write one as nstat names it, such as Ip6InNoRoutes, or INTERFACE:tx_dropped",
	        name);
	return false;
}

static void counter_read(struct row *row, const char *node, const struct item *item, struct error *err)
{
	struct expectation *e = row->expectation;
	struct bounds bounds;

	if (!counter_name_check(&row->draft->scope, node, item, err) || !bounds_read(&bounds, item, "", err))
		return;
	*PUSH(e->counters, e->counter_count) = (struct counter_check){
		.node = text_copy(node), .name = text_copy(item->key), .bounds = bounds, .text = text_copy(item->text)
	};
}

void counters_read(void *into, const struct item *item, struct error *err)
{
	struct row *row = into;

	if (!map_is(item, "counters", err))
		return;
	for (size_t i = 0; i < item->count; i++) {
		const struct item *node = &item->items[i];
		if (!scope_node(&row->draft->scope, node->key, node->key_where, err) ||
		    !map_is(node, "what a node counts", err))
			continue;
		for (size_t c = 0; c < node->count; c++)
			counter_read(row, node->key, &node->items[c], err);
	}
}

void retransmissions_read(void *into, const struct item *item, struct error *err)
{
	struct expectation *e = ((struct row *)into)->expectation;
	struct bounds bounds;

	if (!bounds_read(&bounds, item, "", err))
		return;
	e->retransmissions = zalloc(sizeof *e->retransmissions);
	*e->retransmissions = (struct counter_check){ .bounds = bounds, .text = text_copy(item->text) };
}

/* One error, several, or `none`. */
void icmp_read(void *into, const struct item *item, struct error *err)
{
	const struct row *row = into;
	struct expectation *e = row->expectation;
	const struct item *entry = item->kind == ITEM_LIST ? item->items : item;

	if (item_is(item, "none")) {
		e->no_icmp = true;
		return;
	}
	for (size_t i = 0; i < (item->kind == ITEM_LIST ? item->count : 1); i++)
		checks_read(PUSH(e->icmp, e->icmp_count), icmp_fields, &row->draft->scope, &entry[i], "an ICMP error",
		            err);
}
