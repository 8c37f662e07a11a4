/* Any bytes through the packet parser and what rests on it. What must always hold is asserted. */
#include <stdlib.h>
#include <string.h>

#include "packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static bool inside(struct bytes view, const uint8_t *data, size_t size)
{
	return view.length == 0 || (view.data >= data && view.length <= size - (size_t)(view.data - data));
}

static void srh_holds(const struct srh_view *srh, const uint8_t *data, size_t size)
{
	demand(inside(srh->segment_list, data, size) && inside(srh->tlvs, data, size));
	demand(srh->segment_list.length % 16 == 0 && srh->segment_list.length <= 16u * (srh->last_entry + 1u));
	if (srh->present && !srh->fault)
		demand(srh->segment_list.length == 16u * (srh->last_entry + 1u));
}

/* One behind the other, each inside the frame; all that can be asked of one can be read. */
static void layers_hold(const struct packet_view *view, const uint8_t *data, size_t size)
{
	size_t at = 0;

	demand(view->count <= LAYERS_MOST);
	for (size_t i = 0; i < view->count; i++) {
		const struct layer *layer = &view->layers[i];
		demand(layer->offset == at && layer->length > 0);
		at += layer->length;
		demand(at <= size);
		layer_checksum(view, layer, i % 2);
		if (!layer_is_ip(layer))
			continue;
		struct srh_view srh = packet_srh(view, layer);
		srh_holds(&srh, data, size);
		ip_source(view, layer);
		packet_final(view, layer);
	}
}

static void read_only(const uint8_t *data, size_t size)
{
	struct packet_view view = packet_parse((struct bytes){ data, size });
	const struct layer *transport = packet_transport(&view);

	layers_hold(&view, data, size);
	demand(inside(packet_payload(&view), data, size));
	demand(!view.whole || packet_ip(&view));
	if (transport && view.whole)
		demand(transport->offset + packet_segment_length(&view) <= size &&
		       packet_payload(&view).length == packet_payload_length(&view));
	packet_checksum(&view, false);
	packet_checksum(&view, true);
}

static unsigned segments_left(const uint8_t *data, size_t size)
{
	struct packet_view view = packet_parse((struct bytes){ data, size });

	return packet_srh(&view, packet_ip(&view)).segments_left;
}

static void changing(const uint8_t *data, size_t size)
{
	uint8_t *copy = memcpy(zalloc(size), size ? data : (const uint8_t *)"", size);
	unsigned left = segments_left(copy, size);

	if (frame_advance(copy, size))
		demand(segments_left(copy, size) == left - 1);
	else
		demand(size == 0 || memcmp(copy, data, size) == 0);
	if (frame_complete_checksum(copy, size)) {
		struct packet_view view = packet_parse((struct bytes){ copy, size });
		demand(packet_checksum(&view, false) == CHECKSUM_VALID);
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t ethernet[14] = { [12] = 0x86, [13] = 0xdd };
	uint8_t *frame = zalloc(sizeof ethernet + size);

	/* As it is, and as what an IPv6 frame carries: a fuzzer would need long to find that type by itself. */
	read_only(data, size);
	changing(data, size);
	memcpy(frame, ethernet, sizeof ethernet);
	memcpy(frame + sizeof ethernet, size ? data : ethernet, size);
	read_only(frame, sizeof ethernet + size);
	changing(frame, sizeof ethernet + size);
	free(frame);
	return 0;
}
