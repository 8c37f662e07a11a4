/* Finds the layers in any bytes. Every read is checked against the end of the packet it lies in. */
#include "layer.h"

/* The kind that a name stands for; LAYER_KINDS: none that is known here. */
static size_t kind_of(unsigned name)
{
	size_t kind = 0;

	while (kind < LAYER_KINDS && layer_rows[kind]->names[0] != name && layer_rows[kind]->names[1] != name)
		kind++;
	return kind;
}

static bool parse_layer(struct reader *reader, size_t kind, struct layer *layer)
{
	*layer = (struct layer){ .kind = (uint8_t)kind, .offset = (uint16_t)reader->at };
	return layer_rows[kind]->parse(reader, layer);
}

/* The first layer is of the given kind. */
static struct packet_view parse_from(size_t first, struct bytes start, size_t wire_length)
{
	struct reader reader = { .frame = start, .end = start.length, .promised = wire_length, .whole = true };
	struct packet_view view = { .frame = start.data,
		                    .length = (uint32_t)start.length,
		                    .wire_length = (uint32_t)wire_length };
	struct layer layer;

	if (wire_length > UINT32_MAX)
		reader.promised = view.wire_length = UINT32_MAX;
	for (size_t kind = first; kind < LAYER_KINDS; kind = reader.next ? kind_of(reader.next) : LAYER_KINDS) {
		if (view.count == LAYERS_MOST) {
			reader.whole = false;
			break;
		}
		bool there = parse_layer(&reader, kind, &layer);
		if (layer.length)
			view.layers[view.count++] = layer;
		if (!there)
			break;
	}
	view.whole = reader.whole && packet_ip(&view);
	view.end = (uint32_t)reader.end;
	view.promised = (uint32_t)reader.promised;
	return view;
}

struct packet_view packet_parse_start(struct bytes start, size_t wire_length)
{
	return parse_from(LAYER_ETHERNET, start, wire_length);
}

struct packet_view packet_parse_inner(struct bytes start)
{
	const bool ipv4 = start.length && start.data[0] >> 4 == 4;

	return parse_from(ipv4 ? LAYER_IPV4 : LAYER_IPV6, start, start.length);
}

struct packet_view packet_parse(struct bytes frame)
{
	return packet_parse_start(frame, frame.length);
}

struct unread packet_unread(const struct packet_view *view)
{
	const struct layer *last = view->count ? &view->layers[view->count - 1] : NULL;
	struct reader reader = { 0 };
	struct layer again;

	if (last)
		reader = reader_before(view, last);
	if (!last || !parse_layer(&reader, last->kind, &again) || !reader.next || kind_of(reader.next) < LAYER_KINDS ||
	    reader.next == PROTOCOL(IPPROTO_NONE))
		return (struct unread){ 0 };
	const uint16_t number = (uint16_t)reader.next;
	if (NAMED_BY(reader.next) == ETHERTYPE(0))
		return (struct unread){ UNREAD_ETHERTYPE, number };
	if (NAMED_BY(reader.next) == PROTOCOL(0))
		return (struct unread){ UNREAD_PROTOCOL, number };
	return (struct unread){ 0 };
}

struct reader reader_before(const struct packet_view *view, const struct layer *layer)
{
	struct reader reader = { .frame = { view->frame, view->length },
		                 .end = view->length,
		                 .promised = view->wire_length };
	struct layer again;

	for (const struct layer *before = view->layers; before < layer; before++)
		parse_layer(&reader, before->kind, &again);
	return reader;
}
