/* The segment routing header: what RFC 8754 2 and the kernel's seg6_validate_srh() require of it. */
#include "layer.h"

enum fault {
	FAULT_NONE,
	FAULT_TYPE,
	FAULT_LONG,
	FAULT_CUT,
	FAULT_LAST_ENTRY,
	FAULT_SEGMENTS_LEFT,
	FAULT_TLV,
};
static const char *const fault_texts[] = {
	[FAULT_NONE] = NULL,
	[FAULT_TYPE] = "the routing type is not 4",
	[FAULT_LONG] = "the header is longer than its packet",
	[FAULT_CUT] = "the header is cut short",
	[FAULT_LAST_ENTRY] = "last entry is beyond the header's length",
	[FAULT_SEGMENTS_LEFT] = "segments left is beyond last entry",
	[FAULT_TLV] = "a TLV is longer than the header",
};

/* RFC 8754 2.1: Pad1 is the one TLV without a length octet. (seg6_validate_srh() does not know that: Linux 6.18 drops
 * a packet whose last TLV is a lone Pad1.) */
static bool tlvs_well_formed(struct bytes tlvs)
{
	for (size_t at = 0; at < tlvs.length;) {
		if (tlvs.data[at] == TLV_PAD1) {
			at++;
			continue;
		}
		if (tlvs.length - at < 2 || tlvs.length - at - 2 < tlvs.data[at + 1])
			return false;
		at += 2u + tlvs.data[at + 1];
	}
	return true;
}

static struct srh_view view_of(const uint8_t *frame, const struct layer *layer)
{
	const uint8_t *at = frame + layer->offset;
	struct srh_view srh = {
		.present = true,
		.offset = layer->offset,
		.next_header = at[0],
		.length = at[1],
		.type = at[2],
		.segments_left = at[3],
		.last_entry = at[4],
		.flags = at[5],
		.tag = read16(at + 6),
		.fault = fault_texts[layer->fault],
	};
	size_t body = (size_t)layer->length - SRH_FIXED;
	size_t listed = (srh.last_entry + 1u) * SEGMENT_SIZE;
	size_t list = listed <= body ? listed : body / SEGMENT_SIZE * SEGMENT_SIZE;

	if (srh.type == ROUTING_TYPE_SRH)
		srh.segment_list = (struct bytes){ at + SRH_FIXED, list };
	if (srh.type == ROUTING_TYPE_SRH && listed <= body)
		srh.tlvs = (struct bytes){ at + SRH_FIXED + list, body - list };
	return srh;
}

/* The numbers are in the view, for who prints this. */
static enum fault fault_of(const struct srh_view *srh, size_t size, const struct reader *reader)
{
	if (srh->type != ROUTING_TYPE_SRH)
		return FAULT_TYPE;
	if (srh->offset + size > reader->promised)
		return FAULT_LONG;
	if (srh->offset + size > reader->end)
		return FAULT_CUT;
	if (srh->last_entry + 1 > srh->length / 2)
		return FAULT_LAST_ENTRY;
	/* RFC 8754 4.3.1.1: one more than last entry is a reduced SRH before its first segment. */
	if (srh->segments_left > srh->last_entry + 1)
		return FAULT_SEGMENTS_LEFT;
	if (!tlvs_well_formed(srh->tlvs))
		return FAULT_TLV;
	return FAULT_NONE;
}

/* One that is cut is a layer too: its fixed octets tell. */
static bool parse(struct reader *reader, struct layer *layer)
{
	if (!reader_has(reader, SRH_FIXED))
		return reader_ends_early(reader);
	size_t size = 8u * (reader_octets(reader)[1] + 1u), rest = reader->end - reader->at;
	layer->length = (uint16_t)(size < rest ? size : rest);
	struct srh_view srh = view_of(reader->frame.data, layer);
	layer->fault = (uint8_t)fault_of(&srh, size, reader);
	return reader_skip_extension(reader, layer, size);
}

const struct layer_row layer_routing = { .names = { PROTOCOL(IPPROTO_ROUTING) }, .parse = parse };

/* The first SRH of a chain is the one that nodes act on. */
struct srh_view packet_srh(const struct packet_view *view, const struct layer *ipv6)
{
	const struct layer *found = NULL;

	for (const struct layer *layer = ipv6 ? packet_behind(view, ipv6) : NULL; layer && layer->kind != LAYER_IPV6;
	     layer = packet_behind(view, layer)) {
		if (layer->kind != LAYER_ROUTING)
			continue;
		if (layer->fault != FAULT_TYPE)
			return view_of(view->frame, layer);
		if (!found)
			found = layer;
	}
	return found ? view_of(view->frame, found) : (struct srh_view){ 0 };
}

/* The last one's list ends at the final destination: an inline policy puts its SRH before the one that is there. */
struct address packet_final(const struct packet_view *view, const struct layer *ipv6)
{
	struct address final = ipv6_destination(view, ipv6);

	for (const struct layer *layer = ipv6 ? packet_behind(view, ipv6) : NULL; layer && layer->kind != LAYER_IPV6;
	     layer = packet_behind(view, layer)) {
		if (layer->kind != LAYER_ROUTING)
			continue;
		struct srh_view srh = view_of(view->frame, layer);
		if (srh.segment_list.length >= SEGMENT_SIZE)
			final = read_address(srh.segment_list.data);
	}
	return final;
}
