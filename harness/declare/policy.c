/* A node's policies: what it pushes onto packets for a prefix. */
#include "declare.h"
#include "mode.h"

static struct policy *last_of(void *into)
{
	struct node *node = ((struct draft *)into)->node;

	return &node->policies[node->policy_count - 1];
}

static void to_read(void *into, const struct item *item, struct error *err)
{
	owned_text text = NULL;

	if (text_read(&text, item, "a prefix or an address", err))
		ip_prefix_read(&last_of(into)->to, text, item->where, err);
}

static void mode_read(void *into, const struct item *item, struct error *err)
{
	word_read(&last_of(into)->mode, item, seg6_mode_words(), "a mode of a policy", err);
}

static void segments_read(void *into, const struct item *item, struct error *err)
{
	struct policy *policy = last_of(into);

	if (addresses_read(&policy->segments, &policy->segment_count, item, err) && policy->segment_count == 0)
		fail_at(err, item->where, "a policy needs at least one segment");
}

static void policy_table_read(void *into, const struct item *item, struct error *err)
{
	route_table_read(&last_of(into)->table, item, err);
}

static void policy_vrf_read(void *into, const struct item *item, struct error *err)
{
	vrf_table_read(&last_of(into)->table, ((struct draft *)into)->node, item, err);
}

static void policy_hmac_read(void *into, const struct item *item, struct error *err)
{
	long key;

	if (number_read(&key, item, 1, 65535, err))
		last_of(into)->hmac = (int)key;
}

static const struct key policy_keys[] = {
	{ "to", to_read, true },
	{ "segments", segments_read, true },
	{ "mode", mode_read, false },
	{ "vrf", policy_vrf_read, false },
	{ "table", policy_table_read, false },
	{ "hmac", policy_hmac_read, false },
	{ NULL, NULL, false },
};

/* A header that goes into the packet has the packet's destination as one more entry. */
static void room_check(const struct policy *policy, const struct item *item, struct error *err)
{
	const size_t added = mode_kind(policy->mode)->inserts;

	if (added && policy->to.address.family == AF_INET)
		fail_at(err, item->where, "in mode %s nothing can be pushed onto IPv4",
		        word_of(mode_words, policy->mode));
	if (policy->segment_count + added > LIST_LIMIT)
		fail_at(err, item->where, "%zu segments; in mode %s a routing header has room for %zu",
		        policy->segment_count, word_of(mode_words, policy->mode), LIST_LIMIT - added);
}

static void same_check(const struct node *node, const struct item *item, struct error *err)
{
	const struct policy *policy = &node->policies[node->policy_count - 1];
	char text[PREFIX_TEXT_SIZE];
	bool same = false;

	for (size_t i = 0; i + 1 < node->policy_count; i++)
		same |= prefix_same(&node->policies[i].to, &policy->to) &&
		        same_table(node->policies[i].table, policy->table);
	for (size_t i = 0; i < node->route_count; i++)
		same |= prefix_same(&node->routes[i].to, &policy->to) &&
		        same_table(node->routes[i].table, policy->table);
	if (same)
		fail_at(err, item->where, "a second route to %s", prefix_text(&policy->to, text));
}

void policies_read(void *into, const struct item *item, struct error *err)
{
	struct node *node = ((struct draft *)into)->node;
	size_t count;
	const struct item *entry = entries(item, &count, "a list of policies", err);

	for (size_t i = 0; i < count; i++) {
		unsigned before = err->count;
		*PUSH(node->policies, node->policy_count) =
		        (struct policy){ .where = entry[i].where, .mode = MODE_ENCAP };
		map_read(into, &entry[i], policy_keys, "a policy", err);
		if (err->count != before)
			continue;
		room_check(last_of(into), &entry[i], err);
		same_check(node, &entry[i], err);
	}
}
