/* A topology while it is read: addresses so far, each of which may occur once, and names to look up at the end. */
#include <stdlib.h>

#include "declare.h"

static bool usable(const struct address *a)
{
	return !address_is_unspecified(a) && !address_is_multicast(a) && !address_is_loopback(a) &&
	       !address_is_link_local(a) && !address_is_v4mapped(a);
}

static size_t node_of(const struct draft *draft)
{
	return draft->node ? (size_t)(draft->node - draft->topology->nodes) : NOT_FOUND;
}

static bool given_twice(const struct claim *first, const struct address *address, struct where where, struct error *err)
{
	char text[ADDRESS_TEXT_SIZE];

	fail_at(err, where, "%s is given twice; first on line %u", address_text(address, text), first->where.line);
	return false;
}

static bool take_claim(struct draft *draft, const struct address *address, struct where where, bool on_node,
                       struct error *err)
{
	const size_t node = node_of(draft);
	char text[ADDRESS_TEXT_SIZE];

	if (!usable(address)) {
		fail_at(err, where, "%s cannot be a node's address; take one such as fc00:1::1",
		        address_text(address, text));
		return false;
	}
	for (size_t i = 0; i < draft->claim_count; i++) {
		const struct claim *first = &draft->claims[i];
		if (address_same(&first->address, address) && !(on_node && first->on_node && first->node != node))
			return given_twice(first, address, where, err);
	}
	*PUSH(draft->claims, draft->claim_count) = (struct claim){ *address, where, node, on_node };
	return true;
}

bool claim(struct draft *draft, const struct address *address, struct where where, struct error *err)
{
	return take_claim(draft, address, where, false, err);
}

bool claim_for_node(struct draft *draft, const struct address *address, struct where where, struct error *err)
{
	return take_claim(draft, address, where, true, err);
}

/* Whether links lead from one place to another, by which routes may. */
static bool are_joined(const struct topology *topology, size_t from, size_t to)
{
	bool *reached = zalloc(topology_places(topology) * sizeof *reached), more = true;

	reached[from] = true;
	while (more) {
		more = false;
		for (size_t i = 0; i < topology->interface_count; i++) {
			if (!reached[interface_place(topology, i)])
				continue;
			FOR_EACH_OTHER (other, topology, i) {
				bool *next = &reached[interface_place(topology, other)];
				more = more || !*next;
				*next = true;
			}
		}
	}
	bool joined = reached[to];
	free(reached);
	return joined;
}

/* A node's addresses are in its table main. */
void claims_check(const struct draft *draft, struct error *err)
{
	for (size_t i = 0; i < draft->claim_count; i++)
		for (size_t j = 0; j < i; j++) {
			const struct claim *claim = &draft->claims[i], *first = &draft->claims[j];
			if (address_same(&claim->address, &first->address) &&
			    are_joined(draft->topology, claim->node, first->node))
				given_twice(first, &claim->address, claim->where, err);
		}
}

void mention(struct draft *draft, int kind, const struct item *item)
{
	struct mention *m = PUSH(draft->mentions, draft->mention_count);

	m->kind = kind;
	m->where = item->where;
	m->node = (size_t)(draft->node - draft->topology->nodes);
	m->name = item->text;
	m->vrf = 0;
}
