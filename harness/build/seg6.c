/* SRv6 encapsulations: the kernel's attributes and the words of `ip`, converted in both directions. A parameter of
 * behaviours is one row here, whichever behaviours have it. */
#include <linux/lwtunnel.h>
#include <linux/seg6.h>
#include <linux/seg6_iptunnel.h>
#include <linux/seg6_local.h>
#include <stdlib.h>
#include <string.h>

#include "behaviour.h"
#include "mode.h"
#include "readback.h"

/* How a parameter is written. `put` gets the first fact of the key. */
struct form {
	void (*read)(struct facts *facts, const char *key, const struct rtattr *from, const struct holdings *holdings);
	void (*put)(struct message *to, unsigned short type, const struct facts *facts, const char *key,
	            const struct holdings *holdings);
};

static uint32_t number_in(const struct rtattr *from)
{
	uint32_t number = 0;

	memcpy(&number, RTA_DATA(from), RTA_PAYLOAD(from) < sizeof number ? RTA_PAYLOAD(from) : sizeof number);
	return number;
}

static void number_read(struct facts *facts, const char *key, const struct rtattr *from,
                        const struct holdings *holdings)
{
	(void)holdings;
	facts_add(facts, key, "%u", RTA_PAYLOAD(from) == 1 ? *(const uint8_t *)RTA_DATA(from) : number_in(from));
}

static void number_put(struct message *to, unsigned short type, const struct facts *facts, const char *key,
                       const struct holdings *holdings)
{
	uint32_t number = (uint32_t)strtoul(facts_get(facts, key), NULL, 10);

	(void)holdings;
	message_put(to, type, &number, sizeof number);
}

static void octet_put(struct message *to, unsigned short type, const struct facts *facts, const char *key,
                      const struct holdings *holdings)
{
	uint8_t number = (uint8_t)strtoul(facts_get(facts, key), NULL, 10);

	(void)holdings;
	message_put(to, type, &number, sizeof number);
}

static void address_read(struct facts *facts, const char *key, const struct rtattr *from,
                         const struct holdings *holdings)
{
	const int family = RTA_PAYLOAD(from) == family_octets(AF_INET) ? AF_INET : AF_INET6;
	char text[ADDRESS_TEXT_SIZE] = "?";

	(void)holdings;
	if (RTA_PAYLOAD(from) == family_octets(family)) {
		const struct address address = address_from(family, RTA_DATA(from));
		address_text(&address, text);
	}
	facts_add(facts, key, "%s", text);
}

static void address_put(struct message *to, unsigned short type, const struct facts *facts, const char *key,
                        const struct holdings *holdings)
{
	struct address address = { .family = AF_INET6 };

	(void)holdings;
	address_parse(&address, AF_UNSPEC, facts_get(facts, key));
	message_put(to, type, address.octets, family_octets(address.family));
}

static void device_read(struct facts *facts, const char *key, const struct rtattr *from,
                        const struct holdings *holdings)
{
	facts_add(facts, key, "%s", device_name(holdings, (int)number_in(from)));
}

static void device_put(struct message *to, unsigned short type, const struct facts *facts, const char *key,
                       const struct holdings *holdings)
{
	int index = device_index(holdings, facts_get(facts, key));

	message_put(to, type, &index, sizeof index);
}

static void action_read(struct facts *facts, const char *key, const struct rtattr *from,
                        const struct holdings *holdings)
{
	int row = behaviour_of_action(number_in(from));

	(void)holdings;
	if (row >= 0)
		facts_add(facts, key, "%s", behaviour_table[row]->word);
	else
		facts_add(facts, key, "%u", number_in(from));
}

static void action_put(struct message *to, unsigned short type, const struct facts *facts, const char *key,
                       const struct holdings *holdings)
{
	int row = behaviour_find(facts_get(facts, key));
	uint32_t action = row >= 0 ? behaviour_table[row]->action : 0;

	(void)holdings;
	message_put(to, type, &action, sizeof action);
}

/* In order of travel. Where the packet's own destination follows, `ip` writes :: for it. */
static void list_read(struct facts *facts, const char *key, const struct ipv6_sr_hdr *srh, size_t length)
{
	size_t count = length >= sizeof *srh ? (length - sizeof *srh) / 16 : 0;
	char address[ADDRESS_TEXT_SIZE];
	owned_text list = NULL;

	if (count > (size_t)srh->first_segment + 1)
		count = (size_t)srh->first_segment + 1;
	for (size_t i = count; i--;) {
		const struct address entry = address_from(AF_INET6, &srh->segments[i]);
		if (i || count == 1 || !address_is_unspecified(&entry))
			text_append(&list, "%s%s", list ? "," : "", address_text(&entry, address));
	}
	facts_add(facts, key, "%s", list ? list : "");
}

/* `inserts`: the packet's own destination follows, for which the kernel wants an entry that it fills in. */
static size_t list_build(struct ipv6_sr_hdr *srh, const char *list, bool inserts)
{
	size_t count = inserts ? 2 : 1;
	owned_text copy = text_copy(list);
	char *rest = NULL;

	for (const char *c = list; *c; c++)
		count += *c == ',';
	*srh = (struct ipv6_sr_hdr){ .hdrlen = (uint8_t)(2 * count),
		                     .type = 4,
		                     .segments_left = (uint8_t)(count - 1),
		                     .first_segment = (uint8_t)(count - 1) };
	srh->segments[0] = in6addr_any;
	for (char *word = strtok_r(copy, ",", &rest); word && count; word = strtok_r(NULL, ",", &rest)) {
		struct address entry = { .family = AF_INET6 };
		address_parse(&entry, AF_INET6, word);
		memcpy(&srh->segments[--count], entry.octets, sizeof *srh->segments);
	}
	return sizeof *srh + ((size_t)srh->hdrlen << 3);
}

#define SRH_MAX 4096

static void srh_read(struct facts *facts, const char *key, const struct rtattr *from, const struct holdings *holdings)
{
	(void)holdings;
	list_read(facts, key, RTA_DATA(from), RTA_PAYLOAD(from));
}

static void srh_put(struct message *to, unsigned short type, const struct facts *facts, const char *key,
                    const struct holdings *holdings)
{
	uint8_t octets[SRH_MAX] __attribute__((aligned(8)));
	int row = behaviour_find(facts_get(facts, "action") ?: "");
	size_t length = list_build((struct ipv6_sr_hdr *)octets, facts_get(facts, key),
	                           row >= 0 && behaviour_table[row]->inserts);

	(void)holdings;
	message_put(to, type, octets, length);
}

/* SEG6_LOCAL_FLV_OP_..., which older headers lack. */
static const struct word flavors[] = {
	{ "psp", 1, NULL }, { "usp", 2, NULL }, { "usd", 3, NULL }, { "next-csid", 4, NULL }, { NULL, 0, NULL },
};

static void flavors_read(struct facts *facts, const char *key, const struct rtattr *from,
                         const struct holdings *holdings)
{
	uint32_t mask = number_in(from);

	(void)holdings;
	for (int bit = 0; bit < 32; bit++) {
		if (!(mask >> bit & 1))
			continue;
		if (strcmp(word_of(flavors, bit), "?") != 0)
			facts_add(facts, key, "%s", word_of(flavors, bit));
		else
			facts_add(facts, key, "%d", bit);
	}
}

static void flavors_put(struct message *to, unsigned short type, const struct facts *facts, const char *key,
                        const struct holdings *holdings)
{
	uint32_t mask = 0;
	int bit;

	(void)holdings;
	for (size_t i = 0; i < facts->count; i++)
		if (strcmp(facts->facts[i].key, key) == 0 && word_value(flavors, facts->facts[i].value, &bit))
			mask |= 1U << bit;
	message_put(to, type, &mask, sizeof mask);
}

/* Three counters of 64 bits, which begin at 0. */
static void counters_read(struct facts *facts, const char *key, const struct rtattr *from,
                          const struct holdings *holdings)
{
	(void)from;
	(void)holdings;
	facts_add(facts, key, "yes");
}

static void counters_put(struct message *to, unsigned short type, const struct facts *facts, const char *key,
                         const struct holdings *holdings)
{
	const uint64_t zero = 0;
	struct rtattr *nest = message_nest(to, type | NLA_F_NESTED);

	(void)facts;
	(void)key;
	(void)holdings;
	for (unsigned short counter = SID_PACKETS; counter <= SID_ERRORS; counter++)
		message_put(to, counter, &zero, sizeof zero);
	message_nest_end(to, nest);
}

/* SEG6_LOCAL_BPF_PROG and SEG6_LOCAL_BPF_PROG_NAME: the kernel keeps the name that it is given. */
enum { PROGRAM_ITSELF = 1, PROGRAM_NAME = 2 };

static void endpoint_read(struct facts *facts, const char *key, const struct rtattr *from,
                          const struct holdings *holdings)
{
	const struct rtattr *found[PROGRAM_NAME + 1];

	(void)holdings;
	attributes_find(found, PROGRAM_NAME, RTA_DATA(from), RTA_PAYLOAD(from));
	if (found[PROGRAM_NAME])
		facts_add(facts, key, "%.*s", (int)RTA_PAYLOAD(found[PROGRAM_NAME]),
		          (const char *)RTA_DATA(found[PROGRAM_NAME]));
}

static void endpoint_put(struct message *to, unsigned short type, const struct facts *facts, const char *key,
                         const struct holdings *holdings)
{
	const char *endpoint = facts_get(facts, key);

	(void)holdings;
	to->program = endpoint_load(endpoint);
	if (to->program <= 0)
		return;
	struct rtattr *nest = message_nest(to, type | NLA_F_NESTED);
	message_put(to, PROGRAM_ITSELF, &to->program, sizeof to->program);
	message_put(to, PROGRAM_NAME, endpoint, strlen(endpoint) + 1);
	message_nest_end(to, nest);
}

static const struct form number = { number_read, number_put }, octet = { number_read, octet_put },
                         address = { address_read, address_put }, device = { device_read, device_put },
                         action = { action_read, action_put }, srh = { srh_read, srh_put },
                         flavor = { flavors_read, flavors_put }, counters = { counters_read, counters_put },
                         endpoint = { endpoint_read, endpoint_put };

/* SEG6_LOCAL_..., and inside SEG6_LOCAL_FLAVORS; numbers where older headers lack the name. */
#define FLAVORS 11
static const struct row {
	const char *key;
	unsigned short type, nest;
	const struct form *form;
	const char *usual; /* values that the kernel fills in */
} rows[] = {
	{ "action", SEG6_LOCAL_ACTION, 0, &action, NULL },
	{ "srh segs", SEG6_LOCAL_SRH, 0, &srh, NULL },
	{ "table", SEG6_LOCAL_TABLE, 0, &number, NULL },
	{ "nh4", SEG6_LOCAL_NH4, 0, &address, NULL },
	{ "nh6", SEG6_LOCAL_NH6, 0, &address, NULL },
	{ "iif", SEG6_LOCAL_IIF, 0, &device, NULL },
	{ "oif", SEG6_LOCAL_OIF, 0, &device, NULL },
	{ "endpoint", SEG6_LOCAL_BPF, 0, &endpoint, NULL },
	{ "vrftable", 9, 0, &number, NULL },
	{ "count", SID_COUNTERS, 0, &counters, NULL },
	{ "flavors", 1, FLAVORS, &flavor, NULL },
	{ "lblen", 2, FLAVORS, &octet, "32" },
	{ "nflen", 3, FLAVORS, &octet, "16" },
};

const char *encap_key(const char *word)
{
	static const char *const tunnel[] = { "mode", "segs", "hmac" };

	for (size_t i = 0; i < COUNT(tunnel); i++)
		if (strcmp(tunnel[i], word) == 0)
			return tunnel[i];
	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(rows[i].key, word) == 0)
			return rows[i].key;
	return NULL;
}

bool is_usual(const struct fact *fact)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].usual && strcmp(rows[i].key, fact->key) == 0 && strcmp(rows[i].usual, fact->value) == 0)
			return true;
	return false;
}

static void local_read(struct facts *facts, const struct rtattr *encap, const struct holdings *holdings)
{
	const struct rtattr *outer[FLAVORS + 1], *inner[4] = { NULL };

	attributes_find(outer, FLAVORS, RTA_DATA(encap), RTA_PAYLOAD(encap));
	if (outer[FLAVORS])
		attributes_find(inner, COUNT(inner) - 1, RTA_DATA(outer[FLAVORS]), RTA_PAYLOAD(outer[FLAVORS]));
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct rtattr *from = rows[i].nest ? inner[rows[i].type] : outer[rows[i].type];
		if (from)
			rows[i].form->read(facts, rows[i].key, from, holdings);
	}
}

static void local_put(struct message *message, const struct facts *facts, const struct holdings *holdings)
{
	struct rtattr *nest = NULL;

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (!facts_get(facts, rows[i].key))
			continue;
		if (rows[i].nest && !nest)
			nest = message_nest(message, rows[i].nest | NLA_F_NESTED);
		rows[i].form->put(message, rows[i].type, facts, rows[i].key, holdings);
	}
	if (nest) /* rows of this are the last ones */
		message_nest_end(message, nest);
}

/* An HMAC TLV (RFC 8754 2.1.2) behind the list, with its flag: the kernel finds the key there, and fills in the rest.
 */
enum { HMAC_FLAG = 8, HMAC_TYPE = 5, HMAC_KEY_AT = 4 };

static size_t hmac_append(struct ipv6_sr_hdr *header, size_t length, const char *key)
{
	uint8_t *tlv = (uint8_t *)header + length;
	const uint32_t id = htonl((uint32_t)strtoul(key, NULL, 10));

	memset(tlv, 0, HMAC_TLV_OCTETS);
	tlv[0] = HMAC_TYPE;
	tlv[1] = HMAC_TLV_OCTETS - 2;
	memcpy(tlv + HMAC_KEY_AT, &id, sizeof id);
	header->flags |= HMAC_FLAG;
	header->hdrlen = (uint8_t)(header->hdrlen + HMAC_TLV_OCTETS / 8);
	return length + HMAC_TLV_OCTETS;
}

static void hmac_read(struct facts *facts, const struct ipv6_sr_hdr *header, size_t length)
{
	uint32_t id;

	if (!(header->flags & HMAC_FLAG) || length < sizeof *header + HMAC_TLV_OCTETS)
		return;
	memcpy(&id, (const uint8_t *)header + length - HMAC_TLV_OCTETS + HMAC_KEY_AT, sizeof id);
	facts_add(facts, "hmac", "%u", ntohl(id));
}

static void tunnel_read(struct facts *facts, const struct rtattr *encap, const struct holdings *holdings)
{
	const struct rtattr *found[SEG6_IPTUNNEL_SRH + 1];

	(void)holdings;
	attributes_find(found, SEG6_IPTUNNEL_SRH, RTA_DATA(encap), RTA_PAYLOAD(encap));
	const struct rtattr *from = found[SEG6_IPTUNNEL_SRH];
	if (!from || RTA_PAYLOAD(from) < sizeof(struct seg6_iptunnel_encap))
		return;
	const struct seg6_iptunnel_encap *tunnel = RTA_DATA(from);
	facts_add(facts, "mode", "%s", word_of(mode_words, mode_of_seg6(tunnel->mode)));
	list_read(facts, "segs", tunnel->srh, RTA_PAYLOAD(from) - sizeof *tunnel);
	hmac_read(facts, tunnel->srh, RTA_PAYLOAD(from) - sizeof *tunnel);
}

static void tunnel_put(struct message *message, const struct facts *facts, const struct holdings *holdings)
{
	uint8_t octets[SRH_MAX] __attribute__((aligned(8)));
	struct seg6_iptunnel_encap *tunnel = (void *)octets;
	int mode;

	(void)holdings;
	if (!facts_get(facts, "mode") || !facts_get(facts, "segs") ||
	    !word_value(mode_words, facts_get(facts, "mode"), &mode) || !mode_kind(mode)->by_seg6)
		return;
	tunnel->mode = mode_kind(mode)->number;
	size_t length = list_build(tunnel->srh, facts_get(facts, "segs"), mode_kind(mode)->inserts);
	if (facts_get(facts, "hmac"))
		length = hmac_append(tunnel->srh, length, facts_get(facts, "hmac"));
	message_put(message, SEG6_IPTUNNEL_SRH, octets, sizeof *tunnel + length);
}

static const struct encap {
	const char *word;
	uint16_t type;
	void (*read)(struct facts *facts, const struct rtattr *encap, const struct holdings *holdings);
	void (*put)(struct message *message, const struct facts *facts, const struct holdings *holdings);
} encaps[] = {
	{ "seg6", LWTUNNEL_ENCAP_SEG6, tunnel_read, tunnel_put },
	{ "seg6local", LWTUNNEL_ENCAP_SEG6_LOCAL, local_read, local_put },
};

void encap_read(struct facts *facts, const struct rtattr *type, const struct rtattr *encap,
                const struct holdings *holdings)
{
	uint16_t number_held;

	if (!type || !encap)
		return;
	memcpy(&number_held, RTA_DATA(type), sizeof number_held);
	for (size_t i = 0; i < COUNT(encaps); i++) {
		if (encaps[i].type != number_held)
			continue;
		facts_add(facts, "encap", "%s", encaps[i].word);
		encaps[i].read(facts, encap, holdings);
		return;
	}
	facts_add(facts, "encap", "%u", number_held);
}

bool encap_write(struct message *message, const struct facts *facts, const struct holdings *holdings)
{
	const char *word = facts_get(facts, "encap");

	for (size_t i = 0; word && i < COUNT(encaps); i++) {
		if (strcmp(encaps[i].word, word) != 0)
			continue;
		message_put(message, RTA_ENCAP_TYPE, &encaps[i].type, sizeof encaps[i].type);
		struct rtattr *nest = message_nest(message, RTA_ENCAP | NLA_F_NESTED);
		encaps[i].put(message, facts, holdings);
		message_nest_end(message, nest);
		return true;
	}
	return false;
}
