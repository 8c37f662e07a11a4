/* From a spec to a frame: Ethernet, IPv6, SRH, the inner IPv6 header in encap mode, TCP. */
#include <stdlib.h>

#include "octets.h"

enum { IPV6_PAYLOAD_MAX = 65535, SRH_MAX = 8 * 256, MSS_OPTION = 4 };

/* Sizes and places of what the spec asks for. Offsets are in the frame; a size of 0: not there. */
struct layout {
	size_t entries; /* of the segment list on the wire */
	size_t srh_size, tlv_room;
	size_t inner; /* offset of the inner IPv6 header, or 0 */
	size_t tcp, payload, length;
};

static int or_auto(int field, size_t automatic)
{
	return field == FIELD_AUTO ? (int)automatic : field;
}

static struct layout lay_out(const struct packet_spec *spec)
{
	struct layout layout = { .tcp = ETHERNET_SIZE + IPV6_SIZE };

	if (mode_has_srh(spec->mode))
		layout.entries = spec->segment_count + (spec->mode == MODE_INLINE);
	if (layout.entries > 0) {
		layout.tlv_room = (spec->tlvs.length + 7) / 8 * 8;
		layout.srh_size = SRH_FIXED + layout.entries * SEGMENT_SIZE + layout.tlv_room;
		layout.tcp += layout.srh_size;
	}
	if (mode_encapsulates(spec->mode)) {
		layout.inner = layout.tcp;
		layout.tcp += IPV6_SIZE;
	}
	layout.payload = layout.tcp + TCP_FIXED + (spec->mss > 0 ? MSS_OPTION : 0);
	layout.length = layout.payload + spec->payload.length;
	return layout;
}

static int field_fits(const char *name, int value, int largest, struct error *err)
{
	if (value != FIELD_AUTO && (value < 0 || value > largest))
		return fail(err, "%s %d is not between 0 and %d", name, value, largest);
	return 0;
}

/* Everything that cannot be written into its field is said, not only the first. */
static int check(const struct packet_spec *spec, const struct layout *layout, struct error *err)
{
	unsigned before = err->count;

	field_fits("hop limit", spec->hop_limit, 255, err);
	field_fits("segments left", spec->segments_left, 255, err);
	field_fits("last entry", spec->last_entry, 255, err);
	field_fits("routing type", spec->routing_type, 255, err);
	field_fits("SRH length", spec->srh_length, 255, err);
	field_fits("SRH flags", spec->srh_flags, 255, err);
	field_fits("tag", spec->tag, 65535, err);
	if (spec->mss > 65535)
		fail(err, "mss %u is not between 0 and 65535", spec->mss);
	if (layout->srh_size > SRH_MAX)
		fail(err, "%zu segments and %zu octets of TLVs make an SRH of %zu octets; it can have %d",
		     layout->entries, spec->tlvs.length, layout->srh_size, SRH_MAX);
	if (layout->length - ETHERNET_SIZE - IPV6_SIZE > IPV6_PAYLOAD_MAX)
		fail(err, "an IPv6 payload of %zu octets; it can have %d", layout->length - ETHERNET_SIZE - IPV6_SIZE,
		     IPV6_PAYLOAD_MAX);
	return err->count > before ? -1 : 0;
}

/* Entry `index` of the wire's list: the list of travel reversed (RFC 8754 2), in inline mode after the destination. */
static const struct address *wire_entry(const struct packet_spec *spec, const struct layout *layout, size_t index)
{
	size_t stop = layout->entries - 1 - index; /* in order of travel */

	return stop < spec->segment_count ? &spec->segments[stop] : &spec->destination;
}

/* With a segments left that is beyond the list, the packet travels to the first segment, where it is noticed. */
static const struct address *outer_destination(const struct packet_spec *spec, const struct layout *layout)
{
	if (spec->mode == MODE_IP6IP6 && spec->segment_count)
		return &spec->segments[spec->segment_count - 1];
	if (layout->entries == 0)
		return &spec->destination;
	size_t left = (size_t)or_auto(spec->segments_left, layout->entries - 1);
	return wire_entry(spec, layout, left < layout->entries ? left : layout->entries - 1);
}

static void write_ipv6(uint8_t *at, size_t payload, uint8_t next_header, const struct packet_spec *spec,
                       const struct address *source, const struct address *destination)
{
	at[0] = 6 << 4;
	write16(at + 4, (uint16_t)payload);
	at[6] = next_header;
	at[7] = (uint8_t)or_auto(spec->hop_limit, 64);
	memcpy(at + 8, source->octets, ADDRESS_OCTETS);
	memcpy(at + 24, destination->octets, ADDRESS_OCTETS);
}

/* RFC 8754 2.1.1: Pad1 is one 0; PadN is its type, the length of its octets, and those as 0. */
static void write_padding(uint8_t *at, size_t size)
{
	if (size < 2)
		return;
	at[0] = TLV_PADN;
	at[1] = (uint8_t)(size - 2);
}

static void write_srh(uint8_t *at, const struct packet_spec *spec, const struct layout *layout)
{
	uint8_t *entry = at + SRH_FIXED;

	at[0] = spec->mode == MODE_ENCAP ? IPPROTO_IPV6 : IPPROTO_TCP;
	at[1] = (uint8_t)or_auto(spec->srh_length, layout->srh_size / 8 - 1);
	at[2] = (uint8_t)or_auto(spec->routing_type, ROUTING_TYPE_SRH);
	at[3] = (uint8_t)or_auto(spec->segments_left, layout->entries - 1);
	at[4] = (uint8_t)or_auto(spec->last_entry, layout->entries - 1);
	at[5] = (uint8_t)or_auto(spec->srh_flags, 0);
	write16(at + 6, (uint16_t)or_auto(spec->tag, 0));
	for (size_t i = 0; i < layout->entries; i++, entry += SEGMENT_SIZE)
		memcpy(entry, wire_entry(spec, layout, i)->octets, SEGMENT_SIZE);
	if (spec->tlvs.length > 0)
		memcpy(entry, spec->tlvs.data, spec->tlvs.length);
	write_padding(entry + spec->tlvs.length, layout->tlv_room - spec->tlvs.length);
}

static uint16_t checksum_field(const struct packet_spec *spec, struct bytes segment)
{
	uint16_t valid = (uint16_t)~sum_segment(&spec->source, &spec->destination, IPPROTO_TCP, segment);

	switch (spec->checksum) {
	case CHECKSUM_VALID:
		return valid;
	case CHECKSUM_BAD:
		return valid ^ 0x0101; /* never the same number in one's complement */
	case CHECKSUM_PARTIAL:
		break;
	}
	return sum_fold(sum_pseudo(&spec->source, &spec->destination, (uint32_t)segment.length, IPPROTO_TCP));
}

static void write_tcp(uint8_t *at, const struct packet_spec *spec, const struct layout *layout)
{
	struct bytes segment = { at, layout->length - layout->tcp };

	write16(at, spec->source_port);
	write16(at + 2, spec->destination_port);
	write32(at + 4, spec->sequence);
	write32(at + 8, spec->acknowledgement);
	at[12] = (uint8_t)((layout->payload - layout->tcp) / 4 << 4);
	at[13] = (uint8_t)spec->tcp_flags;
	write16(at + 14, spec->window);
	if (spec->mss > 0) {
		at[TCP_FIXED] = 2; /* RFC 9293 3.1: maximum segment size, 4 octets */
		at[TCP_FIXED + 1] = MSS_OPTION;
		write16(at + TCP_FIXED + 2, (uint16_t)spec->mss);
	}
	if (spec->payload.length > 0)
		memcpy(at + layout->payload - layout->tcp, spec->payload.data, spec->payload.length);
	write16(at + TCP_CHECKSUM, checksum_field(spec, segment));
}

int frame_build(struct frame **ret, const struct packet_spec *spec, struct error *err)
{
	struct layout layout = lay_out(spec);

	if (check(spec, &layout, err) < 0)
		return -1;
	owned(frame) frame = zalloc(sizeof *frame);
	uint8_t *data = frame->data = zalloc(layout.length);
	uint8_t *ip = data + ETHERNET_SIZE;
	bool encap = mode_encapsulates(spec->mode);
	uint8_t next_header = layout.srh_size ? IPPROTO_ROUTING : encap ? IPPROTO_IPV6 : IPPROTO_TCP;

	memcpy(data, spec->destination_mac, 6);
	memcpy(data + 6, spec->source_mac, 6);
	write16(data + 12, ETHERTYPE_IPV6_NUMBER);
	write_ipv6(ip, layout.length - ETHERNET_SIZE - IPV6_SIZE, next_header, spec,
	           encap ? &spec->outer_source : &spec->source, outer_destination(spec, &layout));
	if (layout.srh_size > 0)
		write_srh(ip + IPV6_SIZE, spec, &layout);
	if (encap)
		write_ipv6(data + layout.inner, layout.length - layout.tcp, IPPROTO_TCP, spec, &spec->source,
		           &spec->destination);
	write_tcp(data + layout.tcp, spec, &layout);
	frame->length = layout.length;
	if (spec->cut > 0 && (size_t)spec->cut < layout.length - ETHERNET_SIZE)
		frame->length = ETHERNET_SIZE + (size_t)spec->cut;
	frame->tcp_offset = layout.tcp;
	frame->payload_offset = layout.payload;
	*ret = take(frame);
	return 0;
}

void frame_free(struct frame *frame)
{
	if (!frame)
		return;
	free(frame->data);
	free(frame);
}
