/* A SID: its behaviour, and the required and optional parameters of that. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "behaviour.h"
#include "declare.h"

static const struct word flavor_words[] = {
	{ "psp", 0, NULL }, { "usp", 0, NULL }, { "usd", 0, NULL }, { "next-csid", 0, NULL }, { NULL, 0, NULL },
};

static void behaviour_read(void *into, const struct item *item, struct error *err)
{
	struct sid *sid = ((struct draft *)into)->sid;
	struct nearest nearest = { .word = item->kind == ITEM_TEXT ? item->text : "" };
	owned_text list = NULL;

	sid->behaviour = item->kind == ITEM_TEXT ? behaviour_find(item->text) : -1;
	if (sid->behaviour >= 0)
		return;
	for (const struct behaviour *const *row = behaviour_table; *row; row++) {
		text_append(&list, "%s%s", list ? ", " : "", (*row)->word);
		nearest_try(&nearest, (*row)->word);
	}
	fail_at(err, item->where, "%s is not a behaviour%s; known: %s", brief(item).text, nearest_hint(&nearest).text,
	        list ? list : "none");
}

static void nh6_read(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;
	struct address address;

	if (!text_read(&draft->sid->nh6, item, "an IPv6 address or a neighbour's name", err))
		return;
	if (strchr(item->text, ':'))
		address_check(&address, item->text, item->where, err);
	else
		mention(draft, MENTION_NEIGHBOUR, item);
}

static void nh4_read(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;
	struct address address;

	if (!text_read(&draft->sid->nh4, item, "an IPv4 address or a neighbour's name", err) ||
	    address_parse(&address, AF_INET, item->text))
		return;
	if (strpbrk(item->text, ".:/"))
		fail_at(err, item->where, "%s is not an IPv4 address", brief(item).text);
	else
		mention(draft, MENTION_NEIGHBOUR, item);
}

static void table_into(char **ret, const struct item *item, struct error *err)
{
	static const char *const names[] = { "main", "local", "default" };
	long number;

	for (size_t i = 0; item->kind == ITEM_TEXT && i < COUNT(names); i++) {
		if (strcmp(item->text, names[i]) == 0) {
			*ret = text_copy(item->text);
			return;
		}
	}
	if (number_read(&number, item, 1, 0xffffffffL, err))
		*ret = text_format("%ld", number);
}

static void table_read(void *into, const struct item *item, struct error *err)
{
	table_into(&((struct draft *)into)->sid->table, item, err);
}

static void vrftable_read(void *into, const struct item *item, struct error *err)
{
	table_into(&((struct draft *)into)->sid->vrftable, item, err);
}

static void interface_into(struct draft *draft, char **ret, const struct item *item, struct error *err)
{
	if (text_read(ret, item, "an interface of this node", err))
		mention(draft, MENTION_INTERFACE, item);
}

static void oif_read(void *into, const struct item *item, struct error *err)
{
	interface_into(into, &((struct draft *)into)->sid->oif, item, err);
}

static void segments_read(void *into, const struct item *item, struct error *err)
{
	struct sid *sid = ((struct draft *)into)->sid;

	if (addresses_read(&sid->segments, &sid->segment_count, item, err) && sid->segment_count == 0)
		fail_at(err, item->where, "a policy needs at least one segment");
}

static void flavors_read(void *into, const struct item *item, struct error *err)
{
	struct sid *sid = ((struct draft *)into)->sid;
	size_t count;
	int value;
	const struct item *entry = entries(item, &count, "a list of flavors", err);

	for (size_t i = 0; i < count; i++)
		if (word_read(&value, &entry[i], flavor_words, "a flavor", err))
			text_append(&sid->flavors, "%s%s", sid->flavors ? "," : "", entry[i].text);
}

/* What the kernel must refuse can be given too. */
static void bits_read(unsigned *ret, bool *zero, const struct item *item, struct error *err)
{
	long bits;

	if (!number_read(&bits, item, 0, 255, err))
		return;
	*ret = (unsigned)bits;
	*zero = bits == 0;
}

static void lblen_read(void *into, const struct item *item, struct error *err)
{
	struct sid *sid = ((struct draft *)into)->sid;

	bits_read(&sid->block, &sid->zero_block, item, err);
}

static void nflen_read(void *into, const struct item *item, struct error *err)
{
	struct sid *sid = ((struct draft *)into)->sid;

	bits_read(&sid->function, &sid->zero_function, item, err);
}

static void count_read(void *into, const struct item *item, struct error *err)
{
	word_read(&((struct draft *)into)->sid->count, item, on_off_words, "count", err);
}

/* The file of an object lies beside the topology's, so that it is found where that is given to a guest. */
static void object_read(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;
	const char *file = draft->topology->file, *slash = strrchr(file, '/');
	const struct item *section = item_find(draft->sid_item, "section");
	owned_text name = NULL;

	if (!text_read(&name, item, "the name of an ELF file with BPF programs", err))
		return;
	owned_text path = text_format("%.*s%s", slash ? (int)(slash + 1 - file) : 0, file, name);
	if (strchr(name, '/') || strpbrk(path, " \t"))
		fail_at(err, item->where, "%s is not the name of a file beside the topology, without / and blanks",
		        brief(item).text);
	else if (access(path, R_OK) < 0)
		fail_at(err, item->where, "%s: %s; compile it with clang -O2 -target bpf -c", path, strerror(errno));
	else if (!section || section->kind != ITEM_TEXT || !*section->text || strchr(section->text, ' '))
		fail_at(err, item->where, "object needs section: that of the program in it");
	else
		draft->sid->endpoint = text_format("object %s section %s", path, section->text);
	if (draft->sid->endpoint && strlen(draft->sid->endpoint) > ENDPOINT_MOST)
		fail_at(err, item->where, "'%s' is longer than %d octets, which is what the kernel keeps of it",
		        draft->sid->endpoint, ENDPOINT_MOST);
}

static void section_read(void *into, const struct item *item, struct error *err)
{
	if (!item_find(((struct draft *)into)->sid_item, "object"))
		fail_at(err, item->key_where, "section is that of an object; give object: FILE");
}

static void program_read(void *into, const struct item *item, struct error *err)
{
	const size_t instruction = 8;
	struct sid *sid = ((struct draft *)into)->sid;
	uint8_t *octets = NULL;
	size_t count = 0;

	if (!hex_read(&octets, &count, item, err))
		return;
	if (!count || count % instruction || count > PROGRAM_MOST * instruction)
		fail_at(err, item->where,
		        "%zu octets are not 1 to %d BPF instructions of 8 octets; longer programs come as an object",
		        count, PROGRAM_MOST);
	text_append(&sid->endpoint, "program ");
	for (size_t i = 0; i < count; i++)
		text_append(&sid->endpoint, "%02x", octets[i]);
	free(octets);
}

static const struct key sid_keys[] = {
	{ "behaviour", behaviour_read, true }, { "nh6", nh6_read, false },           { "nh4", nh4_read, false },
	{ "table", table_read, false },        { "vrftable", vrftable_read, false }, { "oif", oif_read, false },
	{ "segments", segments_read, false },  { "flavors", flavors_read, false },   { "lblen", lblen_read, false },
	{ "nflen", nflen_read, false },        { "count", count_read, false },       { "program", program_read, false },
	{ "object", object_read, false },      { "section", section_read, false },   { NULL, NULL, false },
};

static const struct word parameters[] = {
	{ "nh6", NEEDS_NH6, "an IPv6 address or a neighbour's name" },
	{ "nh4", NEEDS_NH4, "an IPv4 address or a neighbour's name" },
	{ "table", NEEDS_TABLE, "a number or main" },
	{ "vrftable", NEEDS_VRFTABLE, "a number" },
	{ "oif", NEEDS_OIF, "an interface of this node" },
	{ "segments", NEEDS_SEGMENTS, "a list of IPv6 addresses" },
	{ "flavors", MAY_FLAVOR, "a list" },
	{ "program", MAY_PROGRAM, "BPF instructions in hex" },
	{ "object", MAY_PROGRAM, "an ELF file" },
	{ NULL, 0, NULL },
};

/* The kernel requires exactly one of the two. */
static void table_check(const struct item *item, const struct behaviour *behaviour, struct error *err)
{
	const unsigned either = NEEDS_TABLE | NEEDS_VRFTABLE;
	bool table = item_find(item, "table"), vrftable = item_find(item, "vrftable");

	if ((behaviour->allows & either) == either && table == vrftable)
		fail_at(err, item->where, "%s needs table or vrftable, one of them (%s)", behaviour->word,
		        behaviour->rfc);
}

static void parameters_check(const struct item *item, const struct behaviour *behaviour, struct error *err)
{
	for (const struct word *row = parameters; row->word; row++) {
		const struct item *given = item_find(item, row->word);
		unsigned bit = (unsigned)row->value;

		if (given && !((behaviour->needs | behaviour->allows) & bit))
			fail_at(err, given->key_where, "%s has no parameter %s (%s)", behaviour->word, row->word,
			        behaviour->rfc);
		if (!given && (behaviour->needs & bit))
			fail_at(err, item->where, "%s needs %s: %s (%s); write {behaviour: %s, %s: ...}",
			        behaviour->word, row->word, row->about, behaviour->rfc, behaviour->word, row->word);
	}
	table_check(item, behaviour, err);
	if (behaviour->allows & MAY_PROGRAM && !item_find(item, "program") == !item_find(item, "object"))
		fail_at(err, item->where, "%s needs object and section, or program, one of them (%s)", behaviour->word,
		        behaviour->rfc);
}

/* Inserting a header adds the packet's destination as one more entry. */
static void policy_check(const struct sid *sid, const struct item *item, struct error *err)
{
	const struct behaviour *behaviour = behaviour_table[sid->behaviour];

	if (sid->segment_count == LIST_LIMIT && behaviour->inserts)
		fail_at(err, item_find(item, "segments")->where,
		        "%zu segments; %s adds the packet's destination and has room for %d", sid->segment_count,
		        behaviour->word, LIST_LIMIT - 1);
}

/* The bits after lblen + nflen are a carrier's argument. A SID that is written as an address with zeros there means
 * that prefix. */
static void csid_check(struct sid *sid, const struct item *item, bool has_length, struct error *err)
{
	static const char *const keys[] = { "lblen", "nflen" };
	bool csid = sid_has_flavor(sid, "next-csid");
	struct prefix prefix = { sid->address, sid_csid_bits(sid) };

	for (size_t i = 0; i < COUNT(keys); i++) {
		const struct item *given = item_find(item, keys[i]);
		if (given && !csid)
			fail_at(err, given->key_where, "%s is of the flavor next-csid; give flavors: [next-csid]",
			        keys[i]);
	}
	if (csid && sid_csid_is_valid(sid) && !has_length && prefix_is_clean(&prefix))
		sid->argument = 128 - prefix.length;
}

static void sid_read(struct draft *draft, const struct item *entry, const struct prefix *prefix, struct error *err)
{
	struct sid *sid = draft->sid = PUSH(draft->node->sids, draft->node->sid_count);

	draft->sid_item = entry;

	sid->where = entry->key_where;
	sid->address = prefix->address;
	sid->argument = 128 - prefix->length;
	sid->behaviour = -1;
	if (entry->kind == ITEM_MAP)
		map_read(draft, entry, sid_keys, "a SID", err);
	else
		behaviour_read(draft, entry, err);
	if (sid->behaviour < 0)
		return;
	parameters_check(entry, behaviour_table[sid->behaviour], err);
	policy_check(sid, entry, err);
	if (entry->kind == ITEM_MAP)
		csid_check(sid, entry, strchr(entry->key, '/'), err);
}

void sids_read(void *into, const struct item *item, struct error *err)
{
	struct draft *draft = into;
	struct prefix prefix;

	if (!map_is(item, "sids", err))
		return;
	for (size_t i = 0; i < item->count; i++) {
		const struct item *entry = &item->items[i];
		if (prefix_read(&prefix, entry->key, entry->key_where, err) &&
		    claim(draft, &prefix.address, entry->key_where, err))
			sid_read(draft, entry, &prefix, err);
	}
}
