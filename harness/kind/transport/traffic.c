/* The fields of traffic that every transport has, and what goes by their types. */
#include <stddef.h>
#include <string.h>

#include "transport.h"

#define AT(field) offsetof(struct traffic, field)
#define LISTED    (IN_ANY_MODE & ~(1U << MODE_PLAIN))
#define ROUTED    (LISTED & ~(1U << MODE_IP6IP6))
/* Which cells a key is of use to: by generator, and by mode. */
#define ANY   BY_ANY, IN_ANY_MODE
#define LIST  BY_ANY, LISTED
#define REAL  BY_KERNEL, IN_ANY_MODE
#define MADE  BY_CRAFTED, IN_ANY_MODE
#define SRH   BY_CRAFTED, ROUTED
#define INNER BY_CRAFTED, LISTED & ~(1U << MODE_INLINE)

/* The list of one mode. */
#define LIST_OF(number, row, word, about)                                                                              \
	{ "segments." word,                                                                                            \
	  FIELD_SEGMENTS,                                                                                              \
	  AT(segments),                                                                                                \
	  BY_ANY,                                                                                                      \
	  1U << (number),                                                                                              \
	  NULL,                                                                                                        \
	  0,                                                                                                           \
	  0,                                                                                                           \
	  0,                                                                                                           \
	  "the same for " word " only" },

static const struct word flag_words[] = { { "off", 0, NULL }, { "on", 1, NULL }, { NULL, 0, NULL } };
/* A header's is never partial. */
static const struct word ip_checksum_words[] = { { "valid", CHECKSUM_VALID, NULL },
	                                         { "bad", CHECKSUM_BAD, NULL },
	                                         { NULL, 0, NULL } };

/* clang-format off: one row a line */
const struct traffic_field traffic_fields[] = {
	{ "mode", FIELD_WORD, AT(mode), ANY, mode_words, 0, 0, 0, "how the segment list travels" },
	{ "from", FIELD_NODE, AT(from), ANY, NULL, 0, 0, 0, "node that connects or sends" },
	{ "to_node", FIELD_NODE, AT(to_node), ANY, NULL, 0, 0, 0, "node that receives; else the owner of `to`" },
	{ "headend", FIELD_NODE, AT(headend), BY_KERNEL, LISTED, NULL, 0, 0, 0,
	  "node that pushes the segment list; else `from`" },
	{ "to", FIELD_ADDRESS, AT(to), ANY, NULL, 0, 0, 0, "final destination" },
	{ "source", FIELD_ADDRESS, AT(source), MADE, NULL, 0, 0, 0,
	  "source of every IPv6 header; else one that no node has" },
	{ "segments", FIELD_SEGMENTS, AT(segments), LIST, NULL, 0, 0, 0,
	  "segments in the order of travel, without `to`; of ip6ip6 the last, the tunnel's end" },
	MODE_ROWS_WITH_LIST(LIST_OF){ "bytes", FIELD_SIZE, AT(bytes), REAL, NULL, 0, 1L << 30, 64L * 1024,
	                              "octets to carry, each way for both" },
	{ "direction", FIELD_WORD, AT(direction), REAL, direction_words, 0, 0, 0, "who sends the data" },
	{ "checksum", FIELD_WORD, AT(checksum), MADE, checksum_words, 0, 0, 0,
	  "the transport's checksum as it leaves" },
	{ "burst", FIELD_NUMBER, AT(burst), MADE, NULL, 1, 100000, 1, "segments, sent together" },
	{ "differ", FIELD_DIFFER, 0, MADE, NULL, 0, 0, 0, "packets of a burst that differ from the others" },
	{ "payload", FIELD_SIZE, AT(payload), MADE, NULL, 0, 65000, 1000, "octets a segment" },
	{ "hop_limit", FIELD_NUMBER, AT(hop_limit), ANY, MAY_BE_AUTO(255), "of the first IPv6 header" },
	{ "traffic_class", FIELD_NUMBER, AT(traffic_class), ANY, NULL, 0, 255, 0,
	  "of every IPv6 header that `from` writes" },
	{ "flow_label", FIELD_NUMBER, AT(flow_label), MADE, NULL, 0, 0xfffff, 0, "of every IPv6 header" },
	{ "inner.hop_limit", FIELD_NUMBER, AT(inner_hop_limit), INNER, MAY_BE_AUTO(255),
	  "of every IP header but the first" },
	{ "inner.traffic_class", FIELD_NUMBER, AT(inner_traffic_class), INNER, MAY_BE_AUTO(255), "likewise" },
	{ "inner.flow_label", FIELD_NUMBER, AT(inner_flow_label), INNER, MAY_BE_AUTO(0xfffff), "likewise" },
	{ "next_header", FIELD_NUMBER, AT(next_header), MADE, MAY_BE_AUTO(255),
	  "what is said to follow, in place of the transport" },
	{ "segments_left", FIELD_NUMBER, AT(segments_left), SRH, MAY_BE_AUTO(255), "the SRH's Segments Left" },
	{ "hop_by_hop", FIELD_HEX, AT(hop_by_hop), MADE, NULL, 0, 0, 0,
	  "options of a hop-by-hop header behind the first IPv6 header, in hex" },
	{ "destination_options", FIELD_HEX, AT(destination_options), MADE, NULL, 0, 0, 0,
	  "options of a destination options header before the SRH, in hex" },
	{ "cut", FIELD_NUMBER, AT(cut), MADE, NULL, 0, 65535, 0, "octets kept after the Ethernet header; 0: all" },
	{ "padding", FIELD_SIZE, AT(padding), MADE, NULL, 0, 1000, 0,
	  "octets behind the packet that no length counts" },
	{ "srh.last_entry", FIELD_NUMBER, AT(last_entry), SRH, MAY_BE_AUTO(255), "Last Entry" },
	{ "srh.type", FIELD_NUMBER, AT(routing_type), SRH, MAY_BE_AUTO(255), "Routing Type; right is 4" },
	{ "srh.length", FIELD_NUMBER, AT(srh_length), SRH, MAY_BE_AUTO(255), "Hdr Ext Len, in 8 octets" },
	{ "srh.flags", FIELD_NUMBER, AT(srh_flags), SRH, MAY_BE_AUTO(255), "Flags" },
	{ "srh.tag", FIELD_NUMBER, AT(tag), SRH, MAY_BE_AUTO(65535), "Tag" },
	{ "srh.hmac", FIELD_WORD, AT(hmac), SRH, hmac_made_words, 0, 0, 0,
	  "an HMAC TLV behind the others, and its flag" },
	{ "srh.hmac_key", FIELD_NUMBER, AT(hmac_key), SRH, NULL, 0, 65535, 1, "the number of its key" },
	{ "srh.tlvs", FIELD_HEX, AT(tlvs), SRH, NULL, 0, 0, 0, "TLVs after the segment list, in hex" },
	{ "ipv4.identification", FIELD_NUMBER, AT(identification), MADE, MAY_BE_AUTO(65535),
	  "IPv4's Identification; auto: 1, and one more in each packet" },
	{ "ipv4.dont_fragment", FIELD_WORD, AT(dont_fragment), MADE, flag_words, 0, 0, 1, "IPv4's flag DF" },
	{ "ipv4.checksum", FIELD_WORD, AT(ip_checksum), MADE, ip_checksum_words, 0, 0, 0,
	  "the IPv4 header's checksum" },
	{ "ipv4.options", FIELD_HEX, AT(ip_options), MADE, NULL, 0, 0, 0, "IPv4 options, in hex" },
	{ NULL, 0, 0, 0, 0, NULL, 0, 0, 0, NULL },
};
/* clang-format on */

const struct transport *transport_of(const struct traffic *traffic)
{
	return transport_table[traffic->transport];
}

bool traffic_field_next(const struct traffic_field **field, int *transport)
{
	if (!*field) {
		*field = traffic_fields;
		*transport = TRANSPORT_ANY;
	} else {
		++*field;
	}
	while (!(*field)->key) {
		if (!transport_table[++*transport])
			return false;
		*field = transport_table[*transport]->fields;
	}
	return true;
}

const struct traffic_field *traffic_field_find(const char *key, int *transport)
{
	const struct traffic_field *field = NULL;
	int own;

	while (traffic_field_next(&field, &own)) {
		if (strcmp(field->key, key) != 0)
			continue;
		if (transport)
			*transport = own;
		return field;
	}
	return NULL;
}

int traffic_field_transport(const struct traffic_field *field)
{
	const struct traffic_field *row = NULL;
	int transport;

	while (traffic_field_next(&row, &transport))
		if (row == field)
			return transport;
	return TRANSPORT_ANY;
}

static bool has_generator(const struct transport *transport, int generator)
{
	for (const struct word *row = transport->fields[0].words; row->word; row++)
		if (row->value == generator)
			return true;
	return false;
}

bool traffic_field_is_of(const struct traffic_field *field, int transport)
{
	int owner = traffic_field_transport(field);

	if (owner != TRANSPORT_ANY)
		return owner == transport;
	for (const char *const *key = transport_table[transport]->without; key && *key; key++)
		if (strcmp(*key, field->key) == 0)
			return false;
	return true;
}

bool traffic_field_fits(const struct traffic_field *field, int transport, int generator)
{
	return traffic_field_is_of(field, transport) && has_generator(transport_table[transport], generator) &&
	       field->generators & 1U << generator;
}

long traffic_choice(int transport, int generator)
{
	return (long)transport * GENERATORS + generator;
}

void traffic_choose(struct traffic *traffic, long choice)
{
	traffic->transport = (int)(choice / GENERATORS);
	traffic->generator = (int)(choice % GENERATORS);
}

/* ---- what goes by a field's type */

static void set_int(void *at, const struct traffic_field *field, const struct setting *setting)
{
	(void)field;
	*(int *)at = (int)setting->number;
}

static void set_long(void *at, const struct traffic_field *field, const struct setting *setting)
{
	(void)field;
	*(long *)at = setting->number;
}

static void set_text(void *at, const struct traffic_field *field, const struct setting *setting)
{
	(void)field;
	*(char **)at = setting->text;
}

static void set_address(void *at, const struct traffic_field *field, const struct setting *setting)
{
	(void)field;
	*(struct address *)at = setting->addresses[0];
}

static void set_segments(void *at, const struct traffic_field *field, const struct setting *setting)
{
	for (int mode = 0; mode < MODES; mode++)
		if (field->modes & 1U << mode)
			((struct segment_list *)at)[mode] =
			        (struct segment_list){ true, setting->addresses, setting->address_count };
}

static void set_octets(void *at, const struct traffic_field *field, const struct setting *setting)
{
	(void)field;
	*(struct bytes *)at = (struct bytes){ setting->octets, setting->octet_count };
}

/* Its row's offset is that of the traffic itself. */
static void set_differences(void *at, const struct traffic_field *field, const struct setting *setting)
{
	struct traffic *traffic = at;

	(void)field;
	traffic->differ = setting->differences;
	traffic->differ_count = setting->difference_count;
}

static const struct {
	void (*set)(void *at, const struct traffic_field *field, const struct setting *setting);
	bool has_default; /* a number: the row's `initial` */
} types[] = {
	[FIELD_TRANSPORT] = { NULL, false }, /* traffic_choose() sets it, before the others */
	[FIELD_WORD] = { set_int, true },
	[FIELD_FLAGS] = { set_int, true },
	[FIELD_SIZE] = { set_long, true },
	[FIELD_NUMBER] = { set_long, true },
	[FIELD_NODE] = { set_text, false },
	[FIELD_ADDRESS] = { set_address, false },
	[FIELD_SEGMENTS] = { set_segments, false },
	[FIELD_HEX] = { set_octets, false },
	[FIELD_DIFFER] = { set_differences, false },
};

static void set_defaults(void *base, const struct traffic_field *fields)
{
	for (const struct traffic_field *field = fields; field->key; field++)
		if (types[field->type].has_default)
			types[field->type].set((char *)base + field->offset, field,
			                       &(struct setting){ .number = field->initial });
}

void traffic_defaults(struct traffic *traffic)
{
	set_defaults(traffic, traffic_fields);
	set_defaults(traffic->own, transport_of(traffic)->fields);
}

void traffic_set(struct traffic *traffic, const struct setting *setting)
{
	const struct traffic_field *field = setting->field;
	int owner = traffic_field_transport(field);
	char *base = owner == TRANSPORT_ANY ? (char *)traffic : (char *)traffic->own;

	if (types[field->type].set && traffic_field_is_of(field, traffic->transport))
		types[field->type].set(base + field->offset, field, setting);
}

uint64_t traffic_octets(const struct traffic *traffic)
{
	return traffic_is_crafted(traffic) ? (uint64_t)traffic->burst * (uint64_t)traffic->payload
	                                   : (uint64_t)traffic->bytes;
}

uint64_t traffic_overlap(const struct traffic *traffic)
{
	const struct transport *transport = transport_of(traffic);

	return traffic_is_crafted(traffic) && transport->overlap ? transport->overlap(traffic) : 0;
}
