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

/* Whoever prints this finds the numbers in the view. */
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

/* A cut SRH is a layer too, as long as its fixed octets are there. */
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

static bool needs_srh(const struct packet_spec *spec)
{
	return spec->tlvs.length > 0 || spec->hmac || spec->segments_left != FIELD_AUTO ||
	       spec->last_entry != FIELD_AUTO || spec->routing_type != FIELD_AUTO || spec->srh_length != FIELD_AUTO ||
	       spec->srh_flags != FIELD_AUTO || spec->tag != FIELD_AUTO;
}

size_t srh_entries(const struct packet_spec *spec)
{
	const struct mode_kind *kind = mode_kind(spec->mode);

	return needs_srh(spec) ? mode_entries_needed(kind, spec->segment_count)
	                       : mode_entries(kind, spec->segment_count);
}

static size_t tlv_room(const struct packet_spec *spec)
{
	return (spec->tlvs.length + 7) / 8 * 8;
}

size_t srh_length(const struct packet_spec *spec)
{
	return SRH_FIXED + srh_entries(spec) * SEGMENT_SIZE + tlv_room(spec) + (spec->hmac ? HMAC_TLV_OCTETS : 0);
}

/* Entry `index` of the wire's list: the list of travel reversed (RFC 8754 2), in inline mode after the destination.
 * What is behind the last entry of a reduced list is the first segment. */
static const struct address *wire_entry(const struct packet_spec *spec, size_t index)
{
	size_t stop = mode_stops(mode_kind(spec->mode), spec->segment_count) - 1 - index; /* in order of travel */

	return stop < spec->segment_count ? &spec->segments[stop] : &spec->destination;
}

/* With a segments left that is beyond the list, the packet travels to the first segment, where it is noticed. */
const struct address *srh_destination(const struct packet_spec *spec)
{
	size_t stops = mode_stops(mode_kind(spec->mode), spec->segment_count);

	if (mode_is_tunnel(mode_kind(spec->mode)) && spec->segment_count)
		return &spec->segments[spec->segment_count - 1];
	if (stops == 0)
		return &spec->destination;
	size_t left = (size_t)or_auto(spec->segments_left, stops - 1);
	return wire_entry(spec, left < stops ? left : stops - 1);
}

/* RFC 8754 2.1.1: Pad1 is one 0; PadN is its type, the length of its octets, and those as 0. */
static void write_padding(uint8_t *at, size_t size)
{
	if (size < 2)
		return;
	at[0] = TLV_PADN;
	at[1] = (uint8_t)(size - 2);
}

static void write(const struct building *building, const struct part *part)
{
	const struct packet_spec *spec = building->spec;
	size_t entries = srh_entries(spec);
	uint8_t *at = building->data + part->offset, *entry = at + SRH_FIXED;

	at[0] = building_protocol(part);
	at[1] = (uint8_t)or_auto(spec->srh_length, part->length / 8 - 1);
	at[2] = (uint8_t)or_auto(spec->routing_type, ROUTING_TYPE_SRH);
	at[3] = (uint8_t)or_auto(spec->segments_left, mode_stops(mode_kind(spec->mode), spec->segment_count) - 1);
	at[4] = (uint8_t)or_auto(spec->last_entry, entries - 1);
	at[5] = (uint8_t)or_auto(spec->srh_flags, spec->hmac ? FLAG_HMAC : 0);
	write16(at + 6, (uint16_t)or_auto(spec->tag, 0));
	for (size_t i = 0; i < entries; i++, entry += SEGMENT_SIZE)
		memcpy(entry, wire_entry(spec, i)->octets, SEGMENT_SIZE);
	if (spec->tlvs.length > 0)
		memcpy(entry, spec->tlvs.data, spec->tlvs.length);
	write_padding(entry + spec->tlvs.length, tlv_room(spec) - spec->tlvs.length);
	if (spec->hmac)
		hmac_write(entry + tlv_room(spec), spec,
		           mode_kind(spec->mode)->outer ? &spec->outer_source : &spec->source, at);
}

static const struct layer_field fields[] = {
	{ 0, 1, "next header" }, { 1, 1, "length" }, { 2, 1, "type" }, { 3, 1, "segments left" },
	{ 4, 1, "last entry" },  { 5, 1, "flags" },  { 6, 2, "tag" },  { 0, 0, NULL },
};

const struct layer_row layer_routing = {
	.names = { PROTOCOL(IPPROTO_ROUTING) }, .fields = fields, .parse = parse, .write = write
};

/* RFC 8754 4.3.1.1: behind an SRH without segments left a node goes on with the next header, which may be one more. */
struct srh_view packet_srh(const struct packet_view *view, const struct layer *ip)
{
	const struct layer *found = NULL;

	for (const struct layer *layer = ip ? packet_behind(view, ip) : NULL; layer && !layer_is_ip(layer);
	     layer = packet_behind(view, layer)) {
		if (layer->kind != LAYER_ROUTING || (layer->fault == FAULT_TYPE && found))
			continue;
		const struct srh_view srh = view_of(view->frame, layer);
		found = layer;
		if (layer->fault != FAULT_TYPE && (srh.fault || srh.segments_left))
			return srh;
	}
	return found ? view_of(view->frame, found) : (struct srh_view){ 0 };
}

/* The last one's list ends at the final destination: an inline policy puts its SRH before the one that is there. */
struct address packet_final(const struct packet_view *view, const struct layer *ip)
{
	struct address final = ip_destination(view, ip);

	for (const struct layer *layer = ip ? packet_behind(view, ip) : NULL; layer && !layer_is_ip(layer);
	     layer = packet_behind(view, layer)) {
		if (layer->kind != LAYER_ROUTING)
			continue;
		struct srh_view srh = view_of(view->frame, layer);
		if (srh.segment_list.length >= SEGMENT_SIZE)
			final = read_address(srh.segment_list.data);
	}
	return final;
}
