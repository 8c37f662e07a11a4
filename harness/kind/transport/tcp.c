/* TCP (RFC 9293): a real connection of the kernel's, or its packets built octet by octet. */
#include "tcp.h"

#include <stddef.h>

#include "rows.h"

_Static_assert(sizeof(struct tcp_fields) <= sizeof((struct traffic *)0)->own, "TCP's fields have room");

#define OWN(member) offsetof(struct tcp_fields, member)

/* clang-format off: one row a line */
static const struct traffic_field fields[] = {
	{ "tcp", FIELD_TRANSPORT, 0, BY_ANY, IN_ANY_MODE, generator_words, 0, 0, 0, "who makes the packets" },
	{ "flags", FIELD_FLAGS, OWN(flags), BY_CRAFTED, IN_ANY_MODE, tcp_flag_words, 0, 0, TCP_PSH | TCP_ACK,
	  "TCP flags; with syn, a listener answers" },
	{ "mss", FIELD_NUMBER, OWN(mss), BY_CRAFTED, IN_ANY_MODE, MAY_BE_AUTO(65535),
	  "MSS option; auto: 1440 with syn, else none" },
	{ "sequence", FIELD_NUMBER, OWN(sequence), BY_CRAFTED, IN_ANY_MODE, NULL, -0x7fffffffL, 0x7fffffffL, 0,
	  "octets off what the receiver expects next" },
	{ NULL, 0, 0, 0, 0, NULL, 0, 0, 0, NULL },
};
/* clang-format on */

const struct tcp_fields *tcp_fields(const struct traffic *traffic)
{
	return (const struct tcp_fields *)traffic->own;
}

/* The MSS option's value; 0: none. */
static unsigned mss_of(const struct tcp_fields *own)
{
	if (own->mss != FIELD_AUTO)
		return (unsigned)own->mss;
	return own->flags & TCP_SYN ? 1440 : 0;
}

static size_t header_octets(const struct traffic *traffic)
{
	return mss_of(tcp_fields(traffic)) ? 24 : 20;
}

static const char *refuse(const struct traffic *traffic, const char **key)
{
	if (traffic->payload != 0 || tcp_fields(traffic)->flags & TCP_SYN)
		return NULL;
	*key = "payload";
	return "a crafted packet without payload needs `flags` with syn: nothing else would tell that it was taken";
}

static uint64_t overlap(const struct traffic *traffic)
{
	const struct tcp_fields *own = tcp_fields(traffic);
	uint64_t sent = (uint64_t)traffic->burst * (uint64_t)traffic->payload;
	uint64_t before = own->sequence < 0 ? (uint64_t)-own->sequence : 0;

	/* A SYN's receiver expects nothing yet. */
	return own->flags & TCP_SYN || before >= sent ? 0 : before;
}

const struct transport transport_tcp = {
	.word = "tcp",
	.name = "TCP",
	.fields = fields,
	.header_octets = header_octets,
	.refuse = refuse,
	.overlap = overlap,
};
