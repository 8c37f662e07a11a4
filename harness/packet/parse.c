/* From any bytes to what they hold. Every read is checked against the end of the packet it lies in. */
#include "octets.h"

enum { DEPTH = 8 /* IPv6 headers in each other */ };

/* Where the walk stands: `at` in the frame, and the IPv6 packet's end in the frame and as its headers promise it. */
struct walk {
	struct bytes frame;
	size_t at, end, promised;
	uint8_t next_header;
	unsigned depth; /* IPv6 headers entered */
};

static bool there(const struct walk *walk, size_t size)
{
	return walk->at <= walk->end && walk->end - walk->at >= size;
}

/* Enters the IPv6 header at walk->at. A length of 0 is a jumbo or a GSO packet larger than 64 KiB: what is left. */
static bool enter(struct walk *walk, struct packet_view *view)
{
	if (!there(walk, IPV6_SIZE) || walk->frame.data[walk->at] >> 4 != 6)
		return false;
	const uint8_t *ip = walk->frame.data + walk->at;
	unsigned length = read16(ip + 4);
	view->source = read_address(ip + 8);
	view->destination = view->final = read_address(ip + 24);
	view->inner_srh = (struct srh_view){ 0 };
	if (walk->depth++ == 0) {
		view->ipv6 = true;
		view->hop_limit = ip[7];
		view->outer_source = view->source;
		view->outer_destination = view->destination;
	} else {
		if (!view->encapsulated)
			view->inner_offset = (uint32_t)walk->at;
		view->encapsulated = true;
	}
	walk->next_header = ip[6];
	walk->at += IPV6_SIZE;
	if (length > 0)
		walk->promised = walk->at + length;
	if (walk->promised < walk->end)
		walk->end = walk->promised;
	view->whole &= walk->promised <= walk->end; /* not so: cut, or longer than the packet around it */
	return true;
}

/* The first SRH of a chain is the one that nodes act on; the last one's list ends at the final destination (an inline
 * policy puts its SRH before the one that is there). */
static void routing(const struct walk *walk, struct packet_view *view)
{
	struct srh_view *first = walk->depth == 1 ? &view->srh : &view->inner_srh;
	struct srh_view srh = srh_parse(walk->frame, walk->at, walk->end, walk->promised);

	if (!first->present || (first->type != ROUTING_TYPE_SRH && srh.type == ROUTING_TYPE_SRH))
		*first = srh;
	if (srh.segment_list.length >= SEGMENT_SIZE)
		view->final = read_address(srh.segment_list.data);
}

/* Steps over an extension header of `size` octets. */
static bool step(struct walk *walk, struct packet_view *view, size_t size)
{
	if (!there(walk, size)) {
		view->whole = false;
		return false;
	}
	walk->next_header = walk->frame.data[walk->at];
	walk->at += size;
	return true;
}

/* False: not the first fragment, so what follows is no header. */
static bool fragment(const struct walk *walk, struct packet_view *view)
{
	unsigned field = read16(walk->frame.data + walk->at + 2);

	view->whole &= (field & ~6u) == 0; /* neither an offset nor more fragments */
	return field >> 3 == 0;
}

static void tcp(const struct walk *walk, struct packet_view *view)
{
	const uint8_t *header = walk->frame.data + walk->at;
	size_t size = there(walk, TCP_FIXED) ? 4u * (header[12] >> 4) : 0;

	view->tcp = size >= TCP_FIXED && there(walk, size);
	view->whole &= view->tcp;
	if (!view->tcp)
		return;
	view->tcp_offset = walk->at;
	view->source_port = read16(header);
	view->destination_port = read16(header + 2);
	view->sequence = read32(header + 4);
	view->acknowledgement = read32(header + 8);
	view->tcp_flags = header[13];
	view->checksum_field = read16(header + TCP_CHECKSUM);
	view->tcp_length = walk->promised - walk->at;
	view->payload = (struct bytes){ header + size, walk->end - walk->at - size };
}

static void icmpv6(const struct walk *walk, struct packet_view *view)
{
	if (!there(walk, 4))
		return;
	view->icmpv6 = true;
	view->icmp_type = walk->frame.data[walk->at];
	view->icmp_code = walk->frame.data[walk->at + 1];
}

/* One header further; false at the end of the chain. */
static bool advance(struct walk *walk, struct packet_view *view)
{
	switch (walk->next_header) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_DSTOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
		break;
	case IPPROTO_IPV6:
		if (walk->depth < DEPTH && enter(walk, view))
			return true;
		view->whole = false;
		return false;
	case IPPROTO_TCP:
		tcp(walk, view);
		return false;
	case IPPROTO_ICMPV6:
		icmpv6(walk, view);
		return false;
	default:
		return false;
	}
	if (!there(walk, 8)) {
		view->whole = false;
		return false;
	}
	if (walk->next_header == IPPROTO_FRAGMENT)
		return fragment(walk, view) && step(walk, view, 8);
	if (walk->next_header == IPPROTO_ROUTING)
		routing(walk, view);
	return step(walk, view, 8u * (walk->frame.data[walk->at + 1] + 1u));
}

struct packet_view packet_parse_start(struct bytes frame, size_t wire_length)
{
	struct packet_view view = { .whole = true };
	struct walk walk = { .frame = frame, .at = ETHERNET_SIZE, .end = frame.length, .promised = wire_length };

	if (frame.length < ETHERNET_SIZE || read16(frame.data + 12) != ETHERTYPE_IPV6_NUMBER || !enter(&walk, &view)) {
		view.whole = false;
		return view;
	}
	while (advance(&walk, &view))
		;
	return view;
}

struct packet_view packet_parse_inside(struct bytes frame, size_t offset)
{
	struct packet_view view = { .whole = true };
	struct walk walk = { .frame = frame, .at = offset, .end = frame.length, .promised = frame.length };

	if (!enter(&walk, &view)) {
		view.whole = false;
		return view;
	}
	while (advance(&walk, &view))
		;
	return view;
}

struct packet_view packet_parse(struct bytes frame)
{
	if (frame.length < ETHERNET_SIZE || read16(frame.data + 12) != ETHERTYPE_IPV6_NUMBER)
		return (struct packet_view){ 0 };
	return packet_parse_inside(frame, ETHERNET_SIZE);
}
