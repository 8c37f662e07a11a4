/* TCP (RFC 9293): a real connection of the kernel's, or its packets built octet by octet. */
#include "tcp.h"

#include <linux/virtio_net.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "tcp_internal.h"

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
	{ "ack", FIELD_NUMBER, OWN(ack), BY_CRAFTED, IN_ANY_MODE, NULL, -0x7fffffffL, 0x7fffffffL, 0,
	  "octets off what the receiver has sent" },
	{ "window", FIELD_NUMBER, OWN(window), BY_CRAFTED, IN_ANY_MODE, NULL, 0, 65535, 65535, "as in the header" },
	{ "timestamps", FIELD_NUMBER, OWN(timestamps), BY_CRAFTED, IN_ANY_MODE, NULL, 0, 0x7fffffffL, 0,
	  "value of the timestamps option; 0: none" },
	{ "urgent", FIELD_NUMBER, OWN(urgent), BY_CRAFTED, IN_ANY_MODE, NULL, 0, 65535, 0, "urgent pointer" },
	{ "source_port", FIELD_NUMBER, OWN(source_port), BY_CRAFTED, IN_ANY_MODE, NULL, 0, 1000, 0,
	  "ports off the connection's" },
	{ NULL, 0, 0, 0, 0, NULL, 0, 0, 0, NULL },
};
/* clang-format on */

/* The MSS option's value; 0: none. */
static unsigned mss_of(const struct tcp_fields *own)
{
	if (own->mss != FIELD_AUTO)
		return (unsigned)own->mss;
	return own->flags & TCP_SYN ? 1440 : 0;
}

static size_t header_octets(const struct traffic *traffic)
{
	return 20U + (mss_of(tcp_fields(traffic)) ? 4 : 0) + (tcp_fields(traffic)->timestamps ? 12 : 0);
}

static void build(struct packet_spec *spec, const struct traffic *traffic, uint64_t octet, uint8_t header[HEADER_ROOM])
{
	const struct tcp_fields *own = tcp_fields(traffic);

	(void)header;
	spec->sequence = TCP_CRAFTED_SEQUENCE + (uint32_t)own->sequence + (uint32_t)octet;
	spec->acknowledgement = own->flags & TCP_ACK ? TCP_CRAFTED_ACKNOWLEDGEMENT + (uint32_t)own->ack : 0;
	spec->tcp_flags = (unsigned)own->flags;
	spec->window = (uint16_t)own->window;
	spec->urgent = (uint16_t)own->urgent;
	spec->timestamps = own->timestamps;
	spec->source_port = (uint16_t)(spec->source_port + own->source_port);
	spec->mss = mss_of(own);
}

static const char *refuse(const struct traffic *traffic, const char **key)
{
	if (traffic->payload != 0 || tcp_fields(traffic)->flags & TCP_SYN)
		return NULL;
	*key = "payload";
	return "a crafted packet without payload needs `flags` with syn: nothing else would tell that it was taken";
}

static void identify(struct captured *captured)
{
	const struct tcp_header header = packet_tcp(&captured->view);

	captured->known = packet_layer(&captured->view, LAYER_TCP);
	captured->flags = header.flags;
	captured->sequence = header.sequence;
	captured->acknowledgement = header.acknowledgement;
	captured->payload = captured->known ? (uint32_t)packet_payload_length(&captured->view) : 0;
}

/* All but the checksum. */
static size_t lasting(const struct captured *captured, struct bytes parts[LASTING_PARTS])
{
	enum { CHECKSUM_AT = 16, CHECKSUM_END = 18 };
	const struct layer *tcp = packet_layer(&captured->view, LAYER_TCP);
	const uint8_t *header = captured->view.frame + tcp->offset;

	parts[0] = (struct bytes){ header, CHECKSUM_AT };
	parts[1] = (struct bytes){ header + CHECKSUM_END, (size_t)tcp->length - CHECKSUM_END };
	return 2;
}

/* RFC 9293 3.1 */
static size_t kept(const struct captured *captured, struct kept_part parts[KEPT_MOST])
{
	const struct layer *tcp = packet_layer(&captured->view, LAYER_TCP);
	const uint8_t *header = captured->view.frame + tcp->offset;
	const struct kept_part all[] = {
		{ INVARIANT_TCP_PORTS, { header, 4 } },
		{ INVARIANT_TCP_ACKNOWLEDGEMENT, { header + 8, 4 } },
		{ INVARIANT_TCP_WINDOW, { header + 14, 2 } },
		{ INVARIANT_TCP_WINDOW, { header + 18, 2 } }, /* the urgent pointer */
		{ INVARIANT_TCP_OPTIONS, { header + 20, tcp->length - 20U } },
	};

	_Static_assert(COUNT(all) <= KEPT_MOST, "they have room");
	memcpy(parts, all, sizeof all);
	return COUNT(all);
}

/* The octet behind the SYN. */
static bool opens(const struct captured *captured, uint32_t *first)
{
	if (!(captured->flags & TCP_SYN))
		return false;
	*first = captured->sequence + 1;
	return true;
}

/* As TSO and GSO cut (Documentation/networking/segmentation-offloads.rst; RFC 3168 6.1.2 for CWR). */
static void cut(struct traffic *packet, bool first, bool last)
{
	struct tcp_fields *own = (struct tcp_fields *)packet->own;

	if (!first)
		own->flags &= ~TCP_CWR;
	if (!last)
		own->flags &= ~(TCP_PSH | TCP_FIN);
}

/* What GSO could not make again: it keeps the flags of all, but for CWR, which is on the first packet, and PSH and FIN,
 * which are on the last. Urgent data and pure acknowledgements are not merged. */
static const char *parts(const struct traffic *before, const struct traffic *after)
{
	enum { ENDING = TCP_PSH | TCP_FIN };
	int first = tcp_fields(before)->flags, next = tcp_fields(after)->flags;

	if (!before->payload || !after->payload)
		return "of which one has no data";
	if ((first ^ next) & ~(TCP_CWR | ENDING))
		return "which differ in `flags`";
	if (next & TCP_CWR)
		return "of which the second has CWR";
	if (first & ENDING)
		return "of which the first has PSH or FIN";
	return next & (TCP_URG | TCP_SYN | TCP_RST) ? "which have URG, SYN or RST" : NULL;
}

/* All but the checksum, of the first; PSH and FIN of the last. */
static bool merges_to(const struct captured *first, const struct captured *last, const struct captured *merged)
{
	enum { FLAGS_AT = 13, CHECKSUM_AT = 16, CHECKSUM_END = 18, HEADER_MOST = 60 };
	const struct layer *tcp = packet_layer(&first->view, LAYER_TCP),
	                   *after = packet_layer(&merged->view, LAYER_TCP);
	uint8_t header[HEADER_MOST];

	if (!tcp || !after || tcp->length != after->length)
		return false;
	memcpy(header, first->view.frame + tcp->offset, tcp->length);
	memcpy(header + CHECKSUM_AT, merged->view.frame + after->offset + CHECKSUM_AT, CHECKSUM_END - CHECKSUM_AT);
	header[FLAGS_AT] |= last->flags & (TCP_PSH | TCP_FIN);
	return memcmp(header, merged->view.frame + after->offset, tcp->length) == 0;
}

static bool awaited(const struct traffic *traffic)
{
	return tcp_fields(traffic)->flags & TCP_SYN;
}

static bool owes(const struct traffic *packet)
{
	return tcp_fields(packet)->ack > 0 && tcp_fields(packet)->ack <= OWED_OCTETS;
}

static uint16_t crafted_port(const struct traffic *traffic)
{
	return (uint16_t)tcp_fields(traffic)->source_port;
}

static uint16_t port(const struct captured *captured)
{
	return packet_tcp(&captured->view).source_port;
}

/* "SYN-ACK", "data 0:1428 FIN" */
static void name_packet(const struct captured *captured, const uint32_t starts[3], char *name, size_t size)
{
	unsigned flags = captured->flags;
	enum way other = captured->way == WAY_BACK ? WAY_FORWARD : WAY_BACK;
	uint32_t begin = captured->sequence - starts[captured->way];

	if (flags & TCP_SYN)
		snprintf(name, size, "%s", flags & TCP_ACK ? "SYN-ACK" : "SYN");
	else if (captured->payload)
		snprintf(name, size, "data %lld:%lld%s", (long long)(int32_t)begin,
		         (long long)(int32_t)begin + captured->payload, flags & TCP_FIN ? " FIN" : "");
	else if (flags & (TCP_RST | TCP_FIN))
		snprintf(name, size, "%s", flags & TCP_RST ? "RST" : "FIN");
	else if (flags & TCP_ACK)
		snprintf(name, size, "ACK %u", captured->acknowledgement - starts[other]);
	else
		snprintf(name, size, "TCP without flags");
}

/* Data by its headers: the payload itself may not have been read. */
static const char *brief(const struct captured *captured)
{
	if (captured->flags & TCP_SYN)
		return captured->flags & TCP_ACK ? "SYN-ACK" : "SYN";
	if (captured->flags & TCP_RST)
		return "RST";
	return captured->payload ? "data" : "ACK";
}

static const char *answer(const struct traffic *traffic)
{
	if (!traffic_is_crafted(traffic) || !(tcp_fields(traffic)->flags & TCP_SYN))
		return NULL;
	return "answered the SYN with a SYN-ACK";
}

const struct transport transport_tcp = {
	.word = "tcp",
	.name = "TCP",
	.fields = fields,
	.build = build,
	.gso_type = VIRTIO_NET_HDR_GSO_TCPV6,
	.gso_type_ipv4 = VIRTIO_NET_HDR_GSO_TCPV4,
	.gso_first = VIRTIO_NET_HDR_GSO_ECN,
	.header_octets = header_octets,
	.refuse = refuse,
	.identify = identify,
	.lasting = lasting,
	.kept = kept,
	.with_last = TCP_FIN | TCP_PSH,
	.with_first = 0x80, /* CWR, RFC 3168 6.1.2 */
	.checksum_at = 16,
	.opens = opens,
	.cut = cut,
	.parts = parts,
	.merges_to = merges_to,
	.crafted_port = crafted_port,
	.port = port,
	.crafted_start = tcp_crafted_start,
	.kinds = TCP_SYN | TCP_ACK | TCP_RST,
	.beside_data = TCP_ACK,
	.resent = TCP_SYN,
	.phases = TCP_SYN | TCP_RST | TCP_FIN,
	.name_packet = name_packet,
	.brief = brief,
	.checksum_reason = REASON_TCP_CSUM,
	.checksum_counter = "TcpInCsumErrors",
	.endpoints = tcp_endpoints,
	.conclude = tcp_conclude,
	.answer = answer,
	.drop_counters = tcp_drop_counters,
	.drop_words = tcp_drop_words,
	.reasons = tcp_reasons,
	.awaited = awaited,
	.owes = owes,
	.early_counter = "TcpExtTCPOFOQueue",
	.overlap = tcp_overlap,
};
