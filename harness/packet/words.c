/* Vocabularies of packets. */
#include "packet.h"

const struct word mode_words[] = {
	{ "plain", MODE_PLAIN, "no segment routing" },
	{ "inline", MODE_INLINE, "an SRH inserted behind the IPv6 header" },
	{ "encap", MODE_ENCAP, "an outer IPv6 header with an SRH" },
	{ "ip6ip6", MODE_IP6IP6, "an outer IPv6 header and no SRH: an ordinary tunnel" },
	{ NULL, 0, NULL },
};

bool mode_has_srh(enum mode mode)
{
	return mode == MODE_INLINE || mode == MODE_ENCAP;
}

bool mode_encapsulates(enum mode mode)
{
	return mode == MODE_ENCAP || mode == MODE_IP6IP6;
}

const struct word checksum_words[] = {
	{ "valid", CHECKSUM_VALID, "complete and correct" },
	{ "partial", CHECKSUM_PARTIAL, "the sum of the pseudo-header only; a device is to complete it" },
	{ "bad", CHECKSUM_BAD, "wrong" },
	{ NULL, 0, NULL },
};

const struct word tcp_flag_words[] = {
	{ "fin", TCP_FIN, NULL }, { "syn", TCP_SYN, NULL }, { "rst", TCP_RST, NULL },
	{ "psh", TCP_PSH, NULL }, { "ack", TCP_ACK, NULL }, { "urg", TCP_URG, NULL },
	{ "ece", TCP_ECE, NULL }, { "cwr", TCP_CWR, NULL }, { NULL, 0, NULL },
};

/* RFC 4443 3 */
static const struct word icmpv6_words[] = {
	{ "unreachable", 1, NULL },   { "too big", 2, NULL }, { "time exceeded", 3, NULL },
	{ "bad parameter", 4, NULL }, { NULL, 0, NULL },
};

const char *icmpv6_word(uint8_t type)
{
	const char *word = word_of(icmpv6_words, type);

	return word[0] == '?' ? "message" : word;
}
