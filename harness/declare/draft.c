/* A topology while it is read: addresses so far, each of which may occur once, and names to look up at the end. */
#include "declare.h"

static bool usable(const struct address *a)
{
	return !address_is_unspecified(a) && !address_is_multicast(a) && !address_is_loopback(a) &&
	       !address_is_link_local(a) && !address_is_v4mapped(a);
}

bool claim(struct draft *draft, const struct address *address, struct where where, struct error *err)
{
	char text[ADDRESS_TEXT_SIZE];

	address_text(address, text);
	if (!usable(address)) {
		fail_at(err, where, "%s cannot be a node's address; take one such as fc00:1::1", text);
		return false;
	}
	for (size_t i = 0; i < draft->claim_count; i++) {
		if (address_same(&draft->claims[i].address, address)) {
			fail_at(err, where, "%s is given twice; first on line %u", text, draft->claims[i].where.line);
			return false;
		}
	}
	*PUSH(draft->claims, draft->claim_count) = (struct claim){ *address, where };
	return true;
}

void mention(struct draft *draft, int kind, const struct item *item)
{
	struct mention *m = PUSH(draft->mentions, draft->mention_count);

	m->kind = kind;
	m->where = item->where;
	m->node = (size_t)(draft->node - draft->topology->nodes);
	m->name = item->text;
}
