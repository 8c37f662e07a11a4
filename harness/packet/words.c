/* Vocabularies of packets. */
#include "packet.h"

const struct word checksum_words[] = {
	{ "valid", CHECKSUM_VALID, "complete and correct" },
	{ "partial", CHECKSUM_PARTIAL, "the sum of the pseudo-header only; a device is to complete it" },
	{ "bad", CHECKSUM_BAD, "wrong" },
	{ NULL, 0, NULL },
};

const struct word hmac_made_words[] = {
	{ "none", HMAC_NONE, NULL },
	{ "right", HMAC_RIGHT, "by SHA-256 with the secret of every key" },
	{ "other-secret", HMAC_BY_OTHER_SECRET, "with another secret" },
	{ "sha1", HMAC_BY_SHA1, "by SHA-1" },
	{ NULL, 0, NULL },
};

const struct word tcp_flag_words[] = {
	{ "fin", TCP_FIN, NULL }, { "syn", TCP_SYN, NULL }, { "rst", TCP_RST, NULL },
	{ "psh", TCP_PSH, NULL }, { "ack", TCP_ACK, NULL }, { "urg", TCP_URG, NULL },
	{ "ece", TCP_ECE, NULL }, { "cwr", TCP_CWR, NULL }, { NULL, 0, NULL },
};

/* RFC 4443 3 */
static const struct word icmpv6_words[] = {
	{ "unreachable", ICMPV6_UNREACHABLE, NULL },
	{ "too big", ICMPV6_TOO_BIG, NULL },
	{ "time exceeded", ICMPV6_TIME_EXCEEDED, NULL },
	{ "bad parameter", ICMPV6_PARAMETER, NULL },
	{ NULL, 0, NULL },
};

/* RFC 792 */
static const struct word icmpv4_words[] = {
	{ "unreachable", ICMPV4_UNREACHABLE, NULL },
	{ "time exceeded", ICMPV4_TIME_EXCEEDED, NULL },
	{ "bad parameter", ICMPV4_PARAMETER, NULL },
	{ NULL, 0, NULL },
};

const char *icmp_word(uint8_t version, uint8_t type, uint8_t code)
{
	const char *word = word_of(version == 4 ? icmpv4_words : icmpv6_words, type);

	if (version == 4 && icmp_parameter(version, type, code) == PARAMETER_MTU)
		return "too big";
	return word[0] == '?' ? "message" : word;
}

static const char *const layer_names[] = {
	[LAYER_ETHERNET] = "Ethernet",
	[LAYER_VLAN] = "VLAN",
	[LAYER_IPV4] = "IPv4",
	[LAYER_IPV6] = "IPv6",
	[LAYER_HOP_BY_HOP] = "hop-by-hop options",
	[LAYER_DESTINATION] = "destination options",
	[LAYER_ROUTING] = "SRH",
	[LAYER_FRAGMENT] = "fragment",
	[LAYER_TCP] = "TCP",
	[LAYER_UDP] = "UDP",
	[LAYER_VXLAN] = "VXLAN",
	[LAYER_GENEVE] = "Geneve",
	[LAYER_GTP] = "GTP-U",
	[LAYER_ICMPV4] = "ICMP",
	[LAYER_ICMPV6] = "ICMPv6",
	[LAYER_GIVEN] = "other",
};

const char *layer_word(enum layer_kind kind)
{
	return layer_names[kind];
}
