/* What each packet of a capture is found to be. */
#include <stdlib.h>
#include <string.h>

#include "track.h"

enum { ETHERNET_SIZE = 14, VLAN_SIZE = 4, COMMON_MTU = 1500 };

static struct texts texts_of(struct pool *pool, char *const *list, size_t count)
{
	const char **texts = zalloc((count + 1) * sizeof *texts);
	struct texts kept = { 0 };

	for (size_t i = 0; i < count; i++)
		texts[i] = pool_text(pool, list[i]);
	if (count)
		kept = (struct texts){ pool_keep(pool, (const void *)texts, count * sizeof *texts), count };
	free(texts);
	return kept;
}

/* ---- a packet as a whole */

static bool is_fragment(const struct packet_view *view)
{
	for (size_t i = 0; i < view->count; i++)
		if (view->layers[i].kind == LAYER_FRAGMENT ||
		    (view->layers[i].kind == LAYER_IPV4 && ipv4_fragment(view, &view->layers[i]) & 0x3fff))
			return true;
	return false;
}

/* A packet that nobody cut, and that is not whole, says more than there is, or has a header that cannot be read. */
static void remark_whole(struct remarks *remarks, const struct packet_view *view)
{
	const struct layer *last = view->count ? &view->layers[view->count - 1] : NULL;

	if (view->length < view->wire_length)
		remark_note(remarks, "%u of %u octets were captured", view->length, view->wire_length);
	if (is_fragment(view))
		remark_note(remarks, "a fragment: the checksum of the whole packet is not in it");
	if (view->count == LAYERS_MOST)
		remark_note(remarks, "more headers than %d: the rest is not read", LAYERS_MOST);
	else if (packet_ip(view) && !view->whole && view->length == view->wire_length && !is_fragment(view)) {
		if (view->promised > view->end)
			remark_fault(remarks, "its headers announce %u octets, and there are %u", view->promised,
			             view->end);
		else
			remark_fault(remarks, "what follows the %s header is malformed",
			             layer_word((enum layer_kind)last->kind));
	}
}

/* Octets that an MTU counts: all behind the frame's own header. */
static uint32_t counted_octets(const struct packet_view *view)
{
	uint32_t octets = view->wire_length > ETHERNET_SIZE ? view->wire_length - ETHERNET_SIZE : 0;

	for (size_t i = 1; i < view->count && view->layers[i].kind == LAYER_VLAN; i++)
		octets -= octets > VLAN_SIZE ? VLAN_SIZE : 0;
	return octets;
}

/* What is larger than a link carries was merged, or is yet to be cut; where no checksum is left to a device, nothing
 * says that one cuts it. */
static void remark_size(struct remarks *remarks, const struct packet_view *view, unsigned mtu, bool partial)
{
	const uint32_t octets = counted_octets(view), most = mtu ? mtu : COMMON_MTU;
	const size_t payload = packet_payload_length(view);

	if (octets <= most)
		return;
	if (mtu && !partial)
		remark_fault(remarks, "%u octet%s over the MTU of %u", octets - most, octets == most + 1 ? "" : "s",
		             most);
	else if (partial)
		remark_note(remarks, "merged: %zu octets of payload; a device is to cut it", payload);
	else
		remark_note(remarks, "%zu octets of payload: merged, or a link with an MTU of more than %u", payload,
		            most);
}

/* ---- layers */

static struct sighted_layer layer_sighted(struct pool *pool, struct remarks *remarks, const struct packet_view *view,
                                          const struct layer *layer)
{
	struct sighted_layer made = { .kind = pool_text(pool, layer_word((enum layer_kind)layer->kind)),
		                      .hop_limit = NO_INTEGER,
		                      .checksum = sum_sighted(remarks, view, layer) };
	char text[ADDRESS_TEXT_SIZE];

	if (layer_is_ip(layer)) {
		const struct address source = ip_source(view, layer), destination = ip_destination(view, layer),
		                     final = end_final(view, layer);
		made.source = pool_text(pool, address_text(&source, text));
		made.destination = pool_text(pool, address_text(&destination, text));
		if (!address_same(&final, &destination))
			made.final = pool_text(pool, address_text(&final, text));
		made.hop_limit = ip_hop_limit(view, layer);
	}
	if (layer->kind == LAYER_ROUTING) {
		made.srh = srh_sighted(pool, view, layer);
		if (made.srh->type != 4)
			made.kind = "routing header";
		srh_remark(remarks, view, layer);
	}
	return made;
}

static struct sighted_layers layers_sighted(struct pool *pool, struct remarks *remarks, const struct packet_view *view)
{
	struct sighted_layer *made = pool_alloc(pool, (view->count + 1) * sizeof *made);

	for (size_t i = 0; i < view->count; i++)
		made[i] = layer_sighted(pool, remarks, view, &view->layers[i]);
	return (struct sighted_layers){ made, view->count };
}

static bool any_partial(const struct sighted_layers *layers)
{
	for (size_t i = 0; i < layers->count; i++)
		if (layers->at[i].checksum == SUM_PARTIAL)
			return true;
	return false;
}

static void say_addresses(struct pool *pool, struct sighted_packet *made, const struct packet_view *view)
{
	const struct layer *ip = packet_ip(view);
	const struct address destination = ip_destination(view, ip), final = end_final(view, packet_innermost_ip(view));
	const struct srh_view srh = packet_srh(view, ip);
	char text[ADDRESS_TEXT_SIZE];

	made->segments_left = srh.present ? srh.segments_left : NO_INTEGER;
	if (!ip)
		return;
	made->destination = pool_text(pool, address_text(&destination, text));
	made->final = pool_text(pool, address_text(&final, text));
}

static void packet_sighted(struct sighted_packet *made, struct pool *pool, const struct capture *capture,
                           const struct flow *flow, const struct tracks *tracks, size_t index,
                           const struct sighting_options *options)
{
	const struct capture_packet *packet = &capture->packets[flow->packets[index]];
	const struct packet_view *view = &packet->seen.view;
	struct remarks remarks = { 0 };
	owned_text name = packet_name(flow, &packet->seen);

	*made = (struct sighted_packet){ .number = (int64_t)packet->number,
		                         .point = pool_text(pool, capture->points[packet->point].name),
		                         .name = pool_text(pool, name),
		                         .time_us = (double)(packet->seen.time - capture->packets[0].seen.time) / 1000,
		                         .length = view->wire_length,
		                         .captured = view->length,
		                         .way = (int)packet->seen.way,
		                         .checksum = NO_WORD };
	say_addresses(pool, made, view);
	remark_whole(&remarks, view);
	made->layers = layers_sighted(pool, &remarks, view);
	if (packet_transport(view))
		made->checksum = made->layers.at[made->layers.count - 1].checksum;
	remark_size(&remarks, view, options->mtu, any_partial(&made->layers));
	if (tracks->place_count)
		pass_remark(&remarks, capture, tracks, index);
	made->faults = texts_of(pool, remarks.faults, remarks.fault_count);
	made->notes = texts_of(pool, remarks.notes, remarks.note_count);
	remarks_clear(&remarks);
}

/* ---- all of them */

/* "eth0" of a place whose points are both directions of an interface. */
static const char *place_name(struct pool *pool, const struct capture *capture, const struct tracks *tracks,
                              size_t place)
{
	const size_t point = tracks->points[place];
	const char *name = capture->points[point].name;

	for (size_t i = 0; i < tracks->pass_count; i++)
		if (tracks->passes[i].place == place && capture->packets[tracks->passes[i].packet].point != point)
			return pool_format(pool, "%.*s", (int)(strrchr(name, ':') - name), name);
	return pool_text(pool, name);
}

static struct texts places_of(struct pool *pool, const struct capture *capture, const struct tracks *tracks)
{
	const char **names = pool_alloc(pool, (tracks->place_count + 1) * sizeof *names);

	for (size_t i = 0; i < tracks->place_count; i++)
		names[i] = place_name(pool, capture, tracks, i);
	return (struct texts){ names, tracks->place_count };
}

static void flow_sighted(struct sighted_flow *made, struct pool *pool, const struct capture *capture,
                         const struct flow *flow, const struct sighting_options *options)
{
	struct sighted_packet *packets = pool_alloc(pool, (flow->count + 1) * sizeof *packets);
	struct tracks tracks = { 0 };
	owned_text protocol = flow_protocol(flow);
	owned_text client = flow_end(flow, 0);
	owned_text server = flow_end(flow, 1);

	*made = (struct sighted_flow){ .protocol = pool_text(pool, protocol),
		                       .client = pool_text(pool, client),
		                       .server = pool_text(pool, server),
		                       .packets = { packets, flow->count } };
	if (packet_ip(&capture->packets[flow->packets[0]].seen.view))
		tracks_make(&tracks, capture, flow);
	for (size_t i = 0; i < flow->count; i++) {
		packet_sighted(&packets[i], pool, capture, flow, &tracks, i, options);
		made->faulty += packets[i].faults.count > 0;
	}
	if (tracks.place_count > 1) {
		made->ladder = tracks_drawn(pool, capture, flow, &tracks, made, &made->topology);
		made->places = places_of(pool, capture, &tracks);
	}
	tracks_clear(&tracks);
}

static void say_points(struct pool *pool, struct sightings *made, const struct capture *capture)
{
	struct sighted_point *points = pool_alloc(pool, (capture->point_count + 1) * sizeof *points);

	for (size_t i = 0; i < capture->point_count; i++) {
		const struct capture_point *point = &capture->points[i];
		points[i] = (struct sighted_point){ .name = pool_text(pool, point->name),
			                            .link = pool_text(pool, capture_link_word(point->link_type)),
			                            .packets = (int64_t)point->packets,
			                            .unread = (int64_t)point->unread };
	}
	made->points.at = points;
	made->points.count = capture->point_count;
}

const struct sightings *sightings_make(struct pool *pool, struct capture *capture,
                                       const struct sighting_options *options)
{
	struct sightings *made = pool_alloc(pool, sizeof *made);
	struct flows flows = { 0 };

	flows_make(&flows, capture);
	struct sighted_flow *sighted = pool_alloc(pool, (flows.count + 1) * sizeof *sighted);
	*made = (struct sightings){ .hopcheck = HOPCHECK_VERSION,
		                    .flows = { sighted, flows.count },
		                    .complaints = texts_of(pool, capture->complaints, capture->complaint_count),
		                    .packets = (int64_t)capture->packet_count };
	say_points(pool, made, capture);
	for (size_t i = 0; i < flows.count; i++) {
		flow_sighted(&sighted[i], pool, capture, &flows.at[i], options);
		made->faulty += sighted[i].faulty;
	}
	flows_clear(&flows);
	return made;
}
