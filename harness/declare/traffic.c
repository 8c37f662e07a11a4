/* What can only be checked with all settings: that every cell's traffic has both ends. */
#include <string.h>

#include "declare.h"
#include "device.h"

static const struct setting *setting_of(const struct setting *settings, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(settings[i].key, key) == 0)
			return &settings[i];
	return NULL;
}

static bool in_every_cell(const struct testcase *testcase, const char *key)
{
	bool set = setting_of(testcase->base, testcase->base_count, key);

	for (size_t i = 0; !set && i < testcase->axis_count; i++) {
		const struct axis *axis = &testcase->axes[i];
		set = axis->value_count > 0;
		for (size_t j = 0; set && j < axis->value_count; j++)
			set = setting_of(axis->values[j].settings, axis->values[j].setting_count, key);
	}
	return set;
}

static bool node_has(const struct node *node, const struct address *address)
{
	const struct address *service = node_own_service_sid(node);

	return node_has_address(node, address) || node_has_sid(node, address) ||
	       (service && address_same(service, address));
}

static bool topology_has(const struct topology *topology, const struct address *address)
{
	bool has = false;

	for (size_t i = 0; !has && i < topology->node_count; i++)
		has = node_has(&topology->nodes[i], address);
	for (size_t i = 0; !has && i < INTERFACES(topology); i++)
		has = address_same(&topology->interfaces[i].address, address) ||
		      address_same(&topology->interfaces[i].ipv4, address);
	return has;
}

/* Without `to_node`, the server is the node that has the address. */
static void server_check(const struct case_draft *draft, const struct setting *settings, size_t count,
                         struct error *err)
{
	const struct setting *to = setting_of(settings, count, "to");
	char text[ADDRESS_TEXT_SIZE];

	if (!to || setting_of(settings, count, "to_node"))
		return;
	for (size_t t = 0; t < draft->scope.count; t++)
		if (topology_has(draft->scope.topologies[t], to->addresses))
			return;
	fail_at(err, to->where, "no node has the address %s; give it to one in %s.yaml, or name `to_node`",
	        address_text(to->addresses, text), draft->scope.topologies[0]->name);
}

void traffic_check(const struct case_draft *draft, struct where where, struct error *err)
{
	static const char *const wanted[] = { "from", "to" };
	const struct testcase *testcase = draft->testcase;

	for (size_t i = 0; i < COUNT(wanted); i++)
		if (!in_every_cell(testcase, wanted[i]))
			fail_at(err, where, "traffic needs '%s', here or in every value of an axis", wanted[i]);
	if (in_every_cell(testcase, "to_node"))
		return;
	server_check(draft, testcase->base, testcase->base_count, err);
	for (size_t i = 0; i < testcase->axis_count; i++)
		for (size_t j = 0; j < testcase->axes[i].value_count; j++)
			server_check(draft, testcase->axes[i].values[j].settings,
			             testcase->axes[i].values[j].setting_count, err);
}
