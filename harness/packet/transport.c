/* The transport in a packet: the layer behind which its payload is. */
#include "layer.h"

const struct layer *packet_transport(const struct packet_view *view)
{
	const struct layer *last = view->count ? &view->layers[view->count - 1] : NULL;

	return last && layer_rows[last->kind]->covers >= COVERS_MESSAGE ? last : NULL;
}

size_t packet_segment_length(const struct packet_view *view)
{
	const struct layer *transport = packet_transport(view);

	return transport ? view->promised - transport->offset : 0;
}

size_t packet_payload_length(const struct packet_view *view)
{
	const struct layer *transport = packet_transport(view);

	return transport ? view->promised - transport->offset - transport->length : 0;
}

struct bytes packet_payload(const struct packet_view *view)
{
	const struct layer *transport = packet_transport(view);

	if (!transport)
		return (struct bytes){ 0 };
	size_t begin = (size_t)transport->offset + transport->length;
	size_t end = view->end < view->length ? view->end : view->length;
	return (struct bytes){ view->frame + begin, end > begin ? end - begin : 0 };
}

/* TCP and UDP have theirs in the same place. */
void packet_ports(const struct packet_view *view, uint16_t *source, uint16_t *destination)
{
	const struct layer *transport = packet_transport(view);
	const bool has = transport && (transport->kind == LAYER_TCP || transport->kind == LAYER_UDP);

	*source = has ? read16(view->frame + transport->offset) : 0;
	*destination = has ? read16(view->frame + transport->offset + 2) : 0;
}
