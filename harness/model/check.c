/* What rows of `expect` may say of packets, ICMPv6 errors and numbers. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace.h"

/* What a packet is by its headers, which does not tell modes apart that write the same ones. */
static const struct word form_words[] = {
	{ "plain", MODE_PLAIN, "one IP header, no SRH" },
	{ "inline", MODE_INLINE, "one IP header, with an SRH" },
	{ "encap", MODE_ENCAP, "an IP header inside one with an SRH" },
	{ "ip6ip6", MODE_IP6IP6, "an IP header inside one without an SRH" },
	{ "l2encap", MODE_L2ENCAP, "an Ethernet frame inside, with an SRH or without" },
	{ NULL, 0, NULL },
};

const struct check_field hop_fields[] = {
	[HOP_WAY] = { "way", CHECK_WORD, false, way_words, "which packets; those from `from` to `to` unless given" },
	[HOP_PACKETS] = { "packets", CHECK_NUMBER, false, NULL, "how many they are" },
	[HOP_LARGEST] = { "largest", CHECK_NUMBER, false, NULL, "octets of the largest frame" },
	[HOP_MODE] = { "mode", CHECK_WORD, false, form_words, "what the headers are" },
	[HOP_SOURCE] = { "source", CHECK_ADDRESS, false, NULL, "of the first IP header" },
	[HOP_DESTINATION] = { "destination", CHECK_ADDRESS, false, NULL, "likewise" },
	[HOP_HOP_LIMIT] = { "hop_limit", CHECK_NUMBER, false, NULL, "likewise" },
	[HOP_TRAFFIC_CLASS] = { "traffic_class", CHECK_NUMBER, false, NULL, "likewise" },
	[HOP_FLOW_LABEL] = { "flow_label", CHECK_NUMBER, false, NULL, "likewise" },
	[HOP_SEGMENTS_LEFT] = { "segments_left", CHECK_NUMBER, true, NULL, "of the first header's SRH" },
	[HOP_LAST_ENTRY] = { "last_entry", CHECK_NUMBER, true, NULL, "likewise" },
	[HOP_SEGMENTS] = { "segments", CHECK_ADDRESSES, true, NULL, "likewise, in the order of travel" },
	[HOP_TAG] = { "tag", CHECK_NUMBER, true, NULL, "likewise" },
	[HOP_FLAGS] = { "flags", CHECK_NUMBER, true, NULL, "likewise" },
	[HOP_TLVS] = { "tlvs", CHECK_HEX, true, NULL, "likewise, all octets behind the segment list" },
	[HOP_INNER_SOURCE] = { "inner.source", CHECK_ADDRESS, false, NULL, "of the last IP header" },
	[HOP_INNER_DESTINATION] = { "inner.destination", CHECK_ADDRESS, false, NULL, "likewise" },
	[HOP_FIELDS] = { 0 },
};

const struct check_field icmp_fields[] = {
	[ICMP_AT] = { "at", CHECK_NODE, false, NULL, "the node that it reaches; the flow's `from` unless given" },
	[ICMP_VERSION] = { "version", CHECK_NUMBER, false, NULL, "of IP; 6 unless given" },
	[ICMP_TYPE] = { "type", CHECK_NUMBER, false, NULL, "of the ICMP message" },
	[ICMP_CODE] = { "code", CHECK_NUMBER, false, NULL, "likewise" },
	[ICMP_FROM] = { "from", CHECK_NODE, false, NULL, "the node whose address is its source" },
	[ICMP_ABOUT] = { "about", CHECK_ADDRESS, false, NULL, "the destination of the packet that it quotes" },
	[ICMP_POINTER] = { "pointer", CHECK_NUMBER, false, NULL, "of a parameter problem" },
	[ICMP_MTU] = { "mtu", CHECK_NUMBER, false, NULL, "of a packet too big" },
	[ICMP_FIELDS] = { 0 },
};

/* One condition of a range; *text moves behind it. */
static bool condition_parse(struct bounds *bounds, const char **text)
{
	static const struct {
		const char *word;
		int64_t least, most; /* 1: bounds it, and by how much beyond the number */
		bool from, to;
	} signs[] = {
		{ ">=", 0, 0, true, false }, { "<=", 0, 0, false, true }, { ">", 1, 0, true, false },
		{ "<", 0, -1, false, true }, { "=", 0, 0, true, true },   { "", 0, 0, true, true },
	};
	size_t sign = 0;
	char *end;

	while (strncmp(*text, signs[sign].word, strlen(signs[sign].word)) != 0)
		sign++;
	const char *digits = *text + strlen(signs[sign].word);
	digits += strspn(digits, " ");
	if (!isdigit((unsigned char)*digits))
		return false;
	errno = 0;
	int64_t number = strtoll(digits, &end, strncasecmp(digits, "0x", 2) == 0 ? 16 : 10);
	if (errno || (*end && *end != ' '))
		return false;
	if (signs[sign].from && number + signs[sign].least > bounds->least)
		bounds->least = number + signs[sign].least;
	if (signs[sign].to && number + signs[sign].most < bounds->most)
		bounds->most = number + signs[sign].most;
	*text = end + strspn(end, " ");
	return true;
}

bool bounds_parse(struct bounds *ret, const char *text)
{
	struct bounds bounds = { 0, INT64_MAX };

	if (!*text)
		return false;
	while (*text)
		if (!condition_parse(&bounds, &text))
			return false;
	*ret = bounds;
	return bounds.least <= bounds.most;
}

char *check_text(const struct check *check)
{
	char text[ADDRESS_TEXT_SIZE], *all = NULL;

	if (check->text)
		return text_copy(*check->text ? check->text : "none");
	for (size_t i = 0; i < check->address_count; i++)
		text_append(&all, "%s%s", all ? ", " : "", address_text(&check->addresses[i], text));
	return all ? all : text_copy("none");
}

const struct check *checks_find(const struct checks *checks, int field)
{
	for (size_t i = 0; i < checks->count; i++)
		if (checks->list[i].field == field)
			return &checks->list[i];
	return NULL;
}

void checks_clear(struct checks *checks)
{
	for (size_t i = 0; i < checks->count; i++) {
		free(checks->list[i].addresses);
		free(checks->list[i].octets);
		free(checks->list[i].text);
	}
	free(checks->list);
	free(checks->at);
}
