/* A node: its addresses, its service, its routes. */
#include <stdlib.h>
#include <string.h>

#include "declare.h"
#include "device.h"

static void addresses_of_node(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;
	struct address address;
	size_t count;
	const struct item *entry = entries(item, &count, "a list of IP addresses", err);

	for (size_t i = 0; i < count; i++)
		if (ip_address_read(&address, &entry[i], err) && claim_for_node(draft, &address, entry[i].where, err))
			*PUSH(draft->node->addresses, draft->node->address_count) = address;
}

static void service_kind(void *into, const struct item *item, struct error *err)
{
	int number;

	if (word_read(&number, item, service_words(), "a service", err))
		node_service_slot(((struct draft *)into)->node)->kind = device_at(number);
}

static void service_checksum(void *into, const struct item *item, struct error *err)
{
	struct device *device = node_service_slot(((struct draft *)into)->node);
	int checksum;

	device->has_checksum = true;
	if (word_read(&checksum, item, service_checksum_words, "what a service does with the checksum", err))
		device->checksum = (enum service_checksum)checksum;
}

/* The service may replace one of the node's own SIDs; any other address must be new. */
static void service_sid(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;
	struct device *device = node_service_slot(draft->node);
	struct address sid;

	if (address_read(&sid, item, err) && (node_has_sid(draft->node, &sid) || claim(draft, &sid, item->where, err)))
		device->sid = sid;
}

static const struct key service_keys[] = {
	{ "kind", service_kind, true },
	{ "checksum", service_checksum, false },
	{ "sid", service_sid, false },
	{ NULL, NULL, false },
};

/* Keys that a kind of service does not have. */
static void service_check_keys(const struct device *device, const struct item *item, struct error *err)
{
	const unsigned given = (device->sid.family ? DEVICE_SID : 0) | (device->has_checksum ? DEVICE_CHECKSUM : 0);

	if (device->kind && given & ~device->kind->takes)
		fail_at(err, item->where, "a service of `kind: %s` has no `%s`", device->kind->word,
		        given & ~device->kind->takes & DEVICE_SID ? "sid" : "checksum");
}

static void service_read(void *into, const struct item *item, struct error *err)
{
	const struct node *node = ((struct draft *)into)->node;
	unsigned before = err->count;
	char text[ADDRESS_TEXT_SIZE];

	if (item->kind == ITEM_TEXT)
		service_kind(into, item, err);
	else
		map_read(into, item, service_keys, "a service", err);
	const struct device *service = node_service(node);
	if (err->count != before || !service)
		return;
	service_check_keys(service, item, err);
	if (!node_service_sid(node)) {
		fail_at(err, item->where, "a service needs a SID: give `sid` here, or `sids` to the node");
		return;
	}
	const struct sid *stands_for = node_sid(node, node_service_sid(node));
	if (stands_for && stands_for->argument)
		fail_at(err, item->where, "%s is a prefix; a service needs an address: give it as `sid` here",
		        address_text(&stands_for->address, text));
}

static void seg6_enabled(void *into, const struct item *item, struct error *err)
{
	word_read(&((struct draft *)into)->node->seg6_enabled, item, on_off_words, "seg6_enabled", err);
}

static void forwarding(void *into, const struct item *item, struct error *err)
{
	int on;

	if (word_read(&on, item, on_off_words, "forwarding", err))
		((struct draft *)into)->node->forwarding = on ? 1 : -1;
}

static void seg6_hmac(void *into, const struct item *item, struct error *err)
{
	long value;

	if (number_read(&value, item, -1, 1, err))
		((struct draft *)into)->node->seg6_require_hmac = (int)value;
}

static void seg6_flowlabel(void *into, const struct item *item, struct error *err)
{
	long value;

	if (number_read(&value, item, -1, 1, err))
		((struct draft *)into)->node->seg6_flowlabel = (int)value;
}

static void tunsrc(void *into, const struct item *item, struct error *err)
{
	address_read(&((struct draft *)into)->node->tunsrc, item, err);
}

static void seg6_hmac_key(void *into, const struct item *item, struct error *err)
{
	long value;

	if (number_read(&value, item, 0, 65535, err))
		((struct draft *)into)->node->seg6_hmac_key = (int)value;
}

static void listener(void *into, const struct item *item, struct error *err)
{
	word_read(&((struct draft *)into)->node->listener, item, on_off_words, "listener", err);
}

static void vrf_strict_mode(void *into, const struct item *item, struct error *err)
{
	word_read(&((struct draft *)into)->node->vrf_strict_mode, item, on_off_words, "vrf_strict_mode", err);
}

/* `service` after `sids`: it may name one of them; `policies` after `routes`, and what may name a VRF after `vrfs`. */
/* clang-format off: one key a line */
static const struct key node_keys[] = {
	{ "addresses", addresses_of_node, false },
	{ "sids", sids_read, false },
	{ "service", service_read, false },
	{ "seg6_enabled", seg6_enabled, false },
	{ "forwarding", forwarding, false },
	{ "seg6_require_hmac", seg6_hmac, false },
	{ "seg6_flowlabel", seg6_flowlabel, false },
	{ "tunsrc", tunsrc, false },
	{ "seg6_hmac_key", seg6_hmac_key, false },
	{ "listener", listener, false },
	{ "vrfs", vrfs_read, false },
	{ "vrf_strict_mode", vrf_strict_mode, false },
	{ "routes", routes_read, false },
	{ "rules", rules_read, false },
	{ "policies", policies_read, false },
	{ NULL, NULL, false },
};
/* clang-format on */

void node_read(struct draft *draft, const struct item *item, struct error *err)
{
	if (item->kind == ITEM_TEXT && !*item->text)
		return;
	map_read(draft, item, node_keys, "a node", err);
}
