/* Builds a frame from a spec: the layers that it asks for, one inside the other, each written by its row. */
#include <stdlib.h>

#include "layer.h"

enum { IP_LENGTH_MAX = 65535, EXTENSION_MAX = 8 * 256 };

/* The number by which an IPv6 header names what follows it. */
static uint8_t protocol_of(enum layer_kind kind)
{
	const struct layer_row *row = layer_rows[kind];

	return (uint8_t)(row->names[1] ? row->names[1] : row->names[0]);
}

static void add_part(struct building *building, enum layer_kind kind, size_t length)
{
	building->parts[building->count++] = (struct part){ kind, building->length, length, protocol_of(kind) };
	building->length += length;
}

static struct building compose(const struct packet_spec *spec)
{
	struct building building = { .spec = spec };

	const struct mode_kind *mode = mode_kind(spec->mode);
	const bool ipv4 = spec->destination.family == AF_INET, outer = mode->outer;

	add_part(&building, LAYER_ETHERNET, ETHERNET_SIZE);
	if (outer || !ipv4)
		add_part(&building, LAYER_IPV6, IPV6_SIZE);
	if (spec->hop_by_hop.length)
		add_part(&building, LAYER_HOP_BY_HOP, options_length(spec->hop_by_hop));
	if (spec->destination_options.length)
		add_part(&building, LAYER_DESTINATION, options_length(spec->destination_options));
	if (srh_entries(spec) > 0)
		add_part(&building, LAYER_ROUTING, srh_length(spec));
	if (mode->frame)
		add_part(&building, LAYER_ETHERNET, ETHERNET_SIZE);
	if (ipv4)
		add_part(&building, LAYER_IPV4, ipv4_length(spec));
	else if (outer)
		add_part(&building, LAYER_IPV6, IPV6_SIZE);
	if (spec->protocol) {
		add_part(&building, LAYER_GIVEN, spec->header.length);
		building.parts[building.count - 1].protocol = spec->protocol;
	} else {
		add_part(&building, LAYER_TCP, tcp_length(spec));
	}
	if (spec->next_header != FIELD_AUTO)
		building.parts[building.count - 1].protocol = (uint8_t)spec->next_header;
	building.payload = building.length;
	building.length += spec->payload.length;
	return building;
}

static int field_fits(const char *name, int value, int largest, struct error *err)
{
	if (value != FIELD_AUTO && (value < 0 || value > largest))
		return fail(err, "%s %d is not between 0 and %d", name, value, largest);
	return 0;
}

/* Reports every value that does not fit its field, not only the first. */
static int check(const struct building *building, struct error *err)
{
	const struct packet_spec *spec = building->spec;
	const struct part *srh = building_part(building, LAYER_ROUTING);
	const struct part *first = &building->parts[1];
	/* IPv6 does not count its own header; the outermost packet is the longest. */
	size_t octets = building->length - first->offset - (first->kind == LAYER_IPV6 ? IPV6_SIZE : 0);
	unsigned before = err->count;

	field_fits("hop limit", spec->hop_limit, 255, err);
	field_fits("segments left", spec->segments_left, 255, err);
	field_fits("last entry", spec->last_entry, 255, err);
	field_fits("routing type", spec->routing_type, 255, err);
	field_fits("SRH length", spec->srh_length, 255, err);
	field_fits("SRH flags", spec->srh_flags, 255, err);
	field_fits("tag", spec->tag, 65535, err);
	field_fits("traffic class", spec->traffic_class, 255, err);
	field_fits("flow label", spec->flow_label, 0xfffff, err);
	field_fits("inner hop limit", spec->inner_hop_limit, 255, err);
	field_fits("inner traffic class", spec->inner_traffic_class, 255, err);
	field_fits("inner flow label", spec->inner_flow_label, 0xfffff, err);
	field_fits("next header", spec->next_header, 255, err);
	if (spec->mss > 65535)
		fail(err, "mss %u is not between 0 and 65535", spec->mss);
	if (srh && srh->length > EXTENSION_MAX)
		fail(err, "%zu segments and %zu octets of TLVs make an SRH of %zu octets; the limit is %d",
		     srh_entries(spec), spec->tlvs.length, srh->length, EXTENSION_MAX);
	for (const struct part *part = first; part < &building->parts[building->count]; part++)
		if ((part->kind == LAYER_HOP_BY_HOP || part->kind == LAYER_DESTINATION) && part->length > EXTENSION_MAX)
			fail(err, "%s of %zu octets; the limit is %d", layer_word(part->kind), part->length,
			     EXTENSION_MAX);
	if (first->kind == LAYER_IPV4 || first->kind == LAYER_HOP_BY_HOP || first->kind == LAYER_DESTINATION)
		if (spec->hop_by_hop.length || spec->destination_options.length)
			fail(err, "IPv4 has no headers for IPv6's options");
	field_fits("identification", spec->identification, 65535, err);
	if (!ipv4_fits(spec))
		fail(err, "%zu octets of IPv4 options; the limit is 40", spec->ip_options.length);
	if (mode_kind(spec->mode)->inserts && building_part(building, LAYER_IPV4))
		fail(err, "IPv4 has no routing header to insert");
	if (octets > IP_LENGTH_MAX)
		fail(err, "%s of %zu octets; the limit is %d",
		     first->kind == LAYER_IPV6 ? "an IPv6 payload" : "an IPv4 packet", octets, IP_LENGTH_MAX);
	return err->count > before ? -1 : 0;
}

int frame_build(struct frame **ret, const struct packet_spec *spec, struct error *err)
{
	struct building building = compose(spec);

	if (check(&building, err) < 0)
		return -1;
	owned(frame) frame = zalloc(sizeof *frame);
	building.data = frame->data = zalloc(building.length + spec->padding);
	if (spec->payload.length > 0)
		memcpy(frame->data + building.payload, spec->payload.data, spec->payload.length);
	memset(frame->data + building.length, 0xa5, spec->padding); /* not 0, which would count for nothing in a sum */
	/* From the inside out: a checksum covers the layers inside. */
	for (size_t i = building.count; i-- > 0;)
		layer_rows[building.parts[i].kind]->write(&building, &building.parts[i]);
	frame->length = building.length + spec->padding;
	if (spec->cut > 0 && (size_t)spec->cut < building.length - ETHERNET_SIZE)
		frame->length = ETHERNET_SIZE + (size_t)spec->cut;
	frame->tcp_offset = building.parts[building.count - 1].offset;
	frame->checksum_at = spec->protocol ? spec->checksum_at : TCP_CHECKSUM;
	frame->payload_offset = building.payload;
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
